"""Which of a picture's ink is a digit: specks left out, strokes put together, lines read."""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from mnist_cli.pictures.centering import LONGEST, SHORTEST, SIDE
from mnist_cli.pictures.ink import Contrast
from mnist_cli.pictures.margins import ink_level, without_margins
from mnist_cli.pictures.resizing import stroke_width
from mnist_cli.pictures.ruling import without_lines
from mnist_cli.pictures.segments import Parts, connected_parts, spread

Ink = NDArray[np.float32]
Mask = NDArray[np.bool_]
Box = tuple[int, int, int, int]

_WEAKEST = 14.0  # of 255: less than this apart from the paper is no ink
_MOST_PARTS = 500  # looked at; a page of noise has more
_FAINT = 45.0  # of 255: ink weaker than this is worth a warning
_PAGE = 100  # longest side of a picture from which on ruled paper and tables are looked for


class Found(NamedTuple):
    """One digit: its ink (h, w), 0 paper to 255, cut out at its box, and the ink's strength.

    `box`: left, top, right, bottom, the last two exclusive. `strength`: of 255.
    """

    ink: Ink
    box: Box
    strength: float

    @property
    def is_faint(self) -> bool:
        """Tell whether the ink is so weak that reading it is a guess."""
        return self.strength < _FAINT


def find_digits(contrast: Contrast) -> list[Found]:
    """Return every digit in the picture, in the order of reading; none on blank paper."""
    ink, floor = contrast.ink, max(_WEAKEST, 4 * contrast.noise)
    if ink.max(initial=0) < floor:
        return []
    if contrast.noise == 0 and _is_ready(ink):
        return [_whole(ink)]
    if max(ink.shape) >= _PAGE:
        ink = without_margins(ink, floor)
        faint = max(_WEAKEST, 2.5 * contrast.noise, 0.3 * ink_level(ink, floor))
        ink = without_margins(without_lines(ink, ink > faint), floor)
    level = ink_level(ink, floor)
    mask = ink > max(0.4 * level, floor / 2)
    parts = connected_parts(spread(mask, _gap(mask)))
    groups = _groups(parts.boxes, _is_digit(parts, mask, ink > max(0.6 * level, floor)))
    order = _reading_order([_around(parts.boxes, group) for group in groups])
    return [_cut_out(ink, parts, groups[i], level) for i in order]


def _is_ready(ink: Ink) -> bool:
    """Tell whether this is an image as MNIST has them: 28x28, the digit 18 to 20 pixels long."""
    if ink.shape != (SIDE, SIDE):
        return False
    left, top, right, bottom = _inked_box(ink > 0)
    return SHORTEST <= max(right - left, bottom - top) <= LONGEST


def _whole(ink: Ink) -> Found:
    left, top, right, bottom = box = _inked_box(ink > 0)
    return Found(ink[top:bottom, left:right], box, float(ink.max()))


def _inked_box(mask: Mask) -> Box:
    """Return the box around a mask that is not empty."""
    rows, columns = np.flatnonzero(mask.any(1)), np.flatnonzero(mask.any(0))
    return int(columns[0]), int(rows[0]), int(columns[-1]) + 1, int(rows[-1]) + 1


def _gap(mask: Mask) -> int:
    """Return how far to spread a mask, so that gaps narrower than its strokes are bridged."""
    return int(np.clip(round(stroke_width(mask.astype(np.float32)) / 2), 1, 8))


def _is_digit(parts: Parts, mask: Mask, strong: Mask) -> Mask:
    """Tell which parts may belong to a digit: no faint marks, and no specks.

    A speck is far smaller than the largest part, in ink and in length.
    """
    count = len(parts.areas)
    sizes = np.bincount(parts.labels[mask], minlength=count)
    seeds = np.bincount(parts.labels[strong & mask], minlength=count)
    keep: Mask = (seeds > 0) & (seeds >= 0.1 * sizes)
    if not keep.any():
        return keep
    largest = int(np.where(keep, sizes, 0).argmax())
    small = sizes < 0.03 * sizes[largest]
    short = parts.lengths < 0.2 * parts.lengths[largest]
    return np.asarray(keep & ~(small & short))


