"""What varies in a sweep: one setting, or several that are changed together."""

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from mnist_cli.config.files import config_values
from mnist_cli.config.rules import Integer, Number, Sizes
from mnist_cli.config.settings import SETTINGS, nearest, parse_setting
from mnist_cli.errors import ConfigError

CONFIG = "config"  # varies all settings of a configuration
CONFIGS = "names of configurations, or files, in UTF-8"
RANGE, COUNT, TOGETHER = "..", ":", "+"
LONGEST_RANGE = 1000  # values
DIGITS = range(2, 17)  # significant digits of a value inside a range: as few as tell all apart


class Axis(NamedTuple):
    """One thing that varies.

    Attributes
    ----------
    names : settings, or "config"; several names are changed together
    values : for each point on the axis, one value per name
    shown : how each of these was written: "16-16", "none", "16+1"
    """

    names: tuple[str, ...]
    values: tuple[tuple[Any, ...], ...]
    shown: tuple[str, ...]

    @property
    def title(self) -> str:
        """The names as they are written in a command: "batch-size+epochs"."""
        return TOGETHER.join(name.replace("_", "-") for name in self.names)

    def settings(self, index: int) -> dict[str, Any]:
        """Return the settings of one point on the axis."""
        chosen = dict(zip(self.names, self.values[index], strict=True))
        return config_values(chosen[CONFIG]) if CONFIG in chosen else chosen


def axis_of_text(names: Sequence[str], text: str, where: str) -> Axis:
    """Read `1,4,16`, `0.01..100:9`, `none,16,16-16`, or for several names `16+1,64+4`.

    Raises ConfigError, whose message begins with `where`.
    """
    _check_names(names, where)
    values, shown = [], []
    for item in text.split(","):
        for texts in _items(names, item, where):
            values.append(tuple(map(_read, names, texts, [where] * len(names))))
            shown.append(TOGETHER.join(map(as_shown, names, values[-1])))
    return _axis(names, values, shown, where)


def axis_of_values(columns: Mapping[str, Any], where: str) -> Axis:
    """Make an axis of lists of JSON values by name; several names are changed together.

    A single name may also have a text, which is read as on the command line. Raises ConfigError,
    whose message begins with `where`.
    """
    names = tuple(columns)
    _check_names(names, where)
    if len(names) == 1 and isinstance(columns[names[0]], str):
        return axis_of_text(names, columns[names[0]], where)
    lists = [_as_list(name, columns[name], where) for name in names]
    if len({len(values) for values in lists}) > 1:
        counts = ", ".join(f"{len(v)} for {n}" for n, v in zip(names, lists, strict=True))
        raise ConfigError(f"{where}: must have equally many values for each name, got {counts}")
    rows = tuple(zip(*lists, strict=True))
    return _axis(names, rows, [TOGETHER.join(map(as_shown, names, row)) for row in rows], where)


def _axis(
    names: Sequence[str], values: Sequence[tuple[Any, ...]], shown: Sequence[str], where: str
) -> Axis:
    twice = next((text for text in shown if shown.count(text) > 1), None)
    if twice is not None:
        layers = tuple(names) == ("hidden_sizes",) and twice != as_shown("hidden_sizes", ())
        way_out = f", or write two layers as {twice}-{twice}" if layers else ""
        raise ConfigError(
            f"{where}: must have different values, got {twice} twice; leave one out{way_out}"
        )
    return Axis(tuple(names), tuple(values), tuple(shown))


def _check_names(names: Sequence[str], where: str) -> None:
    known = [name for name in SETTINGS if name != "seed"]
    for name in names:
        if name == "seed":
            raise ConfigError(
                f"{where}: seed does not vary, every combination gets the same seeds, got seed; "
                "give them with --seeds 1,2, or as seeds in a file or in Python"
            )
        if name == CONFIG and len(names) > 1:
            raise ConfigError(f"{where}: config stands alone, got it together with others")
        if name not in (*known, CONFIG):
            raise ConfigError(f"{where}: unknown setting {name!r}{nearest(name, known)}")
    if len(set(names)) < len(names):
        raise ConfigError(f"{where}: must name each setting once, got {TOGETHER.join(names)}")


