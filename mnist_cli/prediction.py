"""What a trained network reads in a picture, and how far that may be believed."""

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
    box : left, top, right, bottom of the digit in pixels of the picture
    """

    digit: int | None
    confidence: float
    scores: list[float]
    warnings: list[str]
    box: list[int]


def read_pictures(checkpoint: Checkpoint, pictures: Sequence[Picture]) -> list[Reading]:
    """Let the network answer all pictures at once, as it sees them after its preprocessing."""
    images = np.stack([picture.image for picture in pictures])
    seen = preprocess(images, checkpoint.run.config.preprocessing)
    inputs = to_inputs(seen)
    scores, logits = checkpoint.network(inputs), checkpoint.network.logits(inputs)
    calibration = checkpoint.calibration
    chances = confidences(logits, calibration.logit_scale if calibration else 1.0)
    unlike = is_outlier(calibration, seen, scores) if calibration else np.zeros(len(seen), bool)
    return [
        _reading(picture, *answers)
        for picture, *answers in zip(
            pictures, scores.tolist(), chances.tolist(), unlike.tolist(), strict=True
        )
    ]


def _reading(picture: Picture, scores: list[float], chances: list[float], unlike: bool) -> Reading:
    warnings, box = list(picture.warnings), list(picture.box)
    if not picture.image.any():
        return Reading(None, 0.0, scores, warnings, box)
    digit = max(range(10), key=scores.__getitem__)
    return Reading(digit, chances[digit], scores, warnings + [UNLIKE] * unlike, box)
