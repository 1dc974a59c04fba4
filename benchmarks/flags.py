"""Measure how well a network reads 1s with a flag, and 7s beside them.

    python benchmarks/flags.py [--checkpoint FILE] [--count 1500] [--sheet SHEET.png]

Draws pictures of 160x160 pixels with a round pen, by another way than the built-in digits: the
length and the angle of the flag, the slant and the foot are random numbers, no skeletons. Every
picture goes through the path of `mnist predict`. Prints a Markdown table; `--sheet` shows some.
"""

import argparse
from io import BytesIO
from itertools import pairwise
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw

import mnist_cli
from mnist_cli.pictures.reader import Picture, read_picture

Rng = np.random.Generator
Stroke = NDArray[np.float64]  # points (n, 2), in heights of the digit, y downwards
SIDE = 160  # of a picture, in pixels
EDGES = (0.15, 0.25, 0.35, 0.45, 0.6, 0.75)  # lengths of a flag, in heights of the digit


class Drawing(NamedTuple):
    """One picture, and what it shows: the length of a 1's flag, a foot or a 7's bar."""

    picture: Image.Image
    length: float
    crossed: bool


def bow(start: Stroke, middle: Stroke, end: Stroke) -> Stroke:
    """Return a curve through three points (a quadratic Bézier curve)."""
    t = np.linspace(0, 1, 20)[:, None]
    return (1 - t) ** 2 * start + t * (1 - t) * (4 * middle - start - end) + t**2 * end


def one(rng: Rng) -> Drawing:
    """Draw a 1: a stem, a flag that falls, and with a chance of a third a foot."""
    slant = rng.uniform(-0.15, 0.45)
    length, angle = rng.uniform(EDGES[0], EDGES[-1]), rng.uniform(22, 62)
    turn = np.deg2rad(angle)
    top, foot = np.zeros(2), np.array([-slant, 1.0])
    end = length * np.array([-np.sin(turn) - 0.6 * slant * np.cos(turn), np.cos(turn)])
    aside = 0.08 * length * rng.normal() * np.array([np.cos(turn), np.sin(turn)])
    stem = bow(top, foot / 2 + [0.025 * rng.normal(), 0], foot)
    strokes = [bow(end, end / 2 + aside, top), stem]
    if has_foot := rng.random() < 1 / 3:
        left, right = rng.uniform(0.12, 0.32, 2)
        ends = [[-left, 0], [right, 0.03 * rng.normal()]]
        strokes.append(foot + np.array(ends))
    return Drawing(drawn(strokes, rng), length, has_foot)


def seven(rng: Rng) -> Drawing:
    """Draw a 7: a nearly level bar, a slanted stem, and with a chance of a half a second bar."""
    slant, width, fall = rng.uniform(0.15, 0.55), rng.uniform(0.4, 0.75), rng.uniform(-0.12, 0.1)
    top, foot, left = np.zeros(2), np.array([-slant, 1.0]), width * np.array([-1, fall])
    stem = bow(top, foot / 2 + [0.04 * rng.normal(), 0], foot)
    strokes = [bow(left, left / 2 + [0, 0.02 * rng.normal()], top), stem]
    if barred := rng.random() < 0.5:
        middle, half = foot * rng.uniform(0.42, 0.58), rng.uniform(0.15, 0.28)
        way = half * np.array([1, 0.08 * rng.normal()])
        strokes.append(np.array([middle - way, middle + way]))
    return Drawing(drawn(strokes, rng), 0, barred)


def drawn(strokes: list[Stroke], rng: Rng) -> Image.Image:
    """Draw strokes in the middle of white paper; the pen is 3.5% to 12% of their height."""
    points = np.concatenate(strokes)
    low, high = points.min(axis=0), points.max(axis=0)
    scale = rng.uniform(0.55, 0.75) * SIDE / (high - low).max()
    width = max(2, round(rng.uniform(0.035, 0.12) * (high - low)[1] * scale))
    image = Image.new("L", (SIDE, SIDE), 255)
    pen = ImageDraw.Draw(image)
    for stroke in strokes:
        line = [tuple(p) for p in ((stroke - (low + high) / 2) * scale + SIDE / 2).tolist()]
        pen.line(line, fill=0, width=width, joint="curve")
        for x, y in (line[0], line[-1]):
            pen.ellipse((x - width / 2, y - width / 2, x + width / 2, y + width / 2), fill=0)
    return image


def as_read(image: Image.Image) -> Picture:
    """Read a picture as `mnist predict` does."""
    file = BytesIO()
    image.save(file, "PNG")
    file.seek(0)
    return read_picture(file)


def shares(model: mnist_cli.Model, digit: int, drawings: list[Drawing]) -> NDArray[np.bool_]:
    """Return which of the drawings are read as this digit, (n,)."""
    readings = model.read([as_read(drawing.picture) for drawing in drawings])
    return np.array([reading.digit == digit for reading in readings])


def rows(right: dict[int, NDArray[np.bool_]], ones: list[Drawing], sevens: list[Drawing]) -> list:
    """Return title and answers (n,) of each row of the table."""
    lengths = np.array([drawing.length for drawing in ones])
    foot = np.array([drawing.crossed for drawing in ones])
    barred = np.array([drawing.crossed for drawing in sevens])
    groups = [
        (f"1, flag {low:.0%} to {high:.0%} of the height", (lengths >= low) & (lengths < high))
        for low, high in pairwise(EDGES)
    ]
    groups += [("1 without a foot", ~foot), ("1 with a foot", foot)]
    table = [(title, right[1][chosen]) for title, chosen in groups]
    table += [("1, all", right[1]), ("7", right[7][~barred]), ("7, barred", right[7][barred])]
    return table


def sheet(drawings: list[Drawing]) -> Image.Image:
    """Return a page of up to 10 x 16 drawings, to look at."""
    page = Image.new("L", (16 * 80, 10 * 80), 200)
    for number, drawing in enumerate(drawings[:160]):
        small = drawing.picture.resize((78, 78))
        page.paste(small, (number % 16 * 80, number // 16 * 80))
    return page


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--checkpoint", default="best")
    parser.add_argument("--count", type=int, default=1500, help="pictures of each digit")
    parser.add_argument("--sheet", type=Path)
    parser.add_argument("--tiny", action="store_true")
    options = parser.parse_args()
    count = 60 if options.tiny else options.count
    rng, model = np.random.default_rng(0), mnist_cli.load_model(options.checkpoint)
    ones, sevens = [one(rng) for _ in range(count)], [seven(rng) for _ in range(count)]
    if options.sheet is not None:
        sheet([*ones[:80], *sevens[:80]]).save(options.sheet)
    right = {1: shares(model, 1, ones), 7: shares(model, 7, sevens)}
    print("| pictures | count | read right |\n|---|---|---|")
    for title, answers in rows(right, ones, sevens):
        print(f"| {title} | {len(answers):,} | {answers.mean():.1%} |")


if __name__ == "__main__":
    main()
