"""The connected components of a mask: which pixels belong together, their boxes and areas."""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from mnist_cli.pictures.arrays import Box, Ink, Mask


class Components(NamedTuple):
    """The k connected components (8 neighbours) of a mask, counted from 0.

    `labels` (h, w) int32: the number of the component at each pixel, -1 off the mask. `boxes`
    (k, 4): left, top, right, bottom, the last two exclusive. `areas` (k,) in pixels.
    """

    labels: NDArray[np.int32]
    boxes: NDArray[np.int64]
    areas: NDArray[np.int64]

    @property
    def sizes(self) -> NDArray[np.int64]:
        """Width and height of each component's box (k, 2), in pixels."""
        return self.boxes[:, 2:] - self.boxes[:, :2]

    @property
    def lengths(self) -> NDArray[np.int64]:
        """The longest side of each component's box (k,), in pixels."""
        return np.asarray(self.sizes.max(1, initial=0))

    @property
    def are_at_edge(self) -> Mask:
        """Which of the components (k,) touch the edge of the mask."""
        return np.asarray(
            ((self.boxes[:, :2] == 0) | (self.boxes[:, 2:] == self.labels.shape[::-1])).any(1)
        )

    def areas_in(self, part: Mask) -> NDArray[np.int64]:
        """Return how many pixels of each component (k,) are in a part (h, w) of the mask."""
        return np.bincount(self.labels[part] + 1, minlength=len(self.areas) + 1)[1:]

    def ink_of(self, number: int, ink: Ink) -> tuple[Ink, Box]:
        """Return the ink of one component, from that of all (h, w), and its box."""
        left, top, right, bottom = (int(side) for side in self.boxes[number])
        own = self.labels[top:bottom, left:right] == number
        cut: Ink = np.where(own, ink[top:bottom, left:right], np.float32(0))
        return cut, (left, top, right, bottom)

    def only(self, chosen: Mask | list[int]) -> Mask:
        """Return the mask (h, w) of the chosen components."""
        table = np.zeros(len(self.areas) + 1, bool)  # the last entry serves label -1
        table[:-1][chosen] = True
        return table[self.labels]


def connected_components(mask: Mask) -> Components:
    """Label a mask (h, w) by joining the runs of ink in neighbouring rows."""
    starts, ends = runs_of(mask)
    stride = mask.shape[1] + 1
    roots = _roots(*_above(starts, ends, stride))
    is_first = roots == np.arange(len(roots))
    numbers = (np.cumsum(is_first) - 1)[roots]
    labels = painted(mask.shape, starts, ends, numbers + 1)
    labels -= 1
    return Components(labels, *_measured(starts, ends, numbers, stride, np.flatnonzero(is_first)))


def runs_of(mask: Mask) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return where the runs of ink in the rows of a mask (h, w) start and end, both (n,).

    Positions count pixels row by row. One row has w + 1 of them: an empty column at the right ends
    every run.
    """
    height, width = mask.shape
    flat = np.zeros(1 + height * (width + 1), bool)
    flat[1:].reshape(height, width + 1)[:, :width] = mask
    edges = np.flatnonzero(flat[1:] != flat[:-1])
    return edges[::2], edges[1::2]


def painted(
    shape: tuple[int, ...],
    starts: NDArray[np.int64],
    ends: NDArray[np.int64],
    values: NDArray[np.int64],
) -> NDArray[np.int32]:
    """Return an array (h, w) with a value at each pixel of a run, 0 elsewhere; see `runs_of`."""
    height, width = shape
    steps = np.zeros(height * (width + 1), np.int32)
    # Two runs of a row never touch, so no end falls on a start, and one running sum paints all.
    steps[starts], steps[ends] = values, -values
    return np.cumsum(steps, dtype=np.int32).reshape(height, width + 1)[:, :width]


def _above(
    starts: NDArray[np.int64], ends: NDArray[np.int64], stride: int
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return the first and the last run that each run (n,) touches in the row above.

    The first one is the run itself if there is none. Positions count pixels row by row; one row has
    `stride` of them.
    """
    # Run i touches the runs of the row above that start before its end + 1 and end after its
    # start - 1. One row down is `stride` positions further.
    first = np.searchsorted(ends + stride, starts, side="left")
    last = np.searchsorted(starts + stride, ends, side="right") - 1
    return np.where(first <= last, first, np.arange(len(starts))), last


def _roots(first: NDArray[np.int64], last: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return for each run (n,) the first run that it is connected with; see `_above`.

    At first a run hangs on the first one above it. Where it touches several, their roots are
    joined: the larger one hangs on the smaller one.
    """
    roots = _followed(first)
    a, b = _pairs(first, last)
    while len(a):
        a, b = roots[a], roots[b]
        low, high = np.minimum(a, b), np.maximum(a, b)
        apart = low < high
        a, b = low[apart], high[apart]
        np.minimum.at(roots, b, a)
        roots = _followed(roots)
    return roots


def _pairs(
    first: NDArray[np.int64], last: NDArray[np.int64]
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return which runs are joined by one below both: the first above it with each other one."""
    counts = np.maximum(last - first, 0)
    several = np.flatnonzero(counts)
    counts = counts[several]
    offsets = np.arange(counts.sum()) - np.repeat(np.cumsum(counts) - counts - 1, counts)
    one = np.repeat(first[several], counts)
    return one, one + offsets


def _followed(roots: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return where each number (n,) comes to that goes to its root, and on to that one's."""
    while True:
        further = roots[roots]
        if (further == roots).all():
            return roots
        roots = further


def _measured(
    starts: NDArray[np.int64],
    ends: NDArray[np.int64],
    numbers: NDArray[np.int64],
    stride: int,
    firsts: NDArray[np.int64],
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return boxes and areas of the components that the runs belong to, by their numbers (n,).

    `firsts` (k,): the first run of each, which is in its first row.
    """
    count = len(firsts)
    rows, lefts = np.divmod(starts, stride)
    lengths = ends - starts
    boxes = np.empty((count, 4), np.int64)
    boxes[:, 0], boxes[:, 1], boxes[:, 2] = stride, rows[firsts], 0
    np.minimum.at(boxes[:, 0], numbers, lefts)
    np.maximum.at(boxes[:, 2], numbers, lefts + lengths)
    boxes[numbers, 3] = rows + 1  # the last run of each has the last word
    areas = np.bincount(numbers, weights=lengths, minlength=count).astype(np.int64)
    return boxes, areas


def inked_box(ink: Ink | Mask) -> Box:
    """Return the box around what is not 0 in an array (h, w); there must be something."""
    rows, columns = np.asarray(ink.any(1)), np.asarray(ink.any(0))
    below, beyond = int(rows[::-1].argmax()), int(columns[::-1].argmax())
    height, width = ink.shape
    return int(columns.argmax()), int(rows.argmax()), width - beyond, height - below


def spread(mask: Mask, reach: int) -> Mask:
    """Grow a mask (h, w) by `reach` pixels in every direction (a dilation with a square)."""
    return _grown(_grown(mask, reach).T, reach).T


def _grown(mask: Mask, reach: int) -> Mask:
    """Grow a mask by `reach` rows up and down; each step doubles how many rows came together."""
    reach = min(reach, len(mask))  # more reaches no further
    grown = np.pad(mask, ((reach, reach), (0, 0)))
    together, rows = 1, 2 * reach + 1
    while together < rows:
        step = min(together, rows - together)
        grown = grown[:-step] | grown[step:]
        together += step
    return grown
