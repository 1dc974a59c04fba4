"""Find a grid on a page: a sudoku, the boxes of a form, a table; undo its perspective.

The frame is a connected component of the ink. Four straight sides are fitted to its outline, the
rectangle between them is straightened, and there its lines run from side to side.
"""

from collections.abc import Iterator
from itertools import pairwise
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from mnist_cli.pictures.arrays import Ink, Mask
from mnist_cli.pictures.components import Components, connected_components, spread
from mnist_cli.pictures.perspective import (
    Homography,
    Points,
    homography,
    mapped,
    rectangle,
    straightened,
)

_CANDIDATES = 3  # components that are tried, the largest first
_SHORTEST = 24  # pixels; the longer side of a grid
_LEAST = 10  # pixels; the side of a cell
_PIECE = 0.025  # of the width; over such a piece of a line its ink is averaged
_THICKEST = 0.006  # of the longer side; half the thickness of a line, at most
_BEND = 0.006  # of the height by which a line of a curved page leaves its place, up and down
_NARROW = 0.05  # of the distance of two lines: the same
_BARE = 0.2  # share of a line that may be missing
_DARKEST = 100.0  # of 255, or twice the faintest ink; ink above that is no better a line
_WEAKEST = 8.0  # of 255, or a fifth of the faintest ink: a line's contrast with both sides
_ROUND = 0.08  # of the shorter side; what is straightened around the grid, too

Places = NDArray[np.float64]


class Grid(NamedTuple):
    """A grid of r rows and c columns, straightened.

    `ink` (h, w): the straightened part of the page. `matrix` (3, 3): the homography from its pixels
    to those of the page. `rows` (r + 1, c): the height y of each line above and below, in each
    column; `columns` (r, c + 1): the place x of each line left and right, in each row.
    """

    ink: Ink
    matrix: Homography
    rows: Places
    columns: Places


def find_grid(ink: Ink, faint: float) -> Grid | None:
    """Return the largest grid of two or more cells on a page (h, w), None if there is none.

    `faint`: what is weaker counts as paper, of 255; a grid's lines may be far fainter than digits.
    """
    for corners in _frames(ink > faint):
        grid = _grid(ink, faint, corners)
        if grid is not None:
            return grid
    return None


def _frames(mask: Mask) -> Iterator[Points]:
    """Yield the corners of the largest components that may be frames."""
    components = connected_components(spread(mask, 1))  # faint lines have gaps
    sizes = components.boxes[:, 2:] - components.boxes[:, :2]
    areas = np.where(components.lengths >= _SHORTEST, sizes.prod(1), 0)
    for i in np.argsort(-areas)[:_CANDIDATES]:
        if areas[i] and components.areas[i] < 0.5 * areas[i]:
            corners = _corners(components, int(i))
            if _is_convex(corners):
                yield corners


def _corners(components: Components, number: int) -> Points:
    """Return the four corners of a component, clockwise from the top left.

    They are the first and last pixels along both diagonals, moved to where straight lines along its
    four sides meet, so that a stroke that leaves the frame does not count.
    """
    left, top, right, bottom = components.boxes[number]
    own = components.labels[top:bottom, left:right] == number
    y, x = np.nonzero(own)
    ends = [(x + y).argmin(), (x - y).argmax(), (x + y).argmax(), (x - y).argmin()]
    corners = np.column_stack([x[ends], y[ends]]) + np.array([(0, 0), (1, 0), (1, 1), (0, 1)])
    if not _is_convex(corners):
        return corners + (left, top)
    width, height = _size(corners)
    matrix = homography(rectangle(width, height), corners)
    flat = straightened(own.astype(np.float32), matrix, height, width) > 0.3
    return mapped(_met(flat), matrix) + (left, top)


def _is_convex(corners: Points) -> bool:
    """Whether the corners turn clockwise at each of the four, and no side is very short."""
    sides = np.roll(corners, -1, axis=0) - corners
    after = np.roll(sides, -1, axis=0)
    lengths = np.hypot(*sides.T)
    turns = sides[:, 0] * after[:, 1] - sides[:, 1] * after[:, 0]
    return bool((lengths >= _LEAST).all() and (turns > 0.3 * lengths * np.roll(lengths, -1)).all())


def _size(corners: Points) -> tuple[int, int]:
    """Return width and height of the rectangle: the longer of two opposite sides."""
    top, right, bottom, left = np.hypot(*(np.roll(corners, -1, axis=0) - corners).T)
    return round(max(top, bottom)), round(max(left, right))


def _met(flat: Mask) -> Points:
    """Return where straight lines along the four sides of a frame meet, clockwise."""
    height, width = flat.shape
    top, left = _side(flat), _side(flat.T)
    bottom, right = _side(flat[::-1]), _side(flat.T[::-1])
    bottom, right = (height - bottom[0], -bottom[1]), (width - right[0], -right[1])
    pairs = [(top, left), (top, right), (bottom, right), (bottom, left)]
    points = []
    for (a, b), (c, d) in pairs:  # y = a + b x and x = c + d y
        x = (c + d * a) / (1 - b * d)
        points.append((x, a + b * x))
    return np.array(points)


def _side(flat: Mask) -> tuple[float, float]:
    """Fit a line to the first pixel of each column, without those far from it; return (a, b)."""
    columns = np.flatnonzero(flat.any(0))
    firsts = flat.argmax(0)[columns].astype(np.float64)
    keep = firsts <= np.median(firsts) + 0.1 * flat.shape[0]
    a = b = 0.0
    for _ in range(3):
        b, a = np.polyfit(columns[keep], firsts[keep], 1) if keep.sum() > 2 else (b, a)
        away = np.abs(firsts - a - b * columns)
        keep = away <= max(1.5, 2 * float(np.median(away)))
    return float(a), float(b)


