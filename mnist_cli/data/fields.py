"""Images as fields of 28x28 pixels with the images last, and reading between their pixels."""

import numpy as np
from numpy.typing import NDArray

from mnist_cli.images import SIDE

Images = NDArray[np.uint8]
Floats = NDArray[np.float32]

PADDED = SIDE + 2  # one row of paper on each side
AXIS = np.arange(SIDE) - (SIDE - 1) / 2  # pixel centres, 0 in the middle of the field


def padded_field(images: Images) -> Floats:
    """Return images [m, 784] as a field [30, 30, m] with one row of paper on each side."""
    field = np.zeros((PADDED, PADDED, len(images)), np.float32)
    field[1:-1, 1:-1] = images.T.reshape(SIDE, SIDE, -1)
    return field


def interpolate(values: Floats, index: NDArray[np.int32], step: int, share: Floats) -> Floats:
    """Interpolate linearly between the values at `index` and those `step` further.

    `index` and `step` count elements of `values`, row by row. `share` is 0 at the first value and
    1 at the second.
    """
    flat = values.ravel()
    return between(flat.take(index), flat.take(index + step), share)


def between(first: Floats, second: Floats, share: Floats) -> Floats:
    """Return first + share (second - first), written over `second`."""
    second -= first
    second *= share
    second += first
    return second
