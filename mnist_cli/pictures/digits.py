"""Find the digits in the ink: leave out specks, group strokes, put the digits in reading order."""

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np

from mnist_cli.images import SIDE
from mnist_cli.pictures import blank
from mnist_cli.pictures.arrays import Box, Ink, Mask
from mnist_cli.pictures.boxes import unruled, without_grid
from mnist_cli.pictures.centering import LONGEST, SHORTEST
from mnist_cli.pictures.components import Components, connected_components, inked_box, spread
from mnist_cli.pictures.grouping import around, groups, reading_order
from mnist_cli.pictures.ink import Contrast
from mnist_cli.pictures.margins import Inked, ink_level, without_frames, without_margins
from mnist_cli.pictures.resizing import mask_stroke_width
from mnist_cli.pictures.surroundings import without_surroundings

_LAYERS = 3  # that are looked at, each below the dirt of the one before
_DARKEST = 0.75  # of the level of the ink; stains, folds and printed lines are mostly paler
_FAINT = 45.0  # of 255; weaker ink gets a warning
_PAGE = 24  # pixels; only in pictures at least this long, ruled paper and margins are searched


class Found(NamedTuple):
    """One digit that was found.

    `ink` (h, w): cut out at its box; 0 is paper. `box`: left, top, right, bottom, the last two
    exclusive. `strength`: how dark the ink was before its contrast was stretched, of 255.
    `odds`: the log odds that it is one, and no dirt or shadow; see `blank`. `look`: which look at
    the picture found it; those of one look are apart.
    """

    ink: Ink
    box: Box
    strength: float
    odds: float = blank.CLEAR
    look: int = 0

    @property
    def may_be_paper(self) -> bool:
        """Whether it is dirt or a shadow unless it looks like a digit."""
        return self.odds <= blank.STRANGE

    @property
    def is_faint(self) -> bool:
        """Whether the ink is so weak that its shape is uncertain."""
        return self.strength < _FAINT

    def moved(self, x: int, y: int) -> "Found":
        """Return the same digit, so many pixels further right and down."""
        left, top, right, bottom = self.box
        return self._replace(box=(left + x, top + y, right + x, bottom + y))


class Cleaned(NamedTuple):
    """The ink (h, w) of a picture without margins and printed lines; `level`: how strong it is.

    `mask` is set where there is ink, `strong` where there is clearly ink. `is_photo`: whether the
    paper may have shadows and grain that look like ink. `floor`: what was weaker counted as paper.
    """

    ink: Ink
    mask: Mask
    strong: Mask
    level: float
    floor: float
    is_photo: bool = False


def cleaned(contrast: Contrast, *, is_cell: bool = False) -> Cleaned | None:
    """Remove what is no digit from a picture, which may be one cell; None for blank paper."""
    ink, floor = contrast.ink, contrast.floor
    if ink.max(initial=0) < floor:
        return None
    if not contrast.is_cut and max(ink.shape) >= _PAGE:
        ink, level = _without_print(ink, floor, contrast.faint, is_cell)
    else:
        ink = without_grid(ink, floor) if contrast.is_cut and is_cell else ink
        level = ink_level(ink, floor)
    return _levelled(ink, level, floor)._replace(is_photo=contrast.is_photo)


def _without_print(ink: Ink, floor: float, faint: float, is_cell: bool) -> tuple[Ink, float]:
    """Remove printed lines and margins from the ink (h, w); return how strong it is, too.

    Lines may be as weak as `faint`, if the ink is not far stronger.
    """
    inked = Inked.of(ink, floor)
    inside, level = without_margins(inked, floor)
    # Lines before margins: a digit that stands on one along the edge would go with it.
    bare = without_frames(inked, unruled(ink, max(faint, 0.3 * level), is_cell))
    if bare is ink:  # no lines and no frames: the margins are the same as before
        return inside, level
    return without_margins(Inked.of(bare, floor), floor)


