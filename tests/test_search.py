"""The cheapest path through the pieces of a row, against every path that there is."""

import numpy as np
import pytest

from mnist_cli.pictures.pieces import Piece
from mnist_cli.pictures.rows import Row
from mnist_cli.search import Search


def unneeded():
    raise AssertionError("a search cuts nothing out")


def row_of(prices, marks):
    """Return a row with a piece for each price, from place `start` to place `end`."""
    pieces = [
        Piece(start, end, unneeded, marks.get((start, end), ""), price)
        for (start, end), price in prices.items()
    ]
    return Row(pieces, max(end for _, end in prices), 20.0)


def random_prices(rng, places):
    """Return prices by form: of every single piece, and of two or three joined."""
    return {
        (start, end): float(rng.exponential())
        for start in range(places)
        for end in range(start + 1, min(start + 3, places) + 1)
    }


def paths(place, places):
    """Yield every way from a place to the last, by steps of one to three."""
    if place == places:
        yield []
    for end in range(place + 1, min(place + 3, places) + 1):
        yield from ([(place, end), *rest] for rest in paths(end, places))


def searched(row, against):
    """Return the search once it wants nothing, and how many pieces it looked at."""
    search, looks = Search(row), 0
    while search.wanted:
        looks += len(search.wanted)
        search.go_on([against[piece.start, piece.end] for piece in search.pieces()])
    return search, looks


@pytest.mark.parametrize("seed", range(10))
@pytest.mark.parametrize("scale", [0.1, 3])
def test_no_path_is_cheaper(seed, scale):
    rng = np.random.default_rng(seed)
    prices = random_prices(rng, 9)
    marks = {(4, 5): "-", (6, 7): "."}
    against = {key: float(rng.exponential(scale)) for key in prices}
    costs = {key: price + (key not in marks) * against[key] for key, price in prices.items()}
    search, looks = searched(row_of(prices, marks), against)
    cheapest = min(sum(costs[step] for step in path) for path in paths(0, 9))
    assert sum(costs[p.start, p.end] for p, _ in search.path()) == pytest.approx(cheapest)
    assert looks <= len(prices) - len(marks)


def test_what_is_left_out_is_on_no_path():
    search, looks = searched(row_of({(0, 1): 0.0, (1, 2): 0.0}, {(0, 1): " "}), {(1, 2): 1.0})
    assert [(piece.start, piece.end) for piece, _ in search.path()] == [(1, 2)]
    assert looks == 1


def test_few_pieces_are_looked_at_where_the_form_says_enough():
    prices = {(0, 1): 0.0, (1, 2): 0.0, (0, 2): 50.0}
    assert searched(row_of(prices, {}), dict.fromkeys(prices, 1.0))[1] == 2


def test_a_long_row_ends_though_each_look_finds_another_path():
    prices = random_prices(np.random.default_rng(0), 60)
    against = dict.fromkeys(prices, 5.0)
    search, looks = searched(row_of(prices, {}), against)
    assert looks <= len(prices)
    assert search.path()[-1].piece.end == 60


def test_a_search_that_stops_early_goes_through_pieces_that_were_looked_at():
    row = row_of({(0, 1): 0.0, (1, 2): 0.0, (0, 2): 1.0, (2, 3): 0.5}, {(2, 3): "-"})
    search = Search(row)
    search.go_on([5.0, 5.0])  # now (0, 2) seems cheaper, but it was not looked at
    assert [(p.start, p.end) for p, _ in search.path()] == [(0, 2), (2, 3)]
    assert [(p.start, p.end) for p, _ in search.path_seen()] == [(0, 1), (1, 2), (2, 3)]
