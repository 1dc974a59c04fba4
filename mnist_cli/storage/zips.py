"""Zip archives of others, opened without reading a directory of any length."""

import io
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

PACKINGS = {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED}  # NumPy's, and of nearly all zip files
ENCRYPTED = 1  # a bit of a member's flags
DAMAGE = (  # what zipfile raises for a file that is no archive, also while a member is read
    zipfile.BadZipFile,
    zlib.error,
    EOFError,
    NotImplementedError,  # features that zipfile lacks
    RuntimeError,  # a password
    UnicodeDecodeError,  # a name that is not UTF-8, though the archive says so
)
MOST_DIRECTORY = 200_000  # bytes: some 2,000 members; a data set has a dozen


class _Limited(io.FileIO):
    """A file that refuses to be read in long pieces while `most` is set."""

    most: int | None = MOST_DIRECTORY

    def read(self, size: int | None = -1) -> bytes:
        """Read up to `size` bytes, or all. Raises BadZipFile if there are too many."""
        if self.most is None:
            return super().read(size) or b""
        wanted = self.most + 1 if size is None or size < 0 else min(size, self.most + 1)
        content = super().read(wanted) or b""
        if len(content) > self.most:
            raise zipfile.BadZipFile(f"its directory has more than {self.most:,} bytes")
        return content


@contextmanager
def open_zip(path: Path) -> Iterator[zipfile.ZipFile]:
    """Open an archive that nobody has checked.

    zipfile reads the directory in one piece, and makes an object of each member: 400,000 of them
    take half a minute. Raises OSError and one of `DAMAGE`, also for a longer directory, and for
    members with a password or packed by other programs' methods.
    """
    with _Limited(path) as file, zipfile.ZipFile(file) as archive:
        file.most = None
        _check_members(archive.infolist())
        yield archive


def _check_members(members: list[zipfile.ZipInfo]) -> None:
    """Raise BadZipFile for members that need a password or another program."""
    if any(member.flag_bits & ENCRYPTED for member in members):
        raise zipfile.BadZipFile("it wants a password")
    if not PACKINGS.issuperset(member.compress_type for member in members):
        raise zipfile.BadZipFile("packed by bzip2, LZMA or another rare method")
