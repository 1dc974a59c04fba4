"""Progress of long work, shown by whoever asked for it."""

from collections.abc import Callable
from typing import Protocol


class Progress(Protocol):
    """The progress of one task; a bar of tqdm is one."""

    def update(self, n: int) -> object:
        """Report that `n` more bytes or items are done."""

    def close(self) -> object:
        """Report that the task has ended, finished or not."""


class Silence:
    """A progress that is not shown."""

    def update(self, n: int) -> None:
        """See `Progress`."""

    def close(self) -> None:
        """See `Progress`."""


ProgressFactory = Callable[[str, int], Progress]


def no_progress(name: str, total: int) -> Progress:  # noqa: ARG001
    """Return a progress that is not shown; `name` of the task, `total` bytes, 0 if unknown."""
    return Silence()
