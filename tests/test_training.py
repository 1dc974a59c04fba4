"""Training: it learns, it is reproducible, and it continues as if never interrupted."""

from contextlib import suppress
from functools import cache

import numpy as np
import pytest
from test_checkpoint import in_format_1

from mnist_cli.config.settings import TrainingConfig
from mnist_cli.data.datasets import Split
from mnist_cli.errors import TrainingError
from mnist_cli.network.bounds import is_bounded
from mnist_cli.training.checkpoint import load_checkpoint, save_checkpoint
from mnist_cli.training.evaluation import measure
from mnist_cli.training.loop import epoch_order, train
from mnist_cli.training.metadata import Provenance
from mnist_cli.training.run import Run

PROVENANCE = Provenance("builtin", 1500, "", {})
VARIANTS = {
    "plain": {},
    "momentum": {"momentum": 0.9, "nesterov": True},
    "adam": {"optimizer": "adam"},
    "decay": {"weight_decay": 1e-4, "schedule": "cosine"},
    "patience": {"patience": 2, "schedule": "linear"},
    "several mini-batches gathered at once": {"batch_size": 30},  # 84, the last of 10
}


def config(**changes):
    small = {"epochs": 3, "batch_size": 70, "validation_size": 500}  # 1000 = 14 * 70 + 20
    return TrainingConfig(**{**small, **changes})


def halves(digits):
    return Split(digits.images[:1000], digits.labels[:1000]), Split(
        digits.images[1000:], digits.labels[1000:]
    )


def test_a_run_of_one_mini_batch_per_epoch_can_be_stopped(digits):
    run = Run.start(config(batch_size=60_000, epochs=50))
    list(train(run, *halves(digits), stop=after(3)))
    assert (run.epoch, run.step) == (3, 0)


def after(steps):
    """Return a function that asks for a stop after so many mini-batches."""
    left = iter(range(steps - 1))
    return lambda: next(left, None) is None


def test_it_learns(digits):
    run = Run.start(config(epochs=20, batch_size=10))
    history = list(train(run, *halves(digits)))
    assert history[-1].validation_accuracy > 0.85
    assert history[-1].loss < history[0].loss / 3
    assert [result.epoch for result in history] == list(range(1, 21))


@pytest.mark.parametrize("variant", VARIANTS)
def test_the_same_seed_gives_the_same_network(digits, variant):
    runs = [Run.start(config(**VARIANTS[variant])) for _ in range(2)]
    for run in runs:
        list(train(run, *halves(digits)))
    np.testing.assert_array_equal(runs[0].network.parameters, runs[1].network.parameters)


def test_another_seed_gives_another_network():
    first, second = (Run.start(config(seed=seed)).network.parameters for seed in (0, 1))
    assert not np.array_equal(first, second)


@pytest.fixture(scope="module")
def whole(digits, tmp_path_factory):
    """The bytes that a run of a variant leaves which is never stopped; it is trained once."""
    path = tmp_path_factory.mktemp("whole") / "whole.npz"

    @cache
    def bytes_of(variant):
        run = Run.start(config(**VARIANTS[variant]))
        list(train(run, *halves(digits)))
        save_checkpoint(path, run, PROVENANCE)
        return path.read_bytes()

    return bytes_of


@pytest.mark.parametrize("variant", VARIANTS)
@pytest.mark.parametrize("steps", [1, 14, 15, 16, 32])
def test_a_stopped_run_goes_on_as_if_never_stopped(digits, tmp_path, variant, steps, whole):
    first = Run.start(config(**VARIANTS[variant]))
    list(train(first, *halves(digits), stop=after(steps)))
    assert not first.finished
    save_checkpoint(tmp_path / "part.npz", first, PROVENANCE)
    rest = load_checkpoint(tmp_path / "part.npz").run
    list(train(rest, *halves(digits)))
    save_checkpoint(tmp_path / "part.npz", rest, PROVENANCE)
    assert (tmp_path / "part.npz").read_bytes() == whole(variant)


@pytest.mark.parametrize("variant", VARIANTS)
def test_a_run_of_format_1_goes_on_and_is_saved_in_format_2(digits, tmp_path, variant, whole):
    first = Run.start(config(**VARIANTS[variant]))
    list(train(first, *halves(digits), stop=after(16)))
    save_checkpoint(tmp_path / "part.npz", first, PROVENANCE)
    in_format_1(tmp_path / "part.npz")
    rest = load_checkpoint(tmp_path / "part.npz").run
    list(train(rest, *halves(digits)))
    save_checkpoint(tmp_path / "part.npz", rest, PROVENANCE)
    assert (tmp_path / "part.npz").read_bytes() == whole(variant)


