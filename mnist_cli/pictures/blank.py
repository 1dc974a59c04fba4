"""What looks like ink on paper without any: shadows, folds, grain."""

from mnist_cli.pictures.arrays import Box

_PALE = 66.0  # of 255; shadows and folds are mostly weaker, ink mostly stronger
_SPECK = 16  # pixels; a pale mark of this length is grain,
_SMALL = 0.06  # or of this share of the picture's longest side
_DOT = 10  # pixels; so is any mark of this length
_SOLID = 0.45  # share of its box that a shadow fills, and a digit's strokes do not


def is_paper(box: Box, area: int, strength: float, shape: tuple[int, ...]) -> bool:
    """Whether a mark in a photo or scan (h, w) of this strength, of 255, is paper and no ink.

    Grain is small. A shadow lies along the edge of the picture, and is pale or has no strokes.
    `area` is how many pixels of the box the mark fills.
    """
    left, top, right, bottom = box
    length = max(right - left, bottom - top)
    touched = (left <= 0) + (top <= 0) + (right >= shape[1]) + (bottom >= shape[0])
    if strength < _PALE and (touched or length <= max(_SPECK, _SMALL * max(shape))):
        return True
    is_solid = area >= _SOLID * (right - left) * (bottom - top)
    return length <= _DOT or (touched >= 2 and is_solid)
