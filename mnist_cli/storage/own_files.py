"""Files that the program keeps for itself beside the data.

They can be made again. So whatever is in their place is replaced: a damaged file, a pipe, or a
symbolic link, which is never followed.
"""

import os
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

from mnist_cli.storage.atomic import sync_folder
from mnist_cli.storage.failures import move
from mnist_cli.storage.locks import temporary_folder
from mnist_cli.storage.paths import is_file

LONGEST = 100_000  # bytes of a text file


def read_text(path: Path, most: int = LONGEST) -> str:
    """Return the content of a small text file, at most so many bytes, "" if it cannot be read."""
    with suppress(OSError, UnicodeDecodeError):
        if is_file(path):
            with path.open("rb") as file:
                return file.read(most).decode()
    return ""


def replace(path: Path, *chunks: bytes | memoryview) -> None:
    """Write a file, whole or not at all. Raises OSError."""
    with temporary_folder(path.parent) as new:
        fresh = new / path.name
        with fresh.open("xb") as file:
            file.writelines(chunks)
        put_in_place([fresh], path.parent)


def put_in_place(files: Sequence[Path], folder: Path) -> None:
    """Move files of the same disk into `folder`, in this order, in place of the old ones.

    All of them are written to the disk before the first is moved, so that there is little time
    between the first move and the last. Raises OSError.
    """
    for file in files:
        place = folder / file.name
        if place.is_dir() and not place.is_symlink():
            raise OSError(f"{place}: a folder is in the way; rename or remove it")
        with file.open("rb+") as written:
            os.fsync(written.fileno())
    for file in files:
        move(file, folder / file.name)
    sync_folder(folder)
