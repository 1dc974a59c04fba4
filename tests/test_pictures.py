"""Pictures: many kinds of files and paper, all made by the tests."""

import contextlib
import io
import os
import struct
import subprocess
import sys
import zlib
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image, ImageDraw
from PIL.PngImagePlugin import PngInfo

from mnist_cli.data.datasets import load_split
from mnist_cli.errors import PictureError
from mnist_cli.model import load_model
from mnist_cli.pictures.centering import centered
from mnist_cli.pictures.components import connected_components, inked_box, spread
from mnist_cli.pictures.dashes import without_gaps
from mnist_cli.pictures.decoding import read_page
from mnist_cli.pictures.ink import contrast
from mnist_cli.pictures.orientation import exif_orientation
from mnist_cli.pictures.reader import Picture, read_picture, read_sheet, read_sheets
from mnist_cli.pictures.resizing import (
    mask_stroke_width,
    narrowed,
    resized,
    stroke_width,
    widened,
)
from mnist_cli.pictures.ruling import without_broad_lines
from mnist_cli.pictures.steps import save_steps
from mnist_cli.prediction import Reading

SEVEN = [(0.2, 0.1), (0.8, 0.1), (0.45, 0.9)]
TWO = [(0.2, 0.3), (0.35, 0.12), (0.65, 0.12), (0.75, 0.35), (0.2, 0.88), (0.8, 0.88)]
Colour = tuple[int, int, int]


def stroke(
    draw: ImageDraw.ImageDraw,
    points: list[tuple[float, float]],
    box: tuple[float, ...],
    width: int,
    ink: float | tuple[int, ...],
) -> None:
    """Draw one digit into a box: left, top, width, height."""
    x, y, w, h = box
    draw.line([(x + w * u, y + h * v) for u, v in points], fill=ink, width=width, joint="curve")


def paper(size: tuple[int, int] = (240, 300), colour: Colour = (235, 232, 226)) -> Image.Image:
    return Image.new("RGB", size, colour)


def drawn(
    size: tuple[int, int] = (240, 300),
    ink: Colour = (30, 30, 40),
    ground: Colour = (235, 232, 226),
    width: int = 16,
) -> Image.Image:
    """A 7 in the middle of plain paper."""
    image = paper(size, ground)
    box = (size[0] * 0.25, size[1] * 0.25, size[0] * 0.5, size[1] * 0.5)
    stroke(ImageDraw.Draw(image), SEVEN, box, width, ink)
    return image


def saved(image: Image.Image, kind: str = "PNG", **options: object) -> io.BytesIO:
    file = io.BytesIO()
    image.save(file, kind, **options)
    file.seek(0)
    return file


def read(image: Image.Image, kind: str = "PNG", **options: object) -> Picture:
    return read_picture(saved(image, kind, **options))


def digits_of(source: Path | io.BytesIO) -> list[Reading]:
    """What the network that comes along reads on all pages of a file."""
    pages = map(load_model().read_page, read_sheets(source))
    return [reading for page in pages for line in page for reading in line.readings]


def alike(a: NDArray[np.uint8], b: NDArray[np.uint8]) -> float:
    """Correlation of two images after a light blur: 1 for the same digit."""

    def soft(image: NDArray[np.uint8]) -> NDArray[np.float64]:
        wide = np.pad(image.reshape(28, 28).astype(float), 1)
        shifted = [wide[i : i + 28, j : j + 28] for i in range(3) for j in range(3)]
        return np.asarray(np.sum(shifted, axis=0))

    return float(np.corrcoef(soft(a).ravel(), soft(b).ravel())[0, 1])


@pytest.fixture(scope="module")
def seven() -> NDArray[np.uint8]:
    """What every 7 below should look like."""
    return read(drawn()).image


def test_a_drawing_becomes_an_image_as_mnist_has_them(seven: NDArray[np.uint8]) -> None:
    image = seven.reshape(28, 28).astype(float)
    rows, columns = np.flatnonzero(image.any(1)), np.flatnonzero(image.any(0))
    assert seven.dtype == np.uint8
    assert max(np.ptp(rows), np.ptp(columns)) + 1 == 20
    for axis in (0, 1):  # MNIST's centres of mass lie from 13.5 to 14.5, counted from 0
        assert 13.4 <= image.sum(1 - axis) @ np.arange(28) / image.sum() <= 14.6
    assert image.max() == 255


# ---- file kinds

KINDS: dict[str, Callable[[Image.Image], io.BytesIO]] = {
    "png": lambda im: saved(im),
    "jpeg": lambda im: saved(im, "JPEG", quality=80),
    "progressive jpeg": lambda im: saved(im, "JPEG", progressive=True),
    "cmyk jpeg": lambda im: saved(im.convert("CMYK"), "JPEG"),
    "grey jpeg": lambda im: saved(im.convert("L"), "JPEG"),
    "bmp": lambda im: saved(im, "BMP"),
    "gif": lambda im: saved(im, "GIF"),
    "webp": lambda im: saved(im, "WEBP"),
    "lossless webp": lambda im: saved(im, "WEBP", lossless=True),
    "tiff": lambda im: saved(im, "TIFF"),
    "lzw tiff": lambda im: saved(im, "TIFF", compression="tiff_lzw"),
    "cmyk tiff": lambda im: saved(im.convert("CMYK"), "TIFF"),
    "group 4 tiff": lambda im: saved(im.convert("1"), "TIFF", compression="group4"),
    "palette png": lambda im: saved(im.quantize(8)),
    "1-bit png": lambda im: saved(im.convert("L").point(lambda v: 255 * (v > 128)).convert("1")),
    "grey and alpha png": lambda im: saved(im.convert("LA")),
    "rgba png": lambda im: saved(im.convert("RGBA")),
    "16-bit png": lambda im: saved(deep(im, np.uint16, 257)),
    "12 bits in 16 png": lambda im: saved(deep(im, np.uint16, 16)),
    "32-bit tiff": lambda im: saved(deep(im, np.int32, 257), "TIFF"),
    "float tiff": lambda im: saved(deep(im, np.float32, 1 / 255), "TIFF"),
    "interlaced-size gif, two frames": lambda im: saved(
        im, "GIF", save_all=True, append_images=[paper(im.size)]
    ),
    "animated webp": lambda im: saved(
        im, "WEBP", save_all=True, append_images=[paper(im.size)], lossless=True
    ),
    "avif": lambda im: saved(im, "AVIF"),
    "pgm": lambda im: saved(im.convert("L"), "PPM"),
    "ppm": lambda im: saved(im, "PPM"),
    "animated png": lambda im: saved(im, save_all=True, append_images=[paper(im.size)]),
}


