"""Running a plan: the missing runs, longest first, each result written to the journal at once."""

from collections.abc import Iterable, Iterator, Mapping
from contextlib import AbstractContextManager
from importlib.util import find_spec
from pathlib import Path
from typing import Any, NamedTuple

from mnist_cli.data.loading import usual_data_dir
from mnist_cli.errors import InputError, SweepError
from mnist_cli.progress import Say, Stop, never_stop, say_nothing
from mnist_cli.storage.paths import AnyPath, as_path
from mnist_cli.sweep.journal import FIELDS, SCHEMA, Journal, Row, open_journal
from mnist_cli.sweep.local import LocalEngine, usual_workers
from mnist_cli.sweep.loop import Engine, finish
from mnist_cli.sweep.plan import Plan, Trial
from mnist_cli.sweep.trial import task_of
from mnist_cli.training.data import load_training_data

CHECKPOINTS = "checkpoints"  # folder of `keep`


class Job(NamedTuple):
    """What to run, who trains it, and what to keep.

    Attributes
    ----------
    plan : what to train
    workers : processes of this machine that train
    cluster : address of a Dask scheduler whose workers train instead, or None
    data_dir : folder of the data sets, None for the usual one
    keep : folder for the checkpoints, None to keep none
    test : whether each network is also measured on the test images
    """

    plan: Plan
    workers: int = 1
    cluster: str | None = None
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
    cluster: str | None = None,
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
    cluster
        Address of a Dask scheduler, "tcp://host:8786", whose workers train instead.
    data_dir
        Folder of the data sets, as `mnist_cli.load` takes it. Workers of a cluster that do not have
        this folder look into their usual one.
    keep
        Whether to keep the checkpoints of new runs, in the folder `checkpoints`. A cluster keeps
        none: its workers may be on other machines.
    say
        Hears what is done before the runs, and of workers that were killed.

    Raises
    ------
    MnistError
        The folder has another plan, or is in use, or runs were lost (SweepError).
    """
    path = as_path(folder, "folder")
    data = None if data_dir is None else as_path(data_dir, "data_dir")
    if cluster is not None and (keep or workers is not None):
        raise InputError("cluster: has its own workers and keeps no checkpoints; leave these out")
    job = Job(plan, as_workers(workers), cluster, data, path / CHECKPOINTS if keep else None)
    with open_journal(path, plan, say) as journal:
        yield from journal.of(plan)
        yield from run_missing(job, journal, say=say)


def as_workers(workers: Any) -> int:
    """Check a number of workers; None is one for each core. Raises InputError."""
    if workers is None:
        return usual_workers()
    if not (type(workers) is int and workers >= 1):
        raise InputError(f"workers: must be a whole number from 1, got {workers!r}")
    return workers


def run_missing(
    job: Job, journal: Journal, *, stop: Stop = never_stop, say: Say = say_nothing
) -> Iterator[Row]:
    """Train what the journal does not have yet, and yield each result when it is written there.

    Raises SweepError if runs were lost, and those of `engine_of`.
    """
    trials = missing(job.plan, journal)
    if not trials:
        return
    if job.cluster is None:
        prepare(job, trials, say)
    with engine_of(job, len(trials), say) as engine:
        for trial, result in finish(trials, job.task, engine, stop=stop, say=say):
            row = row_of(job.plan, trial, result)
            journal.append(row)
            yield row


def engine_of(job: Job, runs: int, say: Say) -> AbstractContextManager[Engine]:
    """Return what trains so many runs of a job. Raises SweepError if Dask is not installed."""
    if job.cluster is None:
        return LocalEngine(min(job.workers, runs))
    if find_spec("distributed") is None:
        raise SweepError(
            f"{job.cluster}: a cluster needs Dask, which is not installed; pip install distributed"
        )
    from mnist_cli.sweep.cluster import ClusterEngine

    return ClusterEngine(job.cluster, job.plan, job.data_dir, say)


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
