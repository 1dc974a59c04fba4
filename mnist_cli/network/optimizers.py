"""How the gradient moves the parameters: gradient descent, momentum, Adam, and schedules.

The parameters are one flat vector, so each rule is a few lines of vector arithmetic. An
optimizer makes its arrays once and no others during training.
"""

from collections.abc import Callable
from typing import NamedTuple, Protocol

import numpy as np

from mnist_cli.network.activations import Array


class Optimizer(Protocol):
    """A rule that moves the parameters.

    Attributes
    ----------
    state : what is needed to resume exactly, by name; flat vectors like the parameters
    """

    state: dict[str, Array]

    def scale(self, learning_rate: float) -> float:
        """Return the factor by which the caller multiplies the gradient before `step`."""

    def step(self, parameters: Array, gradient: Array, learning_rate: float, number: int) -> None:
        """Move `parameters` in place; `number` counts steps from 1.

        `gradient` is already multiplied by `scale(learning_rate)`; it may be overwritten.
        """


class GradientDescent:
    """parameters ← parameters - η · gradient: the lectures' "walking downhill"."""

    def __init__(self) -> None:
        self.state: dict[str, Array] = {}

    def scale(self, learning_rate: float) -> float:
        """η: the gradient times η is the whole step."""
        return learning_rate

    def step(self, parameters: Array, gradient: Array, learning_rate: float, number: int) -> None:  # noqa: ARG002
        """See `Optimizer`."""
        np.subtract(parameters, gradient, parameters)


class Momentum:
    """velocity ← momentum · velocity + gradient; parameters ← parameters - η · velocity.

    With `nesterov` the step is η · (gradient + momentum · velocity), which looks one step ahead
    (Sutskever et al. 2013, in the form that PyTorch uses).
    """

    def __init__(self, parameters: Array, momentum: float, *, nesterov: bool = False) -> None:
        self.momentum, self.nesterov = momentum, nesterov
        self.state = {"velocity": np.zeros_like(parameters)}
        self._move = np.empty_like(parameters)

    def scale(self, learning_rate: float) -> float:  # noqa: ARG002
        """1: `step` multiplies by η itself."""
        return 1.0

    def step(self, parameters: Array, gradient: Array, learning_rate: float, number: int) -> None:  # noqa: ARG002
        """See `Optimizer`."""
        velocity, move = self.state["velocity"], self._move
        np.multiply(velocity, self.momentum, velocity)
        np.add(velocity, gradient, velocity)
        if self.nesterov:
            np.multiply(velocity, self.momentum, move)
            np.add(move, gradient, move)
            np.multiply(move, learning_rate, move)
        else:
            np.multiply(velocity, learning_rate, move)
        np.subtract(parameters, move, parameters)


class Adam:
    """Adam with bias correction (Kingma and Ba 2015): β₁ = 0.9, β₂ = 0.999, ε = 1e-8.

    The two running means are kept as sums, `mean` = m / (1 - β₁) and `square` = v / (1 - β₂): the
    constant factors become part of the learning rate, which saves two passes over the vectors.
    """

    BETA_1, BETA_2, EPSILON = 0.9, 0.999, 1e-8

    def __init__(self, parameters: Array) -> None:
        self.state = {"mean": np.zeros_like(parameters), "square": np.zeros_like(parameters)}
        self._move = np.empty_like(parameters)

    def scale(self, learning_rate: float) -> float:  # noqa: ARG002
        """1: `step` multiplies by η itself."""
        return 1.0

    def step(self, parameters: Array, gradient: Array, learning_rate: float, number: int) -> None:
        """See `Optimizer`."""
        mean, square, move = self.state["mean"], self.state["square"], self._move
        np.multiply(mean, self.BETA_1, mean)
        np.add(mean, gradient, mean)
        np.multiply(square, self.BETA_2, square)
        np.multiply(gradient, gradient, gradient)
        np.add(square, gradient, square)
        factor_1 = (1 - self.BETA_1) / (1 - self.BETA_1**number)  # mean -> corrected m
        factor_2 = ((1 - self.BETA_2) / (1 - self.BETA_2**number)) ** 0.5  # √square -> √v
        np.sqrt(square, move)
        np.add(move, self.EPSILON / factor_2, move)
        np.divide(mean, move, move)
        np.multiply(move, learning_rate * factor_1 / factor_2, move)
        np.subtract(parameters, move, parameters)


class OptimizerKind(NamedTuple):
    """A row of `OPTIMIZERS`.

    Attributes
    ----------
    make
        `make(parameters, momentum, nesterov)` makes the optimizer for a flat vector.
    takes_momentum
        Whether it uses the settings momentum and nesterov.
    usual_rate
        Learning rate that usually works; None if it depends on loss and activation.
    """

    make: Callable[[Array, float, bool], Optimizer]
    takes_momentum: bool
    usual_rate: float | None


def gradient_descent(parameters: Array, momentum: float, nesterov: bool) -> Optimizer:
    """Make stochastic gradient descent, with momentum if that is not 0."""
    return Momentum(parameters, momentum, nesterov=nesterov) if momentum else GradientDescent()


OPTIMIZERS = {
    "sgd": OptimizerKind(gradient_descent, takes_momentum=True, usual_rate=None),
    "adam": OptimizerKind(lambda parameters, *_: Adam(parameters), False, usual_rate=0.003),
}

# Factor of the learning rate after the share `done` (0 to 1) of all steps.
SCHEDULES: dict[str, Callable[[Array], Array]] = {
    "constant": np.ones_like,
    "linear": lambda done: 1 - done,
    "cosine": lambda done: (1 + np.cos(np.pi * done)) / 2,  # Loshchilov and Hutter 2017
}
