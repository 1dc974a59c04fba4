"""Strokes that lie apart: one digit where they look like one, else more than one digit."""

import io

import numpy as np
import pytest
from PIL import Image, ImageDraw

from mnist_cli.model import load_model
from mnist_cli.pictures.digits import Found
from mnist_cli.pictures.joining import joined
from mnist_cli.pictures.reader import read_picture

PEN = 16


@pytest.fixture(scope="module")
def model():
    return load_model()


def drawn(*strokes):
    """Return a drawing of strokes as a file."""
    page = Image.new("L", (400, 400), 255)
    pen = ImageDraw.Draw(page)
    for stroke in strokes:
        pen.line(stroke, 0, PEN, joint="curve")
        for x, y in (stroke[0], stroke[-1]):
            pen.ellipse((x - PEN / 2, y - PEN / 2, x + PEN / 2, y + PEN / 2), 0)
    file = io.BytesIO()
    page.save(file, "PNG")
    file.seek(0)
    return file


def open_four(gap):
    """Return a 4 whose two strokes are `gap` pens apart, and lean to the right."""
    end = 225 - round((gap + 1) * PEN)
    return drawn([(160, 90), (120, 200), (end, 205)], [(250, 110), (190, 310)])


def five_with_a_bar(gap):
    """Return a 5 whose bar begins `gap` pens to the right of the rest."""
    body = [(150, 100), (145, 190), (200, 175), (245, 210), (235, 270), (190, 300), (130, 285)]
    start = 150 + round((gap + 1) * PEN)
    return drawn(body, [(start, 98), (start + 90, 92)])


@pytest.mark.parametrize("gap", [1, 1.5, 2])
def test_an_open_4_in_two_strokes_is_a_4(model, gap):
    reading = model.read([read_picture(open_four(gap))])[0]
    assert (reading.digit, reading.warnings) == (4, [])


@pytest.mark.parametrize("gap", [1, 2, 3])
def test_a_5_with_its_bar_apart_is_a_5(model, gap):
    reading = model.read([read_picture(five_with_a_bar(gap))])[0]
    assert (reading.digit, reading.warnings) == (5, [])


@pytest.mark.parametrize("gap", [3, 4, 6])
def test_two_ones_beside_each_other_are_more_than_one_digit(model, gap):
    apart = gap * PEN
    two = drawn([(150, 100), (140, 300)], [(150 + apart, 95), (142 + apart, 305)])
    reading = model.read([read_picture(two)])[0]
    assert reading.digit == 1
    assert "more than one digit" in reading.warnings


def test_clear_ink_stays_clear_for_another_network(model):
    """Only what may be paper is no digit where a network finds it unlike any."""
    four, two = (
        read_picture(file)
        for file in (open_four(1.5), drawn([(150, 100), (140, 300)], [(230, 95), (222, 305)]))
    )
    assert four.joined is not None
    assert [one.may_be_paper for one in model.settled([four, two])] == [False, False]


def test_the_command_answers_and_draws_the_whole_digit(mnist, tmp_path):
    (tmp_path / "four.png").write_bytes(open_four(1.5).getvalue())
    result = mnist("predict", "four.png", "-q", "--checkpoint", "best", "--save-steps", "steps")
    assert result.out.startswith("four.png: 4 ")
    ink = np.asarray(Image.open(tmp_path / "steps" / "four.png-3-ink-found.png"))
    inked = np.flatnonzero(ink.any(0))
    assert (inked[0], inked[-1]) == pytest.approx((120 - PEN / 2, 250 + PEN / 2), abs=3)


def test_strokes_together_have_the_box_and_the_ink_of_both():
    left = Found(np.full((6, 2), 200, np.float32), (1, 2, 3, 8), 200.0)
    right = Found(np.full((5, 3), 90, np.float32), (2, 5, 5, 10), 90.0)
    expected = np.zeros((10, 5))
    expected[5:10, 2:5] = 90
    expected[2:8, 1:3] = 200
    both = joined(left, [right])
    assert both is not None
    assert both.box == (1, 2, 5, 10)
    np.testing.assert_array_equal(both.ink, expected[2:, 1:])


def test_one_stroke_and_what_is_wider_than_high_are_not_joined():
    left = Found(np.full((6, 2), 200, np.float32), (0, 0, 2, 6), 200.0)
    assert joined(left, []) is None
    assert joined(left, [left._replace(box=(5, 0, 7, 6))]) is None
