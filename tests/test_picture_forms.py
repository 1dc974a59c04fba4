"""Pictures as other programs make them, blank paper, and paper that hides the ink."""

from collections.abc import Callable
from io import BytesIO

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFilter, ImageFont
from test_pictures import alike, digits_of, read, saved, stroke

from mnist_cli.model import load_model
from mnist_cli.pictures.blank import Seen, look_at, near, odds
from mnist_cli.pictures.ink import is_light_on_dark
from mnist_cli.pictures.reader import read_picture, read_sheets
from mnist_cli.prediction import Reading

Bytes = NDArray[np.uint8]
Rng = np.random.Generator
TWO = [(0, 0.2), (0.2, 0), (0.8, 0), (1, 0.25), (0, 1), (1, 1)]
SEVEN = [(0, 0), (1, 0), (0.4, 1)]
ONE = [(0.75, 0), (0.4, 1)]
FOUR = [(0.9, 0.6), (0, 0.6), (0.7, 0), (0.7, 1)]
DIGITS = {"2": TWO, "7": SEVEN, "1": ONE, "4": FOUR}


def read_digits(file: BytesIO) -> list[Reading]:
    """Return every digit on the pages of a file."""
    model, sheets = load_model(), read_sheets(file)
    return [one for sheet in sheets for line in model.read_page(sheet) for one in line.readings]


def mnist_like(digit: str = "2") -> Bytes:
    """White on black, 28x28, with soft edges; the digit is 20 pixels long."""
    image = Image.new("L", (280, 280))
    stroke(ImageDraw.Draw(image), DIGITS[digit], (75, 55, 130, 170), 30, 255)
    return np.asarray(image.resize((28, 28), Image.Resampling.BOX))


def cut(ink: Bytes) -> Bytes:
    """What is inside the bounding box of the ink."""
    rows, columns = np.flatnonzero(ink.any(1)), np.flatnonzero(ink.any(0))
    return ink[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]


def grown(image: Bytes, factor: int, how: Image.Resampling = Image.Resampling.NEAREST) -> Bytes:
    size = (image.shape[1] * factor, image.shape[0] * factor)
    return np.asarray(Image.fromarray(image).resize(size, how))


def coloured(ink: Bytes, dark: tuple[int, ...], paper: tuple[int, ...]) -> Bytes:
    share = ink[..., None] / 255
    return np.rint(np.array(dark) * share + np.array(paper) * (1 - share)).astype(np.uint8)


def on_page(tile: Bytes, around: int, page: int = 255) -> Bytes:
    return np.pad(tile, around, constant_values=page)


