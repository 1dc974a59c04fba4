"""Pages with tables of numbers and with several grids, which the test draws."""

from io import BytesIO

import numpy as np
import pytest
from PIL import Image, ImageDraw, ImageFilter, ImageFont

from mnist_cli.model import load_model
from mnist_cli.pictures.perspective import homography, rectangle
from mnist_cli.pictures.reader import Sheet, read_sheet

CELL = 150, 70  # pixels
NUMBERS = [["4205", "7"], ["38", "942"], ["5", "2839"], ["74", "58"]]
FONT = ImageFont.load_default(44)
SEEN = np.array([(40, 30), (370, 60), (360, 350), (20, 330)], np.float64)  # a table's corners


@pytest.fixture(scope="module")
def model():
    return load_model()


def sheet(image: Image.Image) -> Sheet:
    file = BytesIO()
    image.save(file, "PNG")
    file.seek(0)
    return read_sheet(file)


def texts(model, image: Image.Image) -> list[str]:
    return [line.text for line in model.read_page(sheet(image))]


def table(cells: list[list[str]]) -> Image.Image:
    """A table with numbers of any length at the left of its cells."""
    (width, height), edge = CELL, 40
    image = Image.new("L", (width * len(cells[0]) + 80, height * len(cells) + 80), 235)
    pen = ImageDraw.Draw(image)
    for i in range(len(cells) + 1):
        y = edge + i * height
        pen.line((edge, y, image.width - edge, y), 60, 2)
    for j in range(len(cells[0]) + 1):
        x = edge + j * width
        pen.line((x, edge, x, image.height - edge), 60, 2)
    for i, row in enumerate(cells):
        for j, number in enumerate(row):
            place = (edge + j * width + 18, edge + (i + 0.5) * height)
            pen.text(place, number, 20, FONT, anchor="lm")
    return image


def test_the_numbers_in_a_table_are_read_row_by_row(model):
    assert texts(model, table(NUMBERS)) == [" ".join(row) for row in NUMBERS]


@pytest.mark.parametrize("tilt", [-2, 1.5])
@pytest.mark.parametrize("shade", [40, 110])
def test_lines_close_to_the_numbers_of_a_calendar_are_no_1s(model, tilt, shade):
    """The edge of a line that is not quite straight was taken for a stroke that crosses it."""
    image, font = Image.new("L", (7 * 56 + 90, 5 * 56 + 90), 230), ImageFont.load_default(28)
    pen = ImageDraw.Draw(image)
    for i in range(6):
        pen.line((45, 45 + 56 * i, 45 + 7 * 56, 45 + 56 * i), shade, 2)
    for j in range(8):
        pen.line((45 + 56 * j, 45, 45 + 56 * j, 45 + 5 * 56), shade, 2)
    for day in range(31):
        i, j = divmod(day + 2, 7)
        pen.text((45 + 56 * j + 6, 45 + 56 * i + 28), f"{day + 1}", 40, font, anchor="lm")
    page = image.rotate(tilt, Image.Resampling.BICUBIC, fillcolor=230)
    lines = [text.replace(" ", "") for text in texts(model, page.filter(ImageFilter.BoxBlur(1)))]
    assert lines == ["12345", "6789101112", "13141516171819", "20212223242526", "2728293031"]


def test_numbers_that_are_low_in_their_cells_stay(model):
    """To the grid such cells are empty: only its lines may go."""
    image = table([["", "", ""]] * 3).resize((1060, 1160))
    pen = ImageDraw.Draw(image)
    for i in range(3):
        for j, number in enumerate(("4205", "38", "942")):
            pen.text((120 + 300 * j, 180 + 370 * i), number, 20, FONT)
    assert texts(model, image) == ["4205 38 942"] * 3


def test_a_table_seen_from_the_side_is_read(model):
    flat = table(NUMBERS)
    back = homography(SEEN, rectangle(*flat.size)).ravel()[:8]
    seen = flat.transform((400, 380), Image.Transform.PERSPECTIVE, tuple(back), 3, 1, 235)
    assert texts(model, seen) == [" ".join(row) for row in NUMBERS]


