"""Measure how well the shipped network reads rows and pages of digits, beside two other programs.

    python benchmarks/pages.py [--data-dir data] [--pictures FOLDER --labels FILE.csv] [--count 50]

Prints a Markdown table: of each kind of page, how many strings are exact, and how many digits are
right, wrong, missed and invented (by the edit distance; what is no digit does not count). The pages
are composed here, with a fixed seed, of MNIST's validation images, which the network was not
trained on, and of printed figures. The first line of the file of labels has the names of its
columns: file, label, kind. rapidocr (`pip install rapidocr-onnxruntime`) and Tesseract (Debian:
`apt-get install tesseract-ocr`) read the same pictures where they are installed.
"""

import argparse
import csv
import shutil
import subprocess
import tempfile
from collections import defaultdict
from collections.abc import Callable, Iterator
from functools import partial
from io import BytesIO
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray
from page_photos import in_a_sharp_shadow, on_a_table
from PIL import Image, ImageDraw, ImageFilter, ImageFont
from reading import as_file

from mnist_cli.data.datasets import load_split
from mnist_cli.data.provision import provide
from mnist_cli.model import load_model

Rng = np.random.Generator
SEED = 1  # the prices in `pictures.pieces` and `strings` were chosen on the pages of seed 0
FONTS = ("DejaVuSans.ttf", "DejaVuSans-Bold.ttf", "DejaVuSerif.ttf", "DejaVuSansMono.ttf")
PAPER, INK = 235, 40
HELD_OUT = 10_000  # the last training images; the shipped network was not trained on them


class Digits(NamedTuple):
    """Images (n, 28, 28) and labels (n,) that pages are composed of."""

    images: NDArray[np.uint8]
    labels: NDArray[np.uint8]


class Page(NamedTuple):
    """A picture as a file in memory, or its path; the digits on it, and its kind."""

    file: BytesIO | Path
    label: str
    kind: str


# -- composing pages -------------------------------------------------------------------------------


def figure(image: NDArray[np.uint8], height: float) -> Image.Image:
    """Return the ink of one digit, cut out at its box and enlarged: 20 pixels become `height`."""
    rows, columns = np.flatnonzero(image.any(1)), np.flatnonzero(image.any(0))
    ink = Image.fromarray(image[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1])
    size = tuple(max(1, round(side * height / 20)) for side in ink.size)
    return ink.resize((size[0], size[1]), Image.Resampling.BICUBIC)


def row(
    digits: Digits, rng: Rng, gaps: tuple[float, float], slope: float = 0.0
) -> tuple[Image.Image, str]:
    """Compose a row of 4 to 8 digits; gaps and slope in digit heights."""
    height, label, x = float(rng.uniform(28, 70)), "", 0.0
    canvas = Image.new("L", (round(height * 16), round(height * 5)), 0)
    for index in rng.integers(len(digits.labels), size=int(rng.integers(4, 9))).tolist():
        ink = figure(digits.images[index], height * float(rng.uniform(0.85, 1.1)))
        top = height * 2 + slope * x + height * float(rng.uniform(-0.1, 0.1)) + height - ink.height
        place = (round(x + height / 2), round(top))
        canvas.paste(255, place, ink)
        label += str(digits.labels[index])
        x += ink.width + height * float(rng.uniform(*gaps))
    return canvas, label


def composed(digits: Digits, rng: Rng, gaps: tuple[float, float], steep: float = 0.0) -> Any:
    """Return a page with one row, and its digits; it rises or falls by up to `steep`."""
    ink, label = row(digits, rng, gaps, float(rng.uniform(-steep, steep)))
    return on_paper(ink, rng), label


def two_rows(digits: Digits, rng: Rng) -> Any:
    """Return a page with two rows, one close below the other."""
    (first, above), (second, below) = (row(digits, rng, (0.05, 0.5)) for _ in range(2))
    first, second = (ink.crop(ink.getbbox()) for ink in (first, second))
    gap = round(0.3 * min(first.height, second.height))
    size = (max(first.width, second.width) + 80, first.height + second.height + gap + 80)
    page = Image.new("L", size, 0)
    page.paste(first, (40, 40))
    page.paste(second, (40, 40 + first.height + gap))
    return on_paper(page, rng), above + below


