"""An opened picture -> its pixels: 8 bits per channel, at most 1024 pixels long, or a strip.

Pillow decodes and converts. A large picture is converted in bands, to save memory.
"""

import math
from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageFile

from mnist_cli.pictures.arrays import Pixels

# Digits are searched in a picture of so many pixels along its longer side or, if it is a long strip
# and they would become too small, in one of this area.
_WORKING_SIDE = 1024
_WORKING_AREA = 1024 * 768
_FINER = 2  # times as long is a page whose digits would become too small
_BAND_PIXELS = 1 << 20  # converted at a time


def decoded(image: ImageFile.ImageFile, *, fine: bool = False) -> Pixels:
    """Return pixels (h, w) or (h, w, 2, 3 or 4), transparency last, shrunk by a whole number.

    `fine`: up to twice as long. Raises whatever Pillow raises for a broken file, and OSError
    where a palette is missing.
    """
    step = _step(image, fine)
    if step > 1:
        image.draft(image.mode, (max(1, image.width // step), max(1, image.height // step)))
    image.load()
    if image.mode == "P" and image.palette is None:
        raise OSError("colours by number, without the palette that says which")
    step = _step(image, fine)  # after the draft, a JPEG is smaller
    mode, ends = _target_mode(image), _range(image)
    if step == 1:
        return np.asarray(_with_8_bits(image, mode, ends))
    if image.mode == mode:
        return np.asarray(image.reduce(step))
    rows = step * max(1, _BAND_PIXELS // (image.width * step))
    bands = (_with_8_bits(band, mode, ends).reduce(step) for band in _bands(image, rows))
    return np.concatenate([np.asarray(band) for band in bands])


def _step(image: Image.Image, fine: bool) -> int:
    """Return how many pixels along a side become one."""
    finer = _FINER if fine else 1
    by_area = math.ceil(math.sqrt(image.width * image.height / _WORKING_AREA) / finer)
    return min(by_area, -(-max(image.size) // (finer * _WORKING_SIDE)))


def _bands(image: Image.Image, rows: int) -> Iterator[Image.Image]:
    """Cut a picture into bands of so many rows; the last one may have fewer."""
    for top in range(0, image.height, rows):
        yield image.crop((0, top, image.width, min(top + rows, image.height)))


def _target_mode(image: Image.Image) -> str:
    """Return the Pillow mode, with 8 bits per channel, that loses nothing that matters."""
    if image.has_transparency_data:
        return "LA" if image.mode in ("L", "LA", "1") else "RGBA"
    return "L" if image.mode in ("1", "L") else "RGB"


class _Range(NamedTuple):
    """The values of black and white."""

    black: float
    white: float


def _range(image: Image.Image) -> _Range | None:
    """Return the values of black and white if pixels have more than 8 bits, else None.

    The files do not say them: cameras write 12 bits in 16, programs write 0 to 1 in floating
    point. With negative values, as in data that were normalised, they are the smallest and largest.
    """
    if image.mode not in ("I", "F") and not image.mode.startswith("I;16"):
        return None
    bands = (_finite(band) for band in _bands(image, max(1, _BAND_PIXELS // image.width)))
    ends = np.array([(band.min(), band.max()) for band in bands])
    darkest, brightest = float(ends[:, 0].min()), float(ends[:, 1].max())
    if darkest < min(0.0, brightest):
        return _Range(darkest, brightest)
    white = next((s for s in (1.0, 255.0, 4095.0, 65535.0) if brightest <= s), brightest)
    return _Range(0.0, white)


def _finite(band: Image.Image) -> NDArray[np.float32]:
    """Return the pixels as numbers; NaN and infinity become 0."""
    return np.nan_to_num(np.asarray(band).astype(np.float32), posinf=0.0, neginf=0.0)


def _with_8_bits(band: Image.Image, mode: str, ends: _Range | None) -> Image.Image:
    """Convert to a mode of 8 bits per channel; `ends` as `_range` returns them."""
    if ends is not None:
        scale = 255 / (ends.white - ends.black)  # first, as the difference may overflow
        values = _finite(band) * np.float32(scale) - np.float32(ends.black * scale)
        return Image.fromarray(np.clip(values, 0, 255).astype(np.uint8))
    return band if band.mode == mode else band.convert(mode)
