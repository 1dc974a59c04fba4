"""The chart of two settings: cells, the darker the larger the error. Of more: several of these."""

from collections.abc import Sequence
from itertools import groupby

from mnist_cli.svg import element, words
from mnist_cli.sweep.axes import Axis
from mnist_cli.sweep.drawing import LINE, Drawing, short, text_width, tooltip
from mnist_cli.sweep.labels import even_places, labels_below
from mnist_cli.sweep.phrases import half_width, mean_text, named, seed_text, short_percent, trouble
from mnist_cli.sweep.plan import DIVERGED
from mnist_cli.sweep.scales import Scale, spans_a_decade
from mnist_cli.sweep.summary import PointSummary, Summary

CELL, NUMBER, INTERVAL = 38, 40, 48  # px: height of a cell; widths from which it holds these texts
PANEL, GAP = 250, 28  # px: smallest width of one field of several, and the space between them
STEPS = 24  # of the key
RAMP = ((226, 238, 252), (92, 143, 208), (16, 44, 92))  # from the smallest error to the largest
TEXT = ((0, 0, 0), (255, 255, 255))  # on light and on dark cells, as in chart.css


class HeatMap:
    """The fields of a summary whose axes `varying` have several values, `width` px wide."""

    def __init__(self, summary: Summary, varying: Sequence[int], width: float) -> None:
        self.summary, self.width = summary, width
        *self.outer, self.down, self.across = varying
        per_row = max(1, int((width + GAP) // (PANEL + GAP))) if self.outer else 1
        self.per_row = min(per_row, len(self._panels()))
        self.panel_width = (width - (self.per_row - 1) * GAP) / self.per_row
        self._turn_if_narrow()
        self.left = 14 + max(text_width(short(text)) for text in self._axis(self.down).shown)
        self.scale = colour_scale(summary)

    def _axis(self, number: int) -> Axis:
        return self.summary.axes[number]

    def _turn_if_narrow(self) -> None:
        """Let the longer axis go down where its cells would be too narrow for numbers."""
        down, across = len(self._axis(self.down).shown), len(self._axis(self.across).shown)
        if across > down and (self.panel_width - 60) / across < NUMBER:
            self.down, self.across = self.across, self.down

    def _panels(self) -> list[list[PointSummary]]:
        """Return the settings that are in one field, field by field."""
        points = sorted(self.summary.points, key=self._outer_place)
        return [list(group) for _, group in groupby(points, key=self._outer_place)]

    def _outer_place(self, point: PointSummary) -> list[int]:
        return [point.place[axis] for axis in self.outer]

    def draw(self, top: float) -> Drawing:
        """Return key and fields; the height counts from the top of the picture."""
        parts, panels = self._key(top), self._panels()
        y = top + LINE + 14
        for start in range(0, len(panels), self.per_row):
            row = [
                self._panel(points, i * (self.panel_width + GAP), y)
                for i, points in enumerate(panels[start : start + self.per_row])
            ]
            parts += [part for drawing in row for part in drawing.parts]
            y = max(drawing.height for drawing in row) + GAP / 2
        return Drawing(parts, y)

    def _key(self, top: float) -> list[str]:
        """Return the smallest and the largest error with the colours between them."""
        note = ", log scale" if self.scale.logarithmic else ""
        low, high = (short_percent(error) for error in (self.scale.low, self.scale.high))
        lead = f"error {low}"
        x, step = 8 + text_width(lead), min(120.0, self.width / 4) / STEPS
        swatches = [
            element("rect", x=x + i * step, y=top, width=step + 0.5, height=12, fill=hexed(colour))
            for i in range(STEPS)
            for colour in [ramp((i + 0.5) / STEPS)]
        ]
        end = words(f"{high}{note}", x + STEPS * step + 8, top + 11)
        return [words(lead, 2, top + 11), *swatches, end]

    def _panel(self, points: Sequence[PointSummary], x: float, y: float) -> Drawing:
        """Draw one field; the height counts from the top of the picture."""
        down, across = self._axis(self.down), self._axis(self.across)
        parts = []
        if self.outer:
            pairs = [f"{self._axis(i).title} {points[0].shown[i]}" for i in self.outer]
            parts.append(words(", ".join(pairs), x + 2, y + 8, class_="heading"))
            y += LINE
        parts.append(words(down.title, x + 2, y + 8))
        y += LINE - 4
        start, end, bottom = x + self.left, x + self.panel_width, y + CELL * len(down.shown)
        rows = even_places(len(down.shown), y, bottom)
        columns = even_places(len(across.shown), start, end)
        for text, middle in zip(down.shown, rows, strict=True):
            parts.append(words(short(text), start - 8, middle + 4, "end"))
        for point in points:
            place = columns[point.place[self.across]], rows[point.place[self.down]]
            parts.append(self._cell(point, *place, (end - start) / len(columns)))
        labels = labels_below(across.shown, columns, bottom, may_skip=False)
        title = words(across.title, (start + end) / 2, bottom + labels.height + 14, "middle")
        return Drawing([*parts, *labels.parts, title], bottom + labels.height + 22)

    def _cell(self, point: PointSummary, x: float, y: float, width: float) -> str:
        heading = f"{named(self.summary, point)}: mean accuracy {mean_text(point)}"
        told = tooltip(heading, *(seed_text(run) for run in point.runs))
        box = {"x": x - width / 2, "y": y - CELL / 2, "width": width, "height": float(CELL)}
        if point.spread is None:
            kind = "bad" if point.count(DIVERGED) else "empty"
            inset = {name: value + (1 if name in "xy" else -2) for name, value in box.items()}
            rect = element("rect", class_=f"cell {kind}", **inset)
            return self._group(point, told, rect, *_lines(_reason(point, width), x, y, ""))
        colour = ramp(self.scale(1 - point.spread.mean))
        rect = element("rect", class_="cell", fill=hexed(colour), **box)
        kind = "on-light" if contrast(colour, TEXT[0]) >= contrast(colour, TEXT[1]) else "on-dark"
        return self._group(point, told, rect, *_lines(_numbers(point, width), x, y, kind))

    def _group(self, point: PointSummary, *children: str) -> str:
        return element("g", *children, class_="point", data_point=point.number)


def _numbers(point: PointSummary, width: float) -> list[str]:
    """Return what there is room for: the error, and its interval or that runs are missing."""
    if point.spread is None or width < NUMBER:
        return []
    second = trouble(point).removesuffix(" done") or half_width(point.spread)
    error = short_percent(1 - point.spread.mean)
    return [error, second] if second and width >= INTERVAL else [error]


def _reason(point: PointSummary, width: float) -> list[str]:
    lost = point.count(DIVERGED)
    if not lost:
        return ["–"]
    return (
        [f"{lost} of {len(point.runs)}", "diverged"] if width >= text_width("diverged") else ["×"]
    )


def _lines(texts: Sequence[str], x: float, y: float, kind: str) -> list[str]:
    """Write one or two lines into the middle of a cell."""
    if len(texts) < 2:
        return [words(text, x, y + 4, "middle", class_=kind) for text in texts]
    first = words(texts[0], x, y - 2, "middle", class_=kind)
    return [first, words(texts[1], x, y + 12, "middle", class_=f"small {kind}".rstrip())]


# -- colours


def colour_scale(summary: Summary) -> Scale:
    """Return the scale of the mean errors, from 0 to 1."""
    errors = [1 - point.spread.mean for point in summary.points if point.spread] or [0.0, 1.0]
    return Scale(min(errors), max(errors), 0, 1, spans_a_decade(errors))


def ramp(share: float) -> tuple[int, int, int]:
    """Return the colour at a share of the way from the smallest error to the largest."""
    place = min(max(share, 0.0), 1.0) * (len(RAMP) - 1)
    i = min(int(place), len(RAMP) - 2)
    red, green, blue = (
        round(a + (b - a) * (place - i)) for a, b in zip(RAMP[i], RAMP[i + 1], strict=True)
    )
    return red, green, blue


def hexed(colour: Sequence[int]) -> str:
    """Return `#e2eefc`."""
    return "#" + "".join(f"{part:02x}" for part in colour)


def contrast(one: Sequence[int], other: Sequence[int]) -> float:
    """Return the contrast of two colours, 1 to 21 (WCAG 2.1, "contrast ratio")."""
    low, high = sorted([_luminance(one), _luminance(other)])
    return (high + 0.05) / (low + 0.05)


def _luminance(colour: Sequence[int]) -> float:
    parts = [part / 255 for part in colour]
    linear = [p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
