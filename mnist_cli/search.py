"""The path through the pieces of a row that costs least, found with a look at few of them."""

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

if TYPE_CHECKING:  # Pillow is for those who have pictures
    from mnist_cli.pictures.pieces import Piece
    from mnist_cli.pictures.rows import Row

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
        self._unseen = {number for number, piece in enumerate(row.pieces) if not piece.mark}
        self._turns = 0
        self._choose()

    def _choose(self) -> None:
        """Find the path that seems cheapest, and the pieces of it that were not looked at."""
        self._path, self._turns = cheapest(self.row, self._costs), self._turns + 1
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
        return self._without_left_out(cheapest(self.row, costs))

    def _without_left_out(self, path: list[int]) -> list[Looked]:
        pieces = [(self.row.pieces[number], self._costs[number]) for number in path]
        return [Looked(piece, cost - piece.price) for piece, cost in pieces if piece.mark != " "]


def cheapest(row: "Row", costs: list[float]) -> list[int]:
    """Return the numbers of the pieces on the path from the first place of a row to its last."""
    nothing = len(costs)  # no piece: where a place cannot be reached, its index is an error
    best: list[tuple[float, int]] = [(0.0, nothing)] + [(np.inf, nothing)] * row.places
    ends = [piece.end for piece in row.pieces]
    for number in sorted(range(len(costs)), key=ends.__getitem__):
        piece = row.pieces[number]
        best[piece.end] = min(best[piece.end], (best[piece.start][0] + costs[number], number))
    path: list[int] = []
    place = row.places
    while place:
        path.append(best[place][1])
        place = row.pieces[path[-1]].start
    return path[::-1]
