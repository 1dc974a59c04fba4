"""Results as text: tables, the plan of a run, and images as a terminal can show them."""

import shutil
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, TextIO

import click
import numpy as np
from numpy.typing import NDArray

from mnist_cli.classes import are_digits, word_for
from mnist_cli.config.settings import TrainingConfig
from mnist_cli.lesson.layout import left, right, width
from mnist_cli.network.metrics import Confusion, DigitScores
from mnist_cli.network.network import Network
from mnist_cli.wording import counted

if TYPE_CHECKING:
    from mnist_cli.pictures.reader import Picture

SHADES, PLAIN_SHADES = " ░▒▓█", " .:*#"
PANEL = 28  # characters across a picture


def network_line(network: Network) -> str:
    """Layer sizes, functions and the count of parameters."""
    sizes = "-".join(map(str, network.layer_sizes))
    hidden = f"{network.activation} hidden layers, " if len(network.layer_sizes) > 2 else ""
    return (
        f"{sizes}, {hidden}{network.output_activation} outputs, "
        f"{network.parameters.size:,} parameters"
    )


def settings_line(config: TrainingConfig) -> str:
    """Settings that differ from the default."""
    default = TrainingConfig().to_dict()
    values = {k: v for k, v in config.to_dict().items() if v != default[k]}
    return ", ".join(f"{name} {_plain(value)}" for name, value in values.items()) or "all default"


def _plain(value: Any) -> str:
    return ",".join(map(str, value)) or "none" if isinstance(value, list) else str(value)


def matrix_table(matrix: NDArray[np.int64], classes: Sequence[str]) -> str:
    """Confusion matrix with aligned columns; names too long for a column have a number there."""
    columns = max(5, len(str(matrix.max())) + 1)
    names, heads = _names_and_heads(classes)
    first = max(map(width, names))
    lines = ["".join([" " * first, " ", *(f"{head:>{columns}}" for head in heads)])]
    for name, row in zip(names, matrix, strict=True):
        lines.append("".join([left(name, first), " ", *(f"{n:>{columns}}" for n in row)]))
    return "\n".join(lines)


def _names_and_heads(classes: Sequence[str]) -> tuple[list[str], list[str]]:
    """Return what the rows and the columns of a confusion matrix are called."""
    if are_digits(classes):
        return [f"  {name}" for name in classes], list(classes)
    numbers = list(map(str, range(len(classes))))
    return [f"  {number} {name}" for number, name in enumerate(classes)], numbers


def class_table(scores: Sequence[DigitScores], classes: Sequence[str]) -> str:
    """Precision, recall and F1 per digit, or per class."""
    head = word_for(classes)
    align = right if are_digits(classes) else left
    first = max(map(width, (head, *classes)))
    lines = [f"{align(head, first)}  precision  recall      F1  images"]
    lines += [
        f"{align(classes[s.digit], first)}  {_percent(s.precision):>9}  {_percent(s.recall):>6}  "
        f"{_percent(s.f1):>6}  {s.images:>6,}"
        for s in scores
    ]
    return "\n".join(lines)


def _percent(share: float | None) -> str:
    return "-" if share is None else f"{share:.2%}"


def confusion_lines(confusions: Sequence[Confusion], classes: Sequence[str]) -> str:
    """The commonest confusions, a line each."""
    return "\n".join(
        f"  {classes[c.label]} read as {classes[c.predicted]}: {counted(c.images, 'image')}"
        for c in confusions
    )


