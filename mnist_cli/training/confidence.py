"""How far a network's answer can be trusted: a probability, calibrated on validation images.

The confidence is softmax(logit_scale · z) of the last layer's z. The factor is the one under which
the validation labels are most likely: temperature scaling (Guo et al. 2017), whose temperature is
1 / logit_scale. Where all of a few validation images are read right, no factor would be large
enough. So on average the answers to them are no surer than Laplace's rule of succession allows:
(m + 1) / (m + 2) after m right answers, 75% after 2 and 98% after 50.

An image that is unlike any digit (see `outliers`) may show none. So a third of its probability is
spread evenly over all digits, and no answer to it is sure. Of validation images and digits
photographed, scanned and drawn, the share of right answers is then nearest.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from mnist_cli.training.answer_sets import set_limits
from mnist_cli.training.outliers import (
    Digits,
    Floats,
    Images,
    Limits,
    Spaces,
    find_limits,
    find_spaces,
)

LOGIT_SCALES = (0.01, 100.0)  # smallest and largest


class Calibration(NamedTuple):
    """What turns a network's outputs into a confidence, and finds images that are no digit.

    Attributes
    ----------
    logit_scale : factor of the last layer's z before the softmax; 1 / temperature
    limits : what flags an image as unlike any digit
    spaces : of the digits, with which an image is compared
    set_limits : (500,) float32, the probability that puts a digit into an answer set, for levels
        from 0.500 to 0.999; (0,) where it was not measured
    """

    logit_scale: float
    limits: Limits
    spaces: Spaces
    set_limits: NDArray[np.float32]


class Measured(NamedTuple):
    """Preprocessed validation images (m, 784) with labels (m,), logits and scores (m, k)."""

    images: Images
    labels: Digits
    logits: Floats
    scores: Floats


def calibrate(images: Images, labels: Digits, validation: Measured) -> Calibration:
    """Find the spaces of digits in training images (n, 784), and the rest on `validation`.

    All images are preprocessed.
    """
    spaces = find_spaces(images, labels, validation.scores.shape[1])
    limits = find_limits(spaces, validation.images, validation.labels, validation.scores)
    scale = fit_logit_scale(validation.logits, validation.labels)
    chances = confidences(validation.logits, scale)
    right = chances[np.arange(len(chances)), validation.labels]
    return Calibration(scale, limits, spaces, set_limits(right))


def fit_logit_scale(logits: Floats, labels: Digits) -> float:
    """Factor of the logits, from 0.01 to 100, under which the labels are most likely.

    The loss is convex in the factor. So bisection finds where its slope is zero: the slope is the
    mean of Σ p z minus z of the right answer. The search ends earlier where the answers would be
    surer, on average, than the rule of succession allows.
    """
    shifted = logits - logits.max(axis=1, keepdims=True)
    right = float(shifted[np.arange(len(labels)), labels].mean())
    surest = (len(labels) + 1) / (len(labels) + 2)
    low, high = LOGIT_SCALES
    for _ in range(32):  # to 2e-9 of the factor
        middle = (low * high) ** 0.5
        unnormalized = np.exp(middle * shifted)
        sums = unnormalized.sum(axis=1)
        slope = float(((unnormalized * shifted).sum(axis=1) / sums).mean()) - right
        too_sure = float((1 / sums).mean()) > surest  # the likeliest class has exp(0)
        low, high = (middle, high) if slope < 0 and not too_sure else (low, middle)
    return float(middle)


def confidences(logits: Floats, logit_scale: float) -> Floats:
    """Probability of each answer, (n, k); each row adds up to 1."""
    unnormalized = np.exp(logit_scale * (logits - logits.max(axis=1, keepdims=True)))
    return np.asarray(unnormalized / unnormalized.sum(axis=1, keepdims=True))


def lowered(chances: Floats, unlike: NDArray[np.bool_]) -> Floats:
    """Spread a third of each row (n, k) evenly over all classes where an image is unlike any.

    So no answer of ten is above 70%, and each row still adds up to 1.
    """
    return np.where(unlike[:, None], (2 * chances + 1 / chances.shape[1]) / 3, chances)
