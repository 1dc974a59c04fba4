"""Where the values of an axis stand below a chart, and which of their labels fit there."""

from collections.abc import Sequence

from mnist_cli.svg import words
from mnist_cli.sweep.axes import Axis
from mnist_cli.sweep.drawing import LINE, Drawing, short, text_width
from mnist_cli.sweep.scales import Scale, grows_by_factors

SPACE = 5  # px between two labels
MARGIN = 22  # px between the ends of the axis and the outermost values


def numbers_of(axis: Axis) -> list[float] | None:
    """Return the values of an axis of numbers, None for texts, layers, and several names.

    Also None for a zero among values that grow by factors: no axis shows these and zero.
    """
    values = [value for row in axis.values for value in row]
    if len(axis.names) > 1 or not all(type(value) in (int, float) for value in values):
        return None
    positive = [value for value in values if value > 0]
    if len(positive) < len(values) and len(positive) > 1 and grows_by_factors(positive):
        return None
    return [float(value) for value in values]


def is_logarithmic(axis: Axis) -> bool:
    """Whether the values of an axis are numbers that grow by factors."""
    numbers = numbers_of(axis)
    return numbers is not None and grows_by_factors(numbers)


def places_of(axis: Axis, start: float, end: float) -> list[float]:
    """Return where each value stands between two ends: as a number, or else evenly spread."""
    numbers = numbers_of(axis)
    if numbers is None:
        return even_places(len(axis.shown), start, end)
    low, high = min(numbers), max(numbers)
    scale = Scale(low, high, start + MARGIN, end - MARGIN, grows_by_factors(numbers))
    return [scale(number) for number in numbers]


def even_places(count: int, start: float, end: float) -> list[float]:
    """Return the middles of equal parts."""
    return [start + (i + 0.5) * (end - start) / count for i in range(count)]


def labels_below(
    texts: Sequence[str], places: Sequence[float], y: float, *, may_skip: bool
) -> Drawing:
    """Write the labels of an axis, upright where they do not fit beside each other.

    Where they may be skipped, as numbers on an axis may, they stay level. A label that would touch
    the one before is left out.
    """
    shown = [short(text) for text in texts]
    widths = [text_width(text) for text in shown]
    level = _apart(places, widths)
    if may_skip or len(level) == len(shown):
        parts = [words(shown[i], places[i], y + 15, "middle") for i in level]
        return Drawing(parts, LINE + 4)
    kept = _apart(places, [LINE - SPACE - 3.0] * len(shown))
    return Drawing([_upright(shown[i], places[i], y + 8) for i in kept], max(widths) + 12)


def _upright(text: str, x: float, y: float) -> str:
    return words(text, 0, 4, "end", transform=f"translate({x:.1f} {y:.1f}) rotate(-90)")


def _apart(places: Sequence[float], widths: Sequence[float]) -> list[int]:
    """Return which labels stay if one that would touch its left neighbour goes."""
    kept: list[int] = []
    end = float("-inf")
    for i in sorted(range(len(places)), key=lambda i: places[i]):
        if places[i] - widths[i] / 2 >= end + SPACE:
            kept.append(i)
            end = places[i] + widths[i] / 2
    return kept
