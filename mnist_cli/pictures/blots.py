"""Blots on a page of digits: what is broader than any stroke of them, as a shadow with an edge."""

import numpy as np

from mnist_cli.pictures.arrays import Mask
from mnist_cli.pictures.closing import darkest_near, narrow
from mnist_cli.pictures.components import Components, connected_components
from mnist_cli.pictures.ink import Contrast
from mnist_cli.pictures.margins import ink_level

_SHORTEST, _SEVERAL = 8, 6  # pixels of a stroke; of fewer the usual length is unknown
_CLEAR = 0.4  # of the level of the ink
_BROAD = 0.75  # of the usual length of a stroke; no digit has so much ink in both directions
_LONG = 1.5  # the same; a shorter blot is part of a digit
_ASLANT = 0.05  # of a page on a table; its edges are so far inside its box
_FULL = 0.9  # of the box of a rectangle
_LIGHT = 32.0  # of 255; what is left of the light in a shadow, at least


def without_blots(contrast: Contrast) -> Contrast:
    """Return a photo of a page without its blots; the writing in them stays, and is made darker."""
    if not contrast.is_photo:
        return contrast
    ink = contrast.ink
    clear = max(_CLEAR * ink_level(ink, contrast.floor), contrast.floor)
    lengths = connected_components(ink > clear).lengths
    lengths = lengths[lengths >= _SHORTEST]
    if len(lengths) < _SEVERAL:
        return contrast
    usual = float(np.median(lengths))
    size = round(_BROAD * usual)
    strokes = narrow(ink, size)
    broad = ink - strokes
    blots = connected_components(broad > clear)
    is_blot = _are_at_edge(blots, contrast) | _fill_their_boxes(blots)
    is_blot &= blots.lengths > _LONG * usual
    if not is_blot.any():
        return contrast
    near = darkest_near(np.where(blots.only(is_blot), np.float32(255), np.float32(0)), size) > 0
    bare = strokes * (255 / np.maximum(255 - broad, _LIGHT))
    return contrast._replace(ink=np.where(near, bare, ink))


def _are_at_edge(blots: Components, contrast: Contrast) -> Mask:
    """Whether each of some blots touches the edge of the picture, or nearly that of its page."""
    if contrast.page is None:
        return blots.are_at_edge
    first, last = np.reshape(contrast.page, (2, 2))
    near = _ASLANT * (last - first)
    return np.asarray(
        ((blots.boxes[:, :2] < first + near) | (blots.boxes[:, 2:] > last - near)).any(1)
    )


def _fill_their_boxes(blots: Components) -> Mask:
    """Whether each of some blots is a bar or a rectangle; bold digits are none."""
    return np.asarray(blots.areas > _FULL * blots.sizes.prod(1))
