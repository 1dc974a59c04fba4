"""The chart of a sweep as SVG: dots for one setting, a heat map for two, several beyond."""

from importlib import resources
from textwrap import wrap

from mnist_cli.svg import element, words
from mnist_cli.sweep.dot_plot import DotPlot
from mnist_cli.sweep.drawing import LINE, Drawing
from mnist_cli.sweep.heat_map import HeatMap
from mnist_cli.sweep.phrases import about, conclusion
from mnist_cli.sweep.summary import Summary

WIDTH = 720  # px; chart.svg, and the page where there is room
USUAL = 6.7  # px; mean width of the letters of a sentence
MARGIN = 20  # px around the picture in a file of its own
STYLE = resources.files("mnist_cli.sweep") / "page" / "chart.css"
NAMESPACE = "http://www.w3.org/2000/svg"
DOT_KEY = "A dot: one seed."
SPREAD_KEY = "A line across: the mean of all seeds; upright: its 95% interval."
CELL_KEY = "A cell: the mean error of all seeds; ±: half of its 95% interval."


def chart_style() -> str:
    """Return the style of the chart, light and dark."""
    return STYLE.read_text("utf-8")


def chart_svg(summary: Summary) -> str:
    """Return the chart as a file of its own, as chart.svg has it."""
    title = f"Error by {' × '.join(axis.title for axis in summary.axes)}"
    head = [words(title, 0, 12, class_="title")]
    inside = _figure(summary, WIDTH, head, _told(f"{about(summary)}. {_key(summary)}", 12 + 24))
    width, height = WIDTH + 2 * MARGIN, inside.height + 2 * MARGIN
    paper = element("rect", class_="paper", width=width, height=height)
    moved = element("g", *inside.parts, transform=f"translate({MARGIN} {MARGIN})")
    style = element("style", "\n" + chart_style())
    return _svg(summary, width, height, style, paper, moved, xmlns=NAMESPACE) + "\n"


def inline_chart(summary: Summary, width: float = WIDTH) -> str:
    """Return the chart as an element of a page that has `chart_style`."""
    inside = _figure(summary, width, [], _told(_key(summary), 12, width))
    return _svg(summary, width, inside.height, *inside.parts)


def _svg(summary: Summary, width: float, height: float, *parts: str, **more: str) -> str:
    return element(
        "svg",
        *parts,
        **more,
        class_="chart narrow" if width < WIDTH else "chart",
        role="img",
        aria_label=f"Error of every combination. {conclusion(summary)}",
        viewBox=f"0 0 {width:.0f} {height:.0f}",
        width=f"{width:.0f}",
    )


def _told(text: str, y: float, width: float = WIDTH) -> Drawing:
    """Write a text over as many lines as it needs, from `y` down."""
    lines = wrap(text, int(width / USUAL))
    return Drawing(
        [words(one, 2, y + i * LINE) for i, one in enumerate(lines)], y + len(lines) * LINE
    )


def _figure(summary: Summary, width: float, head: list[str], told: Drawing) -> Drawing:
    """Draw what fits the number of settings that vary, below a text."""
    varying = _varying(summary)
    top = told.height + 2
    if len(varying) > 1:
        figure = HeatMap(summary, varying, width).draw(top)
    else:
        figure = DotPlot(summary, varying[0], width, top).draw()
    return Drawing([*head, *told.parts, *figure.parts], figure.height)


def _varying(summary: Summary) -> list[int]:
    """Return which axes have more than one value, at least one of all."""
    return [i for i, axis in enumerate(summary.axes) if len(axis.shown) > 1] or [0]


def _key(summary: Summary) -> str:
    """Return what the marks mean."""
    if len(_varying(summary)) > 1:
        return CELL_KEY
    return f"{DOT_KEY} {SPREAD_KEY}" if len(summary.seeds) > 1 else DOT_KEY
