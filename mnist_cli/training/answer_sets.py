"""Sets of digits that hold the right one as often as asked, where one answer would not do.

Split conformal prediction (Vovk, Gammerman, Shafer: Algorithmic Learning in a Random World, 2005;
Sadinle, Lei, Wasserman: Least ambiguous set-valued classifiers, JASA 114, 2019): a digit is in the
set if its probability reaches a limit. The limit for a level is what that share of the validation
images reaches with the right digit. So the promise holds, on average, for pictures like these. Two
rules make sets only larger, and leave the promise as it is: the likeliest digit is always in the
set, and so is each that has one chance in four.
"""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from mnist_cli.errors import InputError

Floats = NDArray[np.floating[Any]]
LOWEST, HIGHEST = 0.5, 0.999  # levels
THOUSANDTHS = np.arange(500, 1000)  # the levels of the limits
ALWAYS = 0.25  # probability from which a digit is in every set


def set_limits(right: Floats) -> NDArray[np.float32]:
    """Return the limit for each level from 0.500 to 0.999, (500,).

    `right` (m,) are the probabilities that the validation images give to the right digit. A level
    that m images cannot hold has the limit 0: all ten digits.
    """
    descending = np.append(np.sort(right)[::-1], 0)
    ranks = -(-(len(right) + 1) * THOUSANDTHS // 1000)  # rounded up
    limits = np.minimum(descending[np.minimum(ranks, len(descending)) - 1], ALWAYS)
    below: NDArray[np.float32] = np.nextafter(limits.astype(np.float32), np.float32(0))
    return below  # float32 may be above a probability that must reach it


def limit_of(limits: NDArray[np.float32], level: float) -> float:
    """Return the limit for a level, which is rounded up to thousandths.

    Raises InputError if the level is not from 0.5 to 0.999, or there are no limits.
    """
    if not LOWEST <= level <= HIGHEST:
        raise InputError(f"sets: the level must be from {LOWEST} to {HIGHEST}, got {level}")
    if not len(limits):
        raise InputError(
            "sets: this network has none, because it was trained without validation images or by "
            "an older version; train it again, with validation_size above 0"
        )
    thousandth = int(np.ceil(round(level * 1000, 6)))
    return float(limits[thousandth - THOUSANDTHS[0]])


def in_sets(confidences: Floats, limit: float) -> NDArray[np.bool_]:
    """Whether each digit is in the set of each answer, (n, 10)."""
    likeliest = confidences >= confidences.max(axis=1, keepdims=True)
    return np.asarray((confidences >= limit) | likeliest)