def written(digits: Digits, rng: Rng, text: str) -> Any:
    """Return a page with a date, an amount or a time: separators between the digits."""
    height = float(rng.uniform(30, 60))
    page, label, x = Image.new("L", (round(height * 14), round(height * 3)), 0), "", height / 2
    pen, width = ImageDraw.Draw(page), max(2, round(height / 9))
    for mark in text:
        if mark == "0":
            index = int(rng.integers(len(digits.labels)))
            ink = figure(digits.images[index], height * float(rng.uniform(0.9, 1.05)))
            page.paste(255, (round(x), round(2 * height) - ink.height), ink)
            label += str(digits.labels[index])
            x += ink.width + 0.12 * height
        else:
            x += separator(pen, mark, x, height, width)
    return on_paper(page, rng), label


def separator(pen: ImageDraw.ImageDraw, mark: str, x: float, height: float, width: int) -> float:
    """Draw a separator on a line of writing from `height` to 2 `height`; return its width."""
    base = 2 * height
    strokes = {
        ".": [(0, -0.05, 0.02, -0.05)],
        ",": [(0.06, -0.06, 0.0, 0.18)],
        ":": [(0, -0.15, 0.02, -0.15), (0, -0.6, 0.02, -0.6)],
        "-": [(0, -0.45, 0.4, -0.47)],
        "/": [(0, 0.1, 0.5, -1.15)],
        "=": [(0, -0.35, 0.4, -0.37), (0, -0.55, 0.4, -0.57)],
    }[mark]
    for x0, y0, x1, y1 in strokes:
        ends = (x + x0 * height, base + y0 * height, x + x1 * height, base + y1 * height)
        pen.line(ends, 255, width)
    wide = max(stroke[0] for stroke in strokes) + max(stroke[2] for stroke in strokes)
    return (wide + 0.14) * height + width


def printed(_: Digits, rng: Rng) -> Any:
    """Return a page with a printed number."""
    label = "".join(map(str, rng.integers(10, size=int(rng.integers(4, 10)))))
    font = ImageFont.truetype(FONTS[int(rng.integers(len(FONTS)))], int(rng.integers(24, 70)))
    left, top, right, bottom = (round(side) for side in font.getbbox(label))
    page = Image.new("L", (right - left + 60, bottom - top + 60), 0)
    ImageDraw.Draw(page).text((30 - left, 30 - top), label, 255, font)
    return on_paper(page, rng), label


