"""The ink of one digit -> a 28x28 image, made the way the images of MNIST were made.

LeCun, Bottou, Bengio and Haffner (1998), section III: the digit is scaled to fit 20x20 pixels,
its aspect ratio kept, and moved by whole pixels until its centre of mass is at the centre.
"""

import numpy as np
from numpy.typing import NDArray

from mnist_cli.images import SIDE
from mnist_cli.pictures.arrays import Ink
from mnist_cli.pictures.components import inked_box
from mnist_cli.pictures.resizing import most_of_blocks, narrowed, resized, stroke_width, widened

LONGEST = 20  # pixels; the longer side of a digit
SHORTEST = 18  # pixels; a few digits of MNIST are no longer, so this needs no scaling
_FINE = 3 * LONGEST  # pixels; the width of strokes is changed at 1 to 2 times this length
_THINNEST = 1.4  # of 20 pixels; thinner strokes are widened (99% of MNIST's are wider)
_HAIRLINE = 1.2  # of 20 pixels; all of MNIST's strokes are wider, so its images stay unchanged
_PEN = 2.0  # of 20 pixels; widened strokes get this width (MNIST: median 2.4, 5% below 1.6)
_BROADEST = 4.5  # of 20 pixels; thicker strokes are narrowed (99% of MNIST's are thinner)
_BRUSH = 3.6  # of 20 pixels; narrowed strokes had this width if the digit kept its length


def centered(ink: Ink) -> NDArray[np.uint8]:
    """Scale the ink (h, w), 0 to 255, of one digit cut out at its box; return (784,) uint8."""
    image: NDArray[np.uint8] = placed([sized(ink)])[0]
    return image


def sized(ink: Ink) -> NDArray[np.uint8]:
    """Scale the ink of a digit to at most 20x20 pixels, unless it has its size."""
    stroke = stroke_width(ink)
    if not SHORTEST <= max(ink.shape) <= LONGEST or stroke < _HAIRLINE:
        ink = _scaled(ink, stroke)
    return np.rint(ink).astype(np.uint8)


def _scaled(ink: Ink, stroke: float) -> Ink:
    """Scale the longer side to 20 pixels and the darkest pixel to 255."""
    ink = _with_usual_strokes(ink, stroke * LONGEST / max(ink.shape))
    ink = _with_longest(ink, LONGEST)
    return ink * np.float32(255 / max(float(ink.max()), 1.0))


def _with_usual_strokes(ink: Ink, width: float) -> Ink:
    """Widen thin strokes and narrow thick ones; `width`: what they have now, of 20 pixels."""
    if _THINNEST <= width <= _BROADEST:
        return ink
    fine = _fine(ink)
    stroke, longest = stroke_width(fine), max(fine.shape)
    if width < _THINNEST:
        return widened(fine, _PEN / LONGEST * longest - stroke)
    fine = narrowed(fine, stroke - _BRUSH / LONGEST * longest)
    left, top, right, bottom = inked_box(fine)
    return fine[top:bottom, left:right]


def _fine(ink: Ink) -> Ink:
    """Scale the longer side to between 60 and 120 pixels; thin strokes stay as dark as before."""
    step = max(ink.shape) // _FINE
    if step < 2:
        return ink if step else _with_longest(ink, _FINE)
    return most_of_blocks(ink, step)


def _with_longest(ink: Ink, longest: int) -> Ink:
    """Resize so that the longer side has `longest` pixels, and the shorter one at least 1."""
    scale = longest / max(ink.shape)
    height, width = (max(1, round(side * scale)) for side in ink.shape)
    return resized(ink, height, width)


def placed(digits: list[NDArray[np.uint8]]) -> NDArray[np.uint8]:
    """Put n digits of at most 20x20 on 28x28, (n, 784).

    Their centre of mass comes to the centre, and nothing is cut off.
    """
    sizes = np.array([digit.shape for digit in digits])
    cornered = np.zeros((len(digits), LONGEST, LONGEST), np.uint8)
    for digit, corner in zip(digits, cornered, strict=True):
        corner[: digit.shape[0], : digit.shape[1]] = digit
    sums = np.stack([cornered.sum(2), cornered.sum(1)], axis=1)  # of rows, of columns
    masses = np.maximum(sums.sum(2), 1)
    places = np.rint(SIDE / 2 - sums @ np.arange(LONGEST) / masses).astype(np.int64)
    places = np.minimum(np.maximum(places, 0), SIDE - sizes)
    images = np.zeros((len(digits), SIDE, SIDE), np.uint8)
    for digit, image, (top, left) in zip(digits, images, places.tolist(), strict=True):
        image[top : top + digit.shape[0], left : left + digit.shape[1]] = digit
    return images.reshape(len(digits), SIDE * SIDE)
