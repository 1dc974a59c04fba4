"""Words beside numbers: left out, as a network doubts all of their letters."""

import io

import numpy as np
import pytest
from PIL import Image, ImageDraw, ImageFont

from mnist_cli.model import load_model
from mnist_cli.pictures.digits import Found
from mnist_cli.pictures.lines import has_small_letters
from mnist_cli.pictures.pieces import Piece
from mnist_cli.pictures.reader import read_sheet
from mnist_cli.pictures.rows import Row
from mnist_cli.search import Looked
from mnist_cli.words import Written, are_words, without_words

SURE, DOUBTED, STRANGE = [0.1] * 4, [1.2] * 4, [3.0] * 4  # nats against each of four digits


@pytest.fixture(scope="module")
def model():
    return load_model()


def texts(model, *lines: tuple[int, int, str]) -> list[str]:
    """Read a page on which texts are printed at (x, y)."""
    page = Image.new("L", (700, 420), 255)
    for x, y, text in lines:
        ImageDraw.Draw(page).text((x, y), text, 0, ImageFont.load_default(36))
    return read(model, page)


def read(model, page: Image.Image) -> list[str]:
    file = io.BytesIO()
    page.save(file, "PNG")
    file.seek(0)
    return [line.text for line in model.read_page(read_sheet(file))]


@pytest.mark.parametrize(
    ("groups", "expected"),
    [
        ([SURE, STRANGE], [False, True]),
        ([STRANGE, STRANGE], [False, False]),  # there is nothing clearer
        ([SURE, [1.2]], [False, False]),  # one digit says little
        ([SURE, [30.0, 0.1, 0.1, 0.1, 0.1, 0.1]], [False, False]),  # nor does a single bad one
        ([DOUBTED, STRANGE, []], [False, True, False]),
        ([], []),
    ],
)
def test_a_word_is_far_more_doubtful_than_the_clearest_number(groups, expected):
    assert are_words(groups) == expected


@pytest.mark.parametrize("word", ["Amount", "Name", "Total", "Signature", "Date", "Account"])
def test_a_word_beside_a_number_is_left_out(model, word):
    assert texts(model, (40, 40, word), (400, 40, "2538")) == ["2538"]


@pytest.mark.parametrize("text", ["Number 48037", "Order 30582", "Invoice 7720"])
def test_a_word_is_left_out_where_the_space_behind_it_is_narrow(model, text):
    assert texts(model, (40, 40, text), (40, 140, "2538")) == [text.split()[1], "2538"]


@pytest.mark.parametrize("word", ["Class:", "Score", "Classes", "Group", "Results"])
@pytest.mark.parametrize("fall", [0, 3])
def test_small_letters_that_look_like_digits_are_left_out(model, word, fall):
    """C, l, a, s, o look like 0, 1, 2, 5, 0: a network hardly doubts them."""
    page = Image.new("L", (700, 420), 255)
    for y, text in [(40, word), (140, "90725"), (240, "48036")]:
        ImageDraw.Draw(page).text((40, y), text, 0, ImageFont.load_default(36))
    page = page.rotate(fall, Image.Resampling.BICUBIC, fillcolor=255)
    assert read(model, page) == ["90725", "48036"]


def boxes(heights, falls=0.0, below=()):
    """Boxes of letters on a line that falls; some reach below it."""
    ends = [round(100 + 30 * falls * i) for i in range(len(heights))]
    low = [10 if i in below else 0 for i in range(len(heights))]
    return np.array([
        (30 * i, end - height, 30 * i + 20, end + more)
        for i, (height, end, more) in enumerate(zip(heights, ends, low, strict=True))
    ])  # fmt: skip


@pytest.mark.parametrize(
    ("heights", "expected"),
    [
        ((40, 40, 28, 28, 29), True),  # Class
        ((40, 28, 28, 29, 28), True),  # Group
        ((40, 40, 40, 40, 40), False),
        ((40, 38, 35, 33, 29), False),  # of all heights
        ((40, 39, 28, 40, 40), False),  # a single low one
        ((40, 36, 36, 36, 36), False),  # a single tall one
    ],
)
@pytest.mark.parametrize("falls", [0.0, 0.1])
def test_small_letters_are_of_one_height_far_below_the_others(heights, expected, falls):
    assert has_small_letters(boxes(heights, falls)) is expected
    assert has_small_letters(boxes(heights, falls, below=[4])) is expected
    assert not has_small_letters(boxes(heights, falls, below=[1, 4]))  # an uneven line


