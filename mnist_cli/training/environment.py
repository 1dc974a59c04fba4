"""What speed and the last bits of a result depend on: NumPy, its BLAS and kernel, the threads."""

import platform
import threading
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import Any

import numpy as np
from threadpoolctl import OpenBLASController, threadpool_info, threadpool_limits


class _Limit:
    """The number of threads that NumPy's matrix products use: one number for the whole process.

    The first user sets it, the last one restores what was there before. Without the count, a
    training that ends would restore it while another one, in another thread, is in an epoch.
    """

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._users, self._threads = 0, 0
        self._first: Any = None  # the limit of the first user, which knows what was before

    @contextmanager
    def of(self, threads: int) -> Iterator[None]:
        """Hold the number in a `with` block, after all blocks with another number have ended."""
        with self._changed:
            self._changed.wait_for(lambda: not self._users or self._threads == threads)
            _let_any_thread_set_it()
            limit = threadpool_limits(threads, "blas")  # some BLAS have a number for each thread
            if not self._users:
                self._threads, self._first = threads, limit
            self._users += 1
        try:
            yield
        finally:
            with self._changed:
                self._users -= 1
                if not self._users:
                    _let_any_thread_set_it()
                    self._first.restore_original_limits()
                    _let_any_thread_set_it()
                    self._changed.notify_all()


def _let_any_thread_set_it() -> None:
    """Since threadpoolctl 3.8 only the first thread may set the number of OpenBLAS's threads.

    A second one is ignored, also where it restores the number that was there before.
    """
    if hasattr(OpenBLASController, "clear_controlling_thread"):
        OpenBLASController.clear_controlling_thread(force=True)


_LIMIT = _Limit()


def blas_threads(threads: int) -> AbstractContextManager[None]:
    """Use so many threads for NumPy's matrix products inside a `with` block, in the whole process.

    Blocks in several threads may overlap; those with another number wait. So in one thread a block
    must not be inside one with another number.
    """
    return _LIMIT.of(threads)


def one_thread() -> AbstractContextManager[None]:
    """Use one thread for NumPy's matrix products inside a `with` block.

    The products are small here: a second thread makes them slower, much slower on a busy machine,
    and changes their last bits.
    """
    return blas_threads(1)


def describe_environment(threads: int = 1) -> dict[str, str]:
    """Return the versions of Python, NumPy and its BLAS with kernel, and the thread count."""
    pools = [pool for pool in threadpool_info() if pool["user_api"] == "blas"]
    # Where SciPy is loaded, it has a BLAS of its own. NumPy's lies in NumPy's folder or beside it.
    folder = str(Path(np.__file__).resolve().parent)
    pools.sort(key=lambda pool: not str(Path(pool["filepath"]).resolve()).startswith(folder))
    names = [(pool["internal_api"], pool["version"], pool.get("architecture")) for pool in pools]
    return {
        "python": platform.python_version(),
        "numpy": np.__version__,
        "blas": " ".join(map(str, names[0])) if names else "unknown",
        "threads": str(threads),
    }
