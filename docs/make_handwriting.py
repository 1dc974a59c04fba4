"""Draw the pictures of docs/handwriting.md and docs/best.md, and what each step makes of them.

    python docs/make_handwriting.py

Writes small PNG files to docs/images: the README's photo (photo.png), from picture to 28x28 image
(steps-*.png, many.png, grid.png), what each preprocessing makes of that (preprocessing.png), and
changed copies (augmentation.png).
"""

from collections.abc import Callable
from io import BytesIO
from itertools import pairwise
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw

from mnist_cli.data.augmentation import augment
from mnist_cli.data.preprocessing import PREPROCESSINGS, preprocess
from mnist_cli.model import load_model
from mnist_cli.pictures.perspective import homography, rectangle
from mnist_cli.pictures.reader import read_picture, read_sheet

FOLDER = Path(__file__).with_name("images")
# Our own handwriting: x and y, from 0 to 100, of points along each stroke.
STROKES = {
    2: ["10,25 30,5 65,2 80,25 60,55 10,95 50,90 95,96"],
    4: ["45,0 10,60 90,58", "65,30 60,100"],
    5: ["30,5 25,45 60,42 85,65 60,95 10,92", "36,2 90,0"],
    7: ["5,8 90,2 40,100", "30,50 80,47"],
}
Colour = tuple[int, int, int]
SIDE = 150  # of each step in the documentation, in pixels
GAP = 6
GREEN, BROWN, BLACK = (44, 62, 54), (92, 62, 44), (30, 30, 60)


# -- drawing ---------------------------------------------------------------------------------------


def rounded(stroke: str) -> list[tuple[float, float]]:
    """Return the points of a stroke from 0 to 1, its corners cut three times (Chaikin 1974)."""
    points = np.array([point.split(",") for point in stroke.split()], float) / 100
    for _ in range(3):
        cut = [(0.75 * a + 0.25 * b, 0.25 * a + 0.75 * b) for a, b in pairwise(points)]
        points = np.concatenate([points[:1], np.concatenate(cut).reshape(-1, 2), points[-1:]])
    return [(x, y) for x, y in points.tolist()]


def write(
    image: Image.Image,
    digit: int,
    box: tuple[int, int, int, int],
    *,
    width: int,
    ink: Colour = BLACK,
    slant: float = 0,
) -> None:
    """Write a digit into a box: left, top, width, height; `slant` leans it to the right."""
    pen, (left, top, wide, high) = ImageDraw.Draw(image), box
    for stroke in STROKES[digit]:
        line = [
            (left + wide * x + slant * high * (0.5 - y), top + high * y) for x, y in rounded(stroke)
        ]
        pen.line(line, fill=ink, width=width, joint="curve")
        for x, y in (line[0], line[-1]):
            pen.ellipse((x - width / 2, y - width / 2, x + width / 2, y + width / 2), fill=ink)


def lit(image: Image.Image, light: NDArray[np.float64] | float = 1) -> Image.Image:
    """Multiply a picture by a light from 0 to 1 (h, w), and add the grain of a camera."""
    pixels = np.asarray(image)
    grain = np.random.default_rng(0).normal(0, 3, (*pixels.shape[:2], 1))
    values = pixels * np.broadcast_to(light, pixels.shape[:2])[:, :, None] + grain
    return Image.fromarray(np.clip(values, 0, 255).astype(np.uint8))


def shadow() -> Image.Image:
    """Draw a pencilled 2 with a hand's shadow over it."""
    image = Image.new("RGB", (600, 600), (226, 222, 212))
    write(image, 2, (200, 150, 220, 300), width=11, ink=(120, 120, 124))
    y, x = np.mgrid[:600, :600]
    return lit(image, 1 - 0.45 / (1 + np.exp(-(x + 0.6 * y - 520) / 18)) - 0.2 * y / 600)


def squared_paper() -> Image.Image:
    """Draw a blue 7 on squared paper."""
    image = Image.new("RGB", (600, 600), (244, 240, 228))
    pen = ImageDraw.Draw(image)
    for place in range(-20, 620, 50):
        pen.line([(0, place), (600, place + 14)], fill=(160, 185, 215), width=3)
        pen.line([(place + 14, 0), (place, 600)], fill=(160, 185, 215), width=3)
    write(image, 7, (210, 140, 190, 300), width=12, ink=(30, 50, 140))
    return lit(image)


def table() -> Image.Image:
    """Draw a thin 5, its bar apart, on a page on a dark table."""
    image = Image.new("RGB", (700, 700), BROWN)
    page = Image.new("RGB", (640, 640), (238, 236, 230))
    write(page, 5, (230, 180, 200, 280), width=4, ink=(40, 40, 44))
    image.paste(page, (40, 34))
    return lit(image.rotate(2.5, fillcolor=BROWN), np.linspace(1, 0.65, 700)[None, :])


def chalk() -> Image.Image:
    """Draw a chalk 4 in the corner of a blackboard."""
    image = Image.new("RGB", (600, 600), GREEN)
    write(image, 4, (330, 60, 150, 200), width=12, ink=(225, 228, 222))
    return lit(image)


def number() -> Image.Image:
    """Draw two lines of digits."""
    image = Image.new("RGB", (700, 520), (240, 238, 232))
    for place, digit in enumerate((4, 2, 7, 5)):
        write(image, digit, (60 + 150 * place, 50 + 8 * place, 90, 160), width=10)
    for place, digit in enumerate((2, 5)):
        write(image, digit, (90 + 170 * place, 310, 90, 150), width=10)
    return image


