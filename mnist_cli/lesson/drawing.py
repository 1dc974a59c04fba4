"""Numbers as a terminal can show them: images, weights with signs, bars, curves, error bars."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from mnist_cli.images import SIDE

SHADES = " ░▒▓█"
SIGNED = "=- +#"  # very negative, negative, about 0, positive, very positive
MARGIN = 2  # pixels at each side that are not drawn: digits leave them free


def picture(values: ArrayLike) -> list[str]:
    """Draw an image of 784 numbers from 0 on in 12 lines of 24; its darkest pixel is black."""
    small = _shrunk(values)
    levels = np.rint(small * ((len(SHADES) - 1) / (small.max() or 1))).astype(int)
    return ["".join(SHADES[level] for level in row) for row in levels]


def signed_picture(values: ArrayLike) -> list[str]:
    """Draw 784 numbers with signs in 12 lines of 24: # and = are the largest sizes.

    The scale ends where one in fifty is larger: else a single large number would blank the rest.
    """
    small = _shrunk(values)
    largest = float(np.quantile(np.abs(small), 0.98)) or float(np.abs(small).max()) or 1.0
    levels = np.rint(np.clip(small / largest, -1, 1) * 2).astype(int) + 2
    return ["".join(SIGNED[level] for level in row) for row in levels]


def _shrunk(values: ArrayLike) -> NDArray[Any]:
    """Return the means of two pixels, one above the other, without the margin."""
    square = np.asarray(values, float).reshape(SIDE, SIDE)[MARGIN:-MARGIN, MARGIN:-MARGIN]
    return np.asarray(square.reshape(SIDE // 2 - MARGIN, 2, -1).mean(axis=1))


def bar(share: float, columns: int) -> str:
    """Draw a share from 0 to 1 as a bar."""
    filled = round(min(1.0, max(0.0, share)) * columns)
    return "█" * filled + "·" * (columns - filled)


def arrows(values: Sequence[float]) -> str:
    """Draw what each neuron should do: ▲ and ▼ for large numbers, ^ and v for small ones."""
    largest = max(map(abs, values), default=0.0) or 1.0
    return " ".join(_arrow(value / largest) for value in values)


def _arrow(value: float) -> str:
    if abs(value) < 0.05:
        return "·"
    return ("▲" if value > 0.5 else "^") if value > 0 else ("▼" if value < -0.5 else "v")


def curve(values: Sequence[float], height: int, mark: int) -> list[str]:
    """Draw a curve, lowest value at the bottom; `mark` is the place of the point o."""
    low, span = min(values), (max(values) - min(values)) or 1.0
    rows = [round((value - low) / span * (height - 1)) for value in values]
    return [
        "".join(
            "o" if row == level and place == mark else "•" if row == level else " "
            for place, row in enumerate(rows)
        ).rstrip()
        for level in range(height - 1, -1, -1)
    ]


def strip(values: Sequence[float], low: float, high: float, columns: int) -> str:
    """Draw an error bar: ● is the mean, ─ reaches from the smallest to the largest value."""
    span = (high - low) or 1.0
    first, middle, last = (
        round((value - low) / span * (columns - 1))
        for value in (min(values), sum(values) / len(values), max(values))
    )
    return "".join(
        "●" if place == middle else "─" if first <= place <= last else "·"
        for place in range(columns)
    )
