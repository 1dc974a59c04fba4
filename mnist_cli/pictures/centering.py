"""The ink of one digit -> a 28x28 image, made the way the images of MNIST were made.

LeCun, Bottou, Bengio and Haffner (1998), section III: the digit is scaled to fit 20x20 pixels,
its aspect ratio kept, and moved by whole pixels until its centre of mass is at the centre.
"""

import numpy as np
from numpy.typing import NDArray

from mnist_cli.images import SIDE
from mnist_cli.pictures.arrays import Ink
from mnist_cli.pictures.resizing import resized, stroke_width, widened

LONGEST = 20  # pixels; the longer side of a digit
SHORTEST = 18  # pixels; a few digits of MNIST are no longer, so this needs no scaling
_FINE = 3 * LONGEST  # pixels; strokes are widened at this length, or at up to twice as much
_THINNEST = 1.4  # of 20 pixels; thinner strokes are widened (99% of MNIST's are wider)
_HAIRLINE = 1.2  # of 20 pixels; all of MNIST's strokes are wider, so its images stay unchanged
_PEN = 2.0  # of 20 pixels; widened strokes get this width (MNIST: median 2.4, 5% below 1.6)


def centered(ink: Ink) -> NDArray[np.uint8]:
    """Scale the ink (h, w), 0 to 255, of one digit cut out at its box; return (784,) uint8."""
    if not SHORTEST <= max(ink.shape) <= LONGEST or stroke_width(ink) < _HAIRLINE:
        ink = _scaled(ink)
    return _placed(np.rint(ink).astype(np.uint8)).reshape(SIDE * SIDE)


def _scaled(ink: Ink) -> Ink:
    """Scale the longer side to 20 pixels and the darkest pixel to 255; widen thin strokes."""
    if stroke_width(ink) * LONGEST / max(ink.shape) < _THINNEST:
        fine = _fine(ink)
        ink = widened(fine, _PEN / LONGEST * max(fine.shape) - stroke_width(fine))
    ink = _with_longest(ink, LONGEST)
    return ink * np.float32(255 / max(float(ink.max()), 1.0))


def _fine(ink: Ink) -> Ink:
    """Scale the longer side to between 60 and 120 pixels; thin strokes stay as dark as before."""
    step = max(ink.shape) // _FINE
    if step < 2:
        return ink if step else _with_longest(ink, _FINE)
    for axis, side in enumerate(ink.shape):
        ink = np.maximum.reduceat(ink, np.arange(0, side, step), axis)
    return ink


def _with_longest(ink: Ink, longest: int) -> Ink:
    """Resize so that the longer side has `longest` pixels, and the shorter one at least 1."""
    scale = longest / max(ink.shape)
    height, width = (max(1, round(side * scale)) for side in ink.shape)
    return resized(ink, height, width)


def _placed(digit: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Put a digit of at most 20x20 on 28x28: its centre of mass at the centre, nothing cut off."""
    mass = max(float(digit.sum(dtype=np.float64)), 1.0)
    image = np.zeros((SIDE, SIDE), np.uint8)
    places = []
    for axis, length in enumerate(digit.shape):
        centre = float(digit.sum(1 - axis) @ np.arange(length)) / mass
        places.append(min(max(round(SIDE / 2 - centre), 0), SIDE - length))
    top, left = places
    image[top : top + digit.shape[0], left : left + digit.shape[1]] = digit
    return image
