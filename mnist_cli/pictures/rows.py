"""Rows: the lines of a page, each with the pieces that may be digits."""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from mnist_cli.pictures.arrays import Box, Mask
from mnist_cli.pictures.atoms import Atom, around, atoms_of, ordered
from mnist_cli.pictures.components import Components, connected_components
from mnist_cli.pictures.digits import Cleaned, cleaned, is_blank, is_doubted, is_ready, whole
from mnist_cli.pictures.ink import Contrast
from mnist_cli.pictures.lines import distances, lines_of, unevenness
from mnist_cli.pictures.lone import are_shadows
from mnist_cli.pictures.loops import with_loops
from mnist_cli.pictures.pieces import Piece, pieces
from mnist_cli.pictures.resizing import stroke_width
from mnist_cli.pictures.separators import POINT, RAISED, is_written, sign, small_mark
from mnist_cli.pictures.surroundings import are_around
from mnist_cli.pictures.underlines import without_underlines

_TALL = 0.52  # of the usual height; what is lower is no digit by itself
_LOWER = 0.25  # of the usual height; the digits of another line may be as low
_ALIKE = 0.7  # of its neighbours' height; a low digit on a line of low ones is at least so high
_PRINTED, _OFF = 4, 0.08  # boxes on a line, at least; heights, that their ends may be off it
_LOWEST = 6  # pixels; lower digits cannot be read, and pages of dots are full of lower ink
_MOST_COMPONENTS = 2000  # that are looked at, the largest first; a page of noise has more
_WIDE = 0.8  # width over height; most digits are narrower
_MOST_WIDE = 300  # wider components of a page; with more, none is cut: they are dots
_NEAR = 1.2  # usual heights; a mark is no further from the digits of its line
_SPECK = 0.12  # of the digits' height; what is smaller, and no separator, is dirt
_LINE = 1.5  # of the digits' height; what is lower than they are and longer is no part of a digit
_OTHERS, _ROD, _SLIM = 6, 3.0, 4.0  # components; a pen is so much longer than they are, and wide
_SHORT = 0.3  # of their usual length; shorter ones do not count
_MOST_SPECKS = 4  # as small as points beside one line; with more its points are specks, too
_POINTS = ".," + RAISED
_RAISED = 0.6  # of the digits' height; ink that is raised is lower


class Row(NamedTuple):
    """A line of writing: pieces between the places 0 to `places`; its digits' height, in pixels.

    `may_be_paper`: it is dirt or a shadow unless it looks like digits. `in_boxes`: each digit is in
    a box of its own, where no word is.
    """

    pieces: list[Piece]
    places: int
    height: float
    may_be_paper: bool = False
    in_boxes: bool = False


class _Line(NamedTuple):
    """The tall components of a line, from left to right, the small ones beside them, its height."""

    tall: NDArray[np.int64]
    small: list[int]
    height: float


def find_rows(contrast: Contrast, least: float = 0.0) -> list[Row] | None:
    """Return the lines of a page from top to bottom; none on blank paper.

    None if the digits of a line are lower than `least` pixels.
    """
    if is_ready(contrast):
        found = whole(contrast.ink)
        return [Row([Piece.whole(0, found)], 1, float(found.ink.shape[0]))]
    page = cleaned(contrast)
    if page is None:
        return []
    components = connected_components(page.mask)
    bare = without_underlines(page, components)
    if bare is not page:
        page, components = bare, connected_components(bare.mask)
    inked = _inked(components, page.strong)
    inked = inked[~are_around(components, inked)]
    lines = _lines(components, inked) if len(inked) else []
    if page.is_photo:
        shadows = are_shadows(page, components, [line.tall for line in lines])
        lines = [line for line, is_shadow in zip(lines, shadows, strict=True) if not is_shadow]
    is_print = any(_is_print(components.boxes[line.tall]) for line in lines)
    if not is_print and all(is_blank(page, components, [int(one)]) for one in inked):
        return []
    if any(line.height < least for line in lines):
        return None
    may_touch = _wide(components, lines) <= _MOST_WIDE
    return [_row(page, components, line, may_touch=may_touch) for line in lines]


