"""Find the digits in the ink: leave out specks, group strokes, put the digits in reading order."""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from mnist_cli.images import SIDE
from mnist_cli.pictures.arrays import Box, Ink, Mask
from mnist_cli.pictures.blank import is_paper
from mnist_cli.pictures.centering import LONGEST, SHORTEST
from mnist_cli.pictures.components import Components, connected_components, spread
from mnist_cli.pictures.ink import Contrast
from mnist_cli.pictures.margins import ink_level, without_frames, without_margins
from mnist_cli.pictures.resizing import stroke_width
from mnist_cli.pictures.ruling import without_lines

_MOST_COMPONENTS = 500  # that are grouped; a page of noise has more
_FAINT = 45.0  # of 255; weaker ink gets a warning
_PAGE = 24  # pixels; only in pictures at least this long, ruled paper and margins are searched


class Found(NamedTuple):
    """One digit that was found.

    `ink` (h, w): cut out at its box; 0 is paper. `box`: left, top, right, bottom, the last two
    exclusive. `strength`: how dark the ink was before its contrast was stretched, of 255.
    """

    ink: Ink
    box: Box
    strength: float

    @property
    def is_faint(self) -> bool:
        """Whether the ink is so weak that its shape is uncertain."""
        return self.strength < _FAINT


class Cleaned(NamedTuple):
    """The ink (h, w) of a picture without margins and printed lines; `level`: how strong it is.

    `mask` is set where there is ink, `strong` where there is clearly ink. `is_photo`: whether the
    paper may have shadows and grain that look like ink.
    """

    ink: Ink
    mask: Mask
    strong: Mask
    level: float
    is_photo: bool = False


def cleaned(contrast: Contrast) -> Cleaned | None:
    """Remove from a picture what is no digit; None for blank paper."""
    ink, floor = contrast.ink, max(contrast.weakest, 4 * contrast.noise)
    if ink.max(initial=0) < floor:
        return None
    if max(ink.shape) >= _PAGE and not contrast.is_cut:
        level = ink_level(without_margins(ink, floor), floor)
        faint = max(contrast.weakest, 2.5 * contrast.noise, 0.3 * level)
        # Lines before margins: a digit that stands on one along the edge would go with it.
        bare = without_lines(ink, ink > faint)
        ink = without_margins(without_frames(ink, bare, floor), floor)
    return _levelled(ink, floor)._replace(is_photo=contrast.is_photo)


def _levelled(ink: Ink, floor: float) -> Cleaned:
    """Find out how strong the ink is; what is weaker than `floor` counts as paper."""
    level = ink_level(ink, floor)
    return Cleaned(ink, ink > max(0.4 * level, floor / 2), ink > max(0.6 * level, floor), level)


def find_digits(contrast: Contrast) -> list[Found]:
    """Return every digit in the picture, in reading order; none on blank paper."""
    if is_ready(contrast):
        return [whole(contrast.ink)]
    page = cleaned(contrast)
    return [] if page is None else _digits(page)


def digits_in(ink: Ink, floor: float) -> list[Found]:
    """Return every digit in ink (h, w) that has no lines and frames, in reading order.

    What is weaker than `floor` counts as paper.
    """
    return _digits(_levelled(ink, floor)) if ink.max(initial=0) > floor else []


def _digits(page: Cleaned) -> list[Found]:
    """Group the strokes of each digit; return the digits in reading order."""
    components = connected_components(spread(page.mask, _gap(page.mask)))
    groups = _groups(components.boxes, _is_digit(components, page.mask, page.strong))
    if page.is_photo:
        groups = [group for group in groups if not is_blank(page, components, group)]
    order = _reading_order([_around(components.boxes, group) for group in groups])
    return [_cut_out(page.ink, components, groups[i], page.level) for i in order]


def is_blank(page: Cleaned, components: Components, group: list[int]) -> bool:
    """Whether a group of components is a shadow, a fold or grain of the paper."""
    left, top, right, bottom = box = _around(components.boxes, group)
    here = components._replace(labels=components.labels[top:bottom, left:right]).only(group)
    area = int(np.count_nonzero(here & page.mask[top:bottom, left:right]))
    return is_paper(box, area, page.level, page.mask.shape)


def is_ready(contrast: Contrast) -> bool:
    """Whether this is an image of MNIST's form: 28x28, the digit 18 to 20 pixels long."""
    ink = contrast.ink
    if contrast.noise or ink.shape != (SIDE, SIDE) or ink.max() < contrast.weakest:
        return False
    left, top, right, bottom = _inked_box(ink > 0)
    return SHORTEST <= max(right - left, bottom - top) <= LONGEST


