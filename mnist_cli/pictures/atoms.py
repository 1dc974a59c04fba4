"""Atoms: the smallest parts of a line of writing, and what several of them are together."""

from itertools import pairwise
from typing import NamedTuple

import numpy as np

from mnist_cli.pictures.arrays import Box, Ink
from mnist_cli.pictures.cutting import pieces_of
from mnist_cli.pictures.separators import is_slash, stacked

_WIDE = 1.2  # width over height; wider ink may be several digits
_ABOVE = 0.6  # of the narrower stroke; two strokes that share so much lie above each other
_PART = 0.6  # of the digits' height; one of two strokes of a digit is lower
_STACK = 1.4  # digit heights; strokes above each other are together no higher
_APART = 0.5  # of the digits' height; strokes above each other are no further apart


class Atom(NamedTuple):
    """Ink (h, w) that is not divided, and its box; `mark` is the separator that it may be.

    `cut`: whether it was cut from the atom before.
    """

    ink: Ink
    box: Box
    mark: str = ""
    cut: bool = False

    @property
    def width(self) -> int:
        """Of the box, in pixels."""
        return self.box[2] - self.box[0]

    @property
    def height(self) -> int:
        """Of the box, in pixels."""
        return self.box[3] - self.box[1]


def atoms_of(ink: Ink, box: Box, height: float) -> list[Atom]:
    """Return what ink (h, w) at a box may consist of, on a line of digits of a height."""
    if is_slash(ink > 0, height):
        return [Atom(ink, box, "/")]
    if ink.shape[1] <= _WIDE * min(height, ink.shape[0]):
        return [Atom(ink, box)]
    return [
        _trimmed(piece, box, cut=number > 0) for number, piece in enumerate(pieces_of(ink, height))
    ]


def _trimmed(piece: Ink, box: Box, *, cut: bool) -> Atom:
    """Return a piece of the ink in a box without the paper around it."""
    rows, columns = np.flatnonzero(piece.any(1)), np.flatnonzero(piece.any(0))
    top, bottom, left, right = rows[0], rows[-1] + 1, columns[0], columns[-1] + 1
    place = (box[0] + int(left), box[1] + int(top), box[0] + int(right), box[1] + int(bottom))
    return Atom(piece[top:bottom, left:right], place, cut=cut)


def around(atoms: list[Atom]) -> Box:
    """Return the box around atoms."""
    lefts, tops, rights, bottoms = zip(*(atom.box for atom in atoms), strict=True)
    return min(lefts), min(tops), max(rights), max(bottoms)


def united(atoms: list[Atom], mark: str = "") -> Atom:
    """Return atoms as one."""
    left, top, right, bottom = box = around(atoms)
    ink = np.zeros((bottom - top, right - left), np.float32)
    for atom in atoms:
        part = ink[atom.box[1] - top : atom.box[3] - top, atom.box[0] - left : atom.box[2] - left]
        np.maximum(part, atom.ink, out=part)
    return Atom(ink, box, mark, atoms[0].cut)


def gap(a: Atom, b: Atom) -> int:
    """Return how many columns of paper lie between two atoms."""
    return max(0, b.box[0] - a.box[2], a.box[0] - b.box[2])


def ordered(atoms: list[Atom], height: float) -> list[Atom]:
    """Return the atoms of a line from left to right; strokes above each other become one."""
    result: list[Atom] = []
    for atom in sorted(atoms, key=lambda atom: atom.box[0] + atom.box[2]):
        if result and not atom.cut and _are_one(result[-1], atom, height):
            upper, lower = sorted((result.pop(), atom), key=lambda atom: atom.box[1])
            result.append(united([upper, lower], stacked(upper.mark, lower.mark)))
        else:
            result.append(atom)
    return result


def _are_one(a: Atom, b: Atom, height: float) -> bool:
    """Whether two atoms are strokes above each other of one digit, or of a separator."""
    overlap = min(a.box[2], b.box[2]) - max(a.box[0], b.box[0])
    between = max(a.box[1], b.box[1]) - min(a.box[3], b.box[3])
    _, top, _, bottom = around([a, b])
    return (
        overlap > _ABOVE * min(a.width, b.width)
        and between < _APART * height
        and bottom - top < _STACK * height
        and min(a.height, b.height) < _PART * height
    )


def widest_gap(atoms: list[Atom]) -> int:
    """Return the widest gap between neighbours that were not cut apart, in columns; 0 if none."""
    return max((gap(a, b) for a, b in pairwise(atoms) if not b.cut), default=0)
