"""What a command prints, and where: results on standard output, all else on standard error."""

import json
import sys
from typing import Any, NamedTuple

import click

from mnist_cli.progress import Progress, Silence

SCHEMA = 1  # of the JSON objects; a change that breaks readers counts it up


class Output(NamedTuple):
    """How much a command says: `quiet` leaves only results, `as_json` makes them one object."""

    quiet: bool
    as_json: bool

    def say(self, text: str = "") -> None:
        """Tell what is going on, on standard error."""
        if not self.quiet:
            click.echo(text, err=True)

    def result(self, text: str, **values: Any) -> None:
        """Print a result: the text, or with --json one object of the values."""
        if self.as_json:
            text = json.dumps({"schema": SCHEMA, **values}, allow_nan=False)
        click.echo(text)

    def counter(self, total: int) -> Progress:
        """Make a bar that counts files; silent for a few, and where nobody watches."""
        return self._bar(total >= 20, total=total, unit="picture")

    def progress(self, name: str, total: int) -> Progress:
        """Make a progress bar in bytes; silent when standard error is no terminal."""
        return self._bar(True, total=total or None, desc=name, unit="B", unit_scale=True)

    def _bar(self, wanted: bool, **options: Any) -> Progress:
        if self.quiet or not wanted or not sys.stderr.isatty():
            return Silence()
        from tqdm import tqdm  # a tenth of `mnist predict`, were it above

        return tqdm(**options, leave=False)
