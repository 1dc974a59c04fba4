"""Ctrl-C, SIGTERM and SIGHUP: the program tidies up before it ends.

SIGHUP comes when the terminal is closed, or the connection to another machine breaks. Only the main
thread may handle signals. A command that runs in another one leaves them alone.
"""

import signal
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

ENDING = [signal.SIGINT, signal.SIGTERM]
if hasattr(signal, "SIGHUP"):  # not on Windows
    ENDING.append(signal.SIGHUP)

_SOON = 0.01  # s


def _handled() -> list[signal.Signals]:
    """Return the signals to handle; a SIGHUP that `nohup` has switched off stays off."""
    if threading.current_thread() is not threading.main_thread():
        return []
    unheard = signal.getsignal(ENDING[-1]) == signal.SIG_IGN
    return [each for each in ENDING if each in (signal.SIGINT, signal.SIGTERM) or not unheard]


def tidy_up_on_signals() -> None:
    """Let the first of these signals raise KeyboardInterrupt.

    A later one must not disturb the tidying up; but a second Ctrl-C ends the program at once. Where
    Python cannot raise (in its own callbacks, as while it imports) it is raised a little later.
    """
    handled = _handled()

    def end(_: int, __: object) -> None:
        for number in handled:
            signal.signal(number, signal.SIG_IGN)
        signal.signal(signal.SIGINT, signal.SIG_DFL)
        raise KeyboardInterrupt

    def end_soon(ignored: "sys.UnraisableHookArgs") -> None:
        if ignored.exc_type is KeyboardInterrupt:
            signal.signal(signal.SIGINT, end)
            again = threading.Timer(_SOON, interrupt_if_unheard)
            again.daemon = True
            again.start()
        else:
            sys.__unraisablehook__(ignored)

    def interrupt_if_unheard() -> None:
        if signal.getsignal(signal.SIGINT) is end:  # else another one has been raised meanwhile
            _interrupt()

    for number in handled:
        signal.signal(number, end)
    if handled:
        sys.unraisablehook = end_soon


def _interrupt() -> None:
    """Send SIGINT to the main thread, and wake it, where the system can."""
    if sys.platform == "win32":
        signal.raise_signal(signal.SIGINT)
    else:
        signal.pthread_kill(threading.main_thread().ident or 0, signal.SIGINT)


@contextmanager
def stop_on_signals() -> Iterator[Callable[[], bool]]:
    """Yield a function that returns True after a signal; a second Ctrl-C ends at once.

    A second SIGTERM or SIGHUP does not: `timeout`, job queues and closed terminals send them to the
    process and to its group.
    """
    stopped: list[int] = []

    def note(number: int, _: object) -> None:
        if stopped and number == signal.SIGINT:
            raise KeyboardInterrupt
        stopped.append(number)

    old = {number: signal.signal(number, note) for number in _handled()}
    try:
        yield lambda: bool(stopped)
    finally:
        for number, handler in old.items():
            signal.signal(number, handler)