def _is_print(boxes: NDArray[np.int64]) -> bool:
    """Whether boxes (n, 4) on a line are enough, and begin and end on two straight lines.

    Grain of the paper does not.
    """
    return len(boxes) >= _PRINTED and bool((unevenness(boxes) < _OFF).all())


def _inked(components: Components, strong: Mask) -> NDArray[np.int64]:
    """Return the components that are not faint all over, the largest of them if they are many."""
    seeds = components.areas_in(strong)
    inked = np.flatnonzero((seeds > 0) & (seeds >= 0.1 * components.areas))
    return inked[np.argsort(-components.areas[inked], kind="stable")[:_MOST_COMPONENTS]]


def _lines(components: Components, inked: NDArray[np.int64]) -> list[_Line]:
    """Return the lines that the chosen components stand on."""
    boxes = components.boxes
    heights = boxes[:, 3] - boxes[:, 1]
    inked = inked[~_are_rods(boxes[inked])]
    usual = _usual(heights[inked], components.areas[inked])
    if usual < _LOWEST:
        return []
    lines = _with_lower(boxes, inked[heights[inked] > _TALL * usual], inked, usual)
    placed = [boxes[line] for line in lines]
    small: list[list[int]] = [[] for _ in lines]
    for component in np.setdiff1d(inked, np.concatenate(lines)).tolist():
        away = distances(placed, boxes[component])
        if away.min() < _NEAR * usual:
            small[int(away.argmin())].append(component)
    return [
        _Line(line, beside, float(np.median(heights[line])))
        for line, beside in zip(lines, small, strict=True)
    ]


def _with_lower(
    boxes: NDArray[np.int64], tall: NDArray[np.int64], inked: NDArray[np.int64], usual: float
) -> list[NDArray[np.int64]]:
    """Return the lines of tall components, and those of lower digits beside, above and below them.

    `usual`: the usual height. A single lower component makes no line.
    """
    lines = [tall[line] for line in lines_of(boxes[tall])]
    placed = [boxes[line] for line in lines]
    lower = [
        i
        for i in np.setdiff1d(inked, tall).tolist()
        if boxes[i, 3] - boxes[i, 1] > _LOWER * usual
        and not _is_small_beside(placed, boxes[i], usual)
    ]
    if not lower:
        return lines
    both = np.append(tall, np.array(lower, np.int64))
    found = [both[line] for line in lines_of(boxes[both])]
    return [line for line in found if len(line) > 1 or line[0] in tall]


def _is_small_beside(lines: list[NDArray[np.int64]], box: NDArray[np.int64], usual: float) -> bool:
    """Whether a box is a mark on a line that is near it."""
    near = np.flatnonzero(distances(lines, box) < _NEAR * usual)
    return any(_is_mark_on(lines[number], box) for number in near)


def _is_mark_on(line: NDArray[np.int64], box: NDArray[np.int64]) -> bool:
    """Whether a box is at the height of its nearest ones on a line, and no digit among them."""
    top, bottom = _neighbours(line, box)
    is_beside = box[1] < bottom and box[3] > top
    return bool(is_beside and box[3] - box[1] < _ALIKE * (bottom - top))


def _are_rods(boxes: NDArray[np.int64]) -> Mask:
    """Return which of the boxes (n, 4) are narrow and far longer than others: a pen lies there."""
    widths, lengths = np.sort(boxes[:, 2:] - boxes[:, :2], axis=1).T
    others = lengths[lengths > _SHORT * np.median(lengths)]
    if len(others) < _OTHERS:
        return np.zeros(len(boxes), bool)
    is_long = lengths > _ROD * np.percentile(others, 75)
    return np.asarray(is_long & (lengths > _SLIM * widths))


