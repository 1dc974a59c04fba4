"""What a sweep leaves in its folder beside its results."""

import json
from collections.abc import Callable
from pathlib import Path

from mnist_cli.storage.atomic import atomic_write
from mnist_cli.sweep.chart import chart_svg
from mnist_cli.sweep.exports import markdown, runs_csv
from mnist_cli.sweep.page import sweep_page
from mnist_cli.sweep.summary import Summary, summarize

BEST = "best.json"
TEXTS: dict[str, Callable[[Summary], str]] = {
    "table.md": markdown,
    "results.csv": runs_csv,
    "chart.svg": chart_svg,
    "sweep.html": sweep_page,
}


def write_outputs(folder: Path) -> list[Path]:
    """Write tables, pictures and the best settings from the results; return the files.

    Without a best setting there is no best.json, also none of an earlier time.
    Raises SweepError and OSError.
    """
    summary = summarize(folder)
    texts = {name: text(summary) for name, text in TEXTS.items()}
    if summary.best:
        texts[BEST] = _configuration(summary)
    else:
        (folder / BEST).unlink(missing_ok=True)
    for name, text in texts.items():
        with atomic_write(folder / name) as file:
            file.write(text.encode())
    return [folder / name for name in texts]


def _configuration(summary: Summary) -> str:
    """Return the settings of the best runs, with their first seed, for `mnist train --config`."""
    best = summary.best
    row = best.runs[0].row if best else None
    return json.dumps(row["settings"] if row else {}, indent=2) + "\n"
