"""The digits in the cells of a grid: its lines are erased, a stroke that crosses them stays."""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from mnist_cli.pictures.arrays import Box, Ink, Mask
from mnist_cli.pictures.blank import is_cut
from mnist_cli.pictures.closing import narrow
from mnist_cli.pictures.components import connected_components, spread
from mnist_cli.pictures.digits import Found, digits_in
from mnist_cli.pictures.grid import Grid, find_grid
from mnist_cli.pictures.ink import Contrast
from mnist_cli.pictures.joining import joined
from mnist_cli.pictures.margins import ink_level
from mnist_cli.pictures.perspective import mapped
from mnist_cli.pictures.prominence import the_one

_GREY = 0.3  # of the usual ink; on grey paper, and beside a shadow, what is weaker is no line
_OVER = 0.15  # of a cell by which a digit may leave it
_REACH = 0.1  # of a cell; its line is within so much of its place
_COVERED = 0.5  # share of a cell's side that its line covers
_THICKEST = 0.1  # of a cell; half a line at most: the ink of a digit may cover as much beside it
_DARKER = 1.5  # times as dark as its line: a digit's ink
_BROAD = 0.5  # of a cell; shadows are broader
_EDGE = 0.15  # of a cell; ink whose middle is nearer to its sides is a line's or a neighbour's
_GROUND = 0.3  # share of the middle of a cell that no digit covers
_THIN = 0.35  # of a cell; lines of bent paper leave it by less
_SHORTEST = 0.25  # of a cell's height; what is shorter is no digit
_RIVAL = 0.5  # of the most prominent digit; what is larger may be a digit, too
_LEAVING = 0.4  # share of the digits that may leave their cells
_FAINTEST = 0.3  # of the strongest digit's ink; what is weaker is no digit
_SMALLEST = 0.6  # of the length that most digits of the grid reach: a smaller one is a note
_LIGHT = 85.0  # of 255; what is lighter does not join two notes
_MOST = 0.75  # of the digits are no longer; many cells may hold notes alone


Sides = tuple[float, float, float, float]  # left, top, right, bottom


class Cell(NamedTuple):
    """A cell of a grid; boxes are in pixels of the page, the last two edges exclusive.

    `digit`: the most prominent one, None in an empty cell. `others`: what is beside it, as large.
    `leaves`: whether its strokes go on far beyond the cell. `joined`: all of it as one digit.
    """

    box: Box
    digit: Found | None
    others: tuple[Found, ...] = ()
    leaves: bool = False
    joined: Found | None = None

    @property
    def digits(self) -> list[Found]:
        """All digits, from left to right."""
        found = [] if self.digit is None else [self.digit, *self.others]
        return sorted(found, key=lambda digit: digit.box[0])


class FilledGrid(NamedTuple):
    """A grid with the rows of its cells. What is weaker than `floor` counts as paper."""

    grid: Grid
    cells: list[list[Cell]]
    floor: float


def find_filled_grid(contrast: Contrast) -> FilledGrid | None:
    """Return a large grid on a page with its cells; None if there is no grid.

    Of two looks, with and without what is pale, it is the one whose grid has more cells.
    """
    ink, faint, floor = contrast.ink, contrast.faint, contrast.floor
    shades = dict.fromkeys((faint, max(faint, _GREY * ink_level(ink, floor))))
    grids = [grid for least in shades if (grid := find_grid(ink, least))]
    if not grids:
        return None
    grid = _without_shadows(max(grids, key=lambda grid: grid.cells))
    cells = _read(grid, floor)
    return FilledGrid(grid, cells, floor) if cells else None


def _without_shadows(grid: Grid) -> Grid:
    """Return a grid without what is broader than half a cell: no stroke is."""
    cell = min(np.median(np.diff(grid.rows, axis=0)), np.median(np.diff(grid.columns)))
    return grid._replace(ink=narrow(grid.ink, round(_BROAD * cell)))


def _read(grid: Grid, floor: float) -> list[list[Cell]]:
    """Return the cells of a grid. What is weaker than `floor` counts as paper.

    There are none on squared paper, where digits are larger than the squares.
    """
    rows, columns = grid.rows.shape[0] - 1, grid.columns.shape[1] - 1
    cells = [[_cell(grid, i, j, floor) for j in range(columns)] for i in range(rows)]
    found = [cell for row in cells for cell in row if cell.digit]
    if sum(cell.leaves for cell in found) > _LEAVING * len(found):
        return []
    digits = [cell.digit for cell in found if cell.digit]
    if not digits:
        return cells
    weakest = _FAINTEST * max(digit.strength for digit in digits)
    shortest = _SMALLEST * float(np.quantile([max(digit.ink.shape) for digit in digits], _MOST))
    return [[_without_traces(cell, weakest, shortest) for cell in row] for row in cells]


def _without_traces(cell: Cell, weakest: float, shortest: float) -> Cell:
    """Return a cell as empty if its ink is no digit of this grid.

    Weaker ink is a fold, or what was rubbed out. Smaller ink is a note, as in a sudoku, or several.
    """
    digit = cell.digit
    if digit and (digit.strength < weakest or _longest_stroke(digit) < shortest):
        return Cell(cell.box, None)
    return cell


def _longest_stroke(digit: Found) -> int:
    """Return how long the longest part of a digit is that hangs together, in pixels."""
    return int(connected_components(digit.ink > _LIGHT).lengths.max(initial=0))