def _levelled(ink: Ink, level: float, floor: float) -> Cleaned:
    """Find out where there is ink of a level; what is weaker than `floor` counts as paper."""
    return Cleaned(
        ink, ink > max(0.4 * level, floor / 2), ink > max(0.6 * level, floor), level, floor
    )


def _darkest(page: Cleaned) -> Cleaned:
    """Return a page with only the darkest of its ink."""
    least = max(_DARKEST * page.level, page.floor / 2)
    return page._replace(mask=page.ink > least, strong=page.ink > max(least, page.floor))


def find_digits(contrast: Contrast) -> list[Found]:
    """Return every digit in the picture, in reading order, look by look; none on blank paper."""
    if is_ready(contrast):
        return [whole(contrast.ink)]
    if contrast.page:
        left, top = contrast.page[:2]
        return [digit.moved(left, top) for digit in find_digits(contrast.of_page)]
    found: list[Found] = []
    for look, page in enumerate(looks(cleaned(contrast, is_cell=True))):
        found += [digit._replace(look=look) for digit in _digits(page, *marks_of(page))]
        if look % 2 and not all(digit.may_be_paper for digit in found):
            break
    return found


def looks(page: Cleaned | None) -> Iterator[Cleaned]:
    """Yield a page; of a photo the darkest of its ink, too, and both again without these marks.

    Stains and lines that touch a digit are mostly paler. Dirt that lies apart may be darker.
    """
    for layer in range(_LAYERS):
        if page and layer:
            page = _without(page, *marks_of(page))
        if page is None:
            return
        yield page
        if not page.is_photo:
            return
        yield _darkest(page)


def digits_in(ink: Ink, floor: float) -> list[Found]:
    """Return every digit in ink (h, w) that has no lines and frames, in reading order.

    What is weaker than `floor` counts as paper.
    """
    if ink.max(initial=0) <= floor:
        return []
    page = _levelled(ink, ink_level(ink, floor), floor)
    return _digits(page, *marks_of(page))


def marks_of(page: Cleaned) -> tuple[Components, Mask]:
    """Return the strokes of a page with narrow gaps closed; which may belong to a digit."""
    components = connected_components(spread(page.mask, _gap(page.mask)))
    return components, _is_digit(components, page.mask, page.strong)


def _without(page: Cleaned, components: Components, chosen: Mask) -> Cleaned | None:
    """Return a page without some marks and their blurred edges; None for blank paper."""
    ink = np.where(spread(components.only(chosen), 2), np.float32(0), page.ink)
    if ink.max(initial=0) < page.floor:
        return None
    level = ink_level(ink, page.floor)
    return _levelled(ink, level, page.floor)._replace(is_photo=page.is_photo)


def _digits(page: Cleaned, components: Components, chosen: Mask) -> list[Found]:
    """Group the strokes of each digit; return the digits in reading order."""
    marks = groups(components.boxes, without_surroundings(components, chosen))
    odds = {i: _odds(page, components, group, len(marks)) for i, group in enumerate(marks)}
    likely = [i for i in odds if odds[i] > 0]
    order = reading_order([around(components.boxes, marks[i]) for i in likely])
    found = (likely[i] for i in order)
    return [
        cut_out(page.ink, components, marks[i], page.level)._replace(odds=odds[i]) for i in found
    ]


def _odds(page: Cleaned, components: Components, group: list[int], marks: int) -> float:
    """Return the log odds that one of some marks is a digit. A drawing has no paper but dirt."""
    box, own = _own(page, components, group)
    if blank.is_hair(own, box, page.mask.shape):
        return 0.0
    if page.is_photo:
        return blank.odds(_seen(page, box, own, marks))
    return blank.STRANGE if blank.is_small(box, page.mask.shape) else blank.CLEAR


