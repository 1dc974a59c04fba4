"""Measuring a network on a split: its answers, their accuracy and their loss."""

from collections.abc import Sequence
from itertools import pairwise
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from mnist_cli.data.datasets import Split
from mnist_cli.network.activations import Array
from mnist_cli.network.backpropagation import Batches, in_parts
from mnist_cli.network.metrics import accuracy, confusion_matrix, wilson_interval
from mnist_cli.network.network import Network
from mnist_cli.network.parameters import parameter_count
from mnist_cli.wording import counted


class Measurement(NamedTuple):
    """A network's answers to the images of a split.

    Attributes
    ----------
    outputs : (n, k) float32, for k classes
    logits : (n, k) float32, the last layer before its activation
    matrix : (k, k) counts, row = true class, column = answer
    loss : mean over the images
    """

    outputs: Array
    logits: Array
    matrix: NDArray[np.int64]
    loss: float

    def __repr__(self) -> str:
        images = counted(int(self.matrix.sum()), "image")
        return f"Measurement(accuracy {self.accuracy:.2%} of {images}, loss {self.loss:.4f})"

    @property
    def accuracy(self) -> float:
        """Share of the images with the right answer."""
        return accuracy(self.matrix)

    @property
    def accuracy_interval(self) -> tuple[float, float]:
        """95% interval of the accuracy."""
        return wilson_interval(int(self.matrix.trace()), int(self.matrix.sum()))


def measure(network: Network, split: Split) -> Measurement:
    """Apply the network to every image of the split; in `matrix` those of no class do not count."""
    count, batches = len(split.labels), Batches(network, *split)
    outputs = np.empty((count, network.outputs), np.float32)
    logits = np.empty_like(outputs)
    loss = 0.0
    with np.errstate(over="ignore", invalid="ignore"):
        for rows in in_parts(np.arange(count)):
            batch = batches.load(rows)
            batch.forward()
            outputs[rows], logits[rows] = batch.outputs, batch.logits
            loss += batch.loss()
    shown = split.labels < network.outputs
    answers = outputs[shown].argmax(axis=1)
    matrix = confusion_matrix(split.labels[shown], answers, network.outputs)
    return Measurement(outputs, logits, matrix, loss / max(1, count))


def gradient_norms(network: Network, split: Split) -> tuple[float, ...]:
    """Euclidean norm of the gradient of the mean loss on `split`, for each layer.

    A layer with more parameters has a longer gradient; to compare layers, see `gradient_rms`.
    """
    count, batches = len(split.labels), Batches(network, *split)
    with np.errstate(over="ignore", invalid="ignore"):
        batches.find_gradient(np.arange(count), 1 / count)
    return tuple(map(_norm, batches.gradient.matrices))


def gradient_rms(norms: Sequence[float], layer_sizes: Sequence[int]) -> tuple[float, ...]:
    """Root mean square of each layer's gradient per parameter, from its norm.

    Where it is very small in the first layers, they hardly learn: the vanishing gradient. Norms
    hide that, because the first layer has by far the most parameters. Without norms there is
    nothing to return.
    """
    counts = [parameter_count(sizes) for sizes in pairwise(layer_sizes)]
    return tuple(norm / count**0.5 for norm, count in zip(norms, counts, strict=False))


def _norm(matrix: Array) -> float:
    """Euclidean norm of all entries; in float64, because squares can overflow float32."""
    return float(np.sqrt(np.square(matrix, dtype=np.float64).sum()))