@pytest.mark.parametrize(
    ("count", "hidden"),
    [
        (40, (16, 16)),
        (200, (16, 16)),  # goes through the network in four parts
        (600, (100,)),  # wide: three parts
    ],
)
def test_one_step_by_hand(digits, count, hidden):
    """One mini-batch of all images: parameters - η · gradient, from the plain definition."""
    split = Split(digits.images[:count], digits.labels[:count])
    settings = config(epochs=1, batch_size=1000, learning_rate=0.5, hidden_sizes=hidden)
    start, run = Run.start(settings).network, Run.start(settings)
    list(train(run, split))
    weights, biases = (
        [a.astype(float) for a in layers] for layers in (start.weights, start.biases)
    )
    activations = [a.astype(float) for a in start.layers(split.images / 255)]
    targets = np.eye(10)[split.labels]
    a = activations[-1]
    assert run.history[0].loss == pytest.approx(0.5 * ((a - targets) ** 2).sum() / count, rel=1e-5)
    delta = (a - targets) * a * (1 - a) / count
    for layer in reversed(range(len(weights))):
        a = activations[layer]
        expected = weights[layer] - 0.5 * a.T @ delta, biases[layer] - 0.5 * delta.sum(axis=0)
        np.testing.assert_allclose(run.network.weights[layer], expected[0], atol=1e-6)
        np.testing.assert_allclose(run.network.biases[layer], expected[1], atol=1e-6)
        delta = (delta @ weights[layer].T) * a * (1 - a)


@pytest.mark.parametrize("momentum", [0.0, 0.9])
def test_weight_decay_shrinks_weights_and_not_biases(digits, momentum):
    """By η · weight_decay of each weight, in the first step."""
    split = Split(np.zeros((10, 784), np.uint8), np.zeros(10, np.uint8))
    common = {"epochs": 1, "batch_size": 10, "learning_rate": 0.5, "momentum": momentum}
    plain, decayed = (Run.start(config(**common, weight_decay=decay)) for decay in (0.0, 0.1))
    start = Run.start(config()).network
    for run in (plain, decayed):
        list(train(run, split))
    for layer in range(3):
        expected = plain.network.weights[layer] - 0.05 * start.weights[layer]
        np.testing.assert_allclose(decayed.network.weights[layer], expected, atol=1e-6)
        np.testing.assert_array_equal(decayed.network.biases[layer], plain.network.biases[layer])


def test_patience_stops_and_keeps_the_best(digits):
    run = Run.start(config(epochs=200, patience=3, batch_size=10))
    history = list(train(run, *halves(digits)))
    shares = [result.validation_accuracy for result in history]
    assert run.stopped_early
    assert run.best_epoch == int(np.argmax(shares)) + 1 == len(shares) - 3
    assert measure(run.result(), halves(digits)[1]).accuracy == max(shares)


def test_a_loss_that_diverges_is_reported(digits):
    run = Run.start(config(activation="linear", output_activation="linear", learning_rate=100.0))
    with pytest.raises(TrainingError, match=r"epoch 1: .* try --learning-rate 0.013"):
        list(train(run, *halves(digits)))


def test_weights_that_no_command_would_read_end_a_training(digits):
    """The loss was 1e30, finite; the checkpoint was saved, and then refused."""
    settings = {"activation": "relu", "output_activation": "softmax", "loss": "cross_entropy"}
    run = Run.start(config(**settings, learning_rate=100.0))
    with suppress(TrainingError):
        for _ in train(run, *halves(digits)):
            assert is_bounded(run.network)


def test_each_epoch_has_an_order_of_its_own():
    orders = [epoch_order(0, epoch, 50).tolist() for epoch in (1, 2, 1)]
    assert sorted(orders[0]) == list(range(50))
    assert orders[0] == orders[2] != orders[1]


def test_without_validation_images_there_is_no_accuracy(digits):
    run = Run.start(config(epochs=1, validation_size=0))
    assert next(iter(train(run, digits))).validation_accuracy is None


def test_measure_does_not_count_images_that_show_none(digits):
    network = Run.start(config()).network
    labels = np.where(np.arange(len(digits.labels)) % 3 == 0, 10, digits.labels)
    shown = digits[np.flatnonzero(labels < 10)]
    whole = measure(network, Split(digits.images, labels))
    np.testing.assert_array_equal(whole.matrix, measure(network, shown).matrix)
    assert (whole.accuracy, len(whole.outputs)) == (measure(network, shown).accuracy, 1500)


def test_measure_counts_every_image_once(digits):
    network = Run.start(config()).network
    measured = measure(network, digits)
    inputs = digits.images / np.float32(255)
    np.testing.assert_allclose(measured.outputs, network(inputs), rtol=1e-4, atol=1e-6)
    targets = np.eye(10)[digits.labels]
    assert measured.loss == pytest.approx(
        0.5 * ((network(inputs) - targets) ** 2).sum() / 1500, rel=1e-5
    )
    assert measured.matrix.sum(axis=1).tolist() == np.bincount(digits.labels).tolist()
