"""Any photo, scan or drawing -> 28x28 images, made the way the images of MNIST were made.

What is no handwriting is only made smaller (`read_whole`).
"""

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import BinaryIO, NamedTuple

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from mnist_cli.images import PIXELS, SIDE
from mnist_cli.pictures.arrays import Box, Ink, Pixels
from mnist_cli.pictures.centering import centered
from mnist_cli.pictures.decoding import Page, read_page, read_pages
from mnist_cli.pictures.digits import Found, find_digits, the_one
from mnist_cli.pictures.ink import contrast
from mnist_cli.pictures.plain import has_light_border, plain_image
from mnist_cli.storage.atomic import atomic_write


class Picture(NamedTuple):
    """One digit of a picture, ready for `preprocessing`, with warnings.

    `image` (784,) uint8: 0 paper, 255 ink; all 0 with the warning "no ink found" if it is blank.
    `box`: left, top, right, bottom in pixels of the upright picture, the last two exclusive.
    `steps`: uint8 arrays (h, w) or (h, w, 3) by name, in order; empty unless asked for.
    """

    image: NDArray[np.uint8]
    warnings: tuple[str, ...]
    box: Box
    steps: dict[str, Pixels]


def read_picture(source: Path | BinaryIO, *, keep_steps: bool = False) -> Picture:
    """Read one digit in a picture file: if there are several, a large one near the middle.

    Raises
    ------
    PictureError
        If the file is no picture in a known format, is broken or too large.
    OSError
        If the file cannot be opened.
    """
    with closing(read_pages(source)) as pages:
        page, ink, found = _first_with_ink(pages)
    warnings = _of_pages(page)
    if not found:
        steps = _steps(page, ink, None) if keep_steps else {}
        blank = np.zeros(PIXELS, np.uint8)
        return Picture(blank, ("no ink found", *warnings), (0, 0, *page.size), steps)
    digit, alone = the_one(found, ink.shape)
    warnings = warnings if alone else ("more than one digit", *warnings)
    return _picture(page, ink, digit, warnings, keep_steps)


def read_whole(source: Path | BinaryIO, *, keep_steps: bool = False) -> Picture:
    """Read a picture that is no handwriting: all of it, made smaller, grey and light on dark.

    Raises what `read_picture` raises.
    """
    page = read_page(source)
    image = plain_image(page.colours, invert=has_light_border(page.colours))
    steps = {"came in": _came_in(page), "28x28": image.reshape(SIDE, SIDE)} if keep_steps else {}
    warnings = () if image.any() else ("nothing but one shade found",)
    return Picture(image, warnings, (0, 0, *page.size), steps)


def read_digits(source: Path | BinaryIO, *, keep_steps: bool = False) -> list[Picture]:
    """Read every digit in a picture file, page by page and line by line; none if it is blank.

    Raises what `read_picture` raises.
    """
    return [
        _picture(page, ink, digit, (), keep_steps)
        for page, ink, found in map(_find, read_pages(source))
        for digit in found
    ]


def save_steps(picture: Picture, folder: Path, stem: str) -> list[Path]:
    """Write each step as a PNG, `stem-1-came-in.png` and so on; return the paths.

    A file that has such a name is replaced. Raises OSError if a file cannot be written.
    """
    paths = []
    for number, (name, pixels) in enumerate(picture.steps.items(), start=1):
        paths.append(folder / f"{stem}-{number}-{name.replace(' ', '-')}.png")
        with atomic_write(paths[-1], durable=False) as file:  # 30 ms less; steps are made again
            Image.fromarray(pixels).save(file, "PNG")
    return paths


def _find(page: Page) -> tuple[Page, Ink, list[Found]]:
    """Return the page, its ink and the digits in it."""
    result = contrast(page.colours)
    return page, result.ink, find_digits(result)


def _first_with_ink(pages: Iterator[Page]) -> tuple[Page, Ink, list[Found]]:
    """Return the first page that has digits, or the first page if none has."""
    first = _find(next(pages))
    if first[2]:
        return first
    return next((later for later in map(_find, pages) if later[2]), first)


def _of_pages(page: Page) -> tuple[str, ...]:
    """Return a word about the other pages of a file, if there are some."""
    if page.pages == 1:
        return ()
    return (f"page {page.number} of {page.pages}; --many reads all",)


def _picture(
    page: Page, ink: Ink, digit: Found, warnings: tuple[str, ...], keep_steps: bool
) -> Picture:
    """Return one digit as an image, its box in pixels of the whole picture."""
    if digit.is_faint:
        warnings = (*warnings, "low contrast")
    left, top, right, bottom = (round(side * page.scale) for side in digit.box)
    box = (left, top, min(right, page.size[0]), min(bottom, page.size[1]))
    steps = _steps(page, ink, digit) if keep_steps else {}
    return Picture(centered(digit.ink), warnings, box, steps)


def _steps(page: Page, ink: Ink, digit: Found | None) -> dict[str, Pixels]:
    """Return the steps from the picture to the image, as pictures."""
    found, image = np.zeros(ink.shape, np.uint8), np.zeros((SIDE, SIDE), np.uint8)
    if digit is not None:
        left, top, right, bottom = digit.box
        found[top:bottom, left:right] = digit.ink
        image = centered(digit.ink).reshape(SIDE, SIDE)
    return {
        "came in": _came_in(page),
        "background removed": np.clip(255 - ink, 0, 255).astype(np.uint8),
        "ink found": found,
        "28x28": image,
    }


def _came_in(page: Page) -> Pixels:
    return page.colours.squeeze(2) if page.colours.shape[2] == 1 else page.colours
