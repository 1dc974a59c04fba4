"""`mnist sweep`: plan many runs, train those that are missing, show what came of them."""

import shutil
import sys
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from pathlib import Path
from statistics import fmean
from typing import TYPE_CHECKING, Any

import click

from mnist_cli.cli.dry_run import show_estimate
from mnist_cli.cli.epochs import is_live
from mnist_cli.cli.help import GroupedCommand, examples
from mnist_cli.cli.options import (
    EXISTING,
    FOLDER,
    output_options,
    setting_options,
)
from mnist_cli.cli.output import INTERRUPTED, Output, tell
from mnist_cli.cli.runs import Board, plan_lines, show_runs
from mnist_cli.cli.signals import stop_on_signals
from mnist_cli.cli.targets import check_folder
from mnist_cli.cli.training_options import config_option, training_data_options
from mnist_cli.cli.varied import VariedType, draft_of
from mnist_cli.data.registry import find_dataset
from mnist_cli.errors import SweepError
from mnist_cli.progress import Stop
from mnist_cli.wording import counted

if TYPE_CHECKING:
    from mnist_cli.sweep.journal import Journal, Row
    from mnist_cli.sweep.opened import Opened
    from mnist_cli.sweep.plan import Plan, Point
    from mnist_cli.sweep.runner import Job

GO_ON = "the same command goes on"
WIDEST = 120  # columns of the table


@click.command(
    cls=GroupedCommand,
    epilog=examples(
        "mnist sweep batch-size=1,4,16,64,256 --seeds 5 --epochs 5",
        "mnist sweep batch-size=16,64,256 learning-rate=1,3,10",
        "mnist sweep batch-size+epochs=16+1,64+4,256+16",
        "mnist sweep learning-rate=0.01..100:9 --dry-run",
        "mnist sweep hidden-sizes=none,16,16-16 --activation linear",
        "mnist sweep config=default,tanh,relu",
    ),
)
@click.argument("varied", nargs=-1, type=VariedType(), metavar="NAME=VALUE,VALUE...")
@click.option("--file", type=EXISTING, help="A sweep in a JSON file; see docs/sweep.md.")
@config_option
@training_data_options("sweep")
@partial(setting_options, without=["seed"])
@click.option(
    "--seeds",
    metavar="N|N,N,...",
    help="How many seeds, from 0 on, or which ones.  [default: 3]",
)
@click.option(
    "--workers",
    type=click.IntRange(1, 1024),
    metavar="NUMBER",
    help="Runs at the same time.  [default: one for each core that may be used]",
)
@click.option(
    "--dask",
    "cluster",
    metavar="ADDRESS",
    help="Train on the workers of this Dask scheduler, tcp://host:8786; see docs/cluster.md.",
)
@click.option("--dry-run", is_flag=True, help="Show the runs and how long they take; train none.")
@click.option(
    "--test",
    is_flag=True,
    help="At the end, measure the best combination, and no other, on the test images, once.",
)
@click.option(
    "-o",
    "--output",
    type=FOLDER,
    help="Folder for the results.  [default: sweeps/ and a name from the arguments]",
)
@click.option("--keep", is_flag=True, help="Keep the checkpoint of each new run in the folder.")
@output_options
@click.pass_context
def sweep(context: click.Context, /, quiet: bool, as_json: bool, **options: Any) -> None:
    """Train with many settings, each with several seeds, and compare.

    Each argument is a setting and its values, with commas between them. Settings joined by +
    change together. low..high:count is a range on a log scale, config takes the names of
    configurations, and the layers of one network are joined by -. Every combination is trained;
    options are the same for all of them. The validation images tell which is best. Ctrl-C keeps
    all finished runs, and the same command goes on.
    """
    from mnist_cli.data.loading import usual_data_dir
    from mnist_cli.sweep.journal import PLAN, RESULTS
    from mnist_cli.sweep.local import usual_workers
    from mnist_cli.sweep.outputs import BEST, TEXTS
    from mnist_cli.sweep.planning import on_data
    from mnist_cli.sweep.runner import CHECKPOINTS, Job

    out = Output(quiet, as_json)
    _check_cluster(options)
    draft = draft_of(options)
    folder = options["output"] or Path("sweeps") / draft.name
    if not options["dry_run"]:
        check_folder(folder, [PLAN, RESULTS, BEST, *TEXTS])
        _check_own(folder, PLAN, [RESULTS, BEST, *TEXTS])
    plan = on_data(draft, options["dataset"], options["data_dir"], out.say, out.progress)
    keep = folder / CHECKPOINTS if options["keep"] else None
    workers = options["workers"] or usual_workers()
    # a worker of a cluster may have its usual folder elsewhere
    data_dir = None if options["data_dir"] == usual_data_dir() else options["data_dir"]
    job = Job(plan, workers, options["cluster"], data_dir, keep)
    for line in plan_lines(job, find_dataset(plan.dataset).title):
        out.say(line)
    for one, other in plan.duplicates():
        out.say(f"Note      equal settings, trained once: {one.title}; {other.title}")
    if options["dry_run"]:
        show_estimate(job, folder, out)
    elif not _sweep(job, folder, options["test"], out):
        context.exit(INTERRUPTED)


