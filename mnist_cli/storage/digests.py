"""Whether a file has the right SHA-256, without reading all of it every time.

A file that was found right is noted in `.verified` beside it, with its inode, its size, and the
times when its content and its status last changed. Every write changes these. So does another file
in its place, even one with the old size and time (`cp -p`, `rsync -t`).
"""

import hashlib
import os
import time
from contextlib import suppress
from io import BufferedReader
from pathlib import Path

from mnist_cli.storage.identity import stamp_of
from mnist_cli.storage.own_files import read_text, replace

NOTES = ".verified"
# The clock of a disk ticks at least this often. A younger file might change again within a tick.
SETTLED = 2_000_000_000  # nanoseconds


def has_digest(file: BufferedReader, sha256: str) -> bool:
    """Whether an open file has this SHA-256. Raises OSError if it cannot be read."""
    path, status = Path(file.name), os.fstat(file.fileno())
    note = " ".join(map(str, (path.name, sha256, *stamp_of(status), status.st_ctime_ns)))
    if note in _notes(path):
        return True
    file.seek(0)
    if hashlib.file_digest(file, "sha256").hexdigest() != sha256:
        return False
    if time.time_ns() - max(status.st_mtime_ns, status.st_ctime_ns) > SETTLED:
        _add(note, path)
    return True


def sha256_of(path: Path) -> str:
    """Return the SHA-256 of a file. Raises OSError."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _notes(path: Path) -> list[str]:
    return read_text(path.with_name(NOTES)).splitlines()


def _add(note: str, path: Path) -> None:
    """Replace the note about a file."""
    others = [line for line in _notes(path) if not line.startswith(f"{path.name} ")]
    with suppress(OSError):  # in a read-only folder the file is read every time
        replace(path.with_name(NOTES), ("\n".join([*others, note]) + "\n").encode())
