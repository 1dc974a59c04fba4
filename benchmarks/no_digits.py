"""Pictures without a digit, drawn: letters, doodles, blots and noise."""

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFilter, ImageFont
from reading import SEED

Rng = np.random.Generator
Stroke = NDArray[np.float64]  # points (n, 2), x and y from 0 to 1

BICUBIC = Image.Resampling.BICUBIC
SIDE = 240  # of a drawing, in pixels
PRINTED = "ACDEFGHJKLMNPQRTUVWXYadefhkmnprtuvwxy"  # the letters that are no digit: no B, I, O, S, Z
# Strokes of written letters, points joined by '-': column 0 to 4 and row 0 to 6.
WRITTEN = {
    "A": "06-20-46 14-34", "E": "40-00-06-46 03-33", "F": "40-00-06 03-33",
    "H": "00-06 40-46 03-43", "K": "00-06 40-03-46", "M": "06-00-24-40-46",
    "N": "06-00-46-40", "P": "06-00-30-41-42-33-03", "R": "06-00-30-41-42-33-03 23-46",
    "T": "00-40 20-26", "V": "00-26-40", "W": "00-16-23-36-40",
    "X": "00-46 40-06", "Y": "00-23-40 23-26", "e": "04-44-42-31-11-03-05-16-36-45",
    "h": "00-06 04-13-33-44-46", "k": "00-06 32-04-46", "m": "02-06 03-12-23-26 23-32-43-46",
    "r": "02-06 03-12-32", "t": "20-25-36-45 02-42",
}  # fmt: skip


def dense(points: list[tuple[float, float]]) -> Stroke:
    """Put ten points on each segment of a line, so that it can be bent."""
    corners = np.array(points, float)
    places = np.linspace(0, len(corners) - 1, 10 * len(corners))
    columns = [np.interp(places, np.arange(len(corners)), column) for column in corners.T]
    return np.stack(columns, axis=1)


def arc(x: float, y: float, radius: float, start: float = 0, end: float = 1) -> Stroke:
    """Return part of a circle, in turns clockwise from the right."""
    angle = 2 * np.pi * np.linspace(start, end, 60)
    return np.stack([x + radius * np.cos(angle), y + radius * np.sin(angle)], axis=1)


def letter(name: str) -> list[Stroke]:
    """Return the strokes of a written letter."""
    strokes = [stroke.split("-") for stroke in WRITTEN[name].split()]
    return [dense([(int(p[0]) / 4, int(p[1]) / 6) for p in stroke]) for stroke in strokes]


def doodles(rng: Rng) -> dict[str, list[Stroke]]:
    """Return the strokes of one doodle of each kind."""
    t = np.linspace(0, 1, 80)
    fifths = np.pi / 2 + 0.8 * np.pi * np.arange(6)
    lines = [x / 4 for x in range(5)]
    heart = 13 * np.cos(2 * np.pi * t) - 5 * np.cos(4 * np.pi * t) - 2 * np.cos(6 * np.pi * t)
    return {
        "spiral": [arc(0, 0, 1, 0, 3) * t[:60, None] / t[59]],
        "star": [dense(list(zip(np.cos(fifths), -np.sin(fifths), strict=True)))],
        "house": [dense([(0, 0.4), (0.5, 0), (1, 0.4), (1, 1), (0, 1), (0, 0.4), (1, 0.4)])],
        "face": [arc(0, 0, 1), arc(-0.3, -0.3, 0.1), arc(0.3, -0.3, 0.1), arc(0, 0, 0.6, 0.1, 0.4)],
        "scribble": [dense(rng.random((12, 2)).tolist())],
        "triangle": [dense([(0, 1), (0.5, 0), (1, 1), (0, 1)])],
        "square": [dense([(0, 0), (1, 0), (1, 1), (0, 1), (0, 0)])],
        "cross": [dense([(0, 0.5), (1, 0.5)]), dense([(0.5, 0), (0.5, 1)])],
        "tick": [dense([(0, 0.6), (0.3, 1), (1, 0)])],
        "disc": [arc(0, 0, radius) for radius in np.linspace(0.02, 1, 30)],
        "grid": [dense([(0, y), (1, y)]) for y in lines] + [dense([(x, 0), (x, 1)]) for x in lines],
        "wave": [np.stack([3 * t, 0.6 * np.sin(25 * t)], axis=1)],
        "heart": [np.stack([16 * np.sin(2 * np.pi * t) ** 3, -heart], axis=1)],
        "arrow": [dense([(0, 0.5), (1, 0.5)]), dense([(0.7, 0.2), (1, 0.5), (0.7, 0.8)])],
    }


