"""Separators: points, commas, colons, hyphens, slashes, and =, + and x between digits."""

import numpy as np

from mnist_cli.pictures.arrays import Box, Ink, Mask

_SMALL = 0.42  # of the digits' height; a point, a comma and a hyphen are lower
_FLAT = 2.0  # width over height of a stroke that lies
POINT = 0.25  # of the digits' height; a point is smaller
RAISED = "'"  # a point above the middle: the upper one of a colon, or dirt
_LOW, _DEEP = 0.8, 1.15  # digit heights from their top; the middle of a point is between these
_DARK = 0.75  # of the digits' ink; a separator is as dark, dirt is often paler
_PEN = 0.75  # of their strokes' width; a point is no smaller
_LONG = 1.15  # digit heights; a slash and a dash beside the digits are longer, a leaning 1 is not
_LIES = 1.5  # width over height; a dash that rises lies flatter
_STRAIGHT = 0.015  # variance across a straight stroke over that along it, also in a thick pen
_SLASH_TILT = 0.3  # width over height; a 1 stands steeper
_SPECK = 0.06  # of the digits' height; a point is larger
SIGNS = "+x"  # which look like a 4 or an 8
_ENOUGH = 32  # pixels; a larger sign is looked at with fewer
_SQUARE = 1.6  # the longer side by the shorter; a sign is no longer
# Of half a sign's side: what is nearer to its middle does not count, and how wide its arms are.
_INNER, _ARM = 0.45, 0.35
_ARMS, _EACH = 0.9, 0.15  # share of a sign's ink in its arms, and at least in each


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
    if middle > _DEEP:
        return ""
    if middle < _LOW or width > _SMALL * tall:
        return RAISED if middle > 0 and max(width, height) < POINT * tall else ""
    return "," if height > 1.4 * width and box[3] > bottom + 0.05 * tall else "."


def is_written(ink: Ink, level: float, stroke: float) -> bool:
    """Whether a pen can have made a small mark (h, w) beside digits of this level and stroke width.

    It is as dark as they are, and no thinner. Dirt is mostly paler or smaller.
    """
    return bool(ink.max() > _DARK * level and max(ink.shape) >= _PEN * stroke)


def long_mark(ink: Ink, tall: float) -> str:
    """Name ink (h, w), cut to its box, that is a dash or a slash beside digits of a height.

    Both are single straight strokes. A slash is longer than a digit and leans to the right; a 1
    stands steeper.
    """
    height, width = ink.shape
    if max(height, width) < _LONG * tall or not is_straight(ink):
        return ""
    if width > _LIES * height:
        return "-"
    rises = ink[: height // 2, : width // 2].sum() < ink[: height // 2, width // 2 :].sum()
    return "/" if height > _LONG * tall and width > _SLASH_TILT * height and rises else ""


def sign(ink: Ink) -> str:
    """Name ink (h, w), cut to its box, that is a plus or a times sign: four arms; "" if it is none.

    A 4 may look like one.
    """
    height, width = ink.shape
    if max(height, width) > _SQUARE * min(height, width):
        return ""
    step = -(-max(height, width) // _ENOUGH)
    ink = ink[step // 2 :: step, step // 2 :: step]
    height, width = ink.shape
    x, y = np.linspace(-1, 1, width), np.linspace(-1, 1, height)[:, None]
    outer = ink * (np.maximum(abs(x), abs(y)) > _INNER)
    for name, across, along in (("+", x, y), ("x", x + y, x - y)):
        level, upright = abs(along) < _ARM, abs(across) < _ARM
        arms = (
            level & (across < 0),
            level & (across > 0),
            upright & (along < 0),
            upright & (along > 0),
        )
        shares = [float(outer[arm].sum()) for arm in arms]
        if sum(shares) >= _ARMS * outer.sum() and min(shares) > _EACH * outer.sum():
            return name
    return ""


def is_straight(ink: Ink | Mask, most: float = _STRAIGHT) -> bool:
    """Whether ink (h, w) is one straight stroke: it hardly spreads across its main direction."""
    rows, columns = np.nonzero(ink)
    if len(rows) < 2:
        return False
    spread = np.linalg.eigvalsh(np.cov(rows, columns))
    return bool(spread[0] < most * spread[1])


def stacked(upper: str, lower: str) -> str:
    """Name two marks of which one stands above the other; "" if they are no separator."""
    upper, lower = upper.replace(RAISED, "."), lower.replace(RAISED, ".")
    return {"..": ":", "--": "=", ".,": ";"}.get(upper + lower, "")
