"""A page on a darker table: where the page is, and what is read on it."""

from io import BytesIO

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image, ImageDraw
from test_pictures import SEVEN, TWO, digits_of, saved, stroke

from mnist_cli.bundled import BUNDLED
from mnist_cli.pictures.desks import find_page
from mnist_cli.pictures.ink import contrast
from mnist_cli.pictures.reader import Picture, read_picture
from mnist_cli.prediction import read_pictures
from mnist_cli.training.checkpoint import load_checkpoint

NONE = (0, 0)
Values = NDArray[np.float64]
Mask = NDArray[np.bool_]
SHAPES = [(60, 80), (96, 320), (240, 320), (480, 360)]
# How far each side of the page is from that of the picture, at both ends: left, top, right, bottom.
TABLES = {
    "left": ((0.12, 0.16), (0, 0), (0, 0), (0, 0)),
    "below": ((0, 0), (0, 0), (0, 0), (0.2, 0.12)),
    "a wedge": ((0, 0), (0, 0), (0.14, -0.1), (0, 0)),
    "a corner": ((0.15, 0.1), (0.12, 0.2), (0, 0), (0, 0)),
    "three sides": ((0.08, 0.14), (0.15, 0.12), (0.14, 0.1), (0, 0)),
    "all around": ((0.1, 0.14), (0.12, 0.15), (0.14, 0.1), (0.1, 0.13)),
}


def page_of(shape: tuple[int, int], ends: tuple[tuple[float, float], ...]) -> Mask:
    """Where a page is that leaves so much of each side of a picture to the table."""
    y, x = np.mgrid[0 : 1 : shape[0] * 1j, 0 : 1 : shape[1] * 1j]
    ways = ((x, y), (y, x), (1 - x, y), (1 - y, x))
    lines = ((far, a + (b - a) * along) for (far, along), (a, b) in zip(ways, ends, strict=True))
    return np.all([far >= line for far, line in lines], axis=0)


def photo(page: Mask, dark: float, grain: float = 0.0, ink: Values | float = 0.0) -> BytesIO:
    """A page in uneven light on a darker table, which may have a grain, with the camera's noise."""
    rng = np.random.default_rng(1)
    blobs = Image.fromarray(rng.normal(0, 1, (40, 40)).astype(np.float32))
    table = dark * (
        1 + grain * np.asarray(blobs.resize(page.shape[::-1], Image.Resampling.BICUBIC))
    )
    light = np.linspace(0.8, 1, page.shape[1])
    values = 215 * np.where(page, 1.0, table) * (1 - ink) * light + rng.normal(0, 2, page.shape)
    return saved(Image.fromarray(np.clip(values, 0, 255).astype(np.uint8)), "JPEG", quality=80)


def pixels(file: BytesIO) -> NDArray[np.uint8]:
    return np.asarray(Image.open(file))[:, :, None]


def digit_in(picture: Picture) -> int | None:
    """What the network that comes along reads."""
    return read_pictures(load_checkpoint(BUNDLED), [picture])[0].digit


