"""Measure how well the shipped network reads pictures, how reliable it is, and how long it takes.

    python benchmarks/handwriting.py [--data-dir data] [--pictures FOLDER --labels FILE.csv]

Prints Markdown tables. Every picture goes through `read_picture` and `read_pictures`, the path of
`mnist predict`. Letters, doodles and noise are drawn here, with a fixed seed. The first line
of the file of labels has the names of its columns: file, label, kind. `--tiny` uses few pictures.
"""

import argparse
import csv
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator
from functools import cache, partial
from importlib.util import find_spec
from io import BytesIO
from itertools import islice, pairwise
from pathlib import Path
from typing import NamedTuple

import numpy as np
import papers
import strangers
from fonts import bold
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFilter, ImageFont, ImageOps

import mnist_cli
from mnist_cli.data.datasets import load_split
from mnist_cli.data.provision import provide
from mnist_cli.pictures.reader import read_picture
from mnist_cli.prediction import UNLIKE, Reading, answer, answer_sets, read_pictures
from mnist_cli.training.checkpoint import Checkpoint, load_checkpoint

Rng = np.random.Generator
Stroke = NDArray[np.float64]  # points (n, 2), x and y from 0 to 1

SHIPPED = Path(mnist_cli.__file__).parent / "models" / "best.npz"
TABLES = (
    "robustness",
    "forms",
    "blank",
    "confidence",
    "outside",
    "sets",
    "unlike",
    "noise",
    "pictures",
    "time",
)
SEED = 0
AT_ONCE = 64  # pictures answered together, as in the command
LEVELS = (0.9, 0.99, 0.995, 0.999)  # of answer sets
BIN_EDGES = (0, 0.5, 0.7, 0.8, 0.9, 0.95, 0.99, 1)
ERROR_BINS = 15  # of equal width, as in Guo et al. 2017
BICUBIC, NEAREST = Image.Resampling.BICUBIC, Image.Resampling.NEAREST
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


class Answers(NamedTuple):
    """Answers to n pictures: digit (-1: none), confidence, unlike any digit, any warning."""

    digits: NDArray[np.int64]
    confidence: NDArray[np.float64]
    unlike: NDArray[np.bool_]
    warned: NDArray[np.bool_]


# -- reading ---------------------------------------------------------------------------------------


def as_png(image: Image.Image) -> BytesIO:
    """Return a picture as a file in memory."""
    file = BytesIO()
    image.save(file, "PNG")
    file.seek(0)
    return file


def read(checkpoint: Checkpoint, files: Iterable[Path | BytesIO]) -> Answers:
    """Read every file as `mnist predict` does."""
    readings: list[Reading] = []
    todo = iter(files)
    while group := [read_picture(file) for file in islice(todo, AT_ONCE)]:
        readings += read_pictures(checkpoint, group)
    return Answers(
        np.array([-1 if r.digit is None else r.digit for r in readings]),
        np.array([r.confidence for r in readings]),
        np.array([UNLIKE in r.warnings for r in readings]),
        np.array([bool(r.warnings) for r in readings]),
    )


def table(title: str, head: str, rows: Iterable[str]) -> None:
    """Print a table."""
    print(f"\n### {title}\n\n| {head} |\n|{'---|' * (head.count('|') + 1)}", flush=True)
    for row in rows:
        print(f"| {row} |", flush=True)


# -- changed test images ---------------------------------------------------------------------------


def moved(image: Image.Image, dx: int, dy: int) -> Image.Image:
    """Shift a picture; what moves out of it is lost."""
    return image.transform(image.size, Image.Transform.AFFINE, (1, 0, -dx, 0, 1, -dy))


def changes() -> dict[str, Callable[[Image.Image], Image.Image]]:
    """Return the changes of the test images, by name."""
    rng = np.random.default_rng(SEED)
    eight = [(x, y) for x in (-4, 0, 4) for y in (-4, 0, 4) if x or y]
    return {
        "as they are": lambda image: image,
        "shifted by up to 4 pixels": lambda image: moved(image, *rng.integers(-4, 5, 2).tolist()),
        "shifted by 4, one of 8 directions": lambda image: moved(image, *eight[rng.integers(8)]),
        "inverted": lambda image: image.point(lambda value: 255 - value),
        "doubled in size, bicubic": lambda image: image.resize((56, 56), BICUBIC),
        "doubled in size, nearest": lambda image: image.resize((56, 56), NEAREST),
        "rotated by -15°": lambda image: image.rotate(-15, BICUBIC),
        "rotated by 15°": lambda image: image.rotate(15, BICUBIC),
        "rotated by up to 15°": lambda image: image.rotate(rng.uniform(-15, 15), BICUBIC),
    }