def deep(image: Image.Image, kind: type, factor: float) -> Image.Image:
    return Image.fromarray((np.asarray(image.convert("L"), np.float64) * factor).astype(kind))


@pytest.mark.parametrize("kind", KINDS)
def test_file_kinds(kind: str, seven: NDArray[np.uint8]) -> None:
    picture = read_picture(KINDS[kind](drawn()))
    assert alike(picture.image, seven) > 0.97
    assert picture.warnings in {(), ("page 1 of 2; --many reads all",)}


def test_a_wrong_extension_does_not_matter(tmp_path: Path, seven: NDArray[np.uint8]) -> None:
    path = tmp_path / "seven.png"
    drawn().save(path, "JPEG")
    assert alike(read_picture(path).image, seven) > 0.97


def test_standard_input_may_be_a_pipe(seven: NDArray[np.uint8]) -> None:
    class Pipe(io.BytesIO):
        def seekable(self) -> bool:
            return False

    assert alike(read_picture(Pipe(saved(drawn()).getvalue())).image, seven) > 0.99


@pytest.mark.parametrize("size", [(20, 8_000), (8_000, 20), (1, 5_000)])
def test_very_long_pictures(size: tuple[int, int]) -> None:
    assert read(Image.new("RGB", size, "white"), "JPEG").warnings == ("no ink found",)


def test_a_photo_with_a_video_behind_it(seven: NDArray[np.uint8]) -> None:
    file = saved(drawn((2_400, 3_000), width=160), "JPEG")
    file.seek(0, io.SEEK_END)
    file.write(b"\xff\xda mp4 " * 100)
    file.seek(0)
    assert alike(read_picture(file).image, seven) > 0.97


# ---- transparency


@pytest.mark.parametrize("ink", [0, 255])
@pytest.mark.parametrize("hidden", [0, 255])
def test_ink_on_a_transparent_ground(ink: int, hidden: int, seven: NDArray[np.uint8]) -> None:
    image = Image.new("RGBA", (240, 300), (hidden, hidden, hidden, 0))
    stroke(ImageDraw.Draw(image), SEVEN, (60, 75, 120, 150), 16, (ink, ink, ink, 255))
    assert alike(read(image).image, seven) > 0.97


def test_a_transparent_colour_of_a_palette(seven: NDArray[np.uint8]) -> None:
    image = drawn(ink=(255, 255, 255), ground=(255, 0, 255)).quantize(4)
    ground = image.getpixel((0, 0))
    assert alike(read(image, transparency=ground).image, seven) > 0.97


def test_paper_with_a_transparent_margin(seven: NDArray[np.uint8]) -> None:
    image = Image.new("RGBA", (400, 400), (0, 0, 0, 0))
    image.paste(drawn().convert("RGBA"), (80, 50))
    assert alike(read(image).image, seven) > 0.97


def test_a_fully_transparent_picture_is_blank() -> None:
    assert read(Image.new("RGBA", (50, 50), (0, 0, 0, 0))).warnings == ("no ink found",)


def test_a_large_picture_of_few_colours_is_that_of_many(seven: NDArray[np.uint8]) -> None:
    """It is made smaller in bands, because its numbers of colours cannot be averaged."""
    large = drawn().resize((2400, 3000))
    few = read(large.quantize(8))
    assert alike(few.image, seven) > 0.97
    assert alike(few.image, read(large).image) > 0.99


# ---- orientation

TURNS = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_90,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_270,
}


def exif(orientation: int) -> Image.Exif:
    block = Image.Exif()
    block[0x0112] = orientation
    return block


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "TIFF"])
@pytest.mark.parametrize("orientation", range(10))
def test_exif_orientation(kind: str, orientation: int, seven: NDArray[np.uint8]) -> None:
    image = drawn()
    if orientation in TURNS:  # each undoes itself, but 6 and 8, which undo each other
        image = image.transpose(TURNS[orientation])
    picture = read(image, kind, exif=exif(orientation))
    assert alike(picture.image, seven) > 0.97
    assert picture.box[2] <= 240
    assert picture.box[1] > 60


def test_the_orientation_stands_behind_the_name_of_the_camera_or_is_missing() -> None:
    camera, block = 0x010F, exif(6)
    block[camera] = "a camera"
    assert exif_orientation(block.tobytes()) == 6
    without = Image.Exif()
    without[camera] = "a camera"
    assert exif_orientation(without.tobytes()) == 1


@pytest.mark.parametrize(
    "block",
    [b"", b"Exif\0\0", b"II*\0", b"Exif\0\0MM\0*\xff\xff\xff\xff", b"II*\0\x08\0\0\0\xff\xff"],
)
def test_a_damaged_exif_block_is_upright(block: bytes) -> None:
    assert exif_orientation(block) == 1


def test_a_text_with_the_name_exif(seven: NDArray[np.uint8]) -> None:
    notes = PngInfo()
    notes.add_text("exif", "Exif")
    assert np.array_equal(read(drawn(), pnginfo=notes).image, seven)


# ---- MNIST's own images


