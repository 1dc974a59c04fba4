"""Tiles: images on a page of another colour, as in a plot with axes or a notebook's screenshot."""

import numpy as np

from mnist_cli.pictures.arrays import Box, Mask, Pixels
from mnist_cli.pictures.components import connected_components
from mnist_cli.pictures.grounds import Colour, distance

_APART = 24.0  # of 255; a tile differs from the page by more
_SMALLEST = 0.2  # of the longest side of the picture
_FEWEST = 20  # pixels; a smaller tile is no image of a digit
_FULL = 0.95  # share of each edge of a tile that differs from the page
_FILLED = 0.5  # share of a tile that differs from the page; the outline of a frame fills less
_LONGEST = 2.0  # sides of a tile, the longer by the shorter; a thick 1 is longer
_OUTLINE = 0.02  # of a tile's side; the line around it


def find_tiles(colours: Pixels, page: Colour) -> list[Box]:
    """Return the insides of the tiles in a picture (h, w, c) of a page of one colour (c,).

    Of tiles inside one another only the outer one counts; what is in it has a page of its own.
    """
    mask = distance(colours, page) > _APART
    height, width = mask.shape
    least = max(_FEWEST, _SMALLEST * max(height, width))
    if min(int(mask.sum(axis).max()) for axis in (0, 1)) < _FULL * least:
        return []  # no edge is as long: soon told in thousands of small pictures
    found = connected_components(mask)
    large = found.sizes.min(1, initial=max(height, width)) >= least
    boxes = [_without_ticks(mask, found.boxes[i].tolist()) for i in np.flatnonzero(large)]
    tiles = [box for box in boxes if _is_tile(mask, box, least)]
    return [_inside(box) for box in tiles if not any(_holds(other, box) for other in tiles)]


def _without_ticks(mask: Mask, box: list[int]) -> Box:
    """Shrink a box until half of each of its edges is covered: the ticks of axes stick out."""
    left, top, right, bottom = box
    rows = np.flatnonzero(mask[top:bottom, left:right].mean(1) >= 0.5)
    columns = np.flatnonzero(mask[top:bottom, left:right].mean(0) >= 0.5)
    if not len(rows) or not len(columns):
        return left, top, left, top
    return (
        left + int(columns[0]), top + int(rows[0]),
        left + int(columns[-1]) + 1, top + int(rows[-1]) + 1,
    )  # fmt: skip


def _is_tile(mask: Mask, box: Box, least: float) -> bool:
    left, top, right, bottom = box
    sides = sorted((right - left, bottom - top))
    if sides[0] < least or sides[1] > _LONGEST * sides[0]:
        return False
    inside = mask[top:bottom, left:right]
    edges = (inside[0], inside[-1], inside[:, 0], inside[:, -1])
    return bool(min(edge.mean() for edge in edges) >= _FULL and inside.mean() >= _FILLED)


def _holds(outer: Box, box: Box) -> bool:
    """Whether a box lies in another one that is larger."""
    inside = outer[0] <= box[0] and outer[1] <= box[1] and outer[2] >= box[2] and outer[3] >= box[3]
    return inside and outer != box


def _inside(box: Box) -> Box:
    """Leave out the line around a tile and its blurred edge."""
    left, top, right, bottom = box
    x, y = (1 + int(_OUTLINE * side) for side in (right - left, bottom - top))
    return left + x, top + y, right - x, bottom - y
