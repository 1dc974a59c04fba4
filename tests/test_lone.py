"""Marks alone beside lines of digits: edges of shadows are none, a digit alone is one."""

from io import BytesIO

import numpy as np
import pytest
from PIL import Image, ImageDraw, ImageFilter, ImageFont

from mnist_cli.model import load_model
from mnist_cli.pictures.reader import read_sheet

NUMBERS = ["850261", "419376"]
PAPER, INK, SIZE = 220, 45, 84  # the digits are 63 pixels high


def page(*more: tuple[tuple[int, int], str, int], ink: int = INK) -> Image.Image:
    """A page with two lines of digits, and `more` in another ink: place, text and size."""
    image = Image.new("L", (560, 500), PAPER)
    pen = ImageDraw.Draw(image)
    lines = [((70, 30 + 120 * line), number, SIZE) for line, number in enumerate(NUMBERS)]
    for colour, texts_there in ((INK, lines), (ink, more)):
        for place, text, size in texts_there:
            pen.text(place, text, colour, ImageFont.load_default(size))
    return image


def with_stroke(image: Image.Image, width: int, length: int, light: int) -> Image.Image:
    """Draw an upright stroke below the lines, with soft edges."""
    shade = Image.new("L", image.size, 0)
    ImageDraw.Draw(shade).line((430, 400 - length, 430, 400), 255, width)
    shade = shade.filter(ImageFilter.GaussianBlur(width / 6))
    return Image.composite(Image.new("L", image.size, light), image, shade)


def texts(image: Image.Image) -> list[str]:
    grain = np.random.default_rng(0).normal(0, 2, image.size[::-1])
    photo = np.asarray(image.filter(ImageFilter.GaussianBlur(0.6))) + grain
    file = BytesIO()
    Image.fromarray(np.clip(photo, 0, 255).astype(np.uint8)).save(file, "PNG")
    file.seek(0)
    return [line.text for line in load_model().read_page(read_sheet(file))]


@pytest.mark.parametrize(
    ("width", "length", "light"),
    [(2, 40, 5), (2, 48, 25), (20, 150, 80), (24, 150, 60)],
    ids=["thin", "thin and long", "large", "large and dark"],
)
def test_the_edge_of_a_shadow_is_no_1(width: int, length: int, light: int) -> None:
    assert texts(with_stroke(page(), width, length, light)) == NUMBERS


@pytest.mark.parametrize("digit", "1247")
def test_a_digit_alone_on_its_line_is_read(digit: str) -> None:
    assert texts(page(((300, 280), digit, SIZE))) == [*NUMBERS, digit]


@pytest.mark.parametrize("size", [150, 210])
def test_a_large_digit_as_dark_as_the_others_is_read(size: int) -> None:
    assert texts(page(((300, 250), "7", size))) == [*NUMBERS, "7"]


@pytest.mark.parametrize("digit", "78")
def test_a_large_digit_in_a_paler_ink_is_read(digit: str) -> None:
    assert texts(page(((300, 250), digit, 180), ink=100)) == [*NUMBERS, digit]


def test_a_stroke_like_those_of_the_digits_is_a_1() -> None:
    assert texts(with_stroke(page(), 10, 60, INK)) == [*NUMBERS, "1"]
