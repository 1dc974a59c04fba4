"""Pictures for `handwriting.py` that are not MNIST's: photographed digits, hands, letters in fonts.

The digits are the built-in ones, enlarged and put on paper: pen or pencil, shadow, grain, blur and
JPEG, or clean, or light on dark.
"""

from collections.abc import Iterator
from functools import cache
from io import BytesIO
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFilter, ImageFont
from reading import as_file

from mnist_cli.data.builtin.drawing import draw_digits

Rng = np.random.Generator
Floats = NDArray[np.float64]
SIDE = 240  # of a mask, in pixels
STREAM = 9  # of the built-in digits: other writers than those of training and test
BICUBIC = Image.Resampling.BICUBIC
SURROUNDINGS = ("a ring", "a box", "a line below", "a line that it stands on")
# Letters that are written unlike digits: no lower-case iota, omicron or upsilon, no B, I, O, S, Z.
SCRIPTS = {
    "Greek": "ΓΔΘΛΞΠΣΦΨΩαβγδεζηθκλμνξπρστφχψω",
    "Cyrillic": "БГДЖИЙЛПУФЦЧШЩЫЭЮЯбвгджийклмнптуфцчшщыэюя",
    "Hangul": "가나다라마바사아자차카타파하각한글국밥물ㄱㄴㄷㄹㅂㅅㅈㅊㅋㅌㅍㅎ",
    "Latin": "ACDEFGHJKLMNPQRTUVWXYadefhkmnprtuvwxy",
}


def smooth(values: Floats) -> Image.Image:
    """Return ink 0 to 1 as a mask, 255 for ink."""
    return Image.fromarray(np.clip(255 * values, 0, 255).astype(np.uint8))


def digits(count: int, seed: int) -> Iterator[tuple[Image.Image, int]]:
    """Yield masks of built-in digits with their labels."""
    images, labels = draw_digits(count, seed=seed, stream=STREAM)
    for row, label in zip(images.reshape(-1, 28, 28), labels.tolist(), strict=True):
        large = np.asarray(Image.fromarray(row).resize((SIDE, SIDE), BICUBIC), float)
        yield smooth((large - 90) * 3 / 255), label


def hand(rng: Rng) -> Image.Image:
    """Return the mask of a hand with five fingers, as an outline or filled."""
    mask, points = Image.new("L", (SIDE, SIDE), 0), [(90.0, 225.0)]
    spread = np.radians([212, 246, 270, 294, 330]) + rng.normal(0, 0.06, 5)
    length = np.array([46, 68, 76, 70, 52]) * rng.uniform(0.8, 1.15)
    for angle, reach in zip(spread, length[:: rng.choice([-1, 1])], strict=True):
        along = np.array([np.cos(angle), np.sin(angle)])
        across = 8 * np.array([-along[1], along[0]])
        root, tip = (np.array([120, 150]) + far * along for far in (34, 30 + reach))
        points += [tuple(p) for p in (root - across, tip - across, tip + across, root + across)]
    points.append((150.0, 225.0))
    pen = ImageDraw.Draw(mask)
    if rng.random() < 0.5:
        pen.polygon(points, fill=255)
    else:
        pen.line(points, fill=255, width=int(rng.integers(4, 9)), joint="curve")
    return bent(mask, rng)


def letter(character: str, font: Path, rng: Rng) -> Image.Image:
    """Return the mask of a letter, in a font and bent."""
    mask = Image.new("L", (SIDE, SIDE), 0)
    shape = ImageFont.truetype(font, 120)
    ImageDraw.Draw(mask).text((SIDE / 2, SIDE / 2), character, 255, shape, "mm")
    return bent(mask, rng)


@cache
def known(font: Path, characters: str) -> str:
    """Return those characters that a font has: others all look like its sign for a missing one."""
    shape = ImageFont.truetype(font, 40)
    missing = bytes(shape.getmask("\uffff"))
    return "".join(c for c in characters if bytes(shape.getmask(c)) not in (missing, b""))


def bent(mask: Image.Image, rng: Rng) -> Image.Image:
    """Shear, rotate and scale a mask a little."""
    a, b, c, d = (np.eye(2) + rng.normal(0, 0.08, (2, 2))).ravel()
    middle = SIDE / 2
    matrix = (a, b, middle * (1 - a - b), c, d, middle * (1 - c - d))
    return mask.transform(mask.size, Image.Transform.AFFINE, matrix, BICUBIC)


