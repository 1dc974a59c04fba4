"""`mnist predict`: what the network reads in a picture."""

import sys
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from mnist_cli.cli.options import checkpoint_option, output_options
from mnist_cli.cli.output import Output
from mnist_cli.errors import PictureError

if TYPE_CHECKING:
    from mnist_cli.network import Network
    from mnist_cli.pictures import Picture

FAILED = 1
LARGEST_INPUT = 100_000_000  # bytes of a picture on standard input


@click.command()
@click.argument("images", metavar="IMAGE...", nargs=-1, required=True)
@checkpoint_option
@click.option(
    "--top",
    type=click.IntRange(1, 10),
    default=3,
    show_default=True,
    help="Number of answers to show.",
)
@click.option("--show", is_flag=True, help="Show the 28x28 image that the network sees.")
@output_options
def predict(
    images: tuple[str, ...], checkpoint: Path, top: int, show: bool, quiet: bool, as_json: bool
) -> None:
    """Read the digit in each picture.

    PNG, JPEG, BMP, GIF, WebP or TIFF; '-' is a picture on standard input. Dark ink on light paper
    or the reverse: the digit is cut out, scaled and centred the way MNIST's own digits were.
    """
    from mnist_cli.checkpoint import load_checkpoint

    out = Output(quiet, as_json)
    network = load_checkpoint(checkpoint).network
    predictions = [_predict(network, name, top, show, out) for name in images]
    if as_json:
        out.result("", checkpoint=str(checkpoint), predictions=predictions)
    if any("error" in prediction for prediction in predictions):
        click.get_current_context().exit(FAILED)


def _predict(network: "Network", name: str, top: int, show: bool, out: Output) -> dict[str, Any]:
    """Read one picture and print the answer; a picture that cannot be read stops no other."""
    from mnist_cli.reading import read_digit

    try:
        picture = _open(name)
    except (PictureError, OSError) as error:
        message = _without_name(name, error)
        click.echo(f"mnist predict: {name}: {message}", err=True)
        return {"file": name, "error": message}
    reading = read_digit(network, picture)
    if not out.as_json:
        click.echo(_line(name, reading._asdict(), top))
    if show:
        _show(picture, out)
    return {"file": name, **reading._asdict()}


def _open(name: str) -> "Picture":
    from mnist_cli.pictures import read_picture

    if name != "-":
        return read_picture(Path(name))
    content = sys.stdin.buffer.read(LARGEST_INPUT + 1)
    if len(content) > LARGEST_INPUT:
        raise PictureError(f"more than {LARGEST_INPUT:,} bytes; give a smaller picture")
    return read_picture(BytesIO(content))


def _without_name(name: str, error: Exception) -> str:
    text = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
    return text.removeprefix(f"{name}: ")


def _line(name: str, reading: dict[str, Any], top: int) -> str:
    doubts = f"   ({'; '.join(reading['warnings'])})" if reading["warnings"] else ""
    if reading["digit"] is None:
        return f"{name}: no digit{doubts}"
    ranked = sorted(range(10), key=lambda digit: -reading["scores"][digit])[:top]
    scores = ", ".join(f"{digit}: {reading['scores'][digit]:.3f}" for digit in ranked)
    return f"{name}: {reading['digit']}   (scores {scores}){doubts}"


def _show(picture: "Picture", out: Output) -> None:
    from mnist_cli.display import image_lines

    stream = sys.stderr if out.as_json else sys.stdout
    click.echo(image_lines(picture.image, stream.encoding or "ascii"), file=stream)
