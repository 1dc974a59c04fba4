"""Lines below digits: one that digits of a form touch is erased, and they are apart again.

A comb is a line with ticks between the digits, and one at each end: its ticks are no 1s.

What looks like a single digit with a line below it may be one digit, such as a 2 with a long foot.
"""

import numpy as np

from mnist_cli.pictures.arrays import Ink, Mask
from mnist_cli.pictures.components import Components, connected_components
from mnist_cli.pictures.digits import Cleaned, Found, trimmed
from mnist_cli.pictures.ruling import without_level_line, without_lowest_line

Part = tuple[slice, slice]  # rows and columns of a page

_LONG = 2.0  # width over height of a line with the digits on it
_MOST_LINES = 100  # on a page, the longest; each takes milliseconds
_LEAST = 60  # pixels; shorter lines are strokes
_SMALLEST = 24  # pixels; images of MNIST are smaller, and stay as they are
_WIDEST = 0.14  # of its shorter side; wider ink is no line
_OVER = 0.9  # of the line; a digit on it is narrower
_LOW = 0.6  # of the height of a digit and its line; the line is lower
_THIN = 0.12  # width over height of a tick
_ALIKE = 0.1  # of their height, by which the ticks of a comb differ
_BARE = 0.3  # share of a line on which no digit stands; strokes that touch, as in 222, leave less


def without_underlines(page: Cleaned, components: Components) -> Cleaned:
    """Return a page without the lines that some digits touch; the same page if there are none."""
    left, top, right, bottom = components.boxes.T
    wide, high = right - left, bottom - top
    long = np.flatnonzero((wide > _LONG * high) & (wide > _LEAST))
    longest = long[np.argsort(-wide[long], kind="stable")[:_MOST_LINES]]
    lines = [line for one in longest.tolist() if (line := _underline(page.ink, components, one))]
    if not lines:
        return page
    ink = page.ink.copy()
    for part, gone in lines:
        ink[part][gone] = 0
    stays = ink > 0
    return page._replace(ink=ink, mask=page.mask & stays, strong=page.strong & stays)


def _underline(ink: Ink, components: Components, number: int) -> tuple[Part, Mask] | None:
    """Return where the line in one component is, if there is one and ink beside it.

    That is a part of the page, and a mask in it.
    """
    left, top, right, bottom = components.boxes[number]
    part = slice(top, bottom), slice(left, right)
    own = components.labels[part] == number
    strokes = np.where(own, ink[part], np.float32(0))
    standing = without_level_line(strokes) > 0
    rest = _without_ticks(standing)
    columns = standing.any(0)
    if rest is standing and (not columns.any() or columns.mean() > 1 - _BARE):
        return None
    return part, own & ~rest


def _without_ticks(standing: Mask) -> Mask:
    """Return what stands on a line (h, w), without the ticks of a comb; the same mask without any.

    One tick is at each end of the line, where a digit hardly is.
    """
    parts = connected_components(standing)
    left, top, right, bottom = parts.boxes.T
    high = bottom - top
    is_thin = right - left <= _THIN * high
    ends = is_thin & (left == 0), is_thin & (right == standing.shape[1])
    if not (ends[0].any() and ends[1].any()):
        return standing
    usual = float(np.median(high[ends[0] | ends[1]]))
    return standing & ~parts.only(is_thin & (np.abs(high - usual) <= _ALIKE * usual))


def without_line_below(digit: Found) -> Found | None:
    """Return a digit without the level line that it stands on; None if there is none.

    The digit on it is narrower than the line.
    """
    high, wide = digit.ink.shape
    low = round(_LOW * high)
    if min(high, wide) < _SMALLEST or (digit.ink[:low] > 0).any(0).mean() > _OVER:
        return None
    rest = without_lowest_line(digit.ink, _WIDEST)
    if rest is digit.ink or not rest.any():
        return None
    left, top = digit.box[:2]
    bare = trimmed(rest, left, top, float(digit.ink.max()))
    return digit._replace(ink=bare.ink, box=bare.box)
