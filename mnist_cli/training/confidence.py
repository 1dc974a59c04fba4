"""How far a network's answer can be trusted: calibrated confidence, and images that are no digit.

The confidence is softmax(logit_scale · z) of the last layer's z. The factor is the one under which
the validation labels are most likely: temperature scaling (Guo et al. 2017), whose temperature is
1 / logit_scale.

Three limits flag outliers: letters, doodles and noise. One is a minimum of the best score. The
others compare the image with the space that digits span: the mean and the first principal
components of the preprocessed training images (Jolliffe, Principal Component Analysis, 2nd edition,
section 10.1). The second is a maximum of the distance between image and space, statistic Q: what
the components do not explain. The third is a minimum of the share that they do explain. Noise may
lie near the space, because it lies near the mean: then there is little to explain, and the
components explain little of it. Each limit finds outliers that the others miss.
"""

from functools import cache
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from mnist_cli.data.preprocessing import preprocess
from mnist_cli.images import PIXELS

Images = NDArray[np.uint8]
Floats = NDArray[np.floating[Any]]
COMPONENTS = 30
SAMPLE = 5_000  # training images for the principal components; more make no difference
ROWS_AT_ONCE = 500  # keeps the float copies of the images small
FALSE_POSITIVE_RATE = 0.009  # share of real digits that each of the first two limits may flag
NOISE = 100  # pictures of each kind of noise
NOISE_DEVIATIONS = 2.0  # standard deviations above the mean of noise: 98% of it has less
LOGIT_SCALES = (0.01, 100.0)  # smallest and largest


class Calibration(NamedTuple):
    """What turns a network's outputs into a confidence, and finds images that are no digit.

    Attributes
    ----------
    logit_scale : factor of the last layer's z before the softmax; 1 / temperature
    max_distance : distance that 99.1% of the validation images do not exceed
    min_score : best score that 99.1% of them reach
    mean : (784,) float32, of the preprocessed training images as inputs
    components : (30, 784) int8, principal components, each row scaled to its largest entry
    """

    logit_scale: float
    max_distance: float
    min_score: float
    mean: NDArray[np.float32]
    components: NDArray[np.int8]


def calibrate(
    training: Images, validation: Images, labels: NDArray[Any], logits: Floats, scores: Floats
) -> Calibration:
    """Find the space of digits in `training` (n, 784), and the rest on `validation` (m, 784).

    All images are preprocessed. `labels` (m,), `logits` (m, 10) and `scores` (m, 10) belong to the
    validation images.
    """
    mean, components = principal_components(training[:SAMPLE])
    found = Calibration(fit_logit_scale(logits, labels), np.inf, 0.0, mean, components)
    return found._replace(
        max_distance=float(np.quantile(distances(found, validation), 1 - FALSE_POSITIVE_RATE)),
        min_score=float(np.quantile(scores.max(axis=1), FALSE_POSITIVE_RATE)),
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


def fit_logit_scale(logits: Floats, labels: NDArray[Any]) -> float:
    """Factor of the logits, from 0.01 to 100, under which the labels are most likely.

    The loss is convex in the factor. So bisection finds where its slope is zero: the slope is the
    mean of Σ p z minus z of the right answer.
    """
    shifted = logits - logits.max(axis=1, keepdims=True)
    right = float(shifted[np.arange(len(labels)), labels].mean())
    low, high = LOGIT_SCALES
    for _ in range(32):  # to 2e-9 of the factor
        middle = (low * high) ** 0.5
        unnormalized = np.exp(middle * shifted)
        mean_z = (unnormalized * shifted).sum(axis=1) / unnormalized.sum(axis=1)
        slope = float(mean_z.mean()) - right
        low, high = (middle, high) if slope < 0 else (low, middle)
    return float(middle)


def confidences(logits: Floats, logit_scale: float) -> Floats:
    """Probability of each answer, (n, 10); each row adds up to 1."""
    unnormalized = np.exp(logit_scale * (logits - logits.max(axis=1, keepdims=True)))
    return np.asarray(unnormalized / unnormalized.sum(axis=1, keepdims=True))


def distances(calibration: Calibration, images: Images) -> Floats:
    """Distance of preprocessed images (n, 784) from the space of digits, 0 to 28."""
    return np.asarray(np.sqrt(_squares(calibration, images)[1]))


def explained(calibration: Calibration, images: Images) -> Floats:
    """Share of the squared distance from the mean that lies in the space of digits, 0 to 1."""
    inside, outside = _squares(calibration, images)
    return np.asarray(inside / np.maximum(inside + outside, np.finfo(np.float32).tiny))


def _squares(calibration: Calibration, images: Images) -> tuple[Floats, Floats]:
    """Split the squared distance from the mean: inside the space of digits, outside of it, (n,)."""
    components = calibration.components.astype(np.float32)
    components /= np.maximum(np.linalg.norm(components, axis=1, keepdims=True), 1)
    inside, outside = np.empty((2, len(images)), np.float32)
    for start in range(0, len(images), ROWS_AT_ONCE):
        rows = slice(start, start + ROWS_AT_ONCE)
        centered = images[rows].astype(np.float32) / 255 - calibration.mean
        inside[rows] = ((centered @ components.T) ** 2).sum(axis=1)
        outside[rows] = (centered**2).sum(axis=1) - inside[rows]
    return inside, np.maximum(outside, 0)


def min_explained(calibration: Calibration, preprocessing: str) -> float:
    """Share that the components must explain, 0 to 1: more than they explain of 98% of noise.

    It follows from mean and components, so no checkpoint holds it.
    """
    shares = explained(calibration, _noise(preprocessing))
    return float(shares.mean() + NOISE_DEVIATIONS * shares.std())


@cache
def _noise(preprocessing: str) -> Images:
    """Return random greys, and random black and white, after a preprocessing: (200, 784)."""
    greys = np.random.default_rng(0).integers(0, 256, (2 * NOISE, PIXELS), np.uint8)
    greys[NOISE:] = np.where(greys[NOISE:] < 128, 0, 255)
    return preprocess(greys, preprocessing)


def is_outlier(
    calibration: Calibration, images: Images, scores: Floats, preprocessing: str
) -> NDArray[np.bool_]:
    """Whether images (n, 784) with scores (n, 10) are unlike any digit, (n,).

    The images went through `preprocessing` before.
    """
    far = distances(calibration, images) > calibration.max_distance
    noisy = explained(calibration, images) < min_explained(calibration, preprocessing)
    return np.asarray(far | noisy | (scores.max(axis=1) < calibration.min_score))
