"""Augmentation: small random changes of the training images, as if written by another hand.

Each image gets its own rotation, slant, size, elastic distortion (a smooth bending, Simard et al.
2003) and thicker or thinner strokes. A copy depends on (seed, copy) only.

Source: P. Simard, D. Steinkraus, J. Platt: Best practices for convolutional neural networks
applied to visual document analysis. ICDAR 2003.
"""

from typing import NamedTuple

import numpy as np

from mnist_cli.data.fields import Floats, Images, between, interpolate, padded_field
from mnist_cli.images import PIXELS, SIDE

CHUNK = 256  # images at a time: the working arrays stay in the processor's cache
AXIS = np.arange(SIDE, dtype=np.float32) - np.float32((SIDE - 1) / 2)
KNOTS = np.array([-12, -4, 4, 12], np.float32)  # a grid of 4 x 4 random displacements per image
KNOT_WIDTH = 6.0  # pixels, standard deviation of the bump around each knot
STREAM = 1  # makes the random numbers differ from those of the epochs, (seed, epoch)


class Strength(NamedTuple):
    """Limits of the changes, chosen on validation images (also on rotated ones)."""

    rotation: float = 15.0  # degrees, uniform from minus this to this
    slant: float = 0.2  # pixels sideways per pixel down
    zoom: float = 0.1  # logarithm of the change in height, and of that in width
    bending: float = 0.8  # pixels, standard deviation of the elastic displacement
    pen: float = 0.4  # share of the way to the darkest or lightest of 4 neighbours


STRENGTH = Strength()


def augment(images: Images, *, seed: int, copy: int, strength: Strength = STRENGTH) -> Images:
    """Return a changed copy of the images, (n, 784) uint8.

    Parameters
    ----------
    images
        (n, 784) uint8, 0 is paper; not preprocessed. They are not changed in place.
    seed, copy
        Whole numbers, at least 0. The same numbers give the same result.
    strength
        The limits within which the changes of each image are drawn.
    """
    rng = np.random.default_rng([seed, copy, STREAM])
    result = np.empty_like(images)
    for start in range(0, len(images), CHUNK):
        chunk = images[start : start + CHUNK]
        field = padded_field(chunk)
        change_pen(field, rng, strength)
        warped = read_between_pixels(field, *places(len(chunk), rng, strength))
        result[start : start + CHUNK] = (warped.reshape(PIXELS, -1) + np.float32(0.5)).T
    return result


def symmetric(rng: "np.random.Generator", count: int, limit: float) -> Floats:
    """Draw `count` numbers uniformly from -limit to limit."""
    return rng.uniform(-limit, limit, count).astype(np.float32)


def change_pen(field: Floats, rng: "np.random.Generator", strength: Strength) -> None:
    """Make strokes thicker or thinner in place: [30, 30, m]."""
    amount = symmetric(rng, field.shape[2], strength.pen)
    middle = field[1:-1, 1:-1]
    around = [field[:-2, 1:-1], field[2:, 1:-1], field[1:-1, :-2], field[1:-1, 2:]]
    darkest = np.maximum.reduce([middle, *around])
    lightest = np.minimum.reduce([middle, *around])
    thicker, thinner = np.maximum(amount, 0), np.maximum(-amount, 0)
    field[1:-1, 1:-1] += thicker * (darkest - middle) + thinner * (lightest - middle)


def places(count: int, rng: "np.random.Generator", strength: Strength) -> tuple[Floats, Floats]:
    """Draw where each pixel of a copy is read: x and y, [28, 28, m], 0 in the middle of it."""
    angle = symmetric(rng, count, np.deg2rad(strength.rotation))
    slant = symmetric(rng, count, strength.slant)
    width, height = np.exp(symmetric(rng, 2 * count, strength.zoom)).reshape(2, count)
    x, y = AXIS[:, None] * width, AXIS[:, None, None] * height
    x = x + slant * y
    bend_x, bend_y = bending(count, rng, strength.bending), bending(count, rng, strength.bending)
    cos, sin = np.cos(angle), np.sin(angle)
    return cos * x - sin * y + bend_x, sin * x + cos * y + bend_y


def bending(count: int, rng: "np.random.Generator", size: float) -> Floats:
    """Draw smooth displacements along one axis, [28, 28, m], with deviation `size` in pixels."""
    bumps = np.exp(-0.5 * ((AXIS[:, None] - KNOTS) / np.float32(KNOT_WIDTH)) ** 2)
    bumps /= np.sqrt((bumps**2).sum(axis=1, keepdims=True))  # equal deviation for every pixel
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
    above = interpolate(field, index, count, x)
    below = interpolate(field, index + side * count, count, x)
    return between(above, below, y)
