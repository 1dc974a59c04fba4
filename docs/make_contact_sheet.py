"""Draw the contact sheet: 10 x 20 built-in digits, beside MNIST's when its folder is given.

    python docs/make_contact_sheet.py sheet.png [folder with MNIST, packed]
    python docs/make_contact_sheet.py sheet.png --drawn

The second sheet shows 200 of the images that the setting `drawn` adds, in the order of the digits,
and last those that are no digit.
The sheet beside MNIST is for looking at, not for the repository.
"""

import argparse
import gzip
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from mnist_cli.data.builtin.added import draw_added
from mnist_cli.data.builtin.drawing import draw_digits

Bytes = NDArray[np.uint8]
COLUMNS = 20
CELL = 30  # 28 pixels and a margin
ZOOM = 2


def make_sheet(images: Bytes, labels: Bytes) -> Bytes:
    """Return a page with one row per digit, dark ink on white paper."""
    return make_page([images[labels == digit][:COLUMNS] for digit in range(10)])


def make_page(rows: list[Bytes]) -> Bytes:
    """Return a page with ten rows of images, (up to 20, 784) each."""
    page = np.zeros((10 * CELL, COLUMNS * CELL), np.uint8)
    for row, images in enumerate(rows):
        for column, image in enumerate(images):
            top, left = row * CELL + 1, column * CELL + 1
            page[top : top + 28, left : left + 28] = image.reshape(28, 28)
    return 255 - page


def make_drawn_page() -> Bytes:
    """Return a page with the first 200 images that the setting `drawn` adds."""
    images, labels = draw_added(10 * COLUMNS)
    return make_page(np.split(images[np.argsort(labels, kind="stable")], 10))


def read_idx(file: Path, header: int) -> Bytes:
    """Return the bytes after the header of a gzipped IDX file."""
    return np.frombuffer(gzip.decompress(file.read_bytes()), np.uint8, offset=header)


def read_mnist(folder: Path) -> tuple[Bytes, Bytes]:
    """Return the last 10,000 of MNIST's training images and their labels."""
    images = read_idx(folder / "train-images-idx3-ubyte.gz", 16).reshape(-1, 784)
    return images[-10000:], read_idx(folder / "train-labels-idx1-ubyte.gz", 8)[-10000:]


def make_builtin_page(mnist: Path | None) -> Bytes:
    """Return the page of the built-in digits, beside that of MNIST if its folder is given."""
    # Every 21st image: another writer each time.
    page = make_sheet(*(part[::21] for part in draw_digits(10000, seed=1)))
    if mnist is None:
        return page
    gap = np.full((len(page), CELL), 160, np.uint8)
    return np.hstack([page, gap, make_sheet(*read_mnist(mnist))])


def main() -> None:
    """Write the page as a picture."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("target", type=Path)
    parser.add_argument("mnist", type=Path, nargs="?")
    parser.add_argument("--drawn", action="store_true")
    options = parser.parse_args()
    page = make_drawn_page() if options.drawn else make_builtin_page(options.mnist)
    picture = Image.fromarray(page)
    picture.resize((picture.width * ZOOM, picture.height * ZOOM)).save(options.target)


if __name__ == "__main__":
    main()
