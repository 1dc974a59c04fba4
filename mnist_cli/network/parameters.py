"""The parameters of a network: how the first are drawn, their order in memory and in files."""

from collections.abc import Callable, Sequence
from itertools import pairwise
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from mnist_cli.network.activations import Array


class Initialization(NamedTuple):
    """How the first parameters are drawn, from normal distributions around 0.

    Attributes
    ----------
    spread : standard deviation of a neuron's weights, from its number of inputs
    bias_spread : standard deviation of the biases
    """

    spread: Callable[[int], float]
    bias_spread: float


INITIALIZATIONS = {
    "scaled": Initialization(lambda inputs: inputs**-0.5, 0),  # LeCun et al. 1998
    "normal": Initialization(lambda _: 1.0, 1),  # the lectures, and Nielsen's chapter 1
    "he": Initialization(lambda inputs: (2 / inputs) ** 0.5, 0),  # He et al. 2015, for relu
}


def parameter_count(layer_sizes: Sequence[int]) -> int:
    """Weights and biases together: 13,002 for 784-16-16-10."""
    return sum((fan_in + 1) * fan_out for fan_in, fan_out in pairwise(layer_sizes))


class Place(NamedTuple):
    """What one number of the flat vector is; all counts begin with 0.

    Attributes
    ----------
    layer : the first one after the inputs is 0
    neuron : of that layer
    source : the neuron before it that the weight comes from; None for the bias
    """

    layer: int
    neuron: int
    source: int | None


def place_of(index: int, layer_sizes: Sequence[int]) -> Place:
    """Return what parameter `index` of the flat vector is. Raises IndexError beyond its end."""
    for layer, (fan_in, fan_out) in enumerate(pairwise(layer_sizes)):
        if index < (fan_in + 1) * fan_out:
            neuron, source = divmod(index, fan_in + 1)
            return Place(layer, neuron, source if source < fan_in else None)
        index -= (fan_in + 1) * fan_out
    raise IndexError(index)


def layer_matrices(flat: Array, layer_sizes: Sequence[int]) -> list[Array]:
    """Cut one flat vector into the matrix [W b] of each layer, (fan_out, fan_in + 1).

    The results are views, which share their memory with `flat`.
    """
    matrices, start = [], 0
    for fan_in, fan_out in pairwise(layer_sizes):
        end = start + (fan_in + 1) * fan_out
        matrices.append(flat[start:end].reshape(fan_out, fan_in + 1))
        start = end
    return matrices


def layer_views(flat: Array, layer_sizes: Sequence[int]) -> tuple[list[Array], list[Array]]:
    """Views of the weights (fan_in, fan_out) and biases (fan_out,) of each layer in `flat`."""
    matrices = layer_matrices(flat, layer_sizes)
    return [matrix[:, :-1].T for matrix in matrices], [matrix[:, -1] for matrix in matrices]


def by_rows(flat: NDArray[Any], layer_sizes: Sequence[int]) -> NDArray[Any]:
    """Return `flat` in the order of files: weights row by row, then biases, layer after layer."""
    pairs = zip(*layer_views(flat, layer_sizes), strict=True)
    return np.concatenate([part.ravel() for pair in pairs for part in pair])


def fill_by_rows(flat: NDArray[Any], ordered: NDArray[Any], layer_sizes: Sequence[int]) -> None:
    """Write values in the order of files into `flat`: the inverse of `by_rows`."""
    start = 0
    for pair in zip(*layer_views(flat, layer_sizes), strict=True):
        for part in pair:
            part[...] = ordered[start : start + part.size].reshape(part.shape)
            start += part.size
