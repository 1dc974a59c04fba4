"""Activations of the last layer, and losses, which training minimizes.

Backpropagation starts at the loss. From z, a = f(z) and the targets y of the last layer, a loss
function computes the loss and the error δ = d loss / d z, Nielsen's BP1: δ = d loss / d a · f'(z).
An image is a column: z, a, y and δ are (10, n).

To add a loss, write it as a function of a (see `half_squared_error`) and give it a row in `LOSSES`.
"""

from collections.abc import Callable
from typing import NamedTuple, TypeAlias

import numpy as np
from numpy import divide, exp, multiply, subtract

from mnist_cli.network.activations import ZERO, Array, linear, sigmoid, sigmoid_derivative

LossOfOutputs: TypeAlias = Callable[[Array, Array, Array], float]  # a, y; writes d loss / d a
LossOfLogits: TypeAlias = Callable[[Array, Array, Array, Array], float]  # z, a, y; writes δ


class OutputActivation(NamedTuple):
    """An activation a = f(z) of the last layer.

    Attributes
    ----------
    function
        `function(z, out)` writes f(z); `out` may be `z`.
    to_delta
        `to_delta(d_a, z, a)` turns `d_a`, d loss / d a, into δ = d loss / d z, in place; it may
        overwrite z.
    usual_rate
        Learning rate that usually works for a loss of a, as a multiple of the sigmoid's.
    """

    function: Callable[[Array, Array], None]
    to_delta: Callable[[Array, Array, Array], None]
    usual_rate: float


class Loss(NamedTuple):
    """A loss behind one activation of the last layer.

    Attributes
    ----------
    function
        `function(z, a, y, delta)` returns the sum over the images and writes δ; it may overwrite
        z.
    usual_rate
        Learning rate that usually works for a small network with sigmoid hidden layers.
    recovers
        Whether an output that saturates still learns: δ has no factor that is 0 there.
    """

    function: LossOfLogits
    usual_rate: float
    recovers: bool = False


# -- activations of the last layer -----------------------------------------------------------------


def times_sigmoid_derivative(d_a: Array, z: Array, a: Array) -> None:
    """Multiply by σ'(z)."""
    sigmoid_derivative(z, a, z)
    multiply(d_a, z, d_a)


def softmax(z: Array, out: Array) -> None:
    """exp(z) / Σ exp(z) over each column; the largest z is subtracted first, against overflow."""
    subtract(z, z.max(axis=0), out)
    exp(out, out)
    divide(out, out.sum(axis=0), out)


def times_softmax_derivative(d_a: Array, z: Array, a: Array) -> None:
    """Multiply each column by the derivative diag(a) - a aᵀ: every output depends on every z."""
    multiply(d_a, a, z)
    subtract(d_a, z.sum(axis=0), d_a)
    multiply(d_a, a, d_a)


def times_one(d_a: Array, z: Array, a: Array) -> None:
    """Leave it unchanged: a = z has the derivative 1."""


OUTPUT_ACTIVATIONS = {
    "sigmoid": OutputActivation(sigmoid, times_sigmoid_derivative, usual_rate=1),
    "softmax": OutputActivation(softmax, times_softmax_derivative, usual_rate=2 / 3),
    "linear": OutputActivation(linear, times_one, usual_rate=1 / 10),
}


# -- losses ----------------------------------------------------------------------------------------


def half_squared_error(a: Array, y: Array, d_a: Array) -> float:
    """½ Σ (a - y)², with d loss / d a = a - y.

    The lectures' cost has no ½, so the cost and its gradient are twice as large.
    """
    subtract(a, y, d_a)
    differences = d_a.reshape(-1)
    return 0.5 * float(differences.dot(differences))


def sigmoid_cross_entropy(z: Array, a: Array, y: Array, delta: Array) -> float:
    """-Σ y ln a + (1 - y) ln(1 - a), as the same sum Σ ln(1 + exp(z)) - y z; δ = a - y."""
    np.logaddexp(ZERO, z, delta)  # finite for every z (Nielsen, chapter 3)
    total = float(delta.sum()) - float(np.vdot(y, z))
    subtract(a, y, delta)
    return total


def softmax_cross_entropy(z: Array, a: Array, y: Array, delta: Array) -> float:
    """-Σ y ln a, as the same sum Σ ln Σ exp(z) - y z; δ = a - y."""
    log_sum = z.max(axis=0) - np.log(a.max(axis=0))  # ln Σ exp(z) = z - ln a, here with a > 0
    total = float(log_sum.sum()) - float(np.vdot(y, z))
    subtract(a, y, delta)
    return total


def loss_of_z(activation: OutputActivation, loss_of_outputs: LossOfOutputs) -> LossOfLogits:
    """Make a loss of z from a loss of a = f(z), with BP1: δ = d loss / d a · f'(z)."""

    def loss(z: Array, a: Array, y: Array, delta: Array) -> float:
        total = loss_of_outputs(a, y, delta)  # d loss / d a
        activation.to_delta(delta, z, a)
        return total

    return loss


def for_every_output(loss_of_outputs: LossOfOutputs, usual_rate: float) -> dict[str, Loss]:
    """Make a loss of z from a loss of a, for each activation of the last layer."""
    return {
        name: Loss(loss_of_z(activation, loss_of_outputs), usual_rate * activation.usual_rate)
        for name, activation in OUTPUT_ACTIVATIONS.items()
    }


# By name, then by the activation of the last layer. The two cross-entropies are losses of z: there
# the derivative of the activation cancels out, and nothing overflows. Linear outputs have none.
LOSSES: dict[str, dict[str, Loss]] = {
    "mse": for_every_output(half_squared_error, usual_rate=3),
    "cross_entropy": {
        "sigmoid": Loss(sigmoid_cross_entropy, usual_rate=0.5, recovers=True),
        "softmax": Loss(softmax_cross_entropy, usual_rate=0.5, recovers=True),
    },
}