def _cell(grid: Grid, row: int, column: int, floor: float) -> Cell:
    """Return the cell at a row and a column, counted from 0."""
    (left, top, right, bottom), (x, y), ink = part_of(grid, row, column)
    part = _without_shade(ink)
    own = _without_sides(part, (left - x, top - y, right - x, bottom - y), floor)
    found = [d for d in digits_in(own, floor) if max(d.ink.shape) >= _SHORTEST * (bottom - top)]
    box = _on_page(grid, (left, top, right, bottom))
    if not found:
        return Cell(box, None)
    best = the_one(found, part.shape)[0]
    least = _RIVAL * max(best.ink.shape)
    others = [d for d in found if d is not best and max(d.ink.shape) > least]
    digit, *beside = (_placed(grid, d, x, y) for d in (best, *others))
    whole = joined(best, others)
    return Cell(
        box,
        digit,
        tuple(beside),
        is_cut(best.box, part.shape),
        whole and _placed(grid, whole, x, y),
    )


def part_of(grid: Grid, row: int, column: int) -> tuple[Sides, tuple[int, int], Ink]:
    """Return the sides of a cell, and the ink in it and around it, with the place where it lies."""
    left, right = (float(x) for x in grid.columns[row, column : column + 2])
    top, bottom = (float(y) for y in grid.rows[row : row + 2, column])
    over_x, over_y = _OVER * (right - left), _OVER * (bottom - top)
    x, y = max(0, round(left - over_x)), max(0, round(top - over_y))
    ink = grid.ink[y : round(bottom + over_y), x : round(right + over_x)]
    return (left, top, right, bottom), (x, y), ink


def _placed(grid: Grid, digit: Found, x: int, y: int) -> Found:
    """Return a digit whose box was counted from (x, y) in the grid, its box on the page."""
    left, top, right, bottom = digit.box
    return digit._replace(box=_on_page(grid, (left + x, top + y, right + x, bottom + y)))


def _without_shade(part: Ink) -> Ink:
    """Return the ink of a cell without its ground, if that is printed in a colour."""
    y, x = (side // 4 for side in part.shape)
    shade = np.quantile(part[y : -y or None, x : -x or None], _GROUND)
    bare: Ink = np.maximum(part - np.float32(shade), 0)
    return bare


def _without_sides(part: Ink, inside: Sides, floor: float) -> Ink:
    """Return the ink of a cell without the lines on its four sides, and without its neighbours'."""
    stays, _ = without_lines(part, inside, floor)
    own = connected_components(stays)
    chosen = _are_inside(own.boxes, inside)
    across = chosen & _run_across(own.boxes, inside)
    if (chosen & ~across & (own.lengths >= _SHORTEST * (inside[3] - inside[1]))).any():
        chosen &= ~across
    return np.where(own.only(chosen), part, np.float32(0))


def without_lines(part: Ink, inside: Sides, floor: float) -> tuple[Mask, Mask]:
    """Return where there is ink in a cell without its lines, and where these lines are.

    Where a stroke crosses a line, its ink stays.
    """
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
    return stays, mask & ~inner


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
    start, end = int(gaps[gaps < nearest].max(initial=-1)), int(gaps[gaps > nearest].min())
    most = 1 + round(_THICKEST * side)
    return slice(max(0, start, nearest - most), min(end, nearest + most) + 1)


def _is_stroke(line: Ink, beside: Mask) -> Mask:
    """Return which ink of a level line is a digit's: darker, or a stroke goes on `beside` it."""
    reach = 1 + len(line) // 4  # it may be slanted
    goes_on = spread(np.asarray(beside.any(0, keepdims=True)), reach)
    shade = np.median(line.max(0, initial=0))
    return np.asarray(goes_on | (line > _DARKER * shade))


def _are_inside(boxes: NDArray[np.int64], inside: Sides) -> Mask:
    """Return which boxes (k, 4) have their middle inside a cell, and not near its sides."""
    low, high = np.array(inside[:2]), np.array(inside[2:])
    middle = ((boxes[:, :2] + boxes[:, 2:]) / 2 - low) / (high - low)
    within: Mask = (np.abs(middle - 0.5) < 0.5 - _EDGE).all(1)
    return within


def _run_across(boxes: NDArray[np.int64], inside: Sides) -> Mask:
    """Return which boxes (k, 4) are thin and run from one side of a cell to the other.

    They are lines of bent paper.
    """
    is_before, is_beyond = boxes[:, :2] <= inside[:2], boxes[:, 2:] >= inside[2:]
    sides = np.array(inside[2:]) - np.array(inside[:2])
    is_thin = ((boxes[:, 2:] - boxes[:, :2]) < _THIN * sides)[:, ::-1]
    return np.asarray((is_before & is_beyond & is_thin).any(1))


def _on_page(grid: Grid, box: Sides) -> Box:
    """Return the box on the page around a box in the straightened grid."""
    left, top, right, bottom = box
    corners = np.array([(left, top), (right, top), (right, bottom), (left, bottom)], np.float64)
    points = mapped(corners, grid.matrix)
    low, high = np.floor(points.min(0)), np.ceil(points.max(0))
    return int(low[0]), int(low[1]), int(high[0]), int(high[1])