def pencil(shape: tuple[int, ...], strength: float) -> Values:
    """A 2 in the middle."""
    mask = Image.new("L", shape[::-1], 0)
    side = min(shape)
    x, y = (shape[1] - 0.3 * side) / 2, (shape[0] - 0.5 * side) / 2
    width = max(2, side // 20)
    stroke(ImageDraw.Draw(mask), TWO, (x, y, 0.3 * side, 0.5 * side), width, 255)
    return np.asarray(mask, float) / 255 * strength


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("table", TABLES)
@pytest.mark.parametrize(("dark", "grain"), [(0.2, 0), (0.7, 0), (0.5, 0.15)])
def test_the_page_is_found_without_its_edge(
    shape: tuple[int, int], table: str, dark: float, grain: float
) -> None:
    page = page_of(shape, TABLES[table])
    found = find_page(pixels(photo(page, dark, grain)))
    assert found is not None
    assert found[~page].mean() < 0.02
    assert found[page].mean() > 0.8


def under_a_thumb(side: int, width: float) -> tuple[Mask, Mask | None]:
    """A page on a table with a thumb, so much of the side wide, over an edge; what is found."""
    ends = [(0.07, 0.08), (0.08, 0.07), (0.07, 0.06), (0.08, 0.07)]
    page = page_of((480, 360), tuple(ends[side:] + ends[:side]))
    y, x = np.mgrid[0 : 1 : 480 * 1j, 0 : 1 : 360 * 1j]
    far, along = [(x, y), (y, x), (1 - x, y), (1 - y, x)][side]
    thumb = (far < 0.15) & (np.abs(along - 0.5) < width / 2)
    return page, find_page(pixels(photo(page & ~thumb, 0.3)))


@pytest.mark.parametrize("side", range(4))
def test_an_edge_that_something_dark_covers_is_one_where_the_three_others_are(side: int) -> None:
    page, found = under_a_thumb(side, 0.08)
    assert found is not None
    assert found[~page].mean() < 0.02
    assert found[page].mean() > 0.8


@pytest.mark.parametrize("side", range(4))
def test_an_edge_that_is_covered_more_is_lost_alone(side: int) -> None:
    page, found = under_a_thumb(side, 0.12)
    assert found is not None
    assert found[~page].mean() < 0.6
    assert found[page].mean() > 0.8


@pytest.mark.parametrize("shape", SHAPES[2:])
@pytest.mark.parametrize("table", ["left", "a corner", "three sides", "all around"])
@pytest.mark.parametrize(("dark", "grain"), [(0.2, 0), (0.5, 0.15)])
def test_an_empty_page_on_a_table_has_no_digit(
    shape: tuple[int, int], table: str, dark: float, grain: float
) -> None:
    file = photo(page_of(shape, TABLES[table]), dark, grain)
    assert digit_in(read_picture(file)) is None
    assert digits_of(file) == []  # on a page of many


@pytest.mark.parametrize(("dark", "grain"), [(0.5, 0.15), (0.6, 0.2)])
def test_pencil_is_read_on_a_page_on_a_table(dark: float, grain: float) -> None:
    """The grain of the table was as strong, and counted as the noise of the paper."""
    page = page_of((240, 320), TABLES["all around"])
    picture = read_picture(photo(page, dark, grain, pencil(page.shape, 0.2)))
    assert digit_in(picture) == 2
    middle = np.array([160 - 36, 120 - 60, 160 + 36, 120 + 60])
    assert np.abs(np.array(picture.box) - middle).max() <= 20  # its box in the whole picture


@pytest.mark.parametrize(("shape", "table"), [((240, 320), "left"), ((480, 360), "all around")])
def test_a_fold_that_shines_does_not_make_a_page_light_on_dark(
    shape: tuple[int, int], table: str
) -> None:
    """It is stronger than the pencil, but a page lighter than its table has dark ink."""
    ink = pencil(shape, 0.16)
    ink[shape[0] // 6 : shape[0] // 6 + 5] = -0.64
    picture = read_picture(photo(page_of(shape, TABLES[table]), 0.2, 0.15, ink))
    assert digit_in(picture) == 2


def test_there_is_no_ink_on_the_table() -> None:
    page = page_of((240, 320), TABLES["three sides"])
    found = contrast(pixels(photo(page, 0.4, 0.2)))
    assert not found.ink[~page].any()
    assert found.noise < 6  # of the paper, not of the table
    assert found.page is not None


def shadowed(shape: tuple[int, int], soft: float) -> Values:
    """How much light the shadow of a hand below leaves; `soft`: how wide its edge is."""
    y = np.mgrid[0 : 1 : shape[0] * 1j, : shape[1]][0]
    return 1 - 0.45 / (1 + np.exp((0.7 - y) / (soft / 4)))


def test_a_soft_shadow_is_no_table() -> None:
    values = 215 * shadowed((240, 320), 0.3)
    assert find_page(values.astype(np.uint8)[:, :, None]) is None


@pytest.mark.parametrize(
    ("shape", "ends"),
    [
        ((240, 320), ((0.45, 0.5), NONE, NONE, NONE)),
        ((240, 320), (NONE, (0.55, 0.4), NONE, NONE)),
        ((320, 240), (NONE, NONE, NONE, (0.45, 0.5))),
        ((240, 480), (NONE, NONE, (0.59, 0.59), NONE)),
    ],
    ids=["left", "above", "below", "over all of it"],
)
@pytest.mark.parametrize("dark", [0.45, 0.7])
def test_a_digit_in_a_shadow_with_a_sharp_edge_is_read(
    shape: tuple[int, int], ends: tuple[tuple[float, float], ...], dark: float
) -> None:
    """The part in the shadow was taken for a table, and what was written there was lost."""
    file = photo(page_of(shape, ends), dark, 0, pencil(shape, 0.7))
    assert digit_in(read_picture(file)) == 2


@pytest.mark.parametrize("number", range(6))
def test_the_coarse_grain_of_a_table_is_no_writing(number: int) -> None:
    """Where it joined the table's edge it was a stroke that goes on on the page."""
    page, rng = page_of((240, 320), ((0.22, 0.3), NONE, NONE, NONE)), np.random.default_rng(number)
    blobs = Image.fromarray(rng.normal(0, 1, (24, 24)).astype(np.float32)).resize((320, 240), 3)
    values = 215 * np.where(page, 1 - pencil(page.shape, 0.7), 0.4 * (1 + 0.3 * np.asarray(blobs)))
    file = saved(Image.fromarray(np.clip(values, 0, 255).astype(np.uint8)), "JPEG")
    assert digit_in(read_picture(file)) == 2


@pytest.mark.parametrize("side", [0.55, 0.65])
def test_a_small_card_on_a_large_table_is_found(side: float) -> None:
    far = (1 - side) / 2
    ends = ((far, far + 0.02),) * 4
    page = page_of((360, 360), ends)
    ink = np.zeros(page.shape)
    small = pencil((round(360 * side),) * 2, 0.8)
    top = (360 - len(small)) // 2
    ink[top : top + len(small), top : top + len(small)] = small
    assert digit_in(read_picture(photo(page, 0.4, 0.2, ink))) == 2


def test_a_narrow_dark_wedge_is_a_table() -> None:
    """Its blurred edge was taken for another page beyond it."""
    page = page_of((240, 320), ((0.03, -0.01), NONE, NONE, NONE))
    found = find_page(pixels(photo(page, 0.1)))
    assert found is not None
    assert not found[0, 0]


def test_a_ruled_line_near_the_edge_is_no_table() -> None:
    values = np.full((240, 320), 215.0)
    values[20:24] = 120
    assert find_page(values.astype(np.uint8)[:, :, None]) is None


def test_a_broad_line_of_a_cell_is_no_table() -> None:
    """There is paper beyond it."""
    values = np.full((240, 200), 215.0)
    values[10:30], values[:, 170:190] = 70, 70
    assert find_page(values.astype(np.uint8)[:, :, None]) is None


@pytest.mark.parametrize(("width", "left", "top"), [(16, 8, 18), (20, 11, 24), (24, 14, 24)])
def test_the_strokes_of_a_5_are_no_table(width: int, left: int, top: int) -> None:
    """There is paper in the corner of the picture."""
    image = Image.new("L", (216, 293), 228)
    ends = [(80, 108), (205, 150), (150, 250), (60, 288)]
    points = [(185, 3), (left, top), (4, 128), *ends]
    ImageDraw.Draw(image).line(points, 40, width, "curve")
    assert find_page(np.asarray(image)[:, :, None]) is None


@pytest.mark.parametrize("is_light", [False, True])
def test_a_drawn_digit_that_was_cut_out_has_no_table(is_light: bool) -> None:
    """The bar of a 7 is as straight as the edge of a page."""
    image = Image.new("L", (160, 200), 255)
    stroke(ImageDraw.Draw(image), SEVEN, (-30, -8, 220, 260), 26, 0)
    grey = np.asarray(image)
    assert find_page((255 - grey if is_light else grey)[:, :, None]) is None


def test_a_small_page_is_a_stroke() -> None:
    """Chalk on a blackboard is light between two dark sides, too."""
    values = np.full((240, 320), 40.0)
    values[:, 150:190] = 200
    assert find_page(values.astype(np.uint8)[:, :, None]) is None
    assert find_page(values.astype(np.uint8)[:30, :, None]) is None  # too low to tell
