"""Ctrl-C, SIGTERM and SIGHUP: the program tidies up before it ends.

SIGHUP comes when the terminal is closed. `nohup` has it ignored, and so it stays then.

Only the main thread may handle signals. A command that runs in another one leaves them alone.
"""

import signal
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager


def _may_handle() -> bool:
    return threading.current_thread() is threading.main_thread()


def _endings() -> list[int]:
    """Return the signals that ask a process to end; Windows has no SIGHUP."""
    if sys.platform == "win32" or signal.getsignal(signal.SIGHUP) == signal.SIG_IGN:
        return [signal.SIGTERM]
    return [signal.SIGTERM, signal.SIGHUP]


def tidy_up_at_the_end() -> None:
    """Let SIGTERM and SIGHUP raise KeyboardInterrupt, as Ctrl-C does."""
    if _may_handle():
        for number in _endings():
            signal.signal(number, signal.default_int_handler)


@contextmanager
def stop_on_signals() -> Iterator[Callable[[], bool]]:
    """Yield a function that returns True after Ctrl-C, SIGTERM or SIGHUP.

    A second Ctrl-C ends the program at once. A second of the others does not: `timeout`, job queues
    and closed terminals send them to the process and to its group.
    """
    stopped: list[int] = []

    def note(number: int, _: object) -> None:
        if stopped and number == signal.SIGINT:
            raise KeyboardInterrupt
        stopped.append(number)

    handled = [signal.SIGINT, *_endings()] if _may_handle() else []
    old = {number: signal.signal(number, note) for number in handled}
    try:
        yield lambda: bool(stopped)
    finally:
        for number, handler in old.items():
            signal.signal(number, handler)
