"""Measuring a network on a split: its answers, their accuracy and their loss."""

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from mnist_cli.backpropagation import Gradient, MiniBatch
from mnist_cli.datasets import Split
from mnist_cli.functions import Array
from mnist_cli.loading import Loader
from mnist_cli.metrics import accuracy, confusion_matrix, wilson_interval
from mnist_cli.network import Network

PROBED = 2000  # training images looked at after every epoch


class Measurement(NamedTuple):
    """What a network makes of a split.

    Attributes
    ----------
    outputs : (n, 10) float32
    logits : (n, 10) float32, the last layer before its activation
    matrix : (10, 10) counts, row = true digit, column = answer
    loss : mean over the images
    """

    outputs: Array
    logits: Array
    matrix: NDArray[np.int64]
    loss: float

    @property
    def accuracy(self) -> float:
        """Share of right answers."""
        return accuracy(self.matrix)

    @property
    def accuracy_interval(self) -> tuple[float, float]:
        """95% interval of the accuracy."""
        return wilson_interval(int(self.matrix.trace()), int(self.matrix.sum()))


def measure(network: Network, split: Split) -> Measurement:
    """Let the network answer every image of the split."""
    outputs = np.empty((len(split.labels), 10), np.float32)
    logits = np.empty_like(outputs)
    loss = 0.0
    with np.errstate(over="ignore", invalid="ignore"):
        for part, batch in _parts(network, split):
            batch.forward()
            outputs[part], logits[part] = batch.outputs, batch.logits
            loss += batch.loss()
    matrix = confusion_matrix(split.labels, outputs.argmax(axis=1))
    return Measurement(outputs, logits, matrix, loss / max(1, len(outputs)))


def _parts(network: Network, split: Split) -> Iterator[tuple[slice, MiniBatch]]:
    """Load all images, part by part; the gradients of the parts add up to that of the mean loss."""
    count, labels = len(split.labels), split.labels.astype(np.intp)
    whole = max(1, count)
    scale = np.array(1 / whole, network.parameters.dtype)
    loader = Loader(network, whole, Gradient(network), scale)
    for start, stop, load in loader.stretches(count):
        load.fill(split.images[start:stop])
        load.aim(labels[start:stop])
        place = start
        for batch, _ in load.parts:
            yield slice(place, place + len(batch.pixels)), batch
            place += len(batch.pixels)


class Probe:
    """The first training images, for a look at the network after every epoch; always the same.

    They tell how well it knows what it was trained on, and how strongly each layer is still pulled:
    where gradients vanish, the first layers are hardly pulled at all.
    """

    def __init__(self, network: Network, training: Split) -> None:
        self.network = network
        self.images = Split(training.images[:PROBED], training.labels[:PROBED])

    def look(self) -> tuple[float, tuple[float, ...]]:
        """Return the share read right, and per layer the length of the mean loss's gradient."""
        right, gradient = 0, Gradient(self.network)
        for part, batch in _parts(self.network, self.images):
            batch.learn()
            right += int((batch.outputs.argmax(axis=1) == self.images.labels[part]).sum())
            gradient.flat += batch.gradient.flat
        return right / len(self.images.labels), tuple(map(_length, gradient.matrices))


def _length(matrix: Array) -> float:
    """Euclidean length of all entries; float64, where squares do not overflow."""
    return float(np.sqrt(np.square(matrix, dtype=np.float64).sum()))
