"""Shade on a page: what is broad and paler than the writing is a shadow or a stain."""

import numpy as np

from mnist_cli.pictures.arrays import Ink
from mnist_cli.pictures.closing import darkest_near, narrow
from mnist_cli.pictures.ink import Contrast
from mnist_cli.pictures.margins import ink_level

_BROADEST_STROKE = 25  # pixels; strokes are mostly narrower
# How broad a shade is, of the picture's longer side, and how pale, of the level of what is narrow:
# strokes are darker. What is broader may be darker, too.
_SHADES = ((0.05, 0.5), (0.06, 0.75))
_RIM = 7  # pixels; two of the soft edges of a stroke side by side


def without_shade(contrast: Contrast) -> Contrast:
    """Return a photo of a page without its shadows; the writing in them stays.

    A drawing has none.
    """
    if not contrast.is_photo:
        return contrast
    floor = max(contrast.weakest, 4 * contrast.noise)
    ink = contrast.ink
    for broad, pale in _SHADES:
        least = _BROADEST_STROKE * broad / _SHADES[0][0]
        ink = _without(ink, round(max(least, broad * max(ink.shape))), pale, floor)
    return contrast._replace(ink=ink)


def _without(ink: Ink, size: int, pale: float, floor: float) -> Ink:
    """Return ink (h, w) without what is broader than `size` pixels and pale beside the rest."""
    strokes = narrow(ink, size)
    broad, level = ink - strokes, ink_level(strokes, floor)
    is_pale = darkest_near(broad, _RIM) < pale * level
    is_shade = is_pale & (darkest_near(broad, size) > floor)
    return np.where(is_shade, strokes, ink)