def robustness(
    checkpoint: Checkpoint, images: list[Image.Image], labels: NDArray[np.uint8]
) -> Iterator[str]:
    """Yield rows: the accuracy on changed test images, and the loss of accuracy."""
    plain = None
    for name, change in changes().items():
        right = (read(checkpoint, (as_png(change(i)) for i in images)).digits == labels).mean()
        plain = right if plain is None else plain
        yield f"{name} | {right:.2%} | {100 * (plain - right):.2f}"


# -- test images as other programs make them -------------------------------------------------------


def enlarged(image: Image.Image, factor: int, how: Image.Resampling = NEAREST) -> Image.Image:
    """Enlarge a picture by a whole number."""
    return image.resize((factor * image.width, factor * image.height), how)


def tight(image: Image.Image) -> Image.Image:
    """Cut a digit out at its bounding box, dark on white."""
    return ImageOps.invert(image.crop(image.getbbox()))


def on_ground(image: Image.Image, ink: str, ground: str) -> Image.Image:
    """Colour the ink and the ground."""
    return ImageOps.colorize(image, ground, ink)


def on_white(image: Image.Image, margin: int) -> Image.Image:
    """Put an image on a white page."""
    return ImageOps.expand(image, margin, 255)


def mapped(image: Image.Image, name: str) -> Image.Image:
    """Colour an image as `plt.imsave` does."""
    from matplotlib import colormaps

    return Image.fromarray((colormaps[name](np.asarray(image)) * 255).astype(np.uint8))


def plotted(image: Image.Image, cmap: str, axes: bool) -> Image.Image:
    """Show an image as `plt.imshow` and `savefig` do."""
    from matplotlib.figure import Figure

    figure, file = Figure(), BytesIO()
    plot = figure.subplots()
    plot.imshow(np.asarray(image), cmap=cmap)
    plot.set_axis_on() if axes else plot.set_axis_off()
    figure.savefig(file, format="png")
    return Image.open(file)


def screenshot(image: Image.Image) -> Image.Image:
    """Put a plot into a notebook's cell, below two lines of code."""
    page = Image.new("RGB", (900, 620), "white")
    draw, font = ImageDraw.Draw(page), ImageFont.load_default(14)
    draw.rectangle((0, 0, 899, 50), "#f7f7f7")
    draw.text((80, 15), "plt.imshow(images[0], cmap='gray')", "black", font)
    draw.text((80, 60), "<matplotlib.image.AxesImage at 0x7f3a>", "black", font)
    page.paste(plotted(image, "gray", axes=True).convert("RGB"), (80, 90))
    return page


def normalised(image: Image.Image) -> Image.Image:
    """Return pixels with mean 0 and standard deviation 1 over MNIST, as 32-bit floats."""
    return Image.fromarray(((np.asarray(image) / 255 - 0.1307) / 0.3081).astype(np.float32))


def plots() -> dict[str, Callable[[Image.Image], Image.Image]]:
    """Return what Matplotlib makes of an image, by name."""
    return {
        **{
            f"imsave, {name}": partial(mapped, name=name)
            for name in ("viridis", "jet", "turbo", "plasma", "coolwarm", "hot_r")
        },
        "imshow, gray, axes": partial(plotted, cmap="gray", axes=True),
        "imshow, gray, no axes": partial(plotted, cmap="gray", axes=False),
        "imshow, viridis, axes": partial(plotted, cmap="viridis", axes=True),
        "notebook's screenshot": screenshot,
    }


