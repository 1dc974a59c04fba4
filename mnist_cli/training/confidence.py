"""How far a network's answer may be believed: calibrated confidence, and pictures of no digit.

Confidence is softmax(scale · z) of the last layer's z; the scale is the one that makes the
validation labels likeliest (temperature scaling, Guo et al. 2017).

Two doubts tell letters, doodles and noise from digits, each missing what the other sees: the best
score is low, or the image is far from the space that digits span. That space is the mean and the
first principal components of the preprocessed training images; the distance is what they leave over
(Jolliffe, Principal Component Analysis, 2nd edition, section 10.1, statistic Q).
"""

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

Images = NDArray[np.uint8]
Floats = NDArray[np.floating[Any]]
COMPONENTS = 30
SAMPLE = 5_000  # training images that the space is made from; more change nothing
ROWS_AT_ONCE = 500  # whose floats are small beside the images
MISTAKEN = 0.009  # share of real digits that each of the two doubts may flag
SCALES = (0.01, 100.0)


class Doubt(NamedTuple):
    """What a network knows of its own limits, learnt from its training and validation images.

    Attributes
    ----------
    scale : factor of the last layer's z before the softmax that gives the confidence
    farthest : a distance that 99.1% of the validation images stay below
    least_score : a best score that 99.1% of them reach
    mean : (784,) float32, of the preprocessed training images as inputs
    components : (30, 784) int8, each row scaled to its largest entry
    """

    scale: float
    farthest: float
    least_score: float
    mean: NDArray[np.float32]
    components: NDArray[np.int8]


def learn_doubt(
    training: Images, validation: Images, labels: NDArray[Any], logits: Floats, scores: Floats
) -> Doubt:
    """Learn from preprocessed images (n, 784); calibrate on the others (m, 784).

    `labels` (m,), `logits` (m, 10) and `scores` (m, 10) belong to the validation images.
    """
    mean, components = principal_components(training[:SAMPLE])
    learnt = Doubt(fit_scale(logits, labels), np.inf, 0.0, mean, components)
    return learnt._replace(
        farthest=float(np.quantile(distances(learnt, validation), 1 - MISTAKEN)),
        least_score=float(np.quantile(scores.max(axis=1), MISTAKEN)),
    )


def principal_components(images: Images) -> tuple[NDArray[np.float32], NDArray[np.int8]]:
    """Mean of the inputs, and the directions in which they vary most, as small integers."""
    inputs = images.astype(np.float32)
    inputs /= 255
    mean: NDArray[np.float32] = inputs.mean(axis=0)
    inputs -= mean
    _, vectors = np.linalg.eigh(inputs.T @ inputs)  # in ascending order
    rows = vectors[:, : -COMPONENTS - 1 : -1].T
    return mean, np.rint(rows * (127 / np.abs(rows).max(axis=1, keepdims=True))).astype(np.int8)


def fit_scale(logits: Floats, labels: NDArray[Any]) -> float:
    """Scale of the logits, from 0.01 to 100, that makes the labels likeliest.

    The loss is convex in the scale, so its slope, the mean of Σ p z less the right answer's z, is
    followed to zero by halving.
    """
    shifted = logits - logits.max(axis=1, keepdims=True)
    right = float(shifted[np.arange(len(labels)), labels].mean())
    low, high = SCALES
    for _ in range(32):  # to 2e-9 of the scale
        middle = (low * high) ** 0.5
        shares = np.exp(middle * shifted)  # of the probability, before they are made to add up to 1
        slope = float(((shares * shifted).sum(axis=1) / shares.sum(axis=1)).mean()) - right
        low, high = (middle, high) if slope < 0 else (low, middle)
    return float(middle)


def confidences(logits: Floats, scale: float) -> Floats:
    """Probabilities (n, 10) that each answer is right; a row adds up to 1."""
    shifted = scale * (logits - logits.max(axis=1, keepdims=True))
    shares = np.exp(shifted)
    return np.asarray(shares / shares.sum(axis=1, keepdims=True))


def distances(doubt: Doubt, images: Images) -> Floats:
    """How far preprocessed images (n, 784) are from the space of digits, 0 to 28."""
    components = doubt.components.astype(np.float32)
    components /= np.linalg.norm(components, axis=1, keepdims=True)
    left_over = np.empty(len(images), np.float32)
    for start in range(0, len(images), ROWS_AT_ONCE):
        part = slice(start, start + ROWS_AT_ONCE)
        centred = images[part].astype(np.float32) / 255 - doubt.mean
        left_over[part] = (centred**2).sum(axis=1) - ((centred @ components.T) ** 2).sum(axis=1)
    return np.asarray(np.sqrt(np.maximum(left_over, 0)))


def is_unlike(doubt: Doubt, images: Images, scores: Floats) -> NDArray[np.bool_]:
    """Tell for preprocessed images (n, 784) and their scores (n, 10) which are like no digit."""
    far = distances(doubt, images) > doubt.farthest
    return np.asarray(far | (scores.max(axis=1) < doubt.least_score))
