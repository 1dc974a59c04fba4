"""Activation functions of the hidden layers, each beside its derivative.

Every function writes its result into its last argument; those of the lectures make no new arrays.
They work element by element, on arrays of any shape.

To add one, write the two functions and a row in `ACTIVATIONS`. The report computes in the browser
and has its own copy of the table in `activations.js`.
"""

from collections.abc import Callable
from math import inf, pi, sqrt
from typing import Any, NamedTuple, TypeAlias

import numpy as np
from numpy import add, divide, exp, maximum, multiply, negative, sign, subtract
from numpy.typing import NDArray

Array: TypeAlias = NDArray[np.floating[Any]]

# As arrays, because NumPy would convert a Python number in every call.
ZERO, ONE = np.array(0, np.float32), np.array(1, np.float32)

LEAK = 0.01  # slope of the leaky relu below 0 (Maas et al. 2013)
GELU_SCALE, GELU_CUBE = sqrt(2 / pi), 0.044715  # Hendrycks and Gimpel 2016, section 2


class Activation(NamedTuple):
    """An activation function a = f(z) of single neurons.

    Attributes
    ----------
    function
        `function(z, out)` writes f(z); `out` may be `z`.
    derivative
        `derivative(z, a, out)` writes f'(z), from z or from a = f(z); `out` may be `z`.
    low, high
        Range of a. A neuron that is always at one end of it is saturated.
    usual_rate
        Learning rate that usually works for such hidden layers, as a multiple of the sigmoid's.
    """

    function: Callable[[Array, Array], None]
    derivative: Callable[[Array, Array, Array], None]
    low: float
    high: float
    usual_rate: float

    @property
    def at_rest(self) -> float:
        """f(0): about the activation of a neuron that has learned nothing yet."""
        a = np.zeros(1)
        self.function(a, a)
        return float(a[0])


def sigmoid(z: Array, out: Array) -> None:
    """σ(z) = 1 / (1 + exp(-z)).

    For z below -88 exp(-z) is infinity in float32, and 1 / infinity is 0, which is right. The
    callers turn NumPy's warning off.
    """
    negative(z, out)
    exp(out, out)
    add(out, ONE, out)
    divide(ONE, out, out)


def sigmoid_derivative(z: Array, a: Array, out: Array) -> None:  # noqa: ARG001
    """σ' = a (1 - a)."""
    subtract(ONE, a, out)
    multiply(out, a, out)


def tanh(z: Array, out: Array) -> None:
    """Hyperbolic tangent: a sigmoid from -1 to 1."""
    np.tanh(z, out)


def tanh_derivative(z: Array, a: Array, out: Array) -> None:  # noqa: ARG001
    """tanh' = 1 - a²."""
    multiply(a, a, out)
    subtract(ONE, out, out)


def relu(z: Array, out: Array) -> None:
    """max(0, z)."""
    maximum(z, ZERO, out=out)


def relu_derivative(z: Array, a: Array, out: Array) -> None:  # noqa: ARG001
    """1 where the neuron is active, else 0."""
    sign(a, out)  # a is never negative


def leaky_relu(z: Array, out: Array) -> None:
    """z where it is positive, else z / 100: a relu whose derivative is never 0."""
    maximum(z, LEAK * z, out=out)


def leaky_relu_derivative(z: Array, a: Array, out: Array) -> None:  # noqa: ARG001
    """1 where z is positive, else 1/100."""
    out[...] = np.where(z > 0, 1, LEAK)


def gelu(z: Array, out: Array) -> None:
    """z Φ(z), a smooth relu; Φ, the normal distribution, in Hendrycks and Gimpel's tanh form."""
    multiply(z, 0.5 * (1 + np.tanh(_gelu_inner(z))), out)


def gelu_derivative(z: Array, a: Array, out: Array) -> None:  # noqa: ARG001
    """Φ(z) + z Φ'(z)."""
    t = np.tanh(_gelu_inner(z))
    inner_derivative = GELU_SCALE * (1 + 3 * GELU_CUBE * z * z)
    out[...] = 0.5 * (1 + t) + 0.5 * z * (1 - t * t) * inner_derivative


def _gelu_inner(z: Array) -> Array:
    inner: Array = GELU_SCALE * (z + GELU_CUBE * z * z * z)
    return inner


def linear(z: Array, out: Array) -> None:
    """z itself. Without a non-linearity, several layers compute no more than one."""
    np.copyto(out, z)


def linear_derivative(z: Array, a: Array, out: Array) -> None:  # noqa: ARG001
    """1 everywhere."""
    out.fill(1)


ACTIVATIONS = {
    "sigmoid": Activation(sigmoid, sigmoid_derivative, 0, 1, usual_rate=1),
    "tanh": Activation(tanh, tanh_derivative, -1, 1, usual_rate=0.2),
    "relu": Activation(relu, relu_derivative, 0, inf, usual_rate=0.1),
    "leaky_relu": Activation(leaky_relu, leaky_relu_derivative, -inf, inf, usual_rate=0.1),
    "gelu": Activation(gelu, gelu_derivative, -0.17, inf, usual_rate=0.1),
    "linear": Activation(linear, linear_derivative, -inf, inf, usual_rate=0.03),
}
