"""Transparent pictures: make them opaque, so that there is ink on paper."""

import numpy as np

from mnist_cli.pictures.arrays import Pixels

_SAME_INK = 48  # of 255; colours that differ by less are one ink
_INK_SHARE = 0.35  # a digit covers less of its picture than this, a cut-out piece of paper more
_WHOLE_SHARE = 0.9  # if more than this is visible, only corners or a margin are missing


def opaque(colours: Pixels, alpha: Pixels) -> Pixels:
    """Return (h, w, c) without transparency: ink on a transparent ground becomes black on white.

    Parameters
    ----------
    colours : (h, w, c) uint8
    alpha : (h, w) uint8, 0 is transparent
    """
    if int(alpha.max()) - int(alpha.min()) < _SAME_INK:
        return colours if alpha.max() else np.full_like(colours, 255)
    visible = alpha > 127
    share = float(visible.mean())
    shown = colours[visible] if share else colours.reshape(-1, colours.shape[2])
    low, high = np.percentile(shown.mean(1), (2, 98))
    if share < _INK_SHARE or (high - low < _SAME_INK and share < _WHOLE_SHARE):
        return (255 - alpha)[:, :, None]
    paper = np.median(shown, axis=0).astype(np.float32)
    weight = alpha[:, :, None].astype(np.float32) / 255
    mixed: Pixels = np.rint(colours * weight + paper * (1 - weight)).astype(np.uint8)
    return mixed


def split(pixels: Pixels) -> tuple[Pixels, Pixels | None]:
    """Separate colours (h, w, 1 or 3) from transparency (h, w), which is None if there is none.

    Where red, green and blue are equal everywhere, one channel is returned.
    """
    if pixels.ndim == 2:
        return pixels[:, :, None], None
    alpha = pixels[:, :, -1] if pixels.shape[2] in (2, 4) else None
    colours = pixels[:, :, :1] if pixels.shape[2] == 2 else pixels[:, :, :3]
    red, *others = colours.transpose(2, 0, 1)
    is_grey = all(np.array_equal(red, other) for other in others)
    return colours[:, :, :1] if is_grey else colours, alpha
