"""Activations and losses: each value beside its derivative.

A step of training does the same operations on the same arrays again and again. So functions do not
compute here, but return operations on given arrays, to be done once or often; `do_all` does a list
of them. They make no arrays; the last one named in an operation is where its result goes. An image
is a column: shapes are (neurons, n). Nothing overflows, whatever the input.
"""

from collections.abc import Callable, Iterable
from functools import partial
from typing import Any, NamedTuple, TypeAlias

import numpy as np
from numpy import add, copyto, divide, exp, maximum, multiply, sign, subtract
from numpy.typing import NDArray

Array: TypeAlias = NDArray[np.floating[Any]]
Operations: TypeAlias = list[Callable[[], object]]


# As arrays, because NumPy converts a Python number anew on every call.
ZERO, HALF, ONE = (np.array(value, np.float32) for value in (0.0, 0.5, 1.0))


def do_all(operations: Iterable[Callable[[], object]]) -> None:
    """Do one operation after the other."""
    for operation in operations:
        operation()


class Activation(NamedTuple):
    """An activation function a = f(z) of single neurons, and its derivative.

    Attributes
    ----------
    apply
        `apply(z, out)` writes f(z) into `out`; the two may be one array.
    slope
        `slope(a, out)` writes f'(z). It needs only the activation itself: σ' = a (1 - a),
        tanh' = 1 - a².
    """

    apply: Callable[[Array, Array], Operations]
    slope: Callable[[Array, Array], Operations]


def sigmoid(z: Array, out: Array) -> Operations:
    """σ(z) = 1 / (1 + exp(-z)), computed as ½ + ½ tanh(z/2), which cannot overflow."""
    return [
        partial(multiply, z, HALF, out),
        partial(np.tanh, out, out),
        partial(multiply, out, HALF, out),
        partial(add, out, HALF, out),
    ]


def sigmoid_slope(a: Array, out: Array) -> Operations:
    """σ' = a (1 - a)."""
    return [partial(subtract, ONE, a, out), partial(multiply, out, a, out)]


def tanh(z: Array, out: Array) -> Operations:
    """Hyperbolic tangent: a sigmoid from -1 to 1."""
    return [partial(np.tanh, z, out)]


def tanh_slope(a: Array, out: Array) -> Operations:
    """tanh' = 1 - a²."""
    return [partial(multiply, a, a, out), partial(subtract, ONE, out, out)]


def relu(z: Array, out: Array) -> Operations:
    """max(0, z)."""
    return [partial(maximum, z, ZERO, out=out)]


def relu_slope(a: Array, out: Array) -> Operations:
    """1 where the neuron is active, else 0."""
    return [partial(sign, a, out)]  # a is never negative


def linear(z: Array, out: Array) -> Operations:
    """z itself: layers without a non-linearity collapse into one."""
    return [partial(copyto, out, z)]


def linear_slope(a: Array, out: Array) -> Operations:  # noqa: ARG001
    """1 everywhere."""
    return [partial(copyto, out, ONE)]


ACTIVATIONS = {
    "sigmoid": Activation(sigmoid, sigmoid_slope),
    "tanh": Activation(tanh, tanh_slope),
    "relu": Activation(relu, relu_slope),
    "linear": Activation(linear, linear_slope),
}


def softmax(z: Array, out: Array) -> Operations:
    """exp(z) / Σ exp(z) over each column; the largest z is taken off first: no overflow."""
    of_column = np.empty_like(z[0])
    return [
        partial(maximum.reduce, z, 0, None, of_column),
        partial(subtract, z, of_column, out),
        partial(exp, out, out),
        partial(add.reduce, out, 0, None, of_column),
        partial(divide, out, of_column, out),
    ]


# The activations of the last layer. Softmax has no slope of single neurons.
OUTPUT_ACTIVATIONS = {
    "sigmoid": sigmoid,
    "softmax": softmax,
    "linear": linear,
}