def seen_of(page: Cleaned, components: Components, group: list[int], marks: int) -> blank.Seen:
    """Return what is seen of a group of components, one of some marks on a page."""
    return _seen(page, *_own(page, components, group), marks)


def _seen(page: Cleaned, box: Box, own: Mask, marks: int) -> blank.Seen:
    """Return the same of a mark whose box and ink are known."""
    return blank.look_at(page.ink[blank.near(box)], own, box, page.mask.shape, marks)


def _own(page: Cleaned, components: Components, group: list[int]) -> tuple[Box, Mask]:
    """Return the box of a group of components, and where its ink is near that."""
    box = around(components.boxes, group)
    near = blank.near(box)
    return box, components._replace(labels=components.labels[near]).only(group) & page.mask[near]


def is_doubted(page: Cleaned, box: Box) -> bool:
    """Whether a line of digits may be paper; a drawing has none that is pale."""
    if page.is_photo:
        return blank.may_be_paper(box, page.level, page.floor, page.mask.shape)
    return blank.is_small(box, page.mask.shape)


def is_blank(page: Cleaned, components: Components, group: list[int]) -> bool:
    """Whether a mark on a page of many digits is a shadow, a fold, grain of the paper or a hair."""
    if not page.is_photo:
        box, own = _own(page, components, group)
        return blank.is_hair(own, box, page.mask.shape)
    is_grain = blank.is_grain(around(components.boxes, group), page.level, page.mask.shape)
    return is_grain or blank.is_paper(seen_of(page, components, group, 1))


def is_ready(contrast: Contrast) -> bool:
    """Whether this is an image of MNIST's form: 28x28, the digit 18 to 20 pixels long."""
    ink = contrast.ink
    if contrast.noise or ink.shape != (SIDE, SIDE) or ink.max() < contrast.weakest:
        return False
    left, top, right, bottom = inked_box(ink > 0)
    return SHORTEST <= max(right - left, bottom - top) <= LONGEST


def whole(ink: Ink) -> Found:
    """Return all the ink as one digit."""
    left, top, right, bottom = box = inked_box(ink > 0)
    return Found(ink[top:bottom, left:right], box, float(ink.max()))


def _gap(mask: Mask) -> int:
    """Return by how many pixels to spread a mask, to close gaps narrower than its strokes."""
    return int(np.clip(round(mask_stroke_width(mask) / 2), 1, 8))


def _is_digit(components: Components, mask: Mask, strong: Mask) -> Mask:
    """Return which components may belong to a digit: all but faint marks and specks.

    A speck is far smaller than the largest component, in ink and in length.
    """
    sizes, seeds = components.areas_in(mask), components.areas_in(strong & mask)
    keep: Mask = (seeds > 0) & (seeds >= 0.1 * sizes)
    if not keep.any():
        return keep
    largest = int(np.where(keep, sizes, 0).argmax())
    small = sizes < 0.03 * sizes[largest]
    short = components.lengths < 0.2 * components.lengths[largest]
    return np.asarray(keep & ~(small & short))


def cut_out(ink: Ink, components: Components, group: list[int], level: float) -> Found:
    """Cut out one digit without its neighbours, its contrast stretched from paper to ink."""
    left, top, right, bottom = around(components.boxes, group)
    own = components._replace(labels=components.labels[top:bottom, left:right]).only(group)
    piece = np.where(own, ink[top:bottom, left:right], np.float32(0))
    return trimmed(piece, left, top, level)


def trimmed(piece: Ink, left: int, top: int, level: float) -> Found:
    """Cut a piece of ink, which lies at (left, top), to its box; stretch it from paper to ink."""
    x, y, right, bottom = inked_box(piece > 0.4 * level)
    low, high = 0.15 * level, 0.9 * level
    piece = piece[y:bottom, x:right] - np.float32(low)
    piece *= np.float32(255 / (high - low))
    return Found(
        np.clip(piece, 0, 255, out=piece), (left + x, top + y, left + right, top + bottom), level
    )
