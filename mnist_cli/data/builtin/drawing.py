"""Digits drawn from strokes, to be used where MNIST is not available.

Each writer has a style for each digit. The points of the style are moved, bent, stretched, turned
and slanted at random. A pen of varying width follows the smooth curve through them. Its ink is then
fitted into 28x28 pixels in the same way as MNIST's digits were. The styles and the amounts of
variation are tables in `styles`.
"""

import math
from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from mnist_cli.data.builtin.strokes import DOTS, Doubles, Floats, all_skeletons
from mnist_cli.data.builtin.styles import OWN_STYLE, SPREADS

Bytes = NDArray[np.uint8]
Indices = NDArray[np.intp]

BLOCK = 500  # images drawn together; another number would give other digits for the same seed
IMAGES_PER_WRITER = 20  # divides BLOCK, and 10,000: the validation images have their own writers
WRITERS = BLOCK // IMAGES_PER_WRITER
SIDE = 28
BOX = 20  # MNIST fits each digit into a box of this side
# A Gaussian of deviation 1 has half its height at this distance, and there this slope.
HALF_HEIGHT = np.float32((2 * np.log(2)) ** 0.5)
HALF_SLOPE = HALF_HEIGHT / 2


class Path(NamedTuple):
    """The paths of n pens, D dots each."""

    dots: Floats  # (n, D, 2)
    steps: Floats  # (n, D, 2)
    radii: Floats  # (n, D), of the pen


class Dice:
    """Random numbers from PCG64's raw bits, which NumPy promises to keep (NEP 19).

    Its promise does not cover `Generator.normal` and the like, so those are derived here.
    """

    def __init__(self, seed: int, stream: int, block: int) -> None:
        self._bits = np.random.PCG64(np.random.SeedSequence((seed, stream, block)))

    def uniform(self, *shape: int) -> Doubles:
        """Return numbers uniformly distributed over [0, 1)."""
        numbers: Doubles = (self._bits.random_raw(shape) >> np.uint64(11)) * np.float64(2.0**-53)
        return numbers

    def bell(self, *shape: int) -> Floats:
        """Return nearly normal numbers with mean 0 and deviation 1.

        They are sums of four 16-bit numbers and never exceed 3.5, so every digit stays readable.
        """
        raw = self._bits.random_raw(math.prod(shape)).astype("<u8", copy=False)
        total: Floats = raw.view("<u2").reshape(4, *shape).sum(axis=0, dtype=np.float32)
        return (total / np.float32(2**16) - np.float32(2)) * np.float32(3**0.5)


def draw_digits(count: int, *, seed: int = 0, stream: int = 0) -> tuple[Bytes, Bytes]:
    """Draw handwritten digits.

    Returns `images` (count, 784) and `labels` (count,). The first digits do not depend on `count`.
    Each group of 20 has one writer. Another stream (0 for training, 1 for test) has other writers.

    Raises
    ------
    ValueError
        If count is less than 1, or seed or stream less than 0.
    """
    batches = list(draw_batches(count, seed=seed, stream=stream))
    images = np.concatenate([images for images, _ in batches])
    return images, np.concatenate([labels for _, labels in batches])


def draw_batches(count: int, *, seed: int = 0, stream: int = 0) -> Iterator[tuple[Bytes, Bytes]]:
    """Yield what `draw_digits` returns, in batches of up to BLOCK. Raises the same errors."""
    for name, value, least in (("count", count, 1), ("seed", seed, 0), ("stream", stream, 0)):
        if value < least:
            raise ValueError(f"draw_batches: {name} must be at least {least}, got {value}")
    return _batches(count, seed, stream)


