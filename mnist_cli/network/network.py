"""The network of the lectures: its parameters and the forward pass.

As in the lectures and in Nielsen's book, an image is a column inside the network, and every layer
computes a = σ(W a_before + b), here for many columns at once. W and b stand side by side in one
matrix [W b], (neurons, neurons before + 1).

Outside the network, an image is a row: inputs (n, 784), outputs (n, 10), or (n, k) for
k classes; and `weights` are (neurons before, neurons), the transposes of Nielsen's W.
"""

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import DTypeLike, NDArray

from mnist_cli.errors import InputError
from mnist_cli.images import PIXELS
from mnist_cli.network.activations import ACTIVATIONS, Array
from mnist_cli.network.losses import OUTPUT_ACTIVATIONS
from mnist_cli.network.parameters import (
    INITIALIZATIONS,
    layer_matrices,
    layer_views,
    parameter_count,
)

DIGITS = 10  # outputs of a network of digits, one each
GREY_LEVEL = np.array(1 / 255, np.float32)  # a pixel's byte times this is from 0 to 1


def to_inputs(images: NDArray[np.uint8]) -> NDArray[np.float32]:
    """Bytes (n, 784), 0 for paper and 255 for ink, as inputs from 0 to 1."""
    return images * GREY_LEVEL


def check_inputs(inputs: Array) -> None:
    """Raise InputError for anything but finite floats (n, 784): bytes are 255 times too large."""
    if inputs.dtype.kind != "f" or inputs.ndim != 2 or inputs.shape[1] != PIXELS:
        raise InputError(
            f"inputs: must be floats (n, {PIXELS}) from 0 to 1, got {inputs.dtype} of "
            f"{inputs.shape}; to_inputs makes them of bytes"
        )
    if not np.isfinite(inputs).all():
        raise InputError("inputs: must be finite, got NaN or infinity")


def one_hot(labels: NDArray[Any], dtype: DTypeLike = np.float32, outputs: int = DIGITS) -> Array:
    """Labels (n,) as targets (n, outputs): 1 at the label, 0 elsewhere."""
    targets: Array = np.eye(outputs, dtype=dtype)[labels]
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
    outputs
        Neurons in the last layer, one for each class: k.
    dtype
        float32 for training; float64 to check gradients.

    Attributes
    ----------
    layer_sizes : for example (784, 16, 16, 10)
    outputs : k, the last of them
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
        outputs: int = DIGITS,
        dtype: DTypeLike = np.float32,
    ) -> None:
        self.layer_sizes, self.outputs = (PIXELS, *hidden_sizes, outputs), outputs
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
        """Activations of every layer, inputs (n, 784) first and outputs (n, k) last.

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
        """z of the last layer, (n, k). Raises what `layers` raises."""
        z: Array = self.layers(inputs)[-2] @ self.weights[-1] + self.biases[-1]
        return z

    def __call__(self, inputs: Array) -> Array:
        """Outputs (n, k) for inputs (n, 784) in [0, 1]. Raises what `layers` raises."""
        return self.layers(inputs)[-1]
