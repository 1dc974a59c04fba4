"""What a sweep leaves in its folder beside its results."""

import json
from collections.abc import Callable
from pathlib import Path

from mnist_cli.storage.atomic import atomic_write
from mnist_cli.sweep.chart import chart_svg
from mnist_cli.sweep.exports import markdown, runs_csv
from mnist_cli.sweep.journal import read
from mnist_cli.sweep.page import sweep_page
from mnist_cli.sweep.summary import Summary, summary_of
from mnist_cli.sweep.winner import winner

BEST = "best.json"
TEXTS: dict[str, Callable[[Summary], str]] = {
    "table.md": markdown,
    "results.csv": runs_csv,
    "chart.svg": chart_svg,
    "sweep.html": sweep_page,
}


def write_outputs(folder: Path) -> list[Path]:
    """Write what is made of the results, and return the files.

    best.json is for `mnist train --config`. Without a best combination there is none, also not one
    of an earlier time.

    Raises SweepError and OSError.
    """
    plan, rows = read(folder)
    summary, best = summary_of(plan, rows), winner(plan, rows)
    texts = {name: text(summary) for name, text in TEXTS.items()}
    if best is None:
        (folder / BEST).unlink(missing_ok=True)
    else:
        texts[BEST] = json.dumps(best.settings, indent=2, allow_nan=False) + "\n"
    for name, text in texts.items():
        with atomic_write(folder / name) as file:
            file.write(text.encode())
    return [folder / name for name in texts]