def drawn(strokes: list[Stroke], rng: Rng) -> Image.Image:
    """Draw strokes with random shear, rotation and bending, and a pen of 5 to 17 pixels."""
    matrix, wave = np.eye(2) + rng.normal(0, 0.1, (2, 2)), rng.uniform(-4, 4, (2, 2))
    low = np.concatenate(strokes).min(axis=0)
    size = (np.concatenate(strokes).max(axis=0) - low).max()
    image, width = Image.new("L", (SIDE, SIDE), 255), int(rng.integers(5, 18))
    pen = ImageDraw.Draw(image)
    for stroke in strokes:
        points = (stroke - low) / size - 0.5
        points = (points + 0.03 * np.sin(points @ wave)) @ matrix
        line = [tuple(point) for point in (SIDE * (0.5 + 0.65 * points)).tolist()]
        pen.line(line, fill=0, width=width, joint="curve")
        for x, y in (line[0], line[-1]):
            pen.ellipse((x - width / 2, y - width / 2, x + width / 2, y + width / 2), fill=0)
    return image


def printed(name: str, rng: Rng) -> Image.Image:
    """Print a letter in Pillow's own font, rotated by up to 12 degrees."""
    image, font = Image.new("L", (SIDE, SIDE), 255), ImageFont.load_default(rng.uniform(90, 180))
    place, bold = (SIDE / 2, SIDE / 2), int(rng.integers(0, 4))
    ImageDraw.Draw(image).text(place, name, 0, font, "mm", stroke_width=bold)
    return image.rotate(rng.uniform(-12, 12), BICUBIC, fillcolor=255)


def grey_noise(rng: Rng) -> Image.Image:
    """Return 28x28 pixels of random grey levels."""
    return Image.fromarray(rng.integers(0, 256, (28, 28), np.uint8))


def blots(rng: Rng) -> Image.Image:
    """Return black blots on white, or white ones on black, that cover 10 to 40%."""
    grey = Image.fromarray(rng.integers(0, 256, (64, 64), np.uint8))
    blurred = np.asarray(grey.filter(ImageFilter.GaussianBlur(rng.uniform(1, 4))))
    dark = blurred > np.percentile(blurred, rng.uniform(60, 90))
    return Image.fromarray(np.where(dark ^ (rng.random() < 0.5), 255, 0).astype(np.uint8))


def no_digits(count: int) -> dict[str, list[Image.Image]]:
    """Draw about `count` pictures of each kind, without a digit."""
    rng = np.random.default_rng(SEED)
    sets = {
        "letters, printed": [printed(PRINTED[i % len(PRINTED)], rng) for i in range(count)],
        "letters, written": [
            drawn(letter(list(WRITTEN)[i % len(WRITTEN)]), rng) for i in range(count)
        ],
        "grey noise": [grey_noise(rng) for _ in range(count)],
        "blots": [blots(rng) for _ in range(count)],
    }
    for _ in range(-(-count // len(doodles(rng)))):
        for name, strokes in doodles(rng).items():
            sets.setdefault(f"doodles: {name}", []).append(drawn(strokes, rng))
    return sets


def noise_images(count: int) -> dict[str, NDArray[np.uint8]]:
    """Return 28x28 images of noise (count, 784), which go to the network as they are."""
    rng = np.random.default_rng(SEED)
    kinds = {"grey": rng.integers(0, 256, (count, 784), np.uint8)}
    for share in (0.5, 0.2, 0.05):
        black = rng.random((count, 784)) < share
        kinds[f"{share:.0%} black, the rest white"] = np.where(black, 255, 0).astype(np.uint8)
    return kinds
