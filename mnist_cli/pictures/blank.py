"""Ink or paper: what speaks for a digit, and what for a shadow, a fold, a stain, dirt or grain.

One number decides about a mark in a photo or scan: the log odds that it is a digit. They are a sum
of what can be seen of the mark, each times a weight (logistic regression). The weights were fitted
on drawn pages, empty and written, by `python benchmarks/blank.py --count 300`.
"""

from typing import NamedTuple

import numpy as np

from mnist_cli.pictures.arrays import Box, Ink, Mask
from mnist_cli.pictures.components import spread
from mnist_cli.pictures.resizing import mask_stroke_width
from mnist_cli.pictures.separators import is_straight

_LARGE = 0.4  # of the picture's shorter side; a larger mark is no likelier a digit
_WHOLE = 0.7  # of both sides of a picture that was cut out at its digit
_LIES = 1.5  # width over height
_AROUND = 0.15  # of a mark's length; the paper that it is compared with
CLEAR = 7.5  # log odds; where they are higher, all marks are as good as sure
_PALE = 66.0  # of 255; shadows and folds are mostly weaker, ink mostly stronger
_WEAK = 1.25  # times the faintest ink; a weaker mark may be grain
_GRAIN, _SPECK = 16, 0.08  # pixels, of the picture's longest side; a pale mark is larger
_STEEP = 0.8  # width over height; a 1 stands steeper
_STRAIGHT = 0.03  # variance across a hair over that along it
_LITTLE = 0.3  # of the picture's shorter side; digits are mostly larger, dirt is not


class Seen(NamedTuple):
    """What is seen of a mark.

    `size`: log of its longest side over the picture's shorter one, at most `_LARGEST`. `contrast`:
    log of how much darker it is than the paper around it, of 255. `strokes`: log of the length of
    its strokes over its longest side. `sides`: how many sides of the picture it touches, 0 if it is
    as large as the picture. `lies`: 1 if it is wider than high. `marks`: log of the number of marks
    that were found together.
    """

    size: float
    contrast: float
    strokes: float
    sides: float
    lies: float
    marks: float


_LARGEST = float(np.log(_LARGE))
_WEIGHTS = Seen(1.20, 2.85, 1.37, -2.35, -2.00, -1.42)
_CONSTANT = -9.45 + 0.5  # so that few digits are lost for few empty pages with one
STRANGE = 4.08  # less, if a network finds the mark unlike any digit


def odds(seen: Seen) -> float:
    """Return the log odds that a mark is a digit, at most `CLEAR`; a network has its word, too."""
    total = sum(weight * value for weight, value in zip(_WEIGHTS, seen, strict=True))
    return min(_CONSTANT + total, CLEAR)


def is_paper(seen: Seen) -> bool:
    """Whether a mark is no digit, however large digits are: on a page of many they are small."""
    return odds(seen._replace(size=_LARGEST)) <= 0


def look_at(ink: Ink, mask: Mask, box: Box, shape: tuple[int, ...], marks: int) -> Seen:
    """Return what is seen of one of some marks in a picture (h, w).

    `ink` and `mask`, which is set where the mark is, are cut out of the picture as `near` says.
    """
    left, top, right, bottom = box
    wide, high = right - left, bottom - top
    length, (height, width) = max(wide, high), shape
    whole = min(wide / width, high / height) >= _WHOLE
    touched = (left <= 0) + (top <= 0) + (right >= width) + (bottom >= height)
    strokes = float(mask.sum()) / max(mask_stroke_width(mask), 1.0)
    return Seen(
        min(float(np.log(length / min(height, width))), _LARGEST),
        float(np.log(max(_contrast(ink, mask, _margin(box)), 1.0))),
        float(np.log(max(strokes, 1.0) / length)),
        0.0 if whole else float(touched),
        float(wide > _LIES * high),
        float(np.log(marks)),
    )


def near(box: Box) -> tuple[slice, slice]:
    """Return where a mark and the paper around it are in a picture: its rows and columns."""
    left, top, right, bottom = box
    margin = _margin(box)
    rows = slice(max(0, top - margin), bottom + margin)
    return rows, slice(max(0, left - margin), right + margin)


def _margin(box: Box) -> int:
    return max(3, round(_AROUND * max(box[2] - box[0], box[3] - box[1])))


def _contrast(ink: Ink, mask: Mask, margin: int) -> float:
    """Return how much more ink (h, w) a mark has than the paper around it has, by their medians."""
    paper = ink[~spread(mask, 1 + margin // 8)]
    return float(np.median(ink[mask])) - float(np.median(paper) if paper.size else 0.0)


def may_be_paper(box: Box, strength: float, floor: float, shape: tuple[int, ...]) -> bool:
    """Whether a line of digits in a photo (h, w) is ink only if it looks like digits.

    It is small, at the edge of the picture, pale, or hardly stronger than the paper.
    """
    return is_small(box, shape) or is_cut(box, shape) or strength < max(_PALE, _WEAK * floor)


def is_grain(box: Box, strength: float, shape: tuple[int, ...]) -> bool:
    """Whether a mark on a page (h, w) of many digits is smaller than they are, and pale."""
    length = max(box[2] - box[0], box[3] - box[1])
    return strength < _PALE and length <= max(_GRAIN, _SPECK * max(shape))


def is_hair(mask: Mask, box: Box, shape: tuple[int, ...]) -> bool:
    """Whether a mark is small and a straight stroke that lies or is cut off: a staple, an edge."""
    lies = box[2] - box[0] > _STEEP * (box[3] - box[1]) or is_cut(box, shape)
    return lies and is_small(box, shape) and is_straight(mask, _STRAIGHT)


def is_small(box: Box, shape: tuple[int, ...]) -> bool:
    """Whether a mark is smaller than most digits in a picture (h, w) of one."""
    return max(box[2] - box[0], box[3] - box[1]) < _LITTLE * min(shape)


def is_cut(box: Box, shape: tuple[int, ...]) -> bool:
    """Whether a mark touches the edge of the picture (h, w)."""
    return min(box[0], box[1]) <= 0 or box[2] >= shape[1] or box[3] >= shape[0]
