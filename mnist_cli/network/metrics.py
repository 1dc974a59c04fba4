"""Quality of the answers: accuracy and its interval, confusion matrix, scores per class."""

from math import acos, degrees, sqrt
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray


class DigitScores(NamedTuple):
    """How well one class is read; a share of no images is None: nothing was measured.

    Attributes
    ----------
    digit : 0 to 9, the class by its number
    precision : share of the images read as this class that are of it
    recall : share of the images of this class that are read as it
    f1 : harmonic mean of the two
    images : number of images of this class
    """

    digit: int
    precision: float | None
    recall: float | None
    f1: float | None
    images: int


class Confusion(NamedTuple):
    """A number of `images` of the class `label` that were read as `predicted`."""

    label: int
    predicted: int
    images: int


def confusion_matrix(
    labels: NDArray[Any], predicted: NDArray[Any], classes: int = 10
) -> NDArray[np.int64]:
    """Counts (classes, classes): row = true class, column = predicted class."""
    cells = labels.astype(np.int64) * classes + predicted
    return np.bincount(cells, minlength=classes**2).reshape(classes, classes)


def accuracy(matrix: NDArray[np.int64]) -> float:
    """Share of the diagonal, 0 for an empty matrix."""
    return _share(int(matrix.trace()), int(matrix.sum())) or 0.0


def wilson_interval(correct: int, count: int, z: float = 1.959964) -> tuple[float, float]:
    """95% interval of a share (Wilson 1927): correct also near 100% and for few images."""
    if count == 0:
        return 0.0, 1.0
    share = correct / count
    centre = (share + z * z / (2 * count)) / (1 + z * z / count)
    half = z * sqrt(share * (1 - share) / count + (z / (2 * count)) ** 2) / (1 + z * z / count)
    return max(0.0, centre - half), min(1.0, centre + half)


def angle(first: NDArray[Any], second: NDArray[Any]) -> float:
    """Angle between two vectors in degrees, 0 to 180; 90 if one of them is 0."""
    a, b = first.astype(np.float64), second.astype(np.float64)
    lengths = float(np.linalg.norm(a) * np.linalg.norm(b))
    cosine = float(a @ b) / lengths if lengths else 0.0
    return degrees(acos(min(1.0, max(-1.0, cosine))))


def per_digit(matrix: NDArray[np.int64]) -> list[DigitScores]:
    """Precision, recall and F1 of each class."""
    return [_digit_scores(matrix, digit) for digit in range(len(matrix))]


def _digit_scores(matrix: NDArray[np.int64], digit: int) -> DigitScores:
    hits = int(matrix[digit, digit])
    images, predicted = int(matrix[digit].sum()), int(matrix[:, digit].sum())
    return DigitScores(
        digit,
        precision=_share(hits, predicted),
        recall=_share(hits, images),
        f1=_share(2 * hits, images + predicted),
        images=images,
    )


def _share(part: int, whole: int) -> float | None:
    return part / whole if whole else None


def commonest_confusions(matrix: NDArray[np.int64], most: int = 3) -> list[Confusion]:
    """The `most` largest cells off the diagonal, largest first."""
    wrong = matrix - np.diag(matrix.diagonal())
    cells = np.argsort(-wrong, axis=None, kind="stable")[:most]
    pairs = [divmod(int(cell), len(matrix)) for cell in cells]
    return [Confusion(i, j, int(wrong[i, j])) for i, j in pairs if wrong[i, j]]