def _check_own(folder: Path, plan: str, files: Sequence[str]) -> None:
    """Raise click.UsageError if a folder without a plan has files with the names of a sweep's."""
    from mnist_cli.storage.paths import exists

    others = [] if exists(folder / plan) else [name for name in files if exists(folder / name)]
    if others:
        raise click.UsageError(
            f"--output: {folder} has a {others[0]} that is not of a sweep; name another folder."
        )


def _check_cluster(options: dict[str, Any]) -> None:
    for name in ("workers", "keep"):
        if options["cluster"] is not None and options[name]:
            raise click.UsageError(
                f"--dask has workers of its own, which keep no checkpoints; leave out --{name}."
            )


def _sweep(job: "Job", folder: Path, test: bool, out: Output) -> bool:
    """Train what is missing, write what is made of it, show it; return whether all was done."""
    from mnist_cli.sweep.journal import open_journal
    from mnist_cli.sweep.outputs import write_outputs
    from mnist_cli.sweep.winner import winner

    with stop_on_signals() as stop, open_journal(folder, job.plan, out.say) as journal:
        lost = _train(job, journal, stop, out)
        rows, runs = journal.of(job.plan), counted(len(job.plan.distinct()), "run")
        kept = f"{len(rows)} of {runs} kept in {folder}; {GO_ON}"
        write_outputs(folder)
        best = winner(job.plan, rows)
        if lost and not stop():
            raise SweepError(f"{lost}; {kept}")
        opened = _open(job, best, folder, stop) if test and not stop() else None
    if stop():
        tell(f"Interrupted: {kept}.", err=True)
    else:
        _show_result(job.plan, rows, folder, opened, out)
    return not stop()


def _train(job: "Job", journal: "Journal", stop: Stop, out: Output) -> str:
    """Train what is missing, and show it; return which runs were lost, "" if none was."""
    from mnist_cli.sweep.runner import run_missing

    board = Board(job, journal.of(job.plan))
    if board.rows:
        out.say(f"Going on  {len(board.rows):,} of {len(board.trials):,} runs have a result.")

    def start(stop: Stop, say: Callable[[str], None]) -> "Iterator[Row]":
        return run_missing(job, journal, stop=stop, say=say)

    try:
        show_runs(board, start, stop, out, live=is_live(out, verbose=False))
    except SweepError as error:
        return str(error)
    return ""


def _open(job: "Job", best: "Point | None", folder: Path, stop: Stop) -> "Opened | None":
    from mnist_cli.sweep.opened import measure_once

    return None if best is None else measure_once(job, best, folder, stop)


def _show_result(
    plan: "Plan", rows: "list[Row]", folder: Path, opened: "Opened | None", out: Output
) -> None:
    from mnist_cli.sweep.exports import combinations_json
    from mnist_cli.sweep.summary import summary_of
    from mnist_cli.sweep.table import terminal_table

    summary = summary_of(plan, rows)
    combinations = combinations_json(summary)
    best = None if summary.best is None else plan.points[summary.best.number]
    table = terminal_table(summary, _width(), sys.stdout.encoding or "ascii")
    out.result(
        *table.splitlines(),
        *([_test_line(opened)] if opened else []),
        f"Saved {folder}",
        folder=str(folder),
        dataset=plan.dataset,
        images=plan.images,
        runs=len(rows),
        diverged=sum(row["validation_accuracy"] is None for row in rows),
        combinations=combinations,
        best=best
        and {
            "setting": best.title,
            "config": best.settings,
            "validation_accuracies": combinations[best.index]["validation_accuracies"],
        },
        test=opened and opened._asdict(),
    )


def _width() -> int:
    """Return how many columns the table may have: 80 where no terminal tells its width."""
    return max(60, min(shutil.get_terminal_size().columns, WIDEST))


def _test_line(opened: "Opened") -> str:
    before = ", measured by an earlier command" if opened.before else ""
    seeds = counted(len(opened.accuracies), "seed")
    share = f"{fmean(opened.accuracies):.2%}"
    return f"Test images: {opened.setting}: accuracy {share} (mean of {seeds}){before}"
