"""Pictures as programs make them: ink on a ground of one colour, or cut out at the digit's edges.

Nothing has to be estimated here: how far a colour is from that of the ground is the ink.
"""

import functools
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from mnist_cli.pictures.arrays import Ink, Mask, Pixels
from mnist_cli.pictures.components import connected_components

Colour = NDArray[np.uint8]  # (c,)
_SAME = 12  # of 255; colours that differ by less are one, also after JPEG
_EDGE_SHARE = 0.99  # of the picture's edge that has the colour of the ground
_SMALL = 64  # longest side of a picture that is drawn or cut out, not photographed
_USUAL = 0.1  # share of the ink that has one colour, where ink is not blurred
TWO_TONE = 0.68  # of the variance that two greys explain (MNIST digits: 0.7 and more)
_DARK = 0.45  # ink by paper, at most: darker than any shadow
_DARK_MODE = 100.0  # of 255; light paper is lighter than the ground of a dark screen
_EVEN = 6.0  # of 255; median deviation in a ground of one colour
_INK = 0.2  # share of the picture; with less ink there is paper enough around it
_MOST_INK = 0.75  # share of the picture; only a narrow 1 fills more
_MOST_BOLD = 0.82  # the same of a bold 0 or 8 in two clear tones
_CLEAR_TONES = 0.92  # of the variance that two greys explain; shadows explain less
_THICKEST = 0.32  # of the longer side; strokes are thinner, shadows and tables are not
_NARROW = 2.0  # height by width of a 1, whose paper is hardly more than the blurred edges
_RING = 0.05  # of a picture's shorter side; the frame around its paper is thinner
_RINGED = 0.7  # of each side that has paper so near
_SPECK = 0.03  # of the largest component
_PIECE, _MOST_PIECES = 0.002, (3, 8)  # of the picture; the pieces of a digit, and of its paper


class Cut(NamedTuple):
    """A picture cut out at the edges of its digit: `ink` (h, w), and its `noise` on the ground."""

    ink: Ink
    noise: float


def ring(pixels: Pixels) -> Pixels:
    """Return the pixels (n, c) along the four edges of a picture (h, w, c)."""
    return np.concatenate([pixels[0], pixels[-1], pixels[:, 0], pixels[:, -1]])


def even_ground(colours: Pixels) -> Colour | None:
    """Return the colour (c,) all along the edges of a picture (h, w, c), None if there are more."""
    edge = ring(colours)
    ground = most_common(edge[None])
    is_exact = (edge == ground).all(1).mean() >= 0.5
    return ground if is_exact and _is_near(edge, ground).mean() >= _EDGE_SHARE else None


def _is_near(colours: Pixels, ground: Colour) -> Mask:
    return np.asarray(distance(colours, ground) < _SAME)


def distance(colours: Pixels, ground: Colour) -> Pixels:
    """Return how far each colour (..., c) is from the ground (c,): the largest channel, of 255."""
    # Channel by channel: reductions over so short an axis take ten times as long.
    channels = [
        np.maximum(colours[..., i], level) - np.minimum(colours[..., i], level)
        for i, level in enumerate(ground)
    ]
    return functools.reduce(np.maximum, channels)


def lightness(colours: Pixels) -> Ink:
    """Return the mean of the channels of each colour (h, w, c)."""
    first, *others = colours.transpose(2, 0, 1)
    mean: Ink = sum(others, first.astype(np.float32)) / np.float32(1 + len(others))
    return mean


def even_ink(colours: Pixels, ground: Colour | None) -> Ink | None:
    """Return the ink of a digit on a ground of one colour, None if there is no such ground.

    `ground` is the colour along the edges. In a small picture ink may touch the edges.
    """
    if ground is None and max(colours.shape[:2]) <= _SMALL:
        ground = most_common(colours)
    if ground is None or 2 * _is_near(colours, ground).mean() < 1:
        return None
    apart = distance(colours, ground).astype(np.float32)
    if colours.shape[2] > 1:
        apart = np.minimum(apart, _full_ink(colours, apart))
    return apart * np.float32(255 / max(ground.max(), 255 - ground.min()))


def _full_ink(colours: Pixels, apart: Ink) -> np.float32:
    """Return how far the usual ink is from the ground; 255 if no colour is usual.

    In a colour map such as jet the soft edges of a stroke may be further from the ground than its
    middle.
    """
    ink = apart >= _SAME
    if not ink.any():
        return np.float32(255)
    full = most_common(colours[ink][None])
    same = (colours == full).all(2)
    is_usual = np.count_nonzero(same) >= _USUAL * np.count_nonzero(ink)
    return np.float32(apart[same].max() if is_usual else 255)


