"""A network's answer to a picture, and how far it can be trusted."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from mnist_cli.data.preprocessing import preprocess
from mnist_cli.network.network import to_inputs
from mnist_cli.pictures.reader import Picture
from mnist_cli.training.checkpoint import Checkpoint
from mnist_cli.training.confidence import confidences, is_outlier

UNLIKE = "unlike any digit that the network knows"


class Reading(NamedTuple):
    """The answer to one picture.

    Attributes
    ----------
    digit : 0 to 9, or None for a picture without ink
    confidence : probability that the digit is right, calibrated on validation images if the
        network had any
    scores : the ten outputs of the network; sigmoid outputs do not add up to 1
    warnings : reasons to doubt the answer
    box : left, top, right and bottom edge of the digit, in pixels of the picture
    """

    digit: int | None
    confidence: float
    scores: list[float]
    warnings: list[str]
    box: list[int]


def read_pictures(checkpoint: Checkpoint, pictures: Sequence[Picture]) -> list[Reading]:
    """Return the network's answers to pictures; the images are preprocessed for it first."""
    images = np.stack([picture.image for picture in pictures])
    preprocessed = preprocess(images, checkpoint.run.config.preprocessing)
    inputs = to_inputs(preprocessed)
    scores, logits = checkpoint.network(inputs), checkpoint.network.logits(inputs)
    logit_scale, outlier = 1.0, np.zeros(len(scores), bool)
    if checkpoint.calibration is not None:
        logit_scale = checkpoint.calibration.logit_scale
        outlier = is_outlier(checkpoint.calibration, preprocessed, scores)
    probabilities = confidences(logits, logit_scale)
    return [
        _reading(picture, *answers)
        for picture, *answers in zip(
            pictures, scores.tolist(), probabilities.tolist(), outlier.tolist(), strict=True
        )
    ]


def _reading(
    picture: Picture, scores: list[float], probabilities: list[float], outlier: bool
) -> Reading:
    warnings, box = list(picture.warnings), list(picture.box)
    if not picture.image.any():
        return Reading(None, 0.0, scores, warnings, box)
    digit = max(range(10), key=scores.__getitem__)
    return Reading(digit, probabilities[digit], scores, warnings + [UNLIKE] * outlier, box)
