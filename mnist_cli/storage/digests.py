"""Whether a file has the content that it should have, without reading all of it every time.

What was found right is noted in `.verified` beside the file, with what the system tells of it: its
inode, its size, and when its content and its status last changed. Every write changes that, and so
does another file in its place, even one with the old size and time (`cp -p`, `rsync -t`).
"""

import hashlib
import os
import time
from collections.abc import Sequence
from contextlib import suppress
from io import BufferedReader
from pathlib import Path

from mnist_cli.storage.locks import temporary_folder

NOTES = ".verified"
LONGEST = 100_000  # bytes of a text that the program keeps beside the data
# Disks tell time in steps of up to this; a younger file might change again and look the same.
SETTLED = 2_000_000_000  # nanoseconds


def has_digest(file: BufferedReader, sha256: str) -> bool:
    """Tell whether an open file has this SHA-256. Raises OSError."""
    path, status = Path(file.name), os.fstat(file.fileno())
    changed = max(status.st_mtime_ns, status.st_ctime_ns)
    state = f"{status.st_ino} {status.st_size} {status.st_mtime_ns} {status.st_ctime_ns}"
    mark = f"{path.name} {sha256} {state}"
    known = read_text(path.with_name(NOTES)).splitlines()
    if mark in known:
        return True
    file.seek(0)
    if hashlib.file_digest(file, "sha256").hexdigest() != sha256:
        return False
    if time.time_ns() - changed > SETTLED:
        others = [line for line in known if not line.startswith(f"{path.name} ")]
        with suppress(OSError):  # a folder that may only be read is checked every time
            replace(path.with_name(NOTES), ("\n".join([*others, mark]) + "\n").encode())
    return True


def sha256_of(path: Path) -> str:
    """Return the SHA-256 of a file. Raises OSError."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def read_text(path: Path) -> str:
    """Content of a small text file that the program keeps; empty where it cannot be read."""
    with suppress(OSError, UnicodeDecodeError):
        if path.is_file():
            with path.open("rb") as file:
                return file.read(LONGEST).decode()
    return ""


def replace(path: Path, *pieces: bytes | memoryview) -> None:
    """Write a file, whole or not at all. A link of that name is replaced too, never followed.

    Raises OSError.
    """
    with temporary_folder(path.parent) as new:
        fresh = new / path.name
        with fresh.open("xb") as file:
            file.writelines(pieces)
        put_in_place([fresh], path.parent)


def put_in_place(files: Sequence[Path], folder: Path) -> None:
    """Move files that lie on the same disk into `folder`, in this order, in place of the old ones.

    All are on the disk before the first is moved, so that there is little time between the first
    and the last. Raises OSError.
    """
    for file in files:
        place = folder / file.name
        if place.is_dir() and not place.is_symlink():
            raise OSError(f"{place}: a folder is in the way; rename or remove it")
        _sync(file, os.O_RDWR)
    for file in files:
        file.replace(folder / file.name)
    with suppress(OSError):  # Windows opens no folder, and some network disks sync none
        _sync(folder, os.O_RDONLY)


def _sync(path: Path, flags: int) -> None:
    descriptor = os.open(path, flags)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
