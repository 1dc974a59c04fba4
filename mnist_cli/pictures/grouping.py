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
    for component in waiting[:_MOST_COMPONENTS]:
        box = around(boxes, [component])
        group = next((g for g in groups if _belong_together(box, around(boxes, g))), None)
        if group is None:
            groups.append([component])
        else:
            group.append(component)
    return groups


def around(boxes: NDArray[np.int64], group: list[int]) -> Box:
    """Return the box around some boxes."""
    low, high = boxes[group, :2].min(0), boxes[group, 2:].max(0)
    return int(low[0]), int(low[1]), int(high[0]), int(high[1])


def _belong_together(a: Box, b: Box) -> bool:
    """Whether two boxes are strokes of one digit.

    Either one is above the other, or one is much smaller or flatter, and near.
    """
    overlap = min(a[2], b[2]) - max(a[0], b[0])
    gap = max(a[1], b[1]) - min(a[3], b[3])
    tall = max(a[3] - a[1], b[3] - b[1])
    narrow = min(a[2] - a[0], b[2] - b[0])
    together = max(a[3], b[3]) - min(a[1], b[1])
    if overlap > 0.4 * narrow and gap < 0.3 * tall and together <= 1.9 * tall:
        return True
    is_piece = size(a, b) < 0.6 * tall or min(a[3] - a[1], b[3] - b[1]) < 0.35 * tall
    return is_piece and max(gap, -overlap) < 0.15 * tall


def size(*boxes: Box) -> int:
    """Return the longest side of the smallest box."""
    return min(max(right - left, bottom - top) for left, top, right, bottom in boxes)


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
