"""Ruled and squared paper: find the printed lines of a page and remove them from the ink."""

from typing import NamedTuple

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import NDArray

from mnist_cli.pictures.arrays import Ink, Mask
from mnist_cli.pictures.erasing import Batch, FoundLine, Line, Range, without_found, without_line

_WIDTH = 256  # columns of the small mask in which lines are searched
_STEEPEST = 0.12  # rise of a line over its run, 7 degrees
_COVERED = 0.8  # share of the picture's width that a line covers
_ENDS = 64  # a line must reach the first and the last 1/64 of the width
FRAME = 0.3  # of the picture; a line that is nearer to a side may be a frame
_SMALL = 100  # pixels; in a smaller picture a digit may reach from side to side
_BEND = 2  # rows of the small mask by which a line may deviate from a straight one
_NEAR = 2 * _BEND
_UNBENT = 40  # columns; in so few a line between others deviates by one row more
_UNBROKEN = 0.9  # share of it that it covers
_EDGE = 0.08  # of the picture; a digit that is nearer to the other side fills it


def without_lines(ink: Ink, mask: Mask, joined: Mask) -> Ink:
    """Return the ink (h, w) without the lines that run from side to side or top to bottom.

    `mask` (h, w) is set wherever there could be ink, faint lines included; `joined` is the same
    with the gaps of dashed lines filled. Where a stroke crosses a line, its ink stays.
    """
    return without_found(ink, mask, joined, from_side_to_side(joined).batches)


def without_broad_lines(ink: Ink, mask: Mask, joined: Mask, widest: float) -> tuple[Ink, bool]:
    """Return the same of a cell, and whether its broad lines were strokes, which stay.

    A line near a side may be a frame, and others then end at it. `widest` as in `find_lines`.
    """
    lines = from_side_to_side(joined, widest)
    bare = without_found(ink, mask, joined, lines.batches)
    left = mask & (bare > 0) if lines.batches else mask
    if _is_stroke(lines.level, lines.upright, left) or _is_stroke(
        lines.upright, lines.level, left.T
    ):
        return without_lines(ink, mask, joined), True
    return bare, False


def _is_stroke(lines: list[Line], others: list[Line], left: Mask) -> bool:
    """Whether all lines are the bar of a 7 or the foot of a 2 that fills the picture.

    What is left without it then reaches the other side of the picture.
    """
    are_upper = {line.row < len(left) / 2 for line in lines}
    if len(are_upper) != 1 or others:
        return False
    edge = max(1, round(_EDGE * len(left)))
    return bool(left[-edge:].any() if are_upper.pop() else left[:edge].any())


def without_level_line(ink: Ink) -> Ink:
    """Return ink (h, w), cut to its box, without a level line from its first column to its last.

    Where a stroke crosses the line, its ink stays. Two such lines are the arcs of 0s that touch.
    """
    mask = ink > 0
    level = float(np.median(ink[mask]))
    lines = _lines(mask, 0, ink.shape[1])
    if not lines or not all(_meet(lines[0], line, ink.shape[1]) for line in lines):
        return ink
    return without_line(ink, mask, mask, FoundLine(lines[0], (0, ink.shape[1])), level)


