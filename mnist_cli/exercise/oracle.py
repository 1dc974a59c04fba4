"""What the pupils' functions must return, found without backpropagation.

Slopes are central differences, (f(p + h) - f(p - h)) / 2h; the rest is plain arithmetic.
"""

import math
from collections.abc import Callable, Sequence
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]
STEP = 1e-5


def slopes_of(function: Callable[[], float], parameters: Array) -> Array:
    """Return the slope of `function` along each of the parameters, which it reads."""
    slopes, values = np.empty_like(parameters), parameters.reshape(-1)
    for i, middle in enumerate(values.tolist()):
        values[i] = middle + STEP
        above = function()
        values[i] = middle - STEP
        slopes.flat[i] = (above - function()) / (2 * STEP)
        values[i] = middle
    return slopes


def sigmoid(z: float) -> float:
    """Return σ(z) by another formula than the usual one: (1 + tanh(z/2)) / 2."""
    return (1 + math.tanh(z / 2)) / 2


def layers(image: Array, weights: Sequence[Array], biases: Sequence[Array]) -> list[Array]:
    """Return the activations of every layer, the image first."""
    activations = [image]
    for w, b in zip(weights, biases, strict=True):
        activations.append((1 + np.tanh((activations[-1] @ w + b) / 2)) / 2)
    return activations


def squared_error(a: Array, y: Array) -> float:
    """Return Σ (a - y)²."""
    return float(np.sum((a - y) ** 2))


def line_loss(parameters: Array, x: Array, y: Array) -> float:
    """Return the mean of (w x + b - y)², for the parameters [w, b]."""
    w, b = parameters.tolist()
    pairs = zip(x.tolist(), y.tolist(), strict=True)
    return float(sum((w * xi + b - yi) ** 2 for xi, yi in pairs)) / len(x)


def network(
    rng: np.random.Generator, sizes: Sequence[int]
) -> tuple[Array, Array, list[Array], list[Array]]:
    """Return an image with much black, a wanted output, and random weights and biases."""
    pairs = list(pairwise(sizes))
    image = rng.random(sizes[0]) * (rng.random(sizes[0]) < 0.3)
    weights = [rng.normal(0, 2 * m**-0.5, (m, n)) for m, n in pairs]
    biases = [rng.normal(0, 1, n) for _, n in pairs]
    return image, np.eye(sizes[-1])[3], weights, biases