def forms() -> dict[str, Callable[[Image.Image], Image.Image]]:
    """Return what other programs make of an image, by name."""
    return {
        "cut to its box": tight,
        "cut to its box, light on dark": lambda image: image.crop(image.getbbox()),
        "cut to its box, ten times": lambda image: enlarged(tight(image), 10, BICUBIC),
        "cut to its box, ten times, nearest": lambda image: enlarged(tight(image), 10),
        "black on yellow": lambda image: on_ground(image, "black", "#fff06e"),
        "white on blue": lambda image: on_ground(image, "white", "#143cc8"),
        "white on blue, 64 pixels": lambda image: on_ground(image, "white", "#143cc8").resize(
            (64, 64), BICUBIC
        ),
        "black on yellow, 280 pixels": lambda image: enlarged(
            on_ground(image, "black", "#fff06e"), 10
        ),
        **(plots() if find_spec("matplotlib") else {}),
        "tile on white": lambda image: on_white(enlarged(image, 10), 100),
        "tile on white, 36 pixels": lambda image: on_white(image, 4),
        "white frame of one pixel": lambda image: on_white(image, 1),
        "normalised 32-bit float": normalised,
        "9 of 255 darker than white": lambda image: image.point(lambda v: 255 - round(v * 9 / 255)),
    }


def as_file(image: Image.Image) -> BytesIO:
    """Return a picture as a file in memory: TIFF for floats, which PNG cannot hold."""
    if image.mode != "F":
        return as_png(image)
    file = BytesIO()
    image.save(file, "TIFF")
    return file


def printed_bold(count: int) -> list[Image.Image]:
    """Print bold digits 0 to 9 in turn, 30 to 200 pixels high, cut to their boxes."""
    rng = np.random.default_rng(SEED)
    sizes = rng.uniform(40, 260, count).tolist()
    return [
        bold(str(number % 10), ImageFont.load_default(size)) for number, size in enumerate(sizes)
    ]


def some(
    images: list[Image.Image], labels: NDArray[np.uint8], count: int
) -> tuple[list[Image.Image], NDArray[np.uint8]]:
    """Choose some images at random, with a fixed seed."""
    chosen = np.random.default_rng(SEED).permutation(len(images))[:count]
    return [images[i] for i in chosen], labels[chosen]


def by_form(
    checkpoint: Checkpoint, images: list[Image.Image], labels: NDArray[np.uint8]
) -> Iterator[str]:
    """Yield rows: the accuracy on what other programs make of test images."""
    for name, form in forms().items():
        answers = read(checkpoint, (as_file(form(image)) for image in images))
        right = (answers.digits == labels).mean()
        yield f"{name} | {len(images)} | {right:.1%} | {answers.warned.mean():.1%}"
    if not find_spec("matplotlib"):
        yield "imsave, imshow, screenshot | 0 | matplotlib is not installed | "
    answers = read(checkpoint, map(as_file, printed_bold(len(images))))
    right = (answers.digits == np.arange(len(images)) % 10).mean()
    yield f"printed bold, cut | {len(images)} | {right:.1%} | {answers.warned.mean():.1%}"


# -- confidence ------------------------------------------------------------------------------------


def reliability(answers: Answers, right: NDArray[np.bool_]) -> Iterator[str]:
    """Yield rows: confidence and accuracy of the answers in each bin."""
    numbers = np.digitize(answers.confidence, BIN_EDGES[1:-1])
    for number, (low, high) in enumerate(pairwise(BIN_EDGES)):
        here = numbers == number
        if here.any():
            means = f"{answers.confidence[here].mean():.1%} | {right[here].mean():.1%}"
            yield f"{low:.0%} to {high:.0%} | {here.sum():,} | {means}"
    error = calibration_error(answers.confidence, right)
    yield f"all | {len(right):,} | {answers.confidence.mean():.2%} | {right.mean():.2%}"
    yield f"expected calibration error, {ERROR_BINS} equal bins | | | {100 * error:.2f} points"


def calibration_error(confidence: NDArray[np.float64], right: NDArray[np.bool_]) -> float:
    """Return the mean difference of confidence and accuracy over equal bins, weighted by count."""
    numbers = np.minimum((confidence * ERROR_BINS).astype(int), ERROR_BINS - 1)
    gaps = np.bincount(numbers, confidence - right, ERROR_BINS)
    return float(np.abs(gaps).sum() / len(right))


