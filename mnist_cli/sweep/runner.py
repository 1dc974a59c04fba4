"""Running a plan: the missing runs, longest first, each result written to the journal at once.

One loop serves every engine: what takes tasks and returns futures, here or on other machines.
"""

import json
from collections import deque
from collections.abc import Iterable, Iterator, Mapping
from concurrent.futures import FIRST_COMPLETED, Future, wait
from pathlib import Path
from typing import Any, NamedTuple, Protocol

from mnist_cli.data.loading import usual_data_dir
from mnist_cli.errors import InputError, MnistError, SweepError
from mnist_cli.progress import Say, Stop, never_stop, say_nothing
from mnist_cli.storage.paths import AnyPath, as_path
from mnist_cli.sweep.journal import FIELDS, SCHEMA, Journal, Row, open_journal
from mnist_cli.sweep.local import LocalEngine, usual_workers
from mnist_cli.sweep.plan import Plan, Trial
from mnist_cli.sweep.trial import task_of
from mnist_cli.training.data import load_training_data
from mnist_cli.wording import counted

ATTEMPTS = 2  # a worker may be killed by anything; a run that kills two is at fault itself
PAUSE = 0.1  # seconds between two looks whether to stop
CHECKPOINTS = "checkpoints"  # folder of `keep`
KILLED = "its worker was killed"
SHOWN = 3  # lost runs that an error names


class Engine(Protocol):
    """What trains: it takes the text of a task, and returns a future of the text of its result."""

    slots: int
    lost: tuple[type[BaseException], ...]

    @property
    def started(self) -> bool:
        """Whether any worker has come up."""

    def submit(self, task: str) -> "Future[str]":
        """Give a task to a worker; there are at most `slots` at a time."""


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
        for trial, result in finish(job, trials, engine, stop=stop, say=say):
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


# -- the loop --------------------------------------------------------------------------------------


class Attempt(NamedTuple):
    """A run that is given to a worker for the first, second, ... time."""

    trial: Trial
    number: int = 1

    def again(self) -> "Attempt":
        """Return the next attempt."""
        return self._replace(number=self.number + 1)


def finish(
    job: Job,
    trials: Iterable[Trial],
    engine: Engine,
    *,
    stop: Stop = never_stop,
    say: Say = say_nothing,
) -> Iterator[tuple[Trial, dict[str, Any]]]:
    """Train on an engine, and yield the result of each run as it comes, until `stop` says so.

    A run whose worker is killed is tried once more. Raises SweepError at the end if some have no
    result, and at once if no worker comes up.
    """
    waiting = deque(Attempt(trial) for trial in trials)
    running: dict[Future[str], Attempt] = {}
    failures: list[str] = []
    while (waiting or running) and not stop():
        while waiting and len(running) < engine.slots:
            attempt = waiting.popleft()
            running[engine.submit(job.task(attempt.trial))] = attempt
        done, _ = wait(running, timeout=PAUSE, return_when=FIRST_COMPLETED)
        for future in done:
            attempt = running.pop(future)
            reason = _failure(future, engine)
            if reason is None:
                result = {**json.loads(future.result()), "attempt": attempt.number}
                yield attempt.trial, result
            elif reason == KILLED and attempt.number < ATTEMPTS:
                say(f"{attempt.trial.title}: {KILLED}; the run is tried again.")
                waiting.appendleft(attempt.again())
            else:
                failures.append(f"{attempt.trial.title}: {reason}")
                _check_started(engine)
    if failures:
        raise SweepError(_told(failures))


def _failure(future: "Future[str]", engine: Engine) -> str | None:
    """Return why a run has no result, None if it has one. A bug raises its own error."""
    error = future.exception()
    if error is None:
        return None
    if isinstance(error, engine.lost):
        return KILLED
    if isinstance(error, MemoryError):
        return "not enough memory"
    if isinstance(error, (MnistError, OSError)):
        return str(error)
    raise error


def _check_started(engine: Engine) -> None:
    if not engine.started:
        raise SweepError(
            "no worker starts; in a script, call sweep.run below 'if __name__ == \"__main__\":', "
            "because each worker imports the script"
        )


def _told(failures: list[str]) -> str:
    more = len(failures) - SHOWN
    named = "; ".join(failures[:SHOWN]) + (f"; and {more} more" if more > 0 else "")
    return f"{counted(len(failures), 'run')} lost ({named})"
