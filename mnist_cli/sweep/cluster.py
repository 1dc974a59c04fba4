"""Workers of a Dask cluster. Importing this module imports `distributed`, which takes a second.

`Client.get_executor` gives futures of `concurrent.futures`, so that the loop of `runner` serves
this engine, too. A task is sent to the workers that can train the plan, and to no other (`crew`).
"""

import logging
import time
from collections.abc import Iterator
from concurrent.futures import CancelledError, Future
from contextlib import ExitStack, contextmanager
from pathlib import Path

from distributed import Client, KilledWorker, Security
from distributed.comm.addressing import parse_address, parse_host_port
from distributed.comm.registry import get_backend

from mnist_cli.errors import SweepError
from mnist_cli.progress import Say
from mnist_cli.sweep.crew import Crew
from mnist_cli.sweep.plan import Plan
from mnist_cli.sweep.remote import training

CONNECTED_WITHIN, CLOSED_WITHIN = 10, 2  # seconds
BETWEEN_LOOKS = 1.0  # seconds between two looks at the workers
WAIT = 60.0  # seconds without any worker: a job queue takes a while to start one


class ClusterEngine:
    """The workers of a cluster, in a `with` block. What they are training at its end, they finish.

    Attributes
    ----------
    lost : what a future raises whose worker was killed, again and again
    """

    lost: tuple[type[BaseException], ...] = (KilledWorker, CancelledError)

    def __init__(self, address: str, plan: Plan, data_dir: Path | None, say: Say) -> None:
        self._address, self._plan, self._data_dir, self._say = address, plan, data_dir, say
        self._running: dict[Future[str], set[str]] = {}  # with the workers that may train it
        self._threads: dict[str, int] = {}  # of the workers that can train
        self._looked = self._seen = 0.0  # when: at the workers, and any that can train

    def __enter__(self) -> "ClusterEngine":
        with ExitStack() as stack:
            stack.enter_context(_quiet())
            self._client = _connect(self._address)
            stack.callback(self._client.close, timeout=CLOSED_WITHIN)
            self._end = stack.pop_all()
        self._executor = self._client.get_executor(pure=False)
        self._crew = Crew(self._client, self._plan, self._data_dir, self._say)
        self._seen = time.monotonic()
        return self

    def __exit__(self, *error: object) -> None:
        for future in self._running:
            future.cancel()
        self._end.close()

    def has_room(self) -> bool:
        """Return whether a worker has nothing to do. Raises SweepError if there is none left."""
        if time.monotonic() - self._looked > BETWEEN_LOOKS:
            self._look()
        self._running = {f: workers for f, workers in self._running.items() if not f.done()}
        return len(self._running) < sum(self._threads.values())

    def submit(self, task: str) -> "Future[str]":
        """Give a task to the workers that can train it."""
        workers = list(self._threads)
        future: Future[str] = self._executor.submit(training(), task, workers=workers)
        self._running[future] = set(workers)
        return future

    def check(self) -> None:
        """Raise SweepError if the scheduler is gone."""
        if self._client.status != "running":
            raise SweepError(f"{self._address}: the scheduler is gone")

    def _look(self) -> None:
        """Ask new workers, and take tasks back from workers that are all gone."""
        self.check()
        try:
            self._threads = self._crew.threads()
        except OSError as error:
            raise SweepError(f"{self._address}: the scheduler is gone") from error
        self._looked = time.monotonic()
        for future, workers in self._running.items():
            if not workers & self._threads.keys():
                future.cancel()
        if self._threads:
            self._seen = self._looked
        elif self._looked - self._seen > WAIT or self._crew.all_refused:
            raise SweepError(f"{self._address}: there is no worker that can train this sweep")


def _connect(address: str) -> Client:
    try:
        _check_address(address)  # a Client that cannot begin at all takes 20 seconds to end
        return Client(address, timeout=CONNECTED_WITHIN, set_as_default=False)
    except (OSError, ValueError, TypeError) as error:
        reason = str(error).splitlines()[0] if str(error) else type(error).__name__
        raise SweepError(
            f"{address}: no scheduler answers there: {reason}; start one with 'dask scheduler', "
            "and give its address"
        ) from error


def _check_address(address: str) -> None:
    """Raise ValueError if nothing could be reached with such an address."""
    scheme, place = parse_address(address)
    get_backend(scheme)
    parse_host_port(place)
    if scheme == "tls" and Security().get_connection_args("client")["ssl_context"] is None:
        raise ValueError("tls needs Dask's settings of certificate and key (see docs/cluster.md)")


@contextmanager
def _quiet() -> Iterator[None]:
    """Keep back what Dask logs of a lost connection or a future: a line of ours says it."""
    talkers = ("distributed", "tornado")
    names = [name for name in logging.root.manager.loggerDict if name.startswith(talkers)]
    levels = {name: logging.getLogger(name).level for name in names}
    for name in names:
        logging.getLogger(name).setLevel(logging.CRITICAL)
    try:
        yield
    finally:
        for name, level in levels.items():
            logging.getLogger(name).setLevel(level)
