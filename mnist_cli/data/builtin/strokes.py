"""From the few points of a style to the many dots of smooth strokes, as two matrices."""

import itertools
from functools import cache
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from mnist_cli.data.builtin.styles import Style

Floats = NDArray[np.float32]
Doubles = NDArray[np.float64]
Point = tuple[float, float]

DOTS = 64  # along a digit: about one per pixel of the longest digit


class Skeleton(NamedTuple):
    """One style as arrays: C control points, and how D dots depend on them.

    `places @ points` are the dots, (D, 2). `steps @ points` is the piece of stroke that each dot
    stands for. Both are linear in the points, so thousands of digits are one matrix product.
    """

    points: Floats  # (C, 2), x to the right and y downwards, in heights of the digit
    places: Floats  # (D, C)
    steps: Floats  # (D, C)


class Skeletons(NamedTuple):
    """S styles as arrays, padded to the same number of points (C), with D dots each."""

    chances: Doubles  # (10, S), cumulative shares of the styles of each digit
    points: Floats  # (S, C, 2)
    places: Floats  # (S, D, C), points -> dots
    steps: Floats  # (S, D, C), points -> the piece of stroke that each dot stands for


@cache
def skeletons_of(styles: tuple[Style, ...]) -> Skeletons:
    """Return a table of styles as arrays.

    Raises ValueError for a style that cannot be drawn; the message names it.
    """
    skeletons = [build_skeleton(style) for style in styles]
    most = max(len(skeleton.points) for skeleton in skeletons)
    return Skeletons(
        cumulate_shares(styles),
        np.stack([np.pad(s.points, ((0, most - len(s.points)), (0, 0))) for s in skeletons]),
        np.stack([np.pad(s.places, ((0, 0), (0, most - len(s.points)))) for s in skeletons]),
        np.stack([np.pad(s.steps, ((0, 0), (0, most - len(s.points)))) for s in skeletons]),
    )


def cumulate_shares(styles: tuple[Style, ...]) -> Doubles:
    """Return for each digit and style (10, S) the share of all styles up to this one, 0 to 1.

    A digit without a style has zeros. Raises ValueError for a share that is not above 0.
    """
    shares = np.zeros((10, len(styles)))
    for index, style in enumerate(styles):
        if style.share <= 0:
            raise ValueError(f"style {style.digit} {style.name}: the share must be above 0")
        shares[style.digit, index] = style.share
    totals = shares.sum(axis=1, keepdims=True)
    cumulated: Doubles = shares.cumsum(axis=1) / np.where(totals > 0, totals, 1)
    return cumulated


def parse_strokes(style: Style) -> list[list[Point]]:
    """Return the points of each stroke, in heights of the digit.

    Raises ValueError if the text is not a list of strokes of at least two points.
    """
    where = f"style {style.digit} {style.name}"
    strokes = []
    for text in style.strokes.split("|"):
        pairs = [pair.split(",") for pair in text.split()]
        if len(pairs) < 2 or any(len(pair) != 2 for pair in pairs):
            raise ValueError(f"{where}: a stroke is two or more points x,y, got '{text.strip()}'")
        try:
            strokes.append([(float(x) / 100, float(y) / 100) for x, y in pairs])
        except ValueError as error:
            raise ValueError(f"{where}: x and y must be numbers, got '{text.strip()}'") from error
    return strokes


def build_skeleton(style: Style) -> Skeleton:
    """Return the points of a style and the matrices that make dots of them.

    Raises ValueError if the strokes cannot be drawn.
    """
    strokes = parse_strokes(style)
    points = list(dict.fromkeys(point for stroke in strokes for point in stroke))
    places = np.zeros((DOTS, len(points)), np.float32)
    steps = np.zeros_like(places)
    for stroke, rows in zip(strokes, share_dots(strokes, style), strict=True):
        # If a point is twice in a stroke (a closed loop), its weights are added.
        spread = np.zeros((len(stroke), len(points)))
        spread[np.arange(len(stroke)), [points.index(point) for point in stroke]] = 1
        count = rows.stop - rows.start
        edges = spline(len(stroke), np.arange(count + 1) / count)
        places[rows] = spline(len(stroke), (np.arange(count) + 0.5) / count) @ spread
        steps[rows] = np.diff(edges, axis=0) @ spread
    return Skeleton(np.array(points, np.float32), places, steps)


def share_dots(strokes: list[list[Point]], style: Style) -> list[slice]:
    """Return which dots belong to each stroke, in proportion to the lengths of the strokes.

    Raises ValueError if a stroke gets no dot.
    """
    lengths = [float(np.hypot(*np.diff(stroke, axis=0).T).sum()) for stroke in strokes]
    ends = np.rint(np.cumsum([0, *lengths]) / (sum(lengths) or 1) * DOTS).astype(int)
    if (np.diff(ends) < 1).any():
        raise ValueError(f"style {style.digit} {style.name}: a stroke is too short to be seen")
    return [slice(int(start), int(stop)) for start, stop in itertools.pairwise(ends)]


def spline(count: int, times: Doubles) -> Doubles:
    """Return the weights (len(times), count) of a smooth curve through `count` points.

    `times` go from 0 at the first point to 1 at the last. Source: E. Catmull, R. Rom: A class of
    local interpolating splines. 1974.
    """
    t = times * (count - 1)
    left = np.minimum(t.astype(int), count - 2)
    u = t - left
    rows = np.arange(len(t))
    weights = np.zeros((len(t), count + 2))
    weights[rows, left] = (-u + 2 * u**2 - u**3) / 2
    weights[rows, left + 1] = (2 - 5 * u**2 + 3 * u**3) / 2
    weights[rows, left + 2] = (u + 4 * u**2 - 3 * u**3) / 2
    weights[rows, left + 3] = (u**3 - u**2) / 2
    # The curve needs a point beyond each end: one more step like the last one.
    weights[:, 1] += 2 * weights[:, 0]
    weights[:, 2] -= weights[:, 0]
    weights[:, -2] += 2 * weights[:, -1]
    weights[:, -3] -= weights[:, -1]
    return weights[:, 1:-1]
