"""Cells with paper around them: remove the lines of a frame that end at each other."""

from collections.abc import Iterator

import numpy as np

from mnist_cli.pictures.arrays import Box, Ink, Mask
from mnist_cli.pictures.components import connected_components
from mnist_cli.pictures.dashes import without_gaps
from mnist_cli.pictures.erasing import Line
from mnist_cli.pictures.ruling import FRAME, Range, ruled, without_lines

_LARGE = 0.4  # of the picture's sides; a frame is at least as large
_STRIP = 4.0  # sides, the longer by the shorter; a longer picture is no cell, and may be very large
_SMALLEST = 20  # pixels; in a smaller one the sides of a 0 are as straight as lines
_LEANS = 0.1  # of a frame's sides; in a slanted one a line begins so far from the box around it
_CORNER = 0.12  # of a frame's sides; so near to the corners of its box it has ink
_EDGE = 2  # pixels; what is nearer to the edge of the picture is cut there
_WIDEST = 0.14  # of a frame's shorter side; wider ink is no line
_DIGIT = 0.2  # of a frame's shorter side; what is in it is larger
_GRID = 3  # lines from side to side; a digit has two at most

Ends = tuple[bool, bool]  # whether the first and the last side of a box are at the picture's edge


def unruled(ink: Ink, faint: float, is_cell: bool) -> Ink:
    """Return the ink without printed lines; of a cell the dashed ones and the frame go, too."""
    mask = ink > faint
    if not is_cell or max(ink.shape) > _STRIP * min(ink.shape):
        return without_lines(ink, mask, mask)
    joined = without_gaps(mask)
    ink = without_lines(ink, mask, joined, _WIDEST)
    left = ink > faint
    if not np.array_equal(left, mask):
        joined = without_gaps(left)
    return without_boxes(ink, left, joined)


def without_grid(ink: Ink, faint: float) -> Ink:
    """Return ink (h, w) that reaches to the edges without a grid that a digit is left in."""
    mask = ink > faint
    height, width = mask.shape
    if not _goes_on(mask) and not _goes_on(mask.T):
        return ink
    bare, across, down = ruled(ink, mask, mask, (0, width), (0, height), _WIDEST)
    is_grid = len(across) + len(down) >= _GRID
    return bare if is_grid and _has_digit(bare, ink, mask) else ink


def _goes_on(mask: Mask) -> bool:
    """Whether two or more lines leave a mask (h, w) at its upper and at its lower edge."""
    starts = mask[[0, -1]] & ~np.pad(mask[[0, -1], :-1], ((0, 0), (1, 0)))
    return bool((starts.sum(1) > 1).all())


def without_boxes(ink: Ink, mask: Mask, joined: Mask) -> Ink:
    """Return the ink (h, w) without frames whose lines end at each other or leave the picture.

    `mask` (h, w) is set wherever there could be ink; `joined` is the same with the gaps of dashed
    lines filled. Where a stroke crosses a line, its ink stays.
    """
    for left, top, right, bottom in _large(joined):
        part = slice(top, bottom), slice(left, right)
        level, upright = (
            (start < _EDGE, end > length - _EDGE)
            for start, end, length in ((left, right, mask.shape[1]), (top, bottom, mask.shape[0]))
        )
        bare = _unframed(ink[part], mask[part], joined[part], level, upright)
        ink = ink.copy()
        ink[part] = bare
    return ink


def _large(mask: Mask) -> Iterator[Box]:
    """Yield the boxes of components that may be frames."""
    boxes = connected_components(mask).boxes
    sizes = boxes[:, 2:] - boxes[:, :2]
    least = np.maximum(_SMALLEST, _LARGE * np.array(mask.shape[::-1]))
    for box in boxes[(sizes >= least).all(1)].tolist():
        yield tuple(box)


def _unframed(ink: Ink, mask: Mask, joined: Mask, level: Ends, upright: Ends) -> Ink:
    """Return the ink in the box of a frame without its lines; all of it if that is no frame.

    Each side of a frame is a line, or at the edge of the picture.
    """
    height, width = mask.shape
    if not _has_corners(joined, level, upright):
        return ink
    bare, across, down = ruled(
        ink, mask, joined, _inner(width, level), _inner(height, upright), _WIDEST
    )
    is_frame = across and down and _closes(down, width, height, level)
    if not is_frame or not _closes(across, height, width, upright):
        return ink
    return bare if _has_digit(bare, ink, mask) else ink


def _has_digit(bare: Ink, ink: Ink, mask: Mask) -> bool:
    """Whether something as large as a digit is left of the ink."""
    left = connected_components(bare > 0.5 * float(ink[mask].mean())).lengths.max(initial=0)
    return bool(left > _DIGIT * min(ink.shape))


def _has_corners(joined: Mask, level: Ends, upright: Ends) -> bool:
    """Whether all corners of a box but one have ink. A 0 or an 8 has none in any.

    A corner of the picture is no corner of a frame.
    """
    height, width = (max(1, round(_CORNER * side)) for side in joined.shape)
    corners = [
        bool(joined[rows, columns].any())
        for rows, is_low in zip((slice(height), slice(-height, None)), upright, strict=True)
        for columns, is_side in zip((slice(width), slice(-width, None)), level, strict=True)
        if not (is_low and is_side)
    ]
    return sum(corners) >= len(corners) - 1


def _inner(length: int, at_edge: Ends) -> Range:
    """Return from where to where a line along the box of a frame has ink for certain."""
    start, end = (0 if is_cut else round(_LEANS * length) for is_cut in at_edge)
    return start, length - end


def _closes(lines: list[Line], height: int, width: int, at_edge: Ends) -> bool:
    """Whether there is a line near the first and the last side, if these are inside the picture."""
    places = [(line.row + line.slope * width / 2) / height for line in lines]
    first = at_edge[0] or min(places, default=1) < FRAME
    return first and (at_edge[1] or max(places, default=0) > 1 - FRAME)
