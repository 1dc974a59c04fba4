"""Numbers and words on a page: what stands between two spaces, and which of it is no number.

A network knows digits only, and reads a word as digits, too. But it doubts them. So a word is what
is far more doubtful than the clearest number of the page. Where all is doubtful, all is kept.
"""

from itertools import accumulate, chain, islice, pairwise
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from mnist_cli.doubt import against
from mnist_cli.training.checkpoint import Checkpoint

if TYPE_CHECKING:  # Pillow is for those who have pictures
    from mnist_cli.pictures.pieces import Piece
    from mnist_cli.pictures.reader import Picture
    from mnist_cli.pictures.rows import Row

_SPACE, _SPACES = 0.6, 2.0  # digit heights, and times any gap in a number; a space is wider
_MOST = 3.0  # nats against one digit; a single bad one makes no word
_UNSURE = 1.0  # nats by which the doubt about some digits may be wrong, up and down
_MORE = 0.6  # nats for each digit; a word is so much more doubtful than the clearest number


class Written(NamedTuple):
    """The pieces on a row's best path, the row, and the pictures of those that are digits."""

    path: "list[Piece]"
    row: "Row"
    pictures: "list[Picture]"


def spaces(path: "list[Piece]", height: float) -> list[str]:
    """Return a space for each piece behind a gap far wider than those that are none, else ""."""
    boxes = np.array([piece.found.box for piece in path]).reshape(-1, 4)
    gaps = boxes[1:, 0] - boxes[:-1, 2]
    usual = float(np.median(gaps)) if len(gaps) else 0.0
    steps = pairwise(sorted(gaps.tolist()))
    wide = [b for a, b in steps if b > max(_SPACE * height, _SPACES * max(a, usual))]
    return ["", *(" " if wide and gap >= wide[0] else "" for gap in gaps)][: len(path)]


def without_words(checkpoint: Checkpoint, lines: list[Written]) -> list[Written]:
    """Leave out the words of some lines of a page, and the lines that have nothing else."""
    images = np.stack([picture.image for line in lines for picture in line.pictures])
    nats = iter(against(checkpoint, images).tolist())
    groups = [_groups(line) for line in lines]
    counts = [[len(group.pictures) for group in line] for line in groups]
    doubts = [[list(islice(nats, count)) for count in line] for line in counts]
    flags = iter(are_words([group for line in doubts for group in line]))
    kept = [[group for group in line if not next(flags)] for line in groups]
    return [_joined(line) for line in kept if any(group.pictures for group in line)]


def are_words(groups: list[list[float]]) -> list[bool]:
    """Return which groups of digits are words, from what speaks against each digit, in nats.

    The mean of few digits says less than that of many. A group without digits is no word.
    """
    sums = [(sum(min(nats, _MOST) for nats in group), len(group)) for group in groups]
    clearest = min(((total + _UNSURE) / count for total, count in sums if count), default=0.0)
    return [total - _UNSURE > (clearest + _MORE) * count for total, count in sums]


def _groups(line: Written) -> list[Written]:
    """Return what stands between the spaces of a line."""
    numbers = list(accumulate(bool(space) for space in spaces(line.path, line.row.height)))
    pictures = iter(line.pictures)
    groups = []
    for number in range(numbers[-1] + 1):
        path = [piece for piece, own in zip(line.path, numbers, strict=True) if own == number]
        digits = sum(not piece.mark for piece in path)
        groups.append(Written(path, line.row, list(islice(pictures, digits))))
    return groups


def _joined(groups: list[Written]) -> Written:
    """Return what stands between spaces as one line again."""
    paths, rows, pictures = zip(*groups, strict=True)
    return Written([*chain(*paths)], rows[0], [*chain(*pictures)])
