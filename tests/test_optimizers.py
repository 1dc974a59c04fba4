"""Optimizers compared with their recurrences, computed in plain Python floats."""

import math

import numpy as np
import pytest

from mnist_cli.network.optimizers import OPTIMIZERS, SCHEDULES

GRADIENTS = [0.5, -1.0, 0.25, 2.0]


def make(name, parameters, momentum=0.0, nesterov=False):
    return OPTIMIZERS[name].make(parameters, momentum, nesterov)


def run(name, rate=0.1, **settings):
    parameters = np.array([1.0, -2.0])
    optimizer = make(name, parameters, **settings)
    for number, gradient in enumerate(GRADIENTS, start=1):
        scaled = np.array([gradient, 0.0]) * optimizer.scale(rate)
        optimizer.step(parameters, scaled, rate, number)
    return parameters


def test_gradient_descent():
    assert run("sgd")[0] == pytest.approx(1.0 - 0.1 * sum(GRADIENTS))


@pytest.mark.parametrize("nesterov", [False, True])
def test_momentum(nesterov):
    value, velocity = 1.0, 0.0
    for gradient in GRADIENTS:
        velocity = 0.9 * velocity + gradient
        value -= 0.1 * (gradient + 0.9 * velocity if nesterov else velocity)
    assert run("sgd", momentum=0.9, nesterov=nesterov)[0] == pytest.approx(value)


def test_adam():
    value, mean, square = 1.0, 0.0, 0.0
    for t, gradient in enumerate(GRADIENTS, start=1):
        mean = 0.9 * mean + 0.1 * gradient
        square = 0.999 * square + 0.001 * gradient**2
        value -= 0.1 * (mean / (1 - 0.9**t)) / (math.sqrt(square / (1 - 0.999**t)) + 1e-8)
    assert run("adam")[0] == pytest.approx(value)


@pytest.mark.parametrize("name", ["sgd", "adam"])
def test_a_parameter_without_gradient_stays(name):
    assert run(name)[1] == -2.0


def test_state_names_what_resuming_needs():
    parameters = np.zeros(3)
    assert list(make("sgd", parameters).state) == []
    assert list(make("sgd", parameters, 0.9).state) == ["velocity"]
    assert list(make("adam", parameters).state) == ["mean", "square"]


@pytest.mark.parametrize(
    ("schedule", "start", "middle", "end"),
    [("constant", 2, 2, 2), ("linear", 2, 1, 0), ("cosine", 2, 1, 0)],
)
def test_schedules(schedule, start, middle, end):
    rates = 2.0 * SCHEDULES[schedule](np.array([0.0, 0.5, 1.0]))
    assert rates.tolist() == pytest.approx([start, middle, end])
