"""Cells with broad, double and dashed lines, and strokes that cross them."""

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image, ImageDraw
from test_pictures import SEVEN, alike, drawn, paper, read, stroke

from mnist_cli.pictures.boxes import unruled
from mnist_cli.pictures.components import connected_components
from mnist_cli.pictures.crossings import crossing
from mnist_cli.pictures.dashes import without_gaps
from mnist_cli.pictures.ink import contrast
from mnist_cli.pictures.margins import Inked, without_margins

INK, GREY = (40, 40, 40), (110, 110, 110)


@pytest.fixture(scope="module")
def seven() -> NDArray[np.uint8]:
    """What every 7 below should look like."""
    return read(drawn()).image


def cut(image: Image.Image, side: int, tilt: float = 0) -> Image.Image:
    """Turn a picture, cut its corners off and make it smaller."""
    image = image.rotate(tilt, Image.Resampling.BICUBIC, fillcolor=(235, 232, 226))
    return image.crop((10, 10, 230, 290)).resize((side * 22 // 28, side), Image.Resampling.BOX)


def box_in_a_row(colour: tuple[int, int, int]) -> Image.Image:
    """A 7 between two broad lines from side to side, and two that end at these."""
    image = drawn(width=14)
    pen = ImageDraw.Draw(image)
    for row in (60, 240):
        pen.line((0, row, 240, row), colour, 18)
    for column in (35, 205):
        pen.line((column, 60, column, 240), colour, 18)
    return image


@pytest.mark.parametrize("tilt", [0, 2])
@pytest.mark.parametrize("side", [110, 280])
@pytest.mark.parametrize("colour", [INK, GREY], ids=["as dark", "paler"])
def test_broad_lines_between_broad_lines_are_erased(
    colour: tuple[int, int, int], side: int, tilt: float, seven: NDArray[np.uint8]
) -> None:
    picture = read(cut(box_in_a_row(colour), side, tilt))
    assert picture.warnings == ()
    assert alike(picture.image, seven) > 0.85


@pytest.mark.parametrize("side", [110, 280])
@pytest.mark.parametrize("row", [215, 222])
def test_a_stroke_that_goes_on_beyond_a_broad_line_stays_whole(row: int, side: int) -> None:
    image = paper()
    pen = ImageDraw.Draw(image)
    stroke(pen, SEVEN, (65, 50, 110, 230), 14, (30, 30, 40))
    whole = read(cut(image, side)).image
    pen.line((0, row, 240, row), (30, 30, 40), 16)
    image_of_it = read(cut(image, side)).image
    assert alike(image_of_it, whole) > 0.9
    assert len(connected_components(image_of_it.reshape(28, 28) > 60).areas) == 1


def test_what_of_a_line_lies_between_strokes_on_its_two_sides() -> None:
    dark = np.zeros((21, 40), bool)
    dark[7:14] = True  # a line, 7 high
    dark[:7, 10:14] = dark[14:, 12:16] = True  # a stroke that crosses it, and leans
    dark[:7, 30:34] = True  # one that ends there
    away = np.repeat(np.arange(-10.0, 11)[:, None], 40, axis=1)
    kept = crossing(dark, away, 3.5)
    assert kept[10, 11:15].all()
    assert kept.any(0).nonzero()[0].tolist() == list(range(10, 16))


def dashed(width: int) -> Image.Image:
    """A 7 in the corner of a grid, whose outer lines have broad dashes."""
    image = drawn(width=14)
    pen = ImageDraw.Draw(image)
    for start in range(0, 300, 22):
        pen.line((0, 40, 240, 40), INK, 4)
        pen.line((35, 0, 35, 300), INK, 4)
        pen.line((start, 262, min(start + 13, 208), 262), INK, width)
        pen.line((208, start, 208, min(start + 13, 262)), INK, width)
    return image


@pytest.mark.parametrize("side", [110, 280])
def test_lines_of_broad_dashes_are_erased(side: int, seven: NDArray[np.uint8]) -> None:
    assert alike(read(cut(dashed(16), side)).image, seven) > 0.85


def test_broad_marks_are_dashes_if_they_touch_nothing() -> None:
    mask = np.zeros((100, 100), bool)
    mask[10:18, 5:95] = np.arange(90) % 9 < 6
    mask[60:68, 5:95] = np.arange(90) % 9 < 6
    mask[66:98, 5:95] |= np.arange(90) % 9 < 2  # joined with what is below: strokes
    closed = without_gaps(mask)
    assert closed[14, 5:92].all()
    assert not closed[62, 5:92].all()


def test_the_rests_of_double_lines_go_with_them() -> None:
    ink = np.zeros((120, 120), np.float32)
    ink[[4, 5, 115, 116]] = ink[:, [4, 5, 115, 116]] = 255
    ink[12, 20:60] = ink[50:80, 108] = 255  # what is left of their twins
    ink[40:80, 55:62] = 255
    bare = unruled(ink, 40, is_cell=True)
    assert bare[40:80, 55:62].all()
    assert np.count_nonzero(bare) == 40 * 7


@pytest.mark.parametrize("is_cell", [False, True])
def test_ink_without_lines_and_margins_is_not_copied(is_cell: bool) -> None:
    """So later steps know that nothing has changed, and what they would find out again."""
    ink = np.zeros((120, 120), np.float32)
    ink[30:90, 55:62] = ink[30:36, 30:62] = 200
    assert unruled(ink, 40, is_cell) is ink
    bare, level = without_margins(Inked.of(ink, 40), 40)
    assert bare is ink
    assert level == 200


def test_on_squared_paper_nothing_is_a_rest() -> None:
    ink = np.zeros((120, 120), np.float32)
    ink[8::12] = ink[:, 8::12] = 255
    ink[40:46, 50:54] = ink[58:98, 50:56] = 255
    assert unruled(ink, 40, is_cell=True)[41:44, 51:53].all()


@pytest.mark.parametrize("side", [60, 110, 280])
def test_a_cell_in_two_tones_needs_no_grid(side: int) -> None:
    def two_tones() -> Image.Image:
        return cut(image, side).convert("L").point(lambda value: 0 if value < 128 else 255)

    image = paper()
    pen = ImageDraw.Draw(image)
    stroke(pen, SEVEN, (35, 75, 150, 195), 36, INK)
    whole = read(two_tones()).image
    pen.line((0, 262, 240, 262), INK, 20)
    assert contrast(np.asarray(two_tones())[:, :, None]).is_cut
    assert alike(read(two_tones()).image, whole) > 0.85


def test_a_thin_frame_around_a_digit_is_no_paper() -> None:
    image = Image.new("L", (60, 60), 250)
    pen = ImageDraw.Draw(image)
    pen.rectangle((0, 0, 59, 59), outline=60)
    for place in range(0, 60, 3):
        for point in ((place, 0), (0, place), (place, 59), (59, place)):
            image.putpixel(point, 90)
    pen.line((16, 14, 46, 14, 26, 50), 60, 10)
    assert not contrast(np.asarray(image)[:, :, None]).is_cut
    assert read(image).image.reshape(28, 28)[16:20, 20:].max() == 0
