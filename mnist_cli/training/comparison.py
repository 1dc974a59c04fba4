"""Which of two networks reads better, as far as one set of images can tell.

Both have read the same images, so only those count that one read right and the other wrong. If the
networks were equally good, each of these images would favour one or the other like a fair coin:
McNemar's test (McNemar 1947).
"""

from math import comb, erfc, sqrt
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

FEW = 25  # images below which the approximation by the normal distribution is poor
LIKELY = 0.05  # p value from which a difference may be chance


class Difference(NamedTuple):
    """How two networks differ on the same images.

    Attributes
    ----------
    only_first, only_second : images that only this one read right
    p_value : how likely so large a difference is between networks that are equally good
    """

    only_first: int
    only_second: int
    p_value: float

    @property
    def told_apart(self) -> bool:
        """Whether the difference is larger than chance explains, at the level of 5%."""
        return self.p_value < LIKELY


def compare(first: NDArray[np.bool_], second: NDArray[np.bool_]) -> Difference:
    """Compare two networks by which images (n,) each has read right."""
    only_first, only_second = int((first & ~second).sum()), int((second & ~first).sum())
    return Difference(only_first, only_second, mcnemar(only_first, only_second))


def mcnemar(only_first: int, only_second: int) -> float:
    """Return the two-sided p value: exact for few images, else with Edwards' correction (1948)."""
    count, smaller = only_first + only_second, min(only_first, only_second)
    if count < FEW:
        tail = sum(comb(count, k) for k in range(smaller + 1)) / (1 << count)
        return min(1.0, 2 * tail)
    distance = max(0, abs(only_first - only_second) - 1) / sqrt(count)
    return erfc(distance / sqrt(2))
