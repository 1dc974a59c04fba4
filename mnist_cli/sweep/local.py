"""Workers on this machine: one pool of a single process for each of them.

A process that is killed breaks its whole pool (`concurrent.futures`). So each worker has a pool of
its own, and only the run that it was training is lost.
"""

import os
import signal
import threading
from collections.abc import Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from multiprocessing import parent_process, resource_tracker
from multiprocessing.context import SpawnContext, SpawnProcess
from typing import Any

from mnist_cli.errors import SweepError
from mnist_cli.sweep.trial import run_task


def usual_workers() -> int:
    """Return the number of cores that this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


class LocalEngine:
    """Workers on this machine, in a `with` block; at its end they are gone.

    Attributes
    ----------
    lost : what a future raises whose worker was killed
    """

    lost: tuple[type[BaseException], ...] = (BrokenProcessPool,)

    def __init__(self, workers: int) -> None:
        self._count = workers
        self._workers: list[_Worker] = []
        self._started = False

    def __enter__(self) -> "LocalEngine":
        self._workers = [_Worker() for _ in range(self._count)]
        return self

    def __exit__(self, *error: object) -> None:
        for worker in self._workers:
            worker.kill()
        for worker in self._workers:
            worker.pool.shutdown()

    def has_room(self) -> bool:
        """Return whether a worker has nothing to do."""
        return any(worker.free for worker in self._workers)

    def check(self) -> None:
        """Raise SweepError if no worker has ever come up: no run can be at fault then."""
        if not self._any_started():
            raise SweepError(
                "no worker starts; in a script, call sweep.run below 'if __name__ == "
                '"__main__":\', because each worker imports the script'
            )

    def _any_started(self) -> bool:
        self._started = self._started or any(worker.started for worker in self._workers)
        return self._started

    def submit(self, task: str) -> "Future[str]":
        """Give a task to a free worker; there must be one."""
        place = next(place for place, worker in enumerate(self._workers) if worker.free)
        try:
            return self._workers[place].submit(task)
        except BrokenProcessPool:  # killed before or after its last run
            self._replace(place)
            return self._workers[place].submit(task)

    def _replace(self, place: int) -> None:
        self._any_started()
        self._workers[place].kill()
        self._workers[place].pool.shutdown()
        self._workers[place] = _Worker()


class _Context(SpawnContext):
    """Starts processes afresh, and remembers the one of a pool, so that it can be killed."""

    started: SpawnProcess | None = None

    def Process(self, *args: Any, **kwargs: Any) -> SpawnProcess:  # type: ignore[override]  # noqa: N802
        """Make the process of the pool."""
        self.started = SpawnProcess(*args, **kwargs)
        return self.started


class _Worker:
    """A pool of one process."""

    def __init__(self) -> None:
        self._context = _Context()
        with _without_interrupts():  # the pool starts a process of its own, too
            self.pool = ProcessPoolExecutor(1, mp_context=self._context, initializer=_begin)
            self._hello = self.pool.submit(os.getpid)
        self._last: Future[str] | None = None

    @property
    def started(self) -> bool:
        """Whether the process has come up."""
        return self._hello.done() and self._hello.exception() is None

    @property
    def free(self) -> bool:
        """Whether it has nothing to do."""
        return self._last is None or self._last.done()

    def submit(self, task: str) -> "Future[str]":
        """Train. Raises BrokenProcessPool if the process is known to be dead."""
        self._last = self.pool.submit(run_task, task)
        return self._last

    def kill(self) -> None:
        """End the process at once, whatever it does."""
        if self._context.started is not None:
            self._context.started.kill()


@contextmanager
def _without_interrupts() -> Iterator[None]:
    """Let a process that is started in the block never hear Ctrl-C, not even while it starts.

    The terminal sends Ctrl-C, and SIGHUP when it is closed, to all processes, as `timeout` sends
    SIGTERM; the first one decides, and ends the others. It waits until the start is complete: half
    of what a new process is told would be a traceback there.
    """
    if not hasattr(signal, "pthread_sigmask"):
        yield
        return
    ends = {signal.SIGINT, signal.SIGTERM, signal.SIGHUP}
    before = signal.pthread_sigmask(signal.SIG_BLOCK, ends)
    try:
        resource_tracker.ensure_running()  # hears none either, but lets two through here again
        signal.pthread_sigmask(signal.SIG_BLOCK, ends)
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _begin() -> None:
    """Prepare a worker's process: it ends with its parent, and not before.

    Ctrl-C, SIGTERM from `timeout` or a job queue, and SIGHUP from a terminal that is closed, reach
    the whole group; the parent decides.
    """
    for name in ("SIGINT", "SIGTERM", "SIGHUP"):
        if hasattr(signal, name):  # Windows has no SIGHUP
            signal.signal(getattr(signal, name), signal.SIG_IGN)
    threading.Thread(target=_end_with_parent, daemon=True).start()


def _end_with_parent() -> None:
    parent = parent_process()
    if parent is not None:
        parent.join()
    os._exit(1)
