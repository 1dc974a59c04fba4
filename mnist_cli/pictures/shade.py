"""Shade on a page: what is broad, and pale or without a sharp edge, is a shadow or a stain."""

import numpy as np

from mnist_cli.pictures.arrays import Ink, Mask
from mnist_cli.pictures.closing import darkest_near, narrow
from mnist_cli.pictures.components import connected_components
from mnist_cli.pictures.ink import Contrast
from mnist_cli.pictures.margins import ink_level

_BROAD, _BROADEST_STROKE = 0.05, 25  # of the longer side, and pixels; strokes are mostly narrower
_PALE = 0.5  # of the level of what is narrow; broad strokes are darker
_RIM = 7  # pixels; two of the soft edges of a stroke side by side
_LARGE = 8.0  # squares of so broad a stroke, as dark as strokes; a paler shadow may be smaller
_DARKER = 1.3  # times a shadow near to it: a stroke's ink
_OTHERS, _SHORTEST = 6, 8  # strokes that stay, and pixels; with fewer it was the writing itself
_ALIKE = 0.5  # of the logarithm of their lengths, that they differ by
_BETWEEN, _SOFT = (0.2, 0.8), 0.35  # of its darkest; a shadow has more that is between


def without_shade(contrast: Contrast) -> Contrast:
    """Return a photo of a page without its shadows; the writing in them stays.

    A drawing has none.
    """
    if not contrast.is_photo:
        return contrast
    ink = contrast.ink
    size = max(_BROADEST_STROKE, round(_BROAD * max(ink.shape)))
    strokes = narrow(ink, size)
    floor, broad = contrast.floor, ink - strokes
    level = ink_level(strokes, floor)
    is_pale = darkest_near(broad, _RIM) < _PALE * level
    is_shade = is_pale & (darkest_near(broad, size) > floor)
    bare = np.where(is_shade, strokes, ink)
    soft = _soft(broad, floor, level, size)
    if soft.any():  # its thin ends are no broader than strokes may be
        is_near = ink < _DARKER * darkest_near(np.where(soft, broad, 0), 2 * size)
        thin = np.where(is_near, narrow(ink, size // 2), strokes)
        rest = np.where(is_shade | is_near | soft, thin, ink)
        bare = rest if _is_written_on(rest > _PALE * level) else bare
    return contrast._replace(ink=bare)


def _is_written_on(strokes: Mask) -> bool:
    """Whether there are several strokes of about the same length on a page (h, w).

    Where the writing itself was taken for a shadow, its ends may be left, of any length.
    """
    lengths = connected_components(strokes).lengths
    lengths = lengths[lengths >= _SHORTEST]
    usual = np.quantile(lengths, (0.5, 0.9)) if len(lengths) else ()
    alike = (np.abs(np.log(lengths / length)) < _ALIKE for length in usual)
    return any(np.count_nonzero(one) >= _OTHERS for one in alike)


def _soft(broad: Ink, floor: float, level: float, size: int) -> Mask:
    """Return where large areas without sharp edges are in the broad part of the ink (h, w).

    `level` is that of strokes, and `size` is how broad they may be.
    """
    components = connected_components(broad > floor)
    soft = np.zeros(broad.shape, bool)
    for number in np.flatnonzero(components.areas > size**2):
        left, top, right, bottom = components.boxes[number]
        part = slice(top, bottom), slice(left, right)
        own = components.labels[part] == number
        if _is_soft(broad[part][own], level, _LARGE * size**2):
            soft[part] |= own
    return soft


def _is_soft(ink: Ink, level: float, least: float) -> bool:
    """Whether an area is large, and much of its ink (n,) lies between its darkest and paper."""
    darkest = float(np.quantile(ink, 0.95))
    low, high = (part * darkest for part in _BETWEEN)
    is_large = len(ink) > least * min(1.0, darkest / level)
    return is_large and float(np.mean((ink > low) & (ink < high))) > _SOFT
