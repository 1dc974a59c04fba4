"""A network's answers to images and pictures, and how far they can be trusted."""

from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from mnist_cli.classes import are_digits
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
UNLIKE_OTHERS = "unlike any image that the network knows"  # where these are no digits
OTHERWISE = "the network that comes along reads {}"


class Answers(NamedTuple):
    """What a network says to n images.

    Attributes
    ----------
    scores : (n, k), the outputs of the network; sigmoid outputs do not add up to 1
    confidences : (n, k), probability that each class is right, calibrated on validation images if
        the network had any; a row adds up to 1
    unlike : (n,) whether an image is like none that the network knows
    """

    scores: Array
    confidences: Array
    unlike: NDArray[np.bool_]

    @property
    def cautious(self) -> NDArray[Any]:
        """The confidences, at most 70% where an image is like no digit that the network knows."""
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
    digit : 0 to 9, or None for a picture without ink, and for a network of other classes
    label : name of the class; of a digit "0" to "9"
    confidence : probability that the answer is right, calibrated on validation images if the
        network had any; of ten classes at most 70% where the picture is like none
    scores : the outputs of the network, one for each class; sigmoid outputs do not add up to 1
    warnings : reasons to doubt the answer
    box : left, top, right and bottom edge of what was read, in pixels of the picture
    set : names of the classes that it may be, the likeliest first, if sets were asked for
    """

    digit: int | None
    label: str | None
    confidence: float
    scores: list[float]
    warnings: list[str]
    box: list[int]
    set: list[str] | None = None


def read_pictures(
    checkpoint: Checkpoint, pictures: "Sequence[Picture]", level: float | None = None
) -> list[Reading]:
    """Let the network answer all pictures at once, with answer sets if there is a `level`.

    Raises InputError if the network has none for this level.
    """
    pictures = settled(checkpoint, pictures)
    answers = answer(checkpoint, np.stack([picture.image for picture in pictures]))
    columns = answers.scores, answers.cautious, answers.unlike
    rows = zip(*(array.tolist() for array in columns), strict=True)
    classes = checkpoint.provenance.classes
    readings = [
        _reading(picture, classes, *row) for picture, row in zip(pictures, rows, strict=True)
    ]
    if level is None:
        return readings
    sets = _named_sets(classes, answer_sets(checkpoint, answers, level), answers.confidences)
    return [
        reading._replace(set=names) if reading.label is not None else reading
        for reading, names in zip(readings, sets, strict=True)
    ]


def settled(checkpoint: Checkpoint, pictures: "Sequence[Picture]") -> "list[Picture]":
    """Return each picture, or what else its digit may be: the likeliest, with the network's word.

    What is unlike any digit is less likely one. Of those equally likely the first counts: so
    strokes that lie apart are one digit if together they are like one, or if the largest of them
    alone is unlike any, too. A network that was not calibrated cannot tell, and changes nothing.
    """
    options = [picture.options for picture in pictures]
    images = [one.image for group in options for one in group]
    if not images or checkpoint.calibration is None:
        return list(pictures)
    unlike = iter(answer(checkpoint, np.stack(images)).unlike.tolist())
    chosen = []
    for picture, group in zip(pictures, options, strict=True):
        odds = [one.odds_if(next(unlike)) for one in group]
        chosen.append(group[odds.index(max(odds))] if group else picture)
    return [one._replace(joined=None, otherwise=()) for one in chosen]


def answer_sets(checkpoint: Checkpoint, answers: Answers, level: float) -> NDArray[np.bool_]:
    """Whether each class is in the set of each answer, (n, k); see `training.answer_sets`."""
    calibration = checkpoint.calibration
    limits = calibration.set_limits if calibration else np.zeros(0, np.float32)
    return in_sets(answers.confidences, limit_of(limits, level))


def _named_sets(
    classes: tuple[str, ...], inside: NDArray[np.bool_], chances: NDArray[Any]
) -> list[list[str]]:
    """Return the names of the classes in each set (n, k), the likeliest first."""
    orders = np.argsort(-chances, axis=1, kind="stable")
    return [
        [classes[number] for number in order if row[number]]
        for row, order in zip(inside, orders, strict=True)
    ]


def _reading(
    picture: "Picture",
    classes: tuple[str, ...],
    scores: list[float],
    probabilities: list[float],
    outlier: bool,
) -> Reading:
    warnings, box = list(picture.warnings), list(picture.box)
    is_paper = picture.odds_if(outlier) <= 0
    if is_paper or not picture.image.any():
        warnings = [UNLIKE] if is_paper else warnings
        return Reading(None, None, 0.0, scores, warnings, box)
    number = max(range(len(scores)), key=scores.__getitem__)
    label, digits = classes[number], are_digits(classes)
    warnings += [UNLIKE if digits else UNLIKE_OTHERS] * outlier
    return Reading(
        int(label) if digits else None, label, probabilities[number], scores, warnings, box
    )


def with_second_opinion(reading: Reading, other: Reading) -> Reading:
    """Add a warning if the network that comes with the program reads another digit."""
    if reading.digit == other.digit:
        return reading
    said = "no digit" if other.digit is None else other.digit
    return reading._replace(warnings=[*reading.warnings, OTHERWISE.format(said)])
