"""Files from strangers: read no more of them, and no more often, than a picture needs."""

import os
import stat
import struct
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from pathlib import Path
from typing import BinaryIO

from mnist_cli.errors import PictureError
from mnist_cli.pictures.pipes import Kept, piped, read_whole

_LARGEST_FILE = 1_000_000_000  # bytes; a photo with the video that a phone hangs on has 1/10
_MOST_READS = 200_000  # a picture of 50 megapixels in small chunks needs 80,000
_ORIENTATION = 0x0112  # EXIF tag


class FrugalFile:
    """A binary file that ends with an error where a reader is led in circles.

    A file may list the same bytes many thousand times as its contents, or be made of millions
    of empty chunks; Pillow would follow.
    """

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self._size = file.seek(0, os.SEEK_END)
        self._reads = 0
        self._bytes_left = 3 * self._size + 1_000_000
        file.seek(0)

    def read(self, size: int = -1) -> bytes:
        """Read like a file, but never ask for more than there is."""
        rest = max(self._size - self._file.tell(), 0)
        data = self._file.read(rest if size < 0 else min(size, rest))
        self._reads += 1
        self._bytes_left -= len(data)
        if self._reads > _MOST_READS or self._bytes_left < 0:
            raise OSError("more parts than a picture has")
        return data

    def seek(self, offset: int, whence: int = os.SEEK_SET) -> int:
        """Move like a file."""
        return self._file.seek(offset, whence)

    def tell(self) -> int:
        """Tell the position like a file."""
        return self._file.tell()

    def fileno(self) -> int:
        """Return the file's descriptor, for libtiff."""
        return self._file.fileno()

    def count(self, markers: tuple[bytes, ...]) -> int:
        """Return how often the markers occur in the file."""
        position = self._file.tell()
        self._file.seek(0)
        blocks = iter(lambda: self._file.read(1 << 20), b"")
        total = sum(block.count(marker) for block in blocks for marker in markers)
        self._file.seek(position)
        return total


def source_name(source: Path | BinaryIO) -> str:
    """Return what to call a source in messages."""
    return str(source if isinstance(source, Path) else getattr(source, "name", "picture"))


def kept(source: Path | BinaryIO, name: str) -> Path | BinaryIO:
    """Return a source that can be read more than once: what comes through a pipe, in memory.

    Raises
    ------
    PictureError
        If a pipe or device gives too much, or does not end in time.
    OSError
        If a path cannot be opened.
    """
    if not isinstance(source, Path):
        return source if source.seekable() else Kept(read_whole(source, name), name)
    kind = source.stat().st_mode
    ordinary = stat.S_ISREG(kind) or stat.S_ISDIR(kind)
    return source if ordinary else Kept(piped(source, name), name)


@contextmanager
def opened(source: Path | BinaryIO) -> Iterator[FrugalFile]:
    """Yield a file that can seek. Raises what `kept` raises."""
    name = source_name(source)
    source = kept(source, name)
    with source.open("rb") if isinstance(source, Path) else nullcontext(source) as file:
        size = file.seek(0, os.SEEK_END)
        if size > _LARGEST_FILE:
            raise PictureError(
                f"{name}: the file must have at most {_LARGEST_FILE:,} bytes, got {size:,}; "
                "save it smaller"
            )
        yield FrugalFile(file)


@contextmanager
def silent_standard_error() -> Iterator[None]:
    """Keep a C library from printing: libtiff reports on broken files there and nowhere else."""
    try:
        kept = os.dup(2)
    except OSError:  # closed, so there is nothing to keep clean
        yield
        return
    try:
        with Path(os.devnull).open("wb") as nowhere:
            os.dup2(nowhere.fileno(), 2)
        yield
    finally:
        os.dup2(kept, 2)
        os.close(kept)


def exif_orientation(exif: bytes) -> int:
    """Return the orientation, 1 to 8, in an EXIF block; 1 if it is missing, invalid or damaged.

    Reads nothing else (Exif 2.32, section 4.6.2): the rest of the block may be hostile.
    """
    tiff = exif.removeprefix(b"Exif\0\0")
    order = {b"II": "<", b"MM": ">"}.get(tiff[:2])
    try:
        if order is None:
            return 1
        (start,) = struct.unpack_from(order + "L", tiff, 4)
        (count,) = struct.unpack_from(order + "H", tiff, start)
        for i in range(count):
            tag, _, _, value = struct.unpack_from(order + "HHLH", tiff, start + 2 + 12 * i)
            if tag == _ORIENTATION:
                return value if 1 <= value <= 8 else 1
    except struct.error:
        return 1
    return 1
