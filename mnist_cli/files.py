"""Writing a file so that it is there whole or not at all."""

import os
import secrets
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from itertools import count
from pathlib import Path
from typing import BinaryIO


def nothing() -> None:
    """Do nothing."""


@contextmanager
def atomic_write(path: Path, before: Callable[[], object] = nothing) -> Iterator[BinaryIO]:
    """Open a temporary file beside `path` for writing; at the end it takes the name `path`.

    `before` is called the moment before it does, for a last look at what it replaces.

    The content is on the disk before the name is, so that neither a crash nor a power cut leaves
    half a file; after an error `path` is as it was. A symbolic link keeps pointing at the file.
    Raises OSError.
    """
    path = path.resolve()
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_name(f".{path.name}.{secrets.token_hex(4)}.tmp")
    try:
        with temporary.open("xb") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        before()
        temporary.replace(path)
    except BaseException:
        with suppress(FileNotFoundError):
            temporary.unlink()
        raise
    _sync_folder(path.parent)


def _sync_folder(folder: Path) -> None:
    """Put the new name itself on the disk, where the system lets a folder be opened."""
    with suppress(OSError):  # Windows opens no folder, and some network disks sync none
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


def set_aside(path: Path) -> Path | None:
    """Keep a file that is about to be replaced under another name: `a.1.npz`, `a.2.npz`, ....

    Returns the new name, or None if there is no such file. Raises OSError.
    """
    if not path.exists():
        return None
    for number in count(1):
        free = path.with_name(f"{path.stem}.{number}{path.suffix}")
        try:
            os.link(path, free)  # fails where the name is taken, also by somebody this moment
        except FileExistsError:
            continue
        except OSError:  # a disk without hard links
            path.rename(free)
        return free
    return None


def stamp(path: Path) -> tuple[int, ...] | None:
    """Tell one content of a file from the next, without reading it; None if there is no file."""
    try:
        return stamp_of(path.stat())
    except FileNotFoundError:
        return None


def stamp_of(status: os.stat_result) -> tuple[int, ...]:
    """What `stamp` says of a file with this status; a new name changes nothing of it."""
    return status.st_ino, status.st_size, status.st_mtime_ns
