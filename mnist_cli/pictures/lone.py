"""Marks alone on a line of their own, where others have digits: edges of a shadow among them."""

import numpy as np
from numpy.typing import NDArray

from mnist_cli.pictures.components import Components
from mnist_cli.pictures.digits import Cleaned
from mnist_cli.pictures.resizing import stroke_width

_SEVERAL = 3  # components of a line of digits
_SLIM = 0.4  # width over height; an edge is no wider
_THIN = 0.5  # of the width of its strokes; an edge may be thinner
_LARGE, _PALE = 2.0, 0.8  # times the height of its digits, and of how dark they are
_DARKEST = 0.9  # of the ink of a component; a quantile


def are_shadows(
    page: Cleaned, components: Components, lines: list[NDArray[np.int64]]
) -> list[bool]:
    """Return which lines, given by the numbers of their components, are edges of a shadow.

    Such a line has one component, and another has several. The edge of the picture cuts it off; or
    it is slim, and thinner than the strokes of the others, or larger and paler than their digits.
    """
    longer = [line for line in lines if len(line) >= _SEVERAL]
    lone = [len(line) == 1 for line in lines]
    if not longer or not any(lone):
        return [False] * len(lines)
    usual = np.median(_looks(page, components, np.concatenate(longer)), axis=0)
    return [
        is_lone and _is_shadow(page, components, line[:1], usual)
        for line, is_lone in zip(lines, lone, strict=True)
    ]


def _is_shadow(
    page: Cleaned,
    components: Components,
    number: NDArray[np.int64],
    usual: NDArray[np.floating],
) -> bool:
    """Whether a lone component (1,) is an edge; `usual`: the looks of digits on other lines."""
    if components.are_at_edge[number].any():
        return True
    width, height = components.sizes[number[0]]
    if width >= _SLIM * height:
        return False
    taller, thicker, darker = _looks(page, components, number)[0] / usual
    return bool(thicker < _THIN or (taller > _LARGE and darker < _PALE))


def _looks(
    page: Cleaned, components: Components, numbers: NDArray[np.int64]
) -> NDArray[np.floating]:
    """Return height, width of the strokes and darkness of components (n,): (n, 3)."""
    inks = [components.ink_of(int(number), page.ink)[0] for number in numbers]
    return np.array(
        [(len(ink), stroke_width(ink), np.quantile(ink[ink > 0], _DARKEST)) for ink in inks]
    )
