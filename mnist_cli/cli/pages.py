"""`mnist predict --many`: the lines and digits of whole pages, printed, saved and drawn."""

import shutil
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import click

from mnist_cli.cli.inputs import Input, loaded_pages
from mnist_cli.cli.output import Output, tell
from mnist_cli.cli.steps import Stems
from mnist_cli.errors import PictureError

if TYPE_CHECKING:
    from mnist_cli.model import Model
    from mnist_cli.pictures.arrays import Box
    from mnist_cli.pictures.decoding import Page
    from mnist_cli.pictures.reader import Sheet
    from mnist_cli.strings import Line

    Marks = list[tuple[str, Box]]

PLACES = {False: ("line", "place"), True: ("row", "column")}  # names in JSON; True: of a grid
_SURE = 0.9  # a less likely answer in a grid is named

Describe = Callable[[str, dict[str, Any]], str]


class Selection(NamedTuple):
    """What to print of each picture."""

    many: bool
    lines: bool
    grid: bool
    top: int
    show: bool
    steps_folder: Path | None
    level: float | None


class Task(NamedTuple):
    """Who answers, and how it is told.

    `other`: the network that comes with the program, as a second opinion. `done(1)` counts a file,
    `describe` says an answer in one line.
    """

    model: "Model"
    other: "Model | None"
    chosen: Selection
    out: Output
    done: Callable[[int], object]
    describe: Describe


class Answered(NamedTuple):
    """What is known of one file, as JSON: its digits, and with --many its lines."""

    predictions: list[dict[str, Any]]
    lines: list[dict[str, Any]]


def failure(found: Input) -> Answered:
    """Tell why a file cannot be read."""
    return _failed(found.name, {"file": found.name, "error": found.error})


def _failed(name: str, facts: dict[str, Any]) -> Answered:
    tell(f"mnist predict: {name}: {facts['error']}", err=True)
    return Answered([facts], [facts])


def _of_page(name: str, page: "Page") -> str:
    """Return what messages call a page of a file."""
    return name if page.pages == 1 else f"{name}: page {page.number} of {page.pages}"


def answered_pages(task: Task, inputs: list[Input]) -> Iterator[Answered]:
    """Answer page by page; one that cannot be read does not stop the others."""
    model, other, chosen, out, done, describe = task
    stems, several = Stems(), len(inputs) > 1
    for found in map(loaded_pages, inputs):
        done(1)
        if found.skipped:
            out.say(f"mnist predict: {found.skipped}")
        if found.error:
            yield failure(found)
        for sheet in found.sheets:
            start = {"file": found.name, "page": sheet.page.number}
            name = _of_page(found.name, sheet.page)
            try:
                lines = [_compared(line, other) for line in _read(model, sheet, chosen)]
            except PictureError as error:
                yield _failed(name, {**start, "error": str(error)})
                continue
            answered = _facts(model, start, sheet, lines, PLACES[chosen.grid])
            if not out.as_json:
                _print(name, answered, chosen, describe, several=several)
            if chosen.steps_folder is not None:
                _save(sheet, lines, chosen.steps_folder, stems.of(found.title))
            if chosen.show:
                _show(sheet, lines, out)
            yield answered


def _read(model: "Model", sheet: "Sheet", chosen: Selection) -> "list[Line]":
    """Read the lines of a page or the rows of its grid. Raises PictureError without a grid."""
    read = model.read_grid if chosen.grid else model.read_page
    return read(sheet, chosen.level)


def _compared(line: "Line", other: "Model | None") -> "Line":
    """Return a line with a warning at each digit that another network reads otherwise."""
    from mnist_cli.prediction import with_second_opinion

    if other is None:
        return line
    doubted = map(with_second_opinion, line.readings, other.read(line.pictures))
    return line._replace(readings=list(doubted))


def _facts(
    model: "Model",
    start: dict[str, Any],
    sheet: "Sheet",
    lines: "list[Line]",
    names: tuple[str, str],
) -> Answered:
    """Return what there is to know of a page; of a blank one, that nothing was found.

    `start`: the file and the number of the page. `names` are those of a digit's line and its place
    in it; both count from 1.
    """
    digits = [
        {**start, names[0]: number, names[1]: place, **reading._asdict()}
        for number, line in enumerate(lines, start=1)
        for place, reading in zip(line.places, line.readings, strict=True)
    ]
    if not digits:
        blank = model.read([sheet.blank()])[0]
        digits = [{**start, names[0]: None, names[1]: None, **blank._asdict()}]
    return Answered(digits, [{**start, **_line(*line)} for line in enumerate(lines, start=1)])


def _line(number: int, line: "Line") -> dict[str, Any]:
    """Return what there is to know of a line: its string, and the separators in it."""
    return {
        "line": number,
        "text": line.text,
        "confidence": line.confidence,
        "box": line.box,
        "separators": [separator._asdict() for separator in line.separators],
    }


def _print(
    name: str, answered: Answered, chosen: Selection, describe: Describe, *, several: bool
) -> None:
    """Print the lines as strings, or every digit."""
    start = f"{name}: " if several else ""
    if (chosen.lines or chosen.grid) and answered.lines:
        for line in answered.lines:
            tell(start + line["text"])
        if chosen.grid:
            _print_doubts(name, answered)
        return
    for digit in answered.predictions:
        tell(describe(name, digit))


def _print_doubts(name: str, answered: Answered) -> None:
    """Say which cells of a grid are better looked at again."""
    doubts = [
        f"row {cell['row']} column {cell['column']}"
        for cell in answered.predictions
        if cell["digit"] is not None and (cell["warnings"] or cell["confidence"] < _SURE)
    ]
    if doubts:
        tell(f"{name}: not sure of {', '.join(doubts)}")


def _save(sheet: "Sheet", lines: "list[Line]", folder: Path, stem: str) -> None:
    """Save the page from what came in to the answers, as PNG files."""
    from mnist_cli.pictures.steps import save_steps

    pictures = [picture for line in lines for picture in line.pictures]
    save_steps(sheet.steps(_marks(lines), pictures or [sheet.blank()]), folder, stem)


def _show(sheet: "Sheet", lines: "list[Line]", out: Output) -> None:
    """Draw the page with boxes and answers."""
    from mnist_cli.cli.display import page_text

    stream = sys.stderr if out.as_json else sys.stdout
    width, encoding = shutil.get_terminal_size((100, 24)).columns, stream.encoding or "ascii"
    scale = sheet.page.scale
    marks = [(text, [side / scale for side in box]) for text, box in _marks(lines)]
    click.echo(page_text(sheet.ink, marks, width, encoding), file=stream)


def _marks(lines: "list[Line]") -> "Marks":
    """Return what was read on a page, each with its box."""
    digits = [(str(r.digit), r.box) for line in lines for r in line.readings if r.digit is not None]
    separators = [(s.text, s.box) for line in lines for s in line.separators]
    return [(text, (box[0], box[1], box[2], box[3])) for text, box in digits + separators]
