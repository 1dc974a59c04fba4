"""Lines of a form below digits: one that digits touch is erased, and they are apart again."""

import numpy as np

from mnist_cli.pictures.arrays import Ink
from mnist_cli.pictures.components import Components
from mnist_cli.pictures.digits import Cleaned
from mnist_cli.pictures.ruling import without_level_line

_LONG = 2.0  # width over height of a line with the digits on it
_LEAST = 60  # pixels; shorter lines are strokes
_BARE = 0.4  # share of a line on which no digit stands; strokes that touch, as in 222, leave less


def without_underlines(page: Cleaned, components: Components) -> Cleaned:
    """Return a page without the lines that some digits touch; the same page if there are none."""
    ink = page.ink
    left, top, right, bottom = components.boxes.T
    wide, high = right - left, bottom - top
    for number in np.flatnonzero((wide > _LONG * high) & (wide > _LEAST)).tolist():
        ink = _without_underline(ink, components, number)
    if ink is page.ink:
        return page
    stays = ink > 0
    return page._replace(ink=ink, mask=page.mask & stays, strong=page.strong & stays)


def _without_underline(ink: Ink, components: Components, number: int) -> Ink:
    """Return the ink without the line in one component, if there is one and ink beside it."""
    left, top, right, bottom = components.boxes[number]
    part = slice(top, bottom), slice(left, right)
    own = components.labels[part] == number
    strokes = np.where(own, ink[part], np.float32(0))
    rest = without_level_line(strokes) > 0
    columns = rest.any(0)
    if not columns.any() or columns.mean() > 1 - _BARE:
        return ink
    ink = ink.copy()
    ink[part][own & ~rest] = 0
    return ink
