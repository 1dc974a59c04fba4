"""Rows and pages of digits: lines, cuts, separators, and what the network reads on them."""

import io
import itertools
import json
from functools import partial
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFilter, ImageFont

from mnist_cli.data.datasets import load_split
from mnist_cli.model import Model, load_model
from mnist_cli.pictures.atoms import Atom, atoms_of, ordered
from mnist_cli.pictures.components import connected_components
from mnist_cli.pictures.cutting import cuts, slices
from mnist_cli.pictures.digits import Cleaned, Found
from mnist_cli.pictures.lines import distances, lines_of
from mnist_cli.pictures.loops import with_loops
from mnist_cli.pictures.pieces import Piece, pieces
from mnist_cli.pictures.reader import read_sheet, read_sheets
from mnist_cli.pictures.rows import Row
from mnist_cli.pictures.separators import is_written, long_mark, small_mark
from mnist_cli.pictures.underlines import without_underlines
from mnist_cli.search import Looked, Search, cheapest, steps_of
from mnist_cli.strings import Line, _without_ends
from mnist_cli.words import spaces

HEIGHT = 40  # pixels of a digit on the pages here
CLEAR = [919, 632, 839, 948, 369, 120, 376, 523, 905, 505]  # 0 to 9, among the built-in test digits


@pytest.fixture(scope="module")
def model() -> Model:
    return load_model()


@pytest.fixture(scope="module")
def digits(builtin_dir: Path) -> dict[int, Image.Image]:
    """The ink of one clear built-in digit of each kind, the same whatever the shipped network."""
    split = load_split("builtin", "test", builtin_dir)
    assert split.labels[CLEAR].tolist() == list(range(10))
    return {digit: enlarged(split.images[i].reshape(28, 28)) for digit, i in enumerate(CLEAR)}


def enlarged(image: NDArray[np.uint8]) -> Image.Image:
    rows, columns = np.flatnonzero(image.any(1)), np.flatnonzero(image.any(0))
    ink = Image.fromarray(image[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1])
    width = max(8, round(ink.width * HEIGHT / ink.height))
    return ink.resize((width, HEIGHT), Image.Resampling.BICUBIC)


def row(
    digits: dict[int, Image.Image], text: str, gap: int, slope: float = 0.0, margin: int = 60
) -> Image.Image:
    """Paste digits and separators side by side; `slope` in pixels down per pixel to the right."""
    page, x = Image.new("L", (60 * len(text) + 2 * margin, 3 * margin), 0), float(margin)
    pen = ImageDraw.Draw(page)
    for sign in text:
        y = margin + slope * (x - margin)
        if sign.isdigit():
            ink = digits[int(sign)]
            page.paste(255, (round(x), round(y)), ink)
            x += ink.width + gap
        else:
            x += separator(pen, sign, x, y) + gap
    return page


def separator(pen: ImageDraw.ImageDraw, sign: str, x: float, y: float) -> int:
    """Draw a separator of strokes 5 pixels wide on a line whose digits begin at y."""
    strokes = {
        ".": [(0, 36, 4, 40)],
        ",": [(0, 36, 4, 48)],
        "-": [(0, 18, 16, 22)],
        "=": [(0, 12, 16, 16), (0, 24, 16, 28)],
        ":": [(0, 10, 4, 14), (0, 30, 4, 34)],
        "+": [(0, 18, 28, 22), (12, 6, 16, 34)],
    }
    for left, top, right, bottom in strokes.get(sign, []):
        pen.rectangle((x + left, y + top, x + right, y + bottom), 255)
    if sign == "/":
        pen.line((x, y + 46, x + 22, y - 6), 255, 5)
        return 24
    if sign == "x":
        pen.line((x, y + 10, x + 24, y + 34), 255, 5)
        pen.line((x + 24, y + 10, x, y + 34), 255, 5)
        return 24
    return max(stroke[2] for stroke in strokes[sign])


def read(model: Model, ink: Image.Image) -> list[Line]:
    """Read ink as a drawing on white paper."""
    file = io.BytesIO()
    ink.point(lambda value: 255 - value).save(file, "PNG")
    file.seek(0)
    return model.read_page(read_sheet(file))


def texts(model: Model, ink: Image.Image) -> list[str]:
    return [line.text for line in read(model, ink)]


# ---- pages


@pytest.mark.parametrize("gap", [2, 5, 20])
def test_neighbours_are_read_one_by_one(model, digits, gap):
    assert texts(model, row(digits, "0123456789", gap)) == ["0123456789"]