def _groups(boxes: NDArray[np.int64], keep: Mask) -> list[list[int]]:
    """Put parts together that are strokes of one digit, the largest first."""
    lengths = (boxes[:, 2:] - boxes[:, :2]).max(1, initial=0)
    waiting = sorted((int(i) for i in np.flatnonzero(keep)), key=lambda i: -int(lengths[i]))
    groups: list[list[int]] = []
    for part in waiting[:_MOST_PARTS]:
        box = _around(boxes, [part])
        home = next((g for g in groups if _belong_together(box, _around(boxes, g))), None)
        if home is None:
            groups.append([part])
        else:
            home.append(part)
    return groups


def _around(boxes: NDArray[np.int64], group: list[int]) -> Box:
    """Return the box around some boxes."""
    low, high = boxes[group, :2].min(0), boxes[group, 2:].max(0)
    return int(low[0]), int(low[1]), int(high[0]), int(high[1])


def _belong_together(a: Box, b: Box) -> bool:
    """Tell whether two boxes are strokes of one digit.

    Either one stands above the other, or one is much smaller or flatter, and close by.
    """
    overlap = min(a[2], b[2]) - max(a[0], b[0])
    gap = max(a[1], b[1]) - min(a[3], b[3])
    tall = max(a[3] - a[1], b[3] - b[1])
    narrow = min(a[2] - a[0], b[2] - b[0])
    together = max(a[3], b[3]) - min(a[1], b[1])
    if overlap > 0.4 * narrow and gap < 0.3 * tall and together <= 1.9 * tall:
        return True
    is_piece = _size(a, b) < 0.6 * tall or min(a[3] - a[1], b[3] - b[1]) < 0.35 * tall
    return is_piece and max(gap, -overlap) < 0.15 * tall


def _size(*boxes: Box) -> int:
    """Return the longest side of the smallest box."""
    return min(max(right - left, bottom - top) for left, top, right, bottom in boxes)


def _reading_order(boxes: list[Box]) -> list[int]:
    """Return the numbers of the boxes line by line, each line from left to right.

    Boxes far smaller than the largest are left out: they are no digits.
    """
    most = max((_size(box) for box in boxes), default=0)
    waiting = [i for i, box in enumerate(boxes) if _size(box) > 0.3 * most]
    ordered: list[int] = []
    while waiting:
        highest = min(waiting, key=lambda i: boxes[i][1] + boxes[i][3])
        bottom = boxes[highest][3]
        line = [i for i in waiting if boxes[i][1] + boxes[i][3] < 2 * bottom]
        ordered += sorted(line, key=lambda i: boxes[i][0])
        waiting = [i for i in waiting if i not in line]
    return ordered


def the_one(found: list[Found], shape: tuple[int, ...]) -> tuple[Found, bool]:
    """Return the digit that a picture (h, w) is about, and whether it is the only one."""
    best = max(found, key=lambda digit: _prominence(digit, shape))
    rivals = [
        digit
        for digit in found
        if digit is not best
        and _size(digit.box) > 0.5 * _size(best.box)
        and not _is_cut(digit.box, shape)
    ]
    return best, not rivals


def _prominence(digit: Found, shape: tuple[int, ...]) -> float:
    """Return how much ink a digit has, less towards the edges of the picture (h, w)."""
    left, top, right, bottom = digit.box
    x, y = (left + right) / shape[1] - 1, (top + bottom) / shape[0] - 1
    amount = float(digit.ink.sum()) * _size(digit.box)
    return amount * (1.2 - max(abs(x), abs(y))) * (0.3 if _is_cut(digit.box, shape) else 1)


def _is_cut(box: Box, shape: tuple[int, ...]) -> bool:
    """Tell whether a digit touches the edge of the picture (h, w)."""
    return min(box[0], box[1]) <= 0 or box[2] >= shape[1] or box[3] >= shape[0]


def _cut_out(ink: Ink, parts: Parts, group: list[int], level: float) -> Found:
    """Cut one digit out: its own parts alone, contrast stretched between paper and ink."""
    left, top, right, bottom = _around(parts.boxes, group)
    own = parts._replace(labels=parts.labels[top:bottom, left:right]).only(group)
    piece = np.where(own, ink[top:bottom, left:right], np.float32(0))
    x, y, right, bottom = _inked_box(piece > 0.4 * level)
    low, high = 0.15 * level, 0.9 * level
    piece = np.clip((piece[y:bottom, x:right] - low) * (255 / (high - low)), 0, 255)
    return Found(piece.astype(np.float32), (left + x, top + y, left + right, top + bottom), level)
