"""Digits drawn from strokes: a substitute for MNIST on a machine without MNIST.

Each writer has a style for each digit. For each image the points of that style are moved, and the
digit is bent, stretched, turned and slanted. A pen of varying width follows the curve through the
points. Then the digit is scaled and centred in 28x28 pixels, as MNIST's digits were. The styles and
the ranges of variation are data in `styles` and `world`.
"""

import math
from collections.abc import Iterator, Mapping
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from mnist_cli.data.builtin.strokes import DOTS, Doubles, Floats, skeletons_of
from mnist_cli.data.builtin.styles import SPREADS, Spread
from mnist_cli.data.builtin.world import BUILTIN, Handwriting
from mnist_cli.images import PIXELS, SIDE

Bytes = NDArray[np.uint8]
Indices = NDArray[np.intp]

BLOCK = 500  # images drawn together; with another number a seed would draw other digits
IMAGES_PER_WRITER = 20  # divides BLOCK, and 10,000: validation images have their own writers
WRITERS = BLOCK // IMAGES_PER_WRITER
BOX = 20  # pixels; MNIST fits each digit into a square of this side
# A Gaussian of standard deviation 1 has half its height at this distance, and there this slope.
HALF_HEIGHT = np.float32((2 * np.log(2)) ** 0.5)
HALF_SLOPE = HALF_HEIGHT / 2


class Path(NamedTuple):
    """The paths of n pens, as D dots each; x to the right and y downwards."""

    dots: Floats  # (n, D, 2)
    steps: Floats  # (n, D, 2), the piece of stroke that each dot stands for
    radii: Floats  # (n, D), of the pen


class Dice:
    """Random numbers from the raw bits of PCG64, which NumPy promises never to change (NEP 19).

    The promise does not include `Generator.normal` and the like, so these are computed here.
    """

    def __init__(
        self, seed: int, stream: int, block: int, spreads: Mapping[str, Spread] = SPREADS
    ) -> None:
        self.spreads = spreads
        self._bits = np.random.PCG64(np.random.SeedSequence((seed, stream, block)))

    def uniform(self, *shape: int) -> Doubles:
        """Return uniform numbers in [0, 1)."""
        numbers: Doubles = (self._bits.random_raw(shape) >> np.uint64(11)) * np.float64(2.0**-53)
        return numbers

    def bell(self, *shape: int) -> Floats:
        """Return nearly normal numbers with mean 0 and standard deviation 1.

        Each is a sum of four 16-bit numbers. It is never beyond 3.5, so every digit is readable.
        """
        raw = self._bits.random_raw(math.prod(shape)).astype("<u8", copy=False)
        total: Floats = raw.view("<u2").reshape(4, *shape).sum(axis=0, dtype=np.float32)
        return (total / np.float32(2**16) - np.float32(2)) * np.float32(3**0.5)


def draw_digits(
    count: int, *, seed: int = 0, stream: int = 0, handwriting: Handwriting = BUILTIN
) -> tuple[Bytes, Bytes]:
    """Draw handwritten digits.

    Returns `images` (count, 784) and `labels` (count,), both uint8. The first n are the same for
    every count. Each 20 consecutive images are by one writer. Another stream (0 train, 1 test, 2
    mixed into other data) has other writers.

    Raises
    ------
    ValueError
        If count is less than 1, or seed or stream less than 0.
    """
    batches = list(draw_batches(count, seed=seed, stream=stream, handwriting=handwriting))
    images = np.concatenate([images for images, _ in batches])
    return images, np.concatenate([labels for _, labels in batches])


def draw_batches(
    count: int, *, seed: int = 0, stream: int = 0, handwriting: Handwriting = BUILTIN
) -> Iterator[tuple[Bytes, Bytes]]:
    """Yield what `draw_digits` returns, in batches of up to `BLOCK`. Raises the same errors."""
    for name, value, least in (("count", count, 1), ("seed", seed, 0), ("stream", stream, 0)):
        if value < least:
            raise ValueError(f"draw_batches: {name} must be at least {least}, got {value}")
    return _batches(count, seed, stream, handwriting)


