"""Shade on a page: what is broad and paler than the writing is a shadow or a stain."""

import numpy as np

from mnist_cli.pictures.closing import darkest_near, narrow
from mnist_cli.pictures.ink import Contrast
from mnist_cli.pictures.margins import ink_level

_BROAD, _BROADEST_STROKE = 0.05, 25  # of the longer side, and pixels; strokes are mostly narrower
_PALE = 0.75  # of the level of what is narrow; broad strokes are darker
_RIM = 7  # pixels; two of the soft edges of a stroke side by side


def without_shade(contrast: Contrast) -> Contrast:
    """Return a photo of a page without its shadows; the writing in them stays.

    A drawing has none.
    """
    if not contrast.is_photo:
        return contrast
    ink = contrast.ink
    size = max(_BROADEST_STROKE, round(_BROAD * max(ink.shape)))
    strokes = narrow(ink, size)
    floor = max(contrast.weakest, 4 * contrast.noise)
    broad, level = ink - strokes, ink_level(strokes, floor)
    is_pale = darkest_near(broad, _RIM) < _PALE * level
    is_shade = is_pale & (darkest_near(broad, size) > floor)
    return contrast._replace(ink=np.where(is_shade, strokes, ink))
