"""Draw the contact sheet: 10 x 20 built-in digits, beside MNIST's when its folder is given.

    python docs/make_contact_sheet.py sheet.png [folder with MNIST, packed]

The sheet beside MNIST is for looking at, not for the repository.
"""

import gzip
import sys
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from mnist_cli.data.builtin.drawing import draw_digits

Bytes = NDArray[np.uint8]
COLUMNS = 20
CELL = 30  # 28 pixels and a margin
ZOOM = 2


def make_sheet(images: Bytes, labels: Bytes) -> Bytes:
    """Return a page with one row per digit, dark ink on white paper."""
    page = np.zeros((10 * CELL, COLUMNS * CELL), np.uint8)
    for digit in range(10):
        for column, image in enumerate(images[labels == digit][:COLUMNS]):
            top, left = digit * CELL + 1, column * CELL + 1
            page[top : top + 28, left : left + 28] = image.reshape(28, 28)
    return 255 - page


def read_idx(file: Path, header: int) -> Bytes:
    """Return the bytes after the header of a gzipped IDX file."""
    return np.frombuffer(gzip.decompress(file.read_bytes()), np.uint8, offset=header)


def read_mnist(folder: Path) -> tuple[Bytes, Bytes]:
    """Return the last 10,000 of MNIST's training images and their labels."""
    images = read_idx(folder / "train-images-idx3-ubyte.gz", 16).reshape(-1, 784)
    return images[-10000:], read_idx(folder / "train-labels-idx1-ubyte.gz", 8)[-10000:]


def main(target: str, mnist: str | None = None) -> None:
    """Write the page as a picture."""
    # Every 21st image: another writer each time.
    page = make_sheet(*(part[::21] for part in draw_digits(10000, seed=1)))
    if mnist is not None:
        gap = np.full((len(page), CELL), 160, np.uint8)
        page = np.hstack([page, gap, make_sheet(*read_mnist(Path(mnist)))])
    picture = Image.fromarray(page)
    picture.resize((picture.width * ZOOM, picture.height * ZOOM)).save(target)


if __name__ == "__main__":
    main(*sys.argv[1:])
