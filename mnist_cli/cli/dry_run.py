"""`mnist sweep --dry-run`: which runs there would be, and about how long they would take."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from mnist_cli.cli.output import Output
from mnist_cli.wording import counted

if TYPE_CHECKING:
    from mnist_cli.sweep.plan import Plan, Trial
    from mnist_cli.sweep.runner import Job

MOST_LINES = 40  # combinations that are printed
MINUTE, HOUR = 60, 3600  # seconds


def show_estimate(job: "Job", folder: Path, out: Output) -> None:
    """Print the combinations with their time, and the time of what is missing."""
    from mnist_cli.data.loading import usual_data_dir
    from mnist_cli.sweep.estimate import measured_rate, rate_of_rows, seconds_of
    from mnist_cli.sweep.journal import read_rows

    trials = job.plan.distinct()
    rows = {row["key"]: row for row in read_rows(folder, out.say)}
    data_dir = job.data_dir or usual_data_dir()
    rate = rate_of_rows(trials, rows.values()) or measured_rate(job.plan, trials, data_dir)
    missing = [trial.cost for trial in trials if trial.key not in rows]
    seconds, done = seconds_of(missing, rate, job.workers), len(trials) - len(missing)
    combinations = _combinations(job.plan, trials, rate)
    others = "the others take" if done else "they take"
    out.result(
        *_lines(combinations),
        f"{counted(len(trials), 'run')}, {done} done; {others} about {_duration(seconds)} on "
        f"{counted(job.workers, 'worker')} of this machine.",
        folder=str(folder),
        runs=len(trials),
        done=done,
        workers=job.workers,
        seconds=seconds,
        combinations=combinations,
    )


def _combinations(plan: "Plan", trials: "Sequence[Trial]", rate: float) -> list[dict[str, Any]]:
    """Return what one run of each combination costs."""
    from mnist_cli.data.registry import find_dataset
    from mnist_cli.sweep.plan import parameters_of, steps_of

    outputs = len(find_dataset(plan.dataset).classes)
    return [
        {
            "setting": trial.point.title,
            "steps": trial.config.epochs * steps_of(trial.config, plan.images),
            "parameters": parameters_of(trial.config, outputs),
            "seconds": trial.cost * rate,
        }
        for trial in trials
        if trial.seed == plan.seeds[0]
    ]


def _lines(combinations: Sequence[dict[str, Any]]) -> list[str]:
    """Return a table, of the first ones where there are many."""
    shown = combinations[:MOST_LINES]
    width = max(len(one["setting"]) for one in shown)
    lines = [f"{'one run of':<{width}}  {'steps':>10}  {'parameters':>10}  {'time':>9}"]
    lines += [
        f"{one['setting']:<{width}}  {one['steps']:>10,}  {one['parameters']:>10,}  "
        f"{_duration(one['seconds']):>9}"
        for one in shown
    ]
    more = len(combinations) - len(shown)
    return [*lines, f"... and {counted(more, 'combination')} more"] if more else lines


def _duration(seconds: float) -> str:
    if seconds < 10:
        return f"{seconds:.1f} s"
    if seconds < 2 * MINUTE:
        return f"{seconds:.0f} s"
    return f"{seconds / MINUTE:.0f} min" if seconds < 2 * HOUR else f"{seconds / HOUR:.1f} h"
