"""Advice at the end of training: what went wrong, if anything did, and what often helps."""

from math import isfinite

import numpy as np
from numpy.typing import NDArray

from mnist_cli.config.settings import TrainingConfig, usual_learning_rate
from mnist_cli.data.datasets import Split
from mnist_cli.network.activations import ACTIVATIONS, Activation, Array
from mnist_cli.network.network import Network, to_inputs
from mnist_cli.training.evaluation import measure
from mnist_cli.training.run import Run

SAMPLE = 2000  # images; enough to find neurons whose activation never changes
LOW = 0.85  # accuracy that each of these networks exceeds with its usual learning rate
NEAR = 0.01  # share of an activation's range that counts as either end of it
STUCK = 0.99  # share of the images on which a saturated neuron is at the same end


def advice(run: Run, network: Network, split: Split) -> list[str]:
    """Return sentences about what is wrong with a trained network, measured on `split`."""
    some = split[:SAMPLE]
    measured = measure(network, some)
    return [
        *_missing_digits(measured.matrix),
        *_stuck_neurons(network, some),
        *_slow_learning(run.config, measured.accuracy),
    ]


def _missing_digits(matrix: NDArray[np.int64]) -> list[str]:
    predicted, present = matrix.sum(axis=0), matrix.sum(axis=1)
    missing = [str(digit) for digit in range(10) if present[digit] and not predicted[digit]]
    if not missing:
        return []
    text = (
        f"The network never answers {', '.join(missing)}. Another --seed, a smaller "
        "--learning-rate or --initialization scaled often helps."
    )
    return [text]


def _stuck_neurons(network: Network, split: Split) -> list[str]:
    counts = [int(layer.sum()) for layer in stuck_neurons(network, split)]
    saturates = isfinite(ACTIVATIONS[network.activation].high)
    kind = "saturated" if saturates else "dead (never active)"
    return [
        f"{count} of {size} neurons in hidden layer {number} are {kind}: their output is the "
        "same for nearly all images. A smaller --learning-rate or another --initialization "
        "often helps."
        for number, (count, size) in enumerate(
            zip(counts, network.layer_sizes[1:-1], strict=True), start=1
        )
        if count
    ]


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


def _slow_learning(config: TrainingConfig, accuracy: float) -> list[str]:
    usual = usual_learning_rate(config)
    if accuracy >= LOW or config.learning_rate >= usual / 3:
        return []
    text = (
        f"The network has learnt little, and the learning rate {config.learning_rate:g} is small: "
        f"--learning-rate {usual:g} is usual for these settings."
    )
    return [text]