@pytest.mark.parametrize("text", ["2026", "3806", "5920", "6238"])
def test_touching_digits_are_cut(model, digits, text):
    assert texts(model, row(digits, text, -3)) == [text]


def linked(lefts: list[int], width: int = 3) -> Image.Image:
    """Draw 0s 26 pixels wide, from each place on; those that are close share a stroke."""
    page = Image.new("L", (max(lefts) + 90, 120), 0)
    for left in lefts:
        ImageDraw.Draw(page).ellipse((left, 40, left + 26, 40 + HEIGHT), outline=255, width=width)
    return page


@pytest.mark.parametrize("step", [19, 20, 22])
def test_loops_that_share_a_stroke_are_read_one_by_one(model, step):
    assert texts(model, linked([40, 40 + step, 40 + 2 * step])) == ["000"]


@pytest.mark.parametrize(("text", "gap"), [("69", -3), ("47", -3), ("47", -4)])
def test_narrow_digits_that_touch_are_cut(model, digits, text, gap):
    narrow = {digit: ink.resize((17, HEIGHT)) for digit, ink in digits.items()}
    assert texts(model, row(narrow, text, gap)) == [text]


@pytest.mark.parametrize("slope", [-0.18, 0.18])  # 10 degrees
def test_a_line_may_rise_or_fall(model, digits, slope):
    page = Image.new("L", (900, 500), 0)
    page.paste(row(digits, "3432785", 18, slope, 20).crop((0, 0, 460, 180)), (0, 150))
    found = read(model, row(digits, "3432785", 18, slope, 120))
    assert [line.text for line in found] == ["3432785"]


@pytest.mark.parametrize("share", [0.42, 0.5, 0.6, 0.7])
@pytest.mark.parametrize("below", [True, False])
def test_a_line_of_much_lower_digits_is_a_line_of_its_own(model, digits, share, below):
    one, other = (row(digits, text, 12) for text in ("27385", "60724"))
    lower = other.resize((round(other.width * share), round(other.height * share)))
    one, lower = one.crop(one.getbbox()), lower.crop(lower.getbbox())
    upper, under = (one, lower) if below else (lower, one)
    page = Image.new("L", (one.width + 40, one.height + lower.height + 48), 0)
    page.paste(255, (20, 20), upper)
    page.paste(255, (20, 28 + upper.height), under)
    assert texts(model, page) == (["27385", "60724"] if below else ["60724", "27385"])


def test_two_close_lines_stay_two(model, digits):
    page = Image.new("L", (420, 200), 0)
    for top, text in ((20, "27385"), (20 + HEIGHT + 8, "60724")):
        one = row(digits, text, 12)
        page.paste(255, (0, top - 60), one)
    assert texts(model, page) == ["27385", "60724"]


@pytest.mark.parametrize(
    "text",
    [
        "2026-11-25",
        "3.14",
        "2,50",
        "25/11/2026",
        "12:30",
        "7=7",
        "13+85",
        "+274",
        "27x3",
        "x27",
        ".5",
        ".27",
    ],
)
def test_separators_are_no_digits(model, digits, text):
    (line,) = read(model, row(digits, text, 8))
    assert line.text == text
    assert [str(reading.digit) for reading in line.readings] == [c for c in text if c.isdigit()]
    assert [(mark.place, mark.text) for mark in line.separators] == [
        (place, sign) for place, sign in enumerate(text, start=1) if not sign.isdigit()
    ]


def test_a_wide_gap_is_a_space(model, digits):
    page = Image.new("L", (600, 180), 0)
    page.paste(255, (0, 0), row(digits, "275", 6))
    page.paste(255, (200, 0), row(digits, "38", 6))
    assert texts(model, page) == ["275 38"]


@pytest.mark.parametrize(
    ("gaps", "text"),
    [
        ([4, 14, 22, 30, 8], "275386"),  # uneven, but none is far wider than the next narrower one
        ([4, 6, 28, 5, 8], "275 386"),
        ([4, 28, 6, 30, 8], "27 53 86"),
        ([30, 28, 9, 31, 30], "275386"),  # in boxes
        ([6, 20, 6, 5, 8], "275386"),  # half a digit's height
    ],
)
def test_a_space_is_far_wider_than_the_gaps_of_a_number(gaps, text):
    path, x = [], 0
    for place, gap in enumerate([*gaps, 0]):
        found = Found(np.ones((40, 20), np.float32), (x, 0, x + 20, 40), 255.0)
        path.append(Piece.whole(place, found))
        x += 20 + gap
    found_spaces = spaces(path, 40.0)
    assert "".join(space + sign for space, sign in zip(found_spaces, "275386", strict=True)) == text