# -- texts -----------------------------------------------------------------------------------------


def _items(names: Sequence[str], item: str, where: str) -> Iterator[list[str]]:
    """Yield the texts for all names, once for each value that an item means."""
    if len(names) > 1:
        texts = item.split(TOGETHER)
        if len(texts) != len(names):
            raise ConfigError(
                f"{where}: must have {len(names)} values joined by +, one for each name, "
                f"got {item!r}"
            )
        yield texts
    elif RANGE in item and isinstance(_rule(names[0]), (Integer, Number)):
        yield from ([text] for text in _range(names[0], item, where))
    else:
        yield [item]


def _rule(name: str) -> Any:
    return SETTINGS[name].rule if name in SETTINGS else None


def _read(name: str, text: str, where: str) -> Any:
    if not text:
        raise ConfigError(
            f"{where}: must have a value before and after each comma, got none; write no spaces "
            "between them"
        )
    if name == CONFIG:
        return _as_list(name, [text], where)[0]
    if isinstance(_rule(name), Sizes):
        text = text.replace("-", ",")
    try:
        return parse_setting(name, text)
    except ConfigError as error:
        raise ConfigError(f"{where}: {name} {_dashed(name, str(error))}") from error


def _dashed(name: str, message: str) -> str:
    """Tell layers as a sweep takes them: a comma is between two values here."""
    return message.replace("16,16", "16-16") if isinstance(_rule(name), Sizes) else message


def _range(name: str, item: str, where: str) -> list[str]:
    """Return the values of `low..high:count`, evenly on a log scale, rounded to few digits."""
    ends, _, count = item.partition(COUNT)
    low_text, _, high_text = ends.partition(RANGE)
    try:
        low, high, number = float(low_text), float(high_text), int(count)
    except ValueError as error:
        raise ConfigError(
            f"{where}: a range must be low..high:count, like 0.01..100:9, got {item!r}"
        ) from error
    if not (0 < low < high < math.inf and 2 <= number <= LONGEST_RANGE):
        raise ConfigError(
            f"{where}: a range must rise from more than 0, with 2 to {LONGEST_RANGE} values, "
            f"got {item!r}"
        )
    exact = [low * (high / low) ** (step / (number - 1)) for step in range(1, number - 1)]
    inside = _distinct(exact, whole=isinstance(_rule(name), Integer))
    texts = [low_text, *inside, high_text]
    if len({float(text) for text in texts}) < number:
        what = "whole numbers" if isinstance(_rule(name), Integer) else "different values"
        raise ConfigError(f"{where}: has fewer than {number} {what}, got {item!r}")
    return texts


def _distinct(numbers: Sequence[float], *, whole: bool) -> list[str]:
    """Round numbers to as few digits as keep them apart, if any number of digits does."""
    if whole:
        return [str(round(number)) for number in numbers]
    exact = [repr(float(number)) for number in numbers]
    roundings = ([f"{number:.{digits}g}" for number in numbers] for digits in DIGITS)
    return next((texts for texts in roundings if len(set(texts)) == len(numbers)), exact)


# -- JSON values -----------------------------------------------------------------------------------


def _as_list(name: str, values: Any, where: str) -> list[Any]:
    if not isinstance(values, (list, tuple)) or not values:
        raise ConfigError(f"{where}: {name} must be a list of values, got {values!r}")
    check: Callable[[Any], Any] = _rule(name).check if name != CONFIG else _check_config
    checked = []
    for value in values:
        try:
            checked.append(check(value))
        except ValueError as error:
            text = _rule(name).text if name != CONFIG else CONFIGS
            raise ConfigError(f"{where}: {name} must be {text}, got {value!r}") from error
    return checked


def _check_config(value: Any) -> str:
    if not isinstance(value, str) or not value:
        raise ValueError
    value.encode()  # Raises ValueError if it could not be read again from the plan
    return value


def as_shown(name: str, value: Any) -> str:
    """Return a value as it is written in a command: "16-16", "none", "0.03"."""
    if isinstance(_rule(name), Sizes):
        return "-".join(map(str, value)) or "none"
    if isinstance(value, bool):
        return str(value).lower()
    return f"{value:.12g}" if isinstance(value, float) else str(value)
