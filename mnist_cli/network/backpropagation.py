"""Backpropagation: the forward and the backward pass of a mini-batch, which give the gradient.

The formulas are those of `network`; the arrays are made once and used in every step. Below each
column of activations there is a 1, so that one product computes with weights and biases:
[W b] [a; 1] = W a + b. The pixels are numbers from 0 to 255, with 255 in place of this 1. They are
divided by 255 after the first product, where there are fewer numbers.
"""

from collections.abc import Callable, Iterator
from functools import cache

import numpy as np
from numpy import multiply
from numpy.typing import NDArray

from mnist_cli.images import PIXELS
from mnist_cli.network.activations import ACTIVATIONS, Array
from mnist_cli.network.losses import LOSSES
from mnist_cli.network.network import GREY_LEVEL, Network
from mnist_cli.network.parameters import layer_matrices, layer_views

AT_ONCE = 1000  # largest number of images in one pass: it limits the memory


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


class Layer:
    """One layer of a network, and the arrays that n images need there.

    Attributes
    ----------
    matrix, gradient : [W b] and d loss / d [W b], (neurons, neurons before + 1)
    inputs : [a; 1] of the layer before, (neurons before + 1, n)
    z, a, delta : W a_before + b, f(z) and d loss / d z, (neurons, n)
    function : f, of a = f(z)
    outputs : [a; 1], (neurons + 1, n)
    back : [W b]ᵀ δ of the layer after, (neurons + 1, n); all but its last row is `delta`
    """

    def __init__(
        self,
        matrix: Array,
        gradient: Array,
        inputs: Array,
        function: Callable[[Array, Array], None],
    ) -> None:
        self.matrix, self.gradient, self.inputs, self.function = matrix, gradient, inputs, function
        shape = (len(matrix) + 1, inputs.shape[1])
        self.outputs, self.back = np.ones(shape, matrix.dtype), np.zeros(shape, matrix.dtype)
        self.a, self.delta = self.outputs[:-1], self.back[:-1]
        self.z = np.zeros_like(self.a)
        self.matrix_t, self.inputs_t = matrix.T, inputs.T


class MiniBatch:
    """The forward and the backward pass of n images.

    Parameters
    ----------
    network
        Its current parameters are used in every step.
    size
        n.
    gradient
        Where `backward` writes its result; by default a new one.

    Attributes
    ----------
    pixels : (n, 784) from 0 to 255; to be filled, like the targets, before `forward`
    targets, outputs, logits : (n, 10), or (n, k) for k classes
    layers : the first hidden layer first
    gradient : result of `backward`: the gradient of the summed loss, times `scale`
    scale : 1/n, for the gradient of the mean loss; an array without dimensions
    """

    def __init__(self, network: Network, size: int, gradient: Gradient | None = None) -> None:
        dtype = network.parameters.dtype
        self.gradient, self.scale = gradient or Gradient(network), np.array(1 / size, dtype)
        rows = np.full((size, PIXELS + 1), 255, dtype)
        self.layers: list[Layer] = []
        inputs = rows.T
        own = zip(network.matrices, self.gradient.matrices, network.functions, strict=True)
        for matrix, gradient_matrix, function in own:
            self.layers.append(Layer(matrix, gradient_matrix, inputs, function))
            inputs = self.layers[-1].outputs
        self.derivative = ACTIVATIONS[network.activation].derivative
        self.loss_function = LOSSES[network.loss][network.output_activation].function
        last = self.layers[-1]
        self.y = np.zeros_like(last.a)
        self.pixels, self.targets = rows[:, :-1], self.y.T
        self.outputs, self.logits = last.a.T, last.z.T
        self._bytes = np.empty((size, PIXELS), np.uint8)
        self._wanted = wanted_outputs(network)

    def load(
        self, images: NDArray[np.uint8], labels: NDArray[np.intp], chosen: NDArray[np.intp]
    ) -> None:
        """Copy n chosen images and labels out of all images (m, 784) and labels (m,)."""
        # "clip", because "raise", the default, would make another copy
        images.take(chosen, 0, self._bytes, "clip")
        np.copyto(self.pixels, self._bytes)
        self._wanted.take(labels.take(chosen), 1, self.y, "clip")

    def forward(self) -> None:
        """Layer after layer, z = W a_before + b and a = f(z)."""
        first = self.layers[0]
        for layer in self.layers:
            layer.matrix.dot(layer.inputs, layer.z)
            if layer is first:
                multiply(layer.z, GREY_LEVEL, layer.z)
            layer.function(layer.z, layer.a)

    def loss(self) -> float:
        """Return the loss, summed over the images; write δ of the last layer (BP1)."""
        last = self.layers[-1]
        return self.loss_function(last.z, last.a, self.y, last.delta)

    def backward(self) -> None:
        """From δ of the last layer to the first layer: BP2 to BP4 of Nielsen's chapter 2."""
        layer = self.layers[-1]
        # the whole gradient is proportional to this δ
        multiply(layer.delta, self.scale, layer.delta)
        for before in self.layers[-2::-1]:
            # BP3 and BP4: d loss / d [W b] = δ [a; 1]ᵀ, summed over the images
            layer.delta.dot(layer.inputs_t, layer.gradient)
            # BP2: δ of the layer before = Wᵀ δ · f'(z)
            layer.matrix_t.dot(layer.delta, before.back)
            self.derivative(before.z, before.a, before.z)
            multiply(before.delta, before.z, before.delta)
            layer = before
        # the first layer's inputs are 255 times too large, so its δ is made 255 times smaller
        multiply(layer.delta, GREY_LEVEL, layer.delta)
        layer.delta.dot(layer.inputs_t, layer.gradient)

    def backpropagate(self) -> float:
        """Forward and backward; return the summed loss."""
        self.forward()
        loss = self.loss()
        self.backward()
        return loss