@pytest.mark.parametrize("grey", [150, 185])
def test_pale_print_in_a_table_is_read(model, grey):
    table = ["05824 715 172", "16 99 82244", "616 4164 01208", "0200 9251 6933"]
    image, font = Image.new("L", (450, 244), 236), ImageFont.load_default(22)
    pen = ImageDraw.Draw(image)
    for y, line in enumerate(table):
        for x, number in enumerate(line.split()):
            pen.rectangle((30 + 130 * x, 30 + 46 * y, 160 + 130 * x, 76 + 46 * y), None, 60, 2)
            pen.text((40 + 130 * x, 42 + 46 * y), number, grey, font)
    grain = np.random.default_rng(0).normal(0, 3, (244, 450))
    scan = np.asarray(image.filter(ImageFilter.GaussianBlur(0.6))) + grain
    file = io.BytesIO()
    Image.fromarray(np.clip(scan, 0, 255).astype(np.uint8)).save(file, "PNG")
    file.seek(0)
    assert [line.text for line in model.read_page(read_sheet(file))] == table


@pytest.mark.parametrize("margin", [0, 20])  # below the line; at 0 it is the picture's edge
@pytest.mark.parametrize("text", ["60352", "89406"])
def test_digits_stand_on_a_line(model, digits, text, margin):
    page = row(digits, text, 10)
    ImageDraw.Draw(page).line((0, 60 + HEIGHT, page.width, 60 + HEIGHT), 200, 2)
    assert texts(model, page.crop((0, 30, page.width, 60 + HEIGHT + 2 + margin))) == [text]


@pytest.mark.parametrize("grey", [130, 200])
@pytest.mark.parametrize("text", ["52803", "30852", "50238"])
def test_digits_whose_feet_cover_most_of_a_line_keep_them(model, digits, text, grey):
    page, line = row(digits, text, 3), 60 + HEIGHT - 6
    left, _, right, _ = page.getbbox()
    ImageDraw.Draw(page).line((0, line, page.width, line), grey, 1)
    assert texts(model, page.crop((left - 6, 40, right + 6, 60 + HEIGHT + 12))) == [text]


def test_a_gap_in_a_stroke_is_bridged(model, digits):
    page = row(digits, "2704", 10)
    ImageDraw.Draw(page).rectangle((0, 60 + 20, 100, 60 + 21), 0)
    assert texts(model, page) == ["2704"]


def test_the_string_is_as_sure_as_its_digits_together(model, digits):
    (line,) = read(model, row(digits, "275", 8))
    assert line.confidence == pytest.approx(np.prod([r.confidence for r in line.readings]))
    lefts = [reading.box[0] for reading in line.readings]
    assert line.box[:3:2] == [lefts[0], line.readings[-1].box[2]]


# ---- the parts


