"""IDX files of 28x28 images and of labels: checked and read.

This is the format of the original MNIST files. A header of big-endian 32-bit numbers comes first: a
magic number, the count and, for images, their height and width. Then follows one byte per pixel
(0 = paper, 255 = ink) or per label. The files are kept unpacked, and read as they are. They are not
mapped into memory: where a mapped file is cut short, the system ends the process without a word.
QMNIST's labels are rows of eight numbers, the class first.
"""

import os
from io import BufferedReader
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from mnist_cli.errors import DataError, DataMissingError
from mnist_cli.images import PIXELS, SIDE
from mnist_cli.storage.digests import has_digest
from mnist_cli.storage.paths import is_file

IMAGES_MAGIC, LABELS_MAGIC, TABLE_MAGIC = 0x00000803, 0x00000801, 0x00000C02
HEADER_BYTES = {IMAGES_MAGIC: 16, LABELS_MAGIC: 8, TABLE_MAGIC: 12}
COLUMNS = 8  # of QMNIST's labels: class, series, writer, ...
MOST_ROWS = 2_000_000  # images or labels: a small file can claim, and unpack to, any number
SIDES = {IMAGES_MAGIC: (SIDE, SIDE), LABELS_MAGIC: (), TABLE_MAGIC: (COLUMNS,)}


def read_images(path: Path, sha256: str | None = None) -> NDArray[np.uint8]:
    """Read an IDX file of 28x28 images as rows (n, 784), which cannot be written.

    Raises
    ------
    DataMissingError
        There is no such file.
    DataError
        The file is not in this format, or its SHA-256 is not `sha256`.
    OSError
        The file cannot be read.
    """
    with _open(path) as file:
        count = _checked_count(file, IMAGES_MAGIC, row_bytes=PIXELS)
        _check_digest(file, sha256)
        file.seek(HEADER_BYTES[IMAGES_MAGIC])
        images = np.fromfile(file, np.uint8)
    if images.size != count * PIXELS:
        raise DataError(f"{path}: was changed while it was read; try again")
    images.setflags(write=False)  # they are shared between the parts of a data set
    return images.reshape(count, PIXELS)


def read_labels(path: Path, sha256: str | None = None) -> NDArray[np.uint8]:
    """Read an IDX file of labels (n,), each 0 to 9. Raises the errors of `read_images`."""
    with _open(path) as file:
        is_table = file.read(4) == idx_header(TABLE_MAGIC, 0)[:4]
        magic, kind, columns = (
            (TABLE_MAGIC, ">i4", COLUMNS) if is_table else (LABELS_MAGIC, "u1", 1)
        )
        _checked_count(file, magic, row_bytes=columns * np.dtype(kind).itemsize)
        _check_digest(file, sha256)
        file.seek(HEADER_BYTES[magic])
        labels = np.fromfile(file, kind).reshape(-1, columns)[:, 0]
    wrong = labels[(labels < 0) | (labels > 9)]
    if len(wrong):
        raise DataError(f"{path}: labels must be 0 to 9, got {wrong[0]}")
    return labels.astype(np.uint8)


def idx_header(magic: int, count: int) -> bytes:
    """Return the header of an IDX file of `count` images or labels."""
    return np.array([magic, count, *SIDES[magic]], ">u4").tobytes()


def _open(path: Path) -> BufferedReader:
    if not is_file(path):
        raise DataMissingError(f"{path}: no such file")
    return path.open("rb")


def _checked_count(file: BufferedReader, magic: int, row_bytes: int) -> int:
    """Return the count of rows in the header. Raises DataError if header and size disagree."""
    header_bytes, size = HEADER_BYTES[magic], file.seek(0, os.SEEK_END)
    file.seek(0)
    header = file.read(header_bytes)
    count = (size - header_bytes) // row_bytes
    if count < 1 or size != header_bytes + count * row_bytes or header != idx_header(magic, count):
        raise DataError(f"{file.name}: damaged, or not an IDX file like MNIST's, got {size} bytes")
    if count > MOST_ROWS:
        raise DataError(f"{file.name}: must have at most {MOST_ROWS:,} rows, got {count:,}")
    return count


def _check_digest(file: BufferedReader, sha256: str | None) -> None:
    if sha256 is not None and not has_digest(file, sha256):
        raise DataError(f"{file.name}: damaged, or from another data set")