def outside(checkpoint: Checkpoint, count: int) -> Iterator[str]:
    """Yield rows as `reliability` does, for digits that went through the picture steps."""
    rng = np.random.default_rng(SEED)
    masks, labels = zip(*strangers.digits(count, SEED), strict=True)
    answers = read(checkpoint, (strangers.pictured(mask, rng) for mask in masks))
    right = answers.digits == labels
    yield from reliability(answers, right)
    for name, here in (("unlike any digit", answers.unlike), ("right", right)):
        flagged = f"{answers.unlike[here].mean():.1%} flagged" if here.any() else ""
        accuracy = f"{right[here].mean():.1%}" if here.any() else ""
        yield f"{name} | {here.sum():,} | {flagged} | {accuracy}"


def blank(checkpoint: Checkpoint, count: int) -> Iterator[str]:
    """Yield rows: of each kind of paper, how often an empty page gets a digit.

    And how often one without a warning; how often a digit on the same paper is not found, or is
    read wrongly.
    """
    pages = list(papers.papers(count, SEED))
    empty = read(checkpoint, (page.empty for page in pages))
    found = empty.digits >= 0
    silent = found & ~empty.warned
    answers = read(checkpoint, (page.written for page in pages)).digits
    kinds, pens = (np.array(names) for names in zip(*((p.kind, p.pen) for p in pages), strict=True))
    wrong = (answers >= 0) & (answers != [page.label for page in pages])
    for name in [*dict.fromkeys(kinds.tolist()), *papers.PENS, "all"]:
        here = (kinds == name) | (pens == name) | (name == "all")
        read_empty = f"{found[here].mean():.1%} | {silent[here].mean():.1%}"
        cells = f"{(answers[here] < 0).mean():.1%} | {wrong[here].mean():.1%}"
        yield f"{name} | {here.sum()} | {'– | –' if name in papers.PENS else read_empty} | {cells}"


def sets(
    checkpoint: Checkpoint, images: NDArray[np.uint8], labels: NDArray[np.uint8]
) -> Iterator[str]:
    """Yield rows: how many answer sets hold the right digit, and how large they are."""
    answers = answer(checkpoint, images)
    for level in LEVELS:
        inside = answer_sets(checkpoint, answers, level)
        held, sizes = inside[np.arange(len(labels)), labels], inside.sum(axis=1)
        cells = f"{(sizes == 1).mean():.2%} | {(sizes == 2).mean():.2%} | {sizes.mean():.3f}"
        yield f"{level:.1%} | {held.mean():.2%} | {cells}"


# -- drawings of no digit --------------------------------------------------------------------------


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


def noise(checkpoint: Checkpoint, count: int) -> Iterator[str]:
    """Yield rows: how many images of noise are read surely, and how many of all are flagged."""
    for name, images in noise_images(count).items():
        answers = answer(checkpoint, images)
        sure = (answers.confidences.max(axis=1) > 0.8).mean()
        yield f"{name} | {count:,} | {sure:.1%} | {answers.unlike.mean():.1%}"


def flags(name: str, unlike: NDArray[np.bool_], warned: NDArray[np.bool_]) -> str:
    """Return a row: how many pictures are flagged."""
    if not len(unlike):
        return f"{name} | 0 | – | –"
    return f"{name} | {len(unlike):,} | {unlike.mean():.1%} | {warned.mean():.1%}"


def others(
    checkpoint: Checkpoint,
    test: Answers,
    right: NDArray[np.bool_],
    count: int,
    fonts: list[Path],
) -> Iterator[str]:
    """Yield rows: how many test digits, and pictures of no digit, are flagged."""
    yield flags("test digits (by mistake)", test.unlike, test.warned)
    yield flags("of these, read wrongly", test.unlike[~right], test.warned[~right])
    rng = np.random.default_rng(SEED)
    kinds = {"hands": [strangers.pictured(strangers.hand(rng), rng) for _ in range(count)]}
    for name, files in (kinds | strangers.letters(fonts, count, rng)).items():
        answers = read(checkpoint, files)
        yield flags(name, answers.unlike, answers.warned)
    doodle_rows, doodle_flags = [], []
    for name, images in no_digits(count).items():
        answers = read(checkpoint, map(as_png, images))
        row = flags(name, answers.unlike, answers.warned)
        if name.startswith("doodles"):
            doodle_rows.append(row)
            doodle_flags.append((answers.unlike, answers.warned))
        else:
            yield row
    yield flags("doodles, all", *(np.concatenate(kind) for kind in zip(*doodle_flags, strict=True)))
    yield from doodle_rows


