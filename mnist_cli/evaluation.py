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


class Parts:
    """The images of a split, loaded part by part for a network, as often as it is asked.

    The gradients of the parts add up to that of the mean loss. Iterating yields the place of each
    part and its mini-batch, ready for `forward` or `learn`.
    """

    def __init__(self, network: Network, split: Split) -> None:
        self.images, self.labels = split.images, split.labels.astype(np.intp)
        self.count, self.gradient = len(split.labels), Gradient(network)
        whole = max(1, self.count)
        scale = np.array(1 / whole, network.parameters.dtype)
        self._loader = Loader(network, whole, self.gradient, scale)

    def __iter__(self) -> Iterator[tuple[slice, MiniBatch]]:
        for start, stop, load in self._loader.stretches(self.count):
            load.fill(self.images[start:stop])
            load.aim(self.labels[start:stop])
            place = start
            for batch, _ in load.parts:
                yield slice(place, place + len(batch.pixels)), batch
                place += len(batch.pixels)


def measure(network: Network, split: Split) -> Measurement:
    """Let the network answer every image of the split."""
    return measure_parts(Parts(network, split))


def measure_parts(parts: Parts) -> Measurement:
    """Let the network of `parts`, as it is now, answer all their images."""
    outputs = np.empty((parts.count, 10), np.float32)
    logits = np.empty_like(outputs)
    loss = 0.0
    with np.errstate(over="ignore", invalid="ignore"):
        for place, batch in parts:
            batch.forward()
            outputs[place], logits[place] = batch.outputs, batch.logits
            loss += batch.loss()
    matrix = confusion_matrix(parts.labels, outputs.argmax(axis=1))
    return Measurement(outputs, logits, matrix, loss / max(1, parts.count))


class Probe:
    """The first training images, for a look at the network after every epoch; always the same.

    They tell how well it knows what it was trained on, and how strongly each layer is still pulled:
    where gradients vanish, the first layers are hardly pulled at all.
    """

    def __init__(self, network: Network, training: Split) -> None:
        first = Split(training.images[:PROBED], training.labels[:PROBED])
        self.parts, self.whole = Parts(network, first), Gradient(network)

    def look(self) -> tuple[float, tuple[float, ...]]:
        """Return the share read right, and per layer the length of the mean loss's gradient."""
        right, labels = 0, self.parts.labels
        self.whole.flat.fill(0)
        for place, batch in self.parts:
            batch.learn()
            right += int((batch.outputs.argmax(axis=1) == labels[place]).sum())
            self.whole.flat += self.parts.gradient.flat
        return right / len(labels), tuple(map(_length, self.whole.matrices))


def _length(matrix: Array) -> float:
    """Euclidean length of all entries; float64, where squares do not overflow."""
    return float(np.sqrt(np.square(matrix, dtype=np.float64).sum()))
