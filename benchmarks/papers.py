"""Empty paper as it looks in photos and scans, and its twins with a written digit.

What is on the paper: specks, dust, folds, shadows, printed lines, what shines through from the
back, stains, holes, the table beside it. `handwriting.py` counts the digits that are found on the
empty ones, and those that are lost on the others.
"""

from collections.abc import Callable, Iterator
from io import BytesIO
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFilter
from strangers import BICUBIC, digits, light, smooth

from mnist_cli.pictures.components import inked_box

Rng = np.random.Generator
Values = NDArray[np.float32]  # (h, w): how much light remains, 0 to 1
SIZES = (  # height and width; large ones are rare, because they take long
    (60, 80), (96, 72), (76, 320), (120, 120), (180, 240), (240, 320), (320, 240),
    (400, 400), (480, 640), (640, 480), (768, 1024), (1200, 900),
)  # fmt: skip
LARGE = (3000, 4000)
PENS = ("pencil", "pen", "marker")
LARGE_DIGITS, SMALL_DIGITS = (0.45, 0.9), (0.08, 0.45)  # of the picture's shorter side


class Paper(NamedTuple):
    """An empty page and its twin with a digit, as files; what is on it, the digit and its box.

    `size`: the digit's longer side over the picture's shorter one.
    """

    empty: BytesIO
    written: BytesIO
    kind: str
    pen: str
    label: int
    box: tuple[int, int, int, int]
    size: float


# -- what is on paper ------------------------------------------------------------------------------


def drawn(h: int, w: int, draw: Callable[[ImageDraw.ImageDraw], None], blur: float = 0) -> Values:
    """Return what a pen draws on a mask, 0 to 1."""
    mask = Image.new("L", (w, h), 0)
    draw(ImageDraw.Draw(mask))
    return np.asarray(mask.filter(ImageFilter.GaussianBlur(blur)), np.float32) / 255


def soft(rng: Rng, h: int, w: int, size: float) -> Values:
    """Return smooth noise of mean 0 and deviation 1, blobs of about `size` pixels."""
    shape = (max(3, round(h / size) + 2), max(3, round(w / size) + 2))
    small = Image.fromarray(rng.normal(0, 1, shape).astype(np.float32))
    values = np.asarray(small.resize((w, h), BICUBIC))
    return np.asarray((values - values.mean()) / values.std())


def plain(_: Rng, h: int, w: int) -> Values:
    """Return paper with nothing on it."""
    return np.ones((h, w), np.float32)


def specks(rng: Rng, h: int, w: int) -> Values:
    """Return paper with dark specks of many sizes."""

    def draw(pen: ImageDraw.ImageDraw) -> None:
        for _ in range(int(rng.integers(3, 60))):
            x, y, r = rng.uniform(0, w), rng.uniform(0, h), rng.uniform(0.001, 0.008) * max(h, w)
            a, b = r * rng.uniform(0.5, 1.2, 2)
            pen.ellipse((x - a, y - b, x + a, y + b), int(rng.integers(60, 255)))

    return 1 - 0.7 * drawn(h, w, draw, 0.5)


