"""The path through the pieces of a row that costs least, found with a look at few of them."""

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

if TYPE_CHECKING:  # Pillow is for those who have pictures
    from mnist_cli.pictures.pieces import Piece
    from mnist_cli.pictures.rows import Row

Step = tuple[int, int, int]  # from a place to another one by the piece of this number
_TURNS = 16  # then all pieces of a row that are left are wanted: one by one would take longer


class Looked(NamedTuple):
    """A piece on a path, and what a network says against it, in nats; 0 for what is no digit."""

    piece: "Piece"
    nats: float


class Search:
    """A search for the cheapest path through a row; `wanted` are the numbers of pieces to look at.

    A piece costs at least its price by form, as a network can only speak against it. So the
    network looks at the pieces of the path that seems cheapest. Once it has seen all of them, no
    other path can be cheaper, and most pieces are never looked at.
    """

    def __init__(self, row: "Row") -> None:
        self.row, self._costs = row, [piece.price for piece in row.pieces]
        self._steps = steps_of(row)
        self._unseen = {number for number, piece in enumerate(row.pieces) if not piece.mark}
        self._turns = 0
        self._choose()

    def _choose(self) -> None:
        """Find the path that seems cheapest, and the pieces of it that were not looked at."""
        self._path, self._turns = self._cheapest(self._costs), self._turns + 1
        wanted = self._unseen.intersection(self._path)
        self.wanted = sorted(self._unseen if wanted and self._turns > _TURNS else wanted)

    def pieces(self) -> "list[Piece]":
        """Return the wanted pieces."""
        return [self.row.pieces[number] for number in self.wanted]

    def go_on(self, against: list[float]) -> None:
        """Add what a network says against the wanted pieces, at least 0 nats each; choose again."""
        for number, nats in zip(self.wanted, against, strict=True):
            self._costs[number] += nats
        self._unseen.difference_update(self.wanted)
        self._choose()

    def path(self) -> list[Looked]:
        """Return the pieces of the cheapest path so far, without those that are left out."""
        return self._without_left_out(self._path)

    def path_seen(self) -> list[Looked]:
        """Return the cheapest path through pieces that were looked at, or need not be."""
        costs = [np.inf if i in self._unseen else cost for i, cost in enumerate(self._costs)]
        return self._without_left_out(self._cheapest(costs))

    def _cheapest(self, costs: list[float]) -> list[int]:
        return cheapest(self.row, costs, self._steps)

    def _without_left_out(self, path: list[int]) -> list[Looked]:
        pieces = [(self.row.pieces[number], self._costs[number]) for number in path]
        return [Looked(piece, cost - piece.price) for piece, cost in pieces if piece.mark != " "]


def steps_of(row: "Row") -> list[Step]:
    """Return the pieces of a row as steps, in the order in which paths reach their ends."""
    steps = [(piece.start, piece.end, number) for number, piece in enumerate(row.pieces)]
    return sorted(steps, key=lambda step: step[1])


def cheapest(row: "Row", costs: list[float], steps: list[Step]) -> list[int]:
    """Return the numbers of the pieces on the path from the first place of a row to its last.

    `steps`: those of `steps_of`.
    """
    nothing = len(costs)  # no piece: where a place cannot be reached, its index is an error
    least, last = [0.0] + [np.inf] * row.places, [nothing] * (row.places + 1)
    for start, end, number in steps:
        cost = least[start] + costs[number]
        if cost < least[end] or (cost == least[end] and number < last[end]):
            least[end], last[end] = cost, number
    path: list[int] = []
    place = row.places
    while place:
        path.append(last[place])
        place = row.pieces[path[-1]].start
    return path[::-1]