def _grid(ink: Ink, faint: float, corners: Points) -> Grid | None:
    """Straighten what is inside the corners; return a grid if lines make two cells or more."""
    width, height = _size(corners)
    around = round(_ROUND * min(width, height))
    matrix = homography(rectangle(width, height) + around, corners)
    straight = straightened(ink, matrix, height + 2 * around, width + 2 * around)
    capped = np.minimum(straight, np.float32(max(_DARKEST, 2 * faint)))
    weakest = max(_WEAKEST, faint / 5)
    top, right, bottom, left = _at_the_edge(corners, ink.shape)
    across, down = _ridges(capped), _ridges(capped.T)
    rows = _lines(across, around, weakest, (top, bottom))
    columns = _lines(down, around, weakest, (left, right))
    if min(len(rows), len(columns)) < 2 or len(rows) + len(columns) < 5:
        return None
    return Grid(
        straight,
        matrix,
        _in_place(across, rows, columns),
        _in_place(down, columns, rows).T,
    )


def _at_the_edge(corners: Points, shape: tuple[int, ...]) -> list[bool]:
    """Return which sides of a grid (top, right, bottom, left) lie at the edge of the page (h, w)."""
    height, width = shape
    x, y = corners.T
    near = [y < 3, x > width - 3, y > height - 3, x < 3]
    return [bool(side.sum() >= 2) for side in near]


def _ridges(ink: Ink) -> Ink:
    """Return how much darker than the pixels above and below each piece of a level line is."""
    reach = max(5, round(_THICKEST * max(ink.shape)))
    level = _averaged(ink, max(5, round(_PIECE * ink.shape[1])))
    padded = np.pad(level, ((reach, reach), (0, 0)))
    ridges: Ink = level - np.maximum(padded[: -2 * reach], padded[2 * reach :])
    return ridges


def _averaged(ink: Ink, length: int) -> Ink:
    """Return the mean of `length` pixels of the row around each pixel."""
    half = length // 2
    padded = np.pad(ink, ((0, 0), (half + 1, half)), mode="edge")
    sums = np.cumsum(padded, axis=1, dtype=np.float64)
    return ((sums[:, 2 * half + 1 :] - sums[:, : -2 * half - 1]) / (2 * half + 1)).astype(np.float32)


def _lines(ridges: Ink, around: int, weakest: float, cut: tuple[bool, bool]) -> list[float]:
    """Return the heights of the lines that run from the left side of a grid to its right side.

    Where the picture ends inside the grid (`cut`: above, below), its edge is a line, too.
    """
    height, width = ridges.shape
    inner = ridges[:, around : width - around]
    found = _peaks(inner, _BEND * height, weakest)
    if len(found) > 2:  # between narrow lines there is less room for a bent one
        found = _peaks(inner, min(_BEND * height, _NARROW * float(np.median(np.diff(found)))), weakest)
    first, last = 0.9 * around - 2, height - 0.9 * around + 2
    found = [y for y in found if first <= y <= last]
    ends = [float(end) for end, is_cut in zip((around, height - around), cut, strict=True) if is_cut]
    return sorted(found + [end for end in ends if all(abs(end - y) >= _LEAST for y in found)])


def _strongest_near(ridges: Ink, reach: int) -> Ink:
    """Return the largest of the values up to `reach` pixels above and below each pixel."""
    padded = np.pad(ridges, ((reach, reach), (0, 0)))
    strongest: Ink = np.maximum.reduce([padded[i : i + len(ridges)] for i in range(2 * reach + 1)])
    return strongest


def _peaks(ridges: Ink, bend: float, weakest: float) -> list[float]:
    """Return the places of the lines that are strong enough; of two near each other, the stronger.

    A line may leave its place by `bend` pixels, and nearly all of it must be there.
    """
    strength = np.quantile(_strongest_near(ridges, max(1, round(bend))), _BARE, axis=1)
    ends = np.flatnonzero(np.diff(strength >= weakest, prepend=False, append=False))
    peaks = [(strength[start:end].max(), start, end) for start, end in ends.reshape(-1, 2)]
    places: list[float] = []
    for _, start, end in sorted(peaks, reverse=True):
        place = start + _middle(strength[start:end])
        if all(abs(place - other) >= _LEAST for other in places):
            places.append(place)
    return sorted(places)


def _middle(strength: Places) -> float:
    """Return the centre of a peak, counted from the edge of the first pixel."""
    top = strength * (strength >= 0.7 * strength.max())
    return float(top @ (np.arange(len(top)) + 0.5) / top.sum())


def _in_place(ridges: Ink, rows: list[float], columns: list[float]) -> Places:
    """Return where each level line really is between two columns: pages are not flat."""
    reach = round(0.15 * min(np.diff(rows)))
    padded = np.pad(ridges, ((reach, reach + 1), (0, 0)))
    places = np.repeat(np.array(rows)[:, None], len(columns) - 1, axis=1)
    for i, row in enumerate(rows):
        for j, (left, right) in enumerate(pairwise(columns)):
            edge = (right - left) / 8
            near = padded[int(row) : int(row) + 2 * reach + 1, round(left + edge) : round(right - edge)]
            strength = np.maximum(near.mean(1), 0)
            if strength.any():
                places[i, j] = int(row) - reach + _middle(strength)
    return places
