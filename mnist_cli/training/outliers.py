"""Images that are no digit: letters, doodles, hands and noise.

Each digit has a space of its own: the mean and the first principal components of its preprocessed
training images. An image is compared with the space of the digit that it is read as (SIMCA: S.
Wold, Pattern recognition by means of disjoint principal components models, Pattern Recognition 8,
1976). Three limits flag it:

- a maximum of the distance between image and space: what the components leave over;
- a minimum of the share that the space explains of what sets the image apart from the mean of all
  digits. Noise lies near that mean: it is near every space, but none explains it;
- a minimum of the best score.

Each finds images that the others miss. Each is a quantile of the validation images.
"""

from collections.abc import Iterator
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

Images = NDArray[np.uint8]
Floats = NDArray[np.floating[Any]]
Digits = NDArray[np.integer[Any]]
COMPONENTS = 8  # of each digit
# Training images of each digit for its space; more make no difference. They are the last ones, with
# the drawn digits: these are no strangers.
PER_DIGIT = 500
ROWS_AT_ONCE = 500  # keeps the float copies of the images small
# Shares of the rightly read validation images that each limit may flag; many are the same images.
FAR, UNEXPLAINED, LOW_SCORE = 0.014, 0.008, 0.006


class Spaces(NamedTuple):
    """The spaces of the k classes; a single one for all of them in files of format 1.

    Attributes
    ----------
    means : (k, 784) uint8, of the preprocessed training images of each digit
    components : (k, 8, 784) int8, principal components, each row scaled to its largest entry
    """

    means: NDArray[np.uint8]
    components: NDArray[np.int8]


class Limits(NamedTuple):
    """What flags an image: more than `max_distance`, or less than one of the others."""

    max_distance: float
    min_explained: float
    min_score: float


def find_spaces(images: Images, labels: Digits, classes: int = 10) -> Spaces:
    """Find the space of each class in preprocessed training images (n, 784).

    A class without images gets an empty space, far from everything.
    """
    rows = [np.flatnonzero(labels == digit)[-PER_DIGIT:] for digit in range(classes)]
    found = [principal_components(images[some]) for some in rows]
    means, components = zip(*found, strict=True)
    return Spaces(np.stack(means), np.stack(components))


def principal_components(images: Images) -> tuple[NDArray[np.uint8], NDArray[np.int8]]:
    """Mean of images (n, 784), and the directions in which they vary most, as small integers."""
    width = images.shape[1]
    rows = np.zeros((COMPONENTS, width), np.float32)
    if not len(images):
        return np.zeros(width, np.uint8), rows.astype(np.int8)
    values = images.astype(np.float32)
    mean = values.mean(axis=0)
    values -= mean
    _, vectors = np.linalg.eigh(values @ values.T)  # in ascending order; n is less than 784
    first = vectors[:, : -COMPONENTS - 1 : -1].T @ values
    rows[: len(first)] = first * (127 / np.maximum(np.abs(first).max(axis=1, keepdims=True), 1e-6))
    return np.rint(mean).astype(np.uint8), np.rint(rows).astype(np.int8)


def find_limits(spaces: Spaces, images: Images, labels: Digits, scores: Floats) -> Limits:
    """Find the limits on preprocessed validation images (n, 784) with their scores (n, k).

    Only those that are read right count: others lie far from the space of their answer, and many of
    them would make the limits wide.
    """
    digits = scores.argmax(axis=1)
    right = (digits == labels) | ~(digits == labels).any()  # of no right ones, all
    away, share = compare(spaces, images[right], digits[right])
    return Limits(
        float(np.quantile(away, 1 - FAR)),
        float(np.quantile(share, UNEXPLAINED)),
        float(np.quantile(scores[right].max(axis=1), LOW_SCORE)),
    )


def is_outlier(spaces: Spaces, limits: Limits, images: Images, scores: Floats) -> NDArray[np.bool_]:
    """Whether preprocessed images (n, 784) with scores (n, k) are unlike any digit, (n,)."""
    away, share = compare(spaces, images, scores.argmax(axis=1))
    near = (away <= limits.max_distance) & (share >= limits.min_explained)
    return np.asarray(~near | (scores.max(axis=1) < limits.min_score))


def compare(spaces: Spaces, images: Images, digits: Digits) -> tuple[Floats, Floats]:
    """Compare images (n, 784) with the spaces of the digits (n,) that they are read as.

    Returns the distance from the space, 0 to 28, and the share that it explains, at most 1; both
    (n,).
    """
    away, apart = np.zeros((2, len(images)))
    middle = spaces.means.mean(axis=0, dtype=np.float32)
    for number, rows in _groups(digits % len(spaces.means)):
        values = images[rows].astype(np.float32)
        away[rows] = _outside(spaces, number, values)
        apart[rows] = ((values - middle) ** 2).sum(axis=1)
    share = 1 - away / np.maximum(apart, np.finfo(np.float32).tiny)
    return np.sqrt(away) / 255, share


def _groups(numbers: Digits) -> Iterator[tuple[int, NDArray[np.intp]]]:
    """Yield each number with its rows, a few at a time."""
    for number in np.flatnonzero(np.bincount(numbers)).tolist():
        rows = np.flatnonzero(numbers == number)
        for start in range(0, len(rows), ROWS_AT_ONCE):
            yield number, rows[start : start + ROWS_AT_ONCE]


def _outside(spaces: Spaces, number: int, values: Floats) -> Floats:
    """Return the squared distance of images (n, 784) from one space, in squared grey levels."""
    components = spaces.components[number].astype(np.float32)
    components /= np.maximum(np.linalg.norm(components, axis=1, keepdims=True), 1)
    offset = values - spaces.means[number]
    along = offset @ components.T  # [n, 784] @ [784, 8] -> [n, 8]
    return np.asarray(np.maximum((offset**2).sum(axis=1) - (along**2).sum(axis=1), 0))
