"""`mnist predict`: the digits that the network reads in pictures."""

import json
import shutil
import sys
from collections.abc import Iterator
from contextlib import closing
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import click

from mnist_cli.bundled import BUNDLED
from mnist_cli.classes import are_digits, image_word
from mnist_cli.cli.help import examples
from mnist_cli.cli.inputs import STANDARD_INPUT, Input, expanded, loaded
from mnist_cli.cli.options import (
    FOLDER,
    PathType,
    checkpoint_option,
    load_network,
    network_path,
    output_options,
)
from mnist_cli.cli.output import FAILED, SCHEMA, Output, tell
from mnist_cli.cli.steps import Stems
from mnist_cli.wording import sureness

if TYPE_CHECKING:
    from mnist_cli.model import Model
    from mnist_cli.pictures.reader import Picture
    from mnist_cli.prediction import Reading

AT_ONCE = 64  # pictures answered together


class Selection(NamedTuple):
    """What to print of each picture."""

    many: bool
    top: int
    show: bool
    steps_folder: Path | None
    level: float | None


@click.command(
    epilog=examples(
        "mnist predict my-digit.png",
        "mnist predict page.jpg --many --json-lines",
        "mnist predict photos --show",
    )
)
@click.argument(
    "images", metavar="IMAGE...", type=PathType(readable=False), nargs=-1, required=True
)
@checkpoint_option
@click.option("--many", is_flag=True, help="Read every digit of a picture, line by line.")
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
@click.option("--json-lines", is_flag=True, help="Print one JSON object per digit, as they come.")
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

    A picture is a photo, scan or drawing: PNG, JPEG, BMP, GIF, WebP or TIFF. A folder stands for
    the pictures in it, '-' for one on standard input. Ink may be darker or lighter than the paper.
    The digit is found, cut out, scaled and centred as MNIST's own digits were. For a network that
    was trained on other pictures, such as garments, a picture is only made smaller.
    """
    out = Output(quiet, as_json or json_lines)
    chosen = Selection(
        options["many"], options["top"], options["show"], options["save_steps"], options["level"]
    )
    model = load_network(checkpoint, out)
    other = _other(checkpoint, model)
    if chosen.many and not model.handwriting:
        raise click.UsageError(
            "--many finds handwriting, but this network learned other pictures; leave it out."
        )
    inputs = expanded(images)
    predictions, failed = [], False
    with closing(out.counter(len(inputs))) as bar:
        for prediction in _predictions(model, other, inputs, chosen, out, bar.update):
            failed = failed or "error" in prediction
            if json_lines:
                click.echo(json.dumps({"schema": SCHEMA, **_facts(model), **prediction}))
            elif as_json:
                predictions.append(prediction)
    if as_json and not json_lines:
        out.result("", **_facts(model), predictions=predictions)
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


def _predictions(
    model: "Model",
    other: "Model | None",
    inputs: list[Input],
    chosen: Selection,
    out: Output,
    done: Any,
) -> Iterator[dict[str, Any]]:
    """Answer in small groups; a picture that cannot be read does not stop the others."""
    keep = chosen.show or chosen.steps_folder is not None
    todo, stems = iter(inputs), Stems()
    while group := list(islice(todo, AT_ONCE)):
        how = {"many": chosen.many, "keep_steps": keep, "handwriting": model.handwriting}
        opened = [loaded(found, **how) for found in group]
        pictures = [picture for found in opened for picture in found.pictures]
        readings = iter(_readings(model, other, pictures, chosen.level) if pictures else [])
        for name, found, error in opened:
            done(1)
            if error:
                tell(f"mnist predict: {name}: {error}", err=True)
                yield {"file": name, "error": error}
            if found and chosen.steps_folder is not None:
                stem = stems.of("stdin" if name == STANDARD_INPUT else name)
                _save(found, chosen.steps_folder, stem, numbered=chosen.many)
            for picture in found:
                reading = next(readings)._asdict()
                if not out.as_json:
                    tell(_line(name, reading, chosen.top, model))
                if chosen.show:
                    _show(model, picture, out)
                yield {"file": name, **reading}


def _readings(
    model: "Model", other: "Model | None", pictures: "list[Picture]", level: float | None
) -> "list[Reading]":
    """Return the answers, with a warning where `other`, which comes with the program, differs."""
    from mnist_cli.prediction import with_second_opinion

    readings = model.read(pictures, level)
    if other is None:
        return readings
    return list(map(with_second_opinion, readings, other.read(pictures)))


def _save(pictures: "list[Picture]", folder: Path, stem: str, *, numbered: bool) -> None:
    """Save the steps of all digits of a file."""
    from mnist_cli.pictures.reader import save_steps

    for number, picture in enumerate(pictures, start=1):
        save_steps(picture, folder, f"{stem}-{number}" if numbered else stem)


def _line(name: str, reading: dict[str, Any], top: int, model: "Model") -> str:
    classes = model.classes
    warnings = f"   ({'; '.join(reading['warnings'])})" if reading["warnings"] else ""
    if reading["label"] is None:
        return f"{name}: no {image_word(classes)}{warnings}"
    ranked = sorted(range(len(classes)), key=lambda number: -reading["scores"][number])[:top]
    scores = ", ".join(f"{classes[number]}: {reading['scores'][number]:.3f}" for number in ranked)
    sure = _sure(reading, model.calibrated)
    return f"{name}: {_answers(reading)}   {sure}   (scores {scores}){warnings}"


def _answers(reading: dict[str, Any]) -> str:
    """Say the digit or class, or all that it may be."""
    return " or ".join(reading["set"] or [reading["label"]])


def _sure(reading: dict[str, Any], calibrated: bool) -> str:
    """Say how sure the answer is; that to a picture like none that was learned is not."""
    from mnist_cli.prediction import UNLIKE, UNLIKE_OTHERS

    if not calibrated:
        return "not calibrated"
    if {UNLIKE, UNLIKE_OTHERS}.intersection(reading["warnings"]):
        return "not sure"
    of_which = f" of {reading['label']}" if len(reading["set"] or []) > 1 else ""
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
