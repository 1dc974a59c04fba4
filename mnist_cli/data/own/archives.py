"""Arrays in an `.npz` file, as Keras and MedMNIST name them.

The archive is read in small pieces. Nothing is unpickled, and no size that it claims is believed.
"""

import re
import zipfile
from collections.abc import Iterator
from functools import partial
from math import prod
from pathlib import Path
from typing import IO, NamedTuple

import numpy as np

from mnist_cli.data.idx import MOST_ROWS
from mnist_cli.data.own.shapes import as_rows
from mnist_cli.data.own.source import TEST, TRAIN, VALIDATION, Part, Source, rows_at_once
from mnist_cli.data.rows import array_names, opened_npz
from mnist_cli.data.tables import OnBad, Rows
from mnist_cli.errors import DataError
from mnist_cli.images import PIXELS, SIDE

NAMES = {  # of images and labels: Keras', MedMNIST's, and one's own
    TRAIN: (("x_train", "y_train"), ("train_images", "train_labels"), ("images", "labels")),
    VALIDATION: (("x_val", "y_val"), ("val_images", "val_labels")),
    TEST: (("x_test", "y_test"), ("test_images", "test_labels")),
}
MOST_LABEL_BYTES = 100_000_000
LARGEST_SIDE = 1024  # pixels
# NumPy's own reader of headers can be made to use up the memory.
_HEADER = re.compile(
    rb"\{'descr': '(?P<kind>[|<>][uiU]\d{1,3})', 'fortran_order': False, "
    rb"'shape': \((?P<shape>\d{1,9}(, \d{1,9}){0,3}),?\), \} *\n"
)


_FOUND = re.compile(rb"\{'descr': '[|<>=](?P<kind>.)\d*', 'fortran_order': (?P<columns>\w+)")
_KINDS = {
    b"O": "objects, which are never unpickled",
    b"f": "floats",
    b"b": "true and false",
    b"S": "bytes",
    b"c": "complex numbers",
}


class Array(NamedTuple):
    """The header of an array."""

    kind: np.dtype[np.generic]
    shape: tuple[int, ...]


def npz_source(path: Path) -> Source:
    """Return the data set in an `.npz` file. Raises DataError if no array has a known name."""
    with opened_npz(path) as archive:
        present = set(array_names(archive))
        pairs = {
            part: pair
            for part, known in NAMES.items()
            for pair in reversed(known)
            if present.issuperset(pair)
        }
        if TRAIN not in pairs:
            raise DataError(
                f"{path}: must have arrays x_train and y_train, train_images and train_labels, or "
                f"images and labels, got {', '.join(sorted(present))[:80] or 'none'}"
            )
        plain = _image_array(archive, pairs[TRAIN][0], path).shape[1:] != (SIDE, SIDE, 1)
    parts = {part: Part(partial(_rows, path, *pair)) for part, pair in pairs.items()}
    return Source(path, parts, [path], plain=plain)


def _rows(path: Path, images: str, labels: str, on_bad: OnBad) -> Iterator[Rows]:  # noqa: ARG001
    """Yield the images. Nothing is left out: the file is whole, or it is refused."""
    with opened_npz(path) as archive:
        known = _labels(archive, labels, path)
        count, *form = _image_array(archive, images, path).shape
        if count != len(known):
            raise DataError(f"{path}: {images} has {count} images, but {labels} {len(known)}")
        with archive.open(f"{images}.npy") as file:
            _header(file, images, path)
            step = rows_at_once(prod(form))
            for start in range(0, count, step):
                size = min(step, count - start)
                content = _exactly(file, size * prod(form), images, path)
                pixels = np.frombuffer(content, np.uint8).reshape(size, *form)
                numbers = list(range(start + 1, start + size + 1))
                yield Rows(numbers, as_rows(pixels), known[start : start + size])


def _image_array(archive: zipfile.ZipFile, name: str, path: Path) -> Array:
    """Return type and shape of images, with the number of channels. Raises DataError."""
    with archive.open(f"{name}.npy") as file:
        kind, given = _header(file, name, path)
    shape = (given[0], SIDE, SIDE) if len(given) == 2 and given[1] == PIXELS else given
    shape = (*shape, 1) if len(shape) == 3 else shape
    good = len(shape) == 4 and shape[3] in (1, 3) and max(shape[1:]) <= LARGEST_SIDE
    if kind != np.uint8 or not good or 0 in shape:
        raise DataError(
            f"{path}: {name} must be uint8 of (n, h, w), (n, h, w, 3) or (n, 784), with sides of "
            f"at most {LARGEST_SIDE:,} pixels, got {kind} of {given}; convert it"
        )
    return Array(kind, shape)


def _labels(archive: zipfile.ZipFile, name: str, path: Path) -> list[str]:
    with archive.open(f"{name}.npy") as file:
        kind, shape = _header(file, name, path)
        bytes_in_all = prod(shape) * kind.itemsize
        if len(shape) not in (1, 2) or shape[1:] not in ((), (1,)):
            raise DataError(f"{path}: {name} must be (n,), one label for each image, got {shape}")
        if shape[0] > MOST_ROWS or bytes_in_all > MOST_LABEL_BYTES:
            raise DataError(
                f"{path}: {name} must have at most {MOST_ROWS:,} short labels, got {shape[0]:,}"
            )
        content = _exactly(file, bytes_in_all, name, path)
    try:
        return list(map(str, np.frombuffer(content, kind)))
    except SystemError as error:  # a number that is no character
        raise DataError(f"{path}: {name} is damaged, got text that is none") from error


def _exactly(file: IO[bytes], size: int, name: str, path: Path) -> bytes:
    content = file.read(size)
    if len(content) < size:
        raise DataError(f"{path}: {name} is cut short; get the file again")
    return content


def _header(file: IO[bytes], name: str, path: Path) -> Array:
    """Read the header of an array and stop behind it. Raises DataError."""
    start = file.read(10)
    content = file.read(int.from_bytes(start[8:10], "little"))
    header = _HEADER.fullmatch(content)
    if not start.startswith(b"\x93NUMPY\x01\x00") or header is None:
        raise DataError(
            f"{path}: {name} must be an array of whole numbers, or of text for labels, got "
            f"{_found(content)}; convert it"
        )
    shape = tuple(int(side) for side in header["shape"].split(b","))
    return Array(np.dtype(header["kind"].decode()), shape)


def _found(header: bytes) -> str:
    """Say what an array is that cannot be read."""
    found = _FOUND.match(header)
    if found and found["columns"] == b"True":
        return "one that is stored column by column"
    return _KINDS.get(found["kind"] if found else b"", "something else")
