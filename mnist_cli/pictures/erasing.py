"""Remove printed lines from the ink, but not the strokes that cross them."""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from mnist_cli.pictures.arrays import Ink, Mask
from mnist_cli.pictures.components import connected_components
from mnist_cli.pictures.crossings import crossing

_WIDTH = 256  # pixels; in a longer picture paper bends by more of them
_BEND = 2  # of these pixels by which a line may deviate from a straight one
_THICKEST = 0.6  # share of the searched band that a line may fill
_WIDER = 1.5  # times the thickness of a line; so far from its middle it is looked for
_BARE = 0.25  # of the columns of a line; on most of the others digits may stand
_TRIMMED = 0.1  # of a line between two others; so much at its ends, and as much elsewhere, is bare
_ALONE = 1.5  # times the usual ink of a line; with more, a stroke crosses it
_NEAR, _FARTHER = 16, 3  # pixels; most lines end so near, others so many times farther away
_DARK = 0.5  # of the level of the ink; a stroke that crosses a line is as dark
Range = tuple[int, int]  # the first column and the one after the last


class Line(NamedTuple):
    """`row` of a line at column 0, in pixels, and `slope` in rows per column."""

    row: float
    slope: float


class FoundLine(NamedTuple):
    """A `line` that was found, with `ends`: the columns between which it has ink for certain.

    `widest`: it is no wider than so much of the picture's shorter side, or than a few pixels.
    """

    line: Line
    ends: Range
    widest: float = 0.0


class Batch(NamedTuple):
    """Lines that were found together: all upright, or all level."""

    is_upright: bool
    lines: list[FoundLine]


def without_found(ink: Ink, mask: Mask, joined: Mask, batches: list[Batch]) -> Ink:
    """Remove lines from the ink (h, w), batch by batch; without any it is the same array.

    `mask` and `joined`: as in `ruling.without_lines`.
    """
    level = float(np.median(ink[mask])) if batches and mask.any() else 0.0
    for is_upright, lines in batches:
        if is_upright:
            ink = _without_level(ink.T, mask.T, joined.T, lines, level).T
        else:
            ink = _without_level(ink, mask, joined, lines, level)
    return ink


def without_line(ink: Ink, mask: Mask, joined: Mask, found: FoundLine, level: float) -> Ink:
    """Remove one line from the ink (h, w), except where a darker stroke crosses it.

    `mask` and `joined`: as in `ruling.without_lines`. `level`: how strong the ink is. In a cell a
    stroke also crosses a line where it goes on beyond.
    """
    return _without_level(ink, mask, joined, [found], level)


def _without_level(ink: Ink, mask: Mask, joined: Mask, lines: list[FoundLine], level: float) -> Ink:
    """Remove level lines one after the other; the ink is copied once, there may be many lines."""
    bare, is_bare = ink.copy(), False
    # What is looked up in whole arrays is found in a quarter of the time.
    mask, joined = np.ascontiguousarray(mask), np.ascontiguousarray(joined)
    for found in lines:
        gone = _printed(bare, mask, joined, found, level)
        if gone is not None:
            bare.reshape(-1)[gone] = 0
            is_bare = True
    return bare if is_bare else ink


