"""Backpropagation: a mini-batch on its way through a network and back, to the gradient.

It is the way of `network`, written down once as a list of operations on arrays that are made once.
A 1 stands below every column, so that one product does both W and b: [W b] [a; 1] = W a + b.
Pixels come as the bytes that they are, and are divided by 255 where there are fewer numbers:
[W b] [255 x; 255] / 255 = W x + b.
"""

from collections.abc import Sequence
from functools import partial
from itertools import accumulate, pairwise

import numpy as np
from numpy import multiply
from numpy.typing import DTypeLike

from mnist_cli.functions import ACTIVATIONS, Array, Operations, loss_function
from mnist_cli.network import DIGITS, PIXELS, Network, layer_matrices, layer_views

INK = np.array(1 / 255, np.float32)  # a pixel's byte -> [0, 1]
FEWEST_ROWS = 8  # a product is not cut into narrower blocks than these


class Gradient:
    """d loss / d parameter for every parameter of a network.

    Attributes
    ----------
    flat : vector beside `network.parameters`
    matrices : per layer, views into `flat`
    weights, biases : per layer, views into `flat`
    """

    def __init__(self, network: Network) -> None:
        self.flat = np.zeros_like(network.parameters)
        self.matrices = layer_matrices(self.flat, network.layer_sizes)
        self.weights, self.biases = layer_views(self.flat, network.layer_sizes)


def byte_rows(count: int, dtype: DTypeLike = np.float32) -> Array:
    """Room for `count` images, (count, 785): 784 bytes as floats, and 255, for the biases."""
    return np.full((count, PIXELS + 1), 255, dtype)


class MiniBatch:
    """Room for n images on their way through a network and back.

    The way is always the same operations on the same arrays, so both are bound to each other once;
    then a step of training looks nothing up and makes no array.

    Parameters
    ----------
    network
        Its parameters are read anew at every step.
    rows
        The images, from `byte_rows`; their number is n.
    gradient
        Where `backward` writes; its own if none is given.
    scale
        What the gradient of the summed loss is multiplied with, an array of no dimensions; by
        default 1/n, which makes it the gradient of the mean.
    most
        How many multiplications a product may have; a larger one is done in blocks of neurons.

    Attributes
    ----------
    pixels : (n, 784) from 0 to 255; the caller fills these and the targets
    targets, outputs, logits : (n, 10)
    activations : per layer (neurons + 1, n): an image is a column, and ends with a 1; first the
        rows as columns, in bytes
    pre_activations : z per layer, (neurons, n); overwritten on the way back
    deltas : d loss / d z per layer, (neurons, n)
    gradient : what `backward` has found
    way_forward, way_back : the operations of `forward` and `backward`
    """

    def __init__(
        self,
        network: Network,
        rows: Array,
        gradient: Gradient | None = None,
        scale: Array | None = None,
        most: int | None = None,
    ) -> None:
        self.network, self.gradient = network, gradient or Gradient(network)
        size, widths = len(rows), network.layer_sizes[1:]
        hidden, room = widths[:-1], partial(np.ones, dtype=rows.dtype)
        self._hidden, self._slopes = (room((sum(hidden) + len(hidden), size)) for _ in range(2))
        self.activations = [rows.T, *_by_layer(self._hidden, hidden), room((DIGITS + 1, size))]
        self.pre_activations = [room((width, size)) for width in widths]
        # with a row for δ of the constant 1, which the product with Wᵀ yields and nobody needs
        self._delta_rooms = [room((width + 1, size)) for width in widths]
        self.deltas = [delta_room[:-1] for delta_room in self._delta_rooms]
        self.pixels, self.outputs = rows[:, :-1], self.activations[-1][:-1].T
        self.targets, self.logits = np.zeros_like(self.outputs), self.pre_activations[-1].T
        self._loss = loss_function(network.loss, network.output_activation)
        # what both parts of the loss work on
        self._ends = (self.logits.T, self.outputs.T, self.targets.T, self.deltas[-1])
        self._scale = np.array(1 / size, rows.dtype) if scale is None else scale
        self.way_forward, self.way_back = self._plan_forward(most), self._plan_back(most)

    def _plan_forward(self, most: int | None) -> Operations:
        """Layer after layer: z = W a + b, then a = f(z)."""
        net = self.network
        way: Operations = []
        for layer, (matrix, function) in enumerate(zip(net.matrices, net.functions, strict=True)):
            z = self.pre_activations[layer]
            way += products(matrix, self.activations[layer], z, most)
            if layer == 0:
                way.append(partial(multiply, z, INK, z))
            way += function(z, self.activations[layer + 1][:-1])
        return way

    def _plan_back(self, most: int | None) -> Operations:
        """From δ of the last layer back to the first (Nielsen, chapter 2, BP1 to BP4).

        d loss / d [W b] = δ [a; 1]ᵀ summed over the batch, and δ of the layer before is
        Wᵀ δ · f'(z).
        """
        net, last = self.network, self.deltas[-1]
        slopes = _by_layer(self._slopes, net.layer_sizes[1:-1])
        way = self._loss.pull_back(*self._ends)
        way.append(partial(multiply, last, self._scale, last))  # all that follows is linear in it
        way += ACTIVATIONS[net.activation].slope(self._hidden, self._slopes)  # of all layers
        for layer in reversed(range(len(self.deltas))):
            a, delta = self.activations[layer], self.deltas[layer]
            if layer == 0:
                way.append(partial(multiply, delta, INK, delta))
            way += products(delta, a.T, self.gradient.matrices[layer], most)
            if layer > 0:
                before, room = self.deltas[layer - 1], self._delta_rooms[layer - 1]
                way.append(partial(net.matrices[layer].T.dot, delta, room))
                way.append(partial(multiply, before, slopes[layer - 1][:-1], before))
        return way

    def forward(self) -> None:
        """From the pixels to the outputs: like `Network.layers`, without making arrays."""
        for operation in self.way_forward:
            operation()

    def loss(self) -> float:
        """Sum of the loss over the batch."""
        return self._loss.value(*self._ends)

    def backward(self) -> None:
        """From the loss back to the gradient; after `loss`."""
        for operation in self.way_back:
            operation()


def _by_layer(block: Array, widths: Sequence[int]) -> list[Array]:
    """Cut a block into the rows of each layer, the last of them for the constant 1."""
    bounds = accumulate((width + 1 for width in widths), initial=0)
    return [block[a:b] for a, b in pairwise(bounds)]


def products(left: Array, right: Array, out: Array, most: int | None = None) -> Operations:
    """Operations that write `left @ right` into `out`, each with at most `most` multiplications.

    A larger product is cut into blocks of rows of `left`, unless they were too narrow to be fast.
    """
    rows = len(left) if most is None else most // right.size
    blocks = -(-len(left) // rows) if rows >= FEWEST_ROWS else 1
    bounds = [len(left) * block // blocks for block in range(blocks + 1)]
    # the method, because the function of that name looks for overriding classes first
    return [partial(left[a:b].dot, right, out[a:b]) for a, b in pairwise(bounds)]
