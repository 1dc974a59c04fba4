"""The page of a sweep: conclusion, chart, the curves of a chosen combination, and the table."""

from collections.abc import Mapping, Sequence
from html import escape
from importlib import resources
from typing import Any

from mnist_cli.sweep.chart import chart_style, inline_chart
from mnist_cli.sweep.phrases import (
    about,
    conclusion,
    half_width,
    mean_text,
    named,
    notes,
    percent,
    reading,
    seeds_text,
    signed,
    trouble,
)
from mnist_cli.sweep.plan import DIVERGED
from mnist_cli.sweep.summary import PointSummary, SeedRun, Summary
from mnist_cli.web_page import content_security_policy, fill, json_for_script

FOLDER = resources.files("mnist_cli.sweep") / "page"
SCRIPTS = ("elements.js", "curves.js", "choice.js")
NARROW = 288  # px; the chart on a telephone of 320
LARGEST = 290_000  # bytes of the page; the curves take what the rest leaves
RUN_BYTES, EPOCH_BYTES = 95, 18  # of the curves: what a run needs, and each of its epochs
COLUMNS = ("mean", "95% interval", "smallest", "largest", "difference", "seeds")


def sweep_page(summary: Summary) -> str:
    """Return the page as HTML; it is complete in itself and loads nothing."""
    style, script = page_style(), page_script()
    texts = {
        "policy": content_security_policy([style], [script]),
        "style": style,
        "script": script,
        "heading": escape(" × ".join(axis.title for axis in summary.axes)),
        "lead": escape(conclusion(summary)),
        "about": escape(about(summary)),
        "command": _command(summary),
        "notes": "\n".join(f"<p>{escape(note)}</p>" for note in notes(summary)),
        "charts": _charts(summary),
        "table": _table(summary),
        "reading": escape(reading(summary)),
    }
    rest = sum(len(text.encode()) for text in texts.values()) + len(_text("template.html"))
    return fill(_text("template.html"), {**texts, **_curves(summary, LARGEST - rest)})


def page_style() -> str:
    """Return the style of the page and of its chart."""
    return f"{chart_style()}\n{_text('style.css')}"


def page_script() -> str:
    """Return the script, in a function so that it defines no global names."""
    return "\n".join(['"use strict";', "(() => {", *map(_text, SCRIPTS), "})();", ""])


def _text(name: str) -> str:
    return (FOLDER / name).read_text("utf-8")


def _command(summary: Summary) -> str:
    return f"<pre><code>{escape(summary.command)}</code></pre>" if summary.command else ""


def _charts(summary: Summary) -> str:
    """Return the chart, and once more for a telephone if both leave room for the rest."""
    wide, narrow = inline_chart(summary), inline_chart(summary, NARROW)
    if len(wide) + len(narrow) > LARGEST / 2:
        return f'<div class="chart-alone" tabindex="0" role="group" aria-label="Chart">{wide}</div>'
    return f"{wide}\n{narrow}"


# -- the table


def _table(summary: Summary) -> str:
    names = [f'<th scope="col" class="name">{escape(axis.title)}</th>' for axis in summary.axes]
    heads = "".join([*names, *(f'<th scope="col">{name}</th>' for name in COLUMNS)])
    rows = "\n".join(_row(point) for point in summary.points)
    return f"<table>\n<thead><tr>{heads}</tr></thead>\n<tbody>\n{rows}\n</tbody>\n</table>"


def _row(point: PointSummary) -> str:
    names = "".join(f'<th scope="row">{escape(shown)}</th>' for shown in point.shown)
    return (
        f'<tr data-point="{point.number}">{names}{_numbers(point)}<td>{seeds_text(point)}</td></tr>'
    )


def _numbers(point: PointSummary) -> str:
    spread = point.spread
    if spread is None:
        kind = "trouble diverged" if point.count(DIVERGED) else "trouble"
        return f'<td class="{kind}" colspan="{len(COLUMNS) - 1}">{trouble(point)}</td>'
    difference = signed(point.difference) if point.difference else ""
    ends = (percent(spread.smallest), percent(spread.largest))
    cells = (percent(spread.mean), half_width(spread), *ends, difference)
    return "".join(f"<td>{cell}</td>" for cell in cells)


# -- the curves


def _curves(summary: Summary, room: int) -> dict[str, str]:
    """Return the list of settings, their curves as JSON, and what was left out of these."""
    runs = [run for point in summary.points for run in point.runs]
    longest = max((len(run.row["history"]) for run in runs if run.row), default=0)
    most = max((room - RUN_BYTES * len(runs)) // (EPOCH_BYTES * len(runs)), 0)
    chosen = summary.best or summary.points[0]
    options = [_option(summary, point, point == chosen) for point in summary.points]
    values = [_point(summary, point, most) for point in summary.points]
    left_out = _left_out(most) if most < longest else ""
    return {"options": "\n".join(options), "data": json_for_script(values), "left_out": left_out}


def _left_out(most: int) -> str:
    if most < 2:
        return (
            "There are too many runs for their curves to fit in this page; results.jsonl has all."
        )
    return f"Only {most} epochs of each run fit in this page; results.jsonl has all."


def _option(summary: Summary, point: PointSummary, chosen: bool) -> str:
    selected = " selected" if chosen else ""
    return f'<option value="{point.number}"{selected}>{escape(named(summary, point))}</option>'


def _point(summary: Summary, point: PointSummary, most: int) -> dict[str, Any]:
    return {
        "name": named(summary, point),
        "result": mean_text(point),
        "runs": [_run(run, most) for run in point.runs],
    }


def _run(run: SeedRun, most: int) -> dict[str, Any]:
    reached = None if run.accuracy is None else round(run.accuracy, 4)
    told = {"seed": run.seed, "status": run.status, "reached": reached}
    history = _thinned(run.row["history"], most) if run.row else []
    if not history:
        return told
    return {
        **told,
        "epochs": [entry["epoch"] for entry in history],
        "loss": _rounded(history, "validation_loss", 4),
        "accuracy": _rounded(history, "validation_accuracy", 4),
    }


def _thinned(history: Sequence[Any], most: int) -> list[Any]:
    """Return at most so many epochs, evenly spread, with the first and the last."""
    if len(history) <= most:
        return list(history)
    if most < 2:
        return []
    return [history[round(i * (len(history) - 1) / (most - 1))] for i in range(most)]


def _rounded(history: Sequence[Mapping[str, Any]], name: str, digits: int) -> list[float | None]:
    values = [entry[name] for entry in history]
    return [None if value is None else float(f"{value:.{digits}g}") for value in values]
