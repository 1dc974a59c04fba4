"""`mnist predict`: what the network reads in pictures."""

import json
import shutil
import sys
from collections.abc import Iterable, Iterator
from contextlib import closing
from io import BytesIO
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import click

from mnist_cli.cli.options import FOLDER, checkpoint_option, load_network, output_options
from mnist_cli.cli.output import SCHEMA, Output
from mnist_cli.errors import PictureError

if TYPE_CHECKING:
    from mnist_cli.checkpoint import Checkpoint
    from mnist_cli.pictures import Picture

FAILED = 1
LARGEST_INPUT = 100_000_000  # bytes of a picture on standard input; the rest is cut off
AT_ONCE = 64  # pictures answered together
ENDINGS = {".png", ".jpg", ".jpeg", ".bmp", ".gif", ".webp", ".tif", ".tiff"}


class Wishes(NamedTuple):
    """What to print of each picture."""

    many: bool
    top: int
    show: bool
    steps_folder: Path | None


@click.command()
@click.argument("images", metavar="IMAGE...", nargs=-1, required=True)
@checkpoint_option
@click.option("--many", is_flag=True, help="Read every digit of a picture, line by line.")
@click.option(
    "--top",
    type=click.IntRange(1, 10),
    default=3,
    show_default=True,
    help="Number of answers to show.",
)
@click.option("--show", is_flag=True, help="Show how the picture became what the network sees.")
@click.option("--save-steps", type=FOLDER, help="Folder to keep these steps in, as PNG files.")
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
    """Read the digit in each picture.

    PNG, JPEG, BMP, GIF, WebP or TIFF, photos and scans and drawings; a folder stands for the
    pictures in it, '-' for one on standard input. Dark ink on light paper or the reverse: the digit
    is found, cut out, scaled and centred the way MNIST's own digits were.
    """
    from mnist_cli.environment import one_thread

    out = Output(quiet, as_json or json_lines)
    wishes = Wishes(options["many"], options["top"], options["show"], options["save_steps"])
    loaded, name = load_network(checkpoint, out)
    names = _expanded(images)
    predictions, failed = [], False
    with one_thread(), closing(out.counter(len(names))) as bar:
        for prediction in _predictions(loaded, names, wishes, out, bar.update):
            failed = failed or "error" in prediction
            if json_lines:
                click.echo(json.dumps({"schema": SCHEMA, **prediction}))
            elif as_json:
                predictions.append(prediction)
    if as_json and not json_lines:
        out.result("", checkpoint=name, predictions=predictions)
    if failed:
        click.get_current_context().exit(FAILED)


def _expanded(names: Iterable[str]) -> list[str]:
    """Replace folders by the pictures in them, in order of their names."""
    expanded = []
    for name in names:
        if name == "-" or not Path(name).is_dir():
            expanded.append(name)
            continue
        inside = sorted(p for p in Path(name).iterdir() if p.suffix.lower() in ENDINGS)
        expanded += map(str, inside) if inside else [name]  # which then is told to be no picture
    return expanded


def _predictions(
    loaded: "Checkpoint", names: list[str], wishes: Wishes, out: Output, done: Any
) -> Iterator[dict[str, Any]]:
    """Answer in small groups; a picture that cannot be read stops no other."""
    from mnist_cli.reading import read_pictures

    todo = iter(names)
    while group := list(islice(todo, AT_ONCE)):
        opened = [(name, *_open(name, wishes)) for name in group]
        pictures = [picture for _, found, _ in opened for picture in found]
        readings = iter(read_pictures(loaded, pictures) if pictures else [])
        for name, found, error in opened:
            done(1)
            if error:
                click.echo(f"mnist predict: {click.format_filename(name)}: {error}", err=True)
                yield {"file": name, "error": error}
            for number, picture in enumerate(found, start=1):
                reading = next(readings)._asdict()
                _tell(loaded, name, number if wishes.many else 0, picture, reading, wishes, out)
                yield {"file": name, **reading}


def _open(name: str, wishes: Wishes) -> tuple[list["Picture"], str]:
    """Pictures of the digits in a file, or an empty list and what is wrong with it."""
    from mnist_cli.pictures import read_digits, read_picture

    keep = wishes.show or wishes.steps_folder is not None
    try:
        if wishes.many and (found := read_digits(_source(name), keep_steps=keep)):
            return found, ""
        return [read_picture(_source(name), keep_steps=keep)], ""
    except (PictureError, OSError) as error:
        text = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
        return [], text.removeprefix(f"{name}: ")


def _source(name: str) -> Path | BytesIO:
    return Path(name) if name != "-" else BytesIO(sys.stdin.buffer.read(LARGEST_INPUT))


def _tell(
    loaded: "Checkpoint",
    name: str,
    number: int,
    picture: "Picture",
    reading: dict[str, Any],
    wishes: Wishes,
    out: Output,
) -> None:
    """Print the line of one digit, and its steps where they are wanted."""
    if not out.as_json:
        click.echo(_line(click.format_filename(name), reading, wishes.top))
    if wishes.show:
        _show(loaded, picture, out)
    if wishes.steps_folder is not None:
        from mnist_cli.pictures import save_steps

        stem = "stdin" if name == "-" else "-".join(Path(name).parts[-2:])
        save_steps(picture, wishes.steps_folder, f"{stem}-{number}" if number else stem)


def _line(name: str, reading: dict[str, Any], top: int) -> str:
    doubts = f"   ({'; '.join(reading['warnings'])})" if reading["warnings"] else ""
    if reading["digit"] is None:
        return f"{name}: no digit{doubts}"
    ranked = sorted(range(10), key=lambda digit: -reading["scores"][digit])[:top]
    scores = ", ".join(f"{digit}: {reading['scores'][digit]:.3f}" for digit in ranked)
    sure = reading["confidence"]
    chance = ">99.9%" if sure > 0.999 else f"{sure:.1%}"
    return f"{name}: {reading['digit']}   {chance} sure   (scores {scores}){doubts}"


def _show(loaded: "Checkpoint", picture: "Picture", out: Output) -> None:
    """Draw the steps; what a preprocessing makes of the image is the last of them."""
    from mnist_cli.display import side_by_side
    from mnist_cli.preprocessing import preprocess

    step = loaded.run.config.preprocessing
    panels = dict(picture.steps)
    if step != "none":
        for shown in ("moments", "directions")[: 1 + (step == "directions")]:
            name = step if step != "directions" else shown
            panels[name] = preprocess(picture.image[None], name).reshape(28, 28)
    stream = sys.stderr if out.as_json else sys.stdout
    width = shutil.get_terminal_size((100, 24)).columns
    click.echo(side_by_side(panels, width, stream.encoding or "ascii"), file=stream)
