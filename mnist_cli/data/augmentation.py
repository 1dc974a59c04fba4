"""Small random changes of the training images: the same digit as another hand would write it.

Each image gets its own rotation, slant, size, a smooth bending (elastic distortion, Simard et al.
2003) and a thicker or thinner pen. What a copy looks like depends on (seed, copy) alone.

Source: P. Simard, D. Steinkraus, J. Platt: Best practices for convolutional neural networks
applied to visual document analysis. ICDAR 2003.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

Images = NDArray[np.uint8]
Floats = NDArray[np.float32]

SIDE = 28
CHUNK = 256  # images at a time: the working arrays stay in the processor's cache
AXIS = np.arange(SIDE, dtype=np.float32) - np.float32((SIDE - 1) / 2)
KNOTS = np.array([-12, -4, 4, 12], np.float32)  # where the bending is drawn, 4 x 4 per image
KNOT_WIDTH = 6.0
STREAM = 1  # keeps these numbers apart from those of the epochs, (seed, epoch)


class Strength(NamedTuple):
    """How far the changes go; chosen on validation images, rotated ones among them."""

    rotation: float = 15.0  # degrees, uniform up to this on both sides
    slant: float = 0.2  # pixels sideways per pixel down
    zoom: float = 0.1  # of height and of width, each on its own
    bending: float = 0.8  # pixels, standard deviation of the elastic displacement
    pen: float = 0.4  # share of the way to the darkest or lightest of five neighbours


STRENGTH = Strength()


def augment(images: Images, *, seed: int, copy: int, strength: Strength = STRENGTH) -> Images:
    """Return a changed copy of the images.

    Parameters
    ----------
    images
        (n, 784) uint8, 0 is paper; not yet preprocessed, and left as they are.
    seed, copy
        Whole numbers from 0; the same two give the same (n, 784) uint8 result.
    strength
        The limits between which each image's own changes are drawn.
    """
    rng = np.random.default_rng([seed, copy, STREAM])
    result = np.empty_like(images)
    for start in range(0, len(images), CHUNK):
        chunk = images[start : start + CHUNK]
        field = np.zeros((SIDE + 2, SIDE + 2, len(chunk)), np.float32)
        field[1:-1, 1:-1] = chunk.T.reshape(SIDE, SIDE, -1)
        change_pen(field, rng, strength)
        warped = read_between_pixels(field, *places(len(chunk), rng, strength))
        result[start : start + CHUNK] = (warped.reshape(SIDE * SIDE, -1) + np.float32(0.5)).T
    return result


def symmetric(rng: np.random.Generator, count: int, limit: float) -> Floats:
    """Draw `count` numbers evenly from -limit to limit."""
    return rng.uniform(-limit, limit, count).astype(np.float32)


def change_pen(field: Floats, rng: np.random.Generator, strength: Strength) -> None:
    """Make strokes thicker or thinner in place: [30, 30, m]."""
    amount = symmetric(rng, field.shape[2], strength.pen)
    middle = field[1:-1, 1:-1]
    around = [field[:-2, 1:-1], field[2:, 1:-1], field[1:-1, :-2], field[1:-1, 2:]]
    darkest = np.maximum.reduce([middle, *around])
    lightest = np.minimum.reduce([middle, *around])
    thicker, thinner = np.maximum(amount, 0), np.maximum(-amount, 0)
    field[1:-1, 1:-1] += thicker * (darkest - middle) + thinner * (lightest - middle)


def places(count: int, rng: np.random.Generator, strength: Strength) -> tuple[Floats, Floats]:
    """Draw where each pixel of each result is read: x and y, [28, 28, m], 0 in the middle."""
    angle = symmetric(rng, count, np.deg2rad(strength.rotation))
    slant = symmetric(rng, count, strength.slant)
    width, height = np.exp(symmetric(rng, 2 * count, strength.zoom)).reshape(2, count)
    x, y = AXIS[:, None] * width, AXIS[:, None, None] * height
    x = x + slant * y
    bend_x, bend_y = bending(count, rng, strength.bending), bending(count, rng, strength.bending)
    cos, sin = np.cos(angle), np.sin(angle)
    return cos * x - sin * y + bend_x, sin * x + cos * y + bend_y


def bending(count: int, rng: np.random.Generator, size: float) -> Floats:
    """Draw smooth displacements along one axis, in pixels: [28, 28, m]."""
    bumps = np.exp(-0.5 * ((AXIS[:, None] - KNOTS) / np.float32(KNOT_WIDTH)) ** 2)
    bumps /= np.sqrt((bumps**2).sum(axis=1, keepdims=True))  # every pixel moves equally far
    knots = rng.standard_normal((len(KNOTS), len(KNOTS), count), np.float32) * np.float32(size)
    rows = np.tensordot(bumps, knots, axes=1)  # [28, 4] @ [4, 4, m] -> [28, 4, m]
    displacements: Floats = bumps @ rows  # [28, 4] @ [28, 4, m] -> [28, 28, m]
    return displacements


def read_between_pixels(field: Floats, x: Floats, y: Floats) -> Floats:
    """Interpolate bilinearly in the padded field: [30, 30, m] at [28, 28, m]."""
    side, count = field.shape[1:]
    middle, last = np.float32((side - 1) / 2), np.float32(side - 1 - 1e-3)
    x, y = np.clip(x + middle, 0, last), np.clip(y + middle, 0, last)
    column, row = np.floor(x), np.floor(y)
    x -= column
    y -= row
    index = (row * side + column).astype(np.int32) * count + np.arange(count, dtype=np.int32)
    flat = field.ravel()
    above = between(flat.take(index), flat.take(index + count), x)
    index += side * count
    below = between(flat.take(index), flat.take(index + count), x)
    return between(above, below, y)


def between(first: Floats, second: Floats, share: Floats) -> Floats:
    """Return first + share (second - first), written over `second`."""
    second -= first
    second *= share
    second += first
    return second
