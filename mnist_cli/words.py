"""Numbers and words on a page: what stands between two spaces, and which of it is no number.

A network knows digits only, and reads a word as digits, too. But it doubts them. So a word is what
is far more doubtful than the clearest number of the page. Small letters among capitals speak for a
word, too. Where all is doubtful, all is kept.
"""

from itertools import chain, pairwise
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from numpy.typing import NDArray

from mnist_cli.pictures.lines import has_small_letters, unevenness
from mnist_cli.search import Looked

if TYPE_CHECKING:  # Pillow is for those who have pictures
    from mnist_cli.pictures.digits import Found
    from mnist_cli.pictures.pieces import Piece
    from mnist_cli.pictures.rows import Row

_WIDE = 0.6  # of the row's height; doubt about a wider piece counts for as many digits
_SPACE, _SPACES = 0.6, 2.0  # digit heights, and times any gap in a number; a space is wider
_GAP, _JUMP = 0.25, 1.3  # the same between a word and its number in print
_LETTERS, _CLEAR = 3, 0.3  # of such a word, at least; nats for each digit of its number, at most
_UNIT = 2  # pieces; a number and its unit have so many, or more
_TIGHT = 0.2  # digit heights; the gaps between the letters of a unit are narrower
_LOW = 0.85  # of the usual height of the number's digits; the usual one of the letters is lower
_SURE = 0.5  # nats for each digit; the number before a unit has less doubt
_CLEARER = 0.7  # nats for each digit; the letters have so much more
_MOST = 3.0  # nats against one digit; a single bad one makes no word
_UNSURE = 1.0  # nats by which the doubt about some digits may be wrong, up and down
_MORE = 0.7  # nats for each digit; a word is so much more doubtful than the clearest number
_UNEVEN = 5.0  # nats for each digit, where tops are one height more uneven than bottoms
_LEVEL = 0.02  # heights; so much more uneven may the tops of a number be
_MOST_UNEVEN = 0.6  # nats for each digit that this adds at most
_TIMES, _MOST_IN_PRINT = 2.0, 1.5  # what small letters in print add: times the doubt, and at most


class Written(NamedTuple):
    """A row, and what is written on it: the pieces on its best path."""

    row: "Row"
    path: list[Looked]

    @property
    def has_digits(self) -> bool:
        """Whether there is more than separators."""
        return not all(piece.mark for piece, _ in self.path)


def spaces(path: "list[Piece]", height: float) -> list[str]:
    """Return a space for each piece behind a gap far wider than those that are none, else "".

    A space has `_SPACE` of the digits' height, and `_SPACES` times any gap that is none.
    """
    least = _space(path, height)
    return ["", *(" " if gap >= least else "" for gap in _gaps(path))][: len(path)]


def _space(path: "list[Piece]", height: float) -> float:
    """Return how wide a space is at least, in pixels; infinity in a line without any."""
    return next(iter(_widths(path, height, _SPACE, _SPACES)), float("inf"))


def _gaps(path: "list[Piece]") -> NDArray[np.integer]:
    """Return the gaps between the pieces of a path, in pixels."""
    boxes = np.array([piece.found.box for piece in path]).reshape(-1, 4)
    return np.asarray(boxes[1:, 0] - boxes[:-1, 2])


def _widths(path: "list[Piece]", height: float, least: float, jump: float) -> list[float]:
    """Return the gaps that may be the narrowest space of a path, in rising order, in pixels.

    Such a gap has `least` of the digits' height, and `jump` times the next narrower one.
    """
    gaps = _gaps(path)
    usual = float(np.median(gaps)) if len(gaps) else 0.0
    steps = pairwise(sorted(gaps.tolist()))
    return [b for a, b in steps if b > max(least * height, _SPACES * usual, jump * a)]


def digits_wide(found: "Found", height: float) -> float:
    """Return how many digits would fit into a piece, at least 1."""
    left, _, right, _ = found.box
    return max(1.0, (right - left) / (_WIDE * height))


def without_words(lines: list[Written]) -> list[Written]:
    """Leave out the words of some lines of a page, and the lines that have nothing else."""
    groups = [[line.path] if line.row.in_boxes else _groups(line) for line in lines]
    doubts = [
        _doubts(group, line.row.height)
        for line, own in zip(lines, groups, strict=True)
        for group in own
    ]
    small = [_small_letters(group) for group in chain(*groups)]
    uneven = [[nats + more for nats in doubt] for doubt, more in zip(doubts, small, strict=True)]
    # A clear number may be uneven, too. So the tops only add words.
    flags = map(max, are_words(doubts), are_words(uneven))
    kept = [
        [group for group in own if not next(flags) or line.row.in_boxes]
        for line, own in zip(lines, groups, strict=True)
    ]
    rest = [line._replace(path=[*chain(*own)]) for line, own in zip(lines, kept, strict=True)]
    return [line for line in rest if line.has_digits]