def _printed(
    ink: Ink, mask: Mask, joined: Mask, found: FoundLine, level: float
) -> NDArray[np.int64] | None:
    """Return the places of what is printed of a line, counted row by row; None if it is no line."""
    width = mask.shape[1]
    reach = min(2 + (_BEND + 2) * -(-width // _WIDTH), max(3, width // 12))
    reach = max(reach, round(_WIDER * _thickness(ink, mask, joined, found)))
    columns = np.arange(width)
    rows, inside = _rows(found.line, columns, reach, mask.shape)
    places = rows * width + columns
    values = np.take(ink, places)
    band = np.take(mask, places) & (values > 0) & inside
    counts = band.sum(0)
    inked = counts[counts > 0]
    if not len(inked):
        return None
    if np.median(inked) > _THICKEST * (2 * reach + 1):
        return None  # this is the edge of a page, or a dark strip beside it
    thickness = float(np.quantile(inked, _BARE, method="lower"))
    away, half = rows - _traced(rows, band, counts <= thickness), thickness / 2 + 1
    here = inside & (np.abs(away) <= half)
    gone = here & _is_line(values, band, here, level)
    if found.widest:
        gone &= ~crossing(band & (values > _DARK * level), away, half)
        gone |= _is_rest(band & ~gone)
    chosen: NDArray[np.int64] = places[gone]
    return chosen


def _rows(
    line: Line, columns: NDArray[np.int64], reach: int, shape: tuple[int, ...]
) -> tuple[NDArray[np.int64], Mask]:
    """Return the rows around a line in some columns of a picture (h, w), and which of them exist.

    There are `reach` on each side, or as many as the picture is high.
    """
    height = shape[0]
    reach = min(reach, height)  # farther rows are outside of the picture
    centre = np.rint(line.row + line.slope * columns).astype(np.int64)
    rows = centre + np.arange(-reach, reach + 1)[:, None]
    if centre.min() >= reach and centre.max() < height - reach:
        return rows, np.ones(rows.shape, bool)
    inside = (rows >= 0) & (rows < height)
    return np.clip(rows, 0, height - 1), inside


def _thickness(ink: Ink, mask: Mask, joined: Mask, found: FoundLine) -> float:
    """Return how many pixels of ink without a gap a line has in most columns between its ends.

    0 if there are too many, or far fewer in others: then many strokes cross what is no broad line.
    """
    most, width = int(found.widest * min(mask.shape)), mask.shape[1]
    if not most:
        return 0.0
    first, last = found.ends
    is_whole = last - first == width
    edge = 0 if is_whole else round(_TRIMMED * (last - first))
    columns = np.arange(first + edge, last - edge, max(1, width // _WIDTH))
    share, reach = _BARE if is_whole else _TRIMMED, min(_NEAR, most)
    while True:
        runs = _runs_along(ink, mask, joined, found.line, columns, reach)
        thickness, least = float(np.median(runs)), float(np.quantile(runs, share, method="lower"))
        # Runs shorter than the reach are whole. Farther away the others can only become longer.
        if 2 * thickness < reach or reach == most or 2 * least < min(thickness, 2 * reach):
            return thickness if 2 * least >= thickness and thickness <= most else 0.0
        reach = min(_FARTHER * reach, most)


def _runs_along(
    ink: Ink, mask: Mask, joined: Mask, line: Line, columns: NDArray[np.int64], reach: int
) -> NDArray[np.int64]:
    """Return how much ink without a gap a line has in some columns, up to `reach` to each side."""
    rows, inside = _rows(line, columns, reach, mask.shape)
    places = rows * mask.shape[1] + columns
    band = np.take(joined, places) & inside
    band &= (np.take(ink, places) > 0) | ~np.take(mask, places)
    up, down = (
        np.logical_and.accumulate(way).sum(0) for way in (band[reach::-1], band[reach + 1 :])
    )
    return np.asarray(up + down)


def _is_line(values: Ink, band: Mask, here: Mask, level: float) -> Mask:
    """Return which ink of a band around a line is not a stroke's that crosses it.

    `here`: where the line lies in each column.
    """
    amounts = (values * here).sum(0)
    shade = float(np.median(values[band]))
    is_faint = (values < 1.5 * shade) & (shade < 0.6 * level)
    return np.asarray((amounts <= _ALONE * np.median(amounts)) | is_faint)


def _is_rest(band: Mask) -> Mask:
    """Return which ink of a band around a line is joined with nothing outside of it."""
    rest = connected_components(band)
    return rest.only((rest.boxes[:, 1] > 0) & (rest.boxes[:, 3] < len(band)))


def _traced(rows: NDArray[np.int64], band: Mask, alone: Mask) -> NDArray[np.float64]:
    """Return the middle of a line in each column: paper is not flat.

    `band`: which of the `rows` of each column have ink; `alone`: in which columns it is the line's.
    """
    columns = np.flatnonzero(alone & band.any(0))
    middles = (rows * band).sum(0)[columns] / band.sum(0)[columns]
    middle: NDArray[np.float64] = np.interp(np.arange(len(alone)), columns, middles)
    return middle
