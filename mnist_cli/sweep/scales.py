"""From values to places on an axis: linear or logarithmic, with ticks at round numbers."""

from collections.abc import Sequence
from itertools import pairwise
from math import ceil, floor, log10
from typing import NamedTuple

DECADE = 10  # errors over more than that are drawn on a logarithmic axis
TINY = 1e-9  # rounding when ticks are counted
MANTISSAS = (1, 2, 5)


class Scale(NamedTuple):
    """An axis.

    Attributes
    ----------
    low, high : the values at its ends
    start, end : the places of these, for example in pixels
    logarithmic : whether equal factors, not equal differences, are equally long
    """

    low: float
    high: float
    start: float
    end: float
    logarithmic: bool = False

    def __call__(self, value: float) -> float:
        """Return the place of a value; what lies beyond an end is put at that end."""
        low, high = self._scaled(self.low), self._scaled(self.high)
        share = (self._scaled(max(value, self.low)) - low) / (high - low) if high > low else 0.5
        return self.start + min(share, 1.0) * (self.end - self.start)

    def _scaled(self, value: float) -> float:
        return log10(value) if self.logarithmic else value

    def ticks(self, most: int = 6) -> list[float]:
        """Return at most about `most` round values between the ends."""
        ticks = _powers(self.low, self.high, most) if self.logarithmic else []
        return ticks if len(ticks) > 2 else _multiples(self.low, self.high, most)


def spans_a_decade(values: Sequence[float]) -> bool:
    """Whether positive values differ by more than a factor of ten."""
    return min(values) > 0 and max(values) > DECADE * min(values)


def grows_by_factors(values: Sequence[float]) -> bool:
    """Whether positive values are more evenly spaced on a logarithmic axis than on a linear one."""
    ordered = sorted(set(values))
    if len(ordered) < 3 or ordered[0] <= 0:
        return len(ordered) == 2 and spans_a_decade(ordered)
    return _unevenness([log10(value) for value in ordered]) < _unevenness(ordered)


def _unevenness(ordered: Sequence[float]) -> float:
    gaps = [right - left for left, right in pairwise(ordered)]
    return max(gaps) / min(gaps)


def _powers(low: float, high: float, most: int) -> list[float]:
    """Return 1, 2 and 5 times the powers of ten, or the powers alone where these are too many."""
    powers = range(floor(log10(low)), ceil(log10(high)) + 1)
    for mantissas in (MANTISSAS, (1,)):
        ticks = [float(f"{m}e{p}") for p in powers for m in mantissas]
        inside = [tick for tick in ticks if low <= tick <= high]
        if len(inside) <= most:
            break
    return inside


def _multiples(low: float, high: float, most: int) -> list[float]:
    """Return the multiples of 1, 2 or 5 times a power of ten."""
    if high <= low:
        return [low]
    rough = (high - low) / most
    power = 10.0 ** floor(log10(rough))
    step = next(
        factor * power for factor in (1, 2, 5, 10) if factor * power >= rough - TINY * power
    )
    return [i * step for i in range(ceil(low / step - TINY), floor(high / step + TINY) + 1)]
