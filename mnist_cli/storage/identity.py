"""Which file a path leads to, and whether that file is still the same, without reading it."""

import os
import stat
from pathlib import Path

from mnist_cli.storage.paths import exists, mode_of


def real_path(path: Path) -> Path:
    """Follow symbolic links. A loop of them stays as it is, where `Path.resolve` may raise."""
    return Path(os.path.realpath(path))


def is_same(one: Path, other: Path) -> bool:
    """Whether two paths lead to the same file, or would if it existed.

    Raises OSError if a folder on the way cannot be searched.
    """
    if exists(one) and exists(other):
        return one.samefile(other)
    return real_path(one) == real_path(other)


def may_never_end(path: Path) -> bool:
    """Whether a path leads to a pipe, a socket or a device, which may have no last byte.

    Raises OSError if the system does not say.
    """
    mode = mode_of(path)
    return mode is not None and not stat.S_ISREG(mode) and not stat.S_ISDIR(mode)


def stamp(path: Path) -> tuple[int, ...] | None:
    """Return numbers that differ after every write to a file, None if it does not exist.

    Raises OSError if the system does not say.
    """
    try:
        return stamp_of(path.stat())
    except FileNotFoundError:
        return None


def stamp_of(status: os.stat_result) -> tuple[int, ...]:
    """Return the `stamp` of a file with this status: inode, size in bytes, time of change in ns.

    A new name for the file does not change it.
    """
    return status.st_ino, status.st_size, status.st_mtime_ns
