"""A picture of anything -> 28x28: only made smaller, grey, and light on dark.

Garments, signs and photos of things are read in this way, where handwriting is cut out and centred.
"""

from collections.abc import Iterable
from pathlib import Path
from typing import BinaryIO

import numpy as np
from numpy.typing import NDArray

from mnist_cli.images import PIXELS, SIDE
from mnist_cli.pictures.arrays import Ink, Pixels
from mnist_cli.pictures.decoding import read_page, read_size
from mnist_cli.pictures.resizing import resized

LUMINANCE = np.array([0.299, 0.587, 0.114], np.float32)  # ITU-R BT.601, as Pillow's mode L


def read_plain(source: Path | BinaryIO, *, invert: bool | None = None) -> NDArray[np.uint8]:
    """Read a picture as (784,) uint8; inverted if its border is light, or as `invert` says.

    Raises the errors of `read_page`.
    """
    colours = read_page(source).colours
    return plain_image(colours, invert=has_light_border(colours) if invert is None else invert)


def plain_image(colours: Pixels, *, invert: bool) -> NDArray[np.uint8]:
    """Fit a picture (h, w, 1 or 3) into 28x28, in the middle; returns (784,) uint8."""
    grey = _grey(colours)
    grey = 255 - grey if invert else grey
    height, width = (max(1, round(side * SIDE / max(grey.shape))) for side in grey.shape)
    image = np.zeros((SIDE, SIDE), np.float32)
    top, left = (SIDE - height) // 2, (SIDE - width) // 2
    image[top : top + height, left : left + width] = resized(grey, height, width)
    return np.rint(image).astype(np.uint8).reshape(PIXELS)


def has_light_border(colours: Pixels) -> bool:
    """Whether the ground of a picture (h, w, 1 or 3) is light.

    Most of its outermost pixels are, and all four corners: a garment may fill the border, but
    seldom the corners.
    """
    grey = _grey(colours)
    border = np.concatenate([grey[0], grey[-1], grey[:, 0], grey[:, -1]])
    corners = grey[[0, 0, -1, -1], [0, -1, 0, -1]]
    return min(float(np.median(border)), float(corners.min())) > 127.5


def is_ready(source: Path) -> bool:
    """Whether a picture is 28x28 already. Raises the errors of `read_page`."""
    return read_size(source) == (SIDE, SIDE)


def mostly_light(sources: Iterable[Path]) -> bool:
    """Whether most pictures have a light border: one garment may fill its border, most do not.

    Raises the errors of `read_page`.
    """
    light = [has_light_border(read_page(source).colours) for source in sources]
    return 2 * sum(light) > len(light)


def _grey(colours: Pixels) -> Ink:
    if colours.shape[2] == 1:
        return colours[:, :, 0].astype(np.float32)
    grey: Ink = colours.astype(np.float32) @ LUMINANCE
    return grey
