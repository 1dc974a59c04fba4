"""Measure how well networks read printed digits, in fonts that you have.

    python benchmarks/fonts.py [--bold] [--checkpoint FILE ...] FONT ...
    python benchmarks/fonts.py --numbers [--checkpoint FILE ...] [-- FONT ...]

Each digit of each font is printed once, 12 to 60 pixels high, on white or on grey paper with grain;
with --bold its strokes are made wider by a twentieth, and it is cut out at its box. With --numbers,
numbers of all ten digits are printed black on white, in nine sizes and four orders, and read as
`mnist predict --many` does; without a FONT in that which Pillow brings along.
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
from mnist_cli.pictures.reader import Picture, Sheet, read_picture, read_sheet

Rng = np.random.Generator
DIGITS = "0123456789"
SEED = 0
SIZES = 16, 20, 24, 28, 32, 36, 48, 64, 96  # of numbers, in pixels
ORDERS = 4  # of the digits, in each size


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
    return read_picture(as_file(image))


def as_file(image: Image.Image) -> BytesIO:
    """Return a PNG file in memory."""
    file = BytesIO()
    image.save(file, "PNG")
    file.seek(0)
    return file


def numbers(font: Path | None, rng: Rng) -> Iterator[tuple[str, Sheet]]:
    """Print the ten digits in a row, in each size and some orders; None is Pillow's own font."""
    for size, _ in itertools.product(SIZES, range(ORDERS)):
        shape = ImageFont.truetype(font, size) if font else ImageFont.load_default(size)
        number = "".join(rng.permutation(list(DIGITS)))
        page = Image.new("L", (9 * size, 3 * size), 255)
        ImageDraw.Draw(page).text((size, size), number, 0, shape)
        yield number, read_sheet(as_file(page))


def compare_numbers(checkpoints: list[str], fonts: list[Path | None], rng: Rng) -> None:
    """Print how many numbers of each font each network reads without a mistake."""
    print(f"| font | numbers | {' | '.join(checkpoints)} |")
    print(f"|{'---|' * (2 + len(checkpoints))}")
    models = [mnist_cli.load_model(checkpoint) for checkpoint in checkpoints]
    for font in fonts:
        pages = list(numbers(font, rng))
        right = [
            sum(
                [line.text for line in model.read_page(sheet)] == [number]
                for number, sheet in pages
            )
            for model in models
        ]
        name = font.stem if font else "Pillow's own"
        print(f"| {name} | {len(pages)} | {' | '.join(map(str, right))} |")


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
    parser.add_argument("fonts", type=Path, nargs="*", metavar="FONT")
    parser.add_argument("--checkpoint", nargs="+", default=["best"])
    parser.add_argument("--bold", action="store_true")
    parser.add_argument("--numbers", action="store_true")
    options = parser.parse_args()
    rng = np.random.default_rng(SEED)
    if options.numbers:
        compare_numbers(options.checkpoint, options.fonts or [None], rng)
        return
    if not options.fonts:
        parser.error("name the files of some fonts")
    pairs = itertools.product(options.fonts, DIGITS)
    draw = large_bold if options.bold else printed
    pictures = [as_read(draw(digit, font, rng)) for font, digit in pairs]
    labels = np.arange(len(pictures)) % 10
    compare(options.checkpoint, pictures, labels)


if __name__ == "__main__":
    main()
