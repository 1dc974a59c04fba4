"""A path as a user of Python gives it."""

import os
from pathlib import Path
from typing import Any

from mnist_cli.errors import InputError

AnyPath = str | os.PathLike[str]


def as_path(value: Any, what: str) -> Path:
    """Return a path given as text or as a `Path`. Raises InputError for anything else."""
    if not isinstance(value, (str, os.PathLike)):
        raise InputError(f"{what}: must be a path, got {value!r}")
    return Path(value)
