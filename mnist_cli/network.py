"""The network of the lectures: its parameters, the way forward and the way back.

Each layer computes `a = f(a_before @ W + b)`, for a whole batch of rows at once. The arrays of
Nielsen's book and of the lectures are the transposes of ours: they write `σ(W a + b)` with one
column per image, weights (neurons, neurons before); here a row is an image and W is
(neurons before, neurons).
"""

from collections.abc import Sequence
from itertools import pairwise
from typing import Any

import numpy as np
from numpy import add, dot, multiply
from numpy.typing import DTypeLike, NDArray

from mnist_cli.functions import ACTIVATIONS, Array, loss_and_delta

PIXELS = 784
DIGITS = 10


def parameter_count(layer_sizes: Sequence[int]) -> int:
    """Weights and biases together: 13,002 for 784-16-16-10."""
    return sum((fan_in + 1) * fan_out for fan_in, fan_out in pairwise(layer_sizes))


def layer_views(flat: Array, layer_sizes: Sequence[int]) -> tuple[list[Array], list[Array]]:
    """Cut one flat vector into the weights (fan_in, fan_out) and biases (fan_out,) of each layer.

    The results are views: what is written to them stands in `flat`, and the other way round.
    """
    weights, biases, start = [], [], 0
    for fan_in, fan_out in pairwise(layer_sizes):
        middle, end = start + fan_in * fan_out, start + (fan_in + 1) * fan_out
        weights.append(flat[start:middle].reshape(fan_in, fan_out))
        biases.append(flat[middle:end])
        start = end
    return weights, biases


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
        Names from `functions`: hidden layers, last layer, and what training makes small.
    dtype
        float32 for training; float64 to check gradients.

    Attributes
    ----------
    layer_sizes : for example (784, 16, 16, 10)
    parameters : flat vector of all weights and biases, zero until `initialize`
    weights, biases : per layer, views into `parameters`
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
        hidden = ACTIVATIONS[activation]
        self.functions = [hidden] * len(hidden_sizes) + [ACTIVATIONS[output_activation]]
        self.parameters = np.zeros(parameter_count(self.layer_sizes), dtype)
        self.weights, self.biases = layer_views(self.parameters, self.layer_sizes)

    def initialize(self, rng: np.random.Generator, kind: str = "scaled") -> None:
        """Draw all parameters anew.

        `scaled`: weights N(0, 1/fan_in), biases zero (LeCun et al., Efficient BackProp, 1998).
        `he`: weights N(0, 2/fan_in), biases zero (He et al. 2015), for relu.
        `normal`: weights and biases N(0, 1), as in the lectures and Nielsen's chapter 1.
        """
        for weights, biases in zip(self.weights, self.biases, strict=True):
            fan_in = len(weights)
            spread = {"scaled": fan_in**-0.5, "he": (2 / fan_in) ** 0.5, "normal": 1.0}[kind]
            weights[:] = rng.normal(0.0, spread, weights.shape)
            biases[:] = rng.normal(0.0, 1.0, biases.shape) if kind == "normal" else 0.0

    def layers(self, inputs: Array) -> list[Array]:
        """Activations of every layer, inputs (n, 784) first and outputs (n, 10) last."""
        activations = [inputs]
        for weights, biases, function in zip(
            self.weights, self.biases, self.functions, strict=True
        ):
            z = activations[-1] @ weights + biases  # [n, in] @ [in, out] + [out] -> [n, out]
            function.apply(z, z)
            activations.append(z)
        return activations

    def logits(self, inputs: Array) -> Array:
        """z of the last layer, (n, 10)."""
        z: Array = self.layers(inputs)[-2] @ self.weights[-1] + self.biases[-1]
        return z

    def __call__(self, inputs: Array) -> Array:
        """Outputs (n, 10) for inputs (n, 784) in [0, 1]."""
        return self.layers(inputs)[-1]


class Gradient:
    """d loss / d parameter for every parameter of a network.

    Attributes
    ----------
    flat : vector beside `network.parameters`
    weights, biases : per layer, views into `flat`
    """

    def __init__(self, network: Network) -> None:
        self.flat = np.zeros_like(network.parameters)
        self.weights, self.biases = layer_views(self.flat, network.layer_sizes)