def _batches(
    count: int, seed: int, stream: int, handwriting: Handwriting
) -> Iterator[tuple[Bytes, Bytes]]:
    """Yield whole blocks, the last one cut."""
    for start in range(0, count, BLOCK):
        dice = Dice(seed, stream, start // BLOCK, handwriting.spreads)
        images, labels = draw_block(dice, handwriting)
        yield images[: count - start], labels[: count - start]


def draw_block(dice: Dice, handwriting: Handwriting) -> tuple[Bytes, Bytes]:
    """Draw BLOCK images (n, 784) and their labels (n,)."""
    skeletons = skeletons_of(handwriting.styles)
    labels = choose_labels(dice, handwriting.weights)
    style = choose_styles(dice, labels, skeletons.chances, handwriting.own)
    points = move_points(dice, skeletons.points[style])
    dots = skeletons.places[style] @ points + tremble(dice)
    path = fit_box(Path(dots, skeletons.steps[style] @ points, press_pen(dice)))
    field = spread_ink(path) * grain(dice)
    ink = dry_ink(field, path.radii, habit(dice, "softness"))
    return center(ink).reshape(BLOCK, PIXELS), labels


def choose_labels(dice: Dice, weights: tuple[int, ...]) -> Bytes:
    """Return the digit of each image, (n,): each as often as its weight says."""
    shares = np.cumsum(weights) / sum(weights)
    labels: Bytes = (dice.uniform(BLOCK)[:, None] >= shares).sum(axis=1).astype(np.uint8)
    return labels


def choose_styles(dice: Dice, labels: Bytes, chances: Doubles, share: float) -> Indices:
    """Return the style of each image, (n,): in this share its writer's own for that digit."""
    own = dice.uniform(WRITERS, 10).repeat(IMAGES_PER_WRITER, axis=0)[np.arange(BLOCK), labels]
    other = dice.uniform(BLOCK)
    choice = np.where(dice.uniform(BLOCK) < share, own, other)
    style: Indices = (choice[:, None] >= chances[labels]).sum(axis=1)
    return style


def habit(dice: Dice, name: str, *shape: int) -> Floats:
    """Return a quantity per image, (n, *shape), from its `Spread` between and within writers."""
    mean, between_writers, within_writer = np.array(dice.spreads[name], np.float32)
    writers = dice.bell(WRITERS, *shape).repeat(IMAGES_PER_WRITER, axis=0)
    images = dice.bell(BLOCK, *shape)
    values: Floats = mean + between_writers * writers + within_writer * images
    return values


def move_points(dice: Dice, points: Floats) -> Floats:
    """Return the points (n, C, 2) as a hand places them, 0 in the middle of the digit."""
    moved = points - np.float32(0.5) + habit(dice, "point", *points.shape[1:])
    x, y = moved[..., 0], moved[..., 1]
    squares = np.stack((x * x, x * y, y * y), axis=-1)
    bent = moved + squares @ habit(dice, "bend", 3, 2)
    width, slant, turn = (habit(dice, name) for name in ("width", "slant", "rotation"))
    to_x = np.stack((np.exp(width), -slant - turn), axis=-1)
    to_y = np.stack((turn * np.exp(width), 1 - slant * turn), axis=-1)
    placed: Floats = bent @ np.stack((to_x, to_y), axis=-1)
    return placed


def press_pen(dice: Dice) -> Floats:
    """Return the radius of the pen at each dot, (n, D), in heights of the digit."""
    along = np.linspace(-1, 1, DOTS, dtype=np.float32)
    growth = 1 + habit(dice, "pressure")[:, None] * along
    radii: Floats = np.exp(habit(dice, "pen"))[:, None] * growth
    return radii


def tremble(dice: Dice) -> Floats:
    """Return how far each dot is beside its stroke, (n, D, 2), in heights of the digit."""
    return np.exp(habit(dice, "tremor"))[:, None, None] * dice.bell(BLOCK, DOTS, 2)


def grain(dice: Dice) -> Floats:
    """Return how much ink each pixel takes, (n, 20, 20); this makes edges rough."""
    return 1 + np.exp(habit(dice, "grain"))[:, None, None] * dice.bell(BLOCK, BOX, BOX)


def fit_box(path: Path) -> Path:
    """Return the path in pixels, scaled so that the ink fills the box, and centred in it.

    The pen's width counts only across the stroke: ink ends where a stroke ends.
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
    """Return the density of ink at each pixel of the box, (n, 20, 20).

    Each dot is a Gaussian. Along the middle of a long stroke the dots add up to 1, and at the edge
    of the pen to 1/2. A Gaussian in the plane is one in x times one in y, so the sum over the dots
    is a matrix product.
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
    """Return the grey value of each pixel, (n, 20, 20) in [0, 1].

    It is 0.5 where the field is. From white to black it needs `softness` pixels (n,).
    """
    slope = HALF_SLOPE * HALF_HEIGHT / radii.mean(axis=1)
    # A gain below 1 would make the paper beside thin strokes grey.
    gain = np.maximum(1 / (slope * softness), 1)[:, None, None]
    ink = np.clip((field - np.float32(0.5)) * gain + np.float32(0.5), 0, 1)
    full: Floats = ink / ink.max(axis=(1, 2), keepdims=True)
    return full


def center(ink: Floats) -> Bytes:
    """Place boxes (n, 20, 20) with their centre of mass in the middle of 28x28 pixels."""
    grid = np.arange(BOX, dtype=np.float32)
    mass = ink.sum(axis=(1, 2))
    rows = place_box(ink.sum(axis=2) @ grid / mass)
    columns = place_box(ink.sum(axis=1) @ grid / mass)
    images = np.zeros((len(ink), SIDE, SIDE), np.uint8)
    each = np.arange(len(ink))[:, None, None]
    images[each, rows[:, :, None], columns[:, None, :]] = ink * 255 + np.float32(0.5)
    return images


def place_box(centre: Floats) -> Indices:
    """Return the rows or columns, (n, 20), that move the centre of mass (n,) to the middle."""
    start: Indices = np.clip(np.rint(SIDE / 2 - centre), 0, SIDE - BOX).astype(np.intp)
    return start[:, None] + np.arange(BOX)
