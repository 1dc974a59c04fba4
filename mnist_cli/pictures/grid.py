"""Find a grid on a page: a sudoku, the boxes of a form, a table; undo its perspective.

The rectangle inside a frame is straightened; there its lines run from side to side. A line is
darker than what is above and below it, over nearly all of its length.
"""

from collections.abc import Collection
from itertools import pairwise
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from mnist_cli.pictures.arrays import Ink, Mask
from mnist_cli.pictures.closing import narrow
from mnist_cli.pictures.frames import Frame, find_frames
from mnist_cli.pictures.perspective import (
    Homography,
    homography,
    rectangle,
    straightened,
)

_LEAST = 10  # pixels; the side of a cell
_PART = 0.4  # of a cell; less of one at the edge of the page is none
_PIECE = 0.025  # of the width; over such a piece of a line its ink is averaged
_THICKEST = 0.006  # of the longer side; half the thickness of a line, at most
_BEND = 0.006  # of the height by which a line of a curved page leaves its place, up and down
_NARROW = 0.05  # of the distance of two lines: the same
_BARE = 0.2  # share of a line that may be missing
_COVERED, _SEEN = 0.5, 0.55  # of the darkest ink: a stroke's; share of a line that no stroke covers
_WEAK = 0.6  # times as strong as a line near to it: a stroke
_DARKEST = 100.0  # of 255, or twice the faintest ink; ink above that is no better a line
_WEAKEST = 8.0  # of 255, or a fifth of the faintest ink: a line's contrast with both sides
_BROAD, _NARROWEST = 0.03, 9  # of the longer side, and pixels; lines and strokes are narrower
_ROUND = 0.08  # of the shorter side; what is straightened around the grid, too

Places = NDArray[np.float64]


class Grid(NamedTuple):
    """A grid of r rows and c columns, straightened.

    `ink` (h, w): the straightened part of the page. `matrix` (3, 3): the homography from its pixels
    to those of the page. `rows` (r + 1, c): the height y of each line above and below, in each
    column; `columns` (r, c + 1): the place x of each line left and right, in each row.
    """

    ink: Ink
    matrix: Homography
    rows: Places
    columns: Places

    @property
    def cells(self) -> int:
        """How many cells there are."""
        return int((len(self.rows) - 1) * self.rows.shape[1])


def find_grid(ink: Ink, faint: float) -> Grid | None:
    """Return a large grid of two or more cells on a page (h, w), None if there is none.

    `faint`: what is weaker counts as paper, of 255; a grid's lines may be far fainter than digits.
    It is in the largest frame that has a grid. Another look leaves out what is broad, as a shadow
    that touches the frame may be; the grid with more cells counts.
    """
    size = max(_NARROWEST, round(_BROAD * max(ink.shape)))
    masks = [ink > faint, narrow(ink, size) > faint]
    if np.array_equal(masks[0], masks[1]):  # nothing is broad
        masks.pop()
    grids = [_grid_in(ink, faint, mask) for mask in masks]
    return max(filter(None, grids), key=lambda grid: grid.cells, default=None)


def _grid_in(ink: Ink, faint: float, mask: Mask) -> Grid | None:
    """Return the grid in the largest frame of a mask that has one."""
    grids = (_grid(ink, faint, frame) for frame in find_frames(mask))
    return next(filter(None, grids), None)


def _grid(ink: Ink, faint: float, frame: Frame) -> Grid | None:
    """Straighten what is inside a frame; return a grid if lines make two cells or more."""
    width, height = frame.size
    around = round(_ROUND * min(width, height))
    matrix = homography(rectangle(width, height) + around, frame.corners)
    straight = straightened(ink, matrix, height + 2 * around, width + 2 * around)
    darkest, weakest = max(_DARKEST, 2 * faint), max(_WEAKEST, faint / 5)
    capped = np.minimum(straight, np.float32(darkest))
    across, down = (_ridges(ink, weakest, darkest) for ink in (capped, capped.T))
    rows, columns = _rows_and_columns(across, down, around, weakest, frame)
    if len(rows) + len(columns) == 5:  # as two digits look that touch, where strokes count as lines
        seen = np.nan_to_num(across), np.nan_to_num(down)
        rows, columns = _rows_and_columns(*seen, around, weakest, frame)
    if min(len(rows), len(columns)) < 2 or len(rows) + len(columns) < 5:
        return None
    return Grid(
        straight,
        matrix,
        _in_place(across, rows, columns),
        _in_place(down, columns, rows).T,
    )


def _rows_and_columns(
    across: Ink, down: Ink, around: int, weakest: float, frame: Frame
) -> tuple[list[float], list[float]]:
    """Return the heights of the level lines, and the places of the upright ones."""
    top, right, bottom, left = frame.cut
    rows = _lines(across, around, weakest, (top, bottom))
    return rows, _lines(down, around, weakest, (left, right))


def _ridges(ink: Ink, weakest: float, darkest: float) -> Ink:
    """Return how much darker than the pixels above and below each piece of a level line is.

    NaN where nobody can tell, as a stroke covers it: it and what is beside it is dark.
    """
    reach = max(5, round(_THICKEST * max(ink.shape)))
    level = _averaged(ink, max(5, round(_PIECE * ink.shape[1])))
    padded = np.pad(level, ((reach, reach), (0, 0)))
    ridges: Ink = level - np.maximum(padded[: -2 * reach], padded[2 * reach :])
    ridges[(ridges < weakest) & (level > _COVERED * darkest)] = np.nan
    return ridges


