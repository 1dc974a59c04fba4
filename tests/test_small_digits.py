"""A single small digit on a photographed page is read; a few specks on the page are none."""

import io

import numpy as np
import pytest
from PIL import Image, ImageDraw, ImageFilter

from mnist_cli.model import load_model
from mnist_cli.pictures.reader import read_picture

FIVE = [(0.62, 0.05), (0.3, 0.05), (0.28, 0.42), (0.55, 0.4), (0.66, 0.6), (0.5, 0.9), (0.25, 0.85)]


@pytest.fixture(scope="module")
def model():
    return load_model()


def photo(draw, ink=60):
    """Return a photo of a page, unevenly lit, with the camera's noise."""
    mask = Image.new("L", (900, 1200))
    draw(ImageDraw.Draw(mask))
    soft = np.asarray(mask.filter(ImageFilter.GaussianBlur(0.8)), float) / 255
    light = np.linspace(1, 0.75, 900) * np.linspace(1, 0.9, 1200)[:, None]
    values = (225 - (225 - ink) * soft) * light
    values += np.random.default_rng(1).normal(0, 3, values.shape)
    file = io.BytesIO()
    Image.fromarray(np.clip(values, 0, 255).astype(np.uint8)).save(file, "PNG")
    file.seek(0)
    return file


def five(side, x, y):
    """Return what draws a 5 of so many pixels, at a place on the page."""
    return lambda pen: pen.line(
        [(x + side * a, y + side * b) for a, b in FIVE], 255, max(3, side // 9), "curve"
    )


@pytest.mark.parametrize(
    ("side", "place"), [(60, (430, 600)), (90, (100, 150)), (90, (700, 1000)), (250, (430, 600))]
)
def test_a_small_digit_on_a_large_page_is_read(model, side, place):
    reading = model.read([read_picture(photo(five(side, *place)))])[0]
    assert reading.digit == 5
    left, top, right, bottom = reading.box
    assert left >= place[0] and top >= place[1] - 4
    assert right <= place[0] + side and bottom <= place[1] + side


@pytest.mark.parametrize("count", [1, 3, 12])
def test_specks_on_a_page_are_no_digit(model, count):
    rng = np.random.default_rng(count)

    def specks(pen):
        for x, y, r in rng.uniform((20, 20, 1.5), (880, 1180, 6), (count, 3)):
            pen.ellipse((x - r, y - r, x + r, y + r), 255)

    assert model.read([read_picture(photo(specks))])[0].digit is None


def test_the_large_digit_is_read_where_a_small_mark_is_darker(model):
    def both(pen):
        five(400, 300, 400)(pen)
        pen.line([(60, 60), (75, 90)], 255, 8)

    assert model.read([read_picture(photo(both))])[0].digit == 5


@pytest.mark.parametrize("turn", [-45, -30, 0, 30, 45])
def test_a_staple_is_no_digit(model, turn):
    angle = np.radians(turn)
    end = 100 + 80 * np.cos(angle), 120 + 80 * np.sin(angle)
    staple = photo(lambda pen: pen.line([(100, 120), end], 255, 6))
    assert model.read([read_picture(staple)])[0].digit is None


@pytest.mark.parametrize("lean", [8, 15, 30])
def test_a_small_1_is_a_digit(model, lean):
    one = photo(lambda pen: pen.line([(400 + lean * 2, 500), (400, 600)], 255, 9))
    assert model.read([read_picture(one)])[0].digit == 1
