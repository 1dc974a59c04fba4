"""A picture file that nobody has checked -> its pixels: upright, opaque, at most 1024 pixels long.

Only a few formats are read, and no more pixels than fit into memory. A broken file raises
`PictureError`, however it is broken.
"""

import logging
import os
import warnings
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from pathlib import Path
from typing import BinaryIO, NamedTuple, cast

from PIL import Image, ImageFile, UnidentifiedImageError

from mnist_cli.errors import PictureError
from mnist_cli.pictures.arrays import Pixels
from mnist_cli.pictures.files import LimitedFile, opened, source_name
from mnist_cli.pictures.orientation import exif_orientation, upright
from mnist_cli.pictures.pixels import decoded
from mnist_cli.pictures.transparency import opaque, split

# Pillow logs an error before it raises it. Without a handler Python prints that on standard error.
logging.getLogger("PIL").addHandler(logging.NullHandler())

_FORMATS = ("PNG", "JPEG", "BMP", "GIF", "WEBP", "TIFF")
MOST_PIXELS = 50_000_000
# Pillow's readers of these formats keep two or three copies: fewer pixels fit into 300 MB.
_MOST_PIXELS_IN = {"TIFF": 25_000_000, "WEBP": 14_000_000}
_MOST_BYTES = 110_000_000  # of unpacked pixels; unpacking more takes over 2 s
_MOST_PROGRESSIVE = 25_000_000  # pixels of a progressive JPEG, kept as 16-bit coefficients
_MOST_SCANNED = 12 * _MOST_PROGRESSIVE  # pixels times scans of a JPEG; ten scans are usual
# A JPEG's start-of-scan marker, its length and its number of components, 1 to 4. The marker alone
# also occurs by chance in the video that some phones append.
_STARTS_OF_SCAN = tuple(bytes((0xFF, 0xDA, 0, 6 + 2 * n, n)) for n in (1, 2, 3, 4))


class Page(NamedTuple):
    """An upright picture without transparency.

    `colours` (h, w, 1 or 3) uint8. `size`: width and height of the picture before it was shrunk.
    `scale`: pixels of that picture per pixel of `colours`.
    """

    colours: Pixels
    scale: float
    size: tuple[int, int]


def read_page(source: Path | BinaryIO) -> Page:
    """Open a picture file safely; make it upright, opaque and at most 1024 pixels long.

    Raises
    ------
    PictureError
        If the file is no picture in a known format, is broken, or is too large.
    OSError
        If the file cannot be opened.
    """
    name = source_name(source)
    with opened(source) as file, _converted_errors(name), _image(file) as image:
        _check_size(image, file, name)
        size = image.size
        is_tiff = image.format == "TIFF"
        with _silent_standard_error() if is_tiff else nullcontext():
            pixels = decoded(image)
        # Pillow turns TIFF files itself. In other files the EXIF block may stand at the end.
        exif = None if is_tiff else image.info.get("exif")
    colours, alpha = split(pixels)
    # A PNG may also hold a text with the name exif.
    turn = exif_orientation(exif) if isinstance(exif, bytes) else 1
    scale = max(size) / max(colours.shape[:2])
    if alpha is not None:
        colours = opaque(colours, alpha)
    return Page(upright(colours, turn), scale, size if turn < 5 else size[::-1])


def read_size(source: Path | BinaryIO) -> tuple[int, int]:
    """Return width and height as a file says them, without decoding it.

    Raises the errors of `read_page`.
    """
    with opened(source) as file, _converted_errors(source_name(source)), _image(file) as image:
        return image.size


def _image(file: LimitedFile) -> ImageFile.ImageFile:
    """Open a picture without decoding it."""
    # Pillow calls only what LimitedFile has, but its types ask for every method of a file.
    return Image.open(cast("BinaryIO", file), formats=_FORMATS)


@contextmanager
def _silent_standard_error() -> Iterator[None]:
    """Keep a C library from printing: libtiff reports broken files on standard error only."""
    try:
        kept = os.dup(2)
    except OSError:  # standard error is closed, so nothing can be printed
        yield
        return
    try:
        with Path(os.devnull).open("wb") as nowhere:
            os.dup2(nowhere.fileno(), 2)
        yield
    finally:
        os.dup2(kept, 2)
        os.close(kept)


@contextmanager
def _converted_errors(name: str) -> Iterator[None]:
    """Turn everything that Pillow raises for a broken file into a PictureError; no warnings."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield
    except PictureError:
        raise
    except UnidentifiedImageError as error:
        raise PictureError(
            f"{name}: not a picture in a known format, got something else; "
            "give PNG, JPEG, BMP, GIF, WebP or TIFF"
        ) from error
    except Image.DecompressionBombError as error:
        raise _too_large(name, MOST_PIXELS, "many more") from error
    # Pillow has no error of its own for broken files. Its readers raise anything, even
    # AssertionError, and no list of these errors would be complete. What is done with the pixels
    # afterwards is not inside this block, so its bugs keep their traceback.
    except Exception as error:
        reason = " ".join(str(error).split())[:100] or type(error).__name__
        raise PictureError(
            f"{name}: the picture is broken, got '{reason}'; save it again as PNG or JPEG"
        ) from error


def _too_large(name: str, most: int, got: str) -> PictureError:
    return PictureError(
        f"{name}: the picture must have at most {most / 1e6:.3g} megapixels, got {got}; "
        "save it smaller"
    )


def _most_pixels(image: ImageFile.ImageFile) -> int:
    """Return how many pixels of this format and depth can be decoded in time and in memory."""
    if image.info.get("progressive"):
        return _MOST_PROGRESSIVE
    if image.format in ("JPEG", "MPO"):
        return MOST_PIXELS  # it is shrunk while it is decoded
    depth = 2 if ";16" in str(image.tile) else 1
    most = _MOST_PIXELS_IN.get(image.format or "", MOST_PIXELS)
    return min(most, _MOST_BYTES // (depth * len(image.getbands())))


def _check_size(image: ImageFile.ImageFile, file: LimitedFile, name: str) -> None:
    """Raise PictureError for a picture that cannot be decoded in time and in memory."""
    pixels = image.width * image.height
    most = _most_pixels(image)
    if pixels > most:
        raise _too_large(name, most, f"{pixels / 1e6:.1f}")
    scans = file.count(_STARTS_OF_SCAN) if image.format in ("JPEG", "MPO") else 1
    if scans > 1 and pixels * scans > _MOST_SCANNED:
        most_scans = max(1, _MOST_SCANNED // pixels)
        raise PictureError(
            f"{name}: a JPEG of this size must have at most {most_scans} scans, got {scans}; "
            "save it again"
        )
