"""Cells with paper around them: remove the lines of a frame that end at each other."""

from collections.abc import Iterator

import numpy as np

from mnist_cli.pictures.arrays import Box, Ink, Mask
from mnist_cli.pictures.components import connected_components, spread
from mnist_cli.pictures.dashes import without_gaps
from mnist_cli.pictures.erasing import Line, Range, without_found
from mnist_cli.pictures.ruling import (
    FRAME,
    find_lines,
    from_side_to_side,
    without_broad_lines,
    without_lines,
)

_LARGE = 0.4  # of the picture's sides; a frame is at least as large
_MOST = 20  # such boxes; more, inside one another, are a pattern and no frames
_STRIP = 4.0  # sides, the longer by the shorter; a longer picture is no cell, and may be very large
_SMALLEST = 20  # pixels; in a smaller one the sides of a 0 are as straight as lines
_LEANS = 0.1  # of a frame's sides; in a slanted one a line begins so far from the box around it
_CORNER = 0.12  # of a frame's sides; so near to the corners of its box it has ink
_EDGE = 2  # pixels; what is nearer to the edge of the picture is cut there
_WIDEST = 0.14  # of a frame's shorter side; wider ink is no line
_DIGIT = 0.2  # of a frame's shorter side; what is in it is larger
_BESIDE = 0.06  # of the picture's shorter side; the rest of a line is no farther from it
_AWAY = 0.02  # of the picture's shorter side; a digit in a cell is farther from the edges
_LOOKS = 2  # at a cell; a line may hide its twin
_SQUARED = 0.75  # of the picture; less of a cell is near its lines
_GRID = 3  # lines from side to side; a digit has two at most
_SIDE = 0.6  # of the width of a box; a side of the frame in it is at least as long
# Pixels; a frame that a stroke leaves is larger: the round ends of smaller digits are like strokes.
_LEFT = 40
_COLUMNS = 64  # of a box; so many are looked at for its sides

Ends = tuple[bool, bool]  # whether the first and the last side of a box are at the picture's edge


def unruled(ink: Ink, faint: float, is_cell: bool) -> Ink:
    """Return the ink without printed lines; of a cell the dashed ones and the frame go, too."""
    mask = ink > faint
    if not is_cell or max(ink.shape) > _STRIP * min(ink.shape):
        return without_lines(ink, mask, mask)
    return _without_cell(ink, faint)


def without_grid(ink: Ink, faint: float) -> Ink:
    """Return ink (h, w) that reaches to the edges without the lines of a cell around a digit.

    They are no strokes of a digit: these go on at two edges as a grid does, or what is left without
    them is away from all edges.
    """
    mask = ink > faint
    lines = from_side_to_side(mask)
    if not lines.batches:
        return ink
    count = len(lines.level) + len(lines.upright)
    is_grid = (_goes_on(mask) or _goes_on(mask.T)) and count >= _GRID
    bare = _without_cell(ink, faint)
    is_cell = is_grid or _is_inside(bare > faint)
    return bare if is_cell and _has_digit(bare, ink, mask) else ink


def _is_inside(mask: Mask) -> bool:
    """Whether a mask (h, w) has no ink near any edge."""
    edge = max(1, round(_AWAY * min(mask.shape)))
    inner = mask.copy()
    inner[edge:-edge, edge:-edge] = False
    return not inner.any()


def _without_cell(ink: Ink, faint: float) -> Ink:
    """Return ink (h, w) without the lines of a cell, and without what is left of them."""
    bare, mask = ink, ink > faint
    whole = mask
    for _ in range(_LOOKS):
        before, joined = mask, without_gaps(mask)
        left, is_stroke = without_broad_lines(bare, mask, joined, _WIDEST)
        if left is not bare:
            mask = left > faint
            joined = joined if np.array_equal(mask, before) else without_gaps(mask)
        bare = without_boxes(left, mask, joined)
        if bare is not left:
            mask = bare > faint
        if is_stroke:  # a digit that fills the picture
            return bare
        if mask is before or np.array_equal(mask, before):
            break
    return _without_rests(bare, mask, whole & ~mask)


def _without_rests(ink: Ink, mask: Mask, lines: Mask) -> Ink:
    """Return the ink (h, w) without what lies near erased lines alone, unless that is all.

    On squared paper a digit does, too: much of it is near a line.
    """
    if not lines.any():
        return ink
    near = spread(lines, max(1, round(_BESIDE * min(mask.shape))))
    if near.mean() > _SQUARED:
        return ink
    parts = connected_components(mask)
    is_rest = parts.areas_in(mask & ~near) == 0
    longest = parts.lengths[~is_rest].max(initial=0)
    if longest <= _DIGIT * min(mask.shape):
        return ink
    return np.where(parts.only(is_rest), np.float32(0), ink)