def mnist_like() -> NDArray[np.uint8]:
    """A 28x28 image made like MNIST's: 20 pixels long, its centre of mass in the middle."""
    ink = drawn(ink=(255, 255, 255), ground=(0, 0, 0)).convert("L").crop((84, 82, 156, 218))
    return centered(np.asarray(ink, np.float32))


@pytest.mark.parametrize("inverted", [False, True])
@pytest.mark.parametrize("shift", [(0, 0), (-3, -2), (-4, 4)])
def test_an_mnist_image_passes_unchanged(inverted: bool, shift: tuple[int, int]) -> None:
    image = mnist_like()
    assert image.any()
    moved = np.roll(image.reshape(28, 28), shift, (0, 1))
    picture = read(Image.fromarray(255 - moved if inverted else moved))
    assert np.array_equal(picture.image, image)


def test_an_mnist_image_doubled_is_nearly_the_same() -> None:
    image = mnist_like()
    twice = Image.fromarray(image.reshape(28, 28)).resize((56, 56), Image.Resampling.BILINEAR)
    assert alike(read(twice).image, image) > 0.97


# ---- paper, ink and light


def shaded(image: Image.Image, light: NDArray[np.float64]) -> Image.Image:
    return Image.fromarray((np.asarray(image) * light[:, :, None]).astype(np.uint8))


