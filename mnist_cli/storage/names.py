"""Names for outputs: keep the old file under another name, or take a name that is free."""

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from itertools import count
from pathlib import Path

from mnist_cli.storage.atomic import atomic_write
from mnist_cli.storage.identity import real_path, stamp
from mnist_cli.storage.locks import claim


@contextmanager
def set_aside(path: Path) -> Iterator[Path | None]:
    """Keep a file under another name, `a.1.npz`, `a.2.npz`, ..., while the block replaces it.

    Yields that name, or None if there is no such file. If `path` is a symbolic link, the name is
    beside the file that the link leads to. If the block fails and has not replaced the file, the
    other name is removed. Raises OSError.
    """
    path = real_path(path) if path.is_symlink() else path
    before = stamp(path)
    kept = None if before is None else _second_name(path)
    try:
        yield kept
    except BaseException:
        if kept is not None and stamp(path) == before:
            with suppress(OSError):  # Windows keeps it while another program has it open
                kept.unlink()
        raise


def _second_name(path: Path) -> Path:
    """Give a file a second name that no other file has, and return it."""
    numbers = count(1)
    while True:
        free = path.with_name(f"{path.stem}.{next(numbers)}{path.suffix}")
        with suppress(FileExistsError):  # also if another process has just taken it
            _link_or_copy(path, free)
            return free


def _link_or_copy(path: Path, free: Path) -> None:
    """Give a file a second name. Raises FileExistsError if a file has it, and OSError."""
    try:
        os.link(path, free)
    except FileExistsError:
        raise
    except OSError:  # a disk without hard links
        free.touch(exist_ok=False)
        try:
            shutil.copymode(path, free)
            with path.open("rb") as old, atomic_write(free) as new:
                shutil.copyfileobj(old, new)
        except BaseException:
            free.unlink()
            raise


def move_aside(path: Path) -> Path | None:
    """Give whatever has this name, a file, folder or link, the first free of `a.1`, `a.2`, ....

    Returns that name, or None if there is nothing. Raises OSError.
    """
    if not os.path.lexists(path):
        return None
    numbers = count(1)
    while True:
        free = path.with_name(f"{path.stem}.{next(numbers)}{path.suffix}")
        with claim(free) as ours:  # renaming would replace a file of that name
            if ours and not os.path.lexists(free):
                try:
                    path.rename(free)
                except FileNotFoundError:  # another process was faster
                    return None
                return free


@contextmanager
def free_name(path: Path) -> Iterator[Path]:
    """Claim `path` or, if another running process has it, `a-2.npz`, `a-3.npz`, ....

    Yields the first of these names that is not claimed; with a number, it is also no name of an
    existing file. See `locks.claim`. Raises OSError if the folder cannot be made.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    for number in count(1):
        name = path if number == 1 else path.with_name(f"{path.stem}-{number}{path.suffix}")
        with claim(name) as ours:
            if ours and (number == 1 or not name.exists()):
                yield name
                return