def written(gaps: list[int], nats: list[float], low: int = 0) -> Written:
    """A line of digits 26 pixels high with these gaps, and what speaks against each of them.

    The last ones, so many as `low`, are 16 pixels high.
    """
    path, x = [], 0
    for place, (doubt, gap) in enumerate(zip(nats, [*gaps, 0], strict=True)):
        height = 16 if place >= len(nats) - low else 26
        found = Found(np.ones((height, 15), np.float32), (x, 26 - height, x + 15, 26), 255.0)
        path.append(Looked(Piece.whole(place, found), doubt))
        x += 15 + gap
    return Written(Row([], 0, 26.0), path)


def test_the_space_before_a_number_is_wider_than_its_own_wide_gaps():
    word, number = [4.6, 3.2, 1.2, 0.8, 2.1, 5.9], [0.0] * 6
    line = written([4, 2, 0, 3, 2, 12, 7, 1, 5, 7, 3], word + number)
    (left,) = without_words([line])
    assert left.path == line.path[len(word) :]


def test_low_letters_behind_a_number_are_a_unit_but_not_one_alone():
    unit = written([8, 8, 10, 2], [0.05] * 3 + [2.5, 2.5], low=2)
    assert without_words([unit])[0].path == unit.path[:3]
    for number in (
        written([8, 8, 10], [0.05] * 3 + [2.9], low=1),  # a last digit that is low and doubtful
        written([8, 8, 10, 2], [0.05] * 3 + [2.5, 2.5]),  # as high as the others
        written([8, 8, 10, 8], [0.05] * 3 + [2.5, 2.5], low=2),  # as far apart
        written([8, 8, 10, 2], [0.9] * 3 + [2.5, 2.5], low=2),  # the number is in doubt, too
    ):
        assert without_words([number]) == [number]


def test_lines_of_words_are_left_out(model):
    page = (40, 40, "Please write clearly"), (40, 140, "907.25"), (40, 240, "Thank you")
    assert texts(model, *page) == ["907.25"]


def test_a_number_with_low_digits_beside_a_level_one_is_kept(model):
    page = Image.new("L", (700, 200), 255)
    draw = ImageDraw.Draw(page)
    for x, text, size in [(40, "1", 26), (56, "68", 36), (97, "0", 26), (400, "2538", 36)]:
        draw.text((x, 120), text, 0, ImageFont.load_default(size), anchor="ls")
    assert read(model, page) == ["1680 2538"]


@pytest.mark.parametrize(("word", "x"), [("TOTAL", 40), ("Account", 240)])
def test_a_word_beside_an_uneven_number_is_left_out(model, word, x):
    page = Image.new("L", (700, 200), 255)
    draw, right = ImageDraw.Draw(page), 400
    draw.text((x, 120), word, 0, ImageFont.load_default(36), anchor="ls")
    for digit, size in zip("253847", (36, 28, 38, 30, 40, 30), strict=True):
        draw.text((right, 120), digit, 0, ImageFont.load_default(size), anchor="ls")
        right += draw.textlength(digit, ImageFont.load_default(size))
    assert read(model, page) == ["253847"]


def test_numbers_of_which_none_is_clear_are_all_kept(model):
    assert len(texts(model, (40, 40, "PLEASE"), (40, 140, "WRITE"))) == 2


@pytest.mark.parametrize("unit", ["km", "years", "hours", "points", "min"])
@pytest.mark.parametrize("step", [30, 33])
def test_a_unit_close_behind_a_number_is_left_out(model, unit, step):
    """The gaps in the number are as wide as the one before the unit."""
    spaced = [(40 + step * place, 40, digit) for place, digit in enumerate("2536")]
    behind = (40 + step * len(spaced), 40, unit)
    assert texts(model, *spaced, behind, (40, 200, "90731")) == ["2536", "90731"]
