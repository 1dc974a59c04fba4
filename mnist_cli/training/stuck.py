"""Neurons whose output is the same for nearly all images: saturated or dead ones."""

from math import isfinite

import numpy as np
from numpy.typing import NDArray

from mnist_cli.data.datasets import Split
from mnist_cli.network.activations import ACTIVATIONS, Activation, Array
from mnist_cli.network.network import Network, to_inputs

NEAR = 0.01  # share of an activation's range that counts as either end of it
STUCK = 0.99  # share of the images on which a saturated neuron is at the same end


def stuck_neurons(network: Network, split: Split) -> list[NDArray[np.bool_]]:
    """Return, for each hidden layer, a mask of the neurons that are stuck on `split`."""
    hidden = network.layers(to_inputs(split.images))[1:-1]
    return [_is_stuck(ACTIVATIONS[network.activation], layer) for layer in hidden]


def _is_stuck(activation: Activation, layer: Array) -> NDArray[np.bool_]:
    """Return which neurons are at the same end of their range on nearly all images."""
    low, high = activation.low, activation.high
    saturates = isfinite(high - low)
    margin, share = (NEAR * (high - low), STUCK) if saturates else (0.0, 1.0)
    at_an_end = (layer <= low + margin).mean(axis=0), (layer >= high - margin).mean(axis=0)
    stuck: NDArray[np.bool_] = np.maximum(*at_an_end) >= share
    return stuck


def stuck_outputs(network: Network, outputs: Array) -> int:
    """Return how many outputs are at the same end of 0 to 1 for nearly all images."""
    if network.output_activation == "linear":
        return 0
    low, high = (outputs <= NEAR).mean(axis=0), (outputs >= 1 - NEAR).mean(axis=0)
    return int((np.maximum(low, high) >= STUCK).sum())
