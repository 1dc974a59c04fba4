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
_SHRUNK = ("JPEG", "MPO")  # while they are decoded
_MOST_IN_ALL = 500_000_000  # pixels of all pages
_TOLD = (OSError, SyntaxError)  # what Pillow raises where it has found the fault itself


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


class Scan:
    """A page of an open picture file; it can be decoded until the next one is asked for.

    `number`, from 1, of `pages`.
    """

    def __init__(self, opening: "_Opening", image: ImageFile.ImageFile, number: int, pages: int):
        self._opening, self._image = opening, image
        self.number, self.pages = number, pages

    def page(self) -> Page:
        """Return it upright, opaque, at most 1024 pixels long."""
        return self._decoded(self._image, fine=False)

    def fine_page(self) -> Page:
        """Return it at most 2048 pixels long, without decoding it again where that can be."""
        image = self._image
        if image.format in _SHRUNK:
            image = self._opening.image()
        page = self._decoded(image, fine=True)
        if self.pages == 1:
            image.close()  # its pixels may be as many as all that is made of them later
        return page

    def _decoded(self, image: ImageFile.ImageFile, *, fine: bool) -> Page:
        with self._opening.errors():
            page = _page(image, fine)
        return page._replace(number=self.number, pages=self.pages)


class _Opening(NamedTuple):
    """An open file, its name, and its first bytes."""

    file: LimitedFile
    name: str
    head: bytes

    def errors(self) -> AbstractContextManager[None]:
        """Turn what Pillow raises into a PictureError about this file."""
        return _converted_errors(self.name, self.head)

    def image(self) -> ImageFile.ImageFile:
        """Open the picture without decoding it."""
        self.file.seek(0)
        with self.errors():
            # Pillow calls only what LimitedFile has, but its types ask for every method of a file.
            return Image.open(cast("BinaryIO", self.file), formats=known_formats(self.head))


def read_scans(source: Path | BinaryIO) -> Generator[Scan, None, None]:
    """Open a picture file safely; yield its pages, each decoded only when that is asked for.

    Most files have one page; the frames of an animation are pages, too. The errors may also come
    from the methods of a page.

    Raises
    ------
    PictureError
        If the file is no picture in a known format, is broken, or is too large.
    OSError
        If the file cannot be opened.
    """
    name = source_name(source)
    with opened(source) as file:
        opening = _Opening(file, name, file.read(HEAD))
        with opening.image() as image:
            count, total = _count(image, name), 0
            for number in range(count):
                with opening.errors():
                    if number:
                        file.allow_another_page()
                        image.seek(number)
                    total += image.width * image.height
                    if number and total > _MOST_IN_ALL:
                        raise too_large(name, _MOST_IN_ALL, f"more in {count} pages")
                    check_size(image, file, name)
                yield Scan(opening, image, number + 1, count)


def read_pages(source: Path | BinaryIO) -> Generator[Page, None, None]:
    """Yield the pages of a picture file, upright, opaque, at most 1024 pixels long.

    Raises the errors of `read_scans`.
    """
    with closing(read_scans(source)) as scans:
        for scan in scans:
            yield scan.page()


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


def read_page(source: Path | BinaryIO) -> Page:
    """Read the first page of a picture file. Raises the errors of `read_scans`."""
    with closing(read_pages(source)) as pages:
        return next(pages)


def read_size(source: Path | BinaryIO) -> tuple[int, int]:
    """Return width and height as a file says them, without decoding it.

    Raises the errors of `read_scans`.
    """
    with opened(source) as file:
        opening = _Opening(file, source_name(source), file.read(HEAD))
        with opening.image() as image:
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
        raise PictureError(
            f"{name}: the picture is broken, got '{_reason(error)}'; save it again as PNG or JPEG"
        ) from error


def _reason(error: Exception) -> str:
    """Return what Pillow says is wrong. The text of other errors is about its code, or empty."""
    said = " ".join(str(error).split())[:100] if isinstance(error, _TOLD) else ""
    return said or "bytes that cannot be decoded"
