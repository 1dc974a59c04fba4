"""A chart: lines over the epochs, as a picture in HTML that needs no script.

`page/numbers/curves/chart.js` adds a cursor to it, for mouse and arrow keys.
"""

from collections.abc import Sequence
from html import escape
from typing import NamedTuple

from mnist_cli.report.axis import Axis, axis_for, logarithmic_axis_for, power_of_ten
from mnist_cli.svg import element, line, words

WIDTH, HEIGHT = 360, 230
RIGHT, BOTTOM = WIDTH - 14.0, HEIGHT - 30.0
LETTER = 8.3  # width of a figure, at most
LINE = 15.0  # height of a line of words
DASHES = ("none", "7 4", "2 3", "9 3 2 3", "14 4", "9 3 2 3 2 3")


class Series(NamedTuple):
    """One line.

    Attributes
    ----------
    name : in the legend
    values : one per epoch, None where there is none
    colour : a CSS colour
    dash : number of the row of `DASHES`; where there is one epoch, an odd one makes a ring
    """

    name: str
    values: list[float | None]
    colour: str
    dash: int = 0


class Chart(NamedTuple):
    """Lines on the same axes.

    Attributes
    ----------
    title : what is drawn
    series : the lines
    kind : number, share (in percent) or size (of any magnitude: on a logarithmic axis)
    best : epochs to mark, with their colours
    """

    title: str
    series: Sequence[Series]
    kind: str = "number"
    best: Sequence[tuple[int, str]] = ()


class _Plot(NamedTuple):
    """A chart with its axes."""

    chart: Chart
    axis: Axis
    left: float
    top: float
    epochs: int

    def x(self, epoch: int) -> float:
        share = (epoch - 1) / (self.epochs - 1) if self.epochs > 1 else 0.5
        return self.left + share * (RIGHT - self.left)

    def y(self, value: float) -> float:
        return BOTTOM - self.axis.share(value) * (BOTTOM - self.top)


def chart_html(chart: Chart) -> str:
    """Return a chart with its title, its legend and its last values."""
    plot = _plot(chart)
    epoch = plot.epochs
    legend = "".join(f"<li>{_sample(s, epoch == 1)}{escape(s.name)}</li>" for s in chart.series)
    return (
        f'<figure class="panel curve"><h3>{escape(chart.title)}</h3>'
        f'<ul class="legend">{legend}</ul>{_picture(plot)}'
        f'<p class="readout">{escape(_readout(chart, epoch))}</p></figure>'
    )


def _plot(chart: Chart) -> _Plot:
    known = [value for one in chart.series for value in one.values if value is not None]
    is_share = chart.kind == "share"
    axis = (
        logarithmic_axis_for(known) if chart.kind == "size" else axis_for(known, percent=is_share)
    )
    longest = max(len(label) for _, label in axis.ticks())
    epochs = max(len(one.values) for one in chart.series)
    return _Plot(chart, axis, longest * LETTER + 14, 8 + LINE * len(chart.best), epochs)


def _picture(plot: _Plot) -> str:
    parts = [*_ticks(plot), *_epochs(plot), *_best(plot)]
    return element(
        "svg",
        *parts,
        *(_line(plot, one) for one in plot.chart.series),
        class_="chart",
        viewBox=f"0 0 {WIDTH} {HEIGHT}",
        role="img",
        aria_label=_summary(plot),
        data_left=plot.left,
        data_right=RIGHT,
        data_top=plot.top,
        data_bottom=BOTTOM,
        data_epochs=plot.epochs,
    )


def _ticks(plot: _Plot) -> list[str]:
    parts = []
    for value, label in plot.axis.ticks():
        y = plot.y(value)
        parts.append(line(plot.left, y, RIGHT, y, "rule"))
        parts.append(words(label, plot.left - 8, y + 4, "end"))
    return parts


def _epochs(plot: _Plot) -> list[str]:
    if plot.epochs == 1:
        return [words("epoch 1", plot.x(1), HEIGHT - 8.0, "middle")]
    ends = ((1, "start"), (plot.epochs, "end"))
    return [words(f"epoch {epoch}", plot.x(epoch), HEIGHT - 8.0, at) for epoch, at in ends]


def _best(plot: _Plot) -> list[str]:
    """Mark the best epochs, each with its words on a line of its own above the curves."""
    parts = []
    for row, (epoch, colour) in enumerate(plot.chart.best):
        x, y = plot.x(epoch), 12 + LINE * row
        place = (x + 5, y, "end") if x > WIDTH / 2 else (x - 5, y, "start")
        told = words(f"best: epoch {epoch}", *place, class_="best-text")
        mark = line(x, y + 4, x, BOTTOM, "best-line")
        parts.append(element("g", mark, told, color=colour))
    return parts


def _line(plot: _Plot, one: Series) -> str:
    """Return the line of a series; a single epoch is a dot or a ring."""
    places = [
        "" if value is None else f"{plot.x(epoch):.1f},{plot.y(value):.1f}"
        for epoch, value in enumerate(one.values, start=1)
    ]
    known = [place for place in places if place]
    if len(known) == 1:
        x, y = map(float, known[0].split(","))
        mark = _dot(x, y, one.dash)
    else:
        points = " ".join(known)
        mark = element("polyline", class_="line", points=points, stroke_dasharray=DASHES[one.dash])
    return element(
        "g",
        mark,
        class_="series",
        color=one.colour,
        data_name=one.name,
        data_places="|".join(places),
        data_values="|".join(_words(plot.chart.kind, value) for value in one.values),
    )


def _dot(x: float, y: float, dash: int) -> str:
    return element("circle", cx=x, cy=y, r=4.5, class_="ring" if dash % 2 else "dot")


def _sample(one: Series, is_dot: bool) -> str:
    """Return a short piece of the line, or its dot, for the legend."""
    drawn = element(
        "line", class_="line", x1=0, x2=28, y1=6, y2=6, stroke_dasharray=DASHES[one.dash]
    )
    mark = _dot(14.0, 6.0, one.dash) if is_dot else drawn
    more = {"class_": "sample", "viewBox": "0 0 28 12", "aria_hidden": "true"}
    return element("svg", mark, color=one.colour, **more)


def _summary(plot: _Plot) -> str:
    told = []
    for one in plot.chart.series:
        known = [_words(plot.chart.kind, value) for value in one.values if value is not None]
        told.append(f"{one.name} {' to '.join(dict.fromkeys((known[0], known[-1])))}")
    epochs = "1 epoch" if plot.epochs == 1 else f"{plot.epochs} epochs"
    return f"{plot.chart.title} over {epochs}: {'; '.join(told)}"


def _readout(chart: Chart, epoch: int) -> str:
    values = [
        f"{one.name} {_words(chart.kind, one.values[epoch - 1])}"
        for one in chart.series
        if epoch <= len(one.values)
    ]
    return f"Epoch {epoch}: {', '.join(values)}"


def _words(kind: str, value: float | None) -> str:
    if value is None:
        return "none"
    if kind == "share":
        return f"{value:.1%}"
    if value == 0 or 0.001 <= abs(value) < 1e6:
        return f"{value:.4g}"
    factor, power = f"{value:.1e}".split("e")
    return f"{factor}·{power_of_ten(int(power))}"
