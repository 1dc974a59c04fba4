"""The network of the lectures: its parameters and the forward pass.

As in the lectures and in Nielsen's book, an image is a column inside the network, and every layer
computes a = σ(W a_before + b), here for many columns at once. W and b stand side by side in one
matrix [W b], (neurons, neurons before + 1).

Outside the network, an image is a row: inputs (n, 784), outputs (n, 10); and `weights` are (neurons
before, neurons), the transposes of Nielsen's W.
"""

from collections.abc import Callable, Sequence
from itertools import pairwise
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import DTypeLike, NDArray

from mnist_cli.errors import InputError
from mnist_cli.images import PIXELS
from mnist_cli.network.activations import ACTIVATIONS, Array
from mnist_cli.network.losses import OUTPUT_ACTIVATIONS

DIGITS = 10
INK = np.array(1 / 255, np.float32)  # a pixel's byte -> [0, 1]


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


def to_inputs(images: NDArray[np.uint8]) -> NDArray[np.float32]:
    """Bytes (n, 784), 0 for paper and 255 for ink, as inputs from 0 to 1."""
    return images * INK


def check_inputs(inputs: Array) -> None:
    """Refuse what is no input of a network: bytes would go through it without a word."""
    if inputs.dtype.kind != "f" or inputs.ndim != 2 or inputs.shape[1] != PIXELS:
        raise InputError(
            f"inputs: must be floats (n, {PIXELS}) from 0 to 1, got {inputs.dtype} of "
            f"{inputs.shape}; to_inputs makes them of bytes"
        )
    if not np.isfinite(inputs).all():
        raise InputError("inputs: must be finite, got NaN or infinity")


def one_hot(labels: NDArray[Any], dtype: DTypeLike = np.float32) -> Array:
    """Labels (n,) as targets (n, 10): 1 at the label, 0 elsewhere."""
    targets: Array = np.eye(DIGITS, dtype=dtype)[labels]
    return targets


class Network:
    """Layers of neurons; all parameters lie in one flat vector.

    Parameters
    ----------
    hidden_sizes
        Neurons in each hidden layer; the lectures have 16 and 16.
    activation, output_activation, loss
        Names from `activations` and `losses`: of the hidden layers, of the last layer, and of the
        loss that training minimizes.
    dtype
        float32 for training; float64 to check gradients.

    Attributes
    ----------
    layer_sizes : for example (784, 16, 16, 10)
    parameters : flat vector of all weights and biases, zero until `initialize`
    matrices : per layer [W b], views into `parameters`
    weights, biases : per layer, views into `parameters`
    functions : per layer, f of a = f(z)
    """

    def __init__(
        self,
        hidden_sizes: Sequence[int] = (16, 16),
        *,
        activation: str = "sigmoid",
        output_activation: str = "sigmoid",
        loss: str = "mse",
        dtype: DTypeLike = np.float32,
    ) -> None:
        self.layer_sizes = (PIXELS, *hidden_sizes, DIGITS)
        self.activation, self.output_activation, self.loss = activation, output_activation, loss
        hidden, last = ACTIVATIONS[activation], OUTPUT_ACTIVATIONS[output_activation]
        self.functions = [hidden.function] * len(hidden_sizes) + [last.function]
        self.parameters = np.zeros(parameter_count(self.layer_sizes), dtype)
        self.matrices = layer_matrices(self.parameters, self.layer_sizes)
        self.weights, self.biases = layer_views(self.parameters, self.layer_sizes)

    def initialize(self, rng: "np.random.Generator", kind: str = "scaled") -> None:
        """Draw all parameters anew; `kind` is a name from `INITIALIZATIONS`."""
        spread, bias_spread = INITIALIZATIONS[kind]
        for weights, biases in zip(self.weights, self.biases, strict=True):
            weights[:] = rng.normal(0.0, spread(len(weights)), weights.shape)
            biases[:] = rng.normal(0.0, bias_spread, biases.shape) if bias_spread else 0.0

    def layers(self, inputs: Array) -> list[Array]:
        """Activations of every layer, inputs (n, 784) first and outputs (n, 10) last.

        Raises InputError for bytes, another shape, NaN and infinity.
        """
        check_inputs(inputs)
        columns = [inputs.T]
        with np.errstate(over="ignore"):  # see `activations.sigmoid`
            for matrix, function in zip(self.matrices, self.functions, strict=True):
                # [out, in] @ [in, n] + [out, 1] -> [out, n]
                z = matrix[:, :-1] @ columns[-1] + matrix[:, -1:]
                function(z, z)
                columns.append(z)
        return [a.T for a in columns]

    def logits(self, inputs: Array) -> Array:
        """z of the last layer, (n, 10). Raises what `layers` raises."""
        z: Array = self.layers(inputs)[-2] @ self.weights[-1] + self.biases[-1]
        return z

    def __call__(self, inputs: Array) -> Array:
        """Outputs (n, 10) for inputs (n, 784) in [0, 1]. Raises what `layers` raises."""
        return self.layers(inputs)[-1]
