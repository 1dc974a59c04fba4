"""Measure how well a network reads single digits in cells with their frame.

    python benchmarks/cells.py [--checkpoint FILE] [--count 1800] [--seed 1] [--sheet SHEET.png]

Built-in digits by other writers than those of training and test, in cells of forms, tables and
grids as they are cut out of a page: with all of the frame, a part of it, lines of many kinds, and
neighbours. Every picture goes through the path of `mnist predict`. Prints a Markdown table: each
picture counts in five rows, for what is seen, the lines, the digit, the size and the way in which
the picture was made. `--sheet` shows some, with a red bar below those that are read wrongly.
"""

import argparse
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFilter
from reading import as_file
from strangers import BICUBIC, digits, light, smooth

import mnist_cli
from mnist_cli.pictures.reader import read_picture
from mnist_cli.prediction import Reading

Rng = np.random.Generator
Values = NDArray[np.float64]  # (h, w): how much of a pixel is ink, 0 to 1
Sides = tuple[float, float, float, float]  # left, top, right, bottom; the cell is 0, 0, 1, 1

SIDE = 300  # pixels of a cell on the page that it is cut out of
PAGE = 3 * SIDE  # the cell is in the middle
ALONE, ROW, ALL, LAST = (0, 0, 1, 1), (-1, 0, 2, 1), (-1, -1, 2, 2), (-1, -1, 1, 1)
VIEWS = (  # what is seen: the cells of the grid, and on how many sides the picture ends inside
    ("no frame", None, 4), ("the frame, paper beyond", ALONE, 0), ("cut at the frame", ALL, 0),
    ("three sides", ALL, 1), ("two sides", ALL, 2), ("one side", ALL, 3),
    ("the corner of a grid", LAST, 0), ("a box in a row", ROW, 0), ("neighbours' digits", ALL, 0),
)  # fmt: skip
LINES = ("thin", "thick", "double", "dashed", "faint", "coloured")
PLACES = ("free", "touches a line", "crosses a line")
SIZES = ((30, 60), (60, 120), (120, 300))
WAYS = ("drawn", "scanned", "photographed")
COLOURS = ((200, 40, 40), (40, 120, 60), (60, 90, 200), (230, 120, 40), (70, 170, 190))
INKS = ((20, 20, 25), (25, 35, 140), (85, 85, 90))  # black, blue, pencil


class Cell(NamedTuple):
    """A picture as a file, its digit, and the five kinds that it is of."""

    file: BytesIO
    label: int
    kinds: tuple[str, ...]


# -- the page --------------------------------------------------------------------------------------


def bars(grid: Sides, kind: str, rng: Rng) -> Iterator[tuple[float, float, float, float, float]]:
    """Yield the lines of a grid, as x, y, x, y and width, in sides of the cell."""
    low, high = (0.05, 0.1) if kind == "thick" else (0.012, 0.03)
    width, outer = rng.uniform(low, high), rng.uniform(0.012, 0.09)
    left, top, right, bottom = grid
    apart = [-1.2 * width, 1.2 * width] if kind == "double" else [0.0]
    for place in np.arange(left, right + 1):
        wide = max(width, outer) if grid == LAST and place == right else width
        yield from (
            (place + by, top - wide / 2, place + by, bottom + wide / 2, wide) for by in apart
        )
    for place in np.arange(top, bottom + 1):
        wide = max(width, outer) if grid == LAST and place == bottom else width
        yield from (
            (left - wide / 2, place + by, right + wide / 2, place + by, wide) for by in apart
        )


def framed(grid: Sides | None, kind: str, rng: Rng) -> tuple[Image.Image, float]:
    """Return a page (mask) with the lines of a grid, and half of the width that they take."""
    page, half = Image.new("L", (PAGE, PAGE), 0), 0.0
    pen, dash = ImageDraw.Draw(page), rng.uniform(0.04, 0.1)
    for x0, y0, x1, y1, wide in bars(grid, kind, rng) if grid else ():
        half = max(half, wide * (1.7 if kind == "double" else 0.5))
        steps = np.arange(0, x1 + y1 - x0 - y0, dash) if kind == "dashed" else [0.0]
        for start in steps:
            end = start + 0.6 * dash if kind == "dashed" else 9.0
            ends = (min(x0 + start, x1), min(y0 + start, y1), min(x0 + end, x1), min(y0 + end, y1))
            pen.line([SIDE * (1 + v) for v in ends], 255, max(1, round(SIDE * wide)))
    return page, half


