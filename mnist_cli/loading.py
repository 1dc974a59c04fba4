"""From images in a file to the mini-batches of a network, several at once.

A mini-batch of more than 64 images goes through the network in parts, whose gradients add up: what
a part needs fits the cache, and its products are small enough for the faster kernels (see
`environment.most_multiplications`). Of small parts several are gathered and converted together,
because a call of NumPy costs as much as some hundred numbers.
"""

from collections.abc import Sequence
from itertools import accumulate, pairwise
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from mnist_cli.backpropagation import INK, Gradient, MiniBatch, byte_rows
from mnist_cli.environment import most_multiplications
from mnist_cli.functions import Array
from mnist_cli.network import Network, one_hot

ONE_HOT = one_hot(np.arange(10))
GATHERED = 128  # images that are gathered and converted together
PART, PART_OF_A_WIDE_NETWORK = 64, 256  # images; adding up wide gradients costs more than it gains
WIDE = 50_000  # parameters


def to_inputs(images: NDArray[Any], out: Array) -> None:
    """Write bytes (n, 784) as inputs in [0, 1] into `out`."""
    np.copyto(out, images)
    np.multiply(out, INK, out)


def part_size(network: Network) -> int:
    """Images that go through a network at once, at most."""
    return PART if network.parameters.size < WIDE else PART_OF_A_WIDE_NETWORK


class Part(NamedTuple):
    """A mini-batch, or a part of one: its images, and whether it is the first or the last part."""

    size: int
    begins: bool
    ends: bool


def cut(count: int, batch_size: int, most: int) -> list[Part]:
    """Cut `count` images into mini-batches, and these into as few and as equal parts as may be.

    The last mini-batch is smaller where `batch_size` does not divide `count`.
    """
    parts = []
    for start in range(0, count, batch_size):
        size = min(batch_size, count - start)
        pieces = -(-size // most)
        bounds = pairwise(size * piece // pieces for piece in range(pieces + 1))
        parts += [Part(b - a, a == 0, b == size) for a, b in bounds]
    return parts


class Load:
    """Room for a few parts that are gathered and converted together, again and again.

    Attributes
    ----------
    batches : one for each part; `gather` or `fill` sets their pixels, `aim` their targets
    """

    def __init__(
        self, network: Network, sizes: Sequence[int], gradient: Gradient, scale: Array
    ) -> None:
        bounds = list(pairwise(accumulate(sizes, initial=0)))
        rows = byte_rows(bounds[-1][1])
        self._pixels = rows[:, :-1]
        self._bytes = np.empty(self._pixels.shape, np.uint8)
        most = most_multiplications()
        self.batches = [MiniBatch(network, rows[a:b], gradient, scale, most) for a, b in bounds]
        self._targets = [
            (a, b, batch.targets.T) for (a, b), batch in zip(bounds, self.batches, strict=True)
        ]

    def gather(self, images: NDArray[np.uint8], chosen: NDArray[np.intp]) -> None:
        """Take the chosen ones of all images (n, 784)."""
        # "clip" because "raise", the default, would copy the rows once more
        images.take(chosen, 0, self._bytes, "clip")
        self.fill(self._bytes)

    def fill(self, images: NDArray[np.uint8]) -> None:
        """Take just these images."""
        np.copyto(self._pixels, images)

    def aim(self, labels: NDArray[np.intp]) -> None:
        """Make these labels the targets."""
        for start, stop, targets in self._targets:
            ONE_HOT.take(labels[start:stop], 1, targets, "clip")


class Stretch(NamedTuple):
    """Images that are gathered together.

    Attributes
    ----------
    start, stop : their place among the images of a round
    load : room for them
    parts : what they are
    """

    start: int
    stop: int
    load: Load
    parts: list[Part]


class Loader:
    """The rooms through which the mini-batches of an epoch go.

    Attributes
    ----------
    most : images that go through the network at once
    round_size : images of a round: some small mini-batches, or a large one
    """

    def __init__(self, network: Network, batch_size: int, gradient: Gradient, scale: Array) -> None:
        self.network, self.batch_size = network, batch_size
        self.gradient, self.scale = gradient, scale
        self.most = part_size(network)
        self.round_size = batch_size * max(1, GATHERED // batch_size)
        self._loads: dict[tuple[int, ...], Load] = {}
        self._rounds: dict[int, list[Stretch]] = {}

    def stretches(self, count: int) -> list[Stretch]:
        """Return the stretches of a round; `count` is its size, smaller in the last one."""
        if count not in self._rounds:
            self._rounds[count] = self._plan(count)
        return self._rounds[count]

    def _plan(self, count: int) -> list[Stretch]:
        parts = cut(count, self.batch_size, self.most)
        at_once = max(1, GATHERED // min(self.batch_size, self.most))
        plan, start = [], 0
        for first in range(0, len(parts), at_once):
            some = parts[first : first + at_once]
            sizes = tuple(part.size for part in some)
            stop = start + sum(sizes)
            plan.append(Stretch(start, stop, self._load(sizes), some))
            start = stop
        return plan

    def _load(self, sizes: tuple[int, ...]) -> Load:
        if sizes not in self._loads:
            self._loads[sizes] = Load(self.network, sizes, self.gradient, self.scale)
        return self._loads[sizes]
