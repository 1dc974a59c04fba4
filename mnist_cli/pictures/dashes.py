"""Dashed and dotted lines: close the gaps between thin marks that follow each other."""

import numpy as np
from numpy.typing import NDArray

from mnist_cli.pictures.arrays import Mask
from mnist_cli.pictures.components import connected_components, painted, runs_of

_THIN = 0.04  # of the picture's shorter side; dashes that touch other ink are no thicker
_BROAD = 0.1  # the same for those that lie apart
_LONGEST = 0.15  # of the picture's longer side; dashes are no longer
_GAP = 0.06  # of the picture's longer side; the gaps between dashes are no longer


def without_gaps(mask: Mask) -> Mask:
    """Return a mask (h, w) with the gaps of level and of upright dashed lines filled."""
    parts = connected_components(mask)
    apart = parts.only(parts.lengths <= _LONGEST * max(mask.shape))
    return np.asarray(mask | _level(mask, apart) | _level(mask.T, apart.T).T)


def _level(mask: Mask, apart: Mask) -> Mask:
    """Return where level lines would be if their gaps were ink; thick marks are no dashes.

    `apart`: which ink is in small marks that touch no other.
    """
    heights, side = _runs(mask.T).T, min(mask.shape)
    most = np.where(apart, max(3, _BROAD * side), max(3, _THIN * side))
    thin = mask & (heights <= most)
    gaps = _runs(~thin)
    return np.asarray(thin | (gaps <= _GAP * max(mask.shape)))


def _runs(mask: Mask) -> NDArray[np.int32]:
    """Return how long the run of set pixels in its row is that each pixel is in, if it is set.

    One at the edge of the picture counts twice, as if it went on as far beyond.
    """
    starts, ends = runs_of(mask)
    stride = mask.shape[1] + 1
    at_edge = (starts % stride == 0) | (ends % stride == stride - 1)
    return painted(mask.shape, starts, ends, np.where(at_edge, 2, 1) * (ends - starts))
