"""Results as text: tables, the plan of a run, and images as a terminal can show them."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from mnist_cli.config import TrainingConfig
from mnist_cli.metrics import Confusion, DigitScores
from mnist_cli.network import Network

TITLES = {"mnist": "MNIST", "builtin": "built-in digits (not MNIST)"}
SHADES, PLAIN_SHADES = " ░▒▓█", " .:*#"


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


def matrix_table(matrix: NDArray[np.int64]) -> str:
    """Confusion matrix with aligned columns."""
    width = max(5, len(str(matrix.max())) + 1)
    rows = [["", *map(str, range(10))]]
    rows += [[str(digit), *map(str, row)] for digit, row in enumerate(matrix)]
    return "\n".join(f"{row[0]:>3} " + "".join(f"{c:>{width}}" for c in row[1:]) for row in rows)


def digit_table(scores: Sequence[DigitScores]) -> str:
    """Precision, recall and F1 per digit."""
    lines = ["digit  precision  recall      F1  images"]
    lines += [
        f"{s.digit:>5}  {s.precision:>9.2%}  {s.recall:>6.2%}  {s.f1:>6.2%}  {s.images:>6,}"
        for s in scores
    ]
    return "\n".join(lines)


def confusion_lines(confusions: Sequence[Confusion]) -> str:
    """The commonest confusions, a line each."""
    return "\n".join(
        f"  {c.label} read as {c.predicted}: {c.images} image{'s' if c.images > 1 else ''}"
        for c in confusions
    )


def image_lines(image: NDArray[np.uint8], encoding: str = "utf-8") -> str:
    """Draw an image (784,) with two characters per pixel, in what the terminal can encode."""
    try:
        SHADES.encode(encoding)
        shades = SHADES
    except (UnicodeEncodeError, LookupError):
        shades = PLAIN_SHADES
    levels = (image.reshape(28, 28).astype(int) * (len(shades) - 1) + 127) // 255
    rows = ["".join(shades[level] * 2 for level in row) for row in levels]
    frame = "+" + "-" * 56 + "+"
    return "\n".join([frame, *(f"|{row}|" for row in rows), frame])
