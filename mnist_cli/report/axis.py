"""The upright axis of a chart: its range, and ticks at round numbers with distinct labels."""

from collections.abc import Sequence
from math import ceil, floor, log10
from typing import NamedTuple

ROOM = 0.06  # share of the range that stays free above and below the curves
TICKS = 5
TINY = 1e-9  # rounding when ticks are counted
SUPERSCRIPTS = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")


class Axis(NamedTuple):
    """What an axis shows.

    Attributes
    ----------
    low, high : its ends; on a logarithmic axis, the powers of ten there
    logarithmic : whether equal factors are equally long
    has_zero : whether its lower end stands for 0, which has no place on a logarithmic axis
    percent : whether values are shares, labelled in percent
    """

    low: float
    high: float
    logarithmic: bool = False
    has_zero: bool = False
    percent: bool = False

    def share(self, value: float) -> float:
        """Return how far up a value is, 0 to 1."""
        if self.logarithmic:
            value = log10(value) if value > 0 else self.low
        return (value - self.low) / (self.high - self.low)

    def ticks(self) -> list[tuple[float, str]]:
        """Return values and labels, no two of them alike."""
        return self._powers() if self.logarithmic else self._multiples()

    def _powers(self) -> list[tuple[float, str]]:
        step = max(1, ceil((self.high - self.low) / TICKS))
        zero = [(0.0, "0")] if self.has_zero else []
        first = round(self.low) + self.has_zero
        powers = range(first, round(self.high) + 1, step)
        return [*zero, *((10.0**power, power_of_ten(power)) for power in powers)]

    def _multiples(self) -> list[tuple[float, str]]:
        rough = (self.high - self.low) / TICKS
        power = 10.0 ** floor(log10(rough))
        step = power * next(factor for factor in (1, 2, 5, 10) if factor * power >= rough)
        first, last = ceil(self.low / step - TINY), floor(self.high / step + TINY)
        return [(i * step, self._label(i * step, step)) for i in range(first, last + 1)]

    def _label(self, value: float, step: float) -> str:
        """Return a value with as many digits as tell it from the next tick."""
        if self.percent:
            return f"{value:.{_places(100 * step)}%}"
        largest = max(abs(self.low), abs(self.high))
        if step >= 1e-4 and largest < 1e6:
            return f"{value:,.{_places(step)}f}".replace("-", "−")
        digits = max(0, floor(log10(largest)) - floor(log10(step) + TINY))
        return f"{value:.{digits}e}".replace("-", "−") if value else "0"


def _places(step: float) -> int:
    """Return how many decimal places a step needs."""
    return max(0, -floor(log10(step) + TINY))


def power_of_ten(power: int) -> str:
    """Return a power of ten as text: 10⁻³."""
    return "1" if power == 0 else "10" + str(power).translate(SUPERSCRIPTS)


def axis_for(values: Sequence[float], *, percent: bool = False) -> Axis:
    """Return a linear axis with room for all values."""
    low, high = min(values), max(values)
    room = (high - low) * ROOM or abs(high) * 0.1 or 1.0
    return Axis(low - room, high + room, percent=percent)


def logarithmic_axis_for(values: Sequence[float]) -> Axis:
    """Return an axis from power of ten to power of ten; a 0 among the values lies below them."""
    powers = [log10(value) for value in values if value > 0] or [0.0]
    has_zero = min(values) <= 0
    low = floor(min(powers)) - has_zero
    return Axis(low, max(ceil(max(powers)), low + 1), logarithmic=True, has_zero=has_zero)
