"""Cuts through digits that touch: paths from top to bottom that cross as little ink as possible.

The paths come from dynamic programming, as the seams of Avidan and Shamir (2007). Those of one
picture never cross each other, so they cut it into pieces that lie side by side.
"""

import math
from itertools import pairwise
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from mnist_cli.pictures.arrays import Ink
from mnist_cli.pictures.resizing import stroke_width

_SIDEWAYS = np.float32(0.25)  # of full ink; what a step to the side costs, so that cuts are steep
_NEAREST = 0.12  # of the digits' height; cuts are at least so far apart
_MOST = 0.75  # of the digits' height; how much ink a cut may cross
_FEWEST = 0.2  # of the digits' height; there is a cut at least in every stretch of twice this
_SHARING = 1.0  # width over height; digits in narrower ink share no stroke
Path = NDArray[np.int64]


class Strip(NamedTuple):
    """Ink (h, w) between two paths; its first column in the whole."""

    ink: Ink
    left: int


class Slice(NamedTuple):
    """Ink between two cuts, and what lies within a stroke's width beyond each of them, if any.

    Digits that touch may share a stroke, which the cut gives to only one of them.
    """

    own: Strip
    before: Strip | None
    after: Strip | None


def slices(ink: Ink, height: float) -> list[Slice]:
    """Cut ink (h, w), 0 to 255, wherever two digits of a height could touch; left to right."""
    may_share = ink.shape[1] > _SHARING * min(height, len(ink))
    width, start = round(stroke_width(ink)) if may_share else 0, np.zeros(len(ink), np.int64)
    edges = [start, *cuts(ink, height), start + ink.shape[1]]
    owns = [(a, _between(ink, a, b), b) for a, b in pairwise(edges)]
    return [
        Slice(own, _beside(ink, a - width, a), _beside(ink, b, b + width))
        for a, own, b in owns
        if own.ink.any()
    ]


def _beside(ink: Ink, left: Path, right: Path) -> Strip | None:
    """Return the ink from one path to another, None if there is none."""
    strip = _between(ink, left, right) if left[0] < right[0] else None
    return strip if strip and strip.ink.any() else None


def _between(ink: Ink, left: Path, right: Path) -> Strip:
    """Return the ink from one path to another; only their columns, as there may be many cuts."""
    first = max(0, int(left.min()))
    part = ink[:, first : max(0, int(right.max()))]
    columns = np.arange(first, first + part.shape[1])
    inside = (columns >= left[:, None]) & (columns < right[:, None])
    return Strip(part * inside, first)


def cuts(ink: Ink, height: float) -> list[Path]:
    """Return the cuts, each (h,): the first column right of the cut in every row."""
    price, steps = _paths(ink / np.float32(255))
    nearest = math.ceil(_NEAREST * height)
    order = np.argsort(price, kind="stable")
    is_free, chosen = np.ones(len(price), bool), []
    for column in order[price[order] <= _MOST * height].tolist():
        if is_free[column]:
            chosen.append(column)
            is_free[max(0, column - nearest + 1) : column + nearest] = False
    return [_path(steps, column) for column in sorted(chosen)]


def _paths(dark: Ink) -> tuple[Ink, NDArray[np.int8]]:
    """Return the price (w,) of the best path to each column of the last row, and all its steps.

    `steps` (h, w): -1, 0 or 1, the column in the row above from which a path comes.
    """
    prices = np.full((len(dark), dark.shape[1] + 2), np.inf, np.float32)
    prices[:, 1:-1] = dark
    left, middle, right = prices[:-1, :-2], prices[:-1, 1:-1], prices[:-1, 2:]
    for a, b, c, row in zip(left, middle, right, prices[1:, 1:-1], strict=True):
        row += np.minimum(b, np.minimum(a, c) + _SIDEWAYS)
    is_beside = np.minimum(left, right) + _SIDEWAYS < middle
    steps = np.zeros(dark.shape, np.int8)
    steps[1:] = np.where(is_beside, np.where(right < left, 1, -1), 0)
    return prices[-1, 1:-1], steps


def _path(steps: NDArray[np.int8], column: int) -> Path:
    """Return the columns of the path that ends in a column of the last row."""
    path = np.empty(len(steps), np.int64)
    for row in range(len(steps) - 1, -1, -1):
        path[row] = column
        column += int(steps[row, column])
    return path
