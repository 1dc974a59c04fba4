"""The table of a sweep for a terminal, with a strip that draws range and mean of every row."""

import re
from collections.abc import Sequence
from textwrap import wrap
from typing import NamedTuple

from mnist_cli.sweep.intervals import Spread
from mnist_cli.sweep.phrases import (
    POINTS,
    conclusion,
    half_width,
    notes,
    reading,
    seeds_text,
    short_percent,
    signed,
    trouble,
)
from mnist_cli.sweep.plan import DIVERGED
from mnist_cli.sweep.scales import Scale, spans_a_decade
from mnist_cli.sweep.summary import PointSummary, Summary

GAP = "  "
LONGEST_STRIP, SHORTEST_STRIP = 24, 11  # characters; its two ends are written above it
OUTSIDE, RANGE, MEAN, LOST = "·─●×"
PLAIN = {"·": ".", "─": "-", "●": "o", "×": "x", "±": "~", "−": "-", "–": "-"}
EMPTY = "–"


class Column(NamedTuple):
    """A column: the lines of its heading, its cells, and whether they are texts."""

    heading: Sequence[str]
    cells: Sequence[str]
    is_text: bool = False

    @property
    def width(self) -> int:
        """Of the longest heading or cell."""
        return max(map(len, [*self.heading, *self.cells]))

    def lines(self, height: int) -> list[str]:
        """Return heading, over so many lines, and cells, all of the same width."""
        above = [""] * (height - len(self.heading))
        texts = [*above, *self.heading, *self.cells]
        return [f"{text:{'<' if self.is_text else '>'}{self.width}}" for text in texts]


def terminal_table(summary: Summary, width: int = 80, encoding: str = "utf-8") -> str:
    """Return table, conclusion and notes, usually in lines of at most `width` characters.

    Where the columns do not fit, smallest and largest are left out, which the strip shows, too;
    then the strip.
    """
    texts = [conclusion(summary), *notes(summary), reading(summary)]
    told = [line for text in texts for line in wrap(text, width)]
    text = "\n".join([*_table(summary, width), "", *told])
    return "".join(_encodable(letter, encoding) for letter in text)


def _table(summary: Summary, width: int) -> list[str]:
    names = [*_axis_columns(summary), _seeds_column(summary)]
    for numbers in (_number_columns(summary), _few_number_columns(summary)):
        columns = [*names, _block(summary, numbers)]
        room = width - sum(column.width + len(GAP) for column in columns)
        if room >= SHORTEST_STRIP:
            columns.append(_strip_column(summary, min(room, LONGEST_STRIP)))
            break
    return _joined(columns)


def _joined(columns: Sequence[Column]) -> list[str]:
    height = max(len(column.heading) for column in columns)
    rows = zip(*(column.lines(height) for column in columns), strict=True)
    return [GAP.join(row).rstrip() for row in rows]


def _axis_columns(summary: Summary) -> list[Column]:
    cells = zip(*(point.shown for point in summary.points), strict=True)
    pairs = zip(summary.axes, cells, strict=True)
    return [Column(_heading(axis.title, shown), shown, is_text=True) for axis, shown in pairs]


def _heading(title: str, cells: Sequence[str]) -> list[str]:
    """Break a name such as learning-rate where its parts end, no narrower than its cells."""
    parts = re.findall(r"[^-+]+[-+]?", title)
    width = max(map(len, [*parts, *cells]))
    lines = [""]
    for part in parts:
        if len(lines[-1]) + len(part) > width:
            lines.append("")
        lines[-1] += part
    return lines


def _seeds_column(summary: Summary) -> Column:
    return Column(["seeds"], [seeds_text(point) for point in summary.points])


def _number_columns(summary: Summary) -> list[Column]:
    mean, difference = _few_number_columns(summary)
    spreads = [point.spread for point in summary.points]
    smallest = [_points(spread.smallest) if spread else "" for spread in spreads]
    largest = [_points(spread.largest) if spread else "" for spread in spreads]
    return [mean, Column(["smallest"], smallest), Column(["largest"], largest), difference]


def _few_number_columns(summary: Summary) -> list[Column]:
    means = [_mean(point.spread) for point in summary.points]
    differences = [signed(p.difference) if p.difference else EMPTY for p in summary.points]
    return [Column(["mean %"], _left(means)), Column(["difference"], _left(differences))]


def _left(cells: Sequence[str]) -> list[str]:
    """Fill up on the right, so that numbers without an interval stand below the others."""
    width = max(map(len, cells))
    return [f"{cell:<{width}}" for cell in cells]


def _mean(spread: Spread | None) -> str:
    return f"{_points(spread.mean)} {half_width(spread)}".rstrip() if spread else ""


def _points(share: float) -> str:
    return f"{POINTS * share:5.2f}"


def _block(summary: Summary, columns: Sequence[Column]) -> Column:
    """Join the columns of numbers; where a combination has none, the reason takes their place."""
    heading, *cells = _joined(columns)
    pairs = zip(summary.points, cells, strict=True)
    rows = [cell if point.spread else trouble(point) for point, cell in pairs]
    return Column([heading], rows, is_text=True)


def _strip_column(summary: Summary, width: int) -> Column:
    shares = [share for point in summary.points for share in point.accuracies.values()]
    errors = [1 - share for share in shares] or [0.0, 1.0]
    scale = Scale(min(errors), max(errors), 0, width - 1, spans_a_decade(errors))
    low, high = (short_percent(error) for error in (scale.low, scale.high))
    ends = f"{low}{high:>{width - len(low)}}"
    return Column(["error", ends], [_strip(p, scale, width) for p in summary.points], is_text=True)


def _strip(point: PointSummary, scale: Scale, width: int) -> str:
    """Draw the range of the errors, their mean, and at the right end that a run diverged."""
    cells = [OUTSIDE] * width
    places = [round(scale(1 - share)) for share in point.accuracies.values()]
    for i in range(min(places), max(places) + 1) if places else ():
        cells[i] = RANGE
    if point.spread:
        cells[round(scale(1 - point.spread.mean))] = MEAN
    if point.count(DIVERGED):
        cells[-1] = LOST
    return "".join(cells)


def _encodable(letter: str, encoding: str) -> str:
    try:
        letter.encode(encoding)
    except (UnicodeEncodeError, LookupError):
        return PLAIN.get(letter, letter)
    return letter