def ruled(image: Image.Image, squared: bool, colour: Colour = (150, 175, 215)) -> Image.Image:
    """Lines with a slight slope, drawn under the digit."""
    lines = Image.new("RGB", image.size, (255, 255, 255))
    draw = ImageDraw.Draw(lines)
    width, height = image.size
    for y in range(-30, height + 30, 45):
        draw.line([(0, y), (width, y + width // 60)], fill=colour, width=2)
    for x in range(-30, width + 30, 45) if squared else ():
        draw.line([(x, 0), (x - height // 60, height)], fill=colour, width=2)
    return Image.fromarray(np.minimum(np.asarray(image), np.asarray(lines)))


def grainy(image: Image.Image, spread: float) -> Image.Image:
    noise = np.random.default_rng(0).normal(0, spread, np.asarray(image).shape)
    return Image.fromarray(np.clip(np.asarray(image) + noise, 0, 255).astype(np.uint8))


def framed() -> Image.Image:
    image = drawn()
    ImageDraw.Draw(image).rectangle((8, 8, 231, 291), outline=(20, 20, 20), width=3)
    return image


def on_a_table() -> Image.Image:
    image = Image.new("RGB", (330, 400), (90, 60, 40))
    image.paste(drawn(), (35, 40))
    return image.rotate(2, fillcolor=(90, 60, 40))


def specked() -> Image.Image:
    image, rng = drawn(), np.random.default_rng(1)
    grey = np.asarray(image.convert("L"))
    for x, y in rng.integers(5, 230, (30, 2)):
        if grey[y, x] > 200:
            ImageDraw.Draw(image).ellipse((x, y, x + 2, y + 2), fill=(60, 60, 60))
    return image


def small_in_a_photo() -> Image.Image:
    image = paper((1600, 1200))
    stroke(ImageDraw.Draw(image), SEVEN, (900, 400, 60, 75), 8, (30, 30, 40))
    return image


SLOPE = np.linspace(1, 0.35, 240)[None, :] * np.linspace(1, 0.8, 300)[:, None]
SHADOW = np.where(np.add.outer(np.arange(300) * 0.4, np.arange(240)) < 190, 1, 0.55)
PAPERS: dict[str, Callable[[], Image.Image]] = {
    "light from one side": lambda: shaded(drawn(), SLOPE),
    "a shadow across": lambda: shaded(drawn(), SHADOW),
    "grey paper": lambda: drawn(ground=(120, 120, 118), ink=(20, 20, 20)),
    "pencil": lambda: grainy(drawn(ink=(165, 165, 168), width=10), 3),
    "red ink": lambda: drawn(ink=(220, 50, 60)),
    "yellow ink": lambda: drawn(ink=(240, 210, 40)),
    "blue ink on yellow paper": lambda: drawn(ink=(20, 40, 160), ground=(240, 225, 90)),
    "chalk": lambda: drawn(ink=(235, 235, 230), ground=(30, 50, 40)),
    "ruled paper": lambda: ruled(drawn(), squared=False),
    "squared paper": lambda: ruled(drawn(), squared=True),
    "dark lines": lambda: ruled(drawn(), squared=False, colour=(70, 70, 80)),
    "grain": lambda: grainy(drawn(), 12),
    "specks": specked,
    "a frame": framed,
    "a table around": on_a_table,
    "small in a photo": small_in_a_photo,
    "a hairline": lambda: drawn(width=1),
    "a broad pen": lambda: drawn(width=30),
}


@pytest.mark.parametrize("kind", PAPERS)
def test_paper_ink_and_light(kind: str, seven: NDArray[np.uint8]) -> None:
    picture = read(PAPERS[kind](), "JPEG", quality=85)
    assert alike(picture.image, seven) > 0.9
    assert "no ink found" not in picture.warnings
    assert "more than one digit" not in picture.warnings


def halftone(image: Image.Image) -> Image.Image:
    """Dots of ink, the larger the darker, as in a newspaper."""
    rows, columns = np.mgrid[: image.height, : image.width]
    waves = np.cos(0.74 * (rows + columns)) + np.cos(0.74 * (rows - columns))
    return Image.fromarray(np.asarray(image.convert("L")) / 255 > waves / 4 + 0.5)


def hatched(image: Image.Image) -> Image.Image:
    rows, columns = np.mgrid[: image.height, : image.width]
    return Image.fromarray((np.asarray(image.convert("L")) > 127) | ((rows + columns) % 5 > 1))


def dithered(image: Image.Image) -> Image.Image:
    return image.convert("1")


@pytest.mark.parametrize("grey", [30, 100, 140])
@pytest.mark.parametrize("texture", [dithered, halftone, hatched])
@pytest.mark.parametrize("side", [300, 1000])
def test_ink_of_dots_and_lines(
    texture: Callable[[Image.Image], Image.Image],
    side: int,
    grey: int,
    seven: NDArray[np.uint8],
) -> None:
    ink = (grey, grey, grey) if texture is not hatched else (0, 0, 0)
    image = drawn((side * 4 // 5, side), ink=ink, ground=(255, 255, 255), width=side // 10)
    picture = read(texture(image))
    assert alike(picture.image, seven) > 0.8


@pytest.mark.parametrize("edge", ["left", "top", "right", "bottom"])
def test_a_digit_touching_the_edge(edge: str, seven: NDArray[np.uint8]) -> None:
    box = {
        "left": (65, 0, 240, 300),
        "top": (0, 83, 240, 300),
        "right": (0, 0, 165, 300),
        "bottom": (0, 0, 240, 212),
    }[edge]
    assert alike(read(drawn().crop(box)).image, seven) > 0.9


def cell(side: int, sides: str, width: int, tilt: float = 0) -> Image.Image:
    """A 7 in a cell cut out of a grid: lines at the named sides, which go on to the edges."""
    image = drawn((200, 240), width=14)
    pen = ImageDraw.Draw(image)
    places = {"l": (22, 0, 22, 240), "r": (178, 0, 178, 240), "t": (0, 26, 200, 26)}
    places["b"] = (0, 214, 200, 214)
    for name in sides:
        pen.line(places[name], (60, 60, 60), width if name in "lb" else max(2, width // 3))
    image = image.rotate(tilt, Image.Resampling.BICUBIC, fillcolor=(235, 232, 226))
    image = image.crop((12, 14, 188, 226))  # no corner of the turned paper
    return image.resize((side * 5 // 6, side), Image.Resampling.BOX)


@pytest.mark.parametrize("tilt", [0, 3])
@pytest.mark.parametrize("sides", ["lrtb", "lb", "t", "rtb"])
@pytest.mark.parametrize("side", [36, 60, 99])
def test_a_cell_with_its_frame(
    side: int, sides: str, tilt: float, seven: NDArray[np.uint8]
) -> None:
    for width in (4, 10):
        picture = read(cell(side, sides, width, tilt))
        assert alike(picture.image, seven) > 0.85


def boxed(side: int, width: int, tilt: float, corner: bool) -> Image.Image:
    """A 7 on the lower line of a frame, or of the last cell of a grid; paper beyond."""
    image, ink, bottom = drawn(width=22), (40, 40, 40), 217 + width // 2
    pen, start = ImageDraw.Draw(image), 0 if corner else 40
    pen.rectangle((206 - width // 2, start, 206 + width // 2, bottom + width // 2), ink)
    pen.rectangle((start, bottom - width // 2, 206, bottom + width // 2), ink)
    pen.line((start, 40, 206, 40), ink, 6)
    pen.line((40, start, 40, bottom), ink, 6)
    image = image.rotate(tilt, Image.Resampling.BICUBIC, fillcolor=(235, 232, 226))
    image = image.crop((10, 10, 230, 285))  # no corner of the turned paper
    return image.resize((side * 4 // 5, side), Image.Resampling.BOX)


@pytest.mark.parametrize("corner", [False, True], ids=["frame", "corner of a grid"])
@pytest.mark.parametrize(("width", "tilt"), [(6, 0), (16, 0), (6, 3), (16, -3)])
@pytest.mark.parametrize("side", [60, 110, 276])
def test_a_frame_whose_lines_end_at_each_other(
    side: int, width: int, tilt: float, corner: bool, seven: NDArray[np.uint8]
) -> None:
    picture = read(boxed(side, width, tilt, corner))
    assert alike(picture.image, seven) > 0.85


def in_grid(side: int, width: int, gap: int, tilt: float, lower: int = 252) -> Image.Image:
    """A 7 in a cell of a grid whose lines go on; with a `gap` each of them is two."""
    image = drawn(width=22)
    pen = ImageDraw.Draw(image)
    for by in {-gap, gap}:
        for x, y in ((28, 34), (212, lower)):
            pen.line((x + by, 0, x + by, 300), (70, 70, 70), width)
            pen.line((0, y + by, 240, y + by), (70, 70, 70), width)
    image = image.rotate(tilt, Image.Resampling.BICUBIC, fillcolor=(235, 232, 226))
    return image.crop((10, 12, 230, 288)).resize((side * 220 // 276, side), Image.Resampling.BOX)


@pytest.mark.parametrize("tilt", [0, 3])
@pytest.mark.parametrize(
    ("side", "width", "gap"),
    [(60, 20, 0), (110, 20, 0), (276, 20, 0), (276, 5, 7), (200, 5, 9), (276, 6, 9)],
)
def test_broad_and_double_lines_are_erased(
    side: int, width: int, gap: int, tilt: float, seven: NDArray[np.uint8]
) -> None:
    assert alike(read(in_grid(side, width, gap, tilt)).image, seven) > 0.85


@pytest.mark.parametrize("side", [60, 110, 276])
def test_a_grid_in_two_tones_is_no_digit_cut_out(side: int, seven: NDArray[np.uint8]) -> None:
    grid = (
        in_grid(side, 20, 0, 0, lower=220)
        .convert("L")
        .point(lambda value: 0 if value < 128 else 255)
    )
    assert contrast(np.asarray(grid)[:, :, None]).is_cut
    assert alike(read(grid).image, seven) > 0.85


@pytest.mark.parametrize("bar", [(33, 150, 243), (38, 38, 38), (97, 0, 238)])
def test_a_canvas_between_two_bars_is_no_digit_cut_out(bar: tuple[int, int, int]) -> None:
    """As an app on a telephone shows it; the canvas was read as a 0."""
    screen = Image.new("RGB", (320, 480), bar)
    pen = ImageDraw.Draw(screen)
    pen.rectangle((0, 40, 319, 439), fill="white")
    stroke(pen, TWO, (100, 150, 110, 180), 16, 0)
    assert load_model().read([read(screen)])[0].digit == 2


def test_a_digit_cut_out_at_its_edges_is_no_grid() -> None:
    image = Image.new("L", (140, 260), 255)
    pen = ImageDraw.Draw(image)
    for top in (20, 120):  # an 8: both of its loops reach to both sides
        pen.ellipse((20, top, 119, top + 119), outline=0, width=16)
    cut = image.crop((20, 20, 120, 240))
    assert contrast(np.asarray(cut)[:, :, None]).is_cut
    assert alike(read(cut).image, read(image).image) > 0.95


def crossed(side: int, tilt: float, far: float) -> Image.Image:
    """A 1 that leaves a frame through its upper line, `far` beyond it; paper around."""
    image = paper()
    pen = ImageDraw.Draw(image)
    pen.rectangle((40, 100, 200, 270), outline=(40, 40, 40), width=5)
    pen.line((130, 100 - far, 120, 220), (30, 30, 40), 14)
    image = image.rotate(tilt, Image.Resampling.BICUBIC, fillcolor=(235, 232, 226))
    return image.crop((10, 10, 230, 290)).resize((side * 22 // 28, side), Image.Resampling.BOX)


@pytest.mark.parametrize("number", [523, 580, 595, 646])
def test_strokes_of_a_digit_cut_to_its_box_are_no_lines_of_a_cell(
    builtin_dir: Path, number: int
) -> None:
    """They run from side to side; the pale pixels at its edges are below the ink."""
    image = load_split("builtin", "test", builtin_dir).images[number].reshape(28, 28)
    left, top, right, bottom = inked_box(image > 0)
    small = Image.fromarray(255 - image[top:bottom, left:right])
    large = small.resize((10 * small.width, 10 * small.height), Image.Resampling.NEAREST)
    left, top, right, bottom = read_picture(saved(large)).box
    assert right - left >= 0.8 * large.width
    assert bottom - top >= 0.8 * large.height


@pytest.mark.parametrize(("row", "stays"), [(20, False), (90, True)])
def test_a_broad_line_of_a_cell_is_near_a_side(row: int, stays: bool) -> None:
    """In the middle it is the bar of a 4 or a 9 that was cut to its box."""
    ink = np.zeros((200, 200), np.float32)
    ink[row : row + 22] = 255
    assert without_broad_lines(ink, ink > 0, ink > 0, 0.14)[0].any() == stays


@pytest.mark.parametrize("width", [22, 24, 26])
def test_a_small_six_with_straight_sides_is_no_frame_that_a_stroke_leaves(width: int) -> None:
    """Found in enlarged images of MNIST: 0, 6, 8 and 9 lost their ends."""
    small = Image.new("L", (28, 28), 0)
    pen, left = ImageDraw.Draw(small), 14 - width // 4
    pen.rounded_rectangle((left, 4, left + width // 2, 23), 3, outline=255, width=2)
    pen.line((left, 8, left - 2, 3), 255, 2)
    picture = read_picture(saved(small.resize((56, 56), Image.Resampling.NEAREST)))
    assert np.abs(np.array(picture.box) - 2 * np.array(inked_box(np.asarray(small) > 0))).max() < 4


@pytest.mark.parametrize("tilt", [0, 3])
@pytest.mark.parametrize("far", [60, 110], ids=["paper beyond", "to the edge"])
@pytest.mark.parametrize("side", [110, 280])
def test_a_stroke_that_leaves_a_frame(side: int, far: float, tilt: float) -> None:
    left, top, right, bottom = read(crossed(side, tilt, far)).box
    assert right - left < 0.3 * (bottom - top)
    assert bottom - top > 0.5 * side


def dashed(side: int, tilt: float) -> Image.Image:
    """A 7 that crosses the lower line of a cell whose four lines are dashed and go on."""
    image, dash = drawn(width=22), 12
    pen = ImageDraw.Draw(image)
    for start in range(0, 300, dash + 7):
        for place in (40, 205):
            pen.line((start, place, start + dash, place), (40, 40, 40), 4)
        for place in (34, 206):
            pen.line((place, start, place, start + dash), (40, 40, 40), 4)
    image = image.rotate(tilt, Image.Resampling.BICUBIC, fillcolor=(235, 232, 226))
    return image.crop((10, 10, 230, 290)).resize((side * 22 // 28, side), Image.Resampling.BOX)


@pytest.mark.parametrize("tilt", [0, 2])
@pytest.mark.parametrize("side", [110, 280])
def test_dashed_lines_are_erased(side: int, tilt: float, seven: NDArray[np.uint8]) -> None:
    assert alike(read(dashed(side, tilt)).image, seven) > 0.85


def test_gaps_between_thin_marks_are_closed() -> None:
    mask = np.zeros((60, 60), bool)
    mask[10, 5:55] = np.arange(50) % 6 < 4  # dashes of 4 pixels with gaps of 2
    mask[30:50, [5, 8]] = True  # two strokes, as near to each other: no dashes
    closed = without_gaps(mask)
    assert closed[10, 5:54].all()
    assert not closed[10, :5].any()  # that would be 10 pixels, with as many beyond the edge
    assert not closed[30:50, 6:8].any()
    assert (without_gaps(mask.T) == closed.T).all()


def test_a_line_that_ends_at_a_frame_is_erased(seven: NDArray[np.uint8]) -> None:
    image = drawn((200, 240), width=14)
    pen = ImageDraw.Draw(image)
    pen.line((30, 0, 30, 240), (40, 40, 40), 10)
    pen.line((30, 210, 200, 210), (120, 120, 120), 3)
    assert alike(read(image).image, seven) > 0.9


def test_a_long_strip_keeps_its_pixels() -> None:
    strip = Image.new("L", (3000, 60), 235)
    for place in range(20, 2980, 60):
        stroke(ImageDraw.Draw(strip), SEVEN, (place, 10, 26, 40), 5, 30)
    page = read_page(saved(strip))
    assert (page.colours.shape[:2], page.scale) == ((60, 3000), 1)
    assert read_page(saved(paper((3000, 2000)))).colours.shape[:2] == (667, 1000)


def test_thin_strokes_are_widened() -> None:
    image = read(drawn(size=(800, 1000), width=2)).image.reshape(28, 28).astype(np.float32)
    assert stroke_width(image) > 1.5
    assert image.max() == 255


@pytest.mark.parametrize("width", [48, 52])
def test_thick_strokes_are_narrowed(width: int) -> None:
    image = read(drawn(width=width)).image
    assert stroke_width(image.reshape(28, 28).astype(np.float32)) < 5
    assert alike(image, read(drawn(width=24)).image) > 0.9
    assert image.max() == 255


@pytest.mark.parametrize("size", [(1, 1), (28, 28), (3, 900), (300, 200)])
@pytest.mark.parametrize("grey", [0, 127, 255])
def test_blank_pictures(size: tuple[int, int], grey: int) -> None:
    picture = read(Image.new("L", size, grey))
    assert picture.warnings == ("no ink found",)
    assert not picture.image.any()
    assert picture.box == (0, 0, *size)
    assert read_sheet(saved(Image.new("L", size, grey))).rows == []


def test_low_contrast_gives_a_warning() -> None:
    assert "low contrast" in read(drawn(ink=(205, 203, 200))).warnings


def test_the_box_is_in_pixels_of_the_picture() -> None:
    image = paper((3000, 2000))
    stroke(ImageDraw.Draw(image), SEVEN, (900, 400, 600, 900), 60, (30, 30, 40))
    left, top, right, bottom = read(image, "JPEG").box
    for got, expected in zip((left, top, right, bottom), (1020, 460, 1410, 1225), strict=True):
        assert abs(got - expected) < 40


def test_the_steps_are_kept_when_asked_for() -> None:
    steps = read_picture(saved(drawn()), keep_steps=True).steps
    assert list(steps) == ["came in", "background removed", "ink found", "28x28"]
    assert {step.dtype for step in steps.values()} == {np.dtype(np.uint8)}
    assert steps["28x28"].shape == (28, 28)
    assert read_picture(saved(drawn())).steps == {}


# ---- several digits


def number() -> Image.Image:
    """7 2 7 over 2 7, the first 2 with a gap in its stroke."""
    image = paper((600, 500))
    draw = ImageDraw.Draw(image)
    for points, x, y in [
        (SEVEN, 60, 40),
        (TWO, 230, 60),
        (SEVEN, 420, 30),
        (TWO, 80, 270),
        (SEVEN, 300, 290),
    ]:
        stroke(draw, points, (x, y, 110, 150), 12, (30, 30, 40))
    draw.rectangle((230, 140, 340, 148), fill=(235, 232, 226))
    return image


def test_several_digits_are_read_line_by_line(seven: NDArray[np.uint8]) -> None:
    page = read_sheet(saved(ruled(number(), squared=True)))
    lines = load_model().read_page(page)
    digits = [picture for line in lines for picture in line.pictures]
    assert [line.text for line in lines] == ["727", "27"]
    lefts = [digit.box[0] for digit in digits]
    assert len(digits) == 5
    assert lefts[:3] == sorted(lefts[:3])
    assert lefts[3] < lefts[4]
    assert [alike(digit.image, seven) > 0.9 for digit in digits] == [True, False, True, False, True]


def test_more_than_one_digit_gives_a_warning() -> None:
    assert "more than one digit" in read(number()).warnings


# ---- hostile and broken files


def chunk(name: bytes, data: bytes) -> bytes:
    return struct.pack(">L", len(data)) + name + data + struct.pack(">L", zlib.crc32(name + data))


def png(width: int, height: int, *chunks: bytes, kind: tuple[int, int] = (8, 0)) -> bytes:
    head = chunk(b"IHDR", struct.pack(">LLBBBBB", width, height, *kind, 0, 0, 0))
    return b"\x89PNG\r\n\x1a\n" + head + b"".join(chunks) + chunk(b"IEND", b"")


def png_with_text_bomb() -> bytes:
    notes = PngInfo()
    for i in range(80):
        notes.add_text(f"bomb{i}", "0" * 1_000_000, zip=True)
    return saved(drawn(), pnginfo=notes).getvalue()


def tiff(*entries: tuple[int, int, int, int]) -> bytes:
    body = b"".join(struct.pack("<HHLL", *entry) for entry in entries)
    return b"II*\0" + struct.pack("<LH", 8, len(entries)) + body + b"\0" * 4


SIZES = [(256, 4, 1, 30), (257, 4, 1, 30), (258, 3, 1, 8), (259, 3, 1, 1), (262, 3, 1, 1)]
HOSTILE: dict[str, Callable[[], bytes]] = {
    "empty": lambda: b"",
    "text": lambda: b"I am a picture\n" * 40,
    "html": lambda: b"<!DOCTYPE html><html><body>not found</body></html>",
    "svg": lambda: b"<svg xmlns='http://www.w3.org/2000/svg'/>",
    "postscript": lambda: b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 9 9\n",
    "an icon is not on the list": lambda: saved(drawn(), "ICO").getvalue(),
    "heic without its contents": lambda: b"\0\0\0\x18ftypheic\0\0\0\0mif1heic" + b"\0" * 99,
    "truncated avif": lambda: saved(drawn(), "AVIF").getvalue()[:300],
    "avif of 16 MB": lambda: saved(drawn(), "AVIF").getvalue() + bytes(16_000_000),
    "truncated pgm": lambda: saved(drawn().convert("L"), "PPM").getvalue()[:900],
    "pgm of 51 megapixels": lambda: b"P5 10000 5100 255\n" + b"0" * 99,
    "pgm written as text, of 2 megapixels": lambda: b"P2 2000 1000 255\n" + b"0 " * 99,
    "truncated png": lambda: saved(drawn()).getvalue()[:300],
    "truncated jpeg": lambda: saved(drawn(), "JPEG").getvalue()[:900],
    "truncated gif": lambda: saved(drawn(), "GIF").getvalue()[:-300],
    "truncated webp": lambda: saved(drawn(), "WEBP").getvalue()[:200],
    "truncated bmp": lambda: saved(drawn(), "BMP").getvalue()[:900],
    "truncated tiff": lambda: saved(drawn(), "TIFF", compression="tiff_lzw").getvalue()[:900],
    "png without pixels": lambda: png(30, 30),
    "png of no size": lambda: png(0, 0, chunk(b"IDAT", zlib.compress(b""))),
    "png of 51 megapixels": lambda: png(10_000, 5_100, chunk(b"IDAT", zlib.compress(b"0" * 9))),
    "png of 100 megapixels": lambda: png(10_000, 10_000, chunk(b"IDAT", b"")),
    "png of 4 billion columns": lambda: png(2**31 - 1, 2**31 - 1, chunk(b"IDAT", b"")),
    "png of 64 bits per pixel": lambda: png(
        6_000, 6_000, chunk(b"IDAT", zlib.compress(b"0" * 9)), kind=(16, 6)
    ),
    "png with a text bomb": png_with_text_bomb,
    "png without its palette": lambda: png(
        1, 1, chunk(b"IDAT", zlib.compress(b"\0\0")), kind=(8, 3)
    ),
    "png of empty chunks": lambda: png(30, 30, chunk(b"noOp", b"") * 80_000),
    "tiff with gigantic tags": lambda: tiff(*SIZES, (270, 2, 2**32 - 1, 8), (273, 4, 2**31, 8)),
    "tiff without tags": lambda: tiff(),
    "tiff of no size": lambda: tiff((256, 4, 1, 0), (257, 4, 1, 0), *SIZES[2:]),
    "tiff of 2048 colours": lambda: tiff(*SIZES, (273, 4, 1, 8), (277, 3, 1, 2048)),
    "tiff that lists itself over and over": lambda: tiff(
        *SIZES, *((30_000 + i, 7, 20_000, 0) for i in range(2_000))
    ),
    "gif of no size": lambda: b"GIF89a\0\0\0\0\0\0\0;",
    "jpeg of start markers": lambda: b"\xff\xd8\xff\xe0\0\x10JFIF\0" + b"\xff" * 300_000,
    "jpeg of many scans": lambda: many_scans(),
}


def many_scans() -> bytes:
    """A progressive JPEG of 20 megapixels with its last scan repeated two hundred times."""
    data = saved(Image.new("L", (5_000, 4_000), 255), "JPEG", progressive=True).getvalue()
    start = data.rindex(b"\xff\xda")
    return data[:start] + data[start:-2] * 200 + data[-2:]


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_files_are_one_line(
    name: str, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "picture.png"
    path.write_bytes(HOSTILE[name]())
    with pytest.raises(PictureError) as caught:
        read_picture(path)
    message = str(caught.value)
    assert message.startswith(f"{path}: ")
    assert ", got " in message
    assert "; " in message
    assert "\n" not in message
    assert capfd.readouterr() == ("", "")


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "GIF", "WEBP", "BMP", "TIFF", "PPM", "AVIF"])
def test_flipped_bytes_never_show_a_traceback(kind: str, capfd: pytest.CaptureFixture[str]) -> None:
    options = {"compression": "tiff_lzw"} if kind == "TIFF" else {}
    data = np.frombuffer(saved(drawn((40, 50), width=4), kind, **options).getvalue(), np.uint8)
    rng = np.random.default_rng(0)
    for _ in range(60):
        damaged = data.copy()
        damaged[rng.integers(0, len(data), 3)] = rng.integers(0, 256, 3)
        with contextlib.suppress(PictureError):
            read_picture(io.BytesIO(damaged.tobytes()))
    assert capfd.readouterr() == ("", "")


LENGTHS = (1, 2, 3, 9, 20, 28, 29, 64, 65, 101, 230)
PATTERNS: dict[str, Callable[[int, int], NDArray[np.generic]]] = {
    "checkerboard": lambda h, w: np.add.outer(np.arange(h), np.arange(w)) % 2,
    "coarse checkerboard": lambda h, w: np.add.outer(np.arange(h) // 4, np.arange(w) // 4) % 2,
    "hatching": lambda h, w: np.add.outer(np.arange(h), np.arange(w)) % 5 < 2,
    "noise": lambda h, w: np.random.default_rng(h * w).random((h, w)) < 0.3,
    "one row": lambda h, w: np.repeat(np.arange(h)[:, None] == h // 2, w, 1),
    "one column": lambda h, w: np.repeat(np.arange(w)[None] == w // 2, h, 0),
    "rows": lambda h, w: np.repeat(np.arange(h)[:, None] % 3 == 0, w, 1),
    "one dot": lambda h, w: np.arange(h * w).reshape(h, w) == h * w // 2,
    "a checkered patch": lambda h, w: (
        (np.add.outer(np.arange(h), np.arange(w)) % 2 == 0)
        & np.logical_and.outer(abs(np.arange(h) - h / 2) < h / 4, abs(np.arange(w) - w / 2) < w / 4)
    ),
}


def widths(height: int) -> list[int]:
    """Return half of the lengths, so that any two of them are a picture, upright or lying."""
    own = LENGTHS.index(height)
    return [w for i, w in enumerate(LENGTHS) if (i >= own) == ((i - own) % 2 == 0)]


@pytest.mark.parametrize("pattern", PATTERNS)
@pytest.mark.parametrize("height", LENGTHS)
def test_any_pattern_of_any_size_has_an_answer(pattern: str, height: int) -> None:
    for width in widths(height):
        ink = PATTERNS[pattern](height, width).astype(bool)
        for mask in (ink, ~ink):
            picture = read(Image.fromarray(mask))
            assert picture.image.shape == (784,)
            assert bool(picture.warnings) or picture.image.any()


def test_a_missing_file_is_an_os_error(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        read_picture(tmp_path / "missing.png")
    with pytest.raises(IsADirectoryError if sys.platform != "win32" else PermissionError):
        read_picture(tmp_path)


@pytest.mark.skipif(sys.platform != "linux", reason="reads the peak in /proc")
@pytest.mark.parametrize("mode", ["L", "RGB"])
def test_a_large_picture_stays_within_300_megabytes(mode: str, tmp_path: Path) -> None:
    path = tmp_path / "large.png"
    Image.new(mode, (7_000, 5_000), "white").save(path, compress_level=1)
    code = (
        "import sys; from pathlib import Path\n"
        "from mnist_cli.pictures.reader import read_picture\n"
        "assert read_picture(Path(sys.argv[1])).warnings == ('no ink found',)\n"
        # not ru_maxrss, which begins with the peak of the process that started this one
        "print(next(line for line in open('/proc/self/status') if line.startswith('VmHWM')))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, str(path)], capture_output=True, text=True, check=True
    )
    assert int(done.stdout.split()[1]) * 1024 < 300e6


# ---- the modules


@pytest.mark.parametrize("share", [0.0, 0.1, 0.3, 0.6, 1.0])
def test_connected_components_against_a_flood_fill(share: float) -> None:
    mask = np.random.default_rng(2).random((23, 31)) < share
    components = connected_components(mask)
    seen = np.full(mask.shape, -1)
    count = 0
    for start in zip(*np.nonzero(mask), strict=True):
        if seen[start] >= 0:
            continue
        queue = [start]
        seen[start] = count
        while queue:
            y, x = queue.pop()
            for v in range(max(0, y - 1), min(23, y + 2)):
                for u in range(max(0, x - 1), min(31, x + 2)):
                    if mask[v, u] and seen[v, u] < 0:
                        seen[v, u] = count
                        queue.append((v, u))
        count += 1
    assert len(components.areas) == count
    pairs = set(zip(components.labels[mask].tolist(), seen[mask].tolist(), strict=True))
    assert len(pairs) == count
    assert np.array_equal(components.labels >= 0, mask)
    for label, (left, top, right, bottom) in enumerate(components.boxes):
        rows, columns = np.nonzero(components.labels == label)
        assert (left, top) == (columns.min(), rows.min())
        assert (right, bottom) == (columns.max() + 1, rows.max() + 1)
        assert components.areas[label] == len(rows)


def test_resizing_keeps_the_mean() -> None:
    image = np.random.default_rng(3).random((37, 53)).astype(np.float32)
    assert resized(image, 20, 11).mean() == pytest.approx(image.mean(), rel=1e-4)
    assert np.allclose(resized(image, 37, 53), image, atol=1e-6)
    assert np.allclose(resized(np.ones((5, 4), np.float32), 20, 20), 1)


def test_stroke_width_and_widening() -> None:
    bar = np.zeros((60, 100), np.float32)
    bar[25:31, 5:95] = 255
    # Twice the area by the outline of a bar is its width, but for the two ends.
    assert stroke_width(bar) == pytest.approx(6 * 90 / 96, rel=0.01)
    assert stroke_width(widened(bar, 4)) == pytest.approx(10 * 94 / 104, rel=0.02)
    assert np.array_equal(widened(bar, 0), bar)
    assert np.array_equal(widened(bar, -9), bar)
    assert stroke_width(np.zeros((5, 5), np.float32)) == 0


def test_narrowed_strokes_are_what_widened_paper_leaves() -> None:
    bar = np.zeros((60, 100), np.float32)
    bar[20:40, 5:95] = 255
    expected = np.zeros_like(bar)
    expected[23:37, 8:92] = 255
    assert np.array_equal(narrowed(bar, 6), expected)
    whole = bar[20:40, 5:95]  # cut at its box: the paper is outside
    assert np.array_equal(narrowed(whole, 6), expected[20:40, 5:95])
    assert np.array_equal(narrowed(bar, 0), bar)
    assert np.array_equal(narrowed(bar, -9), bar)
    ring = np.full((9, 9), np.float32(200))
    ring[4, 4] = 0  # a hole grows
    assert (narrowed(ring, 2) == 0).sum() == 32 + 5


@pytest.mark.parametrize("seed", range(5))
def test_the_strokes_of_a_mask_are_as_wide_as_those_of_its_ink(seed: int) -> None:
    rng = np.random.default_rng(seed)
    mask = rng.random((20, 30)) < seed / 4
    assert mask_stroke_width(mask) == pytest.approx(stroke_width(mask.astype(np.float32)))


@pytest.mark.skipif(sys.platform == "win32", reason="no such files")
@pytest.mark.parametrize("kind", ["fifo", "loop", "folder"])
def test_steps_replace_regular_files_only(tmp_path: Path, kind: str) -> None:
    path = tmp_path / "a-2-background-removed.png"
    {"fifo": os.mkfifo, "loop": lambda p: p.symlink_to(p), "folder": os.mkdir}[kind](path)
    picture = read_picture(saved(drawn()), keep_steps=True)
    with pytest.raises(OSError, match=r"a-2-background-removed\.png: is not a regular file"):
        save_steps(picture.steps, tmp_path, "a")
    assert sorted(p.name for p in tmp_path.iterdir()) == ["a-1-came-in.png", path.name]


@pytest.mark.parametrize("reach", [0, 1, 3, 50])
def test_spread_against_the_nearest_ink(reach: int) -> None:
    """Also where the reach is longer than the mask, as on a narrow strip: it took 900 MB."""
    mask = np.random.default_rng(reach).random((23, 17)) < 0.02
    ink = np.argwhere(mask)
    for y, x in np.ndindex(mask.shape):
        near = bool((np.abs(ink - (y, x)).max(1) <= reach).any())
        assert spread(mask, reach)[y, x] == near
