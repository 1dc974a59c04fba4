"""Which images are held out where a data set comes without a test or validation part."""

import hashlib

import numpy as np
from numpy.typing import NDArray

SHARE = 10  # one of so many
ENOUGH = 5  # images of a class, so that one of it can be spared


def digest_of(image: NDArray[np.uint8]) -> int:
    """Return 64 bits that tell one image from another."""
    return int.from_bytes(hashlib.blake2b(image.tobytes(), digest_size=8).digest(), "big")


def held_out(digests: NDArray[np.uint64], labels: NDArray[np.uint8]) -> NDArray[np.bool_]:
    """Choose a tenth of the images: those with the lowest digests, of each class that has enough.

    So the choice is the same whenever, and in whatever order, the images are read; equal images
    are chosen together, and a few new ones change little. Where no class has five images, a tenth
    of all is one image of some classes that have two; where none has two, it is any images.

    Parameters
    ----------
    digests, labels : (n,)

    Returns
    -------
    (n,) bool; all False only where all images are equal
    """
    classes = [np.flatnonzero(labels == label) for label in np.unique(labels)]
    chosen, tenth = np.zeros(len(labels), bool), max(1, round(len(labels) / SHARE))
    for rows in classes:
        count = max(1, round(len(rows) / SHARE)) if len(rows) >= ENOUGH else 0
        chosen[_lowest(rows, digests, count)] = True
    if not chosen.any():
        lowest = [first for rows in classes if len(first := _lowest(rows, digests, 1))]
        lowest.sort(key=lambda rows: digests[rows[0]])
        for rows in lowest[:tenth]:
            chosen[rows] = True
    if not chosen.any():
        chosen[_lowest(np.arange(len(labels)), digests, tenth)] = True
    return chosen


def _lowest(rows: NDArray[np.intp], digests: NDArray[np.uint64], count: int) -> NDArray[np.intp]:
    """Return the rows with the lowest digests, with all that are equal; but never all rows."""
    if count == 0:
        return rows[:0]
    low = digests[rows] <= np.sort(digests[rows])[count - 1]
    return rows[:0] if low.all() else rows[low]
