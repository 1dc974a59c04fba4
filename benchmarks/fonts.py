"""Measure how well networks read printed digits, in fonts that you have.

    python benchmarks/fonts.py [--bold] [--checkpoint FILE ...] FONT ...

Each digit of each font is printed once, 12 to 60 pixels high, on white or on grey paper with grain;
with --bold its strokes are made wider by a twentieth, and it is cut out at its box.
Every picture goes through the path of `mnist predict`. Prints a Markdown table, a column for each
network.
"""

import argparse
import itertools
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont, ImageOps

import mnist_cli
from mnist_cli.pictures.reader import Picture, read_picture

Rng = np.random.Generator
DIGITS = "0123456789"
SEED = 0


def printed(digit: str, font: Path, rng: Rng) -> Image.Image:
    """Print a digit, with a margin of 0.3 to 0.8 of its height."""
    shape = ImageFont.truetype(font, 100)
    height = shape.getbbox(digit)[3] - shape.getbbox(digit)[1]
    shape = shape.font_variant(size=max(8, round(100 * rng.uniform(12, 60) / height)))
    left, top, right, bottom = (round(side) for side in shape.getbbox(digit))
    margin = round((bottom - top) * rng.uniform(0.3, 0.8)) + 3
    mask = Image.new("L", (right - left + 2 * margin, bottom - top + 2 * margin), 0)
    ImageDraw.Draw(mask).text((margin - left, margin - top), digit, 255, shape)
    return on_paper(np.asarray(mask) / 255, rng)


def bold(digit: str, shape: ImageFont.FreeTypeFont) -> Image.Image:
    """Print a digit with strokes wider by a twentieth, cut to its box, black on white."""
    image, width = Image.new("L", (600, 600)), round(shape.size / 40)
    ImageDraw.Draw(image).text((300, 300), digit, 255, shape, "mm", stroke_width=width)
    return ImageOps.invert(image.crop(image.getbbox()))


def large_bold(digit: str, font: Path, rng: Rng) -> Image.Image:
    """Print a digit as `bold` does, 40 to 260 points large."""
    return bold(digit, ImageFont.truetype(font, rng.uniform(40, 260)))


def on_paper(ink: NDArray[np.float64], rng: Rng) -> Image.Image:
    """Put ink, 0 to 1, on white paper, or on grey paper with grain."""
    dark, white = rng.uniform(10, 90), rng.random() < 0.4
    paper, grain = (255.0, 0.0) if white else (rng.uniform(200, 250), 2.5)
    values = paper - (paper - dark) * ink + rng.normal(0, grain, ink.shape)
    return Image.fromarray(np.clip(values, 0, 255).astype(np.uint8))


def as_read(image: Image.Image) -> Picture:
    """Read a picture as `mnist predict` does."""
    file = BytesIO()
    image.save(file, "PNG")
    file.seek(0)
    return read_picture(file)


def rows(labels: NDArray[np.int64], answers: list[NDArray[np.int64]]) -> Iterator[str]:
    """Yield a row for each digit, and one for all: the share that each network reads right."""
    for name in [*DIGITS, "all"]:
        here = (labels == int(name)) if name != "all" else np.ones(len(labels), bool)
        shares = [f"{(answer[here] == labels[here]).mean():.1%}" for answer in answers]
        yield " | ".join([name, f"{here.sum():,}", *shares])


def compare(checkpoints: list[str], pictures: list[Picture], labels: NDArray[np.int64]) -> None:
    """Print how many pictures of each digit each network reads right."""
    answers = [
        np.array([-1 if r.digit is None else r.digit for r in model.read(pictures)])
        for model in map(mnist_cli.load_model, checkpoints)
    ]
    print(f"| digit | pictures | {' | '.join(checkpoints)} |")
    print(f"|{'---|' * (2 + len(answers))}")
    for row in rows(labels, answers):
        print(f"| {row} |")


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("fonts", type=Path, nargs="+", metavar="FONT")
    parser.add_argument("--checkpoint", nargs="+", default=["best"])
    parser.add_argument("--bold", action="store_true")
    options = parser.parse_args()
    rng = np.random.default_rng(SEED)
    pairs = itertools.product(options.fonts, DIGITS)
    draw = large_bold if options.bold else printed
    pictures = [as_read(draw(digit, font, rng)) for font, digit in pairs]
    labels = np.arange(len(pictures)) % 10
    compare(options.checkpoint, pictures, labels)


if __name__ == "__main__":
    main()
