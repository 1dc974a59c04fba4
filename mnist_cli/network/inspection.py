"""What backpropagation computes, to be looked at: one call for one image, or for a mini-batch.

Training overwrites its arrays in every step; here they are copies, with an image in each row.
"""

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from mnist_cli.images import PIXELS
from mnist_cli.network.activations import Array
from mnist_cli.network.backpropagation import Gradient, MiniBatch
from mnist_cli.network.network import GREY_LEVEL, Network, one_hot


class Inspection(NamedTuple):
    """The forward and the backward pass of n images.

    Attributes
    ----------
    loss : mean over the images
    activations : per layer, (n, neurons); the inputs (n, 784) from 0 to 1 first
    deltas : per layer after the inputs, δ = d mean loss / d z, (n, neurons)
    gradient : d mean loss / d parameter
    """

    loss: float
    activations: list[Array]
    deltas: list[Array]
    gradient: Gradient


def inspect(network: Network, images: NDArray[Any], labels: NDArray[Any]) -> Inspection:
    """Backpropagate images (n, 784), numbers from 0 to 255, with labels (n,) from 0 to 9."""
    batch = MiniBatch(network, len(images))
    batch.pixels[:], batch.targets[:] = images, one_hot(labels, outputs=network.outputs)
    with np.errstate(over="ignore"):  # see `activations.sigmoid`
        loss = batch.backpropagate() / len(images)
    first, *later = (layer.delta.T.copy() for layer in batch.layers)
    activations = [batch.pixels * GREY_LEVEL, *(layer.a.T.copy() for layer in batch.layers)]
    # the pass left the first δ 255 times smaller, as it needs it beside whole pixels
    return Inspection(loss, activations, [first / GREY_LEVEL, *later], batch.gradient)


def wishes(network: Network, seen: Inspection, layer: int) -> Array:
    """Return -d loss / d a for the activations that enter a layer, counted from 0: (n, neurons).

    It is what all neurons of the layer together want of the neurons before them: -W^T δ.
    """
    return -(seen.deltas[layer] @ network.weights[layer].T)


def mean_sizes(gradient: Gradient) -> list[float]:
    """Mean absolute value of each layer's gradient, weights and biases together."""
    return [float(np.abs(matrix).mean(dtype=np.float64)) for matrix in gradient.matrices]


def multiplied_out(network: Network) -> tuple[Array, Array]:
    """Multiply all layers as if they had no activation: weights (784, k) and biases (k,).

    Computed in float64.
    """
    weights, biases = np.eye(PIXELS), np.zeros(PIXELS)
    for w, b in zip(network.weights, network.biases, strict=True):
        weights, biases = weights @ w, biases @ w + b
    return weights, biases
