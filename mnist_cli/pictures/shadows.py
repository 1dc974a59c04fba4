"""Whether the darker side of a straight edge is paper in a shadow and no table: by its writing."""

import numpy as np

from mnist_cli.pictures.arrays import Ink, Mask
from mnist_cli.pictures.closing import closing
from mnist_cli.pictures.components import connected_components

_BROADEST, _INK = 50, 0.2  # pixels of a stroke; of the light that its paper has
_SEEN = 8  # pixels; of what is smaller on one side nothing is known
_LONGEST = 0.55  # of the shorter side; the grain of a table, joined with its edge, is longer
_SEVERAL = 3  # strokes on each side; with fewer their lengths tell nothing
_ALIKE, _MOST = 0.4, 0.7  # of the logarithm of the lengths; of the ink in the dark
_LARGE = 0.25  # of the picture; a smaller shadow leaves some of the digits in the light


def is_shadow(grey: Ink, dark: Mask, light: Mask) -> bool:
    """Whether there is writing in the dark of a picture (h, w) with a dark and a light side.

    A stroke is on both sides; or the strokes on both are of about one length, as the grain of a
    table and digits are not; or all of them are in the dark.
    """
    pixels = np.rint(grey).astype(np.uint8)[:, :, None]
    # The dark is compared with itself: a narrow table is as dark as a stroke, beside the page.
    ground = np.where(dark, *(closing(pixels, _BROADEST, part)[:, :, 0] for part in (dark, None)))
    strokes = connected_components(ground - grey > _INK * ground)
    ink = strokes.areas_in(dark)
    in_dark, in_light = ink >= _SEEN, strokes.areas_in(light) >= _SEEN
    if (in_dark & in_light & (strokes.lengths < _LONGEST * min(grey.shape))).any():
        return True
    several = min(np.count_nonzero(in_dark), np.count_nonzero(in_light)) >= _SEVERAL
    is_only = in_dark.any() and not in_light.any() and dark.mean() > _LARGE
    if not several and not is_only:
        return False
    usual = np.median(strokes.lengths[in_light if several else in_dark])
    alike = in_dark & (np.abs(np.log(strokes.lengths / usual)) < _ALIKE)
    return bool(ink[alike].sum() >= _MOST * ink[in_dark].sum())
