"""Dashed and dotted lines: close the gaps between thin marks that follow each other."""

import numpy as np
from numpy.typing import NDArray

from mnist_cli.pictures.arrays import Mask

_THIN = 0.04  # of the picture's shorter side; dashes are no thicker
_GAP = 0.06  # of the picture's longer side; the gaps between dashes are no longer


def without_gaps(mask: Mask) -> Mask:
    """Return a mask (h, w) with the gaps of level and of upright dashed lines filled."""
    return np.asarray(mask | _level(mask) | _level(mask.T).T)


def _level(mask: Mask) -> Mask:
    """Return where level lines would be if their gaps were ink; thick marks are no dashes."""
    heights = _runs(mask.T).T
    thin = mask & (heights <= max(3, _THIN * min(mask.shape)))
    gaps = _runs(~thin)
    return np.asarray(thin | (gaps <= _GAP * max(mask.shape)))


def _runs(mask: Mask) -> NDArray[np.int32]:
    """Return how long the run of set pixels in its row is that each pixel is in, if it is set.

    One at the edge of the picture counts twice, as if it went on as far beyond.
    """
    mask = np.ascontiguousarray(mask)  # a turned mask would cost twice the time
    width = mask.shape[1]
    columns = np.arange(width, dtype=np.int32)
    last = np.maximum.accumulate(np.where(mask, np.int32(-1), columns), axis=1)
    after = np.where(mask, np.int32(width), columns)
    after = np.minimum.accumulate(after[:, ::-1], axis=1)[:, ::-1]
    runs = after - last - 1
    return np.where((last < 0) | (after == width), 2 * runs, runs)
