"""What a command prints: results on standard output, all else on standard error; exit codes."""

import json
import os
import sys
from typing import Any, NamedTuple

import click

from mnist_cli.errors import one_line, shown
from mnist_cli.progress import NoProgress, Progress

DONE, FAILED, USAGE, INTERRUPTED = 0, 1, 2, 130  # exit codes
SCHEMA = 1  # of the JSON objects; a change that breaks readers counts it up


def open_missing_streams() -> None:
    """Open nowhere the streams that the process was started without (`2>&-`, `<&-`, pythonw).

    Else the first file that it opens could become its standard error, and get its messages.
    """
    for descriptor in range(3):  # the lowest free one is the next that is opened
        try:
            os.fstat(descriptor)
        except OSError:
            os.open(os.devnull, os.O_RDWR)
    for name in ("stdout", "stderr"):
        if getattr(sys, name) is None:
            setattr(sys, name, open(os.devnull, "w", encoding="utf-8"))  # noqa: SIM115, PTH123


def tell(line: str, *, err: bool = False) -> None:
    """Print one line, safe for a terminal: a result whole, on standard error a message.

    Raises OSError if a result cannot be printed. What goes on beside it is told where that can be:
    a full log or a closed terminal must not end hours of training.
    """
    stream, line = (sys.stderr, one_line(line)) if err else (sys.stdout, shown(line))
    encoding = getattr(stream, "encoding", None) or "utf-8"
    # Not every stream has every letter, for example that into a file on Windows.
    try:
        click.echo(line.encode(encoding, "backslashreplace").decode(encoding), err=err)
    except BrokenPipeError:  # its reader has seen enough
        raise
    except OSError as error:
        if not err:
            raise OSError(error.errno, error.strerror, "standard output") from error


def json_object(**values: Any) -> str:
    """Return a result as one JSON object. Raises ValueError for NaN, which JSON does not have."""
    return json.dumps({"schema": SCHEMA, **values}, allow_nan=False)


class Output(NamedTuple):
    """How much a command says: `quiet` leaves only results, `as_json` makes them one object."""

    quiet: bool
    as_json: bool

    def say(self, text: str = "") -> None:
        """Tell what is going on, on standard error."""
        if not self.quiet:
            tell(text, err=True)

    def result(self, *lines: str, **values: Any) -> None:
        """Print a result: the lines, or with --json one object of the values."""
        if self.as_json:
            lines = (json_object(**values),)
        for line in lines:
            tell(line)

    def counter(self, total: int) -> Progress:
        """Make a bar that counts files; silent for a few, and where nobody watches."""
        return self._bar(total >= 20, total=total, unit="picture")

    def progress(self, name: str, total: int) -> Progress:
        """Make a progress bar in bytes; silent when standard error is no terminal."""
        return self._bar(True, total=total or None, desc=name, unit="B", unit_scale=True)

    def _bar(self, wanted: bool, **options: Any) -> Progress:
        if self.quiet or not wanted or not sys.stderr.isatty():
            return NoProgress()
        from tqdm import tqdm  # a tenth of `mnist predict`, were it above

        return tqdm(**options, leave=False)
