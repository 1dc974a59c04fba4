"""Activations and losses: each value beside its derivative.

Every function writes into arrays that the caller owns, so that a training step allocates nothing;
the last argument of a NumPy function is where its result goes. Shapes are batch first: (n,
neurons). None of them overflows, whatever its input.
"""

from collections.abc import Callable
from typing import Any, NamedTuple, TypeAlias

import numpy as np
from numpy.typing import NDArray

Array: TypeAlias = NDArray[np.floating[Any]]


# As arrays, because NumPy converts a Python number anew on every call.
ZERO, HALF, ONE = (np.array(value, np.float32) for value in (0.0, 0.5, 1.0))


class Activation(NamedTuple):
    """An activation function a = f(z) and the way a gradient passes back through it.

    Attributes
    ----------
    apply
        `apply(z, out)` writes f(z) into `out`; the two may be one array.
    pull_back
        `pull_back(a, gradient, scratch)` turns d loss / d a into d loss / d z, in place. It needs
        only the activation itself: σ' = a (1 - a), tanh' = 1 - a². `scratch` is overwritten.
    """

    apply: Callable[[Array, Array], None]
    pull_back: Callable[[Array, Array, Array], None]


def sigmoid(z: Array, out: Array) -> None:
    """σ(z) = 1 / (1 + exp(-z)), computed as ½ + ½ tanh(z/2), which cannot overflow."""
    np.multiply(z, HALF, out)
    np.tanh(out, out)
    np.multiply(out, HALF, out)
    np.add(out, HALF, out)


def sigmoid_pull_back(a: Array, gradient: Array, scratch: Array) -> None:
    """Multiply by σ' = a (1 - a)."""
    np.subtract(ONE, a, scratch)
    np.multiply(scratch, a, scratch)
    np.multiply(gradient, scratch, gradient)


def tanh(z: Array, out: Array) -> None:
    """Hyperbolic tangent: a sigmoid from -1 to 1."""
    np.tanh(z, out)


def tanh_pull_back(a: Array, gradient: Array, scratch: Array) -> None:
    """Multiply by tanh' = 1 - a²."""
    np.multiply(a, a, scratch)
    np.subtract(ONE, scratch, scratch)
    np.multiply(gradient, scratch, gradient)


def relu(z: Array, out: Array) -> None:
    """max(0, z)."""
    np.maximum(z, ZERO, out=out)


def relu_pull_back(a: Array, gradient: Array, scratch: Array) -> None:
    """Multiply by 1 where the neuron is active, else by 0."""
    np.sign(a, scratch)  # a is never negative
    np.multiply(gradient, scratch, gradient)


def linear(z: Array, out: Array) -> None:
    """z itself: layers without a non-linearity collapse into one."""
    np.copyto(out, z)


def linear_pull_back(a: Array, gradient: Array, scratch: Array) -> None:
    """Multiply by 1."""


def softmax(z: Array, out: Array) -> None:
    """exp(z) / Σ exp(z) over each row; the largest z is taken off first, so nothing overflows."""
    np.subtract(z, z.max(axis=1, keepdims=True), out)
    np.exp(out, out)
    np.divide(out, out.sum(axis=1, keepdims=True), out)


def softmax_pull_back(a: Array, gradient: Array, scratch: Array) -> None:
    """Multiply by the Jacobian diag(a) - a aᵀ of each row."""
    np.multiply(gradient, a, out=scratch)
    np.subtract(gradient, scratch.sum(axis=1, keepdims=True), out=gradient)
    np.multiply(gradient, a, out=gradient)


ACTIVATIONS = {
    "sigmoid": Activation(sigmoid, sigmoid_pull_back),
    "tanh": Activation(tanh, tanh_pull_back),
    "relu": Activation(relu, relu_pull_back),
    "linear": Activation(linear, linear_pull_back),
    "softmax": Activation(softmax, softmax_pull_back),
}


def squared_error(outputs: Array, targets: Array, gradient: Array) -> float:
    """½ Σ (a - y)² over the whole batch; `gradient` becomes d loss / d a = a - y.

    The lectures' cost has no ½ and so reads twice as high; its gradient step is twice as long.
    """
    np.subtract(outputs, targets, gradient)
    return 0.5 * float(np.vdot(gradient, gradient))


def sigmoid_cross_entropy(logits: Array, outputs: Array, targets: Array, delta: Array) -> float:
    """-Σ y ln a + (1 - y) ln(1 - a) for a = σ(z); `delta` becomes d loss / d z = a - y.

    ln(1 + exp(z)) - y z is the same sum, and finite for every z (Nielsen, chapter 3).
    """
    np.logaddexp(ZERO, logits, delta)
    loss = float(delta.sum()) - float(np.vdot(targets, logits))
    np.subtract(outputs, targets, delta)
    return loss


def softmax_cross_entropy(logits: Array, outputs: Array, targets: Array, delta: Array) -> float:
    """-Σ y ln a for a = softmax(z) and Σ y = 1; `delta` becomes d loss / d z = a - y.

    ln a = z - ln Σ exp(z), and the row's largest a and z give ln Σ exp(z) = z - ln a with no
    danger of ln 0.
    """
    largest = float(np.log(outputs.max(axis=1)).sum())
    loss = float(logits.max(axis=1).sum()) - largest - float(np.vdot(targets, logits))
    np.subtract(outputs, targets, delta)
    return loss


CROSS_ENTROPIES = {"sigmoid": sigmoid_cross_entropy, "softmax": softmax_cross_entropy}


def loss_and_delta(
    loss: str, output_activation: str, logits: Array, outputs: Array, targets: Array, delta: Array
) -> float:
    """Sum of the loss over the batch; `delta` becomes d loss / d logits.

    All arrays have the shape (n, 10); `logits` is overwritten. Raises KeyError for a cross-entropy
    of linear outputs, which has no meaning (the configuration refuses it).
    """
    if loss == "cross_entropy":
        return CROSS_ENTROPIES[output_activation](logits, outputs, targets, delta)
    value = squared_error(outputs, targets, delta)
    ACTIVATIONS[output_activation].pull_back(outputs, delta, logits)
    return value
