"""Measuring a network on a split: its answers, their accuracy and their loss."""

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from mnist_cli.datasets import Split
from mnist_cli.functions import Array
from mnist_cli.metrics import accuracy, confusion_matrix, wilson_interval
from mnist_cli.network import Gradient, MiniBatch, Network, one_hot

INK = np.array(1 / 255, np.float32)  # a pixel's byte -> [0, 1]
ROWS_AT_ONCE = 500  # whose activations fit the cache
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


def to_inputs(images: NDArray[Any], out: Array) -> None:
    """Write bytes (n, 784) as inputs in [0, 1] into `out`."""
    np.copyto(out, images)
    np.multiply(out, INK, out)


def measure(network: Network, split: Split) -> Measurement:
    """Let the network answer every image of the split."""
    outputs = np.empty((len(split.labels), 10), np.float32)
    logits = np.empty_like(outputs)
    loss, batch = 0.0, MiniBatch(network, min(ROWS_AT_ONCE, len(outputs)))
    for start in range(0, len(outputs), ROWS_AT_ONCE):
        part = slice(start, start + ROWS_AT_ONCE)
        if len(split.labels[part]) < len(batch.inputs):
            batch = MiniBatch(network, len(split.labels[part]))
        to_inputs(split.images[part], batch.inputs)
        batch.targets[:] = one_hot(split.labels[part])
        with np.errstate(over="ignore", invalid="ignore"):
            batch.forward()
        outputs[part], logits[part] = batch.outputs, batch.pre_activations[-1]
        loss += batch.loss()
    matrix = confusion_matrix(split.labels, outputs.argmax(axis=1))
    return Measurement(outputs, logits, matrix, loss / max(1, len(outputs)))


class Probe:
    """The first training images, for a look at the network after every epoch; always the same.

    They tell how well it knows what it was trained on, and how strongly each layer is still pulled:
    where gradients vanish, the first layers are hardly pulled at all.
    """

    def __init__(self, network: Network, training: Split) -> None:
        images, labels = training.images[:PROBED], training.labels[:PROBED]
        self.labels, self.gradient = labels, Gradient(network)
        self.batch = MiniBatch(network, len(labels))
        to_inputs(images, self.batch.inputs)
        self.batch.targets[:] = one_hot(labels)

    def look(self) -> tuple[float, tuple[float, ...]]:
        """Return the share read right, and per layer the length of the mean loss's gradient."""
        self.batch.forward()
        self.batch.loss()
        self.batch.backward(self.gradient)
        share = float((self.batch.outputs.argmax(axis=1) == self.labels).mean())
        pairs = zip(self.gradient.weights, self.gradient.biases, strict=True)
        return share, tuple(_length(weights, biases) for weights, biases in pairs)


def _length(*parts: Array) -> float:
    """Euclidean length of a vector given in parts; float64, where squares do not overflow."""
    return float(np.sqrt(sum(np.square(part, dtype=np.float64).sum() for part in parts)))