# -- pictures with labels --------------------------------------------------------------------------


def by_kind(checkpoint: Checkpoint, folder: Path, labels: Path) -> Iterator[str]:
    """Yield rows: the accuracy for each kind of picture."""
    with labels.open(newline="", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    answers = read(checkpoint, (folder / row["file"] for row in rows))
    right = answers.digits == [int(row["label"]) for row in rows]
    kinds = np.array([row["kind"] for row in rows])
    for kind in [*dict.fromkeys(kinds.tolist()), "all"]:
        here = (kinds == kind) | (kind == "all")
        cells = f"{here.sum()} | {right[here].sum()} | {right[here].mean():.1%}"
        yield f"{kind} | {cells} | {answers.unlike[here].mean():.1%}"


# -- time ------------------------------------------------------------------------------------------


def make_photo(digit: Image.Image, width: int, path: Path) -> None:
    """Write a JPEG photo, 4 to 3: a digit on unevenly lit grey paper, with camera noise."""
    height = width * 3 // 4
    side = height // 3
    page = Image.new("L", (width, height), 215)
    ink = digit.resize((side, side), BICUBIC).point(lambda value: value * 3 // 4)
    page.paste(40, (width // 3, height // 3), ink)
    light = np.linspace(1, 0.6, width, dtype=np.float32)[None, :, None]
    grain = np.random.default_rng(SEED).normal(0, 4, (height, width, 1)).astype(np.float32)
    values = np.asarray(page.convert("RGB")) * light + grain
    Image.fromarray(np.clip(values, 0, 255).astype(np.uint8)).save(path, quality=90)


def clocks() -> NDArray[np.float64]:
    """Return wall-clock time, and processor time of this process and its finished children."""
    return np.array([time.perf_counter(), sum(os.times()[:4])])


def spent(work: Callable[[], object], rounds: int) -> str:
    """Return cells: the median seconds of wall-clock time and of processor time."""
    marks = [clocks()]
    for _ in range(rounds):
        work()
        marks.append(clocks())
    wall, processor = np.median(np.diff(marks, axis=0), axis=0)
    return f"{wall:.2f} | {processor:.2f}"


def predict(checkpoint: Path, what: Path, count: int) -> None:
    """Run the real command, which must print `count` answers."""
    call = [sys.executable, "-m", "mnist_cli", "predict", str(what), "--json-lines", "--quiet"]
    call += ["--checkpoint", str(checkpoint)]
    answers = subprocess.run(call, check=True, capture_output=True).stdout.splitlines()
    if len(answers) != count:
        raise SystemExit(f"{what}: expected {count} answers, got {len(answers)}")


def photo_times(options: argparse.Namespace, digit: Image.Image, folder: Path) -> Iterator[str]:
    """Yield rows for one photo: in a running program, and as a whole command."""
    width = 400 if options.tiny else 4000
    photo, checkpoint = folder / "photo.jpg", load_checkpoint(options.checkpoint)
    make_photo(digit, width, photo)
    name = f"JPEG photo, {width * width * 3 / 4e6:.2g} megapixels"
    yield f"{name}: reading alone | 1 | {spent(lambda: read(checkpoint, [photo]), options.rounds)}"
    whole = spent(lambda: predict(options.checkpoint, photo, 1), options.rounds)
    yield f"{name}: `mnist predict` | 1 | {whole}"


def times(options: argparse.Namespace, images: list[Image.Image]) -> Iterator[str]:
    """Yield rows of seconds; shifted images take longer, because they must be centred."""
    with tempfile.TemporaryDirectory() as name:
        yield from photo_times(options, images[0], Path(name))
        for title, shift in (("PNG, 28x28", 0), ("PNG, 28x28, each shifted by 3 pixels", 3)):
            folder = Path(name, title)
            folder.mkdir()
            for number, image in enumerate(images):
                moved(image, shift, shift).save(folder / f"{number:05}.png")
            cells = spent(partial(predict, options.checkpoint, folder, len(images)), 1)
            yield f"{title}: `mnist predict FOLDER --json-lines` | {len(images):,} | {cells}"


# -- all -------------------------------------------------------------------------------------------


def parsed() -> argparse.Namespace:
    """Read the options."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data-dir", type=Path, default=Path("data"))
    parser.add_argument("--dataset", default="mnist", choices=["mnist", "builtin"])
    parser.add_argument("--checkpoint", type=Path, default=SHIPPED)
    parser.add_argument("--pictures", type=Path, help="folder of pictures of your own")
    parser.add_argument("--labels", type=Path, help="CSV file: file,label,kind")
    parser.add_argument("--count", type=int, default=10_000, help="test images")
    parser.add_argument("--forms", type=int, default=300, help="test images in each form")
    parser.add_argument("--papers", type=int, default=340, help="pieces of paper")
    parser.add_argument("--drawings", type=int, default=500, help="of each sort without a digit")
    parser.add_argument("--fonts", type=Path, nargs="+", default=[], help="with letters to read")
    parser.add_argument("--rounds", type=int, default=5, help="times that a photo is read")
    parser.add_argument("--only", nargs="+", choices=TABLES, help="the tables to print")
    parser.add_argument("--tiny", action="store_true")
    options = parser.parse_args()
    if (options.pictures is None) != (options.labels is None):
        parser.error("--pictures and --labels go together")
    if options.tiny:
        options.count, options.forms, options.drawings, options.rounds = 40, 10, 14, 1
        options.papers = 17
    return options


def tables(options: argparse.Namespace) -> dict[str, tuple[str, str, Callable[[], Iterator[str]]]]:
    """Return title, head and rows of each table, by name; the rows are measured when asked for."""
    checkpoint = load_checkpoint(options.checkpoint)
    test = load_split(provide(options.dataset, options.data_dir), "test", options.data_dir)
    labels = test.labels[: options.count]
    images = [Image.fromarray(row.reshape(28, 28)) for row in test.images[: options.count]]
    plain = cache(lambda: read(checkpoint, map(as_png, images)))
    return {
        "robustness": (
            f"{len(images):,} changed test images ({options.dataset})",
            "change | accuracy | loss, points",
            lambda: robustness(checkpoint, images, labels),
        ),
        "forms": (
            "Test images as other programs make them",
            "form | pictures | accuracy | any warning",
            lambda: by_form(checkpoint, *some(images, labels, options.forms)),
        ),
        "blank": (
            "Empty paper, and the same with a digit",
            "paper | pictures | empty: a digit | without a warning | written: no digit | wrong",
            lambda: blank(checkpoint, options.papers),
        ),
        "confidence": (
            "Confidence",
            "confidence | images | mean confidence | accuracy",
            lambda: reliability(plain(), plain().digits == labels),
        ),
        "outside": (
            "Confidence outside MNIST: built-in digits, photographed, scanned and drawn",
            "confidence | pictures | mean confidence | accuracy",
            lambda: outside(checkpoint, 4 * options.drawings),
        ),
        "sets": (
            f"Answer sets of {len(images):,} test images ({options.dataset})",
            "level | the right digit is in the set | one digit | two | digits, mean",
            lambda: sets(checkpoint, np.asarray(test.images[: options.count]), labels),
        ),
        "unlike": (
            f"The warning '{UNLIKE}'",
            "pictures | count | flagged | any warning",
            lambda: others(
                checkpoint, plain(), plain().digits == labels, options.drawings, options.fonts
            ),
        ),
        "noise": (
            "Noise that goes to the network as it is",
            "28x28 pixels | count | confidence above 80% | flagged",
            lambda: noise(checkpoint, 2 * options.drawings),
        ),
        "pictures": (
            "Pictures of your own",
            "kind | pictures | right | accuracy | flagged",
            lambda: by_kind(checkpoint, options.pictures, options.labels),
        ),
        "time": (
            "Time",
            "task | pictures | seconds | seconds of processor time",
            lambda: times(options, images),
        ),
    }


def main() -> None:
    """Print the tables, each row as soon as it is measured."""
    options = parsed()
    for name, (title, head, rows) in tables(options).items():
        if name in (options.only or TABLES) and (name != "pictures" or options.pictures):
            table(title, head, rows())


if __name__ == "__main__":
    main()
