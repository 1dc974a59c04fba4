"""Files that nobody has checked: read no more of them than a picture needs, and no more often."""

import io
import os
import shutil
import stat
import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager, nullcontext
from pathlib import Path
from typing import IO, BinaryIO

from mnist_cli.errors import PictureError
from mnist_cli.pictures.pipes import read_pipe, read_stream

LARGEST_FILE = 1_000_000_000  # bytes; a photo with a phone's video behind it has a tenth of this
_MOST_READS = 200_000  # of few bytes; a picture of 50 megapixels in small chunks needs 80,000
_FEW = 100  # bytes; how much is read bounds the number of larger reads
_MOST_AGAIN = 200_000_000  # bytes that may be read again for the later pages of a file


class LimitedFile:
    """A binary file that raises OSError when a reader asks for too much or too often.

    A file may list the same bytes many thousand times as its contents, or consist of millions of
    empty chunks. Pillow would read them all.
    """

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self.size = file.seek(0, os.SEEK_END)
        self._reads_left = float(_MOST_READS)
        self._bytes_left = 3 * self.size + 1_000_000
        self._bytes_again = _MOST_AGAIN
        self._copy: IO[bytes] | None = None
        file.seek(0)

    def allow_another_page(self) -> None:
        """Let as much be read once more as the file has, unless that was done too often.

        Pillow reads the frames of a GIF several times.
        """
        more = min(self.size, self._bytes_again)
        self._bytes_again -= more
        self._bytes_left += more

    def read(self, size: int = -1) -> bytes:
        """Read up to `size` bytes, and never ask for more than the file has left."""
        rest = max(self.size - self._file.tell(), 0)
        data = self._file.read(rest if size < 0 else min(size, rest))
        self._reads_left -= max(0.0, 1 - len(data) / _FEW)
        self._bytes_left -= len(data)
        if min(self._reads_left, self._bytes_left) < 0:
            raise OSError("more parts than a picture has")
        return data

    def seek(self, offset: int, whence: int = os.SEEK_SET) -> int:
        """Move to a position and return it."""
        return self._file.seek(offset, whence)

    def tell(self) -> int:
        """Return the position."""
        return self._file.tell()

    def fileno(self) -> int:
        """Return the descriptor of the file, or of a copy of what is in memory, for libtiff.

        Without one Pillow would read all that follows for each page.
        """
        try:
            return self._file.fileno()
        except io.UnsupportedOperation:
            if self._copy is None:
                self._copy, position = tempfile.TemporaryFile(), self.tell()  # noqa: SIM115  # see close
                self.seek(0)
                shutil.copyfileobj(self._file, self._copy)
                self._copy.flush()
                self.seek(position)
            return self._copy.fileno()

    def close(self) -> None:
        """Forget the copy; the file itself stays open."""
        if self._copy is not None:
            self._copy.close()

    def count(self, markers: tuple[bytes, ...]) -> int:
        """Return how often the markers occur in the file."""
        position = self._file.tell()
        self._file.seek(0)
        blocks = iter(lambda: self._file.read(1 << 20), b"")
        total = sum(block.count(marker) for block in blocks for marker in markers)
        self._file.seek(position)
        return total


def source_name(source: Path | BinaryIO) -> str:
    """Return the name that messages give a source."""
    return str(source if isinstance(source, Path) else getattr(source, "name", "picture"))


def rereadable(source: Path | BinaryIO, name: str) -> Path | BinaryIO:
    """Return a source that can be read more than once.

    A file stays as it is. What comes through a pipe or from a device is kept in memory.

    Raises
    ------
    PictureError
        If a pipe or device gives too many bytes, or does not end in time; of a socket.
    OSError
        If the path does not exist or cannot be opened.
    """
    if not isinstance(source, Path):
        return source if source.seekable() else read_stream(source, name)
    kind = source.stat().st_mode
    if stat.S_ISSOCK(kind):  # the system's own words, "No such device or address", help nobody
        raise PictureError(f"{name}: must be a file or a pipe, got a socket; save it in a file")
    is_file = stat.S_ISREG(kind) or stat.S_ISDIR(kind)  # opening a folder has an error of its own
    return source if is_file else read_pipe(source, name)


@contextmanager
def opened(source: Path | BinaryIO) -> Iterator[LimitedFile]:
    """Yield a file that can seek.

    Raises
    ------
    PictureError
        If the file has more than a billion bytes, or as `rereadable` does.
    OSError
        If the file cannot be opened.
    """
    name = source_name(source)
    source = rereadable(source, name)
    with source.open("rb") if isinstance(source, Path) else nullcontext(source) as file:
        size = file.seek(0, os.SEEK_END)
        if size > LARGEST_FILE:
            raise PictureError(
                f"{name}: the file must have at most {LARGEST_FILE:,} bytes, got {size:,}; "
                "save it smaller"
            )
        with closing(LimitedFile(file)) as limited:
            yield limited
