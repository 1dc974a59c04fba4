"""Ruled and squared paper: find the printed lines of a page and remove them from the ink."""

from typing import NamedTuple

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import NDArray

from mnist_cli.pictures.arrays import Ink, Mask

_WIDTH = 256  # columns of the small mask in which lines are searched
_STEEPEST = 0.12  # rise of a line over its run, 7 degrees
_COVERED = 0.8  # share of the picture's width that a line covers
_ENDS = 64  # a line must reach the first and the last 1/64 of the width
_THICKEST = 0.6  # share of the searched band that a line may fill
_FRAME = 0.3  # of the picture; a line that is nearer to a side may be a frame
_SMALL = 100  # pixels; in a smaller picture a digit may reach from side to side
_BEND = 2  # rows of the small mask by which a line may deviate from a straight one
_NEAR = 2 * _BEND
_BARE = 0.25  # of the columns of a line; on most of the others digits may stand
_ALONE = 1.5  # times the usual ink of a line; with more, a stroke crosses it


class Line(NamedTuple):
    """`row` of a line at column 0, in pixels, and `slope` in rows per column."""

    row: float
    slope: float


def without_lines(ink: Ink, mask: Mask) -> Ink:
    """Return the ink (h, w) without the lines that run from side to side or top to bottom.

    `mask` (h, w) is set wherever there could be ink, faint lines included. Where a stroke crosses
    a line, its ink stays. A line near a side may be a frame, and others then end at it.
    """
    level = float(np.median(ink[mask])) if mask.any() else 0.0
    done: list[tuple[int, int]] = [(0, 0), (0, 0)]
    ranges = [(0, mask.shape[1]), (0, mask.shape[0])]  # of level lines, of upright ones
    for way in (0, 1, 0, 1):
        if ranges[way] != done[way]:
            done[way] = ranges[way]
            lines = _lines(mask, *ranges[way])
            for line in lines:
                ink = _erased(ink, mask, line, level)
            ranges[1 - way] = _between(lines, *ranges[1 - way], mask.shape)
        ink, mask = ink.T, mask.T
    return ink


def _between(lines: list[Line], first: int, last: int, shape: tuple[int, ...]) -> tuple[int, int]:
    """Return the rows between the lines near the upper and the lower side of a picture (h, w)."""
    rows = [round(line.row + line.slope * shape[1] / 2) for line in lines]
    upper = [row for row in rows if row < _FRAME * shape[0]]
    lower = [row for row in rows if row > (1 - _FRAME) * shape[0]]
    return max([first, *upper]), min([last, *lower])


def _is_near_a_side(line: Line, shape: tuple[int, ...]) -> bool:
    """Whether a line may be the upper or the lower side of a frame."""
    place = (line.row + line.slope * shape[1] / 2) / shape[0]
    return min(place, 1 - place) < _FRAME


