"""Where strokes cross a line: what of its ink is theirs, too."""

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from mnist_cli.pictures.arrays import Mask
from mnist_cli.pictures.components import runs_of

_WIDEST = 0.4  # of a line's length; what touches it in more of its columns is no stroke
_MOST = 20  # runs of ink on a side of a line; a digit crosses it a few times, a net everywhere

Run = tuple[int, int]  # the first column and the one after the last


def crossing(dark: Mask, away: NDArray[np.float64], half: float) -> Mask:
    """Return which ink of a band (r, w) around a line lies between strokes on its two sides.

    `dark`: where there is clearly ink. `away`: how many rows each pixel is below the middle of the
    line, which is `half` as high in each direction.
    """
    near = np.abs(away) <= half + 1
    above, below = (list(_runs(dark & near & (side > half))) for side in (-away, away))
    result = np.zeros(dark.shape, bool)
    if max(len(above), len(below)) > _MOST:
        return result
    for upper, lower in _pairs(above, below, 2 * half):
        part = slice(min(upper[0], lower[0]), max(upper[1], lower[1]))
        share = np.clip((away[:, part] + half) / (2 * half), 0, 1)
        columns = np.arange(part.start, part.stop)
        left, right = (a + share * (b - a) for a, b in zip(upper, lower, strict=True))
        result[:, part] |= (columns >= left) & (columns < right)
    return result


def _runs(beside: Mask) -> Iterator[Run]:
    """Yield the runs of columns in which a stroke is beside a line (r, w)."""
    touched: Mask = np.any(beside, axis=0)
    starts, ends = runs_of(touched[None])
    for start, end in zip(starts.tolist(), ends.tolist(), strict=True):
        if end - start <= _WIDEST * len(touched):
            yield start, end


def _pairs(above: list[Run], below: list[Run], most: float) -> Iterator[tuple[Run, Run]]:
    """Yield those on two sides of a line that are less than `most` columns apart."""
    for upper in above:
        for lower in below:
            if max(upper[0], lower[0]) - min(upper[1], lower[1]) < most:
                yield upper, lower