def are_words(groups: list[list[float]]) -> list[bool]:
    """Return which groups of digits are words, from what speaks against each digit, in nats.

    The mean of few digits says less than that of many. A group without digits is no word.
    """
    sums = [(sum(min(nats, _MOST) for nats in group), len(group)) for group in groups]
    clearest = min(((total + _UNSURE) / count for total, count in sums if count), default=0.0)
    return [total - _UNSURE > (clearest + _MORE) * count for total, count in sums]


def _doubts(group: list[Looked], height: float) -> list[float]:
    """Return what speaks against each digit of a group, in nats."""
    return [nats / digits_wide(piece.found, height) for piece, nats in group if not piece.mark]


def _small_letters(group: list[Looked]) -> float:
    """Return what uneven tops add to the doubt about each digit of a group, in nats.

    Small letters stand on the same line as capitals, and are lower. Digits are of one height. In
    print this is so clear that the doubt counts more.
    """
    boxes = np.array([piece.found.box for piece, _ in group if not piece.mark])
    if len(boxes) < _LETTERS:
        return 0.0
    if has_small_letters(boxes):
        doubt = sum(nats for piece, nats in group if not piece.mark) / len(boxes)
        return min(_TIMES * doubt, _MOST_IN_PRINT)
    tops, bottoms = unevenness(boxes)
    return min(_UNEVEN * max(0.0, float(tops - bottoms) - _LEVEL), _MOST_UNEVEN)


def _groups(line: Written) -> list[list[Looked]]:
    """Return what stands between the spaces of a line.

    In print they may be narrow. These count only beside a clear number, and where there is enough
    on both sides to tell a word from it.
    """
    height = line.row.height
    groups: list[list[Looked]] = []
    for group in _divided(line.path, _space(_pieces(line.path), height)):
        widths = _widths(_pieces(group), height, _GAP, _JUMP)
        divided = (_divided(group, least) for least in widths)
        parts = next((parts for parts in divided if _frees_number(parts, height)), [group])
        groups += chain(*(_divided_at_unit(part, height) for part in parts))
    return groups


def _divided_at_unit(group: list[Looked], height: float) -> list[list[Looked]]:
    """Divide a clear number from the low letters close together behind it, as in "12 cm"."""
    gaps = _gaps(_pieces(group)) / height
    for place, gap in enumerate(gaps, start=1):
        inside = float(gaps[place:].max(initial=0.0))
        number, letters = group[:place], group[place:]
        is_apart = gap > _GAP and gap > _JUMP * inside and inside < _TIGHT
        if is_apart and _is_unit(number, letters, height):
            return [number, letters]
    return [group]


def _is_unit(number: list[Looked], letters: list[Looked], height: float) -> bool:
    """Whether a group of letters is more doubtful, and lower, than a number before it."""
    sides = [[looked for looked in side if not looked[0].mark] for side in (number, letters)]
    if number[-1][0].mark or any(len(side) < _UNIT for side in sides):
        return False
    before, behind = (float(np.mean(_doubts(side, height))) for side in sides)
    digits, own = (float(np.median(_heights(side))) for side in sides)
    return before < _SURE and behind > before + _CLEARER and own < _LOW * digits


def _heights(group: list[Looked]) -> list[int]:
    """Return the heights of the pieces of a group, in pixels."""
    return [piece.found.box[3] - piece.found.box[1] for piece, _ in group]


def _pieces(path: list[Looked]) -> "list[Piece]":
    return [piece for piece, _ in path]


def _frees_number(parts: list[list[Looked]], height: float) -> bool:
    """Whether what stands between narrow spaces is long enough, and some of it a clear number."""
    doubts = [_doubts(part, height) for part in parts]
    is_long = all(len(part) >= _LETTERS for part in doubts)
    return is_long and any(sum(part) < _CLEAR * len(part) for part in doubts)


def _divided(path: list[Looked], least: float) -> list[list[Looked]]:
    """Divide a path at the gaps of `least` pixels."""
    groups: list[list[Looked]] = [[]]
    gaps = _gaps(_pieces(path))
    for looked, gap in zip(path, [0, *gaps], strict=False):
        if gap >= least:
            groups.append([])
        groups[-1].append(looked)
    return groups