def _lines(mask: Mask, first: int, last: int) -> list[Line]:
    """Return the lines that run from one column of the mask to another.

    In a small picture, and where they do not run from side to side, only those near a side count.
    """
    part = mask[:, first:last]
    step = -(-part.shape[1] // _WIDTH)
    small = _any_in_blocks(part, step)
    height, width = small.shape
    most = int(_STEEPEST * width)
    rises = np.arange(-most, most + 1)
    # [slopes, 1] * [width] -> the row in each column, [slopes, width]
    shifts = most + np.rint(rises[:, None] / width * np.arange(width)).astype(np.int64)
    around = ((most, most), (0, 0))
    votes = _coverage(np.pad(_grown(small), around), shifts, height)
    if votes.max() < _COVERED:
        return []
    middle = _along(np.pad(_nearby(small), around), shifts, height) / width
    lines = [
        Line((row + 0.5) * step - float(rises[slope]) / width * first, float(rises[slope]) / width)
        for slope, row in _peaks(votes, middle)
    ]
    if part.shape == mask.shape and max(mask.shape) >= _SMALL:
        return lines
    return [line for line in lines if _is_near_a_side(line, mask.shape)]


def _any_in_blocks(mask: Mask, step: int) -> Mask:
    """Shrink a mask: a block of step x step pixels is set if any of its pixels is."""
    height, width = (side + -side % step for side in mask.shape)
    padded = np.zeros((height, width), bool)
    padded[: mask.shape[0], : mask.shape[1]] = mask
    blocks = padded.reshape(height // step, step, width // step, step)
    return np.asarray(blocks.any(axis=(1, 3)))


def _grown(mask: Mask) -> Mask:
    """Thicken a mask upwards and downwards, so that a bent line still covers a straight one."""
    padded = np.pad(mask, ((_BEND, _BEND), (0, 0)))
    grown: Mask = np.logical_or.reduce(
        [padded[i : i + mask.shape[0]] for i in range(2 * _BEND + 1)]
    )
    return grown


def _nearby(mask: Mask) -> NDArray[np.uint8]:
    """Return how much ink is near each pixel, upwards and downwards: most inside a line."""
    padded = np.pad(mask, ((_NEAR, _NEAR), (0, 0)))
    rows = [padded[i : i + len(mask)] for i in range(2 * _NEAR + 1)]
    counts: NDArray[np.uint8] = np.sum(rows, axis=0, dtype=np.uint8)
    return counts


def _along(
    padded: Mask | NDArray[np.uint8], shifts: NDArray[np.int64], height: int
) -> NDArray[np.uint16]:
    """Return the sum along each line, by its slope and the row that it starts in.

    `shifts` (slopes, columns): how many rows down a line is in each column.
    """
    sums = np.zeros((len(shifts), height), np.uint16)
    windows = sliding_window_view(padded.T.copy(), height, axis=1)  # [columns, shift, height]
    for column, shift in zip(windows, shifts.T, strict=True):
        sums += column[shift]
    return sums


def _coverage(padded: Mask, shifts: NDArray[np.int64], height: int) -> NDArray[np.float64]:
    """Return which share of each line is covered, 0 if an end is missing, (slopes, height)."""
    width = padded.shape[1]
    end = max(1, width // _ENDS)
    first = _along(padded[:, :end], shifts[:, :end], height)
    last = _along(padded[:, -end:], shifts[:, -end:], height)
    covered = _along(padded, shifts, height) / width
    return np.where((first > 0) & (last > 0), covered, 0.0)


def _peaks(votes: NDArray[np.float64], middle: NDArray[np.float64]) -> list[tuple[int, int]]:
    """Return (slope index, row) of the lines, the best first; neighbours of a line are no lines.

    `votes`: which share of a line is covered; `middle`: how many rows of ink are near it.
    """
    both = np.where(votes >= _COVERED, votes + middle / (2 * _NEAR + 1), 0)
    found: list[tuple[int, int]] = []
    while len(found) < 100 and both.max(initial=0) > 0:
        slope, row = (int(i) for i in np.unravel_index(both.argmax(), both.shape))
        found.append((slope, row))
        both[:, max(0, row - 2 * _BEND - 1) : row + 2 * _BEND + 2] = 0
    return found


def _erased(ink: Ink, mask: Mask, line: Line, level: float) -> Ink:
    """Remove one line from the ink, except where a darker stroke crosses it."""
    height, width = mask.shape
    reach = min(2 + (_BEND + 2) * -(-width // _WIDTH), max(3, width // 12))
    columns = np.arange(width)
    centre = np.rint(line.row + line.slope * columns).astype(np.int64)
    beside = min(reach, height)  # farther rows are outside of the picture
    rows = centre + np.arange(-beside, beside + 1)[:, None]  # [2 beside + 1, width]
    inside = (rows >= 0) & (rows < height)
    rows = np.clip(rows, 0, height - 1)
    band = mask[rows, columns] & inside
    counts = band.sum(0)
    if not counts.any():
        return ink
    if np.median(counts[counts > 0]) > _THICKEST * (2 * reach + 1):
        return ink  # this is the edge of a page, or a dark strip beside it
    thickness = float(np.quantile(counts[counts > 0], _BARE, method="lower"))
    here = inside & (np.abs(rows - _traced(rows, band, counts <= thickness)) <= thickness / 2 + 1)
    gone = here & _is_line(ink[rows, columns], band, here, level)
    ink = ink.copy()
    ink[rows[gone], np.broadcast_to(columns, rows.shape)[gone]] = 0
    return ink


def _is_line(values: Ink, band: Mask, here: Mask, level: float) -> Mask:
    """Return which ink of a band around a line is not a stroke's that crosses it.

    `here`: where the line lies in each column.
    """
    amounts = (values * here).sum(0)
    shade = float(np.median(values[band]))
    is_faint = (values < 1.5 * shade) & (shade < 0.6 * level)
    return np.asarray((amounts <= _ALONE * np.median(amounts)) | is_faint)


def _traced(rows: NDArray[np.int64], band: Mask, alone: Mask) -> NDArray[np.float64]:
    """Return the middle of a line in each column: paper is not flat.

    `band`: which of the `rows` of each column have ink; `alone`: in which columns it is the line's.
    """
    columns = np.flatnonzero(alone & band.any(0))
    middles = (rows * band).sum(0)[columns] / band.sum(0)[columns]
    middle: NDArray[np.float64] = np.interp(np.arange(len(alone)), columns, middles)
    return middle