def pictured(mask: Image.Image, rng: Rng) -> BytesIO:
    """Return a mask as a file: drawn, light on dark, scanned or photographed."""
    kind, side = rng.integers(4), int(rng.integers(120, 480))
    page = Image.new("L", (2 * SIDE, 2 * SIDE), 0)
    page.paste(mask, (SIDE // 2, SIDE // 2))
    if rng.random() < 0.4:
        page = page.filter(ImageFilter.MaxFilter(int(rng.choice([3, 5, 7]))))
    ink = np.asarray(page.resize((side, side), BICUBIC), float) / 255
    if kind < 2:
        return as_file(smooth(ink if kind else 1 - ink), "PNG")
    paper, dark = rng.uniform(170, 250), rng.uniform(20, 110)
    if kind == 3:
        ink = ink * rng.uniform(0.5, 1, ink.shape)  # pencil
    values = (paper - (paper - dark) * ink) * light(side, rng) + rng.normal(0, 3, ink.shape)
    image = smooth(values / 255).filter(ImageFilter.GaussianBlur(rng.uniform(0, 0.005) * side))
    return as_file(image, "JPEG")


def surrounded(digit: Image.Image, kind: str, rng: Rng) -> Image.Image:
    """Return the mask of a digit, half as large, with one of `SURROUNDINGS`."""
    mask, half = Image.new("L", (SIDE, SIDE), 0), SIDE // 2
    mask.paste(digit.resize((half, half), BICUBIC), (half // 2, half // 2))
    left, top, right, bottom = mask.getbbox() or (0, 0, SIDE, SIDE)
    middle, size = (
        np.array([left + right, top + bottom]) / 2,
        np.array([right - left, bottom - top]),
    )
    width = int(rng.integers(3, 8))
    if kind == "a ring":
        turns = 2 * np.pi * (np.linspace(0, rng.uniform(0.96, 1.06), 80) + rng.uniform(0, 1))
        reach = rng.uniform(0.65, 0.85) * np.hypot(*size) * rng.uniform(0.9, 1.1, 2)
        points = middle + reach * np.stack([np.cos(turns), np.sin(turns)], axis=1)
    elif kind == "a box":
        reach = size / 2 + rng.uniform(10, 30, 2)
        points = middle + reach * np.array([(-1, -1), (1, -1), (1, 1), (-1, 1), (-1, -1)])
    else:
        below = rng.uniform(8, 25) if kind == "a line below" else rng.uniform(-width, 0)
        beyond = rng.uniform(0, 25, 2)
        y = bottom + width / 2 + below
        points = np.array([(left - beyond[0], y), (right + beyond[1], y + rng.uniform(-3, 3))])
    line = [tuple(point) for point in points.tolist()]
    ImageDraw.Draw(mask).line(line, 255, width, "curve")
    return mask


def light(side: int, rng: Rng) -> Floats:
    """Return the light on a page, 0.4 to 1: uneven, often with the edge of a shadow."""
    y, x = np.mgrid[:side, :side] / side
    angle, edge = rng.uniform(0, 2 * np.pi, 2)
    across = np.cos(angle) * x + np.sin(angle) * y
    shade = 1 - rng.uniform(0, 0.35) * np.clip(across, 0, 1)
    beside = np.cos(edge) * (x - 0.5) + np.sin(edge) * (y - 0.5)
    return shade - rng.choice([0, 0.25]) / (1 + np.exp(-rng.uniform(5, 40) * beside))


def letters(fonts: list[Path], count: int, rng: Rng) -> dict[str, list[BytesIO]]:
    """Return pictures of letters of each script that is in one of the fonts."""
    found: dict[str, list[BytesIO]] = {}
    for script, characters in SCRIPTS.items():
        pairs = [(c, font) for font in fonts for c in known(font, characters)]
        if pairs:
            chosen = [pairs[i] for i in rng.integers(0, len(pairs), count)]
            masks = (letter(*pair, rng) for pair in chosen)
            found[f"letters in fonts, {script}"] = [pictured(mask, rng) for mask in masks]
    return found
