"""`mnist exercise`: files with gaps for pupils to fill, and answers to what they wrote."""

import os
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path
from shlex import quote
from typing import TYPE_CHECKING

import click

from mnist_cli.cli.help import examples
from mnist_cli.cli.options import FILE, OUTPUT, given_option, language_option, output_options
from mnist_cli.cli.output import FAILED, Output
from mnist_cli.cli.targets import existing_folder
from mnist_cli.exercise.sheets import NAMES, WORDS, file_name, solved, with_gaps
from mnist_cli.language import chosen_language
from mnist_cli.storage.paths import exists, is_file

if TYPE_CHECKING:
    from mnist_cli.exercise.check import Outcome


@click.command(
    epilog=examples(
        "mnist exercise",
        "mnist exercise backprop",
        "mnist exercise backprop --check backprop.py",
    )
)
@click.argument("name", required=False, type=click.Choice(NAMES, case_sensitive=False))
@click.option("--check", "checked", type=FILE, help="Say what is right in this file.")
@click.option("--solution", is_flag=True, help="Show the file without gaps, or write it with -o.")
@click.option(
    "-o", "--output", type=OUTPUT, help="File to write.  [default: the exercise's name, .py]"
)
@click.option(
    "--time-limit",
    type=click.IntRange(1, 3600),
    default=10,
    show_default=True,
    metavar="SECONDS",
    help="Longest time that a file may run while it is checked.",
)
@language_option
@output_options
def exercise(
    name: str | None,
    checked: Path | None,
    solution: bool,
    output: Path | None,
    time_limit: int,
    lang: str | None,
    quiet: bool,
    as_json: bool,
) -> None:
    """Write a small program with gaps to fill, and check what you wrote.

    Without a name it lists the exercises. --check runs your file in a process of its own, and
    compares the slopes that it computes with central differences. Exit code 0 means that all is
    right, 1 that something is not right yet.
    """
    out, language = Output(quiet, as_json), chosen_language(lang)
    words = WORDS[language]
    if name is None:
        if option := given_option("checked", "solution", "output", "time_limit"):
            names = ", ".join(NAMES)
            raise click.UsageError(f"{option} needs the name of an exercise, one of {names}.")
        _list(out, words)
    elif checked is not None:
        if solution or output is not None:
            raise click.UsageError("--check writes nothing; leave out --solution and --output.")
        if not is_file(checked):
            what = "must be a file" if exists(checked) else "no such file"
            raise click.UsageError(f"--check: {what}, got {checked}.")
        _check(name, checked, time_limit, language, out)
    elif given_option("time_limit"):
        raise click.UsageError("--time-limit is for --check; leave it out.")
    elif solution and output is None:
        text = solved(name, language)
        out.result(*text.rstrip("\n").split("\n"), exercise=name, solution=text)
    else:
        path = output or Path(file_name(name))
        text = solved(name, language) if solution else with_gaps(name, language)
        _write(name, text, path, words, out)
        if not solution:
            out.say(f"{words['fill']} {_next(f'{name} --check {quote(str(path))}', words)}")


def _next(call: str, words: dict[str, str]) -> str:
    return words["next"].format(command=f"mnist exercise {call}")


def _list(out: Output, words: dict[str, str]) -> None:
    about = {name: words[f"about {name}"] for name in NAMES}
    width = max(map(len, NAMES))
    out.result(
        *(f"{name:<{width}}  {text}" for name, text in about.items()),
        exercises=[{"name": name, "about": text} for name, text in about.items()],
    )
    out.say(_next(NAMES[0], words))


def _write(name: str, text: str, path: Path, words: dict[str, str], out: Output) -> None:
    """Write a new file; one that is there may be a pupil's work."""
    from mnist_cli.storage.atomic import atomic_write

    existing_folder(path)
    _refuse_existing(path)
    with atomic_write(path, lambda: _refuse_existing(path)) as file:  # and one made meanwhile
        file.write(text.encode())
    out.result(words["wrote"].format(path=path), exercise=name, file=str(path))


def _refuse_existing(path: Path) -> AbstractContextManager[object]:
    """Refuse to write over a file; return a context in which nothing more is to do."""
    if os.path.lexists(path):
        raise click.UsageError(
            f"--output: there is already a file, got {path}; it is kept: name another."
        )
    return nullcontext()


def _check(name: str, path: Path, seconds: float, language: str, out: Output) -> None:
    from mnist_cli.exercise.check import check

    outcome = check(name, path, seconds, language)
    out.result(
        *_lines(outcome, path),
        WORDS[language]["result"].format(right=outcome.right, total=outcome.total),
        exercise=name,
        file=str(path),
        right=outcome.right,
        total=outcome.total,
        problem=outcome.problem,
        tasks=[verdict._asdict() for verdict in outcome.verdicts],
    )
    if outcome.right < outcome.total:
        click.get_current_context().exit(FAILED)


def _lines(outcome: "Outcome", path: Path) -> list[str]:
    if outcome.problem:
        return [f"{path}: {outcome.problem}"]
    return [f"{v.number} {v.name}: {v.answer}" for v in outcome.verdicts]
