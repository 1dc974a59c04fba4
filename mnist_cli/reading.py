"""What a trained network reads in a picture."""

from typing import NamedTuple

import numpy as np

from mnist_cli.evaluation import to_inputs
from mnist_cli.network import Network
from mnist_cli.pictures import Picture


class Reading(NamedTuple):
    """The answer to one picture.

    Attributes
    ----------
    digit : 0 to 9, or None for a picture without ink
    confidence : the digit's share of all scores, 0 to 1
    scores : the ten outputs of the network
    warnings : reasons to doubt
    """

    digit: int | None
    confidence: float
    scores: list[float]
    warnings: list[str]


def read_digit(network: Network, picture: Picture) -> Reading:
    """Let the network answer. Outputs need not add up to 1, so their shares are taken."""
    inputs = np.empty((1, 784), np.float32)
    to_inputs(picture.image[np.newaxis], inputs)
    scores = network(inputs)[0].astype(float)
    positive = np.maximum(scores, 0.0)
    shares = positive / max(positive.sum(), 1e-9)
    if not picture.image.any():
        return Reading(None, 0.0, scores.tolist(), list(picture.warnings))
    digit = int(scores.argmax())
    return Reading(digit, float(shares[digit]), scores.tolist(), list(picture.warnings))
