"""Pages with grids: boxes for one digit are read cell by cell, the lines of tables are erased.

What stands beside the grids is read line by line.
"""

import numpy as np

from mnist_cli.pictures.arrays import Mask
from mnist_cli.pictures.cells import Cell, FilledGrid, find_filled_grid, part_of, without_lines
from mnist_cli.pictures.components import spread
from mnist_cli.pictures.grid import Grid
from mnist_cli.pictures.ink import Contrast
from mnist_cli.pictures.lines import lines_of
from mnist_cli.pictures.perspective import mapped, rectangle, straightened
from mnist_cli.pictures.pieces import Piece
from mnist_cli.pictures.rows import Row, find_rows

_MOST = 8  # grids that are looked for on a page
_LOOPS = 8  # cells; no more loops that touch, as in 00, look like an empty grid
_NUMBERS = 0.2  # share of the filled cells that have several digits in a table of numbers
_WIDE = 1.2  # width over height; wider ink is several digits
_STROKES = 2  # of a digit that lie apart; more are several digits
_DARKEST, _DARKER = 0.95, 1.2  # of the ink of lines, their middle; times as dark: a digit's
_OUTSIDE = 0.1  # of a cell; so far the frame and the digits of a grid reach beyond its sides
_LOW = 0.5  # of the height of the digits in boxes; lower lines beside them are no digits


def read_tables(contrast: Contrast, least: float) -> tuple[list[Row] | None, list[list[Cell]]]:
    """Return the lines of a page from top to bottom, and the cells of its largest grid with digits.

    Those of the largest grid if no grid has digits. None instead of the lines if the digits of one
    are lower than `least` pixels.
    """
    boxed: list[list[Row]] = []
    tables: list[FilledGrid] = []
    rest = contrast  # where the next grid is looked for
    while len(tables) < _MOST and (table := find_filled_grid(rest)):
        tables.append(table)
        filled = _filled(table)
        if filled and not _has_numbers(filled):
            boxed.append(rows_of_cells(table.cells))
            gone = _inside(table.grid)
        else:
            gone = _lines(table)
        rest = _without(rest, table.grid, gone)
        if filled or table.grid.cells > _LOOPS:
            contrast = _without(contrast, table.grid, gone)
    rows = _with_lines_beside(boxed, contrast) if boxed else find_rows(contrast, least)
    shown = next(filter(_filled, tables), next(iter(tables), None))
    return rows, shown.cells if shown else []


def _filled(table: FilledGrid) -> list[Cell]:
    return [cell for row in table.cells for cell in row if cell.digit]


def rows_of_cells(cells: list[list[Cell]]) -> list[Row]:
    """Return the rows of a grid that have digits: there is nothing to choose among."""
    rows = []
    for line in cells:
        found = [digit for cell in line for digit in cell.digits]
        if found:
            pieces = [Piece.whole(i, digit) for i, digit in enumerate(found)]
            height = float(np.median([digit.box[3] - digit.box[1] for digit in found]))
            rows.append(Row(pieces, len(pieces), height, in_boxes=True))
    return rows


def _with_lines_beside(boxed: list[list[Row]], rest: Contrast) -> list[Row]:
    """Return the rows of grids and the lines beside them, if not far lower, in reading order.

    Each grid is read to its end.
    """
    least = _LOW * min(row.height for grid in boxed for row in grid)
    blocks = [*boxed, *([row] for row in find_rows(rest) or [] if row.height >= least)]
    firsts = np.array([block[0].pieces[0].found.box for block in blocks])
    return [row for line in lines_of(firsts) for i in line for row in blocks[i]]


def _has_numbers(filled: list[Cell]) -> bool:
    """Whether there are several digits in many of the filled cells."""
    return sum(map(_has_several, filled)) > _NUMBERS * len(filled)


def _has_several(cell: Cell) -> bool:
    """Whether the ink of a cell is several digits, side by side or above each other."""
    boxes = np.array([digit.box for digit in cell.digits])
    width, height = boxes[:, 2:].max(0) - boxes[:, :2].min(0)
    return bool(width > _WIDE * height) or len(boxes) > _STROKES


def _inside(grid: Grid) -> Mask:
    """Return all that belongs to a straightened grid."""
    mask = np.zeros(grid.ink.shape, bool)
    x, y = (_OUTSIDE * float(np.median(np.diff(lines))) for lines in (grid.columns, grid.rows.T))
    left, right = grid.columns.min() - x, grid.columns.max() + x
    top, bottom = grid.rows.min() - y, grid.rows.max() + y
    mask[max(0, round(top)) : round(bottom), max(0, round(left)) : round(right)] = True
    return mask


def _lines(table: FilledGrid) -> Mask:
    """Return the lines of a straightened grid, without the strokes that cross them.

    A stroke goes on in both of the cells beside a line, or is darker; what goes on in one of them
    may be the line's edge.
    """
    ink = table.grid.ink
    lines, strokes = np.zeros(ink.shape, bool), np.zeros(ink.shape, np.int8)
    for row, line in enumerate(table.cells):
        for column in range(len(line)):
            (left, top, right, bottom), (x, y), near = part_of(table.grid, row, column)
            inside = left - x, top - y, right - x, bottom - y
            stays, sides = without_lines(near, inside, table.floor)
            part = slice(y, y + len(near)), slice(x, x + near.shape[1])
            lines[part] |= sides
            strokes[part] += sides & stays
    bare = ink[lines & (strokes == 0)]
    darkest = np.quantile(bare, _DARKEST) if len(bare) else np.inf
    return np.asarray(lines & (strokes < np.where(ink > _DARKER * darkest, 1, 2)))


def _without(contrast: Contrast, grid: Grid, gone: Mask) -> Contrast:
    """Return a page without what is marked in a straightened grid (h, w)."""
    height, width = gone.shape
    points = mapped(rectangle(width, height), grid.matrix)
    left, top = (max(0, int(side)) for side in points.min(0))
    right, bottom = (int(side) + 1 for side in points.max(0))
    ink = contrast.ink.copy()
    part = ink[top:bottom, left:right]
    shift = np.array([(1, 0, left), (0, 1, top), (0, 0, 1)], np.float64)
    back = np.linalg.inv(grid.matrix) @ shift
    part[straightened(spread(gone, 1).astype(np.float32), back, *part.shape) > 0] = 0
    return contrast._replace(ink=ink)
