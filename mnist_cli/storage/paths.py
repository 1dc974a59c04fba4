"""A path as a user of Python gives it, and whether there is something at it."""

import errno
import os
import stat
from pathlib import Path
from typing import Any

from mnist_cli.errors import InputError

AnyPath = str | os.PathLike[str]
_NOTHING = {errno.ENOENT, errno.ENOTDIR, errno.ELOOP}  # ELOOP: a link that leads to itself


def as_path(value: Any, what: str) -> Path:
    """Return a path given as text or as a `Path`. Raises InputError for anything else."""
    if not isinstance(value, (str, os.PathLike)):
        raise InputError(f"{what}: must be a path, got {value!r}")
    return Path(value)


def exists(path: Path) -> bool:
    """Whether there is something at a path. Raises OSError if a folder may not be searched.

    From Python 3.14 on `Path.exists` and its kind say False then, as if there were nothing.
    """
    return mode_of(path) is not None


def is_file(path: Path) -> bool:
    """Whether there is a file at a path. Raises OSError as `exists` does."""
    mode = mode_of(path)
    return mode is not None and stat.S_ISREG(mode)


def mode_of(path: Path) -> int | None:
    """Return type and permissions of what is at a path, None if there is nothing."""
    try:
        return path.stat().st_mode
    except ValueError:  # a name that no file can have
        return None
    except OSError as error:
        if error.errno in _NOTHING:
            return None
        raise