def _usual(heights: NDArray[np.int64], areas: NDArray[np.int64]) -> float:
    """Return the height that half of the ink is at least part of: specks hardly count."""
    order = np.argsort(heights)
    below = np.cumsum(areas[order])
    return float(heights[order][np.searchsorted(below, below[-1] / 2)])


def _wide(components: Components, lines: list[_Line]) -> int:
    """Return how many components of all lines are wider than most digits."""
    wide = 0
    for line in lines:
        left, top, right, bottom = components.boxes[line.tall].T
        wide += int((right - left > _WIDE * np.minimum(line.height, bottom - top)).sum())
    return wide


def _row(page: Cleaned, components: Components, line: _Line, *, may_touch: bool) -> Row:
    """Return the row of a line: all pieces that may be digits."""
    height, boxes = line.height, components.boxes[line.tall]
    large = [components.ink_of(int(i), page.ink) for i in line.tall]
    groups = [
        _atoms(one, height, may_touch=may_touch, is_raised=_is_raised(boxes, place, height))
        for place, one in enumerate(large)
    ]
    stroke = float(np.median([stroke_width(ink) for ink, _ in large]))
    groups += [[mark] for mark in _marks(page, components, line, stroke)]
    atoms = ordered(groups, height)
    doubt = is_doubted(page, around(atoms))
    return Row(list(pieces(atoms, height, page.level)), len(atoms), height, doubt)


def _atoms(
    one: tuple[NDArray[np.float32], Box], height: float, *, may_touch: bool, is_raised: bool
) -> list[Atom]:
    """Return what the ink in a box, on a line of digits of a height, may consist of."""
    atoms = with_loops(atoms_of(*one, height), *one, height) if may_touch else [Atom(*one)]
    return [atom._replace(is_raised=is_raised) for atom in atoms]


def _is_raised(boxes: NDArray[np.int64], place: int, height: float) -> bool:
    """Whether one of the boxes of a line is low and beside the upper half of its neighbours."""
    others, box = np.delete(boxes, place, 0), boxes[place]
    is_low = box[3] - box[1] < _RAISED * height
    return bool(is_low and len(others) and box[3] < sum(_neighbours(others, box)) / 2)


def _marks(page: Cleaned, components: Components, line: _Line, stroke: float) -> list[Atom]:
    """Return what is small beside a line: separators, parts of digits, dirt but not its specks.

    Where there are many specks, what looks like a point is one, too; before the digits even where
    there is one.
    """
    small = [Atom(*components.ink_of(i, page.ink)) for i in line.small]
    tall = components.boxes[line.tall]
    named = [
        atom._replace(mark=small_mark(atom.box, *_neighbours(tall, atom.box)) or sign(atom.ink))
        if is_written(atom.ink, page.level, stroke)
        else atom
        for atom in small
    ]
    lengths = [max(atom.ink.shape) / line.height for atom in named]
    specks = sum(
        length < POINT and not atom.mark for atom, length in zip(named, lengths, strict=True)
    )
    if specks:
        first = np.inf if specks > _MOST_SPECKS else tall[:, 0].min()
        named = [
            atom._replace(mark=atom.mark.strip(_POINTS)) if atom.box[0] < first else atom
            for atom in named
        ]
    beside = zip(named, lengths, strict=True)
    return [atom for atom, length in beside if atom.mark or _SPECK < length < _LINE]


def _neighbours(boxes: NDArray[np.int64], box: Box | NDArray[np.int64]) -> tuple[float, float]:
    """Return the mean top and bottom of the two tall boxes nearest to a small one."""
    away = np.abs(boxes[:, 0] + boxes[:, 2] - box[0] - box[2])
    near = boxes[np.argsort(away)[:2]]
    return float(near[:, 1].mean()), float(near[:, 3].mean())