def squares() -> Image.Image:
    """Draw a grid of four by four cells, half of them filled, seen from the side."""
    image = Image.new("RGB", (560, 560), (240, 238, 232))
    pen = ImageDraw.Draw(image)
    for line in range(5):
        place, width = 80 + 100 * line, 7 if line % 2 == 0 else 3
        pen.line([(80, place), (480, place)], fill=(60, 60, 64), width=width)
        pen.line([(place, 80), (place, 480)], fill=(60, 60, 64), width=width)
    for row, digits in enumerate(("4.72", "..5.", "27..", ".5.4")):
        for column, digit in enumerate(digits):
            if digit != ".":
                box = (112 + 100 * column, 98 + 100 * row, 38, 62)
                write(image, int(digit), box, width=6, ink=(30, 50, 140))
    corners = [(30, 90), (555, 20), (520, 545), (80, 500)]
    back = homography(np.array(corners, np.float64), rectangle(*image.size)).ravel()[:8]
    how = Image.Transform.PERSPECTIVE
    return lit(image.transform(image.size, how, tuple(back), 3, fillcolor=(240, 238, 232)))


def hands() -> list[Image.Image]:
    """Draw a slanted 4, a broad 2 that leans back, and a narrow, bold 7."""
    drawings = [Image.new("RGB", (400, 400), "white") for _ in range(3)]
    write(drawings[0], 4, (120, 70, 150, 260), width=18, slant=0.5)
    write(drawings[1], 2, (60, 120, 280, 160), width=14, slant=-0.5)
    write(drawings[2], 7, (160, 60, 80, 280), width=34, slant=0.1)
    return drawings


EXAMPLES: dict[str, Callable[[], Image.Image]] = {
    "shadow": shadow,
    "squared-paper": squared_paper,
    "table": table,
    "chalk": chalk,
}


# -- what the program makes of it ------------------------------------------------------------------


def photographed(image: Image.Image) -> BytesIO:
    """Return a picture as a JPEG file in memory."""
    file = BytesIO()
    image.save(file, "JPEG", quality=88)
    file.seek(0)
    return file


def grid(rows: list[list[NDArray[np.uint8]]], side: int = SIDE) -> Image.Image:
    """Put pictures side by side, small ones with their pixels visible."""
    step = side + GAP
    size = (len(rows[0]) * step - GAP, len(rows) * step - GAP)
    result = Image.new("RGB", size, (255, 255, 255))
    for top, row in enumerate(rows):
        for left, pixels in enumerate(row):
            small = pixels.shape[0] == 28
            how = Image.Resampling.NEAREST if small else Image.Resampling.BOX
            view = Image.fromarray(pixels).convert("RGB").resize((side, side), how)
            result.paste(view, (left * step, top * step))
    return result


def steps(image: Image.Image) -> Image.Image:
    """Show the way from a picture to 28x28 pixels."""
    picture = read_picture(photographed(image), keep_steps=True)
    return grid([list(picture.steps.values())])


def boxes(image: Image.Image) -> Image.Image:
    """Show the digits that were found, in the order of reading."""
    pen = ImageDraw.Draw(image)
    lines = load_model().read_page(read_sheet(photographed(image)))
    digits = [reading for line in lines for reading in line.readings]
    for place, digit in enumerate(digits, start=1):
        left, top, right, bottom = digit.box
        pen.rectangle((left - 6, top - 6, right + 5, bottom + 5), outline=(200, 40, 40), width=3)
        pen.text((left - 4, top - 36), str(place), fill=(200, 40, 40), font_size=26)
    return image.resize((image.width // 2, image.height // 2), Image.Resampling.BOX)


def cells(image: Image.Image) -> Image.Image:
    """Show the cells of a grid that were found, and the digits in them."""
    pen, sheet = ImageDraw.Draw(image), read_sheet(photographed(image))
    for cell in (cell for row in sheet.cells for cell in row):
        left, top, right, bottom = sheet.cell(cell).box
        colour = (200, 40, 40) if cell.digit else (90, 160, 90)
        pen.rectangle((left, top, right, bottom), outline=colour, width=4)
    return image.resize((image.width // 2, image.height // 2), Image.Resampling.BOX)


def preprocessings() -> Image.Image:
    """Show what each preprocessing makes of three drawings, one per row."""
    images = np.stack([read_picture(photographed(drawing)).image for drawing in hands()])
    columns = [preprocess(images, name).reshape(-1, 28, 28) for name in PREPROCESSINGS]
    return grid([list(row) for row in zip(*columns, strict=True)])


def copies() -> Image.Image:
    """Show a drawing and seven changed copies of it."""
    image = read_picture(photographed(hands()[0])).image[None]
    changed = [augment(image, seed=0, copy=copy) for copy in range(1, 8)]
    return grid([[each.reshape(28, 28) for each in (image, *changed)]], side=84)


def save(image: Image.Image, name: str, colours: int) -> None:
    """Write a PNG with few colours: under 30 kB."""
    image.quantize(colours, dither=Image.Dither.NONE).save(FOLDER / f"{name}.png", optimize=True)


def main() -> None:
    """Write all pictures."""
    FOLDER.mkdir(exist_ok=True)
    for name, example in EXAMPLES.items():
        save(steps(example()), f"steps-{name}", 96)
    save(shadow().resize((240, 240), Image.Resampling.BOX), "photo", 64)
    save(boxes(number()), "many", 32)
    save(cells(squares()), "grid", 48)
    save(preprocessings(), "preprocessing", 64)
    save(copies(), "augmentation", 64)


if __name__ == "__main__":
    main()
