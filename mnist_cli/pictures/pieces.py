"""Pieces: what may be one digit on a line of writing, and what speaks against each.

They are the graph of LeCun, Bottou, Bengio and Haffner (1998), section V: its nodes are the places
between the atoms of a line, its arcs the pieces from one place to another. A network looks at all
pieces, and `mnist_cli.strings` finds the best path.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cached_property, partial, reduce
from itertools import pairwise

from mnist_cli.pictures.arrays import Box
from mnist_cli.pictures.atoms import Atom, around, both, gap, united
from mnist_cli.pictures.digits import Found, trimmed
from mnist_cli.pictures.separators import RAISED, SIGNS

_JOINED_WIDTH, _JOINED_HEIGHT = 1.5, 1.6  # digit heights; a piece of several atoms is no larger
_JOINED_GAP = 0.2  # of the digits' height; wider gaps are between digits
_MOST_ATOMS = 8  # in one piece
# The prices are nats, as is what the network says: 1 makes a piece less likely by a factor of e.
# They were chosen on pages composed of validation images, by benchmarks/pages.py.
_MARK, _SIGN = 0.5, 2.5  # of a separator; of one that looks like a digit
_DROP, _DROP_LENGTH = 1.0, 4.5  # of leaving an atom out, and for every digit height of its length
_SHARED = 0.3  # of each end at which it shares a stroke with its neighbour
_LOOP, _LOST = 0.6, 8.0  # of a closed loop, and for as much ink as its own that is left out
_PASSED = 0.2  # of each cut that could be made in it
_JOIN, _JOIN_GAP = 0.7, 1.0  # of each joint, and for every digit height between what is joined
_JOIN_MARK = 0.7  # more for each part that may be a separator
_JOIN_WHOLE, _WHOLE = 0.3, 0.6  # more for each part, after the first, as high as this share
_BROAD = 2.5  # for every width over height above 1
_LOW, _LEAST = 4.4, 0.8  # for every digit height below this share of it
_SLIVER, _NARROW = 0.5, 0.25  # the same for the width of what was cut off


@dataclass(frozen=True)
class Piece:
    """A piece of a row, from place `start` to place `end`.

    `cut_out` makes its image. `mark`: a separator, " " for what is left out, "" for what may be a
    digit. `price`: what speaks against it by its form, in nats.
    """

    start: int
    end: int
    cut_out: Callable[[], Found]
    mark: str
    price: float

    @classmethod
    def whole(cls, place: int, found: Found) -> "Piece":
        """Return a digit with nothing to choose among, from a place to the next."""
        return cls(place, place + 1, lambda: found, "", 0.0)

    @cached_property
    def found(self) -> Found:
        """The piece, cut out and kept; what is looked at only once need not be kept."""
        return self.cut_out()


def pieces(atoms: list[Atom], height: float, level: float) -> Iterator[Piece]:
    """Yield all pieces of a row: single atoms, as what they may be, and neighbours joined."""
    amounts = _amounts(atoms)
    for start, atom in enumerate(atoms):
        yield from _no_digit(start, atom, height, level)
        yield from _loops(start, atoms, height, level)
        own = 0.0
        for group, box, widest in _groups(atoms[start : start + _MOST_ATOMS], height):
            end, own = start + len(group), own + amounts[id(group[-1])]
            yield from _raised(start, group, height, level)
            if len(group) > 1 or atom.mark in ("", *SIGNS):
                cut = _ends(atoms, start, end)
                price = _joining(group, widest, height) + cut / 2
                beside = _beside(group, amounts, own)
                for parts, form in _forms(group, box, beside, height, is_cut=cut > 0):
                    cut_out = partial(_cut_out, parts, level)
                    yield Piece(start, end, cut_out, "", price + form)


def _groups(atoms: list[Atom], height: float) -> Iterator[tuple[list[Atom], Box, int]]:
    """Yield the first atom, then those that are near and small enough to be one digit with it.

    With each group comes the box around it, and the widest gap between neighbours that were not cut
    apart. A digit may be much larger than the others of its line, if a part of it is.
    """
    box, widest, size = atoms[0].box, 0, max(height, atoms[0].height)
    yield atoms[:1], box, widest
    for count, (before, last) in enumerate(pairwise(atoms), start=2):
        box, size = both(box, last.box), max(size, last.height)
        widest = widest if last.cut else max(widest, gap(before, last))
        small = box[2] - box[0] < _JOINED_WIDTH * size and box[3] - box[1] < _JOINED_HEIGHT * size
        if not (small and widest < _JOINED_GAP * height):
            return
        yield atoms[:count], box, widest


def _cut_out(parts: list[Atom], level: float) -> Found:
    whole = united(parts) if len(parts) > 1 else parts[0]
    return trimmed(whole.ink, *whole.box[:2], level)


def _no_digit(start: int, atom: Atom, height: float, level: float) -> Iterator[Piece]:
    """Yield an atom as a separator; one that is raised or low as something to leave out."""
    is_low, is_raised = atom.height < _WHOLE * height, atom.mark == RAISED
    cut_out = partial(_cut_out, [atom], level)
    if is_low or is_raised:
        yield Piece(start, start + 1, cut_out, " ", _left_out(atom.box, height))
    if atom.mark and not is_raised:
        price = _SIGN if atom.mark in SIGNS else _MARK
        yield Piece(start, start + 1, cut_out, atom.mark, price)


def _raised(start: int, group: list[Atom], height: float, level: float) -> Iterator[Piece]:
    """Yield raised ink that was cut as one thing to leave out: a "=" whose strokes touch."""
    if len(group) > 1 and all(atom.is_raised and atom.cut for atom in group[1:]):
        price = _left_out(around(group), height)
        yield Piece(start, start + len(group), partial(_cut_out, group, level), " ", price)


def _left_out(box: Box, height: float) -> float:
    """Return what speaks against leaving out the ink in a box."""
    return _DROP + _DROP_LENGTH * max(box[2] - box[0], box[3] - box[1]) / height


def _loops(start: int, atoms: list[Atom], height: float, level: float) -> Iterator[Piece]:
    """Yield the closed loops that begin in an atom, each without what else is in its atoms."""
    for ring, places, lost in atoms[start].loops:
        cut = _ends(atoms, start, start + places)
        price = _LOOP + _LOST * lost + cut / 2 + _form(ring.box, height, is_cut=cut > 0)
        yield Piece(start, start + places, partial(_cut_out, [ring], level), "", price)


def _ends(atoms: list[Atom], start: int, end: int) -> float:
    """Return what speaks against the two cuts at the ends of a piece."""
    return atoms[start].cut + (atoms[end].cut if end < len(atoms) else 0.0)


def _joining(atoms: list[Atom], widest: int, height: float) -> float:
    """Return what speaks against atoms being one digit: cuts, separators, whole digits, gaps.

    `widest`: the widest gap between them.
    """
    joints = sum(not atom.cut for atom in atoms[1:])
    passed = _PASSED * (len(atoms) - 1 - joints)
    if not joints:
        return passed
    marks = sum(bool(atom.mark) for atom in atoms)
    whole_digits = sum(atom.height > _WHOLE * height for atom in atoms)
    return (
        passed
        + _JOIN * joints
        + _JOIN_GAP * widest / height
        + _JOIN_MARK * marks
        + _JOIN_WHOLE * max(0, whole_digits - 1)
    )


def _amounts(atoms: list[Atom]) -> dict[int, float]:
    """Return how much ink atoms and what lies beside their cuts have, by their identity."""
    return {id(a): float(a.ink.sum()) for atom in atoms for a in (atom, *atom.sides) if a}


def _beside(atoms: list[Atom], amounts: dict[int, float], own: float) -> list[list[Atom]]:
    """Return the strokes that atoms with so much ink of their `own` may share, one or two."""
    before, after = atoms[0].sides[0], atoms[-1].sides[1]
    one = [[side] for side in (before, after) if side]
    ways = [*one, [before, after]] if before and after else one
    # Most of a digit is its own.
    return [way for way in ways if sum(amounts[id(side)] for side in way) <= own]


def _forms(
    atoms: list[Atom], box: Box, beside: list[list[Atom]], height: float, *, is_cut: bool
) -> Iterator[tuple[list[Atom], float]]:
    """Yield atoms, without and with the strokes beside them, and the price of the form.

    `box`: the one around the atoms.
    """
    yield atoms, _form(box, height, is_cut=is_cut)
    for shared in beside:
        whole = reduce(both, [side.box for side in shared], box)
        form = _form(whole, height, is_cut=is_cut)
        yield [*atoms, *shared], form + _SHARED * len(shared)


def _form(box: Box, height: float, *, is_cut: bool) -> float:
    """Return what speaks against one digit: too wide, too low, cut off and too narrow; in nats."""
    wide, high = box[2] - box[0], box[3] - box[1]
    broad = max(0.0, wide / high - 1)
    low = max(0.0, _LEAST - high / height)
    narrow = max(0.0, _NARROW - wide / height) if is_cut else 0.0
    return _BROAD * broad + _LOW * low + _SLIVER * narrow
