"""The results of a sweep for other programs: Markdown, JSON, and every run in CSV."""

import csv
from io import StringIO
from typing import Any

from mnist_cli.sweep.phrases import (
    about,
    conclusion,
    half_width,
    named,
    notes,
    percent,
    reading,
    seeds_text,
    signed,
    trouble,
)
from mnist_cli.sweep.plan import DIVERGED
from mnist_cli.sweep.summary import MISSING, PointSummary, SeedRun, Summary

FROM_ROW = (
    "validation_accuracy",
    "validation_loss",
    "steps",
    "seconds",
    "parameters_sha256",
    "key",
    "worker",
    "attempt",
)


def markdown(summary: Summary) -> str:
    """Return the table with its conclusion and notes, as table.md has it."""
    names = [axis.title for axis in summary.axes]
    heading = [*names, "seeds", "mean", "95% interval", "smallest", "largest", "difference"]
    ruler = ["---"] * len(names) + ["--:"] * 6
    rows = [heading, ruler, *(_cells(point) for point in summary.points)]
    lines = [f"| {' | '.join(_escaped(cell) for cell in row)} |" for row in rows]
    head = [f"`{summary.command}`"] if summary.command else []
    texts = [conclusion(summary), *notes(summary), reading(summary)]
    return "\n\n".join([*head, f"{about(summary)}.", "\n".join(lines), *texts]) + "\n"


def _cells(point: PointSummary) -> list[str]:
    spread, start = point.spread, [*point.shown, seeds_text(point)]
    if spread is None:
        return [*start, trouble(point), "", "", "", ""]
    difference = signed(point.difference) if point.difference else ""
    ends = [percent(spread.smallest), percent(spread.largest)]
    return [*start, percent(spread.mean), half_width(spread), *ends, difference]


def _escaped(cell: str) -> str:
    return cell.replace("\\", "\\\\").replace("|", "\\|")


def combinations_json(summary: Summary) -> list[dict[str, Any]]:
    """Return the numbers of the table as JSON values; shares, None where there is no number."""
    return [_values(summary, point) for point in summary.points]


def _values(summary: Summary, point: PointSummary) -> dict[str, Any]:
    return {
        "setting": named(summary, point),
        "seeds": [run.seed for run in point.runs],
        "validation_accuracies": [run.accuracy for run in point.runs],
        "diverged": point.count(DIVERGED),
        "missing": point.count(MISSING),
        "mean": point.spread and point.spread.mean,
        "half_interval": point.spread and point.spread.half_width,
        "difference": point.difference and point.difference.mean,
        "difference_half_interval": point.difference and point.difference.half_width,
    }


def runs_csv(summary: Summary) -> str:
    """Return one line for each run of the plan, as results.csv has it."""
    file = StringIO()
    writer = csv.writer(file, lineterminator="\n")
    writer.writerow([*(axis.title for axis in summary.axes), "seed", "status", *FROM_ROW])
    for point in summary.points:
        writer.writerows([*point.shown, *_run_cells(run)] for run in point.runs)
    return file.getvalue()


def _run_cells(run: SeedRun) -> list[object]:
    row = run.row or {}
    return [run.seed, run.status, *(row.get(name) for name in FROM_ROW)]
