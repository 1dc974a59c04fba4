"""The gap between two pages on a table, and the fold of an open book: no line of digits has it."""

import numpy as np

from mnist_cli.pictures.components import Components, connected_components, spread
from mnist_cli.pictures.ink import Contrast

_FROM_EDGE_TO_EDGE = 0.8  # of the page; seen aslant, a gap is shorter than its box
_NARROW = 0.15  # of the page; a wider one lies between two pages that are no longer side by side
_EVEN = 1.5  # times its usual width, and a pixel; a line on which digits stand is wider
_BLUR = 3  # pixels of its soft edges


def without_gap(contrast: Contrast) -> Contrast:
    """Return the ink of a page on a table without what is narrow and reaches from edge to edge."""
    if contrast.page is None:
        return contrast
    components = connected_components(contrast.ink > contrast.floor)
    left, top, right, bottom = contrast.page
    lengths = components.sizes / (right - left, bottom - top)
    is_gap = (lengths.max(1) > _FROM_EDGE_TO_EDGE) & (lengths.min(1) < _NARROW)
    for number in np.flatnonzero(is_gap):
        is_gap[number] = _is_even(components, int(number))
    if not is_gap.any():
        return contrast
    gap = spread(components.only(is_gap), _BLUR)
    return contrast._replace(ink=np.where(gap, np.float32(0), contrast.ink))


def _is_even(components: Components, number: int) -> bool:
    """Whether a long component is nearly everywhere about as wide as usual."""
    left, top, right, bottom = components.boxes[number]
    part = components.labels[top:bottom, left:right] == number
    widths = part.sum(axis=int(right - left < bottom - top))
    return bool(np.percentile(widths, 90) <= _EVEN * np.median(widths) + 1)
