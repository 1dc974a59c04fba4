"""The spread of a few numbers: mean, smallest, largest, and Student's 95% interval of the mean."""

from collections.abc import Sequence
from math import cos, pi, sin, sqrt, tan
from statistics import fmean, stdev
from typing import NamedTuple


class Spread(NamedTuple):
    """How a few numbers spread.

    Attributes
    ----------
    mean, smallest, largest : of the numbers, in their unit
    half_width : the 95% interval of the mean is mean ± half_width; None for a single number
    """

    mean: float
    smallest: float
    largest: float
    half_width: float | None


def spread_of(values: Sequence[float]) -> Spread:
    """Return the spread of at least one number.

    The interval is Student's: it holds for numbers that are drawn from one normal distribution
    (Student 1908, "The Probable Error of a Mean").
    """
    half_width = None
    if len(values) > 1:
        half_width = t_quantile(len(values) - 1) * stdev(values) / sqrt(len(values))
    return Spread(fmean(values), min(values), max(values), half_width)


def t_quantile(freedom: int, inside: float = 0.95) -> float:
    """Return the t with |T| ≤ t for a share `inside` of Student's distribution.

    `freedom`: degrees of freedom, from 1. Found by bisection in the angle atan(t / √freedom).
    """
    low, high = 0.0, pi / 2
    for _ in range(60):
        middle = (low + high) / 2
        low, high = (middle, high) if share_inside(middle, freedom) < inside else (low, middle)
    return sqrt(freedom) * tan(low)


def share_inside(angle: float, freedom: int) -> float:
    """Return the share of Student's distribution with |T| ≤ √freedom · tan(angle).

    Abramowitz and Stegun 1964, "Handbook of Mathematical Functions", 26.7.3 and 26.7.4.
    """
    odd = freedom % 2
    term = cos(angle) if odd else 1.0
    total = 0.0
    for i in range(1 + odd, freedom, 2):
        total += term
        term *= i / (i + 1) * cos(angle) ** 2
    total *= sin(angle)
    return 2 / pi * (angle + total) if odd else total