def _batches(count: int, seed: int, stream: int) -> Iterator[tuple[Bytes, Bytes]]:
    """Yield whole blocks, and of the last one as many images as are needed."""
    for start in range(0, count, BLOCK):
        images, labels = draw_block(Dice(seed, stream, start // BLOCK))
        yield images[: count - start], labels[: count - start]


def draw_block(dice: Dice) -> tuple[Bytes, Bytes]:
    """Draw BLOCK images (n, 784) and their labels (n,)."""
    labels = (dice.uniform(BLOCK) * 10).astype(np.uint8)
    style = choose_styles(dice, labels)
    skeletons = all_skeletons()
    points = move_points(dice, skeletons.points[style])
    dots = skeletons.places[style] @ points + tremble(dice)
    path = fit_box(Path(dots, skeletons.steps[style] @ points, press_pen(dice)))
    field = spread_ink(path) * grain(dice)
    ink = dry_ink(field, path.radii, habit(dice, "softness"))
    return center(ink).reshape(BLOCK, SIDE * SIDE), labels


def choose_styles(dice: Dice, labels: Bytes) -> Indices:
    """Return the style of each image, (n,): mostly the usual one of its writer for this digit."""
    own = dice.uniform(WRITERS, 10).repeat(IMAGES_PER_WRITER, axis=0)[np.arange(BLOCK), labels]
    other = dice.uniform(BLOCK)
    choice = np.where(dice.uniform(BLOCK) < OWN_STYLE, own, other)
    style: Indices = (choice[:, None] >= all_skeletons().chances[labels]).sum(axis=1)
    return style


def habit(dice: Dice, name: str, *shape: int) -> Floats:
    """Return a random quantity per image, (n, *shape): mean + writer's part + image's own part."""
    mean, between_writers, within_writer = np.array(SPREADS[name], np.float32)
    writers = dice.bell(WRITERS, *shape).repeat(IMAGES_PER_WRITER, axis=0)
    moments = dice.bell(BLOCK, *shape)
    values: Floats = mean + between_writers * writers + within_writer * moments
    return values


def move_points(dice: Dice, points: Floats) -> Floats:
    """Return the points (n, C, 2) changed at random, relative to the middle of the digit."""
    strayed = points - np.float32(0.5) + habit(dice, "point", *points.shape[1:])
    x, y = strayed[..., 0], strayed[..., 1]
    squares = np.stack((x * x, x * y, y * y), axis=-1)
    bent = strayed + squares @ habit(dice, "bend", 3, 2)
    width, slant, turn = (habit(dice, name) for name in ("width", "slant", "rotation"))
    to_x = np.stack((np.exp(width), -slant - turn), axis=-1)
    to_y = np.stack((turn * np.exp(width), 1 - slant * turn), axis=-1)
    placed: Floats = bent @ np.stack((to_x, to_y), axis=-1)
    return placed


def press_pen(dice: Dice) -> Floats:
    """Return the pen's radius at each dot, (n, D), in letter heights."""
    along = np.linspace(-1, 1, DOTS, dtype=np.float32)
    growth = 1 + habit(dice, "pressure")[:, None] * along
    radii: Floats = np.exp(habit(dice, "pen"))[:, None] * growth
    return radii


def tremble(dice: Dice) -> Floats:
    """Return the distance of each dot from its stroke, (n, D, 2), in letter heights."""
    return np.exp(habit(dice, "tremor"))[:, None, None] * dice.bell(BLOCK, DOTS, 2)


def grain(dice: Dice) -> Floats:
    """Return how much ink each pixel of the paper takes, (n, 20, 20): it makes edges irregular."""
    return 1 + np.exp(habit(dice, "grain"))[:, None, None] * dice.bell(BLOCK, BOX, BOX)


def fit_box(path: Path) -> Path:
    """Return the path in pixels: the longer side of the ink fills the box, the other is centred.

    The pen has a width across the stroke only: the ink ends where the stroke ends.
    """
    dots, steps, radii = path
    sideways = np.abs(steps[..., ::-1]) / np.linalg.norm(steps, axis=-1, keepdims=True)
    reach = sideways * radii[..., None]
    low = (dots - reach).min(axis=1, keepdims=True)
    high = (dots + reach).max(axis=1, keepdims=True)
    scale = BOX / (high - low).max(axis=2, keepdims=True)
    inside = (dots - (low + high) / 2) * scale + np.float32((BOX - 1) / 2)
    return Path(inside, steps * scale, radii * scale[..., 0])


def spread_ink(path: Path) -> Floats:
    """Return the field of ink at each pixel of the box, (n, 20, 20).

    Each dot is a Gaussian. Its weight is chosen so that the field of a long stroke is 1 in the
    middle and 0.5 at the edge of the pen. A Gaussian in the plane is one across times one down, so
    the sum over the dots is a matrix product.
    """
    blur = path.radii / HALF_HEIGHT
    weight = np.linalg.norm(path.steps, axis=-1) / (blur * np.float32((2 * np.pi) ** 0.5))
    grid = np.arange(BOX, dtype=np.float32)
    ruler = np.float32(0.5**0.5) / blur[..., None]
    across = np.exp(-(((grid - path.dots[..., :1]) * ruler) ** 2))
    down = np.exp(-(((grid - path.dots[..., 1:]) * ruler) ** 2)) * weight[..., None]
    field: Floats = down.transpose(0, 2, 1) @ across  # [n, 20, D], [n, D, 20] -> [n, 20, 20]
    return field


def dry_ink(field: Floats, radii: Floats, softness: Floats) -> Floats:
    """Return the grey of each pixel, (n, 20, 20) in [0, 1].

    It is 0.5 where the field is 0.5, and rises from white to black within `softness` pixels (n,).
    """
    slope = HALF_SLOPE * HALF_HEIGHT / radii.mean(axis=1)
    # With a gain below 1 the paper beside thin strokes would become grey.
    gain = np.maximum(1 / (slope * softness), 1)[:, None, None]
    ink = np.clip((field - np.float32(0.5)) * gain + np.float32(0.5), 0, 1)
    full: Floats = ink / ink.max(axis=(1, 2), keepdims=True)
    return full


def center(ink: Floats) -> Bytes:
    """Place boxes (n, 20, 20) so that their centre of mass is the middle of 28x28 pixels."""
    grid = np.arange(BOX, dtype=np.float32)
    mass = ink.sum(axis=(1, 2))
    rows = place_box(ink.sum(axis=2) @ grid / mass)
    columns = place_box(ink.sum(axis=1) @ grid / mass)
    images = np.zeros((len(ink), SIDE, SIDE), np.uint8)
    each = np.arange(len(ink))[:, None, None]
    images[each, rows[:, :, None], columns[:, None, :]] = ink * 255 + np.float32(0.5)
    return images


def place_box(balance: Floats) -> Indices:
    """Return the BOX indices, (n, 20), that bring the centre of mass (n,) to the middle."""
    start: Indices = np.clip(np.rint(SIDE / 2 - balance), 0, SIDE - BOX).astype(np.intp)
    return start[:, None] + np.arange(BOX)