def grid(digits: Digits, rng: Rng) -> Any:
    """Return a page with a grid of 9 by 9 cells, half of them filled, seen a little askew."""
    cell, label = int(rng.integers(40, 64)), ""
    side = 9 * cell
    page = Image.new("L", (side + 80, side + 80), 0)
    pen = ImageDraw.Draw(page)
    for number in range(10):
        place, width = 40 + number * cell, 3 if number % 3 == 0 else 1
        pen.line((place, 40, place, 40 + side), 255, width)
        pen.line((40, place, 40 + side, place), 255, width)
    for number in np.flatnonzero(rng.random(81) < 0.5).tolist():
        index = int(rng.integers(len(digits.labels)))
        ink = figure(digits.images[index], cell * float(rng.uniform(0.5, 0.7)))
        x, y = 40 + cell * (number % 9 + 0.5), 40 + cell * (number // 9 + 0.5)
        page.paste(255, (round(x - ink.width / 2), round(y - ink.height / 2)), ink)
        label += str(digits.labels[index])
    corners = [(0, 0), (0, page.height), page.size, (page.width, 0)]
    quad = [side + float(rng.uniform(-20, 20)) for corner in corners for side in corner]
    return on_paper(page.transform(page.size, Image.Transform.QUAD, quad), rng), label


def photographed(digits: Digits, rng: Rng) -> Any:
    """Return a photo of a whole page with three rows on a table, under a shadow, and its digits."""
    page, text = three_rows(digits, rng, float(rng.uniform(120, 500)))
    return on_a_table(page, rng), text


def shaded(digits: Digits, rng: Rng) -> Any:
    """Return a photo of three rows in, or beside, a shadow with a sharp edge, and their digits."""
    page, text = three_rows(digits, rng, 90.0)
    inked = Image.eval(page, lambda value: 255 - value).getbbox() or (0, 0, *page.size)
    return in_a_sharp_shadow(page.crop((0, 0, inked[2] + 90, inked[3] + 90)), rng), text


def three_rows(digits: Digits, rng: Rng, y: float) -> tuple[Image.Image, str]:
    """Compose white paper with three rows, the first one at a height, and return their digits."""
    ink, text = Image.new("L", (900, 1200), 0), ""
    for _ in range(3):
        one, label = row(digits, rng, (0.05, 0.4))
        one = one.crop(one.getbbox())
        ink.paste(255, (round(float(rng.uniform(90, 200))), round(y)), one)
        y += one.height * float(rng.uniform(1.3, 1.8))
        text += label
    page = 255 - float(rng.uniform(0.6, 0.85)) * np.asarray(ink, np.float32)
    return Image.fromarray(page.astype(np.uint8)), text


def large(digits: Digits, rng: Rng) -> Image.Image:
    """Compose a page of 12 megapixels, with 25 rows of 20 digits."""
    ink = Image.new("L", (4000, 3000), 0)
    for y in range(80, 2955, 115):
        x = 150
        for index in rng.integers(len(digits.labels), size=20).tolist():
            one = figure(digits.images[index], 70)
            ink.paste(255, (x, y + 70 - one.height), one)
            x += one.width + int(rng.integers(15, 60))
    page = PAPER - 190 * np.asarray(ink, np.float32) / 255 + rng.normal(0, 3, (3000, 4000))
    return Image.fromarray(np.clip(page, 0, 255).astype(np.uint8)).convert("RGB")


def on_paper(ink: Image.Image, rng: Rng) -> Image.Image:
    """Cut ink out with a margin, and put it, a little blurred, on paper with a little grain."""
    left, top, right, bottom = ink.getbbox() or (0, 0, *ink.size)
    ink = ink.crop((left - 20, top - 20, right + 20, bottom + 20))
    dark = np.asarray(ink.filter(ImageFilter.GaussianBlur(0.6)), np.float32) / 255
    page = PAPER - (PAPER - float(rng.uniform(INK, 110))) * dark + rng.normal(0, 3, dark.shape)
    return Image.fromarray(np.clip(page, 0, 255).astype(np.uint8))


TEXTS = ("0000-00-00", "00.00", "0,00", "00/00/0000", "00:00", "0.000,00", "00=00")
Composer = Callable[[Digits, Rng], Any]
KINDS: dict[str, Composer] = {
    "separate": partial(composed, gaps=(0.05, 0.7)),
    "sloped": partial(composed, gaps=(0.1, 0.5), steep=0.17),
    "close": partial(composed, gaps=(0.0, 0.08)),
    "touching": partial(composed, gaps=(-0.12, 0.02)),
    "two rows": two_rows,
    "separators": lambda digits, rng: written(digits, rng, TEXTS[int(rng.integers(len(TEXTS)))]),
    "printed": printed,
    "grids": grid,
    "photos of pages": photographed,
    "sharp shadows": shaded,
}


def composed_pages(digits: Digits, count: int) -> Iterator[Page]:
    """Yield `count` pages of each kind, the same ones whatever kinds there are."""
    for number, (kind, compose) in enumerate(KINDS.items()):
        rng = np.random.default_rng((SEED, number))
        for _ in range(count):
            image, label = compose(digits, rng)
            yield Page(as_file(image), label, kind)


def labelled_pages(folder: Path, labels: Path) -> Iterator[Page]:
    """Yield the pages of a folder, in the order of the file of labels."""
    with labels.open(encoding="utf-8", newline="") as file:
        for line in csv.DictReader(file):
            yield Page(folder / line["file"], line["label"], line["kind"])


# -- reading pages ---------------------------------------------------------------------------------

Reader = Callable[[Path], str]


def our_reader() -> Reader:
    """Return what the shipped network reads in a file."""
    model = load_model()
    return lambda path: "".join(line.text for line in model.read_page(path))


def rapidocr() -> Reader | None:
    """Return rapidocr's reader, detection and recognition, None where it is not installed."""
    try:
        from rapidocr_onnxruntime import RapidOCR
    except ImportError:
        return None
    engine = RapidOCR()

    def read(path: Path) -> str:
        found = engine(str(path))[0] or engine(str(path), use_det=False, use_cls=False)[0] or []
        return "".join(str(part[1] if len(part) > 2 else part[0]) for part in found)

    return read


def tesseract() -> Reader | None:
    """Return Tesseract's reader, of digits in one block of text; None where it is not installed."""
    program = shutil.which("tesseract")
    if program is None:
        return None
    options = ["stdout", "--psm", "6", "-c", "tessedit_char_whitelist=0123456789"]

    def read(path: Path) -> str:
        done = subprocess.run(
            [program, str(path), *options], capture_output=True, text=True, check=True
        )
        return done.stdout

    return read


READERS: dict[str, Callable[[], Reader | None]] = {
    "mnist": our_reader,
    "rapidocr": rapidocr,
    "Tesseract": tesseract,
}


class Count(NamedTuple):
    """Strings, exact ones, and digits: all, right, wrong, missed, invented."""

    strings: int = 0
    exact: int = 0
    digits: int = 0
    right: int = 0
    wrong: int = 0
    missed: int = 0
    invented: int = 0

    def __add__(self, other: tuple[int, ...]) -> "Count":  # type: ignore[override]
        return Count(*(a + b for a, b in zip(self, other, strict=True)))


def compared(label: str, answer: str) -> Count:
    """Compare the digits of an answer with those on the page, by the edit distance."""
    digits = "".join(sign for sign in answer if sign in "0123456789")
    # Each entry: edits, wrong, missed, invented; the fewest edits for a part of both strings.
    row = [(count, 0, 0, count) for count in range(len(digits) + 1)]
    for number, expected in enumerate(label, start=1):
        above, row = row, [(number, 0, number, 0)]
        for column, found in enumerate(digits, start=1):
            (e, w, m, i), same = above[column - 1], expected == found
            ways = [(e + (not same), w + (not same), m, i)]
            e, w, m, i = above[column]
            ways.append((e + 1, w, m + 1, i))
            e, w, m, i = row[column - 1]
            row.append(min(*ways, (e + 1, w, m, i + 1)))
    _, wrong, missed, invented = row[-1]
    right = len(label) - wrong - missed
    return Count(1, int(digits == label), len(label), right, wrong, missed, invented)


def counted(read: Reader, pages: list[Page], folder: Path) -> dict[str, Count]:
    """Let one program read all pages; return its counts by kind."""
    counts: dict[str, Count] = defaultdict(Count)
    for page in pages:
        path = page.file
        if not isinstance(path, Path):
            path = folder / "page.png"
            path.write_bytes(page.file.getvalue())
        counts[page.kind] += compared(page.label, read(path))
    return counts


def main() -> None:
    """Read the pages with every program that is there, and print a table for each."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--data-dir", type=Path, default=Path("data"))
    parser.add_argument("--pictures", type=Path)
    parser.add_argument("--labels", type=Path)
    parser.add_argument("--count", type=int, default=50, help="composed pages of each kind")
    parser.add_argument("--large", type=Path, help="only write a page of 12 megapixels to this PNG")
    arguments = parser.parse_args()
    digits = held_out(arguments.data_dir)
    if arguments.large:
        large(digits, np.random.default_rng(SEED)).save(arguments.large)
        return
    pages = composed_pages(digits, arguments.count)
    pages = [*pages] if arguments.count else []
    if arguments.pictures and arguments.labels:
        pages += labelled_pages(arguments.pictures, arguments.labels)
    with tempfile.TemporaryDirectory() as folder:
        for name, make in READERS.items():
            read = make()
            print(f"\n### {name}\n" if read else f"\n{name} is not installed here.", flush=True)
            if read:
                show(counted(read, pages, Path(folder)))


def held_out(data_dir: Path) -> Digits:
    """Return the images that the shipped network was not trained on."""
    name = provide("auto", data_dir)
    split = load_split(name, "validation", data_dir, HELD_OUT)
    return Digits(np.asarray(split.images).reshape(-1, 28, 28), np.asarray(split.labels))


def show(counts: dict[str, Count]) -> None:
    """Print a table of counts by kind."""
    print("| kind | strings | exact | digits | right | wrong | missed | invented |")
    print("|---|---|---|---|---|---|---|---|")
    for kind, count in counts.items():
        print(f"| {kind} | {' | '.join(map(str, count))} |", flush=True)


if __name__ == "__main__":
    main()
