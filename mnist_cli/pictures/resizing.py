"""Resizing by the area that each new pixel covers; the width of strokes, measured and changed."""

from functools import lru_cache
from typing import TypeVar

import numpy as np

from mnist_cli.pictures.arrays import Ink, Mask

InkOrMask = TypeVar("InkOrMask", Ink, Mask)
_MOST_KEPT = 20_000  # numbers of 4 bytes, for one pair of sizes; a long strip has a million


def resized(image: Ink, height: int, width: int) -> Ink:
    """Resize (h, w) to (height, width): each new pixel is the mean of the area that it covers."""
    rows, columns = _area_weights(image.shape[0], height), _area_weights(image.shape[1], width)
    return (rows @ image @ columns.T).astype(np.float32, copy=False)


def _area_weights(old: int, new: int) -> Ink:
    """Return the weights of `_computed_weights`; small ones are kept, as digits need them often."""
    return (_kept_weights if old * new <= _MOST_KEPT else _computed_weights)(old, new)


def _computed_weights(old: int, new: int) -> Ink:
    """Return (new, old): how much of each old pixel lies in each new one; rows add up to 1.

    In an enlarged image, a new pixel covers the width of one old pixel, which blends neighbours.
    """
    centres = (np.arange(new) + 0.5) * (old / new)
    reach = max(old / new, 1.0) / 2
    edges = np.arange(old + 1)
    low = np.maximum(edges[:-1], (centres - reach)[:, None])
    high = np.minimum(edges[1:], (centres + reach)[:, None])
    shared = np.maximum(high - low, 0)
    weights: Ink = (shared / shared.sum(1, keepdims=True)).astype(np.float32)
    weights.setflags(write=False)  # shared between callers
    return weights


_kept_weights = lru_cache(maxsize=256)(_computed_weights)


def stroke_width(ink: Ink) -> float:
    """Return the mean width of the strokes in (h, w), in pixels: twice the area / the outline."""
    padded = _bordered(ink, 1)
    down = padded[1:, :-1] - padded[:-1, :-1]
    right = padded[:-1, 1:] - padded[:-1, :-1]
    down *= down  # in place: a page of large ink has hundreds of megabytes of them
    right *= right
    down += right
    outline = float(np.sqrt(down, out=down).sum())
    return 2 * float(ink.sum()) / outline if outline else 0.0


def mask_stroke_width(mask: Mask) -> float:
    """Return the same for a mask (h, w), where all that has to be done is to count."""
    padded = _bordered(mask, 1)
    down = padded[1:, :-1] != padded[:-1, :-1]
    right = padded[:-1, 1:] != padded[:-1, :-1]
    sides, corners = np.count_nonzero(down ^ right), np.count_nonzero(down & right)
    outline = sides + float(np.sqrt(2)) * corners
    return 2 * np.count_nonzero(mask) / outline if outline else 0.0


def widened(ink: Ink, extra: float) -> Ink:
    """Make every stroke `extra` pixels wider, if that is above 0; the image grows with them."""
    steps = max(0, int(np.ceil(extra / 2)))
    ink = _bordered(ink, steps)
    for step in range(steps):
        share = min(1.0, extra / 2 - step)
        ink = ink + np.float32(share) * (_darkest_neighbour(ink, diagonal=step % 2 == 1) - ink)
    return ink


def narrowed(ink: Ink, less: float) -> Ink:
    """Make every stroke `less` pixels narrower, if that is above 0: the paper around it grows."""
    steps = max(0, int(np.ceil(less / 2)))
    paper = widened(255 - _bordered(ink, 1), less)
    inside = slice(steps + 1, -steps - 1)
    return np.asarray(255 - paper[inside, inside])


def most_of_blocks(ink: Ink, step: int) -> Ink:
    """Return the most ink of each block of `step` x `step` pixels; the last ones may be smaller."""
    rows = ink[::step].copy()
    for row in range(1, step):
        part = ink[row::step]
        np.maximum(rows[: len(part)], part, out=rows[: len(part)])
    most = rows[:, ::step].copy()
    for column in range(1, step):
        part = rows[:, column::step]
        np.maximum(most[:, : part.shape[1]], part, out=most[:, : part.shape[1]])
    return most


def _darkest_neighbour(ink: Ink, diagonal: bool) -> Ink:
    """Return the most ink among each pixel and its neighbours: 4, or 8 with the diagonal ones.

    Used alternately, the two widen a dot into an octagon, nearly a circle.
    """
    padded = _bordered(ink, 1)
    rows = np.maximum(np.maximum(padded[:-2], padded[1:-1]), padded[2:])
    source = rows if diagonal else padded[1:-1]
    sides = np.maximum(source[:, :-2], source[:, 2:])
    return np.maximum(sides, rows[:, 1:-1])


def _bordered(ink: InkOrMask, margin: int) -> InkOrMask:
    """Return the ink with paper around it; np.pad takes ten times as long on small images."""
    height, width = ink.shape
    result = np.zeros((height + 2 * margin, width + 2 * margin), ink.dtype)
    result[margin : margin + height, margin : margin + width] = ink
    return result
