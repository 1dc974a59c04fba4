"""How long work reports what it does, and how it is stopped.

Long work calls functions that its caller passes: one for messages, one for progress, one that asks
whether to stop. `say_nothing`, `no_progress` and `never_stop` are the defaults: they do nothing.
"""

from collections.abc import Callable
from typing import Protocol


class Progress(Protocol):
    """The progress of one task. The bars of tqdm fit."""

    def update(self, n: int) -> object:
        """Report that `n` more bytes, or items, are done."""

    def close(self) -> object:
        """Report that the task has ended, complete or not."""


class NoProgress:
    """A progress that is not shown."""

    def update(self, n: int) -> None:
        """See `Progress`."""

    def close(self) -> None:
        """See `Progress`."""


Say = Callable[[str], None]  # takes one line for the user
ProgressFactory = Callable[[str, int], Progress]
Stop = Callable[[], bool]  # whether to stop now


def say_nothing(line: str) -> None:
    """Do not show the line."""


def no_progress(name: str, total: int) -> Progress:  # noqa: ARG001
    """Make a progress that is not shown: `name` of the task, `total` bytes or 0 if unknown."""
    return NoProgress()


def never_stop() -> bool:
    """Return False: the work goes on to its end."""
    return False


def bar_of_bytes(name: str, total: int) -> Progress:
    """Make a bar that counts bytes: in a terminal, or in a notebook."""
    from tqdm.auto import tqdm  # only where somebody wants to see it

    return tqdm(total=total or None, desc=name, unit="B", unit_scale=True, leave=False)
