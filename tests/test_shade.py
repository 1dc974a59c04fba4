"""Photos of whole pages: shadows and the table around them are no ink, however small the digits."""

from io import BytesIO

import numpy as np
import pytest
from PIL import Image, ImageChops, ImageDraw, ImageFilter, ImageFont

from mnist_cli.model import load_model
from mnist_cli.pictures.ink import Contrast
from mnist_cli.pictures.reader import read_sheet
from mnist_cli.pictures.shade import without_shade

NUMBERS = ["8502", "41937", "2208"]
WIDTH, HEIGHT, TABLE = 900, 1200, 55


def page(size: int) -> Image.Image:
    """A page with three numbers near its top on a dark table."""
    image = Image.new("L", (WIDTH, HEIGHT), 70)
    pen, font = ImageDraw.Draw(image), ImageFont.load_default(size)
    corners = [
        (TABLE, TABLE + 20),
        (WIDTH - TABLE - 25, TABLE),
        (WIDTH - TABLE, HEIGHT - TABLE),
        (TABLE + 15, HEIGHT - TABLE - 20),
    ]
    pen.polygon(corners, 225)
    for line, number in enumerate(NUMBERS):
        pen.text((150 + 30 * line, 200 + 2 * size * line), number, 40, font)
    return image


def shaded(image: Image.Image, left: float, top: float, light: int = 150) -> Image.Image:
    """The shadow of a hand over a picture; its corner in parts of the picture, its light of 255."""
    shadow = Image.new("L", image.size, 255)
    x, y = left * WIDTH, top * HEIGHT
    ImageDraw.Draw(shadow).ellipse((x, y, x + 0.6 * WIDTH, y + 0.5 * HEIGHT), light)
    return ImageChops.multiply(image, shadow.filter(ImageFilter.GaussianBlur(25)))


def texts(image: Image.Image) -> list[str]:
    grain = np.random.default_rng(0).normal(0, 3, (HEIGHT, WIDTH))
    photo = np.asarray(image.filter(ImageFilter.GaussianBlur(0.8))) + grain
    file = BytesIO()
    Image.fromarray(np.clip(photo, 0, 255).astype(np.uint8)).save(file, "JPEG", quality=80)
    file.seek(0)
    return [line.text for line in load_model().read_page(read_sheet(file))]


@pytest.mark.parametrize(
    ("size", "shadow"),
    [(32, (0.0, 0.75)), (32, (0.2, 0.6)), (36, (0.5, 0.75)), (36, (0.2, 0.6))],
    ids=str,
)
def test_a_shadow_on_the_page_hides_no_small_digits(size: int, shadow: tuple[float, float]) -> None:
    assert texts(shaded(page(size), *shadow)) == NUMBERS


@pytest.mark.parametrize("size", [32, 36])
@pytest.mark.parametrize(
    ("left", "top", "light"), [(0.0, -0.35, 130), (0.3, -0.35, 100), (-0.2, -0.3, 150)], ids=str
)
def test_a_shadow_as_dark_as_thin_strokes_hides_none(size, left, top, light) -> None:
    assert texts(shaded(page(size), left, top, light)) == NUMBERS


def test_a_large_soft_area_goes_and_a_large_sharp_one_stays() -> None:
    x = np.clip(np.abs(np.arange(400) - 150) - 30, 0, 90)
    ink = np.zeros((300, 800), np.float32)
    ink[:150, :400] = 150 * (1 - x / 90)  # a shadow, 240 pixels broad, as dark as the strokes
    ink[40:100, 148:152] = 230  # a stroke in it
    ink[100:250, 450:700] = 150  # an area of a felt pen's
    for x in range(20, 380, 60):  # strokes
        ink[200:280, x : x + 4] = 150
    left = without_shade(Contrast(ink, 1.0)).ink
    assert left[120, 150] == 0
    assert left[70, 150] == 80
    assert left[175, 575] == left[240, 22] == 150


@pytest.mark.parametrize(("pen", "blur"), [(72, 10), (90, 12), (110, 24)], ids=str)
def test_a_broad_pen_out_of_focus_is_no_shadow(pen: int, blur: int) -> None:
    image = Image.new("L", (WIDTH, HEIGHT), 225)
    ImageDraw.Draw(image).line([(210, 280), (690, 280), (370, 1080)], 30, pen, joint="curve")
    assert texts(image.filter(ImageFilter.GaussianBlur(blur))) == ["7"]


def test_broad_pale_ink_goes_and_broad_dark_strokes_stay() -> None:
    ink = np.zeros((200, 400), np.float32)
    ink[20:120, 20:120] = 60  # a shadow
    ink[40:100, 60:64] = 200  # a stroke in it
    ink[20:120, 300:340] = 190  # a felt pen's
    left = without_shade(Contrast(ink, 1.0)).ink
    assert left[30, 30] == 0
    assert left[50, 62] == 140
    assert left[70, 320] == 190


def test_a_drawing_has_no_shade() -> None:
    ink = np.full((200, 400), 60, np.float32)
    drawing = Contrast(ink, 0.0, is_drawn=True)
    assert without_shade(drawing) is drawing
