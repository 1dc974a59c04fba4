"""Transparent pictures: finding the ink where there is no paper."""

import numpy as np
from numpy.typing import NDArray

Pixels = NDArray[np.uint8]

_EVEN = 48  # of 255: colours that differ by less are one ink
_INK_SHARE = 0.35  # a digit covers less of its picture than this, a cut-out piece of paper more
_WHOLE_SHARE = 0.9  # only corners or a margin are missing


def opaque(colours: Pixels, alpha: Pixels) -> Pixels:
    """Return (h, w, c) without transparency: ink on nothing becomes black on white.

    Parameters
    ----------
    colours : (h, w, c) uint8
    alpha : (h, w) uint8, 0 is transparent
    """
    if int(alpha.max()) - int(alpha.min()) < _EVEN:
        return colours if alpha.max() else np.full_like(colours, 255)
    visible = alpha > 127
    share = float(visible.mean())
    shown = colours[visible] if share else colours.reshape(-1, colours.shape[2])
    low, high = np.percentile(shown.mean(1), (2, 98))
    if share < _INK_SHARE or (high - low < _EVEN and share < _WHOLE_SHARE):
        return (255 - alpha)[:, :, None]
    paper = np.median(shown, axis=0).astype(np.float32)
    weight = alpha[:, :, None].astype(np.float32) / 255
    mixed: Pixels = np.rint(colours * weight + paper * (1 - weight)).astype(np.uint8)
    return mixed


def upright(colours: Pixels, orientation: int) -> Pixels:
    """Undo an EXIF orientation (Exif 2.32, table 6) on (h, w, c)."""
    if orientation >= 5:
        colours = colours.transpose(1, 0, 2)
    if orientation in (3, 4, 7, 8):
        colours = colours[::-1]
    if orientation in (2, 3, 6, 7):
        colours = colours[:, ::-1]
    return np.ascontiguousarray(colours)


def split(pixels: Pixels) -> tuple[Pixels, Pixels | None]:
    """Part colours from transparency; one channel is enough where all three are the same."""
    if pixels.ndim == 2:
        return pixels[:, :, None], None
    alpha = pixels[:, :, -1] if pixels.shape[2] in (2, 4) else None
    colours = pixels[:, :, :1] if pixels.shape[2] == 2 else pixels[:, :, :3]
    if colours.shape[2] == 3 and np.array_equal(colours[:, :, :2], colours[:, :, 1:]):
        colours = colours[:, :, :1]
    return colours, alpha
