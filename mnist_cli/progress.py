"""What work that takes a while tells about how far it is."""

from collections.abc import Callable
from typing import Protocol


class Progress(Protocol):
    """How far one thing is; tqdm's bars fit."""

    def update(self, n: int) -> object:
        """Tell that `n` more bytes, or pieces, are done."""

    def close(self) -> object:
        """Tell that all is done, or given up."""


class Silence:
    """A progress that tells nobody."""

    def update(self, n: int) -> None:
        """See `Progress`."""

    def close(self) -> None:
        """See `Progress`."""


ProgressFactory = Callable[[str, int], Progress]


def no_progress(name: str, total: int) -> Progress:  # noqa: ARG001
    """Make a progress that tells nobody; `name` of the file, `total` bytes or 0 if unknown."""
    return Silence()


def bar_of_bytes(name: str, total: int) -> Progress:
    """Make a bar that counts bytes: in a terminal, or in a notebook."""
    from tqdm.auto import tqdm  # only where somebody wants to see it

    return tqdm(total=total or None, desc=name, unit="B", unit_scale=True, leave=False)
