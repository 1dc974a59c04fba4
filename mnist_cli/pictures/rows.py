"""Rows: the lines of a page, each as a graph of the pieces that may be digits.

The graph is that of LeCun, Bottou, Bengio and Haffner (1998), section V: its nodes are the places
between the atoms of a line, its arcs the pieces from one place to another. A network looks at all
pieces, and `mnist_cli.strings` finds the best path.
"""

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from mnist_cli.pictures.arrays import Box, Mask
from mnist_cli.pictures.atoms import (
    Atom,
    around,
    atoms_of,
    ordered,
    united,
    widened,
    widest_gap,
)
from mnist_cli.pictures.cells import Cell
from mnist_cli.pictures.components import Components, connected_components
from mnist_cli.pictures.digits import (
    Cleaned,
    Found,
    cleaned,
    is_blank,
    is_doubted,
    is_ready,
    trimmed,
    whole,
)
from mnist_cli.pictures.ink import Contrast
from mnist_cli.pictures.lines import distance, lines_of
from mnist_cli.pictures.resizing import stroke_width
from mnist_cli.pictures.separators import RAISED, is_written, small_mark

_TALL = 0.52  # of the usual height; what is lower is no digit by itself
_LOWEST = 6  # pixels; lower digits cannot be read, and pages of dots are full of lower ink
_MOST_COMPONENTS = 2000  # that are looked at, the largest first; a page of noise has more
_NEAR = 1.2  # usual heights; a mark is no further from the digits of its line
_SPECK = 0.12  # of the digits' height; what is smaller, and no separator, is dirt
_JOINED_WIDTH, _JOINED_HEIGHT = 1.5, 1.6  # digit heights; a piece of several atoms is no larger
_JOINED_GAP = 0.2  # of the digits' height; wider gaps are between digits
_MOST_ATOMS = 8  # in one piece
# The prices are nats, as is what the network says: 1 makes a piece less likely by a factor of e.
# They were chosen on pages composed of validation images, by benchmarks/pages.py.
_MARK = 0.5  # of a separator
_DROP, _DROP_LENGTH = 1.0, 4.5  # of leaving an atom out, and for every digit height of its length
_SHARED = 0.3  # of each end at which it shares a stroke with its neighbour
_PASSED = 0.2  # of each cut that could be made in it
_JOIN, _JOIN_GAP = 0.7, 1.0  # of each joint, and for every digit height between what is joined
_JOIN_MARK = 0.7  # more for each part that may be a separator
_JOIN_WHOLE, _WHOLE = 0.3, 0.6  # more for each part, after the first, as high as this share
_BROAD = 2.5  # for every width over height above 1
_LOW, _LEAST = 4.4, 0.8  # for every digit height below this share of it
_SLIVER, _NARROW = 0.5, 0.25  # the same for the width of what was cut off


class Piece(NamedTuple):
    """A piece of a row, from place `start` to place `end`.

    `mark`: a separator, " " for what is left out, "" for what may be a digit. `price`: what speaks
    against it by its form, in nats.
    """

    start: int
    end: int
    found: Found
    mark: str
    price: float


class Row(NamedTuple):
    """A line of writing: pieces between the places 0 to `places`; its digits' height, in pixels.

    `may_be_paper`: it is dirt or a shadow unless it looks like digits.
    """

    pieces: list[Piece]
    places: int
    height: float
    may_be_paper: bool = False


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
        return [Row([Piece(0, 1, found, "", 0.0)], 1, float(found.ink.shape[0]))]
    page = cleaned(contrast)
    if page is None:
        return []
    components = connected_components(page.mask)
    inked = _inked(components, page.strong)
    if all(is_blank(page, components, [int(one)]) for one in inked):
        return []
    lines = _lines(components, inked) if len(inked) else []
    if any(line.height < least for line in lines):
        return None
    return [_row(page, components, line) for line in lines]


def rows_of_cells(cells: list[list[Cell]]) -> list[Row]:
    """Return the rows of a grid that have digits: there is nothing to choose among."""
    rows = []
    for line in cells:
        found = [digit for cell in line for digit in cell.digits]
        if found:
            pieces = [Piece(i, i + 1, digit, "", 0.0) for i, digit in enumerate(found)]
            height = float(np.median([digit.box[3] - digit.box[1] for digit in found]))
            rows.append(Row(pieces, len(pieces), height))
    return rows


def _inked(components: Components, strong: Mask) -> NDArray[np.int64]:
    """Return the components that are not faint all over, the largest of them if they are many."""
    inside = components.labels[strong]
    seeds = np.bincount(inside[inside >= 0], minlength=len(components.areas))
    inked = np.flatnonzero((seeds > 0) & (seeds >= 0.1 * components.areas))
    return inked[np.argsort(-components.areas[inked], kind="stable")[:_MOST_COMPONENTS]]


def _lines(components: Components, inked: NDArray[np.int64]) -> list[_Line]:
    """Return the lines that the chosen components stand on."""
    heights = components.boxes[:, 3] - components.boxes[:, 1]
    usual = _usual(heights[inked], components.areas[inked])
    if usual < _LOWEST:
        return []
    tall = inked[heights[inked] > _TALL * usual]
    lines = [tall[line] for line in lines_of(components.boxes[tall])]
    small: list[list[int]] = [[] for _ in lines]
    for component in inked[heights[inked] <= _TALL * usual].tolist():
        box = components.boxes[component]
        distances = [distance(components.boxes[line], box) for line in lines]
        if min(distances) < _NEAR * usual:
            small[int(np.argmin(distances))].append(component)
    return [
        _Line(line, beside, float(np.median(heights[line])))
        for line, beside in zip(lines, small, strict=True)
    ]


