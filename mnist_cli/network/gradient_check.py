"""Check backpropagation: compare its gradient with central differences."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from mnist_cli.network.activations import Array
from mnist_cli.network.backpropagation import MiniBatch
from mnist_cli.network.network import Network


def gradient_error(
    network: Network, images: NDArray[Any], targets: Array, step: float = 1e-6
) -> float:
    """Largest relative difference between backpropagation and central differences.

    Computed in float64 on a copy of `network`, for up to a thousand evenly spread parameters of
    each array. The difference is relative to the largest gradient of the same array: relative
    to a gradient near zero, rounding alone would look large.

    Parameters
    ----------
    images : (n, 784) from 0 to 255
    targets : (n, 10)
    step : how far each parameter is moved in both directions
    """
    twin = in_float64(network)
    for biases in twin.biases:  # with zero biases, a layer after inactive relus is at the kink
        biases += 0.01
    batch = _batch_of(twin, images, targets)
    with np.errstate(over="ignore"):  # see `activations.sigmoid`
        batch.backpropagate()
        gradient = batch.gradient
        pairs = zip(twin.weights + twin.biases, gradient.weights + gradient.biases, strict=True)
        return max(_array_error(batch, *pair, step) for pair in pairs)


def central_differences(
    network: Network,
    images: NDArray[Any],
    targets: Array,
    chosen: Sequence[int],
    step: float = 1e-6,
) -> list[float]:
    """Slopes of the mean loss along chosen parameters, counted as in `network.parameters`.

    Each is moved by `step` in both directions, in float64 on a copy; backpropagation has no part in
    it. `images` and `targets` as in `gradient_error`.
    """
    twin = in_float64(network)
    batch = _batch_of(twin, images, targets)
    with np.errstate(over="ignore"):
        return [_slope(batch, twin.parameters, i, step) for i in chosen]


def in_float64(network: Network) -> Network:
    """Return a copy of a network that computes in float64."""
    twin = Network(
        network.layer_sizes[1:-1],
        activation=network.activation,
        output_activation=network.output_activation,
        loss=network.loss,
        outputs=network.outputs,
        dtype=np.float64,
    )
    twin.parameters[:] = network.parameters
    return twin


def _batch_of(network: Network, images: NDArray[Any], targets: Array) -> MiniBatch:
    batch = MiniBatch(network, len(images))
    batch.pixels[:], batch.targets[:] = images, targets
    return batch


def _array_error(batch: MiniBatch, parameters: Array, analytic: Array, step: float) -> float:
    values, expected = parameters.flat, analytic.flat
    chosen = np.linspace(0, len(values) - 1, min(len(values), 1000)).astype(int)
    scale = max(float(np.abs(analytic).max()), float(np.finfo(float).tiny))
    return max(abs(_slope(batch, values, i, step) - float(expected[i])) for i in chosen) / scale


def _slope(batch: MiniBatch, values: Any, i: int, step: float) -> float:
    """Central difference of the mean loss along parameter `i`."""
    middle, losses = values[i], []
    for moved in (middle + step, middle - step):
        values[i] = moved
        losses.append(_mean_loss(batch))
    values[i] = middle
    return (losses[0] - losses[1]) / (2 * step)


def _mean_loss(batch: MiniBatch) -> float:
    batch.forward()
    return batch.loss() / len(batch.pixels)
