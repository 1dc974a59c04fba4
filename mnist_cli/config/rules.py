"""Rules for values: the same rule checks a setting in configuration files and in options."""

import math
from collections.abc import Collection
from typing import Any, NamedTuple, Protocol


class Rule(Protocol):
    """A type and a range.

    `text` says what is allowed. `check` checks a value of a configuration file. `parse` checks the
    text of an option or an environment variable.
    """

    @property
    def text(self) -> str:
        """What is allowed, in words that continue "must be ..."."""

    def check(self, value: Any) -> Any:
        """Return `value` in its final type. Raises ValueError if it is not allowed."""

    def parse(self, text: str) -> Any:
        """Return the value that `text` means. Raises ValueError, KeyError or OverflowError."""


class Integer(NamedTuple):
    """A whole number from `low` to `high`, including both."""

    low: int
    high: int

    @property
    def text(self) -> str:
        """See `Rule`."""
        return f"a whole number from {self.low} to {self.high}"

    def check(self, value: Any) -> int:
        """See `Rule`; True and 3.0 are not whole numbers."""
        if type(value) is not int or not self.low <= value <= self.high:
            raise ValueError
        return value

    def parse(self, text: str) -> int:
        """See `Rule`."""
        return self.check(int(text))


class Number(NamedTuple):
    """A number from `low` to `high`; `above` excludes the lower end, `below` the upper one."""

    low: float
    high: float
    above: bool = False
    below: bool = False

    @property
    def text(self) -> str:
        """See `Rule`."""
        low = f"greater than {self.low:g}" if self.above else f"at least {self.low:g}"
        high = f"less than {self.high:g}" if self.below else f"at most {self.high:g}"
        return f"a number {low} and {high}"

    def check(self, value: Any) -> float:
        """See `Rule`; NaN and infinity are not allowed."""
        if type(value) not in (int, float) or not self._holds(value):
            raise ValueError
        return float(value)

    def parse(self, text: str) -> float:
        """See `Rule`."""
        return self.check(float(text))

    def _holds(self, value: float) -> bool:
        low = value > self.low if self.above else value >= self.low
        high = value < self.high if self.below else value <= self.high
        return low and high and math.isfinite(value)


class Names(Protocol):
    """A table with names."""

    def names(self) -> Collection[str]:
        """Return the names that the table has now."""


class Choice(NamedTuple):
    """One of the names in a table, which is read when a value is checked."""

    table: Names

    @property
    def text(self) -> str:
        """See `Rule`."""
        return "one of " + ", ".join(self.table.names())

    def check(self, value: Any) -> str:
        """See `Rule`."""
        if not isinstance(value, str) or value not in self.table.names():
            raise ValueError
        return value

    def parse(self, text: str) -> str:
        """See `Rule`; in an option Sigmoid is sigmoid, and cross-entropy is cross_entropy."""
        known = {name.lower(): name for name in self.table.names()}
        return self.check(known.get(text.lower().replace("-", "_"), text))


class Switch(NamedTuple):
    """True or false."""

    @property
    def text(self) -> str:
        """See `Rule`."""
        return "true or false"

    def check(self, value: Any) -> bool:
        """See `Rule`."""
        if not isinstance(value, bool):
            raise ValueError
        return value

    def parse(self, text: str) -> bool:
        """See `Rule`."""
        return {"true": True, "1": True, "false": False, "0": False}[text.lower()]


class Sizes(NamedTuple):
    """Neurons in each hidden layer: a list, or in an option numbers separated by commas."""

    largest: int
    most: int

    @property
    def text(self) -> str:
        """See `Rule`."""
        return f"up to {self.most} whole numbers from 1 to {self.largest}, like 16,16, or none"

    def check(self, value: Any) -> tuple[int, ...]:
        """See `Rule`."""
        if not isinstance(value, (list, tuple)) or len(value) > self.most:
            raise ValueError
        return tuple(Integer(1, self.largest).check(size) for size in value)

    def parse(self, text: str) -> tuple[int, ...]:
        """See `Rule`."""
        return () if text == "none" else self.check([int(size) for size in text.split(",")])
