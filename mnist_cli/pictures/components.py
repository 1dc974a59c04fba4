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
    def lengths(self) -> NDArray[np.int64]:
        """The longest side of each component's box (k,), in pixels."""
        lengths: NDArray[np.int64] = (self.boxes[:, 2:] - self.boxes[:, :2]).max(1, initial=0)
        return lengths

    def only(self, chosen: Mask | list[int]) -> Mask:
        """Return the mask (h, w) of the chosen components."""
        table = np.zeros(len(self.areas) + 1, bool)  # the last entry serves label -1
        table[:-1][chosen] = True
        return table[self.labels]


def connected_components(mask: Mask) -> Components:
    """Label a mask (h, w) by joining the runs of ink in neighbouring rows."""
    starts, ends = runs_of(mask)
    stride = mask.shape[1] + 1
    _, run_labels = np.unique(_joined_runs(starts, ends, stride), return_inverse=True)
    labels = painted(mask.shape, starts, ends, run_labels + 1) - 1
    return Components(labels, *_measured(starts, ends, run_labels, stride))


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


def _joined_runs(
    starts: NDArray[np.int64], ends: NDArray[np.int64], stride: int
) -> NDArray[np.int64]:
    """Return for each run the number of the first run that it is connected with.

    Positions count pixels row by row; one row has `stride` of them.
    """
    # Run i touches the runs of the row above that start before its end + 1 and end after its
    # start - 1. One row down is `stride` positions further.
    first = np.searchsorted(ends + stride, starts, side="left")
    last = np.searchsorted(starts + stride, ends, side="right")
    counts = np.maximum(last - first, 0)
    below = np.repeat(np.arange(len(starts)), counts)
    offsets = np.arange(counts.sum()) - np.repeat(np.cumsum(counts) - counts, counts)
    above = np.repeat(first, counts) + offsets
    return _connected(len(starts), above, below)


def _connected(count: int, a: NDArray[np.int64], b: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return the smallest member of the set of each number, if `a[i]` and `b[i]` are in one set."""
    roots = np.arange(count)
    while True:
        lowest = np.minimum(roots[a], roots[b])
        before = roots.copy()
        np.minimum.at(roots, before[a], lowest)
        np.minimum.at(roots, before[b], lowest)
        while not np.array_equal(roots, roots[roots]):
            roots = roots[roots]
        if np.array_equal(roots, before):
            return roots


def _measured(
    starts: NDArray[np.int64], ends: NDArray[np.int64], run_labels: NDArray[np.int64], stride: int
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return boxes and areas of the components that the runs belong to."""
    count = int(run_labels.max(initial=-1)) + 1
    rows, lefts = np.divmod(starts, stride)
    boxes = np.empty((count, 4), np.int64)
    boxes[:, :2], boxes[:, 2:] = np.iinfo(np.int64).max, 0
    np.minimum.at(boxes[:, 0], run_labels, lefts)
    np.minimum.at(boxes[:, 1], run_labels, rows)
    np.maximum.at(boxes[:, 2], run_labels, lefts + ends - starts)
    np.maximum.at(boxes[:, 3], run_labels, rows + 1)
    areas = np.bincount(run_labels, weights=ends - starts, minlength=count).astype(np.int64)
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
