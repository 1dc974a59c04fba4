"""What a command prints, and where: results on standard output, all else on standard error."""

import json
import sys
from typing import Any, NamedTuple

import click

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

    def counter(self, total: int) -> Any:
        """Make a bar that counts files; silent for a few, and where nobody watches."""
        from tqdm import tqdm

        silent = self.quiet or total < 20 or not sys.stderr.isatty()
        return tqdm(total=total, unit="picture", leave=False, disable=silent)

    def progress(self, name: str, total: int) -> Any:
        """Make a progress bar in bytes; silent when standard error is no terminal."""
        from tqdm import tqdm

        silent = self.quiet or not sys.stderr.isatty()
        return tqdm(
            total=total or None, desc=name, unit="B", unit_scale=True, leave=False, disable=silent
        )
