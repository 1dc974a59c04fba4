"""The digits in the cells of a grid: its lines are erased, a stroke that crosses them stays."""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from mnist_cli.pictures.arrays import Box, Ink, Mask
from mnist_cli.pictures.components import connected_components, spread
from mnist_cli.pictures.digits import Found, digits_in, the_one
from mnist_cli.pictures.grid import Grid
from mnist_cli.pictures.perspective import mapped

_OVER = 0.15  # of a cell by which a digit may leave it
_REACH = 0.1  # of a cell; its line is within so much of its place
_COVERED = 0.5  # share of a cell's side that its line covers
_DARKER = 1.5  # times as dark as its line: a digit's ink
_EDGE = 0.15  # of a cell; ink whose middle is nearer to its sides is a line's or a neighbour's
_SHORTEST = 0.25  # of a cell's height; what is shorter is no digit
_FAINTEST = 0.3  # of the strongest digit's ink; what is weaker is no digit


Sides = tuple[float, float, float, float]  # left, top, right, bottom


class Cell(NamedTuple):
    """A cell of a grid, `row` and `column` counted from 1.

    `digit`: None in an empty cell; its `box` is in pixels of the page. `alone`: whether it is the
    only digit in the cell.
    """

    row: int
    column: int
    box: Box
    digit: Found | None
    alone: bool = True


def read_cells(grid: Grid, floor: float) -> list[Cell]:
    """Return the cells of a grid row by row. What is weaker than `floor` counts as paper."""
    rows, columns = grid.rows.shape[0] - 1, grid.columns.shape[1] - 1
    cells = [_cell(grid, row, column, floor) for row in range(rows) for column in range(columns)]
    strongest = max((cell.digit.strength for cell in cells if cell.digit), default=0.0)
    return [_without_traces(cell, _FAINTEST * strongest) for cell in cells]


def _without_traces(cell: Cell, weakest: float) -> Cell:
    """Return a cell as empty if its ink is weaker than a digit's: what was rubbed out, a fold."""
    faint = cell.digit is not None and cell.digit.strength < weakest
    return cell._replace(digit=None, alone=True) if faint else cell


def _cell(grid: Grid, row: int, column: int, floor: float) -> Cell:
    """Return the cell at a row and a column, counted from 0."""
    left, right = grid.columns[row, column : column + 2]
    top, bottom = grid.rows[row : row + 2, column]
    over_x, over_y = _OVER * (right - left), _OVER * (bottom - top)
    x, y = max(0, round(left - over_x)), max(0, round(top - over_y))
    part = _without_shade(grid.ink[y : round(bottom + over_y), x : round(right + over_x)])
    inside = (left - x, top - y, right - x, bottom - y)
    found = [
        digit
        for digit in digits_in(_without_sides(part, inside, floor), floor)
        if max(digit.ink.shape) >= _SHORTEST * (bottom - top)
    ]
    box = _on_page(grid, (left, top, right, bottom))
    if not found:
        return Cell(row + 1, column + 1, box, None)
    digit, alone = the_one(found, part.shape)
    a, b, c, d = digit.box
    placed = digit._replace(box=_on_page(grid, (a + x, b + y, c + x, d + y)))
    return Cell(row + 1, column + 1, box, placed, alone)


def _without_shade(part: Ink) -> Ink:
    """Return the ink of a cell without its ground, if that is printed in a colour."""
    y, x = (side // 4 for side in part.shape)
    return np.maximum(part - np.median(part[y : -y or None, x : -x or None]), 0)


def _without_sides(part: Ink, inside: Sides, floor: float) -> Ink:
    """Return the ink of a cell without the lines on its four sides, and without its neighbours'."""
    mask = part > floor
    left, top, right, bottom = inside
    upper, lower = (_line(mask, place, bottom - top) for place in (top, bottom))
    first, last = (_line(mask.T, place, right - left) for place in (left, right))
    inner = mask.copy()
    inner[upper] = inner[lower] = inner[:, first] = inner[:, last] = False
    stays = mask.copy()
    for here, ink, strokes, upright in (
        (upper, part, inner[upper.stop : upper.stop + 2], stays),
        (lower, part, inner[max(0, lower.start - 2) : lower.start], stays),
        (first, part.T, inner.T[first.stop : first.stop + 2], stays.T),
        (last, part.T, inner.T[max(0, last.start - 2) : last.start], stays.T),
    ):
        upright[here] &= _is_stroke(ink[here], strokes)
    own = connected_components(stays)
    return np.where(own.only(_are_inside(own.boxes, inside)), part, np.float32(0))


def _line(mask: Mask, place: float, side: float) -> slice:
    """Return the rows of the level line near a place, with its blurred edges."""
    middle = mask[:, mask.shape[1] // 4 : -(mask.shape[1] // 4)]
    full = np.append(middle.mean(1) >= _COVERED, False)
    nearest = round(place - 0.5)
    rows = np.flatnonzero(full)
    if len(rows):
        nearest = int(rows[np.abs(rows + 0.5 - place).argmin()])
    if not full[nearest] or abs(nearest + 0.5 - place) > _REACH * side:
        return slice(max(0, round(place) - 1), round(place) + 1)
    gaps = np.flatnonzero(~full)
    start = int(gaps[gaps < nearest].max(initial=-1))
    return slice(max(0, start), int(gaps[gaps > nearest].min()) + 1)


def _is_stroke(line: Ink, beside: Mask) -> Mask:
    """Return which ink of a level line is a digit's: darker, or a stroke goes on `beside` it."""
    reach = 1 + len(line) // 4  # it may be slanted
    goes_on = spread(beside.any(0)[None], reach)[0]
    shade = np.median(line.max(0, initial=0))
    return np.asarray(goes_on | (line > _DARKER * shade))


def _are_inside(boxes: NDArray[np.int64], inside: Sides) -> Mask:
    """Return which boxes (k, 4) have their middle inside a cell, and not near its sides."""
    low, high = np.array(inside[:2]), np.array(inside[2:])
    middle = ((boxes[:, :2] + boxes[:, 2:]) / 2 - low) / (high - low)
    within: Mask = ((middle > _EDGE) & (middle < 1 - _EDGE)).all(1)
    return within


def _on_page(grid: Grid, box: Sides) -> Box:
    """Return the box on the page around a box in the straightened grid."""
    left, top, right, bottom = box
    corners = np.array([(left, top), (right, top), (right, bottom), (left, bottom)], np.float64)
    points = mapped(corners, grid.matrix)
    low, high = np.floor(points.min(0)), np.ceil(points.max(0))
    return int(low[0]), int(low[1]), int(high[0]), int(high[1])