def _meet(line: Line, other: Line, width: int) -> bool:
    """Whether two lines cross in a picture, or at its right edge: one was found at two slopes."""
    first = other.row - line.row
    last = first + (other.slope - line.slope) * width
    return first * last <= 0 or abs(last) <= _NEAR * -(-width // _WIDTH)


def without_lowest_line(ink: Ink, widest: float) -> Ink:
    """Return the same without a line near the lower side, if there is none near the upper one.

    The line may be as wide as `widest` of the shorter side.
    """
    mask = ink > 0
    level = float(np.median(ink[mask]))
    lines = [line for line in _lines(mask, 0, ink.shape[1]) if _is_near_a_side(line, ink.shape)]
    if not lines or any(_place(line, ink.shape) < 0.5 for line in lines):
        return ink
    return without_line(ink, mask, mask, FoundLine(lines[0], (0, ink.shape[1]), widest), level)


class Ruling(NamedTuple):
    """The `level` lines of a picture, the `upright` ones, and all in the order of their search."""

    level: list[Line]
    upright: list[Line]
    batches: list[Batch]


def from_side_to_side(joined: Mask, widest: float = 0.0) -> Ruling:
    """Return the lines that run from side to side of a mask (h, w), and those that end at them."""
    height, width = joined.shape
    return find_lines(joined, (0, width), (0, height), widest)


def find_lines(joined: Mask, columns: Range, rows: Range, widest: float = 0.0) -> Ruling:
    """Return the lines in a mask (h, w) in which the gaps of dashed lines are filled.

    A level line has ink in all `columns`, from the first to the last, an upright one in all `rows`,
    or between two lines of the other kind. None is wider than `widest` of the shorter side near a
    side, or than a few pixels elsewhere.
    """
    done: list[Range] = [(0, 0), (0, 0)]
    ranges = [columns, rows]
    ruling = Ruling([], [], [])
    for way in (0, 1, 0, 1):
        if ranges[way] != done[way]:
            done[way] = ranges[way]
            lines = _lines(joined, *ranges[way])
            ranges[1 - way] = _between(lines, *ranges[1 - way], joined.shape)
            widths = [widest if _is_near_a_side(line, joined.shape) else 0.0 for line in lines]
            found = [FoundLine(line, done[way], w) for line, w in zip(lines, widths, strict=True)]
            (ruling.upright if way else ruling.level).extend(lines)
            ruling.batches.extend([Batch(way == 1, found)] if found else [])
        joined = joined.T
    return ruling


def _between(lines: list[Line], first: int, last: int, shape: tuple[int, ...]) -> tuple[int, int]:
    """Return the rows between the lines near the upper and the lower side of a picture (h, w)."""
    rows = [round(line.row + line.slope * shape[1] / 2) for line in lines]
    upper = [row for row in rows if row < FRAME * shape[0]]
    lower = [row for row in rows if row > (1 - FRAME) * shape[0]]
    return max([first, *upper]), min([last, *lower])


def _is_near_a_side(line: Line, shape: tuple[int, ...]) -> bool:
    """Whether a line may be the upper or the lower side of a frame."""
    place = _place(line, shape)
    return min(place, 1 - place) < FRAME


def _place(line: Line, shape: tuple[int, ...]) -> float:
    """Return how far down a picture (h, w) the middle of a line is, 0 to 1."""
    return (line.row + line.slope * shape[1] / 2) / shape[0]


def _lines(mask: Mask, first: int, last: int) -> list[Line]:
    """Return the lines that run from one column of the mask to another.

    In a small picture, and where they do not run from side to side, only those near a side count.
    """
    part = mask[:, first:last]
    step = -(-part.shape[1] // _WIDTH)
    if not _may_be_covered(part, step):
        return []
    small = _any_in_blocks(part, step)
    height, width = small.shape
    most = int(_STEEPEST * width)
    rises = np.arange(-most, most + 1)
    # [slopes, 1] * [width] -> the row in each column, [slopes, width]
    shifts = most + np.rint(rises[:, None] / width * np.arange(width)).astype(np.int64)
    around = ((most, most), (0, 0))
    is_whole = part.shape == mask.shape
    bend = _BEND if is_whole else min(_BEND, 1 + width // _UNBENT)
    votes = _coverage(np.pad(_grown(small, bend), around), shifts, height)
    votes[votes < (_COVERED if is_whole else _UNBROKEN)] = 0
    if not votes.any():
        return []
    middle = _along(np.pad(_nearby(small), around), shifts, height) / width
    lines = [
        Line((row + 0.5) * step - float(rises[slope]) / width * first, float(rises[slope]) / width)
        for slope, row in _peaks(votes, middle)
    ]
    if is_whole and max(mask.shape) >= _SMALL:
        return lines
    return [line for line in lines if _is_near_a_side(line, mask.shape)]


def _may_be_covered(mask: Mask, step: int) -> bool:
    """Whether there is ink at both ends of a mask and in so many columns as a line needs.

    Of `step` columns one must have ink, as in the small mask.
    """
    inked: Mask = np.any(mask, axis=0)
    inked = np.logical_or.reduceat(inked, np.arange(0, len(inked), step))
    end = max(1, len(inked) // _ENDS)
    return bool(inked[:end].any() and inked[-end:].any() and inked.mean() >= _COVERED)


def _any_in_blocks(mask: Mask, step: int) -> Mask:
    """Shrink a mask: a block of step x step pixels is set if any of its pixels is."""
    if step == 1:
        return mask
    height, width = (side + -side % step for side in mask.shape)
    padded = np.zeros((height, width), bool)
    padded[: mask.shape[0], : mask.shape[1]] = mask
    rows = np.any(padded.reshape(-1, step, width), axis=1)  # first whole rows: they are many
    blocks: Mask = np.any(rows.reshape(-1, width // step, step), axis=2)
    return blocks


def _grown(mask: Mask, bend: int) -> Mask:
    """Thicken a mask upwards and downwards, so that a bent line still covers a straight one."""
    padded = np.pad(mask, ((bend, bend), (0, 0)))
    grown: Mask = np.logical_or.reduce([padded[i : i + mask.shape[0]] for i in range(2 * bend + 1)])
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
    both = np.where(votes > 0, votes + middle / (2 * _NEAR + 1), 0)
    found: list[tuple[int, int]] = []
    while len(found) < 100 and both.max(initial=0) > 0:
        slope, row = (int(i) for i in np.unravel_index(both.argmax(), both.shape))
        found.append((slope, row))
        both[:, max(0, row - 2 * _BEND - 1) : row + 2 * _BEND + 2] = 0
    return found