def written(page: Image.Image, mask: Image.Image, where: Sides) -> None:
    """Write a digit, cut to its box, into a place on the page (mask)."""
    left, top, right, bottom = (round(SIDE * (1 + v)) for v in where)
    small = mask.resize((max(1, right - left), max(1, bottom - top)), BICUBIC)
    page.paste(255, (left, top), small)


def placed(mask: Image.Image, room: Sides, rng: Rng) -> Sides:
    """Return where a digit is in a cell: 55% to 90% of the room that it has."""
    left, top, right, bottom = room
    scale = min((right - left) / mask.width, (bottom - top) / mask.height) * rng.uniform(0.55, 0.9)
    width, height = scale * mask.width, scale * mask.height
    x, y = rng.uniform(left, right - width), rng.uniform(top, bottom - height)
    return x, y, x + width, y + height


def moved(where: Sides, side: int, far: float) -> Sides:
    """Move a digit until it is `far` beyond the middle of a line of the frame."""
    towards = (-far, -far, 1 + far, 1 + far)[side] - where[side]
    x, y = (towards, 0.0) if side % 2 == 0 else (0.0, towards)
    return where[0] + x, where[1] + y, where[2] + x, where[3] + y


# -- the picture -----------------------------------------------------------------------------------


def margins(view: str, inside: int, half: float, rng: Rng) -> NDArray[np.float64]:
    """Return how far the picture goes beyond each line, left, top, right, bottom."""
    beyond = half + rng.uniform(0.05, 0.3, 4)
    if view == "cut at the frame":
        beyond = half * rng.uniform(0, 1, 4)
    hidden = rng.permutation(4)[:inside]
    beyond[hidden] = -half - rng.uniform(0.02, 0.08, inside)
    return beyond


def cut(page: Image.Image, beyond: NDArray[np.float64], slant: float, size: int) -> Values:
    """Return a page turned, cut out and made smaller: `size` pixels on the longer side."""
    turned = page.rotate(slant, BICUBIC)
    left, top, right, bottom = SIDE * (1 + np.array([0, 0, 1, 1]) + beyond * [-1, -1, 1, 1])
    width, height = (size * np.array([right - left, bottom - top])) / max(
        right - left, bottom - top
    )
    shape = (max(1, round(width)), max(1, round(height)))
    return np.asarray(turned.resize(shape, Image.Resampling.BOX, (left, top, right, bottom))) / 255


def coloured(ink: Values, lines: Values, kind: str, rng: Rng) -> Values:
    """Return the light (h, w, 3) that comes from white paper, 0 to 1."""
    pen = np.array(INKS[rng.integers(3)]) / 255
    if kind == "coloured":
        print_ = np.array(COLOURS[rng.integers(len(COLOURS))]) / 255
    else:
        dark = rng.uniform(0.12, 0.35) if kind == "faint" else rng.uniform(0.5, 0.95)
        print_ = np.full(3, 1 - dark)
    return (1 - lines[..., None] * (1 - print_)) * (1 - ink[..., None] * (1 - pen))


def recorded(colours: Values, way: str, rng: Rng) -> BytesIO:
    """Return a picture as a file: as it was drawn, scanned or photographed."""
    h, w, _ = colours.shape
    if way == "drawn":
        return as_file(smooth(colours), "PNG")
    is_photo = way == "photographed"
    paper = (
        rng.uniform(0.65, 0.9, 1) * rng.uniform(0.92, 1, 3) if is_photo else rng.uniform(0.88, 1)
    )
    shade = smooth(light(200, rng)).resize((w, h), BICUBIC)
    lit = np.asarray(shade)[..., None] / 255 if is_photo else 1.0
    image = smooth(colours * paper * lit).filter(ImageFilter.GaussianBlur(rng.uniform(0.2, 0.9)))
    grain = rng.uniform(1, 5) * rng.normal(0, 1, (h, w, 1))
    return as_file(smooth((np.asarray(image) + grain) / 255), "JPEG")