def whole(ink: Ink) -> Found:
    """Return all the ink as one digit."""
    left, top, right, bottom = box = _inked_box(ink > 0)
    return Found(ink[top:bottom, left:right], box, float(ink.max()))


def _inked_box(mask: Mask) -> Box:
    """Return the box around a mask that is not empty."""
    rows, columns = np.flatnonzero(mask.any(1)), np.flatnonzero(mask.any(0))
    return int(columns[0]), int(rows[0]), int(columns[-1]) + 1, int(rows[-1]) + 1


def _gap(mask: Mask) -> int:
    """Return by how many pixels to spread a mask, to close gaps narrower than its strokes."""
    return int(np.clip(round(stroke_width(mask.astype(np.float32)) / 2), 1, 8))


def _is_digit(components: Components, mask: Mask, strong: Mask) -> Mask:
    """Return which components may belong to a digit: all but faint marks and specks.

    A speck is far smaller than the largest component, in ink and in length.
    """
    count = len(components.areas)
    sizes = np.bincount(components.labels[mask], minlength=count)
    seeds = np.bincount(components.labels[strong & mask], minlength=count)
    keep: Mask = (seeds > 0) & (seeds >= 0.1 * sizes)
    if not keep.any():
        return keep
    largest = int(np.where(keep, sizes, 0).argmax())
    small = sizes < 0.03 * sizes[largest]
    short = components.lengths < 0.2 * components.lengths[largest]
    return np.asarray(keep & ~(small & short))


def _groups(boxes: NDArray[np.int64], keep: Mask) -> list[list[int]]:
    """Group the components that are strokes of one digit, the largest first."""
    lengths = (boxes[:, 2:] - boxes[:, :2]).max(1, initial=0)
    waiting = sorted((int(i) for i in np.flatnonzero(keep)), key=lambda i: -int(lengths[i]))
    groups: list[list[int]] = []
    for component in waiting[:_MOST_COMPONENTS]:
        box = _around(boxes, [component])
        group = next((g for g in groups if _belong_together(box, _around(boxes, g))), None)
        if group is None:
            groups.append([component])
        else:
            group.append(component)
    return groups


def _around(boxes: NDArray[np.int64], group: list[int]) -> Box:
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
    is_piece = _size(a, b) < 0.6 * tall or min(a[3] - a[1], b[3] - b[1]) < 0.35 * tall
    return is_piece and max(gap, -overlap) < 0.15 * tall


def _size(*boxes: Box) -> int:
    """Return the longest side of the smallest box."""
    return min(max(right - left, bottom - top) for left, top, right, bottom in boxes)


def _reading_order(boxes: list[Box]) -> list[int]:
    """Return the numbers of the boxes line by line, each line from left to right.

    Boxes far smaller than the largest are left out, as they are no digits.
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
    """Return the most prominent digit of a picture (h, w), and whether it is the only one.

    Raises ValueError if `found` is empty.
    """
    best = max(found, key=lambda digit: _prominence(digit, shape))
    rivals = [
        digit
        for digit in found
        if digit is not best
        and _size(digit.box) > 0.5 * _size(best.box)
        and not is_cut(digit.box, shape)
    ]
    return best, not rivals


def _prominence(digit: Found, shape: tuple[int, ...]) -> float:
    """Return how much ink a digit has, with less weight near the edges of the picture (h, w)."""
    left, top, right, bottom = digit.box
    x, y = (left + right) / shape[1] - 1, (top + bottom) / shape[0] - 1
    amount = float(digit.ink.sum()) * _size(digit.box)
    return amount * (1.2 - max(abs(x), abs(y))) * (0.3 if is_cut(digit.box, shape) else 1)


def is_cut(box: Box, shape: tuple[int, ...]) -> bool:
    """Whether a digit touches the edge of the picture (h, w)."""
    return min(box[0], box[1]) <= 0 or box[2] >= shape[1] or box[3] >= shape[0]


def _cut_out(ink: Ink, components: Components, group: list[int], level: float) -> Found:
    """Cut out one digit without its neighbours, its contrast stretched from paper to ink."""
    left, top, right, bottom = _around(components.boxes, group)
    own = components._replace(labels=components.labels[top:bottom, left:right]).only(group)
    piece = np.where(own, ink[top:bottom, left:right], np.float32(0))
    return trimmed(piece, left, top, level)


def trimmed(piece: Ink, left: int, top: int, level: float) -> Found:
    """Cut a piece of ink, which lies at (left, top), to its box; stretch it from paper to ink."""
    x, y, right, bottom = _inked_box(piece > 0.4 * level)
    low, high = 0.15 * level, 0.9 * level
    piece = np.clip((piece[y:bottom, x:right] - low) * (255 / (high - low)), 0, 255)
    return Found(piece.astype(np.float32), (left + x, top + y, left + right, top + bottom), level)
