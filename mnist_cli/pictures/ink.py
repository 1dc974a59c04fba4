"""Ink: how dark each pixel is, compared with the paper around it."""

from typing import NamedTuple

import numpy as np
from PIL import Image

from mnist_cli.pictures.arrays import Box, Ink, Mask, Pixels
from mnist_cli.pictures.closing import closing
from mnist_cli.pictures.components import inked_box
from mnist_cli.pictures.desks import find_page
from mnist_cli.pictures.grounds import (
    cut_ink,
    even_ground,
    even_ink,
    has_light_ground,
    lightness,
    two_tones,
)
from mnist_cli.pictures.tiles import find_tiles

_DARKEST_PAPER = 48  # of 255; dividing by a darker paper would only strengthen noise
_WEAKEST = 14.0  # of 255; what differs less from the paper is no ink
_WEAKEST_DRAWN = 6.0  # the same on a ground of exactly one colour
_PATTERN = 20.0  # of 255; noise of paper with a pattern, which is averaged away
_DEEPEST = 3  # tiles in one another: a screenshot, a plot in it, an image in that
_FULL = 0.2  # share of the picture; with less ink there is paper enough around it
_TWO_TONES = 0.81  # of the variance that two tones explain; noise of all greys explains 0.69 to 0.8
_BLACK = 66.0  # of 255; shadows are mostly weaker
_LIGHT_PAGE = 100.0  # of 255; a page lighter than its table and than this has dark ink
_MOST = 0.5  # of the picture; so much is the ground, and no writing
_NARROW = 13  # of 48 pixels; strokes are narrower
_SMOOTHABLE = 40  # pixels; strokes of a smaller picture would go, too


class Contrast(NamedTuple):
    """What `contrast` returns.

    `ink` (h, w) float32: 0 paper to 255 black ink on white paper. `noise`: the standard deviation
    of that on paper. `is_drawn`: the ground has exactly one colour. `is_cut`: the picture was cut
    out at the digit's edges, so ink along them is no margin. `page`: the box around a page on a
    darker table; there is no ink outside.
    """

    ink: Ink
    noise: float
    is_drawn: bool = False
    is_cut: bool = False
    page: Box | None = None

    @property
    def weakest(self) -> float:
        """What differs less from the paper, of 255, is no ink."""
        return _WEAKEST_DRAWN if self.is_drawn else _WEAKEST

    @property
    def faint(self) -> float:
        """What differs less from the paper, of 255, is no printed line: lines may be pale."""
        return max(self.weakest, 2.5 * self.noise)

    @property
    def floor(self) -> float:
        """What differs less from the paper, of 255, may be its noise."""
        return max(self.weakest, 4 * self.noise)

    @property
    def of_page(self) -> "Contrast":
        """The same without the table around the page."""
        left, top, right, bottom = self.page or (0, 0, *self.ink.shape[::-1])
        return self._replace(ink=self.ink[top:bottom, left:right], page=None)

    @property
    def is_photo(self) -> bool:
        """Whether the paper had to be estimated, so that it may look like ink."""
        return not self.is_drawn and not self.is_cut


def contrast(colours: Pixels, depth: int = 0) -> Contrast:
    """Remove the paper from a picture, even if it is unevenly lit, coloured or black.

    Parameters
    ----------
    colours : (h, w, c) uint8, c = 1 or 3
    depth : in how many tiles it lies; in the innermost ones no others are looked for
    """
    ground = even_ground(colours)
    if ground is None:
        page = find_page(colours)
        if page is not None:
            return _on_table(colours, page)
        cut = cut_ink(colours)
        if cut is not None:
            return Contrast(*cut, is_cut=True)
    elif depth < _DEEPEST and (tiles := find_tiles(colours, ground)):
        return _tiled(colours, tiles, depth + 1)
    even = even_ink(colours, ground)
    return _without_paper(colours) if even is None else Contrast(even, 0.0, is_drawn=True)


def _tiled(colours: Pixels, tiles: list[Box], depth: int) -> Contrast:
    """Return the ink inside the tiles; there is none on the page around them."""
    ink = np.zeros(colours.shape[:2], np.float32)
    insides = [
        contrast(colours[top:bottom, left:right], depth) for left, top, right, bottom in tiles
    ]
    for (left, top, right, bottom), inside in zip(tiles, insides, strict=True):
        ink[top:bottom, left:right] = inside.ink
    noise = max(inside.noise for inside in insides)
    is_drawn = all(inside.is_drawn for inside in insides)
    return Contrast(ink, noise, is_drawn, is_cut=any(inside.is_cut for inside in insides))


def _on_table(colours: Pixels, page: Mask) -> Contrast:
    """Return the ink on a page (h, w); there is none on the table around it."""
    left, top, right, bottom = box = inked_box(page)
    part = slice(top, bottom), slice(left, right)
    inside = _without_paper(colours[part], page[part])
    ink = np.zeros(page.shape, np.float32)
    ink[part] = inside.ink
    return Contrast(ink, inside.noise, page=box)


