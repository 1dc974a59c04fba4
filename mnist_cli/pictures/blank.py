"""What looks like ink on paper without any: shadows, folds, grain."""

from mnist_cli.pictures.arrays import Box, Mask

_PALE = 66.0  # of 255; shadows and folds are mostly weaker, ink mostly stronger
_FAINTEST = 32.0  # of 255; pencil is stronger, what shines through from the back is not
_SPECK = 16  # pixels; a pale mark of this length is grain,
_SMALL = 0.08  # or of this share of the picture's longest side
_DOT, _SMALL_DOT = 10, 0.03  # so is any mark of this length, and a round one of this share
_STREAK = 0.5  # width over height of a streak, which would be a 1
_ROUND = 0.6  # width over height, or height over width, of a round mark
_SOLID = 0.45  # share of its box that a shadow fills, and a digit's strokes do not
_BROAD = 0.3  # the shorter by the longer side of a shadow; a 1 is solid, too, but narrower
_THIN = 0.08  # share of its box that a fold from edge to edge fills
_LYING = 6.0  # width over height; what lies flatter is a line
_LITTLE = 0.3  # of the picture's shorter side; digits are mostly larger, dirt is not
_TINY = 0.15  # the same of what is far smaller than a digit
_WEAK = 1.25  # times the faintest ink; a weaker mark may be grain
_CLEAR = 2.0  # times the faintest ink; noise is weaker
_BLOT = 0.6  # share of its box that a blot fills, and a digit cut out at its edges does not
_STRONG = 100.0  # of 255; folds are weaker
_DEEPEST = 140.0  # of 255; the deepest shadow, where nearly half of the light is left
_THICK = 0.3  # of its length; no stroke of a digit is wider, nearly all shadows are
_SEEN = 64  # pixels; enough to see how thick a mark is
_WHOLE = 0.7  # of both sides of a picture that was cut out at its digit


def is_paper(box: Box, mask: Mask, strength: float, floor: float, shape: tuple[int, ...]) -> bool:
    """Whether a mark in a photo or scan (h, w) of this strength, of 255, is paper and no ink.

    Grain is small. A shadow is pale and wider than strokes, or lies along the edge of the picture.
    A fold goes from edge to edge. What is as large as the picture is its digit. `mask` is set where
    the mark is in its box; what is weaker than `floor` counts as paper.
    """
    if strength < _FAINTEST:
        return True
    left, top, right, bottom = box
    length, short = sorted((right - left, bottom - top))[::-1]
    touched = (left <= 0) + (top <= 0) + (right >= shape[1]) + (bottom >= shape[0])
    fill = float(mask.mean())
    is_grain = length <= max(_SPECK, _SMALL * max(shape))
    is_streak = short < _STREAK * length and is_small(box, shape)
    if fills(box, strength, floor, shape) and fill < _BLOT:
        return False
    if touched > 2 or (strength < _PALE and (touched or is_grain or is_streak or _is_thick(mask))):
        return True
    is_dot = length <= _SMALL_DOT * max(shape) and short >= _ROUND * length and fill >= _ROUND
    is_line = right - left > _LYING * (bottom - top) or (touched >= 2 and fill < _THIN)
    is_shadow = fill >= _SOLID and (touched >= 2 or (touched and short > _BROAD * length))
    return bool(length <= _DOT or is_dot or is_line or is_shadow)


def may_be_paper(box: Box, strength: float, floor: float, shape: tuple[int, ...]) -> bool:
    """Whether a mark in a photo or scan is ink only if it looks like a digit.

    It is small, at the edge of a larger picture, pale, or hardly stronger than the paper.
    """
    if fills(box, strength, floor, shape):
        return False
    return is_small(box, shape) or is_cut(box, shape) or strength < max(_PALE, _WEAK * floor)


def is_shade(mask: Mask, strength: float) -> bool:
    """Whether a mark (h, w), cut to its box, may be a shadow: wider than a stroke, not black."""
    return strength < _DEEPEST and _is_thick(mask)


def _is_thick(mask: Mask) -> bool:
    """Whether a square wider than a stroke fits into a mark (h, w), cut to its box."""
    length = max(mask.shape)
    step = -(-length // _SEEN)
    small, side = mask[::step, ::step], 0
    while small.any():
        small = small[1:, 1:] & small[:-1, 1:] & small[1:, :-1] & small[:-1, :-1]
        side += 1
    return bool(side * step > _THICK * length)


def fills(box: Box, strength: float, floor: float, shape: tuple[int, ...]) -> bool:
    """Whether a strong mark is as large as the picture (h, w), which was cut out at its digit."""
    left, top, right, bottom = box
    share = min((right - left) / shape[1], (bottom - top) / shape[0])
    return share >= _WHOLE and strength >= max(_STRONG, _CLEAR * floor)


def is_small(box: Box, shape: tuple[int, ...]) -> bool:
    """Whether a mark is smaller than most digits in a picture (h, w) of one."""
    return _length(box) < _LITTLE * min(shape)


def is_little(box: Box, shape: tuple[int, ...]) -> bool:
    """Whether a mark is far smaller than a digit, or at the edge of the picture."""
    return _length(box) < _TINY * min(shape) or is_cut(box, shape)


def _length(box: Box) -> int:
    return max(box[2] - box[0], box[3] - box[1])


def is_cut(box: Box, shape: tuple[int, ...]) -> bool:
    """Whether a mark touches the edge of the picture (h, w)."""
    return min(box[0], box[1]) <= 0 or box[2] >= shape[1] or box[3] >= shape[0]
