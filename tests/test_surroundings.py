"""What a pen adds to a digit: a ring, a box, a line below it."""

import io

import numpy as np
import pytest
from PIL import Image, ImageDraw

from mnist_cli.model import load_model
from mnist_cli.pictures.components import connected_components
from mnist_cli.pictures.reader import read_picture, read_sheet
from mnist_cli.pictures.surroundings import without_surroundings
from mnist_cli.strings import read_lines

PEN = 14
FIVE = [(250, 130), (170, 130), (165, 195), (215, 185), (240, 220), (215, 265), (160, 255)]
SEVEN = [(150, 120), (250, 125), (190, 275)]
THREE = [(155, 130), (235, 132), (190, 185), (238, 225), (210, 268), (150, 262)]
TWO = [(155, 150), (200, 120), (240, 150), (225, 200), (150, 270)]


@pytest.fixture(scope="module")
def model():
    return load_model()


def page(*strokes, pen=PEN, size=(400, 400)):
    """Return a drawing of strokes, black on white."""
    image = Image.new("L", size, 255)
    draw = ImageDraw.Draw(image)
    for stroke in strokes:
        draw.line(stroke, 0, pen, joint="curve")
    return image


def ring(x, y, radius, start=0.0, end=1.0):
    """Return a circle, or part of one, from and to so many turns."""
    angle = 2 * np.pi * np.linspace(start, end, 60)
    points = np.stack([x + radius * np.cos(angle), y + radius * np.sin(angle)], 1)
    return [tuple(point) for point in points.tolist()]


def read(model, image):
    """Return the digit that is read in a drawing, and the warnings."""
    file = io.BytesIO()
    image.save(file, "PNG")
    file.seek(0)
    reading = model.read([read_picture(file)])[0]
    return reading.digit, reading.warnings


def level(y, left, right):
    """Return a level line."""
    return [(left, y), (right, y)]


SURROUNDINGS = {
    "ring": [ring(200, 195, 140)],
    "ring that does not close": [ring(200, 195, 140, 0.02, 0.97)],
    "ring drawn too far": [ring(200, 195, 140, 0, 1.1)],
    "ellipse": [[(x, 195 + (y - 195) * 0.85) for x, y in ring(200, 195, 150)]],
    "box": [[(70, 60), (330, 60), (330, 330), (70, 330), (70, 60)]],
    "line below": [level(310, 130, 270)],
    "two lines below": [level(310, 130, 270), level(338, 130, 270)],
}


@pytest.mark.parametrize(("stroke", "digit"), [(FIVE, 5), (SEVEN, 7), (THREE, 3)])
@pytest.mark.parametrize("around", SURROUNDINGS.values(), ids=list(SURROUNDINGS))
def test_what_is_around_a_digit_is_left_out(model, around, stroke, digit):
    assert read(model, page(stroke, *around)) == (digit, [])


@pytest.mark.parametrize(("stroke", "digit"), [(THREE, 3), (FIVE, 5)])
@pytest.mark.parametrize("y", [268, 276])
def test_a_line_that_a_digit_stands_on_is_left_out_where_the_whole_is_no_digit(
    model, y, stroke, digit
):
    assert read(model, page(stroke, level(y, 90, 310))) == (digit, [])


def test_a_2_with_a_long_foot_keeps_it(model):
    assert read(model, page([*TWO, (150, 270), (290, 270)])) == (2, [])


def test_a_0_with_a_dot_and_an_8_are_no_rings(model):
    dot = [(195, 195), (205, 195)]
    assert read(model, page(ring(200, 200, 80), dot))[0] == 0
    assert read(model, page(ring(200, 150, 50), ring(200, 245, 55))) == (8, [])


def test_the_strokes_of_an_open_4_are_no_ring_and_no_line():
    four = np.asarray(page([(150, 100), (130, 220), (200, 222)], [(240, 90), (235, 300)])) < 128
    parts = connected_components(four)
    assert without_surroundings(parts, np.ones(2, bool)).tolist() == [True, True]


def test_a_bar_above_a_digit_and_a_short_line_below_it_stay():
    for line in (level(80, 150, 250), level(300, 150, 190), level(390, 130, 270)):
        mask = np.asarray(page(FIVE, line)) < 128
        parts = connected_components(mask)
        assert without_surroundings(parts, np.ones(2, bool)).all()


def test_an_equals_sign_is_two_lines_that_stay():
    parts = connected_components(np.asarray(page(level(180, 130, 270), level(220, 130, 270))) < 128)
    assert without_surroundings(parts, np.ones(2, bool)).all()


def test_a_row_of_digits_in_rings_is_read(model):
    strokes = []
    for place, stroke in enumerate((FIVE, SEVEN, THREE, SEVEN)):
        strokes += [[(x + 300 * place, y) for x, y in stroke], ring(200 + 300 * place, 195, 130)]
    file = io.BytesIO()
    page(*strokes, size=(1300, 400)).save(file, "PNG")
    file.seek(0)
    lines = read_lines(model.checkpoint, read_sheet(file))
    assert [line.text.replace(" ", "") for line in lines] == ["5737"]
