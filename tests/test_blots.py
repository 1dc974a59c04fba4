"""Shadows with a sharp edge on pages of digits, and two pages on a table: all rows are read."""

from io import BytesIO

import numpy as np
import pytest
from PIL import Image, ImageChops, ImageDraw, ImageFilter, ImageFont

from mnist_cli.model import load_model
from mnist_cli.pictures.blots import without_blots
from mnist_cli.pictures.gaps import without_gap
from mnist_cli.pictures.ink import Contrast, is_light_on_dark
from mnist_cli.pictures.reader import read_sheet

NUMBERS = ["850261", "419376", "220845"]
WIDTH, HEIGHT = 440, 360
PAPER, INK = 220, 45
# Corners of a shadow with straight edges, in parts of the picture; two of an oval one.
SHADOWS = {
    "left half": [(0, 0), (0.5, 0), (0.4, 1), (0, 1)],
    "lower half": [(0, 0.55), (1, 0.45), (1, 1), (0, 1)],
    "over a corner": [(0.55, 0), (1, 0), (1, 0.4), (0.55, 0.4)],
    "from below": [(0.4, 0.6), (0.65, 0.6), (0.65, 1), (0.4, 1)],
    "beside a strip of light": [(0, 0.3), (0.42, 0.3), (0.42, 0.95), (0, 0.95)],
    "a thumb": [(0.6, -0.2), (1.1, 0.3)],
}


def page(numbers: list[str] = NUMBERS, width: int = WIDTH) -> Image.Image:
    image, font = Image.new("L", (width, HEIGHT), PAPER), ImageFont.load_default(54)
    pen = ImageDraw.Draw(image)
    for line, number in enumerate(numbers):
        pen.text((70, 40 + 95 * line), number, INK, font)
    return image


def shaded(image: Image.Image, name: str, light: int) -> Image.Image:
    """A picture with a shadow that leaves so much of 255 of the light."""
    shadow = Image.new("L", image.size, 255)
    ends = [(x * image.width, y * image.height) for x, y in SHADOWS[name]]
    pen = ImageDraw.Draw(shadow)
    pen.ellipse([*ends[0], *ends[1]], light) if len(ends) == 2 else pen.polygon(ends, light)
    return ImageChops.multiply(image, shadow.filter(ImageFilter.GaussianBlur(1)))


def photographed(image: Image.Image) -> BytesIO:
    grain = np.random.default_rng(0).normal(0, 3, image.size[::-1])
    photo = np.asarray(image.filter(ImageFilter.GaussianBlur(0.6))) + grain
    file = BytesIO()
    Image.fromarray(np.clip(photo, 0, 255).astype(np.uint8)).save(file, "JPEG", quality=85)
    file.seek(0)
    return file


def texts(image: Image.Image) -> list[str]:
    return [line.text for line in load_model().read_page(read_sheet(photographed(image)))]


@pytest.mark.parametrize("light", [80, 150])
@pytest.mark.parametrize("name", SHADOWS)
def test_a_shadow_with_a_sharp_edge_hides_no_row(name: str, light: int) -> None:
    """It was a table, or the ink of a digit cut out at its edges, or joined the digits of a row."""
    assert texts(shaded(page(), name, light)) == NUMBERS


@pytest.mark.parametrize("gap", [3, 12, 40])
@pytest.mark.parametrize("shift", [0, 14])
def test_the_gap_between_two_pages_on_a_table_joins_no_lines(gap: int, shift: int) -> None:
    both = Image.new("L", (2 * 300 + gap + 80, HEIGHT + 90), 70)
    for number, (left, top) in enumerate([(40, 40), (340 + gap, 40 + shift)]):
        both.paste(page([one[3 * number :][:3] for one in NUMBERS], 300), (left, top))
    lines = texts(both.rotate(1, Image.Resampling.BICUBIC, fillcolor=70))
    assert [line.replace(" ", "") for line in lines] == NUMBERS


def test_small_print_beside_large_digits_makes_no_blots_of_them() -> None:
    """The usual length of a stroke was that of the letters."""
    image = Image.new("L", (600, 300), PAPER)
    pen, large = ImageDraw.Draw(image), ImageFont.load_default(150)
    pen.text((40, 60), "850261", INK, large, stroke_width=6)
    small = ImageFont.load_default(16)
    pen.text((40, 255), "Please write one digit into each of the boxes above this line", INK, small)
    assert "850261" in texts(image)


def test_a_pen_that_lies_on_the_page_is_no_digit() -> None:
    image = page()
    ImageDraw.Draw(image).line((360, 20, 400, 330), 30, 14)
    assert texts(image) == NUMBERS


def test_only_what_is_narrow_and_as_long_as_the_page_is_a_gap() -> None:
    ink = np.zeros((200, 300), np.float32)
    ink[40:160, 148:152] = 200  # the gap, slightly shorter than the page's box
    ink[60:100, 60:64] = 200  # a 1
    ink[42:158, 200:260] = 200  # a picture
    on_table = Contrast(ink, 2.0, page=(20, 35, 280, 165))
    left = without_gap(on_table).ink > 0
    assert not left[:, 140:160].any()
    assert left[60:100, 60:64].all()
    assert left[42:158, 200:260].all()
    alone = Contrast(ink, 2.0)
    assert without_gap(alone) is alone


def test_a_line_with_digits_on_it_from_edge_to_edge_is_no_gap() -> None:
    ink = np.zeros((200, 300), np.float32)
    ink[100:103, 22:278] = 200
    for left in range(30, 270, 60):
        ink[84:100, left : left + 20] = 200
    assert (without_gap(Contrast(ink, 2.0, page=(20, 35, 280, 165))).ink == ink).all()


def test_a_blot_goes_and_the_strokes_in_it_are_as_dark_as_the_others() -> None:
    light = np.full((200, 400), 1.0)
    light[100:, 200:] = 0.5
    for column in range(20, 400, 40):
        for row in (20, 130):
            light[row : row + 40, column : column + 5] *= 0.2
    ink = (255 * (1 - light)).astype(np.float32)
    bare = without_blots(Contrast(ink, 1.0)).ink
    strokes = np.full(ink.shape, False)
    for column in range(20, 400, 40):
        for row in (20, 130):
            strokes[row : row + 40, column : column + 5] = True
    np.testing.assert_allclose(bare[strokes], 0.8 * 255, atol=3)
    assert bare[~strokes].max() < 3


def test_broad_strokes_few_strokes_and_drawings_have_no_blots() -> None:
    ink = np.zeros((200, 400), np.float32)
    for column in range(20, 380, 50):
        ink[80:120, column : column + 25] = 220  # bold: 0.6 of its height
    assert (without_blots(Contrast(ink, 1.0)).ink == ink).all()
    ink[:, 300:] = 150
    drawn = Contrast(ink, 0.0, is_drawn=True)
    assert without_blots(drawn) is drawn
    ink[:, :150] = 0
    few = Contrast(ink, 1.0)
    assert without_blots(few) is few


def test_a_strip_of_light_beside_a_shadow_is_no_writing() -> None:
    values = np.full((240, 320, 1), 215, np.uint8)
    values[20:225, :140] = 60
    assert not is_light_on_dark(values)
    assert is_light_on_dark(255 - values) is False  # a dark page is no writing, either
