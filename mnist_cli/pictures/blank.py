"""What looks like ink on paper without any: shadows, folds, grain."""

from mnist_cli.pictures.arrays import Box

_PALE = 66.0  # of 255; shadows and folds are mostly weaker, ink mostly stronger
_SPECK = 16  # pixels; a pale mark of this length is grain,
_SMALL = 0.06  # or of this share of the picture's longest side
_DOT, _SMALL_DOT = 10, 0.03  # so is any mark of this length, and a round one of this share
_ROUND = 0.6  # width over height, or height over width, of a round mark
_SOLID = 0.45  # share of its box that a shadow fills, and a digit's strokes do not
_BROAD = 0.3  # the shorter by the longer side of a shadow; a 1 is solid, too, but narrower
_THIN = 0.03  # share of its box that a fold from edge to edge fills
_LYING = 6.0  # width over height; what lies flatter is a line


def is_paper(box: Box, area: int, strength: float, shape: tuple[int, ...]) -> bool:
    """Whether a mark in a photo or scan (h, w) of this strength, of 255, is paper and no ink.

    Grain is small. A shadow lies along the edge of the picture, and is pale or has no strokes. A
    fold goes from edge to edge. `area` is how many pixels of the box the mark fills.
    """
    left, top, right, bottom = box
    length, short = sorted((right - left, bottom - top))[::-1]
    touched = (left <= 0) + (top <= 0) + (right >= shape[1]) + (bottom >= shape[0])
    fill = area / (length * short)
    if strength < _PALE and (touched or length <= max(_SPECK, _SMALL * max(shape))):
        return True
    is_dot = length <= _SMALL_DOT * max(shape) and short >= _ROUND * length and fill >= _ROUND
    is_line = right - left > _LYING * (bottom - top) or (touched >= 2 and fill < _THIN)
    is_shadow = fill >= _SOLID and (touched >= 2 or (touched and short > _BROAD * length))
    return bool(length <= _DOT or is_dot or is_line or is_shadow)
