"""A picture file that nobody has checked -> its pixels: upright, opaque, at most 1024 pixels long.

Only a few formats are read, and no more pixels than fit into memory. A broken file raises
`PictureError`, however it is broken.
"""

import logging
import os
import warnings
from collections.abc import Generator, Iterator
from contextlib import AbstractContextManager, closing, contextmanager, nullcontext
from pathlib import Path
from typing import BinaryIO, NamedTuple, cast

from PIL import Image, ImageFile, UnidentifiedImageError

from mnist_cli.errors import PictureError
from mnist_cli.pictures.arrays import Pixels
from mnist_cli.pictures.files import LimitedFile, opened, source_name
from mnist_cli.pictures.formats import HEAD, known_formats, unknown_format
from mnist_cli.pictures.limits import MOST_PIXELS, check_size, too_large
from mnist_cli.pictures.orientation import exif_orientation, upright
from mnist_cli.pictures.pixels import decoded
from mnist_cli.pictures.transparency import opaque, split

# Pillow logs an error before it raises it. Without a handler Python prints that on standard error.
logging.getLogger("PIL").addHandler(logging.NullHandler())

# What else has several frames, such as a phone's JPEG, has them for other ends.
_PAGED = ("GIF", "TIFF", "WEBP", "PNG", "AVIF")
_MOST_IN_ALL = 500_000_000  # pixels of all pages


class Page(NamedTuple):
    """An upright picture without transparency.

    `colours` (h, w, 1 or 3) uint8. `size`: width and height of the picture before it was shrunk.
    `scale`: pixels of that picture per pixel of `colours`. page `number`, from 1, of `pages`.
    """

    colours: Pixels
    scale: float
    size: tuple[int, int]
    number: int = 1
    pages: int = 1


def read_pages(source: Path | BinaryIO, *, fine: bool = False) -> Generator[Page, None, None]:
    """Open a picture file safely; yield its pages, upright, opaque, at most 1024 pixels long.

    Most files have one page; the frames of an animation are pages, too. `fine`: at most 2048
    pixels long.

    Raises
    ------
    PictureError
        If the file is no picture in a known format, is broken, or is too large.
    OSError
        If the file cannot be opened.
    """
    name = source_name(source)
    with opened(source) as file:
        head = file.read(HEAD)
        file.seek(0)
        with _converted_errors(name, head):
            image = _image(file)
        with image:
            count, total = _count(image, name), 0
            for number in range(count):
                with _converted_errors(name, head):
                    if number:
                        image.seek(number)
                    total += image.width * image.height
                    if number and total > _MOST_IN_ALL:
                        raise too_large(name, _MOST_IN_ALL, f"more in {count} pages")
                    check_size(image, file, name)
                    page = _page(image, fine)
                yield page._replace(number=number + 1, pages=count)


def _image(file: LimitedFile) -> ImageFile.ImageFile:
    """Open a picture without decoding it."""
    # Pillow calls only what LimitedFile has, but its types ask for every method of a file.
    return Image.open(cast("BinaryIO", file), formats=known_formats())


def _count(image: ImageFile.ImageFile, name: str) -> int:
    """Return the number of pages, 1 if those after the first are broken."""
    if image.format not in _PAGED:
        return 1
    try:
        with _converted_errors(name, b""), _silent(image):
            return int(getattr(image, "n_frames", 1))
    except PictureError:
        return 1


def _page(image: ImageFile.ImageFile, fine: bool) -> Page:
    """Decode the page at which a picture stands."""
    size = image.size
    with _silent(image):
        pixels = decoded(image, fine=fine)
    # Pillow turns TIFF files itself. In other files the EXIF block may stand at the end.
    exif = None if image.format == "TIFF" else image.info.get("exif")
    colours, alpha = split(pixels)
    # A PNG may also hold a text with the name exif.
    turn = exif_orientation(exif) if isinstance(exif, bytes) else 1
    scale = max(size) / max(colours.shape[:2])
    if alpha is not None:
        colours = opaque(colours, alpha)
    return Page(upright(colours, turn), scale, size if turn < 5 else size[::-1])


def read_page(source: Path | BinaryIO, *, fine: bool = False) -> Page:
    """Read the first page of a picture file. Raises the errors of `read_pages`."""
    with closing(read_pages(source, fine=fine)) as pages:
        return next(pages)


def read_size(source: Path | BinaryIO) -> tuple[int, int]:
    """Return width and height as a file says them, without decoding it.

    Raises the errors of `read_pages`.
    """
    with opened(source) as file:
        head = file.read(HEAD)
        file.seek(0)
        with _converted_errors(source_name(source), head), _image(file) as image:
            return image.size


def _silent(image: ImageFile.ImageFile) -> AbstractContextManager[None]:
    return _silent_standard_error() if image.format == "TIFF" else nullcontext()


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
def _converted_errors(name: str, head: bytes) -> Iterator[None]:
    """Turn everything that Pillow raises for a broken file into a PictureError; no warnings."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield
    except PictureError:
        raise
    except UnidentifiedImageError as error:
        raise unknown_format(name, head) from error
    except Image.DecompressionBombError as error:
        raise too_large(name, MOST_PIXELS, "many more") from error
    # Pillow has no error of its own for broken files. Its readers raise anything, even
    # AssertionError, and no list of these errors would be complete. What is done with the pixels
    # afterwards is not inside this block, so its bugs keep their traceback.
    except Exception as error:
        reason = " ".join(str(error).split())[:100] or type(error).__name__
        raise PictureError(
            f"{name}: the picture is broken, got '{reason}'; save it again as PNG or JPEG"
        ) from error