def form(*rows: tuple[str, str]) -> Image.Image:
    """Rows of boxes with one digit in each, and what is printed below them."""
    image, cell = Image.new("L", (520, 180 * len(rows) + 40), 235), 60
    pen = ImageDraw.Draw(image)
    for row, (digits, below) in enumerate(rows):
        top = 40 + 180 * row
        for i, digit in enumerate(digits):
            left = 80 + i * cell
            pen.rectangle((left, top, left + cell, top + cell), None, 60, 2)
            pen.text((left + cell / 2, top + cell / 2), digit, 20, FONT, anchor="mm")
        pen.text((80, top + 80), below, 20, FONT)
    return image


def test_every_row_of_boxes_on_a_form_is_read(model):
    assert texts(model, form(("4205", ""), ("738", ""), ("94253", ""))) == ["4205", "738", "94253"]


@pytest.mark.parametrize("boxes", [6, 9])
def test_an_empty_row_of_boxes_hides_no_other_and_is_no_digits(model, boxes):
    image = form((" " * boxes, ""), ("4205", "38.50"), ("7382", ""))
    assert texts(model, image) == ["4205", "38.50", "7382"]
    assert [row.text for row in model.read_grid(sheet(image))] in (["4205"], ["7382"])


def test_boxes_side_by_side_are_read_from_the_left(model):
    """One pixel by which the right ones stood higher decided."""
    image = Image.new("L", (1100, 160), 235)
    for left, top, digits in ((0, 22, "254"), (520, 20, "386")):
        image.paste(form((digits, "")).crop((0, 0, 520, 130)), (left, top))
    assert texts(model, image) == ["254", "386"]


def test_an_empty_table_is_no_digits(model):
    image = form((" " * 9, "4205"))
    assert texts(model, image) == ["4205"]


def test_lines_beside_boxes_are_read_and_words_are_not(model):
    found = texts(model, form(("4205", "38.50"), ("7382", "Signature")))
    assert found == ["4205", "38.50", "7382"]


def test_what_is_far_lower_than_the_digits_in_boxes_is_left_out(model):
    image = form(("4205", ""))
    ImageDraw.Draw(image).text((80, 130), "2427", 20, ImageFont.load_default(16))
    assert texts(model, image) == ["4205"]


@pytest.mark.parametrize("gap", [12, 40])
def test_boxes_that_are_apart_are_no_digits(model, gap):
    image = Image.new("L", (5 * (80 + gap) + 40, 200), 235)
    pen = ImageDraw.Draw(image)
    for i, digit in enumerate("74038"):
        left = 30 + i * (80 + gap)
        pen.rectangle((left, 50, left + 80, 150), None, 60, 3)
        pen.text((left + 40, 100), digit, 20, FONT, anchor="mm")
    assert texts(model, image) == ["74038"]


TICK = [(-10, 0, -3, 8), (-3, 8, 12, -10)]
CROSS = [(-9, -9, 9, 9), (-9, 9, 9, -9)]


@pytest.mark.parametrize("strokes", [TICK, CROSS])
def test_a_tick_in_a_cell_is_no_digit(model, strokes):
    """What the network finds to be paper has no answer, and no place in the line."""
    image = Image.new("L", (460, 140), 235)
    pen = ImageDraw.Draw(image)
    for i, digit in enumerate("74 38"):
        pen.rectangle((30 + 80 * i, 30, 110 + 80 * i, 110), None, 60, 2)
        pen.text((70 + 80 * i, 70), digit, 20, FONT, anchor="mm")
    for left, top, right, bottom in strokes:
        pen.line((230 + left, 70 + top, 230 + right, 70 + bottom), 20, 2)
    assert texts(model, image) == ["74 38"]


def test_a_row_of_doubtful_digits_in_boxes_is_no_word(model):
    """A sudoku in a photo lost whole rows: beside clear numbers they were taken for words."""
    image, cell = Image.new("L", (460, 330), 235), 80
    pen = ImageDraw.Draw(image)
    for row, digits in enumerate(["74538", "RRRRR", "20936"]):
        for i, digit in enumerate(digits):
            left, top = 30 + cell * i, 40 + cell * row
            pen.rectangle((left, top, left + cell, top + cell), None, 60, 2)
            pen.text((left + cell / 2, top + cell / 2), digit, 20, FONT, anchor="mm")
    found = texts(model, image)
    assert (found[0], found[2], len(found[1])) == ("74538", "20936", 5)
