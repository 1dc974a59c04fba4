"""A page on a darker table: where the page is, so that nothing on the table is taken for ink.

Between a side of the picture and the table's end is a straight line, the page's edge: along all of
it the page begins, which is lighter than the table. A line is looked for at each of the four sides,
in a small copy of the picture.
"""

from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from mnist_cli.pictures.arrays import Ink, Mask, Pixels
from mnist_cli.pictures.grounds import lightness
from mnist_cli.pictures.shadows import is_shadow

Values = NDArray[np.float32]
Rows = NDArray[np.int64]
_SMALLEST = 56  # pixels; in a smaller picture the line of a cell looks like a table
_SMALL, _LEAST = 96, 40  # about the pixels of the small copy: the longer side, the shorter at least
_FINE = 240  # about the pixels of the longer side of the copy in which strokes are seen
_DARK = 4.0  # of 255, added to all; otherwise the noise of black would be as strong as an edge
_STEP = 0.15  # of the logarithm of the lightness; soft shadows change less so near to their edge
_BAND = 3  # pixels of the small copy, beside the edge
_SHARPEST = 0.7  # the same; a sharper edge is no better
_COLUMNS = 40  # that are looked at
_DEEPEST = 0.6  # of the picture; a table reaches no further into it
_BEYOND = 0.5  # of the picture; so far outside a line may end, where a corner of the page does
_SLOPE = 1.0  # of a line, at most
_SEEN = 0.25  # of a side; a table covers more of it
_MAYBE, _SURE = 0.7, 0.85  # of a line; so much of it is an edge, before and after all lines
_SHORT = 0.35  # the same before all lines, of a small page
# Of the picture's longer side, and of the line of a narrower table: the bar of a 7 at the picture's
# edge is as straight, but there is its stem.
_NARROW, _SURER = 0.12, 0.95
_DRAWN = 0.15  # of the picture; less of a photo is exactly black or exactly white
_BLUR = 2.0  # pixels of the small copy; so near to its edge the page is left out
_PAGE = 0.1  # of the picture; a page is larger
_BESIDE = 0.25  # of what is beyond an edge; with as much paper it is another page
_THIN = 0.06  # of the picture's longer side; in a narrower part is no page
_COARSE, _BEST, _NEAR = 3, 8, 2  # every third line, the best eight, and those near them


class Edge(NamedTuple):
    """An edge of the page: how far from its side of the picture, at both ends of that side.

    `side`: its number in `_SIDES`. `share`: how much of the line is an edge. Pixels of the copy.
    """

    side: int
    start: float
    end: float
    share: float

    @property
    def depth(self) -> float:
        """How far the table reaches into the picture."""
        return max(self.start, self.end)


# Views of an array (h, w) in which a side of the picture is the first row.
_SIDES: tuple[Callable[[NDArray[Any]], NDArray[Any]], ...] = (
    lambda values: values,
    lambda values: values[::-1],
    lambda values: values.T,
    lambda values: values.T[::-1],
)


