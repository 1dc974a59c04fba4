"""Mini-batches in the order of an epoch: gathered from the images, several at once.

A large mini-batch goes through the network in parts, whose gradients add up: what a part needs fits
the cache, and its products are small enough for the faster kernels (see
`environment.most_multiplications`). Of small parts several are gathered and converted together,
because a call of NumPy costs as much as some hundred numbers.
"""

from collections.abc import Iterator, Sequence
from functools import partial
from itertools import accumulate, islice, pairwise
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from mnist_cli.backpropagation import Gradient, MiniBatch, byte_rows
from mnist_cli.environment import most_multiplications
from mnist_cli.functions import Array, do_all
from mnist_cli.network import Network, one_hot

ONE_HOT = one_hot(np.arange(10))
GATHERED = 128  # images that are gathered and converted together
PART, PART_OF_A_WIDE_NETWORK = 64, 256  # images; adding up wide gradients costs more than it gains
WIDE = 50_000  # parameters


def part_size(network: Network) -> int:
    """Images that go through a network at once, at most."""
    return PART if network.parameters.size < WIDE else PART_OF_A_WIDE_NETWORK


class Part(NamedTuple):
    """A mini-batch, or a part of one: its images, and whether the mini-batch ends with it."""

    size: int
    ends: bool


def cut(count: int, batch_size: int, most: int) -> Iterator[Part]:
    """Cut `count` images into mini-batches, and these into as few and as equal parts as may be.

    The last mini-batch is smaller where `batch_size` does not divide `count`.
    """
    for start in range(0, count, batch_size):
        size = min(batch_size, count - start)
        pieces = -(-size // most)
        for a, b in pairwise(size * piece // pieces for piece in range(pieces + 1)):
            yield Part(b - a, b == size)


class Load:
    """Room for a few parts that are gathered and converted together, again and again.

    Parameters
    ----------
    gradient, scale
        See `MiniBatch`; all parts share them.

    Attributes
    ----------
    parts
        Per part its mini-batch, and whether that ends with it. `gather` or `fill` sets the pixels,
        `aim` the targets.
    """

    def __init__(
        self, network: Network, parts: Sequence[Part], gradient: Gradient, scale: Array
    ) -> None:
        bounds = list(pairwise(accumulate((part.size for part in parts), initial=0)))
        rows, most = byte_rows(bounds[-1][1], network.parameters.dtype), most_multiplications()
        batches = [MiniBatch(network, rows[a:b], gradient, scale, most) for a, b in bounds]
        self.parts = [(batch, part.ends) for batch, part in zip(batches, parts, strict=True)]
        self._pixels = rows[:, :-1]
        self._bytes = np.empty(self._pixels.shape, np.uint8)
        self._labels, one_hots = np.zeros(len(rows), np.intp), ONE_HOT.astype(rows.dtype)
        self._aim = [
            partial(one_hots.take, self._labels[a:b], 1, batch.targets.T, "clip")
            for (a, b), batch in zip(bounds, batches, strict=True)
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
        self._labels[:] = labels
        do_all(self._aim)


class Stretch(NamedTuple):
    """Images that are gathered together: from `start` to `stop`, into `load`."""

    start: int
    stop: int
    load: Load


class Loader:
    """The rooms through which the mini-batches of an epoch go.

    Parameters
    ----------
    gradient, scale
        See `MiniBatch`; all mini-batches share them.

    Attributes
    ----------
    most : images that go through the network at once
    """

    def __init__(self, network: Network, batch_size: int, gradient: Gradient, scale: Array) -> None:
        self.network, self.batch_size = network, batch_size
        self.gradient, self.scale = gradient, scale
        self.most = part_size(network)
        self._loads: dict[tuple[Part, ...], Load] = {}
        self._plans: dict[int, list[Stretch]] = {}

    def stretches(self, count: int) -> list[Stretch]:
        """Return the stretches of `count` images, the last ones of an epoch."""
        if count not in self._plans:
            self._plans[count] = self._plan(count)
        return self._plans[count]

    def _plan(self, count: int) -> list[Stretch]:
        parts = cut(count, self.batch_size, self.most)
        at_once = max(1, GATHERED // min(self.batch_size, self.most))
        plan, start = [], 0
        while some := tuple(islice(parts, at_once)):
            stop = start + sum(part.size for part in some)
            plan.append(Stretch(start, stop, self._load(some)))
            start = stop
        return plan

    def _load(self, parts: tuple[Part, ...]) -> Load:
        if parts not in self._loads:
            self._loads[parts] = Load(self.network, parts, self.gradient, self.scale)
        return self._loads[parts]
