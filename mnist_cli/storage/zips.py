"""Zip archives of others, opened without reading a directory of any length."""

import io
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

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
    take half a minute. Raises what zipfile raises, and BadZipFile for a longer directory.
    """
    with _Limited(path) as file, zipfile.ZipFile(file) as archive:
        file.most = None
        yield archive
