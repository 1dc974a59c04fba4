"""Advice appears when it applies, and only then: one cause, one thing to try."""

import numpy as np
import pytest

from mnist_cli.config.doubts import doubts
from mnist_cli.config.settings import TrainingConfig
from mnist_cli.training.diagnosis import advice
from mnist_cli.training.loop import train
from mnist_cli.training.run import Run

SIXTEENS = {f"{n} layers": (16,) * n for n in (3, 6)}


def trained(digits, **settings):
    run = Run.start(TrainingConfig(**{"batch_size": 10, "epochs": 10, **settings}))
    list(train(run, digits))
    return run


def told(run, digits):
    return " ".join(advice(run, digits))


@pytest.mark.parametrize(
    "settings",
    [
        {},
        {"hidden_sizes": (300,), "epochs": 5},
        {"activation": "relu", "loss": "cross_entropy", "output_activation": "softmax"},
        {"optimizer": "adam"},
    ],
)
def test_a_good_run_gets_no_advice(many_digits, settings):
    assert told(trained(many_digits, **settings), many_digits) == ""


RUNS = {
    "small rate": (
        {"learning_rate": 0.0001, "epochs": 2},
        "the learning rate 0.0001 is small",
        "--learning-rate 3, the usual one",
    ),
    "saturated outputs": (
        {"learning_rate": 100.0, "epochs": 2},
        "10 of 10 outputs are saturated",
        "--learning-rate 3, the usual one",
    ),
    "wide layer": (
        {"hidden_sizes": (300,), "learning_rate": 3.0, "epochs": 2},
        "10 of 10 outputs are saturated",
        "--learning-rate 0.4, the usual one",
    ),
    "dead relu": (
        {"activation": "relu", "learning_rate": 10.0, "epochs": 2},
        "are dead (never active)",
        "--learning-rate 0.3, the usual one",
    ),
    "large rate of another loss": (
        {"loss": "cross_entropy", "output_activation": "softmax", "learning_rate": 20.0},
        "the steps are too long",
        "--learning-rate 0.5, the usual one",
    ),
    "vanishing": (
        {"hidden_sizes": SIXTEENS["6 layers"], "epochs": 3},
        "it vanishes on its way back",
        "--activation relu --initialization he",
    ),
    "few steps": (
        {"hidden_sizes": SIXTEENS["3 layers"], "epochs": 1},
        "300 steps are few",
        "--epochs 17",
    ),
    "large mini-batches": (
        {"batch_size": 1000, "epochs": 2},
        "6 steps are few",
        "--batch-size 32",
    ),
    "narrow": ({"hidden_sizes": (2,)}, "a hidden layer of 2", "--hidden-sizes 16,16"),
    "large weights": (
        {"hidden_sizes": (300, 100), "initialization": "normal", "epochs": 3},
        "first weights were too large",
        "--initialization scaled",
    ),
    "decay": ({"weight_decay": 0.1, "epochs": 3}, "weight decay 0.1", "--weight-decay 1e-5"),
}


@pytest.mark.parametrize("name", RUNS)
def test_a_poor_run_is_told_its_cause_and_one_remedy(many_digits, name):
    settings, cause, remedy = RUNS[name]
    found = advice(trained(many_digits, **settings), many_digits)
    assert len(found) == 1
    assert found[0].startswith("The network reads only ")
    assert cause in found[0]
    assert found[0].endswith(f"; try {remedy}.")


def test_a_few_digits_that_are_never_answered_are_bad_luck(many_digits):
    run = trained(many_digits)
    run.network.biases[-1][[3, 7]] = -100.0
    text = told(run, many_digits)
    assert "never answers 3, 7: the first weights were unlucky; try --seed 1." in text


@pytest.mark.parametrize("activation", ["sigmoid", "tanh"])
def test_saturated_neurons_are_counted(many_digits, activation):
    run = trained(many_digits, activation=activation)
    run.network.biases[0][:8] = [-1000.0, 1000.0] * 4
    assert "8 of 16 neurons in hidden layer 1 are saturated" in told(run, many_digits)


def test_dead_neurons_are_counted(many_digits):
    run = trained(many_digits, activation="relu", initialization="he")
    run.network.biases[1][5:13] = -1000.0
    counted = told(run, many_digits)
    assert "neurons in hidden layer 2 are dead" in counted
    assert counted.endswith("try --activation leaky_relu.")


def test_linear_layers_cannot_saturate(many_digits):
    run = Run.start(TrainingConfig(activation="linear", hidden_sizes=(4,)))
    run.network.weights[0][:] = np.float32(1e3)
    assert "neurons in hidden layer" not in told(run, many_digits)


@pytest.mark.parametrize(
    ("sizes", "meant"),
    [((784, 16, 16, 10), "16,16"), ((784, 30), "30"), ((784, 10), "none"), ((784,), "none")],
)
def test_sizes_of_all_layers_are_doubted(sizes, meant):
    (note,) = doubts(TrainingConfig(hidden_sizes=sizes))
    assert f"this network is 784-{'-'.join(map(str, sizes))}-10." in note
    assert note.endswith(f"Is --hidden-sizes {meant} meant?")


@pytest.mark.parametrize("sizes", [(), (16, 16), (10,), (30, 10), (300, 784)])
def test_other_sizes_are_not(sizes):
    assert doubts(TrainingConfig(hidden_sizes=sizes)) == []


def test_a_rate_far_above_the_usual_is_doubted():
    (note,) = doubts(TrainingConfig(learning_rate=30.0))
    assert note == "the learning rate 30 is far above the usual 3 for these settings."
    assert doubts(TrainingConfig(learning_rate=9.0)) == []
