"""Closed loops: each 0 of digits that touch, as a ring of its own.

Loops that touch share a stroke, and a cut from top to bottom leaves a part of each at the other.
The paper inside a loop belongs to one digit alone, and so does the stroke around it.
"""

from collections.abc import Iterator
from itertools import product

import numpy as np
from numpy.typing import NDArray

from mnist_cli.pictures.arrays import Box, Ink
from mnist_cli.pictures.atoms import Atom, Loop, trimmed
from mnist_cli.pictures.components import connected_components, spread
from mnist_cli.pictures.cutting import Strip
from mnist_cli.pictures.resizing import stroke_width

_LOW, _HIGH = 0.35, 1.5  # digit heights; the paper inside a 0 is between these
_STROKE = 1.5  # times the mean width of the strokes: where two loops touch they are wider
_MOST = 0.55  # of a loop's ink; the atoms whose place it takes have more
_PART = 0.1  # of the ink of an atom; with less in a loop it is none of its own


def with_loops(atoms: list[Atom], ink: Ink, box: Box, height: float) -> list[Atom]:
    """Return the atoms of ink (h, w) at a box, on a line of digits of a height, with its loops.

    Two loops may share an atom, and either may have it.
    """
    may_share = any(side for atom in atoms for side in atom.sides)
    rings = list(_rings(ink, box, height)) if may_share else []
    if not rings:
        return atoms
    shared = np.array([[_shared(atom, ring) for atom in atoms] for ring in rings])
    whole = np.array([float(atom.ink.sum()) for atom in atoms])
    lost = whole - shared.max(0)
    found: list[list[Loop]] = [[] for _ in atoms]
    for ring, own in zip(rings, shared, strict=True):
        for start, end in _places(own, whole):
            found[start].append(Loop(ring, end - start, float(lost[start:end].sum() / own.sum())))
    pairs = zip(atoms, found, strict=True)
    return [atom._replace(loops=tuple(loops)) for atom, loops in pairs]


def _rings(ink: Ink, box: Box, height: float) -> Iterator[Atom]:
    """Yield the stroke around each piece of paper that ink (h, w) at a box encloses as a 0 does."""
    paper = connected_components(np.pad(ink <= 0, 1, constant_values=True))
    heights = paper.boxes[:, 3] - paper.boxes[:, 1]
    is_inside = (heights >= _LOW * height) & (heights <= _HIGH * height)
    is_inside[paper.labels[0, 0]] = False
    reach = round(_STROKE * stroke_width(ink))
    for number in np.flatnonzero(is_inside).tolist():
        low = np.maximum(paper.boxes[number, :2] - 1 - reach, 0)
        (left, top), (right, bottom) = low.tolist(), (paper.boxes[number, 2:] + reach).tolist()
        near = paper.labels[1:-1, 1:-1][top:bottom, left:right] == number
        part = ink[top:bottom, left:right] * spread(near, reach)
        yield trimmed(Strip(part, left), (box[0], box[1] + top, box[2], box[3]))


def _places(own: NDArray[np.float64], whole: NDArray[np.float64]) -> list[tuple[int, int]]:
    """Return the first atom that a loop may take the place of, and the one behind the last.

    `own`: how much of the ink of each atom is the loop's; `whole`: all of it.
    """
    near = np.flatnonzero(own > _PART * whole).tolist()
    pairs = [(first, last + 1) for first, last in product(near, repeat=2) if first <= last]
    return [(start, end) for start, end in pairs if own[start:end].sum() >= _MOST * own.sum()]


def _shared(atom: Atom, ring: Atom) -> float:
    """Return how much of the ink of an atom is a ring's, too."""
    left, top = max(atom.box[0], ring.box[0]), max(atom.box[1], ring.box[1])
    right, bottom = min(atom.box[2], ring.box[2]), min(atom.box[3], ring.box[3])
    if right <= left or bottom <= top:
        return 0.0
    here = (left, top, right, bottom)
    return float(_part(atom, here)[_part(ring, here) > 0].sum())


def _part(atom: Atom, box: Box) -> Ink:
    """Return the ink of an atom in a box that lies in its own."""
    left, top, right, bottom = box
    x, y = atom.box[:2]
    return atom.ink[top - y : bottom - y, left - x : right - x]
