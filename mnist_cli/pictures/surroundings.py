"""What a pen adds to a digit that it has written: a box or a ring around it, a line below it."""

import numpy as np
from numpy.typing import NDArray

from mnist_cli.pictures.arrays import Mask
from mnist_cli.pictures.components import Components
from mnist_cli.pictures.margins import is_hollow

_MOST = 500  # components that are looked at, the largest first; a page of noise has more
_IN_BOX, _IN_RING = 0.2, 0.4  # of its height; the digit inside is higher, the dot of a 0 is not
_CLOSED = 0.6  # share of the digit's rows and columns that have the ring on both sides
_FLAT = 0.25  # height over width of a line below a digit
_WIDE = 0.7  # of the digit's width; the line below it is no shorter, and below as much of it
_NEAR = 0.6  # of the digit's height, from its foot to the line

Boxes = NDArray[np.int64]  # (n, 4): left, top, right, bottom


def without_surroundings(components: Components, chosen: Mask) -> Mask:
    """Leave out of the chosen components the boxes and rings around others, and lines below."""
    numbers = np.flatnonzero(chosen)
    numbers = numbers[np.argsort(-components.lengths[numbers], kind="stable")[:_MOST]]
    kept = chosen.copy()
    kept[numbers[are_around(components, numbers)]] = False
    numbers = numbers[kept[numbers]]
    kept[numbers[_are_below(components.boxes[numbers])]] = False
    return kept


def are_around(components: Components, numbers: NDArray[np.int64]) -> Mask:
    """Whether each of the components (n,) is a box or a ring around another of them."""
    boxes = components.boxes[numbers]
    left, top, right, bottom = boxes.T
    tall = bottom - top
    encloses = tall > _IN_BOX * tall[:, None]
    encloses &= (left > left[:, None]) & (top > top[:, None])
    encloses &= (right < right[:, None]) & (bottom < bottom[:, None])
    result = np.zeros(len(numbers), bool)
    for i in np.flatnonzero(encloses.any(1)):
        inside = boxes[encloses[i] & (tall > _IN_RING * tall[i])]
        number = int(numbers[i])
        result[i] = is_hollow(components, number) or _is_ring(components, number, inside)
    return result


def _is_ring(components: Components, number: int, boxes: Boxes) -> bool:
    """Whether a component is on all sides of one of the boxes inside its own."""
    left, top, right, bottom = components.boxes[number]
    ring = components.labels[top:bottom, left:right] == number
    return any(_is_around(ring, *(box - [left, top, left, top])) for box in boxes)


def _is_around(ring: Mask, left: int, top: int, right: int, bottom: int) -> bool:
    """Whether a ring (h, w) has ink on both sides of a box in it, in its rows and its columns."""
    x, y = (left + right) // 2, (top + bottom) // 2
    rows, columns = ring[top:bottom], ring[:, left:right]
    across = rows[:, :x].any(1) & rows[:, x:].any(1)
    down = columns[:y].any(0) & columns[y:].any(0)
    return bool(min(across.mean(), down.mean()) >= _CLOSED)


def _are_below(boxes: Boxes) -> Mask:
    """Whether each of the boxes is a flat line close below another one, which is no line."""
    left, top, right, bottom = boxes.T
    wide, high = right - left, bottom - top
    is_flat = high <= _FLAT * wide
    gap = top[:, None] - bottom
    shared = np.minimum(right[:, None], right) - np.maximum(left[:, None], left)
    is_under = (gap >= 0) & (gap < _NEAR * high) & (shared >= _WIDE * wide)
    return np.asarray(is_flat & (is_under & ~is_flat).any(1))