def wanted_outputs(network: Network) -> Array:
    """Return the targets of the k classes and of an image that shows none, (k, k + 1) as columns.

    An image of class c has a 1 at c. One that shows none has the label k: all its targets are 0, or
    equal where the outputs add up to 1. Source: D. Hendrycks, M. Mazeika, T. Dietterich: Deep
    anomaly detection with outlier exposure. ICLR 2019.
    """
    targets = np.eye(network.outputs, network.outputs + 1, dtype=network.parameters.dtype)
    if network.output_activation == "softmax":
        targets[:, -1] = 1 / network.outputs
    return targets


class Batches:
    """Mini-batches of any size of the same images; above `AT_ONCE` they are computed in parts.

    Parameters
    ----------
    network
        Its current parameters are used in every step.
    images, labels
        (m, 784) uint8, and (m,) from 0 to k-1; k for an image that shows none of the classes.

    Attributes
    ----------
    gradient : result of `find_gradient`
    """

    def __init__(
        self, network: Network, images: NDArray[np.uint8], labels: NDArray[np.uint8]
    ) -> None:
        self.images, self.labels = images, labels.astype(np.intp)  # the type that `take` wants
        self.gradient = Gradient(network)
        self._of_size = cache(lambda size: MiniBatch(network, size, self.gradient))

    def load(self, chosen: NDArray[np.intp]) -> MiniBatch:
        """Return the chosen images as a mini-batch; the next one of its size reuses its arrays."""
        batch = self._of_size(len(chosen))
        batch.load(self.images, self.labels, chosen)
        return batch

    def find_gradient(self, chosen: NDArray[np.intp], scale: float) -> float:
        """Compute the gradient of the chosen images' summed loss, times `scale`.

        Returns the summed loss.
        """
        if len(chosen) > AT_ONCE:
            return self._find_in_parts(chosen, scale)
        batch = self.load(chosen)
        batch.scale[...] = scale
        return batch.backpropagate()

    def _find_in_parts(self, chosen: NDArray[np.intp], scale: float) -> float:
        loss, gradient = 0.0, np.zeros_like(self.gradient.flat)
        for part in in_parts(chosen):
            loss += self.find_gradient(part, scale)
            gradient += self.gradient.flat
        self.gradient.flat[:] = gradient
        return loss


def in_parts(chosen: NDArray[np.intp]) -> Iterator[NDArray[np.intp]]:
    """Cut the chosen images into parts of at most `AT_ONCE`."""
    return (chosen[start : start + AT_ONCE] for start in range(0, len(chosen), AT_ONCE))