def cell(seed: int, number: int, mask: Image.Image, others: list[Image.Image], label: int) -> Cell:
    """Draw one picture: in turn of each kind of view, all else at random."""
    rng = np.random.default_rng((seed, number))
    view, grid, inside = VIEWS[number % len(VIEWS)]
    kind, place, way = (str(rng.choice(some)) for some in (LINES, PLACES, WAYS))
    low, high = SIZES[rng.integers(len(SIZES))]
    lines, half = framed(grid, kind, rng)
    beyond = margins(view, inside, half, rng)
    ink = Image.new("L", lines.size, 0)
    inner = np.maximum(0.04 + half, 0.04 - beyond)
    where = placed(mask, (inner[0], inner[1], 1 - inner[2], 1 - inner[3]), rng)
    if grid and place != "free":
        side = int(rng.choice(np.flatnonzero(beyond >= 0)))
        far = rng.uniform(0.3, 1) * beyond[side] if place == "crosses a line" else -half * 0.8
        where = moved(where, side, far)
    written(ink, mask, where)
    if view == "neighbours' digits":
        for x, y, other in zip((-1, 1, 0, 0), (0, 0, -1, 1), others, strict=True):
            written(ink, other, placed(other, (x + 0.1, y + 0.1, x + 0.9, y + 0.9), rng))
    slant = {"drawn": 0.0, "scanned": rng.uniform(-1.5, 1.5), "photographed": rng.uniform(-4, 4)}
    size = int(rng.integers(low, high))
    seen = [cut(page, beyond, slant[way], size) for page in (ink, lines)]
    kinds = (view, *(("",) * 2 if grid is None else (kind, place)), f"{low} to {high} pixels", way)
    return Cell(recorded(coloured(*seen, kind, rng), way, rng), label, kinds)


def cells(count: int, seed: int) -> Iterator[Cell]:
    """Yield pictures of cells."""
    drawn = [(mask.crop(mask.getbbox()), label) for mask, label in digits(count + 4, seed)]
    for number, (mask, label) in enumerate(drawn[:count]):
        others = [other for other, _ in drawn[number + 1 : number + 5]]
        yield cell(seed, number, mask, others, label)


# -- the table -------------------------------------------------------------------------------------


def rows(chosen: list[Cell], readings: list[Reading]) -> Iterator[str]:
    """Yield the rows of the table: all pictures with a frame, then one kind after the other."""
    right = np.array([r.digit == c.label for r, c in zip(readings, chosen, strict=True)])
    lost = np.array([reading.digit is None for reading in readings])
    warned = np.array([bool(reading.warnings) for reading in readings])
    names = [v[0] for v in VIEWS] + [
        *LINES,
        *PLACES,
        *(f"{a} to {b} pixels" for a, b in SIZES),
        *WAYS,
    ]
    is_framed = np.array([bool(c.kinds[1]) for c in chosen])
    for name in ["all with a frame", *names]:
        here = np.array([name in c.kinds for c in chosen])
        here = here if name == "no frame" else is_framed & (here | (name == "all with a frame"))
        shares = " | ".join(f"{values[here].mean():.1%}" for values in (right, lost, warned))
        yield f"{name} | {here.sum()} | {shares}"


def sheet(chosen: list[Cell], readings: list[Reading]) -> Image.Image:
    """Return a page of up to 12 x 15 pictures, to look at."""
    page = Image.new("RGB", (15 * 90, 12 * 90), "grey")
    for number, (one, reading) in enumerate(list(zip(chosen, readings, strict=True))[:180]):
        image = Image.open(one.file).convert("RGB")
        image.thumbnail((84, 84)) if max(image.size) > 84 else None
        x, y = number % 15 * 90, number // 15 * 90
        page.paste(image, (x, y))
        if reading.digit != one.label:
            page.paste((255, 0, 0), (x, y + 85, x + 84, y + 89))
    return page


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--checkpoint", default="best")
    parser.add_argument("--count", type=int, default=1800)
    parser.add_argument("--seed", type=int, default=1, help="another one while settings are chosen")
    parser.add_argument("--sheet", type=Path)
    parser.add_argument("--tiny", action="store_true")
    options = parser.parse_args()
    model = mnist_cli.load_model(options.checkpoint)
    chosen = list(cells(90 if options.tiny else options.count, options.seed))
    readings = model.read([read_picture(one.file) for one in chosen])
    print("| cells | pictures | right | no digit | any warning |\n|---|---|---|---|---|")
    for row in rows(chosen, readings):
        print(f"| {row} |")
    if options.sheet is not None:
        sheet(chosen, readings).save(options.sheet)


if __name__ == "__main__":
    main()
