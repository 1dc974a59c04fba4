"""A network's answers to images and pictures, and how far they can be trusted."""

from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from mnist_cli.data.preprocessing import preprocess
from mnist_cli.network.activations import Array
from mnist_cli.network.backpropagation import AT_ONCE
from mnist_cli.network.network import to_inputs
from mnist_cli.training.answer_sets import in_sets, limit_of
from mnist_cli.training.checkpoint import Checkpoint
from mnist_cli.training.confidence import confidences, lowered
from mnist_cli.training.outliers import is_outlier

if TYPE_CHECKING:  # Pillow is for those who have pictures
    from collections.abc import Sequence

    from mnist_cli.pictures.reader import Picture

UNLIKE = "unlike any digit that the network knows"
OTHERWISE = "the network that comes along reads {}"


class Answers(NamedTuple):
    """What a network says to n images.

    Attributes
    ----------
    scores : (n, 10), the outputs of the network; sigmoid outputs do not add up to 1
    confidences : (n, 10), probability that each digit is right, calibrated on validation images if
        the network had any; a row adds up to 1
    unlike : (n,) whether an image is like no digit that the network knows
    """

    scores: Array
    confidences: Array
    unlike: NDArray[np.bool_]

    @property
    def cautious(self) -> NDArray[Any]:
        """The confidences, at most 55% where an image is like no digit that the network knows."""
        return lowered(self.confidences, self.unlike)


def answer(checkpoint: Checkpoint, images: NDArray[np.uint8]) -> Answers:
    """Let the network answer images (n, 784), as it sees them after its preprocessing."""
    starts = range(0, max(1, len(images)), AT_ONCE)
    parts = [_answer_together(checkpoint, images[start : start + AT_ONCE]) for start in starts]
    return Answers(*map(np.concatenate, zip(*parts, strict=True)))


def _answer_together(checkpoint: Checkpoint, images: NDArray[np.uint8]) -> Answers:
    seen = preprocess(images, checkpoint.run.config.preprocessing)
    inputs = to_inputs(seen)
    scores, logits = checkpoint.network(inputs), checkpoint.network.logits(inputs)
    calibration = checkpoint.calibration
    chances = confidences(logits, calibration.logit_scale if calibration else 1.0)
    unlike = np.zeros(len(seen), bool)
    if calibration:
        unlike = is_outlier(calibration.spaces, calibration.limits, seen, scores)
    return Answers(scores, chances, unlike)


class Reading(NamedTuple):
    """The answer to one picture.

    Attributes
    ----------
    digit : 0 to 9, or None for a picture without ink
    confidence : probability that the digit is right, calibrated on validation images if the
        network had any; at most 55% where the picture is like no digit
    scores : the ten outputs of the network; sigmoid outputs do not add up to 1
    warnings : reasons to doubt the answer
    box : left, top, right and bottom edge of the digit, in pixels of the picture
    set : the digits that it may be, the likeliest first, if sets were asked for
    """

    digit: int | None
    confidence: float
    scores: list[float]
    warnings: list[str]
    box: list[int]
    set: list[int] | None = None


def read_pictures(
    checkpoint: Checkpoint, pictures: "Sequence[Picture]", level: float | None = None
) -> list[Reading]:
    """Let the network answer all pictures at once, with answer sets if there is a `level`.

    Raises InputError if the network has none for this level.
    """
    answers = answer(checkpoint, np.stack([picture.image for picture in pictures]))
    columns = answers.scores, answers.cautious, answers.unlike
    rows = zip(*(array.tolist() for array in columns), strict=True)
    readings = [_reading(picture, *row) for picture, row in zip(pictures, rows, strict=True)]
    if level is None:
        return readings
    chosen = answer_sets(checkpoint, answers, level)
    return [_with_set(*each) for each in zip(readings, chosen, answers.confidences, strict=True)]


def answer_sets(checkpoint: Checkpoint, answers: Answers, level: float) -> NDArray[np.bool_]:
    """Whether each digit is in the set of each answer, (n, 10); see `training.answer_sets`."""
    calibration = checkpoint.calibration
    limits = calibration.set_limits if calibration else np.zeros(0, np.float32)
    return in_sets(answers.confidences, limit_of(limits, level))


def _with_set(reading: Reading, inside: NDArray[np.bool_], chances: NDArray[Any]) -> Reading:
    """Add the digits of a set, the likeliest first, if there is a digit at all."""
    if reading.digit is None:
        return reading
    order = np.argsort(-chances, kind="stable")
    return reading._replace(set=order[inside[order]].tolist())


def _reading(
    picture: "Picture", scores: list[float], probabilities: list[float], outlier: bool
) -> Reading:
    warnings, box = list(picture.warnings), list(picture.box)
    if not picture.image.any():
        return Reading(None, 0.0, scores, warnings, box)
    digit = max(range(10), key=scores.__getitem__)
    return Reading(digit, probabilities[digit], scores, warnings + [UNLIKE] * outlier, box)


def with_second_opinion(reading: Reading, other: Reading) -> Reading:
    """Add a warning if the network that comes with the program reads another digit."""
    if reading.digit == other.digit:
        return reading
    return reading._replace(warnings=[*reading.warnings, OTHERWISE.format(other.digit)])