def dust(rng: Rng, h: int, w: int) -> Values:
    """Return paper with thin hairs and crumbs, pale ones."""

    def draw(pen: ImageDraw.ImageDraw) -> None:
        for _ in range(int(rng.integers(5, 40))):
            start, turn = rng.uniform(0, 1, 2) * (w, h), rng.uniform(0, 2 * np.pi)
            points = [tuple(start)]
            for _ in range(int(rng.integers(1, 8))):
                turn += rng.normal(0, 0.4)
                start = start + 0.008 * max(h, w) * np.array([np.cos(turn), np.sin(turn)])
                points.append(tuple(start))
            pen.line(points, int(rng.integers(60, 200)), max(1, max(h, w) // 500))

    return 1 - rng.uniform(0.2, 0.6) * drawn(h, w, draw, 0.6)


def fold(rng: Rng, h: int, w: int) -> Values:
    """Return paper that was folded once or twice: a dark line beside a light one, two shades."""
    y, x = np.mgrid[0 : 1 : h * 1j, 0 : 1 : w * 1j].astype(np.float32)
    values = np.ones((h, w), np.float32)
    for _ in range(int(rng.integers(1, 3))):
        angle = rng.choice([0, np.pi / 2]) + rng.normal(0, 0.15)
        across = np.cos(angle) * (x - rng.uniform(0.25, 0.75)) * w
        across = (across + np.sin(angle) * (y - rng.uniform(0.25, 0.75)) * h) / max(h, w)
        thick = rng.uniform(0.002, 0.012)
        values *= 1 - rng.uniform(0.05, 0.3) * np.exp(-((across / thick) ** 2))
        values *= 1 + rng.uniform(0, 0.1) * np.exp(-((across / thick - 2) ** 2))
        values *= 1 - rng.uniform(0, 0.12) * (across > 0)
    return values


def crumpled(rng: Rng, h: int, w: int) -> Values:
    """Return crumpled paper: facets of different shades with creases between them."""
    count = int(rng.integers(8, 40))
    centres = rng.uniform(-0.1, 1.1, (count, 2)).astype(np.float32)
    y, x = np.mgrid[0:1:160j, 0:1:160j].astype(np.float32)
    away = np.hypot(x[..., None] - centres[:, 0], y[..., None] - centres[:, 1])
    order = np.sort(away, axis=2)
    shade = rng.uniform(0.8, 1, count).astype(np.float32)[away.argmin(2)]
    crease = 1 - rng.uniform(0.05, 0.25) * np.exp(-(((order[..., 1] - order[..., 0]) / 0.012) ** 2))
    facets = smooth(shade).filter(ImageFilter.GaussianBlur(rng.uniform(1, 12)))
    small = Image.fromarray((np.asarray(facets) / 255 * crease).astype(np.float32))
    return np.asarray(small.resize((w, h), BICUBIC))


def seen_aslant(values: Values, rng: Rng) -> Values:
    """Return a larger page, cut to what a camera sees of it from the side."""
    h, w = values.shape[0] // 2, values.shape[1] // 2
    corners = np.array([(0.5, 0.5), (0.5, 1.5), (1.5, 1.5), (1.5, 0.5)]) + rng.uniform(
        -0.2, 0.2, (4, 2)
    )
    ends = [float(v) for x, y in corners for v in (x * w, y * h)]
    page = Image.fromarray(values)
    return np.asarray(page.transform((w, h), Image.Transform.QUAD, ends, Image.Resampling.BILINEAR))


def lines(rng: Rng, h: int, w: int, squared: bool) -> Values:
    """Return ruled or squared paper, seen a little from the side."""
    gap = (
        rng.uniform(0.05, 0.16) * min(h, w)
        if max(h, w) > 150
        else rng.uniform(0.12, 0.3) * min(h, w)
    )
    gap = max(gap, 8)

    def draw(pen: ImageDraw.ImageDraw) -> None:
        wide = max(1, round(gap / 20))
        for place in np.arange(0, 2 * h, gap):
            pen.line((0, place, 2 * w, place), 255, wide)
        for place in np.arange(0, 2 * w, gap) if squared else ():
            pen.line((place, 0, place, 2 * h), 255, wide)
        if not squared and rng.random() < 0.5:
            place = w * rng.uniform(0.6, 1)
            pen.line((place, 0, place, 2 * h), 255, wide)

    return seen_aslant(1 - rng.uniform(0.1, 0.45) * drawn(2 * h, 2 * w, draw, 0.4), rng)


def ruled(rng: Rng, h: int, w: int) -> Values:
    """Return ruled paper."""
    return lines(rng, h, w, squared=False)


def squared(rng: Rng, h: int, w: int) -> Values:
    """Return squared paper."""
    return lines(rng, h, w, squared=True)


def shadow(rng: Rng, h: int, w: int) -> Values:
    """Return paper below the shadow of a hand, a telephone or a head, sharp or soft."""
    blur = rng.uniform(0.002, 0.04) * max(h, w)

    def draw(pen: ImageDraw.ImageDraw) -> None:
        x, y = rng.uniform(-0.1, 1.1, 2) * (w, h)
        if rng.random() < 0.5:  # from an edge
            x, y = (rng.choice([0, w]), y) if rng.random() < 0.5 else (x, rng.choice([0, h]))
        if rng.random() < 0.5:
            a, b = rng.uniform(0.15, 0.6, 2) * (w, h)
            pen.ellipse((x - a, y - b, x + a, y + b), 255)
            return
        turn, far = np.sort(rng.uniform(0, 2 * np.pi, 4)), rng.uniform(0.3, 1.2, 4)
        pen.polygon(
            [
                (x + r * w * np.cos(t), y + r * h * np.sin(t))
                for t, r in zip(turn, far, strict=True)
            ],
            255,
        )

    return 1 - rng.uniform(0.15, 0.6) * drawn(h, w, draw, blur)


def vignette(rng: Rng, h: int, w: int) -> Values:
    """Return paper with dark corners."""
    y, x = np.mgrid[-1 : 1 : h * 1j, -1 : 1 : w * 1j].astype(np.float32)
    x, y = x - rng.uniform(-0.3, 0.3), y - rng.uniform(-0.3, 0.3)
    return 1 - rng.uniform(0.2, 0.7) * np.clip((x * x + y * y) / 2, 0, 1) ** rng.uniform(1, 3)


def moire(rng: Rng, h: int, w: int) -> Values:
    """Return the waves of a screen or a scanner's raster."""
    y, x = np.mgrid[:h, :w].astype(np.float32)
    period, a, b = rng.uniform(3, 25), *rng.uniform(-1, 1, 2)
    bent = 0.0008 * rng.normal() * (x - w / 2) ** 2 / max(1, w / 300)
    return (
        1 - rng.uniform(0.03, 0.12) * (1 + np.sin(2 * np.pi * (a * x + b * y + bent) / period)) / 2
    )


def fibre(rng: Rng, h: int, w: int) -> Values:
    """Return recycled paper: cloudy, with fibres in it."""
    cloudy = 1 + 0.02 * soft(rng, h, w, max(3, max(h, w) / rng.uniform(30, 120)))
    return cloudy * (0.5 + dust(rng, h, w) / 2) * (1 + 0.02 * soft(rng, h, w, 2))


def back(rng: Rng, h: int, w: int) -> Values:
    """Return what is written on the back and shines through: rows of small pale strokes."""
    line = rng.uniform(0.04, 0.1) * h + 5

    def draw(pen: ImageDraw.ImageDraw) -> None:
        for base in np.arange(rng.uniform(0, 2) * line, h, rng.uniform(1.5, 2.5) * line):
            x = rng.uniform(0, 0.2) * w
            while x < w * rng.uniform(0.8, 1):
                points = rng.uniform(0, 1, (int(rng.integers(3, 6)), 2)) * (0.6 * line, line)
                pen.line(
                    [(x + px, base + py) for px, py in points],
                    255,
                    max(1, round(line / 12)),
                    "curve",
                )
                x += line * rng.choice([0.7, 0.8, 1.6])

    faint = rng.uniform(0.04, 0.12)
    return 1 - faint * drawn(h, w, draw, rng.uniform(0.02, 0.06) * line + 0.5)


def table(rng: Rng, h: int, w: int) -> Values:
    """Return the edge or the corner of a page on a darker table."""
    y, x = np.mgrid[0 : 1 : h * 1j, 0 : 1 : w * 1j].astype(np.float32)
    values = np.ones((h, w), np.float32)
    grain = 1 + 0.15 * soft(rng, h, w, max(3, max(h, w) / 60)) * rng.integers(2)
    dark = rng.uniform(0.15, 0.75)
    for side in rng.permutation(4)[: int(rng.integers(1, 4))]:
        along, across = ((y, x), (x, y), (y, 1 - x), (x, 1 - y))[side]
        outside = across < rng.uniform(0.03, 0.25) + rng.normal(0, 0.08) * along
        values = np.where(outside, dark * grain, values)
    return np.asarray(values, np.float32)


def staple(rng: Rng, h: int, w: int) -> Values:
    """Return a staple near a corner, with its shadow."""
    x, y = rng.uniform(0.03, 0.2, 2) * (w, h)
    length, turn = rng.uniform(0.03, 0.12) * max(h, w), rng.uniform(-0.8, 0.8)
    end = (x + length * np.cos(turn), y + length * np.sin(turn))
    wide = max(1, round(length / 14))
    dark = drawn(h, w, lambda pen: pen.line((x, y, *end), 255, wide), 0.4)
    under = drawn(h, w, lambda pen: pen.line((x, y + wide, end[0], end[1] + wide), 255, wide), wide)
    return (1 - rng.uniform(0.3, 0.7) * dark) * (1 - 0.25 * under)


def holes(rng: Rng, h: int, w: int) -> Values:
    """Return the holes of a punch along one side; the dark table shows through."""
    r, x = rng.uniform(0.008, 0.025) * max(h, w), rng.uniform(0.04, 0.12) * w

    def draw(pen: ImageDraw.ImageDraw) -> None:
        for y in rng.uniform(0.2, 0.4) * h, rng.uniform(0.6, 0.8) * h:
            pen.ellipse((x - r, y - r, x + r, y + r), 255)

    return 1 - rng.uniform(0.3, 0.8) * drawn(h, w, draw, 0.6)


def ring(rng: Rng, h: int, w: int) -> Values:
    """Return the ring of a cup, pale and uneven, often not all of it in the picture."""
    r, x, y = rng.uniform(0.2, 0.5) * min(h, w), *rng.uniform(-0.1, 1.1, 2) * (w, h)
    wide = max(1, round(r / rng.uniform(8, 20)))
    mask = drawn(
        h, w, lambda pen: pen.ellipse((x - r, y - r, x + r, y + r), None, 255, wide), wide / 3
    )
    uneven = np.clip(0.6 + 0.4 * soft(rng, h, w, r / 2), 0.1, 1)
    return 1 - rng.uniform(0.08, 0.25) * mask * uneven


def stains(rng: Rng, h: int, w: int) -> Values:
    """Return paper with pale blots of fat, water or fingers."""
    blots = np.clip(soft(rng, h, w, max(h, w) / rng.uniform(3, 12)) - rng.uniform(0.5, 1.5), 0, 1)
    return 1 - rng.uniform(0.05, 0.3) * np.asarray(np.sqrt(blots), np.float32)


KINDS = (
    plain, specks, dust, fold, crumpled, ruled, squared, shadow, vignette, moire, fibre, back,
    table, staple, holes, ring, stains,
)  # fmt: skip


# -- pictures of it --------------------------------------------------------------------------------


def inked(
    mask: Image.Image, rng: Rng, h: int, w: int, pen: str, sizes: tuple[float, float]
) -> Values:
    """Return the ink of a digit somewhere in a picture, 0 to 1."""
    if pen == "marker":
        mask = mask.filter(ImageFilter.MaxFilter(13))
    if pen == "pen":
        mask = mask.filter(ImageFilter.MinFilter(7))
    side = max(24, round(rng.uniform(*sizes) * min(h, w)))
    x, y = (int(rng.integers(0, room - side + 1)) for room in (w, h))
    ink = np.zeros((h, w), np.float32)
    ink[y : y + side, x : x + side] = (
        np.asarray(mask.resize((side, side), Image.Resampling.BOX)) / 255
    )
    if pen == "pencil":
        grain = 1 + 0.25 * soft(rng, h, w, 2)
        return np.asarray(rng.uniform(0.2, 0.35) * ink * np.clip(grain, 0, 1.5), np.float32)
    return np.asarray(rng.uniform(0.55, 0.85) * ink, np.float32)


def photographed(page: Values, colour: NDArray[np.float64], seed: int) -> BytesIO:
    """Return a page as a JPEG file: uneven light, the camera's noise and blur."""
    rng = np.random.default_rng(seed)
    h, w = page.shape
    lit = np.asarray(Image.fromarray(light(200, rng).astype(np.float32)).resize((w, h), BICUBIC))
    blurred = smooth(page * lit).filter(
        ImageFilter.GaussianBlur(rng.uniform(0, 0.0025) * max(h, w))
    )
    values = np.asarray(blurred)[:, :, None] * colour
    values = values + rng.uniform(0, 6) * rng.normal(0, 1, (h, w, 1))
    file = BytesIO()
    image = Image.fromarray(np.clip(values, 0, 255).astype(np.uint8))
    image.save(file, "JPEG", quality=int(rng.choice([30, 60, 80, 92])))
    file.seek(0)
    return file


def papers(count: int, seed: int, sizes: tuple[float, float] = LARGE_DIGITS) -> Iterator[Paper]:
    """Yield pages, each empty and with a digit, of a share of its shorter side."""
    for number, (mask, label) in enumerate(digits(count, seed)):
        rng = np.random.default_rng((seed, number))
        kind = KINDS[number % len(KINDS)]
        h, w = LARGE if number % 150 == 149 else SIZES[rng.integers(len(SIZES))]
        page = kind(rng, h, w)
        if rng.random() < 0.3:  # a second one
            page = page * KINDS[rng.integers(len(KINDS))](rng, h, w)
        pen, colour = PENS[rng.integers(3)], rng.uniform(0.7, 0.97) * rng.uniform(0.93, 1, 3)
        ink = inked(mask, rng, h, w, pen, sizes)
        pair = (photographed(some, colour, number) for some in (page, page * (1 - ink)))
        left, top, right, bottom = box = inked_box(ink > 0)
        size = max(right - left, bottom - top) / min(h, w)
        yield Paper(*pair, kind.__name__, pen, label, box, size)