def test_lines_are_found_by_the_overlap_with_the_neighbour():
    rising = [(x, 100 - x // 6, x + 20, 140 - x // 6) for x in range(0, 400, 40)]
    below = [(x, 150 - x // 6, x + 20, 190 - x // 6) for x in range(0, 400, 40)]
    boxes = np.array(below + rising)
    assert lines_of(boxes) == [list(range(10, 20)), list(range(10))]


def test_a_mark_is_as_far_from_a_line_as_from_its_nearest_box():
    near = np.array([[0, 0, 10, 20], [30, 0, 40, 20]])
    far = np.array([[0, 60, 10, 80]])
    assert distances([near, far], np.array([45, 15, 47, 25])).tolist() == [5, 35 + 3 * 35]
    assert distances([far, near], np.array([12, 30, 14, 40])).tolist() == [2 + 3 * 20, 2 + 3 * 10]


def test_a_cut_goes_where_the_least_ink_is():
    ink = np.zeros((20, 41), np.float32)
    ink[:, 2:18] = ink[:, 23:39] = 255
    ink[9:11] = 255  # a bridge of two rows
    inside = [path for path in cuts(ink, 20) if 5 < path[0] < 36]
    best = min(inside, key=lambda path: ink[np.arange(20), path].sum())
    assert ((best >= 18) & (best < 23)).all()
    parts = slices(ink, 20)
    together = np.zeros_like(ink)
    for own, *_ in parts:
        together[:, own.left : own.left + own.ink.shape[1]] += own.ink
    assert np.array_equal(together, ink)  # nothing is lost or doubled


def test_each_of_two_loops_is_a_ring_that_may_take_the_place_of_the_atoms_in_it():
    page = np.asarray(linked([4, 24]), np.float32)[40:81, 4:51]
    atoms = with_loops(atoms_of(page, (0, 0, 47, 41), 41), page, (0, 0, 47, 41), 41)
    loops = {loop.ring.box: loop for atom in atoms for loop in atom.loops}
    assert len(loops) == 2
    for left, ((x, y, right, bottom), loop) in zip((4, 24), sorted(loops.items()), strict=True):
        own = np.asarray(linked([left]))[40:81, 4:51] > 0
        ring = np.zeros_like(own)
        ring[y:bottom, x:right] = loop.ring.ink > 0
        assert (ring & own).sum() > 0.9 * own.sum()  # its own 0
        assert (ring & ~own).sum() < 0.25 * own.sum()  # and little of the other
        assert loop.lost < 0.15


def test_a_slice_of_touching_digits_is_never_joined_with_the_digit_above_it():
    ink = np.full((20, 4), 255, np.float32)
    slices_ = [Atom(ink, (0, 0, 4, 20)), Atom(ink[:8], (4, 12, 8, 20))]
    neighbour = [Atom(np.full((30, 6), 255, np.float32), (3, -20, 9, 10))]
    assert ordered([slices_, neighbour], 40) == [*slices_, *neighbour]
    assert len(ordered([slices_[1:], neighbour], 40)) == 1


def test_a_large_drawing_on_a_page_of_dots_is_not_cut_into_hundreds_of_pieces():
    """Each was as large as the drawing: 480 dots and two lines took 900 MB."""
    image = Image.new("L", (500, 500), 255)
    pen = ImageDraw.Draw(image)
    pen.line([(100, 100), (400, 100), (250, 400)], 0, 4)
    for x, y in itertools.product(range(20, 500, 40), repeat=2):
        pen.ellipse((x - 5, y - 5, x + 5, y + 5), 0)
    buffer = io.BytesIO()
    image.save(buffer, "PNG")
    (sheet,) = read_sheets(buffer)
    high = [p for row in sheet.rows for p in row.pieces if p.found.ink.shape[0] > 200]
    assert 0 < len(high) < 20


def page_of_discs(across: int) -> io.BytesIO:
    """Return a page of across x across discs, each as wide as two digits that touch."""
    image = Image.new("L", (across * 30, across * 30), 255)
    pen = ImageDraw.Draw(image)
    for x, y in itertools.product(range(15, across * 30, 30), repeat=2):
        pen.ellipse((x - 9, y - 9, x + 9, y + 9), 0)
    buffer = io.BytesIO()
    image.save(buffer, "PNG")
    return buffer


@pytest.mark.parametrize(("across", "cut"), [(16, True), (18, False)])
def test_a_page_full_of_wide_ink_is_not_cut(across, cut):
    (sheet,) = read_sheets(page_of_discs(across))
    assert (sum(row.places for row in sheet.rows) > across**2) == cut


def test_the_network_looks_at_a_bounded_number_of_pieces(model, monkeypatch):
    sheet = read_sheet(page_of_discs(10))
    monkeypatch.setattr("mnist_cli.strings._MOST_LOOKS", 100)
    assert sum(len(line.readings) for line in model.read_page(sheet)) == 100  # as the form says


@pytest.mark.parametrize(
    ("box", "mark"),
    [
        ((50, 92, 56, 98), "."),
        ((50, 92, 56, 106), ","),
        ((50, 75, 70, 81), "-"),
        ((50, 60, 62, 98), ""),  # high enough for a digit
        ((50, 60, 80, 66), ""),  # the bar of a 5
    ],
)
def test_small_marks_beside_digits_from_60_to_100(box, mark):
    assert small_mark(box, 60, 100) == mark


@pytest.mark.parametrize(
    ("size", "darkness", "written"),
    [(4, 200, True), (9, 200, True), (2, 200, False), (4, 90, False)],
)
def test_a_separator_is_as_dark_and_thick_as_strokes_of_4_pixels(size, darkness, written):
    assert is_written(np.full((size, size), darkness, np.float32), 200, 4.0) == written


def test_points_stand_between_two_digits_or_close_before_the_first():
    def kept(text: str, gap: int = 20) -> str:
        width, path = 10 + gap, []
        for i, sign in enumerate(text):
            found = Found(np.ones((40, 10), np.float32), (i * width, 0, i * width + 10, 40), 255.0)
            piece = Piece(i, i + 1, partial(Found, *found), sign.strip("0123456789"), 0.0)
            path.append(Looked(piece, 0.0))
        return "".join(piece.mark or "0" for piece, _ in _without_ends(path, 40.0))

    assert kept("0.00") == "0.00"
    assert kept(".00.") == "00"
    assert kept(".00.", gap=8) == ".00"
    assert kept("..0", gap=8) == "0"
    assert kept(":00", gap=8) == "00"
    assert kept("0.,0") == "00"
    assert kept("-0=0-") == "-0=0-"
    assert kept(".") == kept("") == ""


@pytest.mark.parametrize("specks", [2, 20])
def test_a_point_among_many_specks_is_one_of_them(model, digits, specks):
    page = row(digits, "3.85", 8)
    pen = ImageDraw.Draw(page)
    for x in np.linspace(20, 330, specks).astype(int).tolist():
        pen.rectangle((x, 51, x + 3, 54), 200)
    assert texts(model, page) == (["3.85"] if specks == 2 else ["385"])


def test_a_point_before_the_digits_beside_a_speck_is_one(model, digits):
    page = row(digits, ".85", 8)
    assert texts(model, page) == [".85"]
    ImageDraw.Draw(page).rectangle((120, 51, 123, 54), 200)
    assert texts(model, page) == ["85"]


@pytest.mark.parametrize(("lean", "mark"), [(0, ""), (6, ""), (25, "/"), (-25, "")])
def test_a_slash_is_long_and_leans_to_the_right(lean, mark):
    image = Image.new("L", (80, 60), 0)
    ImageDraw.Draw(image).line((40 - lean / 2, 55, 40 + lean / 2, 5), 255, 4)
    ink = np.asarray(image.crop(image.getbbox()), np.float32)
    assert long_mark(ink, 40) == mark


@pytest.mark.parametrize(("pen", "tall", "mark"), [(6, 40, "/"), (4, 46, "")])
def test_a_thick_slash_is_one_and_a_1_little_longer_than_the_digits_is_none(pen, tall, mark):
    """It was read as a 1; a leaning 1 a little longer than the others was left out as a slash."""
    image = Image.new("L", (80, 60), 0)
    ImageDraw.Draw(image).line((28, 55, 52, 5), 255, pen)
    ink = np.asarray(image.crop(image.getbbox()), np.float32)
    assert long_mark(ink, tall) == mark


def pieces_between_places(places: int, prices: list[float]) -> list[Piece]:
    """Return a piece from every place to every later one."""
    pairs = itertools.combinations(range(places + 1), 2)
    return [Piece(*pair, None, "", price) for pair, price in zip(pairs, prices, strict=True)]


def least(pieces: list[Piece], costs: list[float], last: int, place: int = 0) -> float:
    """Return what the cheapest of all paths costs, from a place to the last."""
    if place == last:
        return 0.0
    return min(
        cost + least(pieces, costs, last, piece.end)
        for piece, cost in zip(pieces, costs, strict=True)
        if piece.start == place
    )


def test_the_cheapest_path_against_all_paths():
    costs = np.random.default_rng(0).uniform(0, 1, 21).tolist()
    pieces = pieces_between_places(6, costs)
    row = Row(pieces, 6, 20.0)
    path = cheapest(row, costs, steps_of(row))
    assert [pieces[path[0]].start, pieces[path[-1]].end] == [0, 6]
    assert sum(costs[number] for number in path) == pytest.approx(least(pieces, costs, 6))


@pytest.mark.parametrize("turns", [0, 1, 16])
def test_a_search_looks_at_few_pieces_and_finds_the_cheapest_path(turns, monkeypatch):
    monkeypatch.setattr("mnist_cli.search._TURNS", turns)
    rng = np.random.default_rng(turns)
    prices, against = rng.uniform(0, 3, (2, 45)).tolist()
    pieces = pieces_between_places(9, prices)
    search, looks = Search(Row(pieces, 9, 20.0)), 0
    while search.wanted:
        looks += len(search.wanted)
        search.go_on([against[number] for number in search.wanted])
    costs = [a + b for a, b in zip(prices, against, strict=True)]
    found = sum(costs[pieces.index(piece)] for piece, _ in search.path())
    assert found == pytest.approx(least(pieces, costs, 9))
    assert looks == 45 if turns < 2 else looks < 30


# ---- the command


@pytest.fixture
def page(digits, tmp_path):
    ink = Image.new("L", (420, 260), 0)
    ink.paste(255, (0, -20), row(digits, "27-38", 10))
    ink.paste(255, (0, 60), row(digits, "60.4", 10))
    ink.point(lambda value: 255 - value).save(tmp_path / "page.png")
    return "page.png"


def test_lines_are_one_string_each(mnist, page):
    assert mnist("predict", page, "--lines", "-q").out == "27-38\n60.4\n"
    assert mnist("predict", page, page, "--lines", "-q").out == (
        "page.png: 27-38\npage.png: 60.4\n" * 2
    )
    lines = mnist("predict", page, "--lines", "--json-lines", "-q").out.splitlines()
    assert [json.loads(line)["text"] for line in lines] == ["27-38", "60.4"]


def test_json_has_lines_and_places(mnist, page):
    found = mnist("predict", page, "--many", "--json").json
    assert [(p["line"], p["place"], p["digit"]) for p in found["predictions"]] == [
        (1, 1, 2), (1, 2, 7), (1, 4, 3), (1, 5, 8), (2, 1, 6), (2, 2, 0), (2, 4, 4),
    ]  # fmt: skip
    assert [line["text"] for line in found["lines"]] == ["27-38", "60.4"]
    assert [line["separators"][0]["place"] for line in found["lines"]] == [3, 3]


def test_the_page_is_drawn_with_its_answers(mnist, page, tmp_path):
    result = mnist("predict", page, "--many", "--show", "--save-steps", "steps", "-q")
    drawn = [line for line in result.out.splitlines() if not line.startswith("page.png")]
    assert [sign for line in drawn for sign in line if sign.isdigit()] == list("2738604")
    names = ["1-came-in", "2-background-removed", "3-answers", "4-28x28"]
    assert sorted(path.name for path in (tmp_path / "steps").iterdir()) == [
        f"page.png-{name}.png" for name in names
    ]
    answers = np.asarray(Image.open(tmp_path / "steps" / "page.png-3-answers.png")).astype(int)
    assert np.count_nonzero(answers[:, :, 0] - answers[:, :, 1] > 100) > 500  # the red boxes


def test_a_staple_is_no_line(mnist, tmp_path):
    page = Image.new("L", (400, 300), 0)
    ImageDraw.Draw(page).line((30, 52, 66, 34), 150, 4)
    paper = 220 - np.asarray(page, float) + np.random.default_rng(0).normal(0, 3, (300, 400))
    Image.fromarray(paper.clip(0, 255).astype(np.uint8)).save(tmp_path / "staple.jpg")
    result = mnist("predict", "staple.jpg", "--many", "-q")
    assert result.out == "staple.jpg: no digit   (no ink found)\n"


def test_a_blank_page_has_no_lines(mnist, tmp_path):
    Image.new("L", (300, 200), 240).save(tmp_path / "blank.png")
    result = mnist("predict", "blank.png", "--lines", "-q")
    assert result.out == "blank.png: no digit   (no ink found)\n"
    found = mnist("predict", "blank.png", "--many", "--json", "-q").json
    assert (found["lines"], found["predictions"][0]["digit"]) == ([], None)


def test_a_page_of_dots_has_no_digits(model):
    dots = np.zeros((300, 300), np.uint8)
    dots[np.random.default_rng(0).random(dots.shape) < 0.02] = 255
    assert read(model, Image.fromarray(dots)) == []


# ---- digits of other sizes


def test_small_digits_on_a_large_page_are_looked_at_in_a_larger_one(model, digits):
    page = Image.new("L", (4000, 3000), 255)
    page.paste(row(digits, "27385", 12).point(lambda value: 255 - value), (300, 500))
    file = io.BytesIO()
    page.save(file, "PNG")
    sheet = read_sheet(file)
    assert sheet.page.scale == 2
    assert [line.text for line in model.read_page(sheet)] == ["27385"]


def test_touching_digits_twice_as_high_as_their_neighbours_are_cut(model, digits):
    page = row(digits, "25", -3).resize((480, 360))
    page = page.crop((0, 0, 900, 360))
    page.paste(row(digits, "0600", 14).crop((50, 50, 360, 110)), (320, 140))
    assert texts(model, page)[0].replace(" ", "") == "250600"


@pytest.mark.parametrize("share", [0.4, 0.5])
def test_low_digits_behind_touching_ones_twice_as_high_are_read(model, digits, share):
    page = Image.new("L", (700, 280), 0)
    page.paste(row(digits, "25", -3).crop((50, 50, 160, 110)).resize((220, 120)), (30, 60))
    low = row(digits, "068352", 14).crop((50, 50, 380, 110))
    page.paste(
        low.resize((round(660 * share), round(120 * share))), (220, round(160 - 100 * share))
    )
    assert texts(model, page)[0].replace(" ", "") == "25068352"


@pytest.mark.parametrize(("gap", "rise"), [(9, 6), (11, 4)])
def test_an_equals_sign_whose_strokes_touch_is_no_digit(model, digits, gap, rise):
    """Found on cheques: behind an amount it was cut, and read as a 5 or an 8."""
    ink = row(digits, "268922", gap=8)
    _, top, right, _ = ink.getbbox()
    x, y, pen = right + 8, top + 2, ImageDraw.Draw(ink)
    pen.line((x, y + rise, x + 16, y), 255, 5)
    pen.line((x - 2, y + rise + gap, x + 14, y + gap), 255, 5)
    pen.line((x + 2, y + rise, x, y + rise + gap), 255, 4)
    assert texts(model, ink) == ["268922"]


def test_small_raised_digits_are_read(model, digits):
    """As the cents of an amount: they look like digits, so the network wants them."""
    ink = row(digits, "268922", gap=8)
    _, top, right, _ = ink.getbbox()
    for x, digit in ((right + 6, 5), (right + 28, 3)):
        small = digits[digit].resize((14, 23))
        ink.paste(255, (x, top - 4), small)
    assert texts(model, ink) == ["26892253"]


def test_raised_ink_that_was_cut_may_be_left_out_at_once():
    parts = [
        Atom(np.full((10, 8), 255, np.float32), (x, 0, x + 8, 10), cut=cut, is_raised=True)
        for x, cut in ((0, 0.0), (8, 0.6))
    ]
    left_out = {(one.start, one.end): one.price for one in pieces(parts, 40, 255) if one.mark}
    assert left_out == pytest.approx(
        {(0, 1): 1 + 4.5 * 10 / 40, (1, 2): 1 + 4.5 * 10 / 40, (0, 2): 1 + 4.5 * 16 / 40}
    )
    level = [part._replace(is_raised=False) for part in parts]
    assert not any(one.mark and one.end - one.start > 1 for one in pieces(level, 40, 255))


def test_a_point_above_the_middle_is_no_separator(model, digits):
    page = row(digits, "27385", 12)
    ImageDraw.Draw(page).rectangle((84, 66, 88, 70), 255)
    (line,) = read(model, page)
    assert (line.text, line.separators) == ("27385", [])


def test_a_large_spot_above_the_middle_leaves_a_path_through_its_line(model):
    """Beside large digits it is a point, but it is as high as most digits of the line."""
    page = Image.new("L", (600, 220), 0)
    pen = ImageDraw.Draw(page)
    for x in range(30, 180, 30):
        pen.rectangle((x, 90, x + 7, 129), 255)
    for box in ((330, 60, 349, 169), (380, 80, 404, 104), (430, 60, 449, 169)):
        pen.rectangle(box, 255)
    (line,) = read(model, page)
    assert line.text.replace(" ", "") == "1111111"


def test_digits_that_stand_on_a_rising_line_are_no_frame(model, digits):
    """Lower ones that do not touch it are inside the box of the line and the digits on it."""
    page = Image.new("L", (720, 200), 0)
    pen = ImageDraw.Draw(page)
    for rise in (0, 90):
        pen.line((0, 50 + rise, 720, 40 + rise), 150, 2)
    for place, digit in enumerate("27538420"):
        ink, x = digits[int(digit)], 60 + 80 * place
        line = 140 - round(10 * x / 720)
        if place % 2:
            ink = ink.resize((ink.width * 3 // 4, ink.height * 3 // 4))
        page.paste(255, (x, line - ink.height - 4 * (place % 2)), ink)
    assert texts(model, page) == ["27538420"]


def test_small_digits_on_a_strip_are_found_beside_a_table(model):
    """They are short beside the longer side of the strip; nothing else is there but the table."""
    strip = Image.new("L", (500, 110), 0)
    ImageDraw.Draw(strip).text((40, 16), "2753842", 255, ImageFont.load_default(20))
    grey = 200 - 0.6 * np.asarray(strip, np.float64)
    y, x = np.mgrid[:110, :500]
    grey[((x > 492) & (y > 30)) | ((x > 300) & (y > 102 - 0.02 * (x - 300)))] = 40
    grey += np.random.default_rng(0).normal(0, 3, grey.shape)
    file = io.BytesIO()
    Image.fromarray(np.clip(grey, 0, 255).astype(np.uint8)).save(file, "PNG")
    file.seek(0)
    assert [line.text for line in model.read_page(read_sheet(file))] == ["2753842"]


def underlined(
    digits: dict[int, Image.Image], text: str, *, reach: int, rise: float
) -> Image.Image:
    """Digits that stand on a line, which goes on behind them as in a form."""
    page = Image.new("L", (120 + 60 * len(text) + reach, 200), 0)
    for place, digit in enumerate(text):
        ink, x = digits[int(digit)], 60 + 45 * place
        page.paste(255, (x, round(120 - rise * x) - ink.height + 1), ink)
    right = 60 + 45 * len(text) + reach
    ImageDraw.Draw(page).line((40, 120 - 40 * rise, right, 120 - right * rise), 255, 3)
    return page


@pytest.mark.parametrize("rise", [0.0, 0.05])
@pytest.mark.parametrize("text", ["2753", "38420", "11011"])
def test_a_line_that_digits_touch_is_erased(model, digits, text, rise):
    page = underlined(digits, text, reach=240, rise=rise)
    assert texts(model, page) == [text]


def test_a_line_that_most_digits_touch_is_erased(model, digits):
    assert texts(model, underlined(digits, "38420", reach=20, rise=0.0)) == ["38420"]


@pytest.mark.parametrize("text", ["27538", "38420"])
def test_a_broad_falling_line_is_found_once(model, digits, text):
    """It may be found at two slopes, and is no pair of arcs of 0s that touch."""
    page = Image.new("L", (480, 260), 0)
    for place, digit in enumerate(text):
        ink, x = digits[int(digit)], 70 + 60 * place
        ink = ink.resize((ink.width * 3 // 2, ink.height * 3 // 2))
        page.paste(255, (x, 150 + 6 * (x - 50) // 320 - ink.height - 7 * (place % 2)), ink)
    ImageDraw.Draw(page).line((50, 150, 370, 156), 255, 6)
    assert texts(model, page) == [text]


@pytest.mark.parametrize("text", ["4560", "27538420", "17571"])
def test_a_line_below_is_no_part_of_a_digit(model, digits, text):
    page = row(digits, text, 10, margin=90)
    right = page.getbbox()[2]
    ImageDraw.Draw(page).line((80, 136, right + 15, 136), 255, 3)
    assert texts(model, page) == [text]


def test_a_line_with_tall_digits_at_its_ends_is_no_frame_of_the_others(model, digits):
    text, page = "3024336", Image.new("L", (620, 500), 0)
    for place, digit in enumerate(text):
        is_end = place in (0, len(text) - 1)
        ink = digits[int(digit)]
        if is_end:
            ink = ink.resize((ink.width * 3 // 2, ink.height * 3 // 2))
        page.paste(255, (60 + 70 * place, 120 - ink.height - 6 * (not is_end)), ink)
    ImageDraw.Draw(page).line((40, 121, 540, 121), 255, 3)
    assert texts(model, page) == [text]


@pytest.mark.parametrize("low", [0, 12], ids=["apart", "on the line"])
def test_the_ticks_of_a_comb_are_no_1s(model, digits, low):
    text, page = "27538420", Image.new("L", (720, 200), 0)
    pen = ImageDraw.Draw(page)
    pen.line((60, 130, 620, 130), 255, 2)
    for place in range(9):
        pen.line((60 + 70 * place, 100, 60 + 70 * place, 130), 255, 2)
    for place, digit in enumerate(text):
        page.paste(255, (75 + 70 * place, 79 + low), digits[int(digit)])
    assert [line.replace(" ", "") for line in texts(model, page)] == [text]


def test_strokes_of_digits_that_touch_are_no_line():
    page = Image.new("L", (300, 120), 0)
    pen = ImageDraw.Draw(page)
    for left in range(40, 240, 30):
        pen.line([(left, 40), (left + 22, 40), (left, 80), (left + 30, 80)], 255, 4)
    ink = np.asarray(page, np.float32)
    cleaned = Cleaned(ink, ink > 100, ink > 150, 255.0, 14.0)
    assert without_underlines(cleaned, connected_components(cleaned.mask)) is cleaned