def _averaged(ink: Ink, length: int) -> Ink:
    """Return the mean of `length` pixels of the row around each pixel."""
    half = length // 2
    padded = np.pad(ink, ((0, 0), (half + 1, half)), mode="edge")
    sums = np.cumsum(padded, axis=1, dtype=np.float64)
    return ((sums[:, 2 * half + 1 :] - sums[:, : -2 * half - 1]) / (2 * half + 1)).astype(
        np.float32
    )


def _lines(ridges: Ink, around: int, weakest: float, cut: tuple[bool, bool]) -> list[float]:
    """Return the heights of the lines that run from the left side of a grid to its right side.

    Where the picture ends inside the grid (`cut`: above, below), its edge is a line, too.
    """
    height, width = ridges.shape
    inner, bend = ridges[:, around : width - around], _BEND * height
    found = _peaks(inner, bend, weakest)
    if len(found) > 2:  # between narrow lines there is less room for a bent one
        found = _peaks(inner, min(bend, _NARROW * _usual_gap(found)), weakest)
    first, last = 0.9 * around - 2, height - 0.9 * around + 2
    found = {y: strength for y, strength in found.items() if first <= y <= last}
    least = max(_LEAST, _PART * _usual_gap(found))
    found = _without_strokes(found, least)
    for end, is_cut in zip((around, height - around), cut, strict=True):
        if is_cut and all(abs(end - y) >= least for y in found):
            found[float(end)] = 0.0
    return sorted(found)


def _usual_gap(lines: Collection[float]) -> float:
    """Return the usual distance from one line to the next, 0 for a single one."""
    return float(np.median(np.diff(sorted(lines)))) if len(lines) > 1 else 0.0


def _without_strokes(lines: dict[float, float], least: float) -> dict[float, float]:
    """Leave out lines that are nearer than `least` to a far stronger one: strokes of digits."""
    return {
        y: strength
        for y, strength in lines.items()
        if not any(abs(y - other) < least and strength < _WEAK * lines[other] for other in lines)
    }


def _strongest_near(ridges: Ink, reach: int) -> Ink:
    """Return the largest of the values up to `reach` pixels above and below each pixel."""
    strongest: Ink = np.pad(ridges, ((reach, reach), (0, 0)))
    span, length = 1, 2 * reach + 1  # the largest of so many rows is known, and is asked for
    while span < length:
        step = min(span, length - span)
        strongest = np.fmax(strongest[:-step], strongest[step:])
        span += step
    return strongest


def _peaks(ridges: Ink, bend: float, weakest: float) -> dict[float, float]:
    """Return places and strengths of the lines that are strong enough.

    Of two near each other, the stronger counts.

    A line may leave its place by `bend` pixels, and nearly all of it must be there.
    """
    strength = _usual_strength(_strongest_near(ridges, max(1, round(bend))))
    ends = np.flatnonzero(np.diff(strength >= weakest, prepend=False, append=False))
    peaks = [(strength[start:end].max(), start, end) for start, end in ends.reshape(-1, 2)]
    lines: dict[float, float] = {}
    for most, start, end in sorted(peaks, reverse=True):
        place = start + _middle(strength[start:end])
        if all(abs(place - other) >= _LEAST for other in lines):
            lines[place] = float(most)
    return lines


def _usual_strength(ridges: Ink) -> Ink:
    """Return what all but a few pieces of each row (h, w) reach; 0 where many are not seen."""
    seen = np.count_nonzero(~np.isnan(ridges), axis=1)
    places = _BARE * np.maximum(seen - 1, 0)
    below = places.astype(np.int64)
    ordered = np.nan_to_num(np.sort(ridges, axis=1))  # what is not seen comes last
    low, high = (
        np.take_along_axis(ordered, np.minimum(at, ridges.shape[1] - 1)[:, None], 1)[:, 0]
        for at in (below, below + 1)
    )
    strength: Ink = low + (high - low) * (places - below)
    return np.where(seen > _SEEN * ridges.shape[1], strength, 0)


def _middle(strength: NDArray[np.floating]) -> float:
    """Return the centre of a peak, counted from the edge of the first pixel."""
    top = strength * (strength >= 0.7 * strength.max())
    return float(top @ (np.arange(len(top)) + 0.5) / top.sum())


def _in_place(ridges: Ink, rows: list[float], columns: list[float]) -> Places:
    """Return where each level line really is between two columns: pages are not flat."""
    reach = round(0.15 * min(np.diff(rows)))
    padded = np.pad(np.nan_to_num(ridges), ((reach, reach + 1), (0, 0)))
    places = np.repeat(np.array(rows)[:, None], len(columns) - 1, axis=1)
    for i, row in enumerate(rows):
        for j, (left, right) in enumerate(pairwise(columns)):
            edge = (right - left) / 8
            near = padded[
                int(row) : int(row) + 2 * reach + 1, round(left + edge) : round(right - edge)
            ]
            strength = np.maximum(near.mean(1), 0)
            if strength.any():
                places[i, j] = int(row) - reach + _middle(strength)
    return places
