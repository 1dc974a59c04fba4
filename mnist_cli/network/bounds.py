"""How large the numbers in a network can become, whatever image it sees."""

import numpy as np

from mnist_cli.errors import InputError
from mnist_cli.network.activations import ACTIVATIONS
from mnist_cli.network.network import Network

LARGEST = 1e30  # float32 ends at 3e38; sums over the neurons of a layer stay below that


def largest_z(network: Network) -> float:
    """Bound |z| of every neuron, for all inputs from 0 to 1.

    |z| is at most ‖w‖ times the largest ‖a‖ before, and |b| (Cauchy and Schwarz). A pixel is at
    most 1; a is at most the end of the activation's range or, where that has none, |z|.
    """
    row = ACTIVATIONS[network.activation]
    end = max(abs(row.low), abs(row.high))
    a, largest = np.ones(network.layer_sizes[0], network.parameters.dtype), 0.0
    with np.errstate(over="ignore"):  # infinity is an answer, too
        for matrix in network.matrices:
            weights, biases = matrix[:, :-1], matrix[:, -1]
            lengths = np.sqrt(np.einsum("ji,ji->j", weights, weights))  # makes no copy
            z = lengths * np.sqrt(a @ a) + np.abs(biases)
            largest = max(largest, float(z.max()))
            a = np.minimum(np.maximum(z, 1), np.asarray(end, z.dtype))
    return largest


def is_bounded(network: Network) -> bool:
    """Whether the network's numbers are finite and cannot overflow for any image."""
    return bool(np.isfinite(network.parameters).all()) and largest_z(network) <= LARGEST


def check_bounds(network: Network) -> None:
    """Raise InputError if the network's numbers could overflow for some image."""
    if not is_bounded(network):
        weight = float(np.abs(network.parameters).max())
        raise InputError(
            f"its weights are so large that its numbers could overflow, got one of {weight:.1e}"
        )
