"""Grey closings and openings: what is narrow is told from what is broad."""

from collections.abc import Callable

import numpy as np

from mnist_cli.pictures.arrays import Ink, Mask, Pixels


def closing(colours: Pixels, size: int, page: Mask | None = None) -> Pixels:
    """Remove everything dark in (h, w, c) that is narrower than `size` pixels (a grey closing).

    What is not on the `page` (h, w) counts as little as what is outside of the picture.
    """
    if page is not None:
        colours = np.where(page[:, :, None], colours, np.uint8(0))
    for axis in (0, 1):
        colours = _slide(colours, size, axis, np.maximum, 0)
    if page is not None:
        colours = np.where(page[:, :, None], colours, np.uint8(255))
    for axis in (0, 1):
        colours = _slide(colours, size, axis, np.minimum, 255)
    return colours


def narrow(ink: Ink, size: int) -> Ink:
    """Return the ink (h, w), 0 to 255, without what is broader than `size` pixels: shadows."""
    light = _light(ink)
    rest = closing(light, size)[:, :, 0].astype(np.float32)
    rest -= light[:, :, 0]
    return rest


def darkest_near(ink: Ink, size: int) -> Pixels:
    """Return the strongest ink (h, w), 0 to 255, of the square of `size` pixels around each."""
    light = _light(ink)
    for axis in (0, 1):
        light = _slide(light, size, axis, np.minimum, 255)
    return np.asarray(255 - light[:, :, 0])


def _light(ink: Ink) -> Pixels:
    """Return how light each pixel is, (h, w, 1), from the ink (h, w)."""
    return np.rint(255 - np.clip(ink, 0, 255)).astype(np.uint8)[:, :, None]


def _slide(
    values: Pixels, size: int, axis: int, best: Callable[..., Pixels], outside: int
) -> Pixels:
    """Return the largest or smallest of `size` neighbours along an axis, in log2(size) passes.

    `best` is `np.maximum` or `np.minimum`; `outside` is the value beyond the edges.
    """
    size = min(size | 1, 2 * values.shape[axis] - 1)
    padding = [(0, 0)] * values.ndim
    padding[axis] = (size // 2, size // 2)
    values = np.pad(values, padding, constant_values=outside)
    span = 1
    while span < size:
        step = min(span, size - span)
        length = values.shape[axis] - step
        values = best(_cut(values, axis, 0, length), _cut(values, axis, step, step + length))
        span += step
    return values


def _cut(values: Pixels, axis: int, start: int, stop: int) -> Pixels:
    """Return rows (axis 0) or columns (axis 1) from start to stop."""
    return values[start:stop] if axis == 0 else values[:, start:stop]
