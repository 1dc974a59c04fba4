"""`mnist predict`: the digits that the network reads in pictures."""

import json
import shutil
import sys
from collections.abc import Iterator
from contextlib import closing
from functools import partial
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from mnist_cli.bundled import BUNDLED
from mnist_cli.cli.help import examples
from mnist_cli.cli.inputs import Input, expanded, loaded
from mnist_cli.cli.options import (
    FOLDER,
    PathType,
    checkpoint_option,
    load_network,
    network_path,
    output_options,
)
from mnist_cli.cli.output import FAILED, SCHEMA, Output, tell
from mnist_cli.cli.pages import Answered, Selection, answered_pages, failure
from mnist_cli.cli.steps import Stems
from mnist_cli.wording import sureness

if TYPE_CHECKING:
    from mnist_cli.model import Model
    from mnist_cli.pictures.reader import Picture
    from mnist_cli.prediction import Reading

AT_ONCE = 64  # pictures answered together


@click.command(
    epilog=examples(
        "mnist predict my-digit.png",
        "mnist predict page.jpg --many --json-lines",
        "mnist predict page.jpg --lines",
        "mnist predict sudoku.jpg --grid",
        "mnist predict photos --show",
    )
)
@click.argument(
    "images", metavar="IMAGE...", type=PathType(readable=False), nargs=-1, required=True
)
@checkpoint_option
@click.option("--many", is_flag=True, help="Read every digit of a picture, line by line.")
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
    type=click.FloatRange(0.5, 0.999),
    metavar="LEVEL",
    help="Name every digit that it may be, such as '3 or 8': sets with the right one in this share "
    "of pictures, 0.5 to 0.999, if they are like the validation images.",
)
@click.option(
    "--show",
    is_flag=True,
    help="Show each step from the picture to the image that the network sees.",
)
@click.option("--save-steps", type=FOLDER, help="Folder to save these steps in, as PNG files.")
@click.option("--json-lines", is_flag=True, help="Print one JSON object per digit or line.")
@output_options
def predict(
    images: tuple[str, ...],
    checkpoint: Path | None,
    json_lines: bool,
    quiet: bool,
    as_json: bool,
    **options: Any,
) -> None:
    """Read the digit in each picture.

    A picture is a photo, scan or drawing: PNG, JPEG, BMP, GIF, WebP or TIFF. A folder stands for
    the pictures in it, '-' for one on standard input. Ink may be darker or lighter than the paper.
    The digit is found, cut out, scaled and centred as MNIST's own digits were.
    """
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
    model, other = load_network(checkpoint, out), _other(checkpoint)
    inputs = expanded(images)
    found: list[Answered] = []
    failed = False
    with closing(out.counter(len(inputs))) as bar:
        if many:
            describe = partial(_line, top=chosen.top, calibrated=model.calibrated)
            answers = answered_pages(model, other, inputs, chosen, out, bar.update, describe)
        else:
            answers = _predictions(model, other, inputs, chosen, out, bar.update)
        for answered in answers:
            records = answered.lines if lines else answered.predictions
            failed = failed or any("error" in record for record in records)
            if json_lines:
                for record in records:
                    click.echo(json.dumps({"schema": SCHEMA, **_facts(model), **record}))
            elif as_json:
                found.append(answered)
    if as_json and not json_lines:
        values = {"predictions": [one for answered in found for one in answered.predictions]}
        if many:
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
    }


def _other(checkpoint: Path | None) -> "Model | None":
    """Return the network that comes with the program, None if it is the chosen one.

    It reads pictures better than most that are trained in a minute, and should not be given up in
    silence.
    """
    from mnist_cli.model import load_model

    return None if network_path(checkpoint) == BUNDLED else load_model()


def _predictions(
    model: "Model",
    other: "Model | None",
    inputs: list[Input],
    chosen: Selection,
    out: Output,
    done: Any,
) -> Iterator[Answered]:
    """Answer in small groups; a picture that cannot be read does not stop the others."""
    from mnist_cli.pictures.reader import save_steps

    keep = chosen.show or chosen.steps_folder is not None
    todo, stems = iter(inputs), Stems()
    while group := list(islice(todo, AT_ONCE)):
        opened = [loaded(found, keep_steps=keep) for found in group]
        pictures = [picture for found in opened for picture in found.pictures]
        readings = iter(_readings(model, other, pictures, chosen.level) if pictures else [])
        for found in opened:
            done(1)
            if found.error:
                yield failure(found)
            for picture in found.pictures:
                if chosen.steps_folder is not None:
                    save_steps(picture.steps, chosen.steps_folder, stems.of(found.title))
                reading = next(readings)._asdict()
                if not out.as_json:
                    tell(_line(found.name, reading, chosen.top, model.calibrated))
                if chosen.show:
                    _show(model, picture, out)
                yield Answered([{"file": found.name, **reading}], [])


def _readings(
    model: "Model", other: "Model | None", pictures: "list[Picture]", level: float | None
) -> "list[Reading]":
    """Return the answers, with a warning where `other`, which comes with the program, differs."""
    from mnist_cli.prediction import with_second_opinion

    readings = model.read(pictures, level)
    if other is None:
        return readings
    return list(map(with_second_opinion, readings, other.read(pictures)))


def _line(name: str, reading: dict[str, Any], top: int, calibrated: bool) -> str:
    warnings = f"   ({'; '.join(reading['warnings'])})" if reading["warnings"] else ""
    if reading["digit"] is None:
        return f"{name}: no digit{warnings}"
    ranked = sorted(range(10), key=lambda digit: -reading["scores"][digit])[:top]
    scores = ", ".join(f"{digit}: {reading['scores'][digit]:.3f}" for digit in ranked)
    sure = _sure(reading, calibrated)
    return f"{name}: {_digits(reading)}   {sure}   (scores {scores}){warnings}"


def _digits(reading: dict[str, Any]) -> str:
    """Say the digit, or all digits that it may be."""
    return " or ".join(map(str, reading["set"] or [reading["digit"]]))


def _sure(reading: dict[str, Any], calibrated: bool) -> str:
    """Say how sure the answer is; that to a picture like no digit is not."""
    from mnist_cli.prediction import UNLIKE

    if not calibrated:
        return "not calibrated"
    if UNLIKE in reading["warnings"]:
        return "not sure"
    of_which = f" of {reading['digit']}" if len(reading["set"] or []) > 1 else ""
    return f"{sureness(reading['confidence'])} sure{of_which}"


def _show(model: "Model", picture: "Picture", out: Output) -> None:
    """Draw the steps; the last ones are those of the network's preprocessing."""
    from mnist_cli.cli.display import side_by_side
    from mnist_cli.data.preprocessing import preprocess

    step = model.config.preprocessing
    panels = dict(picture.steps)
    if step != "none":
        for shown in ("moments", "directions")[: 1 + (step == "directions")]:
            name = step if step != "directions" else shown
            panels[name] = preprocess(picture.image[None], name).reshape(28, 28)
    stream = sys.stderr if out.as_json else sys.stdout
    width = shutil.get_terminal_size((100, 24)).columns
    click.echo(side_by_side(panels, width, stream.encoding or "ascii"), file=stream)
