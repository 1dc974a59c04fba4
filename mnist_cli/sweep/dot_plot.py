"""The chart of one setting: every seed a dot, the mean with its interval, what diverged above."""

from collections.abc import Sequence
from itertools import pairwise

from mnist_cli.svg import element, line, words
from mnist_cli.sweep.drawing import LINE, Drawing, tooltip
from mnist_cli.sweep.labels import is_logarithmic, labels_below, numbers_of, places_of
from mnist_cli.sweep.phrases import POINTS, mean_text, named, seed_text
from mnist_cli.sweep.plan import DIVERGED
from mnist_cli.sweep.scales import Scale, spans_a_decade
from mnist_cli.sweep.summary import MISSING, PointSummary, SeedRun, Summary

RIGHT, BAND = 14, 26  # px; a band shows runs without an accuracy
LEFT, LEFT_OF_BANDS = 48, 64  # px for numbers, and for the names of bands
HEIGHT, LOWEST = 0.45, 220  # of the plot: share of the width, and px at least
WIDEST_SPREAD = 14  # px to the left and right of the mean over which the dots are spread
ROOM = 0.06  # beyond the outermost dots, as a share of the axis
BANDS = {DIVERGED: "diverged", MISSING: "not run"}


class DotPlot:
    """The plot of a summary along one of its axes, below `top`, `width` px wide."""

    def __init__(self, summary: Summary, axis: int, width: float, top: float) -> None:
        self.summary, self.axis, self.right = summary, summary.axes[axis], width - RIGHT
        found = [s for s in BANDS if any(point.count(s) for point in summary.points)]
        self.bands = {s: top + LINE + 10 + i * BAND for i, s in enumerate(found)}
        self.left = LEFT_OF_BANDS if found else LEFT
        self.title_y = top + 12
        self.top = top + LINE + 10 + len(found) * BAND
        self.bottom = self.top + max(HEIGHT * width, LOWEST)
        self.x = places_of(self.axis, self.left, self.right)
        self.y = error_scale(summary, self.bottom, self.top)
        self.gap = min((b - a for a, b in pairwise(sorted(self.x)) if b > a), default=60.0)
        self.spread = min(WIDEST_SPREAD, 0.3 * self.gap)

    def draw(self) -> Drawing:
        """Return axes and marks; the height counts from the top of the picture."""
        is_number = numbers_of(self.axis) is not None
        labels = labels_below(self.axis.shown, self.x, self.bottom, may_skip=is_number)
        title_y = self.bottom + labels.height + 16
        scale = " (log scale)" if is_logarithmic(self.axis) else ""
        title = words(self.axis.title + scale, (self.left + self.right) / 2, title_y, "middle")
        trend = self._trend() if is_number else []
        marks = [self._point(point) for point in self.summary.points]
        return Drawing([*self._rules(), *labels.parts, title, *trend, *marks], title_y + 10)

    def _rules(self) -> list[str]:
        scale = ", log scale" if self.y.logarithmic else ""
        parts = [words(f"error on the validation images{scale}", 2, self.title_y)]
        for tick in self.y.ticks():
            y = self.y(tick)
            parts.append(line(self.left, y, self.right, y, "rule"))
            parts.append(words(f"{POINTS * tick:.6g}%", self.left - 8, y + 4, "end"))
        for status, y in self.bands.items():
            parts.append(words(BANDS[status], self.left - 8, y + 4, "end"))
        return parts

    def _trend(self) -> list[str]:
        """Join the means of neighbours; a combination without one leaves a gap."""
        ordered = sorted(zip(self.x, self.summary.points, strict=True), key=lambda pair: pair[0])
        return [
            line(x, self.y(1 - a.spread.mean), next_x, self.y(1 - b.spread.mean), "trend")
            for (x, a), (next_x, b) in pairwise(ordered)
            if a.spread and b.spread
        ]

    def _point(self, point: PointSummary) -> str:
        x = self.x[point.number]
        told = tooltip(f"{named(self.summary, point)}: mean accuracy {mean_text(point)}")
        start, end = max(x - self.gap / 2, self.left), min(x + self.gap / 2, self.right)
        top = self.title_y + 6
        box = {"x": start, "y": top, "width": end - start, "height": self.bottom - top}
        hit = element("rect", class_="hit", **box)
        runs = [self._run(run, x + shift) for run, shift in self._shifts(point.runs)]
        parts = [told, hit, *self._interval(point, x), *runs]
        return element("g", *parts, class_="point", data_point=point.number)

    def _shifts(self, runs: Sequence[SeedRun]) -> list[tuple[SeedRun, float]]:
        """Spread the seeds to both sides of the mean, so that equal results can be told apart."""
        middle = (len(runs) - 1) / 2
        return [(run, self.spread * (i - middle) / (middle or 1)) for i, run in enumerate(runs)]

    def _run(self, run: SeedRun, x: float) -> str:
        told = tooltip(seed_text(run))
        if run.accuracy is not None:
            return element("circle", told, class_="seed", cx=x, cy=self.y(1 - run.accuracy), r=3)
        y = self.bands.get(run.status, self.top)
        if run.status == MISSING:
            return element("circle", told, class_="absent", cx=x, cy=y, r=3)
        cross = f"M{x - 4:.1f} {y - 4:.1f}l8 8m0 -8l-8 8"
        return element("path", told, class_="lost", d=cross)

    def _interval(self, point: PointSummary, x: float) -> list[str]:
        """Return the mean and its interval; an end beyond the axis has no cap."""
        if point.spread is None or point.spread.half_width is None:
            return []
        error, half = 1 - point.spread.mean, point.spread.half_width
        wide = min(self.spread + 4, 0.45 * self.gap)
        ends = [end for end in (error - half, error + half) if self.y.low <= end <= self.y.high]
        caps = [f"M{x - wide / 2:.1f} {self.y(end):.1f}h{wide:.1f}" for end in ends]
        stem = f"M{x:.1f} {self.y(error - half):.1f}V{self.y(error + half):.1f}"
        bar = element("path", class_="interval", d=stem + "".join(caps))
        return [bar, line(x - wide, self.y(error), x + wide, self.y(error), "mean")]


def error_scale(summary: Summary, start: float, end: float) -> Scale:
    """Return the axis of the errors: all dots, and of long intervals as much again.

    The interval of two seeds can be wider than all that was measured.
    """
    dots = [1 - share for point in summary.points for share in point.accuracies.values()]
    if not dots:
        return Scale(0, 1, start, end)
    logarithmic = spans_a_decade(dots)
    low, high = _stretched(dots, _interval_ends(summary), logarithmic)
    return Scale(low, high, start, end, logarithmic)


def _interval_ends(summary: Summary) -> list[float]:
    spreads = [point.spread for point in summary.points if point.spread]
    halves = [(1 - spread.mean, spread.half_width or 0.0) for spread in spreads]
    return [end for error, half in halves for end in (error - half, error + half)]


def _stretched(
    dots: Sequence[float], ends: Sequence[float], logarithmic: bool
) -> tuple[float, float]:
    """Return the ends of the axis: within 0 and 1, and somewhat longer than dots and bars need."""
    low, high = min(dots), max(dots)
    if logarithmic:
        lowest, highest = max(min([low, *ends]), low / 2), min(max([high, *ends]), high * 2)
        factor = (high / low) ** ROOM
        return lowest / factor, min(1.0, highest * factor)
    length = high - low or 0.1 * high or 0.01
    lowest, highest = max(min([low, *ends]), low - length), min(max([high, *ends]), high + length)
    return max(0.0, lowest - ROOM * length), min(1.0, highest + ROOM * length)
