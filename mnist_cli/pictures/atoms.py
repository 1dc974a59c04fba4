"""Atoms: the smallest parts of a line of writing, and what several of them are together."""

from typing import NamedTuple

import numpy as np

from mnist_cli.pictures.arrays import Box, Ink
from mnist_cli.pictures.components import inked_box
from mnist_cli.pictures.cutting import Strip, slices
from mnist_cli.pictures.separators import long_mark, sign, stacked

_WIDE = 0.65  # width over height; wider ink may be several digits
_HIGH = 12  # digit heights; higher ink is no row of digits that touch, but a drawing or a frame
_BROAD = 1.2  # width over height; wider ink is hardly one digit
_CUT, _CUT_NARROW = 0.6, 3.0  # nats against a cut, and for every width over height less than that
_ABOVE = 0.6  # of the narrower stroke; two strokes that share so much lie above each other
_PART = 0.6  # of the digits' height; one of two strokes of a digit is lower
_STACK = 1.4  # digit heights; strokes above each other are together no higher
_APART = 0.2  # of the digits' height; strokes above each other are no further apart


class Atom(NamedTuple):
    """Ink (h, w) that is not divided, and its box; `mark` is the separator that it may be.

    `cut`: what speaks against the cut from the atom before, in nats; 0 if there is none. `sides`:
    what lies beside its two cuts, which may belong to it, too. `loops`: those that begin in it.
    `is_raised`: it is part of low ink beside the upper half of its neighbours.
    """

    ink: Ink
    box: Box
    mark: str = ""
    cut: float = 0.0
    sides: "tuple[Atom | None, Atom | None]" = (None, None)
    loops: "tuple[Loop, ...]" = ()
    is_raised: bool = False

    @property
    def width(self) -> int:
        """Of the box, in pixels."""
        return self.box[2] - self.box[0]

    @property
    def height(self) -> int:
        """Of the box, in pixels."""
        return self.box[3] - self.box[1]


class Loop(NamedTuple):
    """A closed loop, which may be a digit in place of so many `places`.

    `lost`: how much of their ink is no loop's, by the ink of this one.
    """

    ring: Atom
    places: int
    lost: float


def atoms_of(ink: Ink, box: Box, height: float) -> list[Atom]:
    """Return what ink (h, w) at a box may consist of, on a line of digits of a height."""
    mark = long_mark(ink, height) or sign(ink)
    if mark:
        return [Atom(ink, box, mark)]
    is_narrow = ink.shape[1] <= _WIDE * min(height, ink.shape[0])
    if is_narrow or ink.shape[0] > _HIGH * height:
        return [Atom(ink, box)]
    price = _CUT + _CUT_NARROW * max(0.0, _BROAD - ink.shape[1] / min(height, ink.shape[0]))
    atoms = []
    for number, (own, *beside) in enumerate(slices(ink, max(height, len(ink)))):
        before, after = (side and trimmed(side, box) for side in beside)
        atom = trimmed(own, box)
        atoms.append(atom._replace(cut=price if number else 0.0, sides=(before, after)))
    return atoms


def trimmed(strip: Strip, box: Box) -> Atom:
    """Return a strip of the ink in a box without the paper around it."""
    piece, x = strip.ink, box[0] + strip.left
    left, top, right, bottom = inked_box(piece)
    place = (x + left, box[1] + top, x + right, box[1] + bottom)
    return Atom(piece[top:bottom, left:right], place)


def around(atoms: list[Atom]) -> Box:
    """Return the box around atoms."""
    if len(atoms) == 1:  # mostly
        return atoms[0].box
    lefts, tops, rights, bottoms = zip(*[atom.box for atom in atoms], strict=True)
    return min(lefts), min(tops), max(rights), max(bottoms)


def both(a: Box, b: Box) -> Box:
    """Return the box around two boxes."""
    return min(a[0], b[0]), min(a[1], b[1]), max(a[2], b[2]), max(a[3], b[3])


def united(atoms: list[Atom], mark: str = "") -> Atom:
    """Return atoms as one."""
    left, top, right, bottom = box = around(atoms)
    ink = np.zeros((bottom - top, right - left), np.float32)
    for atom in atoms:
        part = ink[atom.box[1] - top : atom.box[3] - top, atom.box[0] - left : atom.box[2] - left]
        np.maximum(part, atom.ink, out=part)
    return Atom(ink, box, mark, atoms[0].cut, (atoms[0].sides[0], atoms[-1].sides[1]))


def gap(a: Atom, b: Atom) -> int:
    """Return how many columns of paper lie between two atoms."""
    return max(0, b.box[0] - a.box[2], a.box[0] - b.box[2])


def ordered(groups: list[list[Atom]], height: float) -> list[Atom]:
    """Return the atoms of a line from left to right; strokes above each other become one.

    A group are the atoms that were cut from one component: they stay together.
    """
    result: list[list[Atom]] = []
    for group in sorted(groups, key=lambda group: around(group)[0] + around(group)[2]):
        before = result[-1] if result else []
        if len(before) == len(group) == 1 and _are_one(before[0], group[0], height):
            upper, lower = sorted([*result.pop(), *group], key=lambda atom: atom.box[1])
            result.append([united([upper, lower], stacked(upper.mark, lower.mark))])
        else:
            result.append(group)
    return [atom for group in result for atom in group]


def _are_one(a: Atom, b: Atom, height: float) -> bool:
    """Whether two atoms are strokes above each other of one digit, or of a separator."""
    overlap = min(a.box[2], b.box[2]) - max(a.box[0], b.box[0])
    between = max(a.box[1], b.box[1]) - min(a.box[3], b.box[3])
    _, top, _, bottom = around([a, b])
    return (
        overlap > _ABOVE * min(a.width, b.width)
        and (between < _APART * height or bool(a.mark and b.mark))
        and bottom - top < _STACK * height
        and min(a.height, b.height) < _PART * height
    )