def find_page(colours: Pixels) -> Mask | None:
    """Return where the page is in a picture (h, w, c), without its blurred edge.

    None where no table is seen beside it. All of the picture where that is a shadow.
    """
    if min(colours.shape[:2]) < _SMALLEST:
        return None
    grey = lightness(colours)
    if max(np.mean(grey == extreme) for extreme in (0, 255)) >= _DRAWN:
        return None  # a drawing that was cut out at the digit, whose strokes look like tables
    step = max(1, min(max(grey.shape) // _SMALL, min(grey.shape) // _LEAST))
    light = np.log(np.asarray(Image.fromarray(grey).reduce(step)) + np.float32(_DARK))
    edges = _of_tables(light, _edges(light))
    if len(edges) == 1 and _is_shadow(grey, edges, step):
        return np.ones(grey.shape, bool)
    page = _inside(grey.shape, edges, step, _BLUR)
    return page if edges and page.mean() >= _PAGE else None


def _edges(light: Ink) -> list[Edge]:
    """Return the edges of a page in the logarithm of the lightness (h, w).

    A small page's edges are short beside the picture's sides; it has four of them.
    """
    sides = [side for side in range(len(_SIDES)) if _may_have_table(_SIDES[side](light))]
    edges = _sure(light, _found(light, sides, _MAYBE))
    if len(sides) < len(_SIDES) or len(edges) > 1:
        return edges
    around = _sure(light, _found(light, sides, _SHORT))
    return around if len(around) == len(_SIDES) else edges


def _found(light: Ink, sides: list[int], least: float) -> list[Edge]:
    """Return what may be edges at some sides, the surest first."""
    found: list[Edge] = []
    while rest := [side for side in sides if side not in {edge.side for edge in found}]:
        inside = _inside(light.shape, found)
        edges = [edge for side in rest if (edge := _edge(light, inside, side, least))]
        if not edges:
            break
        found.append(max(edges, key=lambda edge: edge.share))
    return found


def _sure(light: Ink, found: list[Edge], known: frozenset[int] = frozenset()) -> list[Edge]:
    """Return those edges that are lines as far as they are the page's: between the others.

    One that may be a stroke hides no paper: the others are looked at again without it. A single one
    of four is none: the page lies on a table. An edge of one of the `known` sides is no stroke: it
    was sure before another one, which made it short, was left out.
    """
    others = [[*found[:i], *found[i + 1 :]] for i in range(len(found))]
    looks = [
        _edge(light, _inside(light.shape, beside), edge.side, _SURE)
        for edge, beside in zip(found, others, strict=True)
    ]
    narrow = _NARROW * max(light.shape)
    edges = [edge for edge in looks if edge]
    known |= {edge.side for edge in edges if edge.share >= _SURER}
    strokes = [
        i for i, edge in enumerate(looks) if edge and edge.side not in known and edge.depth < narrow
    ]
    if strokes and len(edges) - len(strokes) < len(_SIDES) - 1:
        return _sure(light, others[strokes[0]], known)
    return edges


def _inside(shape: tuple[int, ...], edges: list[Edge], step: float = 1, margin: float = 0) -> Mask:
    """Return which pixels (h, w) lie inside all edges, and so far from them.

    A pixel of the copy in which the edges were found is `step` pixels long.
    """
    page = np.ones(shape, bool)
    for edge in edges:
        part = _SIDES[edge.side](page)
        height, width = part.shape
        line = np.linspace(edge.start, edge.end, width) + margin
        part[np.arange(height)[:, None] < step * line] = False
    return page


def _of_tables(light: Ink, edges: list[Edge]) -> list[Edge]:
    """Leave out the edges beyond which there is as light paper: of another page beside this one."""
    inside = _inside(light.shape, edges)
    if not edges or not inside.any():
        return []
    paper = light > np.median(light[inside]) - _STEP
    beyond = [~_inside(light.shape, [edge]) for edge in edges]
    narrow = _THIN * max(light.shape)  # the blur of the edge is light, and no page
    return [
        edge
        for edge, part in zip(edges, beyond, strict=True)
        if edge.depth < narrow or paper[part].mean() < _BESIDE
    ]


def _is_shadow(grey: Ink, edges: list[Edge], step: int) -> bool:
    """Whether what lies beyond the edges in a picture (h, w) is no table.

    They were found in a copy of which a pixel is `step` pixels long.
    """
    fine = max(1, max(grey.shape) // _FINE)
    copy = np.asarray(Image.fromarray(grey).reduce(fine))
    beyond, within = (_inside(copy.shape, edges, step / fine, blur) for blur in (-_BLUR, _BLUR))
    return is_shadow(copy, ~beyond, within)


def _may_have_table(light: Ink) -> bool:
    """Whether the first rows are darker than others in enough of the columns (h, w)."""
    some = light[:, :: max(1, light.shape[1] // _COLUMNS)]
    dark = some[:_BAND].mean(0) < np.percentile(some, 75, axis=0) - _STEP
    return bool(dark.mean() >= _SEEN)


def _edge(light: Ink, inside: Mask, side: int, least: float) -> Edge | None:
    """Return the best edge along a side, None if less than the share `least` of any is one."""
    light, inside = _SIDES[side](light), _SIDES[side](inside)
    height, width = light.shape
    table = _along(light, inside)
    deepest = len(table) - 1
    depths = np.arange(-round(_BEYOND * height), deepest + 1, _COARSE)
    lines = _pairs(depths, depths)
    lines = lines[np.abs(lines[:, 0] - lines[:, 1]) <= _SLOPE * width]
    best = lines[np.argsort(-_scores(table, lines)[0])[:_BEST]]
    near = np.arange(-_NEAR, _NEAR + 1)
    lines = np.minimum((best[:, None] + _pairs(near, near)).reshape(-1, 2), deepest)
    scores, shares = _scores(table, lines)
    i = int(scores.argmax())
    start, end = lines[i].tolist()
    is_edge = shares[i] >= least and _begins(light, start, end)
    return Edge(side, start, end, float(shares[i])) if is_edge else None


def _begins(light: Ink, start: float, end: float) -> bool:
    """Whether the first row of a picture (h, w) is dark where a table is widest: in its corner."""
    corner = light[:_BAND, :_BAND] if start >= end else light[:_BAND, -_BAND:]
    return bool(corner.mean() < np.percentile(light, 75) - _STEP)


def _pairs(one: Rows, other: Rows) -> Rows:
    """Return all pairs (n, 2) of two ranges."""
    return np.stack(np.meshgrid(one, other, indexing="ij"), axis=2).reshape(-1, 2)


def _scores(table: Values, lines: Rows) -> tuple[Values, Values]:
    """Return the score of each line (n, 2), and which share of it is an edge.

    The line with the sharpest edge is the best, and a longer one is a little better. A line of
    which too little is seen is none. `table` (depth, columns, 3): see `_along`.
    """
    columns = table.shape[1]
    across = np.linspace(0, 1, columns)
    rows = np.rint(lines[:, :1] * (1 - across) + lines[:, 1:] * across).astype(int)
    seen, good, sharp = table[np.maximum(rows, 0), np.arange(columns)].sum(1).T
    count = np.maximum(seen, 1)
    is_long = seen >= _SEEN * columns
    score = is_long * ((good + sharp / 2) / count + 0.1 * seen / columns)
    return score, is_long * good / count


def _along(light: Ink, inside: Mask) -> Values:
    """Return what speaks for an edge above each row, in some columns: (depth, columns, 3).

    Whether paper and table can be seen there; whether the paper is so much lighter than all of the
    table above it, than the table beside it, and than the first rows, which are paper where a line
    of a grid is near the side; by how much it changes from two rows to the next.
    """
    height, width = light.shape
    columns = np.unique(np.linspace(0, width - 1, min(width, _COLUMNS)).round().astype(int))
    means = _Means(light[:, columns], inside[:, columns])
    row = np.arange(round(_DEEPEST * height))
    paper, papers = means.between(row + 1, row + 1 + _BAND)
    table, tables = means.between(0 * row, row - 1)
    beside, _ = means.between(row - 1 - _BAND, row - 1)
    first, _ = means.between(0 * row, np.minimum(row - 1, _BAND))
    seen = (papers >= 2) & (tables >= 1)
    darker = np.maximum(np.maximum(table, beside), first)
    good = seen & (paper - darker > _STEP)
    change = means.between(row, row + 2)[0] - means.between(row - 2, row)[0]
    return np.stack([seen, good, good * np.clip(change, 0, _SHARPEST)], axis=2).astype(np.float32)


class _Means:
    """Means of the rows of an array (h, n) from one to another, where it is inside a mask."""

    def __init__(self, values: Ink, inside: Mask) -> None:
        above = ((1, 0), (0, 0))
        self._sums = np.pad(np.cumsum(np.where(inside, values, 0), axis=0), above)
        self._counts = np.pad(np.cumsum(inside, axis=0), above)

    def between(self, start: Rows, stop: Rows) -> tuple[Values, Rows]:
        """Return the means (k, n) of rows `start` (k,) to `stop`, and how many values they have."""
        low, high = (np.clip(rows, 0, len(self._sums) - 1) for rows in (start, stop))
        counts = np.maximum(self._counts[high] - self._counts[low], 0)
        return (self._sums[high] - self._sums[low]) / np.maximum(counts, 1), counts