def most_common(colours: Pixels) -> Colour:
    """Return the colour (c,) that most pixels have."""
    if colours.shape[2] == 1:
        return np.array([np.bincount(colours.ravel()).argmax()], np.uint8)
    powers = 256 ** np.arange(colours.shape[2], dtype=np.int32)
    packed = colours.astype(np.int32) @ powers  # one number for each colour
    found, counts = np.unique(packed, return_counts=True)
    return np.asarray(found[counts.argmax()] // powers % 256, np.uint8)


def has_light_ground(colours: Pixels) -> bool:
    """Whether most of a picture (h, w, c) has one light colour, lighter than its mean."""
    channels = colours.transpose(2, 0, 1)
    # The only colour that most pixels can have is made of the commonest value of each channel.
    ground = np.array([np.bincount(values.ravel()).argmax() for values in channels], np.uint8)
    same = np.count_nonzero(distance(colours, ground) == 0)
    is_most = 2 * same * len(ground) > colours.size
    return bool(is_most and ground.mean() > max(float(colours.mean()), _DARK_MODE))


def cut_ink(colours: Pixels) -> Cut | None:
    """Return the ink of a digit in two tones that reaches to the edges, None for other pictures."""
    grey = lightness(colours)
    split, explained = two_tones(grey)
    dark = grey <= split
    is_narrow = grey.shape[0] > _NARROW * grey.shape[1]
    share = float(dark.mean())
    most = _MOST_BOLD if explained >= _CLEAR_TONES else _MOST_INK
    is_usual = is_narrow or 1 - most <= share <= most
    if explained < TWO_TONE or dark.all() or not is_usual:
        return None
    if not _is_stroke(dark, ~dark):
        if _is_ringed(~dark):
            return None
        grey, dark = 255 - grey, ~dark
    if not _is_cut(dark) or not (is_narrow or (_is_thin(dark) and dark.mean() <= most)):
        return None
    paper = float(np.percentile(grey[~dark], 90))
    spread = float(np.median(np.abs(grey[~dark] - np.median(grey[~dark]))))
    if np.median(grey[dark]) > _DARK * paper or (spread > _EVEN and not is_narrow):
        return None
    scale = np.float32(255 / max(paper, 255 - paper))
    return Cut(np.maximum(paper - grey, 0) * scale, 0.0 if is_narrow else 1.4826 * spread)


def two_tones(grey: Ink) -> tuple[float, float]:
    """Return Otsu's threshold (1979) of greys (h, w), 0 to 255, and the variance it explains."""
    counts = np.bincount(grey.astype(np.uint8).ravel(), minlength=256)
    values = np.arange(256)
    below, sums = np.cumsum(counts), np.cumsum(counts * values)
    above = below[-1] - below
    low = sums / np.maximum(below, 1)
    high = (sums[-1] - sums) / np.maximum(above, 1)
    between = below * above * (high - low) ** 2 / below[-1]
    whole = float((counts * (values - sums[-1] / below[-1]) ** 2).sum())
    split = int(between.argmax())
    return split + 0.999, float(between[split]) / max(whole, 1e-9)


def _is_stroke(one: Mask, other: Mask) -> bool:
    """Whether `one` of two tones is the ink in a picture cut out at the digit's edges.

    The paper has all four corners. Otherwise the ink is what is joined from side to side in both
    directions: it leaves no way for the paper. The paper is then in several pieces.
    """
    corners = _corners(one)
    if corners in (0, 4):
        return corners == 0
    a, b = _touched(one), _touched(other)
    if a.joined != b.joined:
        ink, paper = (a, b) if a.joined else (b, a)
        is_ink = paper.sides > 2 or (paper.sides == 2 and paper.pieces > ink.pieces)
        return is_ink == (ink is a)
    return a.pieces <= b.pieces


def _is_ringed(inner: Mask) -> bool:
    """Whether a tone (h, w) is the paper inside a thin frame: it fills the sides, but a line."""
    edge = 1 + round(_RING * min(inner.shape))
    sides = (inner[:edge], inner[-edge:], inner[:, :edge].T, inner[:, -edge:].T)
    return all(np.any(side, axis=0).mean() >= _RINGED for side in sides)


class _Touched(NamedTuple):
    """`joined`: one component touches all four sides. `sides` that any touches; its `pieces`."""

    joined: bool
    sides: int
    pieces: int


def _touched(mask: Mask) -> _Touched:
    height, width = mask.shape
    found = connected_components(mask)
    ends = (0, 0, width, height)
    touched = found.boxes == ends
    pieces = found.areas >= _SPECK * found.areas.max(initial=0)
    return _Touched(bool(touched.all(1).any()), int(touched.any(0).sum()), int(pieces.sum()))


def _is_cut(ink: Mask) -> bool:
    """Whether the ink is one digit, in at most two pieces, that reaches to opposite edges.

    A shadow on a page of digits, which is larger, leaves more pieces of ink or of paper.
    """
    found = connected_components(ink)
    large = found.areas >= _SPECK * found.areas.max(initial=0)
    ends = (0, 0, ink.shape[1], ink.shape[0])
    touched = np.abs(found.boxes[large] - ends) <= 1  # the last pixel may be a stroke's soft edge
    sides = touched.any(0)
    is_one = len(touched) <= 2 and bool(touched.any(1).all())
    if not is_one or not (sides[:2] & sides[2:]).any() or ink.mean() < _INK or _is_canvas(ink):
        return False
    papers = connected_components(~ink).areas
    pieces = (np.count_nonzero(areas >= _PIECE * ink.size) for areas in (found.areas, papers))
    is_simple = all(count <= most for count, most in zip(pieces, _MOST_PIECES, strict=True))
    return is_simple or max(ink.shape) <= _SMALL


def _is_canvas(tone: Mask) -> bool:
    """Whether a tone (h, w) is all of the sides but has no end: between two bars, as of an app."""
    beside, ends = tone[:, [0, -1]], tone[[0, -1]]
    return bool(beside.mean() > _RINGED and not ends.any())


def _is_thin(ink: Mask) -> bool:
    """Whether ink (h, w) is no shadow or table: these cover a corner, and are broader than strokes.

    Only the blob of a broad pen is as broad; it covers no corner.
    """
    side = 1 + int(_THICKEST * max(ink.shape))
    sums = np.pad(ink, ((1, 0), (1, 0))).cumsum(0).cumsum(1)
    inked = sums[side:, side:] - sums[:-side, side:] - sums[side:, :-side] + sums[:-side, :-side]
    return not (_corners(ink) and (inked == side**2).any())


def _corners(tone: Mask) -> int:
    """Return how many corners of a picture a tone (h, w) covers."""
    return int(tone[[0, 0, -1, -1], [0, -1, 0, -1]].sum())