def _without_paper(colours: Pixels, page: Mask | None = None) -> Contrast:
    """Remove the paper of a photo or scan; what is not on the `page` (h, w) is not looked at."""
    is_light_page = page is not None and np.median(colours[page]) >= _LIGHT_PAGE
    if not is_light_page and is_light_on_dark(_filled(colours, page)):
        colours = 255 - colours
    if min(colours.shape[:2]) > 200:
        return _compared(_smoothed(colours), page)
    result = _compared(colours, page)
    is_patterned = result.noise > _PATTERN and min(colours.shape[:2]) >= _SMOOTHABLE
    return _compared(_smoothed(colours), page) if is_patterned else result


def _filled(colours: Pixels, page: Mask | None) -> Pixels:
    """Return a picture (h, w, c) with the usual colour of the page all around that."""
    if page is None:
        return colours
    usual = np.median(colours[page], axis=0).astype(np.uint8)
    return np.where(page[:, :, None], colours, usual)


def _compared(colours: Pixels, page: Mask | None = None) -> Contrast:
    """Compare dark ink with the paper around it."""
    height, width = colours.shape[:2]
    # A stroke is narrower than a third of its digit, and that is no higher than the picture.
    paper = closing(colours, max(11, min(height // 3, max(height, width) // 4)), page)
    lost = paper.astype(np.float32) - colours
    lost *= 255 / np.maximum(paper, _DARKEST_PAPER)
    if page is not None:
        lost[~page] = 0
    ink = _along_ink_colour(lost)
    some = ink[::2, ::2]
    bare = _bare(some if page is None else some[page[::2, ::2]])
    level = np.float32(np.median(bare))
    noise = 1.4826 * float(np.median(np.abs(bare - level)))
    return Contrast(np.maximum(ink - level, 0), noise)


def _bare(ink: Ink) -> Ink:
    """Return those of the values of ink that are of paper.

    Mostly all will do, as most of a picture is paper. In one full of ink only the lighter of its
    two tones is, if the other is no shadow.
    """
    split, explained = two_tones(np.clip(ink, 0, 255))
    dark = ink > split
    is_full = explained >= _TWO_TONES and float(dark.mean()) >= _FULL
    return ink[~dark] if is_full and float(np.median(ink[dark])) >= _BLACK else ink


def is_light_on_dark(colours: Pixels) -> bool:
    """Whether the few pixels that differ from their surroundings are lighter than these.

    Only what is narrow counts: the corner of a page on a table differs, too.

    Never where most of the picture has one light colour: that is paper, however many lines a form
    has. Nor where the lighter of two clear tones covers most of it: the other is a shadow.
    """
    if has_light_ground(colours):
        return False
    grey = lightness(colours)
    split, explained = two_tones(grey)
    if explained >= _TWO_TONES and (grey > split).mean() > _MOST:
        return False
    step = -(-round(grey.size**0.5) // 48)  # of a strip the strokes would go with fewer pixels
    small = np.asarray(Image.fromarray(grey).reduce(step))
    difference = small - _local_median(small, 21)
    level = np.rint(small).astype(np.uint8)[:, :, None]
    dark, light = (closing(side, _NARROW)[:, :, 0] - side[:, :, 0] for side in (level, 255 - level))
    difference = np.clip(difference, -dark.astype(np.float32), light)
    return float((difference**3).sum()) > 0  # cubed: strong strokes count more than weak texture


def _local_median(image: Ink, size: int) -> Ink:
    """Return the median of the square around each pixel."""
    half = size // 2
    padded = np.pad(image, half, mode="symmetric")
    windows = np.lib.stride_tricks.sliding_window_view(padded, (size, size))
    flat = windows[:, :, ::2, ::2].reshape(*image.shape, -1)
    middle = flat.shape[2] // 2
    medians: Ink = np.partition(flat, middle, axis=2)[:, :, middle]
    return medians


def _smoothed(colours: Pixels) -> Pixels:
    """Average 3x3 pixels: otherwise the noise of paper and camera makes the paper look lighter."""
    wide = np.pad(colours, ((1, 1), (1, 1), (0, 0)), mode="edge").astype(np.uint16)
    rows = wide[:-2] + wide[1:-1] + wide[2:]
    sums = rows[:, :-2] + rows[:, 1:-1] + rows[:, 2:]
    smooth: Pixels = ((sums + 4) // 9).astype(np.uint8)
    return smooth


def _along_ink_colour(lost: Ink) -> Ink:
    """Combine red, green and blue (h, w, 3), weighted by how much of each the ink absorbs.

    Blue ink absorbs no blue light, so it shows in the other channels only. The weights are the
    mean of the strongest differences from the paper.
    """
    if lost.shape[2] == 1:
        return lost[:, :, 0]
    sample = lost[::2, ::2].reshape(-1, 3)
    strength = sample.sum(1)
    strong = sample[strength >= 0.5 * strength.max(initial=0)]
    weights = np.maximum(strong.mean(0), 0) + 1e-3
    ink: Ink = lost @ (weights / weights.sum())
    return ink