def with_axes(tile: Bytes) -> Bytes:
    """A tile in a plot: a line around it, ticks, numbers at the axes, a title."""
    image = Image.fromarray(on_page(tile, 60))
    draw, (right, bottom) = ImageDraw.Draw(image), (60 + tile.shape[1], 60 + tile.shape[0])
    draw.rectangle((59, 59, right, bottom), outline=0)
    for place in range(60, right, 50):
        draw.line((place, bottom, place, bottom + 4), fill=0)
        draw.line((55, place, 59, place), fill=0)
        draw.text((place - 4, bottom + 6), str(place // 10), 0, ImageFont.load_default(12))
    draw.text((100, 25), "Label: 2", 0, ImageFont.load_default(16))
    return np.asarray(image)


def mapped(ink: Bytes, colours: list[tuple[int, int, int]]) -> Bytes:
    """A colour map: colours at equal distances, straight lines between them."""
    places = np.linspace(0, 255, len(colours))
    return np.stack([np.interp(ink, places, c) for c in zip(*colours, strict=True)], -1).astype(
        "u1"
    )


PURPLE_TO_YELLOW = [(68, 1, 84), (59, 82, 139), (33, 145, 140), (94, 201, 98), (253, 231, 37)]
BLUE_TO_RED = [(0, 0, 128), (0, 128, 255), (124, 255, 121), (255, 148, 0), (128, 0, 0)]
BICUBIC = Image.Resampling.BICUBIC

FORMS: dict[str, Callable[[Bytes], Bytes]] = {
    "cut to its box": lambda ink: 255 - cut(ink),
    "cut to its box, light on dark": cut,
    "cut to its box, ten times": lambda ink: 255 - grown(cut(ink), 10),
    "cut to its box, ten times, soft": lambda ink: 255 - grown(cut(ink), 10, BICUBIC),
    "cut, light on dark, ten times": lambda ink: grown(cut(ink), 10, BICUBIC),
    "black on yellow": lambda ink: coloured(ink, (20, 20, 20), (255, 240, 110)),
    "white on blue": lambda ink: coloured(ink, (255, 255, 255), (20, 60, 200)),
    "white on blue, 56": lambda ink: grown(coloured(ink, (255, 255, 255), (20, 60, 200)), 2),
    "black on yellow, 280": lambda ink: grown(coloured(ink, (20, 20, 20), (255, 240, 110)), 10),
    "purple to yellow": lambda ink: mapped(ink, PURPLE_TO_YELLOW),
    "purple to yellow, 280": lambda ink: grown(mapped(ink, PURPLE_TO_YELLOW), 10),
    "blue to red": lambda ink: mapped(ink, BLUE_TO_RED),
    "a tile on white": lambda ink: on_page(ink, 4),
    "a large tile on white": lambda ink: on_page(grown(ink, 10), 100),
    "a tile on grey": lambda ink: on_page(grown(ink, 10), 100, 230),
    "a tile in a plot": lambda ink: with_axes(grown(ink, 10)),
    "a white frame of one pixel": lambda ink: on_page(ink, 1),
    "very faint on white": lambda ink: 255 - np.rint(ink * (9 / 255)).astype(np.uint8),
}  # fmt: skip


@pytest.mark.parametrize("digit", DIGITS)
@pytest.mark.parametrize("form", FORMS)
def test_forms_of_other_programs(form: str, digit: str) -> None:
    ink = mnist_like(digit)
    picture = read(Image.fromarray(FORMS[form](ink)))
    assert alike(picture.image, read(Image.fromarray(ink)).image) > 0.9
    assert set(picture.warnings) <= {"low contrast"}


@pytest.mark.parametrize("digit", DIGITS)
def test_the_box_of_a_digit_on_a_tile(digit: str) -> None:
    tile = grown(mnist_like(digit), 10)
    left, top, right, bottom = read(Image.fromarray(on_page(tile, 100))).box
    rows, columns = np.flatnonzero(tile.any(1)) + 100, np.flatnonzero(tile.any(0)) + 100
    expected = (columns[0], rows[0], columns[-1] + 1, rows[-1] + 1)
    assert np.allclose((left, top, right, bottom), expected, atol=12)


@pytest.mark.parametrize(("step", "width"), [(3, 1), (4, 2)])
def test_squares_in_one_another_are_read_in_the_end(step: int, width: int) -> None:
    """Each was a tile and a frame; what is in it was looked at once for each around it."""
    rows, columns = np.mgrid[:400, :400]
    depth = np.minimum(np.minimum(rows, columns), 399 - np.maximum(rows, columns))
    read(Image.fromarray(np.where(depth % step < width, 0, 255).astype(np.uint8)))


def test_a_tile_in_a_tile_is_read() -> None:
    """A plot in a notebook's screenshot: three pages in one another, each of its own colour."""
    plot = on_page(on_page(grown(mnist_like("7"), 5), 40, 250), 60, 200)
    assert [one.digit for one in digits_of(saved(Image.fromarray(plot)))] == [7]


def test_two_tiles_are_two_digits() -> None:
    tile = on_page(grown(mnist_like(), 5), 20)
    assert len(digits_of(saved(Image.fromarray(np.hstack([tile, tile]))))) == 2


@pytest.mark.parametrize("glyph", "245890")
@pytest.mark.parametrize("light", [False, True])
def test_a_bold_printed_digit_cut_to_its_box(glyph: str, light: bool) -> None:
    image = Image.new("L", (300, 300))
    font = ImageFont.load_default(160)
    ImageDraw.Draw(image).text((150, 150), glyph, 255, font, "mm", stroke_width=8, stroke_fill=255)
    tight = cut(np.asarray(image))
    picture = read(Image.fromarray(tight if light else 255 - tight))
    assert alike(picture.image, read(Image.fromarray(np.asarray(image))).image) > 0.9


@pytest.mark.parametrize("light", [False, True])
@pytest.mark.parametrize("holes", [1, 2])
@pytest.mark.parametrize("size", [(34, 22), (180, 120)])
def test_a_very_bold_0_or_8_cut_to_its_box(size: tuple[int, int], holes: int, light: bool) -> None:
    """Its strokes cover more than three quarters of the picture; the holes are no ink."""
    height, width = size
    image = Image.new("L", (4 * width, 4 * height))
    draw = ImageDraw.Draw(image)
    draw.rounded_rectangle((0, 0, 4 * width - 1, 4 * height - 1), 1.6 * width, 255)
    for hole in range(holes):
        top, bottom = (4 * height * (hole + share) / holes for share in (0.26, 0.74))
        draw.rounded_rectangle((1.5 * width, top, 2.5 * width, bottom), 0.5 * width, 0)
    tight = np.asarray(image.resize((width, height), Image.Resampling.BOX))
    assert 0.75 < (tight > 127).mean() < 0.82
    picture = read(Image.fromarray(tight if light else 255 - tight))
    wide = read(Image.fromarray(on_page(255 - tight, height // 2)))
    assert alike(picture.image, wide.image) > 0.9


@pytest.mark.parametrize("shift", [-0.1307, -0.5, -1.0])
def test_normalised_floats(shift: float) -> None:
    ink = mnist_like()
    values = Image.fromarray(((ink / 255 + shift) / 0.3081).astype(np.float32))
    assert alike(read(values, "TIFF").image, ink.ravel()) > 0.99


def test_a_constant_negative_float_is_blank() -> None:
    values = Image.fromarray(np.full((28, 28), -3e38, np.float32))
    assert read(values, "TIFF").warnings == ("no ink found",)


def test_the_widest_floats() -> None:
    values = np.where(mnist_like() > 127, np.float32(3e38), np.float32(-3e38))
    assert read(Image.fromarray(values), "TIFF").image.any()


# ---- blank paper


def lit(rng: Rng, height: int, width: int) -> NDArray[np.float64]:
    """Paper in uneven light with the noise of a camera."""
    y, x = np.mgrid[0 : 1 : height * 1j, 0 : 1 : width * 1j]
    light = 200 * (1 - 0.2 * x * rng.random() - 0.2 * y * rng.random())
    return light + rng.normal(0, 3, (height, width))


def soft(rng: Rng, height: int, width: int, size: int) -> NDArray[np.float64]:
    """Smooth noise of standard deviation 1: blobs of about `size` pixels."""
    small = rng.normal(0, 1, (height // size + 2, width // size + 2)).astype(np.float32)
    blurred = Image.fromarray(small).resize((width, height), BICUBIC)
    return np.asarray(blurred) / np.asarray(blurred).std()


def folded(rng: Rng, height: int, width: int) -> NDArray[np.float64]:
    place = height * rng.uniform(0.3, 0.7) + 0.1 * np.arange(width)
    across = np.arange(height)[:, None] - place
    return lit(rng, height, width) * (1 - 0.1 * np.exp(-((across / 3) ** 2)))


def shaded(rng: Rng, height: int, width: int) -> NDArray[np.float64]:
    shadow = 1 / (1 + np.exp(-4 * soft(rng, height, width, 60)))
    return lit(rng, height, width) * (1 - 0.15 * shadow)


PAPERS: dict[str, Callable[[Rng, int, int], NDArray[np.float64]]] = {
    "camera noise": lit,
    "texture": lambda rng, h, w: lit(rng, h, w) + 4 * soft(rng, h, w, 3),
    "coarse texture": lambda rng, h, w: lit(rng, h, w) + 4 * soft(rng, h, w, 9),
    "a fold": folded,
    "soft shadows": shaded,
}


def photo(values: NDArray[np.float64]) -> BytesIO:
    return saved(Image.fromarray(np.clip(values, 0, 255).astype(np.uint8)), "JPEG", quality=80)


@pytest.mark.parametrize("paper", PAPERS)
@pytest.mark.parametrize("size", [(76, 640), (240, 320), (480, 360)])
def test_blank_paper_has_no_digit(paper: str, size: tuple[int, int]) -> None:
    for seed in range(4):
        values = PAPERS[paper](np.random.default_rng(seed), *size)
        assert "no ink found" in read_picture(photo(values)).warnings


def with_marks(draw: Callable[[ImageDraw.ImageDraw], None]) -> NDArray[np.float64]:
    """Paper of 240 x 320 pixels in uneven light with marks of 120 of 255."""
    marks = Image.new("L", (320, 240), 0)
    draw(ImageDraw.Draw(marks))
    return lit(np.random.default_rng(0), 240, 320) - np.asarray(marks)


def speckled(pen: ImageDraw.ImageDraw) -> None:
    for x, y, r in np.random.default_rng(1).uniform((9, 9, 1), (310, 230, 6), (30, 3)):
        pen.ellipse((x - r, y - 0.8 * r, x + r, y + 0.8 * r), 120)


def stapled(pen: ImageDraw.ImageDraw) -> None:
    pen.line((20, 30, 48, 18), 120, 3)


def punched(pen: ImageDraw.ImageDraw) -> None:
    for y in (70, 160):
        pen.ellipse((20, y, 36, y + 16), 120)


DIRT = {"specks": speckled, "a staple": stapled, "holes": punched}


@pytest.mark.parametrize("dirt", DIRT)
def test_dirt_is_no_digit(dirt: str) -> None:
    reading = load_model("best").read([read_picture(photo(with_marks(DIRT[dirt])))])[0]
    assert reading.digit is None
    assert reading.warnings in (["no ink found"], ["unlike any digit that the network knows"])


@pytest.mark.parametrize("dirt", DIRT)
@pytest.mark.parametrize("strength", [60, 140])
def test_a_digit_beside_dirt_is_found(dirt: str, strength: int) -> None:
    values = with_marks(DIRT[dirt])
    values[20:216, 90:286] -= grown(mnist_like(), 7, BICUBIC) * (strength / 255)
    picture = read_picture(photo(values))
    assert picture.box[2] - picture.box[0] > 50
    assert picture.box[3] - picture.box[1] > 100


def a_bar() -> tuple[NDArray[np.float32], NDArray[np.bool_], tuple[int, int, int, int]]:
    """A bar of 10 x 40 pixels, 80 darker than paper of 5, in ink of 100 x 200 pixels."""
    mask = np.zeros((100, 200), bool)
    mask[30:70, 50:60] = True
    return np.where(mask, np.float32(85), np.float32(5)), mask, (50, 30, 60, 70)


def seen(
    ink: NDArray[np.float32], mask: NDArray[np.bool_], box: tuple[int, int, int, int], marks: int
) -> Seen:
    return look_at(ink[near(box)], mask[near(box)], box, ink.shape, marks)


def test_what_is_seen_of_a_mark() -> None:
    strokes = (10 + 40) / 40  # half the outline, in lengths
    expected = (np.log(0.4), np.log(80), np.log(strokes), 0, 0, np.log(3))
    assert seen(*a_bar(), 3) == pytest.approx(expected, abs=0.05)


def test_what_is_seen_of_a_mark_at_an_edge_and_of_one_that_fills_the_picture() -> None:
    ink, mask, (left, top, right, bottom) = a_bar()
    lying = seen(ink.T, mask.T, (top, left, bottom, right), 1)
    assert (lying.sides, lying.lies) == (0, 1)
    edge = seen(ink[top:], mask[top:], (left, 0, right, bottom - top), 1)
    assert edge.sides == 1
    here = np.s_[top:bottom, left:right]
    whole = seen(ink[here], mask[here], (0, 0, right - left, bottom - top), 1)
    assert whole.sides == 0


def test_what_speaks_for_a_digit_and_what_against_it() -> None:
    bar = seen(*a_bar(), 1)._replace(contrast=float(np.log(20)))
    pale = odds(bar)
    assert odds(bar._replace(contrast=bar.contrast + 0.1)) > pale
    assert odds(bar._replace(strokes=bar.strokes + 0.1)) > pale
    assert odds(bar._replace(size=bar.size - 0.1)) < pale
    assert odds(bar._replace(sides=1.0)) < pale
    assert odds(bar._replace(lies=1.0)) < pale
    assert odds(bar._replace(marks=1.0)) < pale


def test_pencil_that_touches_a_pale_stain_is_read() -> None:
    rng = np.random.default_rng(0)
    y, x = np.mgrid[:240, :320]
    values = 215 - 45.0 * (np.hypot(x - 230, y - 150) < 70) + rng.normal(0, 2, (240, 320))
    values[20:216, 60:256] -= grown(mnist_like(), 7, BICUBIC) * (80 / 255)
    reading = load_model().read([read_picture(photo(values))])[0]
    assert reading.digit == 2
    assert reading.box[2] < 240  # the stain ends at 300


def test_pencil_on_a_strip_under_a_shadow_is_read() -> None:
    rows = np.arange(76)[:, None]
    values = 215 - 90 / (1 + np.exp((rows - 14) / 3)) * np.ones((1, 320))
    values[8:64, 120:176] *= 1 - 0.35 / 255 * grown(mnist_like(), 2, BICUBIC)
    values += np.random.default_rng(0).normal(0, 2, values.shape)
    assert load_model().read([read_picture(photo(values))])[0].digit == 2


@pytest.mark.parametrize("paper", PAPERS)
def test_pencil_stays(paper: str) -> None:
    ink = grown(mnist_like(), 7, BICUBIC)
    for seed in range(4):
        values = PAPERS[paper](np.random.default_rng(seed), 240, 320)
        values[20:216, 60:256] -= ink * (80 / 255)
        assert alike(read_picture(photo(values)).image, mnist_like().ravel()) > 0.8


def test_ink_on_patterned_paper() -> None:
    rows, columns = 2 * np.pi / 5 * np.mgrid[0:54, 0:180]
    paper = 150 + 45 * np.sin(rows) * np.sin(columns)
    paper += np.random.default_rng(0).normal(0, 22, paper.shape)
    for left in (20, 70, 120):
        paper[13:41, left : left + 28] -= mnist_like() * (100 / 255)
    digits = digits_of(saved(Image.fromarray(np.clip(paper, 0, 255).astype(np.uint8))))
    assert len(digits) == 3


def test_pencil_in_ruled_boxes_is_dark_on_light() -> None:
    page = Image.new("L", (540, 64), 255)
    draw = ImageDraw.Draw(page)
    draw.rectangle((0, 6, 539, 9), fill=0)
    draw.rectangle((0, 54, 539, 57), fill=0)
    for left in range(0, 540, 60):
        draw.rectangle((left, 0, left + 2, 63), fill=0)
        stroke(draw, TWO, (left + 20, 20, 18, 24), 2, 150)
    assert not is_light_on_dark(np.asarray(page)[..., None])


@pytest.mark.parametrize("darkness", [40, 120])
@pytest.mark.parametrize("size", [20, 28])
def test_small_bold_print_that_fills_the_picture(size: int, darkness: int) -> None:
    """Where most pixels are ink, their median is no measure of the paper."""
    assert len(read_digits(bold_print(size, darkness))) == 7


def bold_print(size: int, darkness: int) -> BytesIO:
    """A scan of printed figures with a margin of two pixels."""
    text, font = Image.new("L", (400, 100)), ImageFont.load_default(size)
    ImageDraw.Draw(text).text((20, 20), "2572021", 255, font, stroke_width=1, stroke_fill=255)
    image = Image.fromarray(np.pad(cut(np.asarray(text)), 2))
    ink = np.asarray(image.filter(ImageFilter.GaussianBlur(0.8)), float) / 255
    page = 235 - (235 - darkness) * ink + np.random.default_rng(0).normal(0, 3, ink.shape)
    return saved(Image.fromarray(np.clip(page, 0, 255).astype(np.uint8)))


@pytest.mark.parametrize("thickness", [14, 40])
@pytest.mark.parametrize("darkness", [60, 110])
def test_a_digit_photographed_to_its_edges_is_no_dirt(thickness: int, darkness: int) -> None:
    image = Image.new("L", (160, 200), 225)
    stroke = [(0, 9), (159, 9), (60, 199)]
    ImageDraw.Draw(image).line(stroke, darkness, thickness, "curve")
    light = np.linspace(0.7, 1, 160)  # uneven, as in a photo
    picture = read_picture(saved(Image.fromarray((np.asarray(image) * light).astype(np.uint8))))
    assert picture.image.any()
    assert not picture.may_be_paper


def test_a_pale_digit_is_read_among_slanted_lines() -> None:
    page = Image.new("L", (300, 300), 200)
    pen = ImageDraw.Draw(page)
    for place in range(-200, 500, 30):
        pen.line((0, place, 300, place + 60), 140, 2)
        pen.line((place + 60, 0, place, 300), 140, 2)
    stroke(pen, TWO, (90, 70, 190, 220), 16, 140)
    noise = np.random.default_rng(0).normal(0, 2, (300, 300))
    picture = read_picture(photo(np.asarray(page) + noise))
    assert [reading.digit for reading in load_model().read([picture])] == [2]


def test_one_pale_digit_is_not_more_than_one() -> None:
    """It was found by both looks, and must not warn of itself."""
    marks = Image.new("L", (320, 240), 0)
    stroke(ImageDraw.Draw(marks), SEVEN, (120, 70, 80, 110), 8, 45)
    noise = np.random.default_rng(0).normal(0, 1.5, (240, 320))
    picture = read_picture(photo(215 + noise - np.asarray(marks)))
    assert len(picture.options) > 1  # the same digit, twice
    assert picture.warnings == ()


def test_the_corner_of_a_page_on_a_table_is_not_light_ink() -> None:
    table = Image.new("L", (240, 320), 60)
    pen = ImageDraw.Draw(table)
    pen.polygon([(60, 0), (240, 0), (240, 230), (90, 270)], 200)
    pen.line([(130, 60), (160, 90), (140, 180)], 150, 8)
    assert not is_light_on_dark(np.asarray(table)[..., None])


@pytest.mark.parametrize("size", [12, 16, 20])
def test_small_writing_on_a_long_strip_with_a_shadow_is_dark_on_light(size: int) -> None:
    strip = Image.new("L", (480, 110), 0)
    for top in (14, 40):
        ImageDraw.Draw(strip).text((30, top), "27538429", 255, ImageFont.load_default(size))
    light = np.where(np.arange(110) > 40, 0.7, 1)[:, None] * np.linspace(0.8, 1, 480)
    page = np.clip((200 - 0.47 * np.asarray(strip, np.float64)) * light, 0, 255)
    assert not is_light_on_dark(page.astype(np.uint8)[..., None])
