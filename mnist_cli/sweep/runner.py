"""Running a plan: the missing runs, longest first, each result written to the journal at once."""

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any, NamedTuple

from mnist_cli.data.loading import usual_data_dir
from mnist_cli.errors import InputError
from mnist_cli.progress import Say, Stop, never_stop, say_nothing
from mnist_cli.storage.paths import AnyPath, as_path
from mnist_cli.sweep.journal import FIELDS, SCHEMA, Journal, Row, open_journal
from mnist_cli.sweep.local import LocalEngine, usual_workers
from mnist_cli.sweep.loop import finish
from mnist_cli.sweep.plan import Plan, Trial
from mnist_cli.sweep.trial import task_of
from mnist_cli.training.data import load_training_data

CHECKPOINTS = "checkpoints"  # folder of `keep`


class Job(NamedTuple):
    """What to run: a plan, where its data are, and what to keep.

    Attributes
    ----------
    plan, data_dir : what to train, and the folder of the data sets; None for the usual one
    keep : folder for the checkpoints, None to keep none
    test : whether each network is also measured on the test images
    """

    plan: Plan
    data_dir: Path | None = None
    keep: Path | None = None
    test: bool = False

    def task(self, trial: Trial) -> str:
        """Return the text of a run."""
        keep = None if self.keep is None else self.keep / checkpoint_name(trial)
        return task_of(
            trial.config,
            self.plan.dataset,
            self.plan.data_sha256,
            data_dir=self.data_dir,
            keep=keep,
            test=self.test,
        )


def checkpoint_name(trial: Trial) -> str:
    """Return the name of a run's checkpoint, counted as in the plan."""
    return f"{trial.point.index + 1}-seed-{trial.seed}.npz"


def run(
    plan: Plan,
    folder: AnyPath,
    *,
    workers: int | None = None,
    data_dir: AnyPath | None = None,
    keep: bool = False,
    say: Say = say_nothing,
) -> Iterator[Row]:
    """Train what is missing of a plan, and yield each result: those that are there already, first.

    Parameters
    ----------
    plan
        From `sweep.plan`.
    folder
        Gets the plan and the results; it is made if it is not there. A sweep that was interrupted
        goes on where it was.
    workers
        Processes; None for all cores that this process may use. In a script the call must stand
        below `if __name__ == "__main__":`, because each process imports the script.
    data_dir
        Folder of the data sets, as `mnist_cli.load` takes it.
    keep
        Whether to keep the checkpoints of new runs, in the folder `checkpoints`.
    say
        Hears what is done before the runs, and of workers that were killed.

    Raises
    ------
    MnistError
        The folder has another plan, or is in use, or runs were lost (SweepError).
    """
    path = as_path(folder, "folder")
    data = None if data_dir is None else as_path(data_dir, "data_dir")
    job = Job(plan, data, path / CHECKPOINTS if keep else None)
    count = as_workers(workers)
    with open_journal(path, plan, say) as journal:
        yield from journal.of(plan)
        yield from run_missing(job, journal, count, say=say)


def as_workers(workers: Any) -> int:
    """Check a number of workers; None is one for each core. Raises InputError."""
    if workers is None:
        return usual_workers()
    if not (type(workers) is int and workers >= 1):
        raise InputError(f"workers: must be a whole number from 1, got {workers!r}")
    return workers


def run_missing(
    job: Job, journal: Journal, workers: int, *, stop: Stop = never_stop, say: Say = say_nothing
) -> Iterator[Row]:
    """Train on this machine what the journal does not have yet, and yield each result."""
    trials = missing(job.plan, journal)
    if not trials:
        return
    prepare(job, trials, say)
    with LocalEngine(min(workers, len(trials))) as engine:
        for trial, result in finish(trials, job.task, engine, stop=stop, say=say):
            row = row_of(job.plan, trial, result)
            journal.append(row)
            yield row


def missing(plan: Plan, journal: Journal) -> list[Trial]:
    """Return the runs without a result, once where several are equal, the longest first."""
    trials = (trial for trial in plan.distinct() if trial.key not in journal.rows)
    return sorted(trials, key=lambda trial: -trial.cost)


def prepare(job: Job, trials: Iterable[Trial], say: Say) -> None:
    """Make the preprocessed images and the changed copies once, before the workers need them."""
    if job.keep is not None:
        job.keep.mkdir(parents=True, exist_ok=True)
    folder = job.data_dir or usual_data_dir()
    forms = {(trial.config.preprocessing, trial.config.augmentation): trial for trial in trials}
    for trial in forms.values():
        load_training_data(job.plan.dataset, folder, trial.config, say)


def row_of(plan: Plan, trial: Trial, result: Mapping[str, Any]) -> Row:
    """Return the row of a finished run."""
    known = {
        "schema": SCHEMA,
        "key": trial.key,
        "settings": trial.config.to_dict(),
        "dataset": plan.dataset,
        "images": plan.images,
    }
    return {name: {**known, **result}[name] for name in FIELDS}
