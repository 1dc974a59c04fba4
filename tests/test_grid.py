"""Grids: sudokus, forms and tables that the test draws, from the lines to the printed table."""

from io import BytesIO
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image, ImageChops, ImageDraw, ImageFilter, ImageFont

from mnist_cli.model import load_model
from mnist_cli.pictures.cells import _without_sides, find_filled_grid
from mnist_cli.pictures.decoding import read_page
from mnist_cli.pictures.grid import Grid
from mnist_cli.pictures.ink import contrast
from mnist_cli.pictures.perspective import homography, mapped, rectangle, straightened
from mnist_cli.pictures.reader import read_sheet

SUDOKU = [
    "53..7....",
    "6..195...",
    ".98....6.",
    "8...6...3",
    "4..8.3..2",
    "7...2...6",
    ".6....28.",
    "...419..5",
    "....8..79",
]
TWENTY = [
    "".join(row) for row in np.random.default_rng(0).choice(list("123456789" + 21 * "."), (20, 20))
]
SKEWED = np.array([(40, 70), (640, 10), (590, 640), (90, 560)], np.float64)


def drawn(
    table: list[str],
    cell: int = 60,
    *,
    thin: int = 2,
    thick: int = 5,
    grey: int = 60,
    around: int = 60,
    shift: tuple[float, float] = (0, 0),
    size: float = 0.72,
    bold: int = 0,
) -> Image.Image:
    """A grid on white paper; every third line is thick.

    `shift` and `size`: of the digits, in cells. `bold`: pixels on each side of their strokes.
    """
    rows, columns = len(table), len(table[0])
    image = Image.new("L", (columns * cell + 2 * around, rows * cell + 2 * around), 235)
    pen = ImageDraw.Draw(image)
    right, bottom = around + columns * cell, around + rows * cell
    for i in range(rows + 1):
        y, width = around + i * cell, thick if i % 3 == 0 or i == rows else thin
        pen.line((around, y, right, y), grey, width)
    for j in range(columns + 1):
        x, width = around + j * cell, thick if j % 3 == 0 or j == columns else thin
        pen.line((x, around, x, bottom), grey, width)
    font = ImageFont.load_default(cell * size)
    for i, row in enumerate(table):
        for j, digit in enumerate(row.replace(".", " ")):
            place = (around + (j + 0.5 + shift[0]) * cell, around + (i + 0.5 + shift[1]) * cell)
            pen.text(place, digit, fill=20, font=font, anchor="mm", stroke_width=bold)
    return image