def side_by_side(
    panels: dict[str, NDArray[np.uint8]], width: int = 100, encoding: str = "utf-8"
) -> str:
    """Draw pictures (h, w) or (h, w, 3) beside each other, as many in a row as fit `width`."""
    shades = _shades(encoding)
    blocks = [_panel(name, pixels, shades) for name, pixels in panels.items()]
    per_row = max(1, (width + 2) // (PANEL + 4))
    rows = [blocks[start : start + per_row] for start in range(0, len(blocks), per_row)]
    return "\n".join("  ".join(lines) for row in rows for lines in zip(*row, strict=True))


def page_text(
    ink: NDArray[np.floating[Any]],
    marks: Sequence[tuple[str, Sequence[float]]],
    width: int,
    encoding: str,
) -> str:
    """Draw the ink (h, w) of a page across `width` characters, and what was read in boxes.

    `marks`: text, and left, top, right and bottom edge in pixels of the ink.
    """
    shades, width = _shades(encoding), min(width - 1, ink.shape[1])
    step = ink.shape[1] / width
    small = _blocks(ink, max(1, round(ink.shape[0] / (2 * step))), width)
    levels = np.rint(small * ((len(shades) - 1) / max(1.0, float(small.max())))).astype(int)
    rows = [[shades[level] for level in row] for row in levels]
    for text, (x, top, end, bottom) in marks:
        edges = (x / step, top / step / 2, end / step, bottom / step / 2)
        _frame(rows, text, *map(round, edges))
    return "\n".join("".join(row).rstrip() for row in rows)


def _frame(rows: list[list[str]], text: str, left: int, top: int, right: int, bottom: int) -> None:
    """Draw a box around columns and rows, its text in the middle of its upper edge."""
    edge = f"{text:-^{max(1, right - left)}}"
    sides = {top - 1: f"+{edge}+", bottom: f"+{'-' * len(edge)}+"}
    for row in range(max(0, top - 1), min(bottom + 1, len(rows))):
        line = sides.get(row, f"|{' ' * len(edge)}|")
        for column, character in enumerate(line, start=left - 1):
            if character != " " and 0 <= column < len(rows[row]):
                rows[row][column] = character


def _panel(name: str, pixels: NDArray[np.uint8], shades: str) -> list[str]:
    """Title and frame around one picture; a character is one pixel wide and two high."""
    grey = pixels.mean(axis=2) if pixels.ndim == 3 else pixels.astype(float)
    small = _shrunk(grey, PANEL // 2, PANEL)
    levels = np.rint(small * ((len(shades) - 1) / 255)).astype(int)
    edge = "+" + "-" * PANEL + "+"
    rows = ["|" + "".join(shades[level] for level in row) + "|" for row in levels]
    return [f"{name:<{PANEL + 2}}", edge, *rows, edge]


def _shrunk(grey: NDArray[np.floating[Any]], rows: int, columns: int) -> NDArray[Any]:
    """Mean over blocks, after padding to the proportions of a square."""
    side = max(*grey.shape, PANEL)
    square = np.zeros((side, side))
    top, left = (side - grey.shape[0]) // 2, (side - grey.shape[1]) // 2
    square[top : top + grey.shape[0], left : left + grey.shape[1]] = grey
    return _blocks(square, rows, columns)


def _blocks(grey: NDArray[np.floating[Any]], rows: int, columns: int) -> NDArray[Any]:
    """Mean over blocks: as many as there are rows and columns."""
    counts = zip(grey.shape, (rows, columns), strict=True)
    edges = [np.linspace(0, side, count + 1).astype(int) for side, count in counts]
    sums = np.add.reduceat(np.add.reduceat(grey, edges[0][:-1], axis=0), edges[1][:-1], axis=1)
    heights, widths = map(np.diff, edges)
    return np.asarray(sums / np.outer(heights, widths))


def _shades(encoding: str) -> str:
    try:
        SHADES.encode(encoding)
    except (UnicodeEncodeError, LookupError):
        return PLAIN_SHADES
    return SHADES


def fitting(line: str, encoding: str) -> str:
    """Return a line whose shades are those that the encoding has."""
    plain = _shades(encoding) == PLAIN_SHADES
    return line.translate(str.maketrans(SHADES, PLAIN_SHADES)) if plain else line


def draw_steps(picture: "Picture", preprocessing: str, stream: TextIO) -> None:
    """Draw the steps from a picture to what a network sees; the last are its preprocessing."""
    from mnist_cli.data.preprocessing import preprocess

    panels = dict(picture.steps)
    if preprocessing != "none":
        for shown in ("moments", "directions")[: 1 + (preprocessing == "directions")]:
            name = preprocessing if preprocessing != "directions" else shown
            panels[name] = preprocess(picture.image[None], name).reshape(28, 28)
    columns = shutil.get_terminal_size((100, 24)).columns
    click.echo(side_by_side(panels, columns, stream.encoding or "ascii"), file=stream)
