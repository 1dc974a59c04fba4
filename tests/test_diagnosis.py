"""Advice appears when it applies, and only then."""

import numpy as np
import pytest

from mnist_cli.config.settings import TrainingConfig
from mnist_cli.training.diagnosis import advice
from mnist_cli.training.loop import train
from mnist_cli.training.run import Run


def trained(digits, **settings):
    run = Run.start(TrainingConfig(batch_size=10, **{"epochs": 10, **settings}))
    list(train(run, digits))
    return run


def told(run, digits):
    return " ".join(advice(run, run.result(), digits))


def test_a_good_run_gets_no_advice(digits):
    assert told(trained(digits), digits) == ""


def test_a_small_learning_rate_is_reported(digits):
    text = told(trained(digits, learning_rate=0.01, epochs=2), digits)
    assert "the learning rate 0.01 is small: --learning-rate 3 is usual" in text


def test_a_digit_that_is_never_answered_is_reported(digits):
    run = trained(digits)
    run.network.biases[-1][[3, 7]] = -100.0
    assert "never answers 3, 7." in told(run, digits)


@pytest.mark.parametrize("activation", ["sigmoid", "tanh"])
def test_saturated_neurons_are_counted(digits, activation):
    run = trained(digits, activation=activation)
    run.network.biases[0][:2] = [-1000.0, 1000.0]
    assert "2 of 16 neurons in hidden layer 1 are saturated" in told(run, digits)


def test_dead_neurons_are_counted(digits):
    run = trained(digits, activation="relu", initialization="he")
    run.network.biases[1][5] = -1000.0
    counted = told(run, digits)
    assert "neurons in hidden layer 2 are dead" in counted


def test_linear_layers_cannot_saturate(digits):
    run = Run.start(TrainingConfig(activation="linear", hidden_sizes=(4,)))
    run.network.weights[0][:] = np.float32(1e3)
    assert "saturated" not in told(run, digits)