def photographed(image: Image.Image, corners: NDArray[np.float64]) -> Image.Image:
    """The picture's corners moved to others, by Pillow's own transformation; with a shadow."""
    whole = rectangle(*image.size)
    side = int(corners.max()) + 60
    back = homography(corners, whole).ravel()[:8]
    turned = image.transform((side, side), Image.Transform.PERSPECTIVE, tuple(back), 3, 1, 235)
    light = np.linspace(1, 0.6, side)[None] * np.where(np.arange(side) > side // 3, 1, 0.8)[:, None]
    grain = np.random.default_rng(0).normal(0, 3, (side, side))
    return Image.fromarray(np.clip(np.asarray(turned) * light + grain, 0, 255).astype(np.uint8))


def shaded(image: Image.Image, left: float, top: float) -> Image.Image:
    """The shadow of a hand lies on the picture; its corner in parts of the picture."""
    width, height = image.size
    shadow, x, y = Image.new("L", image.size, 255), left * width, top * height
    box = (x, y, x + 0.3 * width, y + 0.4 * height)
    ImageDraw.Draw(shadow).ellipse(box, 150)
    return ImageChops.multiply(image, shadow.filter(ImageFilter.GaussianBlur(width / 40)))


CORNERS, STACKED = ((0.25, 0.25), (0.75, 0.75)), ((0.3, 0.3), (0.34, 0.56))


def noted(table: list[str], places: tuple[tuple[float, float], ...]) -> Image.Image:
    """A grid with notes in each empty cell, at such places: the digits that may come there."""
    cell, around = 60, 60
    image = drawn(table, cell, around=around)
    pen, font = ImageDraw.Draw(image), ImageFont.load_default(cell * 0.34)
    for i, j in np.argwhere(np.array([list(row) for row in table]) == "."):
        for x, y in places:
            place = (around + (j + x) * cell, around + (i + y) * cell)
            pen.text(place, str(1 + (3 * i + 5 * j) % 9), fill=20, font=font, anchor="mm")
    return image


def file(image: Image.Image) -> BytesIO:
    held = BytesIO()
    image.save(held, "JPEG", quality=85)
    held.seek(0)
    return held


def filled(image: Image.Image) -> list[str]:
    """The table with an x for each digit that was found."""
    table = find_filled_grid(contrast(read_page(file(image)).colours))
    cells = table.cells if table else []
    return ["".join("." if cell.digit is None else "x" for cell in row) for row in cells]


def shape_of(table: list[str]) -> list[str]:
    return ["".join("." if digit == "." else "x" for digit in row) for row in table]


GRIDS = {
    "sudoku": lambda: (SUDOKU, drawn(SUDOKU)),
    "thin grey lines": lambda: (SUDOKU, drawn(SUDOKU, thin=1, thick=2, grey=170)),
    "thick lines": lambda: (SUDOKU, drawn(SUDOKU, thin=6, thick=9)),
    "small": lambda: (SUDOKU, drawn(SUDOKU, 26, thin=1, thick=2, around=20)),
    "tilted": lambda: (SUDOKU, drawn(SUDOKU, around=250).rotate(18, fillcolor=235)),
    "perspective, shadow, grain": lambda: (SUDOKU, photographed(drawn(SUDOKU), SKEWED)),
    "a shadow in a corner": lambda: (SUDOKU, shaded(drawn(SUDOKU), 0.05, -0.2)),
    "a shadow that touches the frame": lambda: (
        SUDOKU,
        shaded(photographed(drawn(SUDOKU), SKEWED), 0.4, 0.75),
    ),
    "form of two boxes": lambda: (["4."], drawn(["4."])),
    "form of ten boxes": lambda: (["0123456789"], drawn(["0123456789"], thin=3, thick=3)),
    "bold digits that fill their boxes": lambda: (
        ["59345824"],
        drawn(["59345824"], thin=2, thick=2, size=1.0, bold=2),
    ),
    "digits that cross the lines of their boxes": lambda: (
        ["2538406"],
        drawn(["2538406"], thin=2, thick=2, size=1.15, bold=2, shift=(0.1, 0.05)),
    ),
    "one column": lambda: (["3", ".", "8", "1"], drawn(["3", ".", "8", "1"])),
    "table": lambda: (["12.", "4.6", "789", "..0"], drawn(["12.", "4.6", "789", "..0"])),
    "twenty by twenty": lambda: (TWENTY, drawn(TWENTY, 40, thin=1, thick=2)),
    "notes in corners": lambda: (SUDOKU, noted(SUDOKU, CORNERS)),
    "notes above each other": lambda: (SUDOKU, noted(SUDOKU, STACKED)),
    "nothing in it": lambda: (["....", "...."], drawn(["....", "...."])),
    "digits on the lines": lambda: (SUDOKU, drawn(SUDOKU, shift=(0.14, 0.17))),
}


@pytest.mark.parametrize("kind", GRIDS)
def test_every_cell_is_found(kind: str) -> None:
    table, image = GRIDS[kind]()
    assert filled(image) == shape_of(table)


def test_the_form_is_cut_at_the_edge_of_the_picture() -> None:
    image = drawn(["60812345"], 80)
    assert filled(image.crop((50, 0, image.width, image.height))) == ["xxxxxxxx"]
    assert filled(image.crop((90, 0, image.width - 90, image.height))) == ["xxxxxxxx"]


@pytest.mark.parametrize("text", ["1", "8", "444", "0", "#", ""])
def test_what_is_no_grid_has_no_cells(text: str) -> None:
    image = Image.new("L", (400, 300), 235)
    pen = ImageDraw.Draw(image)
    pen.text((200, 150), text, fill=30, font=ImageFont.load_default(200), anchor="mm")
    assert filled(image) == []


def test_a_grid_has_as_many_cells_as_rows_times_columns() -> None:
    flat = np.zeros((3, 3), np.float32)
    grid = Grid(flat, np.eye(3), rows=np.zeros((10, 4)), columns=np.zeros((9, 5)))
    assert grid.cells == 9 * 4


def test_squared_paper_is_no_grid() -> None:
    image = drawn(["." * 16] * 12, 30, thin=1, thick=1, grey=170)
    pen = ImageDraw.Draw(image)
    font = ImageFont.load_default(120)
    for i, line in enumerate(("407", "253")):
        for j, digit in enumerate(line):
            pen.text((170 + 120 * j, 160 + 150 * i), digit, fill=30, font=font, anchor="mm")
    assert filled(image) == []


def test_a_frame_around_one_digit_is_no_grid() -> None:
    assert filled(drawn(["4"], 150)) == []


# ---- perspective, against its definition

SQUARE = rectangle(90, 60)
CORNERS = np.array([(13.0, 7), (95, 20), (80, 88), (3, 70)])


def test_a_homography_maps_four_points_and_keeps_lines_straight() -> None:
    matrix = homography(SQUARE, CORNERS)
    np.testing.assert_allclose(mapped(SQUARE, matrix), CORNERS)
    on_a_line = mapped(np.array([(0.0, 0), (30, 20), (60, 40), (90, 60)]), matrix)
    ahead, rest = on_a_line[1] - on_a_line[0], on_a_line[2:] - on_a_line[0]
    np.testing.assert_allclose(ahead[0] * rest[:, 1] - ahead[1] * rest[:, 0], 0, atol=1e-9)
    # The diagonals meet where the middle of the rectangle goes.
    (a, b, c, d), middle = CORNERS, mapped(np.array([(45.0, 30)]), matrix)[0]
    for start, end in ((a, c), (b, d)):
        across, to = end - start, middle - start
        assert abs(across[0] * to[1] - across[1] * to[0]) < 1e-9


def test_no_perspective_changes_nothing_and_half_a_pixel_is_a_mean() -> None:
    ink = np.random.default_rng(0).uniform(0, 255, (60, 90)).astype(np.float32)
    np.testing.assert_allclose(straightened(ink, np.eye(3), 60, 90), ink, rtol=1e-5)
    half = np.array([(1, 0, 0.5), (0, 1, 0), (0, 0, 1)])
    moved = straightened(ink, half, 60, 89)
    np.testing.assert_allclose(moved, (ink[:, :-1] + ink[:, 1:]) / 2, rtol=1e-5)
    outside = straightened(ink, np.array([(1, 0, 500.0), (0, 1, 0), (0, 0, 1)]), 60, 90)
    assert not outside.any()


def test_straightening_agrees_with_pillow() -> None:
    picture = Image.fromarray(np.uint8(drawn(["12", "34"], around=10)))
    corners = np.array([(9.0, 12), (120, 3), (130, 128), (4, 119)])
    matrix = homography(rectangle(100, 80), corners)
    ours = straightened(np.asarray(picture, np.float32), matrix, 80, 100)
    data = tuple(matrix.ravel()[:8])
    theirs = picture.transform((100, 80), Image.Transform.PERSPECTIVE, data, 2)
    assert np.abs(ours - np.asarray(theirs, np.float32)).max() < 2


# ---- the answers


def test_the_command_prints_the_table(mnist, tmp_path: Path) -> None:
    photographed(drawn(SUDOKU), SKEWED).save(tmp_path / "sudoku.png")
    printed = mnist("predict", "sudoku.png", "--grid", "-q").out.splitlines()
    right = sum(a == b for a, b in zip("".join(printed[:9]), "".join(SUDOKU), strict=True))
    assert right >= 76  # of 81; the network does not know every printed 1 and 7
    cells = mnist("predict", "sudoku.png", "--grid", "--json").json["predictions"]
    assert [(cell["row"], cell["column"]) for cell in cells] == [
        (row, column) for row in range(1, 10) for column in range(1, 10)
    ]
    assert [cell["digit"] is None for cell in cells] == [d == "." for d in "".join(SUDOKU)]


def test_the_lines_of_a_grid_are_its_rows(mnist, tmp_path: Path) -> None:
    drawn(["52", "..", "38"]).save(tmp_path / "table.png")
    assert mnist("predict", "table.png", "--lines", "-q").out.split() == ["52", "38"]


def test_on_a_drawing_a_grid_may_be_as_pale_as_its_digits(mnist, tmp_path: Path) -> None:
    table = ["52", "..", "38"]
    dark = np.asarray(drawn(table, grey=20)) < 100
    Image.fromarray(np.where(dark, 244, 255).astype(np.uint8)).save(tmp_path / "pale.png")
    assert mnist("predict", "pale.png", "--grid", "-q").out.split()[:3] == table


def test_a_page_without_a_grid_is_named(mnist, tmp_path: Path) -> None:
    grid, plain = drawn(["52", "..", "38"]), drawn(["4"])
    grid.save(tmp_path / "pages.tif", save_all=True, append_images=[plain, grid])
    result = mnist("predict", "pages.tif", "--grid", "-q")
    assert (result.code, result.out.split()) == (1, ["52", "..", "38"] * 2)
    where = "mnist predict: pages.tif: page 2 of 3: "
    assert result.err.strip() == f"{where}no grid found; --many reads digits without one"
    answers = mnist("predict", "pages.tif", "--grid", "--json").json["predictions"]
    assert [(one["page"], "error" in one) for one in answers[5:8]] == [
        (1, False),
        (2, True),
        (3, False),
    ]


def test_without_a_grid_there_is_one_line(mnist, tmp_path: Path) -> None:
    drawn(["4"]).save(tmp_path / "four.png")
    result = mnist("predict", "four.png", "--grid", "-q")
    assert result.code == 1
    assert result.err.strip() == (
        "mnist predict: four.png: no grid found; --many reads digits without one"
    )


def test_boxes_lie_on_the_page(tmp_path: Path) -> None:
    photographed(drawn(SUDOKU), SKEWED).save(tmp_path / "sudoku.png")
    lines = load_model().read_grid(tmp_path / "sudoku.png")
    matrix = homography(rectangle(660, 660), SKEWED)
    for i, line in enumerate(lines):
        for j, reading in enumerate(line.readings):
            x, y = mapped(np.array([(90.0 + 60 * j, 90.0 + 60 * i)]), matrix)[0]
            left, top, right, bottom = reading.box
            assert left < x < right and top < y < bottom


def test_an_open_4_in_two_strokes_fills_one_cell() -> None:
    page = drawn(["1..", "...", "..8"], 80)
    pen = ImageDraw.Draw(page)
    for stroke in ([(162, 155), (154, 182), (170, 183)], [(190, 158), (176, 208)]):
        pen.line(stroke, 20, 5, joint="curve")
    (_, line, _) = load_model().read_grid(read_sheet(file(page)))
    four = line.readings[1]
    assert (line.text, four.warnings) == (".4.", [])
    assert four.box == pytest.approx((152, 153, 193, 210), abs=4)
    assert line.pictures[1].box == tuple(four.box)  # what is drawn and asked of another network


def test_a_line_that_runs_across_a_cell_is_left_out_beside_a_digit():
    part = np.zeros((110, 90), np.float32)
    part[15:45, 30:34] = part[15:19, 30:50] = 200  # a digit
    for x in range(90):
        part[60 + x // 5 : 66 + x // 5, x] = 200  # the side of a frame where the paper bends
    inside, is_above = (10, 10, 80, 100), np.arange(110)[:, None] < 50
    found = _without_sides(part, inside, 50) > 0
    assert np.array_equal(found, (part > 0) & is_above)
    alone = np.where(is_above, np.float32(0), part)
    assert _without_sides(alone, inside, 50).any()  # it may be a digit that fills the cell
