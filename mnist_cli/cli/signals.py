"""Ctrl-C and SIGTERM: the program tidies up before it ends.

Only the main thread may handle signals. A command that runs in another one leaves them alone.
"""

import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager


def _may_handle() -> bool:
    return threading.current_thread() is threading.main_thread()


def tidy_up_on_sigterm() -> None:
    """Let SIGTERM raise KeyboardInterrupt, as Ctrl-C does."""
    if _may_handle():
        signal.signal(signal.SIGTERM, signal.default_int_handler)


@contextmanager
def stop_on_signals() -> Iterator[Callable[[], bool]]:
    """Yield a function that returns True after Ctrl-C or SIGTERM; a second Ctrl-C ends at once.

    A second SIGTERM does not: `timeout` and job queues send it to the process and to its group.
    """
    stopped: list[int] = []

    def note(number: int, _: object) -> None:
        if stopped and number == signal.SIGINT:
            raise KeyboardInterrupt
        stopped.append(number)

    handled = (signal.SIGINT, signal.SIGTERM) if _may_handle() else ()
    old = {number: signal.signal(number, note) for number in handled}
    try:
        yield lambda: bool(stopped)
    finally:
        for number, handler in old.items():
            signal.signal(number, handler)
