"""Backpropagation: a mini-batch on its way through a network and back, to the gradient.

It is the way of `network`, written down once as a list of operations on arrays that are made once.
Below every column stands a 1, so that one product does both W and b: [W b] [a; 1] = W a + b. Pixels
come as numbers from 0 to 255 with 255 below them, and are divided after the first product, where
there are fewer numbers: [W b] [255 x; 255] / 255 = W x + b.
"""

from collections.abc import Sequence
from functools import partial
from itertools import accumulate, pairwise

import numpy as np
from numpy import multiply
from numpy.typing import DTypeLike

from mnist_cli.functions import ACTIVATIONS, Array, Operations, do_all, loss_function
from mnist_cli.network import INK, PIXELS, Network, layer_matrices, layer_views

FEWEST_ROWS = 8  # a product is not cut into blocks of fewer


class Gradient:
    """d loss / d parameter for every parameter of a network, times the scale of a `MiniBatch`.

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
    """Room for `count` images, (count, 785): pixels from 0 to 255, and 255 for the biases."""
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
        The images, from `byte_rows`, of the network's type; their number is n.
    gradient
        Where `learn` writes; its own if none is given.
    scale
        What the gradient of the summed loss is multiplied with, an array of no dimensions; by
        default 1/n, which makes it the gradient of the mean.
    most
        How many multiplications a product may have; a larger one is done in blocks of neurons.

    Attributes
    ----------
    pixels : (n, 784) from 0 to 255; the caller fills these and the targets
    targets, outputs, logits : (n, 10)
    activations : per layer (neurons + 1, n): an image is a column, with a 1 below; first the rows
        as columns, with 255 below
    pre_activations : z per layer, (neurons, n); overwritten on the way back
    deltas : δ = d loss / d z per layer, (neurons, n), times the scale
    gradient : what `learn` has found
    loss : call it after `forward` for the sum of the loss over the batch
    way_forward, way_back : the operations before and behind the loss
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
        self._scale = np.array(1 / len(rows), rows.dtype) if scale is None else scale
        self._make_rooms(rows)
        value, to_delta = loss_function(network.loss, network.output_activation)
        ends = (self.logits.T, self.outputs.T, self.targets.T, self.deltas[-1])
        self.way_forward, self.loss = self._plan_forward(most), value(*ends)
        self.way_back = to_delta(*ends) + self._plan_back(most)

    def _make_rooms(self, rows: Array) -> None:
        """Make all arrays. Every layer has a row for the constant 1, whether it is used or not."""
        widths = self.network.layer_sizes[1:]
        shape = (sum(widths) + len(widths), len(rows))
        # those of all layers stand in one block, so that f' can be taken of all layers at once
        self._a_block, self._z_block, d_block = (np.ones(shape, rows.dtype) for _ in range(3))
        self.activations = [rows.T, *_by_layer(self._a_block, widths)]
        self.pre_activations = [z[:-1] for z in _by_layer(self._z_block, widths)]
        self._with_constant = _by_layer(d_block, widths)  # Wᵀ δ, the constant's row included
        self.deltas = [delta[:-1] for delta in self._with_constant]
        self.pixels, self.outputs = rows[:, :-1], self.activations[-1][:-1].T
        self.targets, self.logits = np.zeros_like(self.outputs), self.pre_activations[-1].T

    def _plan_forward(self, most: int | None) -> Operations:
        """Layer after layer: z = W a + b, then a = f(z)."""
        net = self.network
        way: Operations = []
        for layer, (matrix, function) in enumerate(zip(net.matrices, net.functions, strict=True)):
            a, z = self.activations[layer], self.pre_activations[layer]
            way += products(matrix, a, z, most)
            if layer == 0:
                way.append(partial(multiply, z, INK, z))
            way += function(z, self.activations[layer + 1][:-1])
        return way

    def _plan_back(self, most: int | None) -> Operations:
        """From δ of the last layer back to the first (Nielsen, chapter 2, BP2 to BP4).

        d loss / d [W b] = δ [a; 1]ᵀ summed over the batch, and δ of the layer before is
        Wᵀ δ · f'(z).
        """
        net, first, last = self.network, self.deltas[0], self.deltas[-1]
        hidden = slice(0, len(self._z_block) - len(self._with_constant[-1]))
        # all that follows is proportional to the last δ, so that is what is scaled
        way: Operations = [partial(multiply, last, self._scale, last)]
        # f'(z) of all hidden layers, in the place of z
        way += ACTIVATIONS[net.activation].slope(self._a_block[hidden], self._z_block[hidden])
        for layer in reversed(range(1, len(self.deltas))):
            delta, delta_before = self.deltas[layer], self.deltas[layer - 1]
            slopes, room = self.pre_activations[layer - 1], self._with_constant[layer - 1]
            way += products(delta, self.activations[layer].T, self.gradient.matrices[layer], most)
            way.append(partial(net.matrices[layer].T.dot, delta, room))
            way.append(partial(multiply, delta_before, slopes, delta_before))
        way.append(partial(multiply, first, INK, first))
        way += products(first, self.activations[0].T, self.gradient.matrices[0], most)
        return way

    def forward(self) -> None:
        """From the pixels to the outputs: like `Network.layers`, without making arrays."""
        do_all(self.way_forward)

    def learn(self) -> float:
        """From the pixels to the outputs and back to the gradient; returns the summed loss."""
        for operation in self.way_forward:  # not `do_all`: a call is half a percent of a step
            operation()
        loss = self.loss()
        for operation in self.way_back:
            operation()
        return loss


def _by_layer(block: Array, widths: Sequence[int]) -> list[Array]:
    """Cut a block into the rows of each layer, the last of them for the constant 1."""
    bounds = accumulate((width + 1 for width in widths), initial=0)
    return [block[a:b] for a, b in pairwise(bounds)]


def products(left: Array, right: Array, out: Array, most: int | None = None) -> Operations:
    """Operations that write `left @ right` into `out`, each with at most `most` multiplications.

    A larger product is cut into equal blocks of rows of `left`, unless these were too few to be
    fast.
    """
    count = len(left)
    rows = count if most is None else max(1, most // right.size)
    blocks = -(-count // rows)
    if count // blocks < FEWEST_ROWS:
        blocks = 1
    bounds = [count * block // blocks for block in range(blocks + 1)]
    # the method, because the function of that name looks for overriding classes first
    return [partial(left[a:b].dot, right, out[a:b]) for a, b in pairwise(bounds)]
