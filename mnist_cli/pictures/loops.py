"""Closed loops: each 0 of digits that touch, as a ring of its own.

Loops that touch share a stroke, and a cut from top to bottom leaves a part of each at the other.
The paper inside a loop belongs to one digit alone, and so does the stroke around it.
"""

from itertools import combinations

import numpy as np
from numpy.typing import NDArray

from mnist_cli.pictures.arrays import Box, Ink
from mnist_cli.pictures.atoms import Atom, Loop, trimmed
from mnist_cli.pictures.components import connected_components, spread
from mnist_cli.pictures.cutting import Strip
from mnist_cli.pictures.resizing import stroke_width

_HIGH = 0.35  # of the digits' height; the paper inside a 0 is at least as high
_STROKE = 1.5  # times the mean width of the strokes: where two loops touch they are wider
_MOST = 0.55  # of a loop's ink; the atoms whose place it takes have more
_PART = 0.1  # of the ink of an atom; with less in a loop it is none of its own


def with_loops(atoms: list[Atom], ink: Ink, box: Box, height: float) -> list[Atom]:
    """Return the atoms of ink (h, w) at a box, on a line of digits of a height, with its loops.

    Two loops may share an atom, and either may have it.
    """
    rings = _rings(ink, height) if len(atoms) > 1 else []
    if not rings:
        return atoms
    shared = np.array([[_shared(atom, ring, box) for atom in atoms] for ring in rings])
    whole = np.array([float(atom.ink.sum()) for atom in atoms])
    lost = whole - shared.max(0)
    found: list[list[Loop]] = [[] for _ in atoms]
    for ring, own in zip(rings, shared, strict=True):
        for start, end in _places(own, whole):
            lost_here = float(lost[start:end].sum() / own.sum())
            found[start].append(Loop(trimmed(Strip(ring, 0), box), end - start, lost_here))
    pairs = zip(atoms, found, strict=True)
    return [atom._replace(loops=tuple(loops)) for atom, loops in pairs]


def _rings(ink: Ink, height: float) -> list[Ink]:
    """Return the stroke (h, w) around each large piece of paper that ink (h, w) encloses."""
    paper = connected_components(np.pad(ink <= 0, 1, constant_values=True))
    is_high = paper.boxes[:, 3] - paper.boxes[:, 1] >= _HIGH * height
    is_high[paper.labels[0, 0]] = False
    reach = round(_STROKE * stroke_width(ink))
    return [
        ink * spread(paper.only([number]), reach)[1:-1, 1:-1]
        for number in np.flatnonzero(is_high).tolist()
    ]


def _places(own: NDArray[np.float64], whole: NDArray[np.float64]) -> list[tuple[int, int]]:
    """Return the first atom that a loop may take the place of, and the one behind the last.

    `own`: how much of the ink of each atom is the loop's; `whole`: all of it.
    """
    near = np.flatnonzero(own > _PART * whole)
    return [
        (start, end)
        for start, end in combinations([*near.tolist(), int(near[-1]) + 1], 2)
        if own[start:end].sum() >= _MOST * own.sum()
    ]


def _shared(atom: Atom, ring: Ink, box: Box) -> float:
    """Return how much of the ink of an atom is a ring's, too; `box` is that of the ring's array."""
    left, top = atom.box[0] - box[0], atom.box[1] - box[1]
    here = ring[top : top + atom.height, left : left + atom.width]
    return float(atom.ink[here > 0].sum())