def _goes_on(mask: Mask) -> bool:
    """Whether two or more lines leave a mask (h, w) at its upper and at its lower edge."""
    starts = mask[[0, -1]] & ~np.pad(mask[[0, -1], :-1], ((0, 0), (1, 0)))
    return bool((starts.sum(1) > 1).all())


def without_boxes(ink: Ink, mask: Mask, joined: Mask) -> Ink:
    """Return the ink (h, w) without frames whose lines end at each other or leave the picture.

    `mask` (h, w) is set wherever there could be ink; `joined` is the same with the gaps of dashed
    lines filled. Where a stroke crosses a line, its ink stays.
    """
    boxes = list(_large(joined))
    for box in boxes if len(boxes) <= _MOST else ():
        tries = (_without_box(ink, mask, joined, frame) for frame in _frames(joined, box))
        ink = next((bare for bare in tries if bare is not None), ink)
    return ink


def _large(mask: Mask) -> Iterator[Box]:
    """Yield the boxes of components that may be frames."""
    boxes = connected_components(mask).boxes
    sizes = boxes[:, 2:] - boxes[:, :2]
    least = np.maximum(_SMALLEST, _LARGE * np.array(mask.shape[::-1]))
    for box in boxes[(sizes >= least).all(1)].tolist():
        yield tuple(box)


def _frames(mask: Mask, box: Box) -> Iterator[Box]:
    """Yield what may be a frame: the box of a component without the strokes that leave it.

    What reaches the edge of the picture may be the frame's own lines, so they stay at first. Each
    side elsewhere is a line, or there is no frame. No stroke leaves a small one.
    """
    level, upright = _at_edge(box, mask.shape)
    stays = level[0], upright[0], level[1], upright[1]
    left, top, right, bottom = box
    part = mask[top:bottom, left:right]
    beyond: list[int] = []
    for way, at_edge in zip((part.T, part, part.T[::-1], part[::-1]), stays, strict=True):
        rows = _before_a_line(way)
        if rows is None and not at_edge:
            return
        beyond.append(rows or 0)
    for sides in dict.fromkeys((stays, (False,) * 4)):
        x, y, x1, y1 = (0 if at_edge else rows for rows, at_edge in zip(beyond, sides, strict=True))
        frame = left + x, top + y, right - x1, bottom - y1
        if frame == box or min(frame[2] - frame[0], frame[3] - frame[1]) >= _LEFT:
            yield frame


def _before_a_line(mask: Mask) -> int | None:
    """Return how many rows of a mask (h, w) lie before the first level line; None without one."""
    some = mask[:, :: -(-mask.shape[1] // _COLUMNS)]
    rows = max(1, round(_LEANS * len(some)))
    sums = np.pad(np.cumsum(some, axis=0, dtype=np.int32), ((1, 0), (0, 0)))
    together = sums[rows:] > sums[:-rows]  # whether any of so many rows has ink
    starts = np.flatnonzero(together.mean(1) >= _SIDE)
    if not len(starts) or not starts[0]:
        return 0 if len(starts) else None
    start = int(starts[0])
    first = np.median(some[start:].argmax(0)[together[start]])
    return start + max(0, int(2 * first) - rows)  # a slanted line begins at different rows


def _at_edge(box: Box, shape: tuple[int, ...]) -> tuple[Ends, Ends]:
    """Return which sides of a box lie at the edge of the picture, left, right, top and bottom."""
    left, top, right, bottom = box
    return (left < _EDGE, right > shape[1] - _EDGE), (top < _EDGE, bottom > shape[0] - _EDGE)


def _without_box(ink: Ink, mask: Mask, joined: Mask, box: Box) -> Ink | None:
    """Return the ink (h, w) without the frame in a box; None if there is no frame."""
    left, top, right, bottom = box
    part = slice(top, bottom), slice(left, right)
    bare = _unframed(ink[part], mask[part], joined[part], *_at_edge(box, mask.shape))
    if bare is not None:
        ink = ink.copy()
        ink[part] = bare
    return None if bare is None else ink


def _unframed(ink: Ink, mask: Mask, joined: Mask, level: Ends, upright: Ends) -> Ink | None:
    """Return the ink in the box of a frame without its lines; None if that is no frame.

    Each side of a frame is a line, or at the edge of the picture.
    """
    height, width = mask.shape
    if not _has_corners(joined, level, upright):
        return None
    lines = find_lines(joined, _inner(width, level), _inner(height, upright), _WIDEST)
    across, down = lines.level, lines.upright
    is_frame = across and down and _closes(down, width, height, level)
    if not is_frame or not _closes(across, height, width, upright):
        return None
    bare = without_found(ink, mask, joined, lines.batches)
    return bare if _has_digit(bare, ink, mask) else None


def _has_digit(bare: Ink, ink: Ink, mask: Mask) -> bool:
    """Whether something as large as a digit is left of the ink."""
    if not mask.any():  # only gaps of dashed lines, which were filled
        return False
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
