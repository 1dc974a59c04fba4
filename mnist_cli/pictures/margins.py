"""Dark areas that are no ink: the table beside a page, shadows in corners, frames."""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from mnist_cli.pictures.arrays import Ink, Mask
from mnist_cli.pictures.components import Components, connected_components, spread

_CLEAR = 0.4  # of the level of the ink; what is stronger is clearly ink
_VISIBLE = 1.5  # times what counts as paper; the same
_CELLS, _IN_CELL = 4, 0.04  # so many parts, of such a height in its own, are in cells of a grid
_TOP = 0.6  # of a frame's columns; so many have ink in its upper half
_STAYS = 0.75  # of a frame's ink, where lines are erased
_WHOLE = 0.5  # of its length; the longest piece of a frame where lines are erased
_SMALLEST = 0.058  # of the side of a square as large as the picture; a digit is at least as long


def ink_level(ink: Ink, floor: float) -> float:
    """Return how strong the ink (h, w) is, of 255: the mean above Otsu's threshold.

    Only values above `floor` count; without any, the result is `floor`. Otsu's threshold (1979)
    splits these values into two groups with the largest variance between them.
    """
    counts = np.bincount(ink[ink > floor].astype(np.uint8), minlength=256)
    below = np.cumsum(counts)
    if not below[-1]:
        return floor
    sums = np.cumsum(counts * np.arange(256))
    above = below[-1] - below
    low = sums / np.maximum(below, 1)
    high = (sums[-1] - sums) / np.maximum(above, 1)
    split = int((below * above * (high - low) ** 2).argmax())
    return float(high[split]) if above[split] else float(sums[-1] / below[-1])


class Inked(NamedTuple):
    """The ink (h, w) of a picture, how strong it is, and the components of what is clearly ink."""

    ink: Ink
    level: float
    components: Components

    @classmethod
    def of(cls, ink: Ink, floor: float) -> "Inked":
        """Measure ink; what is weaker than `floor` counts as paper."""
        level = ink_level(ink, floor)
        return cls(ink, level, connected_components(ink > _CLEAR * level))


def without_frames(inked: Inked, bare: Ink) -> Ink:
    """Erase frames from the ink (h, w) as well; `bare` is the same ink without its lines.

    Where much went with the lines, or the rest fell into short pieces, there was no frame, but a
    line and the digits that stand on it. The result is `bare` itself if there are no frames.
    """
    components = inked.components
    if bare is inked.ink:  # all of it stays, in one piece
        return _erased(bare, components, _is_frame(components, True))
    left = components.areas_in(bare > 0)
    stays = left > _STAYS * components.areas
    frames = _is_frame(components, stays) & stays
    for number in np.flatnonzero(frames).tolist():
        frames[number] = _holds_together(components, number, bare)
    return _erased(bare, components, frames)


def _holds_together(components: Components, number: int, bare: Ink) -> bool:
    """Whether most of a component is still one piece in the ink without lines."""
    left, top, right, bottom = components.boxes[number]
    part = slice(top, bottom), slice(left, right)
    rest = connected_components((components.labels[part] == number) & (bare[part] > 0))
    return bool(rest.lengths.max(initial=0) >= _WHOLE * components.lengths[number])


def without_margins(inked: Inked, floor: float) -> tuple[Ink, float]:
    """Erase page edges, shadows in corners and frames, unless there is nothing else.

    What is weaker than `floor` counts as paper. Returns the ink (h, w), 0 to 255, which is the same
    array if nothing was erased, and how strong it is.
    """
    ink, level, components = inked
    sides = _touched_sides(components)
    outside = sides.max(1, initial=0) >= 0.5
    if outside.any():
        rest = _rest(_erased(ink, components, outside), floor)
        if rest is not None:
            return without_margins(rest, floor)
    bare = _erased(ink, components, _is_along_edge(components, sides) | _is_frame(components, True))
    return bare, level if bare is ink else ink_level(bare, floor)


def _rest(ink: Ink, floor: float) -> Inked | None:
    """Return what is left of the ink; None if nothing as large as a digit is clearly visible."""
    level = ink_level(ink, floor)
    clear, visible = _CLEAR * level, _VISIBLE * floor
    components = connected_components(ink > max(clear, visible))
    if components.lengths.max(initial=0) <= _SMALLEST * ink.size**0.5:
        return None
    if visible > clear:
        components = connected_components(ink > clear)
    return Inked(ink, level, components)


def _touched_sides(components: Components) -> NDArray[np.float64]:
    """Return (k, 4): which share of each of the picture's four sides a component covers."""
    labels, count = components.labels, len(components.areas)
    boxes, ends = components.boxes, labels.shape[::-1]
    if (boxes[:, :2] > 0).all() and (boxes[:, 2:] < ends).all():
        return np.zeros((count, 4))
    sides = (labels[0], labels[-1], labels[:, 0], labels[:, -1])
    return np.stack(
        [np.bincount(side[side >= 0], minlength=count) / len(side) for side in sides], axis=1
    )


def _erased(ink: Ink, components: Components, chosen: Mask) -> Ink:
    """Return the ink without the chosen components and without their blurred edges."""
    if not chosen.any():
        return ink
    blur = max(2, max(ink.shape) // 150)
    return np.where(spread(components.only(chosen), blur), np.float32(0), ink)


def _is_along_edge(components: Components, sides: NDArray[np.float64]) -> Mask:
    """Return which components lie along the edge of the picture.

    They count only if another component, more than half as long, does not.
    """
    if len(components.areas) < 2:
        return np.zeros(len(components.areas), bool)
    height, width = components.labels.shape
    contact = (sides * (width, width, height, height)).max(1, initial=0)
    along: Mask = contact >= 0.5 * components.lengths
    inner = int(components.lengths[~along].max(initial=0))
    return along & (inner > 0.5 * components.lengths)


def _is_frame(components: Components, counts: Mask | bool) -> Mask:
    """Return which components are frames: their ink is near their own box, with another inside.

    What encloses four others is the frame of a grid, wherever its ink is. A line with some of the
    digits that stand on it may enclose the others, but is open above. `counts` (k,): which
    components count as inside; the dashes of a line do not.
    """
    boxes, sizes = components.boxes, components.sizes
    result = np.zeros(len(boxes), bool)
    if len(boxes) < 2:
        return result
    for i in np.flatnonzero(components.lengths > 0.3 * max(components.labels.shape)):
        within = (boxes[:, :2] > boxes[i, :2]).all(1) & (boxes[:, 2:] < boxes[i, 2:]).all(1)
        within &= counts
        if not within.any() or _is_open_above(components, int(i)):
            continue
        if (within & (sizes[:, 1] > _IN_CELL * sizes[i, 1])).sum() >= _CELLS:
            result[i] = True
        elif (within & (sizes[:, 1] > 0.2 * sizes[i, 1])).any():
            result[i] = is_hollow(components, int(i))
    return result


def _is_open_above(components: Components, number: int) -> bool:
    """Whether a component has no line along the top of its box, nor the edge of the picture."""
    left, top, right, bottom = components.boxes[number]
    upper = components.labels[top : (top + bottom) // 2, left:right] == number
    return bool(top > 0 and upper.any(0).mean() < _TOP)


def is_hollow(components: Components, number: int) -> bool:
    """Whether a component has its ink near its own box, as a frame has and a 0 has not."""
    left, top, right, bottom = components.boxes[number]
    x, y = (right - left) // 8 + 1, (bottom - top) // 8 + 1
    core = components.labels[top + y : bottom - y, left + x : right - x] == number
    return bool(np.count_nonzero(core) < 0.1 * components.areas[number])
