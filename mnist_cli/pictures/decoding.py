"""A picture file of a stranger -> its pixels, upright, opaque and small enough to work with.

Formats from a short list, no more pixels than fit the memory, every way of being broken one
`PictureError`.
"""

import logging
import warnings
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from pathlib import Path
from typing import BinaryIO, NamedTuple, cast

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageFile, UnidentifiedImageError

from mnist_cli.errors import PictureError
from mnist_cli.pictures.files import (
    FrugalFile,
    exif_orientation,
    opened,
    silent_standard_error,
    source_name,
)
from mnist_cli.pictures.ink import Pixels
from mnist_cli.pictures.paper import opaque, split, upright

# Pillow also logs what it then raises; without a handler Python prints that on standard error.
logging.getLogger("PIL").addHandler(logging.NullHandler())

_FORMATS = ("PNG", "JPEG", "BMP", "GIF", "WEBP", "TIFF")
MOST_PIXELS = 50_000_000
# Where a reader keeps two or three copies of the picture, fewer fit into 300 MB.
_MOST_PIXELS_IN = {"TIFF": 25_000_000, "WEBP": 14_000_000}
_MOST_BYTES = 110_000_000  # of pixels as the file holds them: unpacking more takes over 2 s
_MOST_PROGRESSIVE = 25_000_000  # a progressive JPEG is kept as 16-bit coefficients
_MOST_SCANNED = 12 * _MOST_PROGRESSIVE  # pixels times passes over a JPEG; ten passes are usual
# A JPEG's start-of-scan marker, its length and its number of components, 1 to 4. The marker alone
# also occurs by chance in the video that some phones hang on.
_STARTS_OF_SCAN = tuple(bytes((0xFF, 0xDA, 0, 6 + 2 * n, n)) for n in (1, 2, 3, 4))
_WORKING_SIDE = 1024  # longest side that digits are looked for in; they need 20 pixels
_BAND_PIXELS = 1 << 20  # converted at a time


class Page(NamedTuple):
    """An upright picture (h, w, 1 or 3) without transparency, `scale` times smaller than it was."""

    colours: Pixels
    scale: float
    size: tuple[int, int]  # width and height that it had


def read_page(source: Path | BinaryIO) -> Page:
    """Open a picture file safely; make it upright, opaque and at most 1024 pixels long.

    Raises what `read_picture` raises.
    """
    name = source_name(source)
    with opened(source) as file, _converted_errors(name), _image(file) as image:
        _check_size(image, file, name)
        size = image.size
        is_tiff = image.format == "TIFF"
        with silent_standard_error() if is_tiff else nullcontext():
            pixels = _decoded(image)
        # Pillow turns TIFF files itself. The others' EXIF block may stand at the end.
        exif = None if is_tiff else image.info.get("exif")
    colours, alpha = split(pixels)
    # A PNG's text, too, may call itself exif.
    turn = exif_orientation(exif) if isinstance(exif, bytes) else 1
    scale = max(size) / max(colours.shape[:2])
    if alpha is not None:
        colours = opaque(colours, alpha)
    return Page(upright(colours, turn), scale, size if turn < 5 else size[::-1])


def _image(file: FrugalFile) -> ImageFile.ImageFile:
    """Open a picture without decoding it."""
    # Pillow only reads, seeks and tells, but its types ask for a whole file.
    return Image.open(cast("BinaryIO", file), formats=_FORMATS)


@contextmanager
def _converted_errors(name: str) -> Iterator[None]:
    """Turn everything that Pillow raises on a broken file into one line; silence its warnings."""
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
    # Pillow has no error of its own for broken files: its readers let out whatever the bytes of a
    # stranger make them stumble over, even AssertionError, and any list of kinds has gaps. What
    # is done with the pixels afterwards stands outside and keeps its traceback.
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
    """Return how many pixels are decoded in time and in memory, given format and depth."""
    if image.info.get("progressive"):
        return _MOST_PROGRESSIVE
    if image.format in ("JPEG", "MPO"):
        return MOST_PIXELS  # shrunk while it is decoded
    depth = 2 if ";16" in str(image.tile) else 1
    most = _MOST_PIXELS_IN.get(image.format or "", MOST_PIXELS)
    return min(most, _MOST_BYTES // (depth * len(image.getbands())))


def _check_size(image: ImageFile.ImageFile, file: FrugalFile, name: str) -> None:
    """Refuse a picture that would not decode within the limits of memory and time."""
    pixels = image.width * image.height
    most = _most_pixels(image)
    if pixels > most:
        raise _too_large(name, most, f"{pixels / 1e6:.1f}")
    scans = file.count(_STARTS_OF_SCAN) if image.format in ("JPEG", "MPO") else 1
    if scans > 1 and pixels * scans > _MOST_SCANNED:
        raise PictureError(f"{name}: a JPEG must have few scans, got {scans}; save it again")


def _decoded(image: ImageFile.ImageFile) -> Pixels:
    """Return pixels (h, w) or (h, w, 2, 3 or 4), transparency last, shrunk."""
    step = -(-max(image.size) // _WORKING_SIDE)
    if step > 1:
        image.draft(image.mode, (max(1, image.width // step), max(1, image.height // step)))
    image.load()
    step = -(-max(image.size) // _WORKING_SIDE)
    mode, full = _target_mode(image), _full_scale(image)
    rows = max(1, _BAND_PIXELS // (image.width * step)) * step if step > 1 else image.height
    bands = []
    for top in range(0, image.height, rows):
        bottom = min(top + rows, image.height)
        band = image.crop((0, top, image.width, bottom)) if step > 1 else image
        band = _flat(band, full) if full else band.convert(mode) if band.mode != mode else band
        bands.append(np.asarray(band.reduce(step) if step > 1 else band))
    return np.concatenate(bands) if len(bands) > 1 else bands[0]


def _target_mode(image: Image.Image) -> str:
    """Return the Pillow mode, of 8 bits, that loses nothing that matters."""
    if image.has_transparency_data:
        return "LA" if image.mode in ("L", "LA", "1") else "RGBA"
    return "L" if image.mode in ("1", "L") else "RGB"


def _full_scale(image: Image.Image) -> float:
    """Return which value means white where pixels have more than 8 bits; 0 where they have 8.

    The files do not say it: cameras write 12 bits in 16, programs 0 to 1 in floating point.
    """
    if image.mode not in ("I", "F") and not image.mode.startswith("I;16"):
        return 0.0
    rows = max(1, _BAND_PIXELS // image.width)
    boxes = (
        (0, top, image.width, min(top + rows, image.height)) for top in range(0, image.height, rows)
    )
    brightest = max(float(_finite(image.crop(box)).max()) for box in boxes)
    return next((s for s in (1.0, 255.0, 4095.0, 65535.0) if brightest <= s), brightest)


def _finite(band: Image.Image) -> NDArray[np.float32]:
    """Return the pixels as numbers, 0 where they are none."""
    return np.nan_to_num(np.asarray(band).astype(np.float32), posinf=0.0, neginf=0.0)


def _flat(band: Image.Image, full: float) -> Image.Image:
    """Bring 16 and 32 bits per pixel down to 8."""
    values = _finite(band) * np.float32(255 / full)
    return Image.fromarray(np.clip(values, 0, 255).astype(np.uint8))
