"""How doubtful a network's answers are: what speaks against ink being a digit, in nats."""

import numpy as np
from numpy.typing import NDArray

from mnist_cli.data.preprocessing import preprocess
from mnist_cli.network.network import to_inputs
from mnist_cli.training.checkpoint import Checkpoint
from mnist_cli.training.confidence import confidences
from mnist_cli.training.outliers import compare

_FAR = 0.6  # of the distance that is unlike any digit; from here on it speaks against a digit
_FAR_PRICE = 5.0  # nats for a distance once more as large
_DOUBT_PRICE = 1.4  # times -log of the confidence
_SCORE_PRICE = 0.6  # nats for a best score of 0; for one of 1 there are none


def against(checkpoint: Checkpoint, images: NDArray[np.uint8]) -> NDArray[np.floating]:
    """Return how doubtful the answers to images (n, 784) are, and how unlike digits they look."""
    seen = preprocess(images, checkpoint.run.config.preprocessing)
    inputs, calibration = to_inputs(seen), checkpoint.calibration
    scores, logits = checkpoint.network(inputs), checkpoint.network.logits(inputs)
    chances = confidences(logits, calibration.logit_scale if calibration else 1.0)
    price = _SCORE_PRICE * (1 - np.minimum(scores.max(1), 1))
    price = price - _DOUBT_PRICE * np.log(chances.max(1))
    if calibration:
        away, _ = compare(calibration.spaces, seen, scores.argmax(1))
        far = away / calibration.limits.max_distance
        price = price + _FAR_PRICE * np.maximum(far - _FAR, 0)
    return np.asarray(price)
