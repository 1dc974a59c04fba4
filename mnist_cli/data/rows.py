"""Images without a data set around them: the rows of a CSV, `.npz` or IDX file, in small parts.

Nothing is read as a whole, and no size that a file claims is believed.
"""

import errno
import re
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

import numpy as np

from mnist_cli.data.idx import HEADER_BYTES, IMAGES_MAGIC, idx_header
from mnist_cli.data.tables import AT_ONCE, OnBad, Rows, opened, read_csv, refuse
from mnist_cli.errors import DataError
from mnist_cli.images import PIXELS
from mnist_cli.storage.identity import may_never_end
from mnist_cli.storage.zips import DAMAGE, open_zip

TABLE = re.compile(r"\.(csv|tsv)(\.gz)?$|\.npz$|[-.]idx3-ubyte(\.gz)?$", re.IGNORECASE)
NPZ_NAMES = ("x_test", "test_images", "images", "x", "arr_0")  # Keras', MedMNIST's, NumPy's own
AGAIN = "get it again, or write it by numpy.savez"
_NPY = re.compile(  # NumPy's own reader of headers can be made to use up the memory
    rb"\{'descr': '\|u1', 'fortran_order': False, "
    rb"'shape': \((?P<count>\d{1,9}), (28, 28|784)\), \} *\n"
)


def is_table(name: str) -> bool:
    """Tell by the name whether a file has images in rows."""
    return TABLE.search(name) is not None


def read_rows(path: Path, on_bad: OnBad = refuse) -> Iterator[Rows]:
    """Read the images of a CSV, `.npz` or IDX file; labels come with a CSV only.

    `on_bad` hears of single rows that cannot be read, see `read_csv`. Raises DataError and OSError.
    """
    if may_never_end(path):
        raise DataError(f"{path}: must be a file, got a pipe or a device; save the table first")
    suffixes = path.name.lower().removesuffix(".gz")
    if suffixes.endswith((".csv", ".tsv")):
        return read_csv(path, on_bad)
    return _read_npz(path) if suffixes.endswith(".npz") else _read_idx(path)


def _read_idx(path: Path) -> Iterator[Rows]:
    with opened(path) as file:
        header = file.read(HEADER_BYTES[IMAGES_MAGIC])
        count = int.from_bytes(header[4:8], "big")
        if header != idx_header(IMAGES_MAGIC, count):
            raise DataError(f"{path}: not an IDX file of 28x28 images")
        yield from _images(file, count, path)


def _read_npz(path: Path) -> Iterator[Rows]:
    with opened_npz(path) as archive, archive.open(_member(archive, path)) as file:
        yield from _images(file, _npy_count(file, path), path)


@contextmanager
def opened_npz(path: Path) -> Iterator[zipfile.ZipFile]:
    """Open an `.npz` file. Damage raises DataError, also while it is read."""
    try:
        with open_zip(path) as archive:
            yield archive
    except DAMAGE as error:
        raise DataError(f"{path}: damaged, or not an .npz file ({error}); {AGAIN}") from error
    except OSError as error:
        if error.errno != errno.EINVAL:  # a member that lies before the file's first byte
            raise
        raise DataError(f"{path}: damaged, or not an .npz file; {AGAIN}") from error


def array_names(archive: zipfile.ZipFile) -> list[str]:
    """Return the names of the arrays in an `.npz` file; other members are none."""
    return [name.removesuffix(".npy") for name in archive.namelist() if name.endswith(".npy")]


def _member(archive: zipfile.ZipFile, path: Path) -> str:
    """Return the member that has the images. Raises DataError if there is none."""
    names = array_names(archive)
    found = [name for name in NPZ_NAMES if name in names] or names[: len(names) == 1]
    if not found:
        raise DataError(
            f"{path}: must have an array named {', '.join(NPZ_NAMES)}, got "
            f"{', '.join(names)[:60] or 'none'}"
        )
    return f"{found[0]}.npy"


def _npy_count(file: IO[bytes], path: Path) -> int:
    """Read the header of an array and return how many images follow."""
    start = file.read(10)
    header = _NPY.fullmatch(file.read(int.from_bytes(start[8:10], "little")))
    if not start.startswith(b"\x93NUMPY\x01\x00") or header is None:
        raise DataError(f"{path}: images must be uint8 of (n, 28, 28) or (n, 784); convert them")
    return int(header["count"])


def _images(file: IO[bytes], count: int, path: Path) -> Iterator[Rows]:
    for start in range(0, count, AT_ONCE):
        size = min(AT_ONCE, count - start)
        content = file.read(size * PIXELS)
        if len(content) < size * PIXELS:
            raise DataError(
                f"{path}: cut short after {start + len(content) // PIXELS:,} of {count:,} images"
            )
        images = np.frombuffer(content, np.uint8).reshape(size, PIXELS)
        yield Rows(list(range(start + 1, start + size + 1)), images)
