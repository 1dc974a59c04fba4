"""Which components are strokes of one digit, and in which order digits are read."""

import numpy as np
from numpy.typing import NDArray

from mnist_cli.pictures.arrays import Box, Mask

_MOST_COMPONENTS = 500  # that are grouped; a page of noise has more


def groups(boxes: NDArray[np.int64], keep: Mask) -> list[list[int]]:
    """Group the components that are strokes of one digit, the largest first."""
    lengths = (boxes[:, 2:] - boxes[:, :2]).max(1, initial=0)
    waiting = sorted((int(i) for i in np.flatnonzero(keep)), key=lambda i: -int(lengths[i]))
    groups: list[list[int]] = []
    wholes = np.empty((min(len(waiting), _MOST_COMPONENTS), 4), np.int64)  # a box for each group
    for component in waiting[:_MOST_COMPONENTS]:
        near = np.flatnonzero(_belong_together(boxes[component], wholes[: len(groups)]))
        number = int(near[0]) if len(near) else len(groups)
        if number == len(groups):
            groups.append([])
        groups[number].append(component)
        wholes[number] = around(boxes, groups[number])
    return groups


def around(boxes: NDArray[np.int64], group: list[int]) -> Box:
    """Return the box around some boxes."""
    low, high = boxes[group, :2].min(0), boxes[group, 2:].max(0)
    return int(low[0]), int(low[1]), int(high[0]), int(high[1])


def _belong_together(box: NDArray[np.int64], others: NDArray[np.int64]) -> Mask:
    """Whether a box (4,) and each of the others (n, 4) are strokes of one digit.

    Either one is above the other, or one is much smaller or flatter, and near.
    """
    low, high = np.maximum(box[:2], others[:, :2]), np.minimum(box[2:], others[:, 2:])
    overlap, gap = high[:, 0] - low[:, 0], low[:, 1] - high[:, 1]
    together = np.maximum(box[3], others[:, 3]) - np.minimum(box[1], others[:, 1])
    sides, other_sides = box[2:] - box[:2], others[:, 2:] - others[:, :2]
    narrow, flat = np.minimum(sides, other_sides).T
    tall = np.maximum(sides[1], other_sides[:, 1])
    small = np.minimum(sides.max(), other_sides.max(1))
    are_stacked = (overlap > 0.4 * narrow) & (gap < 0.3 * tall) & (together <= 1.9 * tall)
    is_piece = (small < 0.6 * tall) | (flat < 0.35 * tall)
    return np.asarray(are_stacked | (is_piece & (np.maximum(gap, -overlap) < 0.15 * tall)))


def size(box: Box) -> int:
    """Return the longest side of a box."""
    left, top, right, bottom = box
    return max(right - left, bottom - top)


def reading_order(boxes: list[Box]) -> list[int]:
    """Return the numbers of the boxes line by line, each line from left to right.

    Boxes far smaller than the largest are left out, as they are no digits.
    """
    most = max((size(box) for box in boxes), default=0)
    waiting = [i for i, box in enumerate(boxes) if size(box) > 0.3 * most]
    ordered: list[int] = []
    while waiting:
        highest = min(waiting, key=lambda i: boxes[i][1] + boxes[i][3])
        bottom = boxes[highest][3]
        line = [i for i in waiting if boxes[i][1] + boxes[i][3] < 2 * bottom]
        ordered += sorted(line, key=lambda i: boxes[i][0])
        waiting = [i for i in waiting if i not in line]
    return ordered
