"""Separators: the points, commas, colons, hyphens, equals signs and slashes between digits."""

import numpy as np

from mnist_cli.pictures.arrays import Box, Mask

_SMALL = 0.42  # of the digits' height; a point, a comma and a hyphen are lower
_FLAT = 2.0  # width over height of a stroke that lies
_LOW = 0.62  # of the digits' height from their top; the middle of a point is below
_SLASH_HEIGHT = 1.1  # of the digits' height
_SLASH_TILT = 0.3  # width over height; a 1 stands steeper
_SPECK = 0.06  # of the digits' height; a point is larger


def small_mark(box: Box, top: float, bottom: float) -> str:
    """Name a mark far smaller than the digits beside it; "" if it is none.

    `top` and `bottom` are those of the digits.
    """
    height, width, tall = box[3] - box[1], box[2] - box[0], bottom - top
    middle = ((box[1] + box[3]) / 2 - top) / tall
    if height > _SMALL * tall or max(height, width) < _SPECK * tall:
        return ""
    if width >= _FLAT * height and width > 0.2 * tall:
        return "-" if 0.2 < middle < 0.8 else ""
    if middle < _LOW or width > _SMALL * tall:
        return "." if middle > 0 and max(width, height) < 0.25 * tall else ""
    return "," if height > 1.4 * width and box[3] > bottom + 0.05 * tall else "."


def is_slash(mask: Mask, tall: float) -> bool:
    """Whether a mask (h, w), cut to its box, is a slash beside digits of a height.

    It is a single straight stroke, longer than a digit, and leans to the right.
    """
    height, width = mask.shape
    if height < _SLASH_HEIGHT * tall or not _SLASH_TILT * height <= width <= height:
        return False
    rows, columns = np.nonzero(mask)
    x, y = columns - columns.mean(), rows - rows.mean()
    (a, b), (_, c) = (x @ x, x @ y), (x @ y, y @ y)
    across, along = np.linalg.eigvalsh(np.array([[a, b], [b, c]], float))
    return bool(b < 0 and across < 0.01 * along)


def stacked(upper: str, lower: str) -> str:
    """Name two marks of which one stands above the other; "" if they are no separator."""
    return {"..": ":", "--": "=", ".,": ";"}.get(upper + lower, "")
