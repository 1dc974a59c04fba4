"""Measure how well networks read digits of people who did not write for MNIST.

    python benchmarks/writers.py [--file optdigits.tra] [--checkpoint FILE ...]

The digits are those of Alpaydin and Kaynak (1998), by 43 people in Turkey: 8x8 squares of 17
shades. scikit-learn brings the 1,797 by 13 of them. `--file` reads 3,823 by the other 30 from a
file of the UCI Machine Learning Repository: 64 squares and the digit in each row. Each is enlarged
to 120x120 and goes through the path of `mnist predict`. Prints a Markdown table, a column for each
network.
"""

import argparse
from pathlib import Path

import numpy as np
from fonts import as_read, compare
from numpy.typing import NDArray
from PIL import Image
from sklearn.datasets import load_digits

DARKEST = 16  # value of a square that is full of ink
SQUARES = 8  # of a digit, each way
MARGIN = 2  # squares of paper around the digit
SIDE = 120  # pixels of a picture


def enlarged(squares: NDArray[np.float64]) -> Image.Image:
    """Return a digit (64,), 0 to 16, as a picture: dark ink on white paper."""
    ink = squares.reshape(SQUARES, SQUARES) / DARKEST
    paper = np.rint(255 * np.pad(1 - ink, MARGIN, constant_values=1)).astype(np.uint8)
    return Image.fromarray(paper).resize((SIDE, SIDE), Image.Resampling.BICUBIC)


def digits(file: Path | None) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
    """Return the squares (n, 64) and the digits (n,), of scikit-learn or of a file."""
    if file is None:
        images, labels = load_digits(return_X_y=True)
        return images, labels
    table = np.loadtxt(file, delimiter=",")
    return table[:, :-1], table[:, -1].astype(np.int64)


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--file", type=Path)
    parser.add_argument("--checkpoint", nargs="+", default=["best"])
    parser.add_argument("--tiny", action="store_true", help="100 digits")
    options = parser.parse_args()
    images, labels = (part[: 100 if options.tiny else None] for part in digits(options.file))
    pictures = [as_read(enlarged(image)) for image in images]
    compare(options.checkpoint, pictures, labels)


if __name__ == "__main__":
    main()
