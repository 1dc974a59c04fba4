"""The loop of a sweep: runs are given to workers, and given again where a worker was killed.

It serves every engine: what takes tasks and returns futures, here or on other machines.
"""

import json
import time
from collections import deque
from collections.abc import Callable, Collection, Iterable, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, wait
from typing import Any, NamedTuple, Protocol

from mnist_cli.errors import MnistError, SweepError
from mnist_cli.progress import Say, Stop, never_stop, say_nothing
from mnist_cli.sweep.plan import Trial
from mnist_cli.wording import counted

ATTEMPTS = 2  # a worker may be killed by anything; a run that kills two is at fault itself
PAUSE = 0.1  # seconds between two looks whether to stop
KILLED = "its worker was killed"
SHOWN = 3  # lost runs that an error names


class Engine(Protocol):
    """What trains: it takes the text of a task, and returns a future of the text of its result."""

    lost: tuple[type[BaseException], ...]

    def has_room(self) -> bool:
        """Return whether a worker has nothing to do. Raises SweepError if no worker is left."""

    def submit(self, task: str) -> "Future[str]":
        """Give a task to a worker that has nothing to do."""

    def check(self) -> None:
        """Raise SweepError if nothing at all can be trained."""


class Attempt(NamedTuple):
    """A run that is given to a worker for the first, second, ... time."""

    trial: Trial
    number: int = 1

    def again(self) -> "Attempt":
        """Return the next attempt."""
        return self._replace(number=self.number + 1)


def finish(
    trials: Iterable[Trial],
    task: Callable[[Trial], str],
    engine: Engine,
    *,
    stop: Stop = never_stop,
    say: Say = say_nothing,
) -> Iterator[tuple[Trial, dict[str, Any]]]:
    """Train on an engine, and yield the result of each run as it comes, until `stop` says so.

    `task` returns the text of a run, in which an engine takes it.

    A run whose worker is killed is tried once more. Raises SweepError at the end if some have no
    result, and at once if no worker comes up.
    """
    waiting = deque(Attempt(trial) for trial in trials)
    running: dict[Future[str], Attempt] = {}
    failures: list[str] = []
    while (waiting or running) and not stop():
        while engine.has_room() and waiting:
            attempt = waiting.popleft()
            running[engine.submit(task(attempt.trial))] = attempt
        for future in _done(running):
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
                engine.check()
    if failures:
        raise SweepError(_told(failures))


def _done(running: Collection["Future[str]"]) -> Collection["Future[str]"]:
    """Wait a moment for the next results."""
    if not running:  # no worker is there yet
        time.sleep(PAUSE)
    return wait(running, timeout=PAUSE, return_when=FIRST_COMPLETED).done


def _failure(future: "Future[str]", engine: Engine) -> str | None:
    """Return why a run has no result, None if it has one. A bug raises its own error."""
    if future.cancelled():  # its workers are gone
        engine.check()
        return KILLED
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


def _told(failures: list[str]) -> str:
    more = len(failures) - SHOWN
    named = "; ".join(failures[:SHOWN]) + (f"; and {more} more" if more > 0 else "")
    return f"{counted(len(failures), 'run')} lost ({named})"
