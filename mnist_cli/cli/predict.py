"""`mnist predict`: the digits that the network reads in pictures."""

from collections.abc import Iterator
from contextlib import closing
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from mnist_cli.bundled import BUNDLED
from mnist_cli.classes import are_digits
from mnist_cli.cli.help import examples
from mnist_cli.cli.inputs import Input, expanded
from mnist_cli.cli.options import (
    FOLDER,
    LevelType,
    PathType,
    checkpoint_option,
    load_network,
    network_path,
    output_options,
)
from mnist_cli.cli.output import FAILED, Output, json_object, tell
from mnist_cli.cli.pages import Answered, Selection, Task, answered_pages
from mnist_cli.cli.singles import answered_pictures, described
from mnist_cli.cli.table_rows import (
    answered_rows,
    check_submission,
    csv_option,
    tables_among,
    write_submission,
)

if TYPE_CHECKING:
    from mnist_cli.model import Model


@click.command(
    epilog=examples(
        "mnist predict my-digit.png",
        "mnist predict page.jpg --many --json-lines",
        "mnist predict page.jpg --lines",
        "mnist predict sudoku.jpg --grid",
        "mnist predict photos --show",
        "mnist predict test.csv --csv submission.csv",
    )
)
@click.argument(
    "images", metavar="IMAGE...", type=PathType(readable=False), nargs=-1, required=True
)
@checkpoint_option
@click.option(
    "--many", is_flag=True, help="Read every digit of a picture, line by line, on all its pages."
)
@click.option("--lines", is_flag=True, help="Print one string per line of digits, as 2026-11-25.")
@click.option("--grid", is_flag=True, help="Read the cells of a grid: a sudoku, a form, a table.")
@click.option(
    "--top",
    type=click.IntRange(1, 10),
    default=3,
    show_default=True,
    help="Number of answers to show.",
)
@click.option(
    "--sets",
    "level",
    type=LevelType(0.5, 0.999),
    metavar="LEVEL",
    help="Name every digit that a picture may be, such as '3 or 8'. The right one is among them in "
    "this share of pictures, 0.5 to 0.999, if these are like the validation images.",
)
@click.option(
    "--show",
    is_flag=True,
    help="Show each step from the picture to the image that the network sees.",
)
@click.option("--save-steps", type=FOLDER, help="Folder to save these steps in, as PNG files.")
@click.option("--json-lines", is_flag=True, help="Print one JSON object per digit or line.")
@csv_option
@output_options
def predict(
    images: tuple[str, ...],
    checkpoint: Path | None,
    json_lines: bool,
    quiet: bool,
    as_json: bool,
    **options: Any,
) -> None:
    """Read the digit, or what the network has learned, in each picture.

    A picture is a photo, scan or drawing: PNG, JPEG, BMP, GIF, WebP, TIFF, PGM, AVIF, or HEIC
    where pillow-heif is installed. A folder stands for the pictures in it, '-' for one on standard
    input. Ink may be darker or lighter than the paper. The digit is found, cut out, scaled and
    centred as MNIST's own digits were. For a network that was trained on other pictures, such as
    garments, a picture is only made smaller.

    A table has a 28x28 image in each row: .csv (Kaggle's form), .npz or an IDX file of images. Its
    images are read as they are, row by row.
    """
    from mnist_cli.training.environment import one_thread

    out = Output(quiet, as_json or json_lines)
    lines = options["lines"]
    grid = options["grid"]
    many = options["many"] or lines or grid
    chosen = Selection(
        many,
        lines,
        grid,
        options["top"],
        options["show"],
        options["save_steps"],
        options["level"],
    )
    inputs = expanded(images)
    submission: Path | None = options["submission"]
    pictures_only = chosen.many or chosen.show or chosen.steps_folder is not None
    tables = tables_among([found.name for found in inputs], pictures_only=pictures_only)
    if submission:
        check_submission(tables, submission, checkpoint, lines=json_lines)
    model = load_network(checkpoint, out)
    if chosen.many and not model.handwriting:
        raise click.UsageError(
            "--many, --lines and --grid find handwriting, but this network learned other pictures; "
            "leave them out."
        )
    if submission:
        write_submission(model, Path(tables[0]), submission, out)
        return
    with one_thread(), closing(out.counter(len(inputs))) as bar:
        describe = partial(described, top=chosen.top, model=model)
        task = Task(model, _other(checkpoint, model), chosen, out, bar.update, describe)
        _print(_answers(task, inputs, tables), model, chosen, out, json_lines=json_lines)


def _answers(task: Task, inputs: list[Input], tables: list[str]) -> Iterator[Answered]:
    """Answer tables, pages or single pictures, as they come."""
    if tables:
        return answered_rows(task.model, tables, task.describe, task.chosen.level, task.out)
    return (answered_pages if task.chosen.many else answered_pictures)(task, inputs)


def _print(
    answers: Iterator[Answered], model: "Model", chosen: Selection, out: Output, *, json_lines: bool
) -> None:
    """Print the answers as JSON where that is asked for; exit with 1 if one is an error."""
    found: list[Answered] = []
    failed = False
    for answered in answers:
        records = answered.lines if chosen.lines else answered.predictions
        failed = failed or any("error" in record for record in records)
        if json_lines:
            for record in records:
                tell(json_object(**_facts(model), **record))
        elif out.as_json:
            found.append(answered)
    if out.as_json and not json_lines:
        values = {"predictions": [one for answered in found for one in answered.predictions]}
        if chosen.many:
            values["lines"] = [line for answered in found for line in answered.lines]
        out.result("", **_facts(model), **values)
    if failed:
        click.get_current_context().exit(FAILED)


def _facts(model: "Model") -> dict[str, Any]:
    """Return what there is to know about the network behind the answers."""
    return {
        "checkpoint": model.name,
        "finished": model.finished,
        "calibrated": model.calibrated,
        "classes": model.classes,
    }


def _other(checkpoint: Path | None, model: "Model") -> "Model | None":
    """Return the network that comes with the program, None if it is chosen or knows other classes.

    It reads pictures better than most that are trained in a minute, and should not be given up in
    silence.
    """
    from mnist_cli.model import load_model

    if network_path(checkpoint) == BUNDLED or not are_digits(model.classes):
        return None
    return load_model()