class MiniBatch:
    """Room for n images on their way through a network and back.

    The arrays are made once and written again for every mini-batch; the caller fills the first two.

    Attributes
    ----------
    inputs : (n, 784) in [0, 1]
    targets : (n, 10)
    activations : inputs, then a = f(z) of each layer
    pre_activations : z of each layer; overwritten on the way back
    deltas : d loss / d z of each layer
    outputs : (n, 10), the last of the activations
    """

    def __init__(self, network: Network, size: int) -> None:
        self.network = network
        dtype, widths = network.parameters.dtype, network.layer_sizes
        self.activations = [np.zeros((size, width), dtype) for width in widths]
        self.pre_activations = [np.zeros_like(a) for a in self.activations[1:]]
        self.deltas = [np.zeros_like(a) for a in self.activations[1:]]
        self.inputs, self.outputs = self.activations[0], self.activations[-1]
        self.targets = np.zeros_like(self.outputs)
        self._ones = np.ones(size, dtype)
        self._share = np.array(1 / size, dtype)
        self._way_forward = [self._forward_of(layer) for layer in range(len(self.deltas))]
        self._way_back = [self._backward_of(layer) for layer in reversed(range(len(self.deltas)))]

    def _forward_of(self, layer: int) -> tuple[Any, ...]:
        """Look up once what a layer needs on the way forward; look-ups are 5% of a step."""
        net, function = self.network, self.network.functions[layer]
        a, z, a_next = (
            self.activations[layer],
            self.pre_activations[layer],
            self.activations[layer + 1],
        )
        return a, net.weights[layer], net.biases[layer], z, function.apply, a_next

    def _backward_of(self, layer: int) -> tuple[Any, ...]:
        """Look up once what a layer needs on the way back; the first passes nothing on."""
        a, delta, weights = self.activations[layer], self.deltas[layer], self.network.weights[layer]
        if layer == 0:
            return a, a.T, delta, weights.T, None, None, None
        scratch, function = self.pre_activations[layer - 1], self.network.functions[layer - 1]
        return a, a.T, delta, weights.T, self.deltas[layer - 1], scratch, function.pull_back

    def forward(self) -> None:
        """z = a @ W + b, a = f(z): like `Network.layers`, without making arrays."""
        for a, weights, biases, z, function, a_next in self._way_forward:
            dot(a, weights, z)
            add(z, biases, z)
            function(z, a_next)

    def loss(self) -> float:
        """Sum of the loss over the batch; sets δ of the last layer."""
        net, logits, delta = self.network, self.pre_activations[-1], self.deltas[-1]
        return loss_and_delta(
            net.loss, net.output_activation, logits, self.outputs, self.targets, delta
        )

    def backward(self, gradient: Gradient) -> None:
        """From δ of the last layer back to the first: the mean over the batch of d loss / d ....

        With δ = d loss / d z of a layer (Nielsen, chapter 2): d loss / d W = aᵀ δ,
        d loss / d b = Σ δ over the batch, and δ of the layer before = δ Wᵀ · f'(z).
        """
        multiply(self.deltas[-1], self._share, self.deltas[-1])
        slopes = zip(gradient.weights[::-1], gradient.biases[::-1], strict=True)
        for layer, (weight_slopes, bias_slopes) in zip(self._way_back, slopes, strict=True):
            a, a_t, delta, weights_t, delta_before, scratch, pull_back = layer
            dot(a_t, delta, weight_slopes)
            dot(self._ones, delta, bias_slopes)
            if pull_back is not None:
                dot(delta, weights_t, delta_before)
                pull_back(a, delta_before, scratch)


def gradient_error(network: Network, inputs: Array, targets: Array, step: float = 1e-6) -> float:
    """Largest relative difference between backpropagation and central differences.

    Computed in float64 on a copy of `network`, for up to a thousand evenly spread parameters of
    each array. The difference is taken relative to the largest gradient of the same array, so that
    a gradient of almost zero does not count its own rounding.

    Parameters
    ----------
    inputs : (n, 784) in [0, 1]
    targets : (n, 10)
    step : how far each parameter is moved to both sides
    """
    twin = Network(
        network.layer_sizes[1:-1],
        activation=network.activation,
        output_activation=network.output_activation,
        loss=network.loss,
        dtype=np.float64,
    )
    twin.parameters[:] = network.parameters
    for biases in twin.biases:  # zero biases put a layer behind silent relus right on the kink
        biases += 0.01
    batch, gradient = MiniBatch(twin, len(inputs)), Gradient(twin)
    batch.inputs[:], batch.targets[:] = inputs, targets
    _mean_loss(batch)
    batch.backward(gradient)
    pairs = zip(twin.weights + twin.biases, gradient.weights + gradient.biases, strict=True)
    return max(_array_error(batch, values, slopes, step) for values, slopes in pairs)


def _array_error(batch: MiniBatch, parameters: Array, analytic: Array, step: float) -> float:
    values, expected = parameters.reshape(-1), analytic.reshape(-1)
    chosen = np.linspace(0, len(values) - 1, min(len(values), 1000)).astype(int)
    scale = max(float(np.abs(expected).max()), float(np.finfo(float).tiny))
    return max(abs(_slope(batch, values, i, step) - float(expected[i])) for i in chosen) / scale


def _slope(batch: MiniBatch, values: Array, i: int, step: float) -> float:
    """Central difference of the mean loss along parameter `i`."""
    middle, losses = values[i], []
    for moved in (middle + step, middle - step):
        values[i] = moved
        losses.append(_mean_loss(batch))
    values[i] = middle
    return (losses[0] - losses[1]) / (2 * step)


def _mean_loss(batch: MiniBatch) -> float:
    batch.forward()
    return batch.loss() / len(batch.inputs)
