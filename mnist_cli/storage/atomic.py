"""Writing a file so that it is there whole or not at all, and nothing else is lost."""

import os
import shutil
import stat
import sys
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext, suppress
from itertools import count
from pathlib import Path
from typing import BinaryIO

from mnist_cli.storage.locks import claim, open_temporary, remove_left_behind


@contextmanager
def atomic_write(
    path: Path, replacing: Callable[[], AbstractContextManager[object]] = nullcontext
) -> Iterator[BinaryIO]:
    """Open a temporary file beside `path` for writing; at the end it takes the name `path`.

    `replacing` makes a context for that moment, for a last look at what is replaced.

    The content is on the disk before the name is, so that neither a crash nor a power cut leaves
    half a file; after an error `path` is as it was. A symbolic link keeps pointing at the file, and
    a file that is replaced gives its owner and mode to the new one. Raises OSError.
    """
    path = _real(path)
    old = _status(path)
    with _temporary(path) as (temporary, file):
        if old is not None:
            _hand_over(old, temporary)
        yield file
        file.flush()
        os.fsync(file.fileno())
        if sys.platform == "win32":  # which renames no open file
            file.close()
        with replacing():
            temporary.replace(path)
    _sync_folder(path.parent)


def check_writable(path: Path) -> None:
    """Fail now rather than after the work, where `path` cannot be written. Raises OSError."""
    path = _real(path)
    _status(path)
    with _temporary(path):
        pass


def _real(path: Path) -> Path:
    """Follow symbolic links; other than `Path.resolve`, a loop of them is no bug."""
    return Path(os.path.realpath(path))


def _status(path: Path) -> os.stat_result | None:
    """Status of the file that will be replaced, None if there is none; only ordinary ones may."""
    try:
        status = path.lstat()
    except FileNotFoundError:
        return None
    if not stat.S_ISREG(status.st_mode):
        raise OSError(f"{path}: is no ordinary file; name another for the output")
    return status


@contextmanager
def _temporary(path: Path) -> Iterator[tuple[Path, BinaryIO]]:
    """Make a file in the folder of `path`; it is removed at the end, unless it was renamed."""
    path.parent.mkdir(parents=True, exist_ok=True)
    remove_left_behind(path.parent)
    try:
        temporary, file = open_temporary(path.parent)
    except OSError as error:  # which names a file that nobody asked for
        raise OSError(error.errno, error.strerror or str(error), str(path)) from error
    try:
        with file:
            yield temporary, file
    finally:
        with suppress(OSError):
            temporary.unlink()


def _hand_over(old: os.stat_result, temporary: Path) -> None:
    """Give the temporary file owner and mode of the file that it will replace."""
    if sys.platform != "win32":
        with suppress(OSError):  # only root gives files away
            os.chown(temporary, old.st_uid, old.st_gid)
    if temporary.stat().st_mode != old.st_mode:
        temporary.chmod(stat.S_IMODE(old.st_mode))


def _sync_folder(folder: Path) -> None:
    """Put the new name itself on the disk, where the system lets a folder be opened."""
    with suppress(OSError):  # Windows opens no folder, and some network disks sync none
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


# -- names -----------------------------------------------------------------------------------------


@contextmanager
def set_aside(path: Path) -> Iterator[Path | None]:
    """Keep a file, while the block replaces it, under another name: `a.1.npz`, `a.2.npz`, ....

    Yields that name, which lies beside the file that a symbolic link points at, or None if there
    is no such file. After a block that replaced nothing the name is gone. Raises OSError.
    """
    path = _real(path) if path.is_symlink() else path
    before = stamp(path)
    kept = None if before is None else _second_name(path)
    try:
        yield kept
    except BaseException:
        if kept is not None and stamp(path) == before:
            kept.unlink()
        raise


def _second_name(path: Path) -> Path:
    numbers = count(1)
    while True:
        free = path.with_name(f"{path.stem}.{next(numbers)}{path.suffix}")
        with suppress(FileExistsError):  # taken, also by somebody this moment
            _link_or_copy(path, free)
            return free


def _link_or_copy(path: Path, free: Path) -> None:
    """Keep a file under a name that nobody has; its own name is there all the time."""
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


@contextmanager
def free_name(path: Path) -> Iterator[Path]:
    """Claim `path` or, where another living process has it, `a-2.npz`, `a-3.npz`, ....

    Yields the first of these that is not there. See `locks.claim`.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    for number in count(1):
        name = path if number == 1 else path.with_name(f"{path.stem}-{number}{path.suffix}")
        with claim(name) as ours:
            if ours and (number == 1 or not name.exists()):
                yield name
                return


def is_same(one: Path, other: Path) -> bool:
    """Tell whether two paths lead to the same file, or would if it were there."""
    if one.exists() and other.exists():
        return one.samefile(other)
    return _real(one) == _real(other)


# -- contents --------------------------------------------------------------------------------------


def stamp(path: Path) -> tuple[int, ...] | None:
    """Tell one content of a file from the next, without reading it; None if there is no file."""
    try:
        return stamp_of(path.stat())
    except FileNotFoundError:
        return None


def stamp_of(status: os.stat_result) -> tuple[int, ...]:
    """What `stamp` says of a file with this status; a new name changes nothing of it."""
    return status.st_ino, status.st_size, status.st_mtime_ns
