"""A second look at the ink of a photo, from further away: grain and thin lines fade, strokes stay.

Printed lines, folds and creases are thinner than the strokes of a digit. In a picture that is
reduced to 100 pixels they are hardly one pixel wide.
"""

from collections.abc import Callable

import numpy as np

from mnist_cli.pictures.arrays import Ink
from mnist_cli.pictures.components import spread
from mnist_cli.pictures.ink import Contrast
from mnist_cli.pictures.margins import ink_level

_CLEAR = 0.4  # of the level of the ink
_STAYS = 0.6  # of the noise; all may be shade
_SEEN = 100  # pixels; the shorter side of the small picture


def from_afar(contrast: Contrast) -> Contrast:
    """Return the ink of a picture where there are strokes in a small picture of it, too.

    The noise is that of the small picture, which is lower: grain is averaged away, shade is not.
    """
    height, width = contrast.ink.shape
    step = max(1, min(height, width) // _SEEN)
    small = _without_thin(_reduced(contrast.ink, step))
    level = np.float32(np.median(small))
    noise = 1.4826 * float(np.median(np.abs(small - level)))
    noise = max(noise, _STAYS * contrast.noise)
    floor = max(contrast.weakest, 4 * noise)
    least = max(floor, _CLEAR * ink_level(small - level, floor))
    mask = spread(small - level > least, 1)
    large = mask.repeat(step, 0).repeat(step, 1)[:height, :width]
    return contrast._replace(ink=np.where(large, contrast.ink, np.float32(0)), noise=noise)


def _reduced(ink: Ink, step: int) -> Ink:
    """Return the means of squares of `step` pixels, (h / step, w / step) rounded up.

    `resizing.resized` is for digits: for a strip of 20,000 pixels its weights would take 12 GB.
    """
    height, width = ink.shape
    whole = np.pad(ink, ((0, -height % step), (0, -width % step)), mode="edge")
    squares = whole.reshape(whole.shape[0] // step, step, whole.shape[1] // step, step)
    return np.asarray(squares.mean((1, 3)))


def _without_thin(ink: Ink) -> Ink:
    """Remove all that is narrower than 3 pixels (a grey opening)."""
    return _filtered(_filtered(ink, np.min), np.max)


def _filtered(ink: Ink, best: Callable[..., Ink]) -> Ink:
    windows = np.lib.stride_tricks.sliding_window_view(np.pad(ink, 1, mode="edge"), (3, 3))
    return best(windows, axis=(2, 3))