def _usual(heights: NDArray[np.int64], areas: NDArray[np.int64]) -> float:
    """Return the height that half of the ink is at least part of: specks hardly count."""
    order = np.argsort(heights)
    below = np.cumsum(areas[order])
    return float(heights[order][np.searchsorted(below, below[-1] / 2)])


def _row(page: Cleaned, components: Components, line: _Line) -> Row:
    """Return the row of a line: all pieces that may be digits."""
    boxes, height = components.boxes[line.tall], line.height
    large = [_cut_out(page, components, int(i)) for i in line.tall]
    groups = [atoms_of(*one, height) for one in large]
    stroke = float(np.median([stroke_width(ink) for ink, _ in large]))
    for i in line.small:
        ink, box = _cut_out(page, components, i)
        written = is_written(ink, page.level, stroke)
        mark = small_mark(box, *_neighbours(boxes, box)) if written else ""
        if mark or max(ink.shape) > _SPECK * height:
            groups.append([Atom(ink, box, mark)])
    atoms = ordered(groups, height)
    doubt = is_doubted(page, around(atoms))
    return Row(list(_pieces(atoms, height, page.level)), len(atoms), height, doubt)


def _cut_out(page: Cleaned, components: Components, number: int) -> tuple[NDArray[np.float32], Box]:
    """Return the ink of one component, without its neighbours, and its box."""
    left, top, right, bottom = (int(side) for side in components.boxes[number])
    own = components.labels[top:bottom, left:right] == number
    ink = np.where(own, page.ink[top:bottom, left:right], np.float32(0))
    return ink, (left, top, right, bottom)


def _neighbours(boxes: NDArray[np.int64], box: Box) -> tuple[float, float]:
    """Return the mean top and bottom of the two tall boxes nearest to a small one."""
    away = np.abs(boxes[:, 0] + boxes[:, 2] - box[0] - box[2])
    near = boxes[np.argsort(away)[:2]]
    return float(near[:, 1].mean()), float(near[:, 3].mean())


def _pieces(atoms: list[Atom], height: float, level: float) -> Iterator[Piece]:
    """Yield all pieces of a row: single atoms, as what they may be, and neighbours joined."""
    for start, atom in enumerate(atoms):
        yield from _no_digit(start, atom, height, level)
        for end in range(start + 1, min(len(atoms), start + _MOST_ATOMS) + 1):
            group = atoms[start:end]
            if end > start + 1 and not _may_be_one(group, height):
                break
            if not (end == start + 1 and atom.mark):
                cut = atom.cut + (atoms[end].cut if end < len(atoms) else 0.0)
                price = _joining(group, height) + cut / 2
                for ink, form in _forms(group, height, is_cut=cut > 0):
                    found = trimmed(ink.ink, *ink.box[:2], level)
                    yield Piece(start, end, found, "", price + form)


def _no_digit(start: int, atom: Atom, height: float, level: float) -> Iterator[Piece]:
    """Yield an atom as a separator, and if it is lower than a digit as something to leave out."""
    found = trimmed(atom.ink, *atom.box[:2], level)
    length = max(atom.width, atom.height) / height
    if atom.height < _WHOLE * height:
        yield Piece(start, start + 1, found, " ", _DROP + _DROP_LENGTH * length)
    if atom.mark and atom.mark != RAISED:
        yield Piece(start, start + 1, found, atom.mark, _MARK)


def _may_be_one(atoms: list[Atom], height: float) -> bool:
    """Whether atoms are near enough, and together small enough, for one digit.

    A digit may be much larger than the others of its line, if a part of it is.
    """
    left, top, right, bottom = around(atoms)
    size = max(height, *(atom.height for atom in atoms))
    small = right - left < _JOINED_WIDTH * size and bottom - top < _JOINED_HEIGHT * size
    return small and widest_gap(atoms) < _JOINED_GAP * height


def _joining(atoms: list[Atom], height: float) -> float:
    """Return what speaks against atoms being one digit: cuts, gaps, separators, whole digits."""
    joints = sum(not atom.cut for atom in atoms[1:])
    passed = _PASSED * (len(atoms) - 1 - joints)
    if not joints:
        return passed
    marks = sum(bool(atom.mark) for atom in atoms)
    whole_digits = sum(atom.height > _WHOLE * height for atom in atoms)
    return (
        passed
        + _JOIN * joints
        + _JOIN_GAP * widest_gap(atoms) / height
        + _JOIN_MARK * marks
        + _JOIN_WHOLE * max(0, whole_digits - 1)
    )


def _forms(atoms: list[Atom], height: float, *, is_cut: bool) -> Iterator[tuple[Atom, float]]:
    """Yield the ink of atoms, without and with the strokes that they may share; and its price."""
    joined = united(atoms) if len(atoms) > 1 else atoms[0]
    for left, right in ((False, False), (True, False), (False, True), (True, True)):
        if (joined.sides[0] or not left) and (joined.sides[1] or not right):
            ink = widened(joined, left=left, right=right)
            yield ink, _form(ink, height, is_cut=is_cut) + _SHARED * (left + right)


def _form(atom: Atom, height: float, *, is_cut: bool) -> float:
    """Return what speaks against one digit: too wide, too low, cut off and too narrow; in nats."""
    broad = max(0.0, atom.width / atom.height - 1)
    low = max(0.0, _LEAST - atom.height / height)
    narrow = max(0.0, _NARROW - atom.width / height) if is_cut else 0.0
    return _BROAD * broad + _LOW * low + _SLIVER * narrow