class Loss(NamedTuple):
    """What training makes small, and where backpropagation begins.

    Both take `logits, outputs, targets, delta` of n images, each (10, n).

    Attributes
    ----------
    value
        The operation that returns the sum over the images, and writes what `to_delta` needs into
        `delta`.
    to_delta
        Operations that turn `delta`, as `value` left it, into δ = d loss / d logits; they overwrite
        `logits`.
    """

    value: Callable[[Array, Array, Array, Array], Callable[[], float]]
    to_delta: Callable[[Array, Array, Array, Array], Operations]


def squared_error(
    logits: Array,  # noqa: ARG001
    outputs: Array,
    targets: Array,
    delta: Array,
) -> Callable[[], float]:
    """½ Σ (a - y)²; `delta` becomes d loss / d a = a - y.

    The lectures' cost has no ½ and so reads twice as high; its gradient step is twice as long.
    """
    differences = delta.reshape(-1)  # a view

    def value() -> float:
        subtract(outputs, targets, delta)
        return 0.5 * float(differences.dot(differences))

    return value


def times_slope(
    slope: Callable[[Array, Array], Operations],
    logits: Array,
    outputs: Array,
    targets: Array,  # noqa: ARG001
    delta: Array,
) -> Operations:
    """d loss / d z = d loss / d a · f'(z)."""
    return [*slope(outputs, logits), partial(multiply, delta, logits, delta)]


def times_softmax_jacobian(
    logits: Array,
    outputs: Array,
    targets: Array,  # noqa: ARG001
    delta: Array,
) -> Operations:
    """Multiply d loss / d a by the Jacobian diag(a) - a aᵀ of each column."""
    of_column = np.empty_like(outputs[0])
    return [
        partial(multiply, delta, outputs, logits),
        partial(add.reduce, logits, 0, None, of_column),
        partial(subtract, delta, of_column, delta),
        partial(multiply, delta, outputs, delta),
    ]


def sigmoid_cross_entropy(
    logits: Array,
    outputs: Array,  # noqa: ARG001
    targets: Array,
    delta: Array,
) -> Callable[[], float]:
    """-Σ y ln a + (1 - y) ln(1 - a) for a = σ(z).

    ln(1 + exp(z)) - y z is the same sum, and finite for every z (Nielsen, chapter 3).
    """

    def value() -> float:
        np.logaddexp(ZERO, logits, delta)
        return float(delta.sum()) - float(np.vdot(targets, logits))

    return value


def softmax_cross_entropy(
    logits: Array, outputs: Array, targets: Array, delta: Array
) -> Callable[[], float]:
    """-Σ y ln a for a = softmax(z) and Σ y = 1.

    ln a = z - ln Σ exp(z), and the column's largest a and z give ln Σ exp(z) = z - ln a with no
    danger of ln 0.
    """
    largest, log_of_largest = np.empty_like(delta[0]), delta[0]

    def value() -> float:
        maximum.reduce(outputs, 0, None, log_of_largest)
        np.log(log_of_largest, log_of_largest)
        maximum.reduce(logits, 0, None, largest)
        subtract(largest, log_of_largest, largest)
        return float(largest.sum()) - float(np.vdot(targets, logits))

    return value


CROSS_ENTROPIES = {"sigmoid": sigmoid_cross_entropy, "softmax": softmax_cross_entropy}


def difference(logits: Array, outputs: Array, targets: Array, delta: Array) -> Operations:  # noqa: ARG001
    """d loss / d z = a - y: in cross-entropies, the derivative of the outputs cancels."""
    return [partial(subtract, outputs, targets, delta)]


def loss_function(loss: str, output_activation: str) -> Loss:
    """Return the loss called `loss` for the activation of the last layer.

    Raises KeyError for a cross-entropy of linear outputs, which has no meaning (the configuration
    refuses it).
    """
    if loss == "cross_entropy":
        return Loss(CROSS_ENTROPIES[output_activation], difference)
    if output_activation == "softmax":
        return Loss(squared_error, times_softmax_jacobian)
    return Loss(squared_error, partial(times_slope, ACTIVATIONS[output_activation].slope))
