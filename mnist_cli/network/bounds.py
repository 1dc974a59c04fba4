"""How large the numbers in a network can become, whatever image it sees."""

import numpy as np

from mnist_cli.errors import InputError
from mnist_cli.network.activations import ACTIVATIONS
from mnist_cli.network.network import Network

LARGEST = 1e30  # float32 ends at 3e38; sums over the neurons of a layer stay below that


def largest_z(network: Network) -> float:
    """Bound |z| of every neuron, for all inputs from 0 to 1.

    |z| is at most the sum of |w| times the largest |a| before, and |b|. That a is 1 for the pixels.
    After a layer it is the end of the activation's range or, where that has none, the largest |z|.
    """
    row = ACTIVATIONS[network.activation]
    end = max(abs(row.low), abs(row.high))
    a, largest = np.ones(network.layer_sizes[0]), 0.0
    for matrix in network.matrices:
        z = np.abs(matrix[:, :-1]) @ a + np.abs(matrix[:, -1])
        largest = max(largest, float(z.max()))
        a = np.minimum(np.maximum(z, 1), end)
    return largest


def check_bounds(network: Network) -> None:
    """Raise InputError if the network's numbers could overflow for some image."""
    largest = largest_z(network)
    if not largest <= LARGEST:
        raise InputError(
            f"its weights are so large that a neuron may compute {largest:.1e}, more than "
            f"{LARGEST:.0e}"
        )
