"""Atomic writing: a file is written completely or not at all, and nothing else is lost."""

import os
import stat
import sys
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext, suppress
from pathlib import Path
from typing import BinaryIO

from mnist_cli.storage.failures import move, naming
from mnist_cli.storage.identity import real_path
from mnist_cli.storage.locks import open_temporary, remove_left_behind


@contextmanager
def atomic_write(
    path: Path,
    replacing: Callable[[], AbstractContextManager[object]] = nullcontext,
    *,
    durable: bool = True,
) -> Iterator[BinaryIO]:
    """Open a temporary file beside `path` for writing; at the end it is renamed to `path`.

    The content is on the disk before the file is renamed, so neither a crash nor a power cut
    leaves half a file. After an error the old file is unchanged. A symbolic link still leads to
    the file, and the new file has the owner and mode of the old one.

    Parameters
    ----------
    path
        The output; missing folders are made.
    replacing
        Makes a context in which the file is renamed, for example to check or keep the old one.
    durable
        False does not wait for the disk. Then a power cut may leave half a file.

    Raises
    ------
    OSError
        If the file cannot be written, `path` is something else than a regular file, or another
        program has it open where that matters (InUseError).
    """
    path = real_path(path)
    old = _status(path)
    with _temporary(path) as (temporary, file):
        if old is not None:
            _hand_over(old, temporary)
        yield file
        file.flush()
        if durable:
            os.fsync(file.fileno())
        if sys.platform == "win32":  # where an open file cannot be renamed
            file.close()
        with replacing():
            move(temporary, path)
    if durable:
        sync_folder(path.parent)


def check_writable(path: Path) -> None:
    """Check before long work that `path` can be written. Raises OSError if not."""
    path = real_path(path)
    _status(path)
    with _temporary(path):
        pass


def _status(path: Path) -> os.stat_result | None:
    """Return the status of the file that will be replaced, None if there is none.

    Raises OSError if it is no regular file.
    """
    try:
        status = path.lstat()
    except FileNotFoundError:
        return None
    if not stat.S_ISREG(status.st_mode):
        raise OSError(f"{path}: is not a regular file; name another for the output")
    return status


@contextmanager
def _temporary(path: Path) -> Iterator[tuple[Path, BinaryIO]]:
    """Make a file in the folder of `path`; at the end it is removed, unless it was renamed."""
    path.parent.mkdir(parents=True, exist_ok=True)
    remove_left_behind(path.parent)
    try:
        temporary, file = open_temporary(path.parent)
    except OSError as error:  # it names the temporary file
        raise OSError(error.errno, error.strerror or str(error), str(path)) from error
    try:
        with naming(path, temporary), file:
            yield temporary, file
    finally:
        with suppress(OSError):
            temporary.unlink()


def _hand_over(old: os.stat_result, temporary: Path) -> None:
    """Give the temporary file the owner and mode of the file that it will replace."""
    if sys.platform != "win32":
        with suppress(OSError):  # only root may change the owner
            os.chown(temporary, old.st_uid, old.st_gid)
    if temporary.stat().st_mode != old.st_mode:
        temporary.chmod(stat.S_IMODE(old.st_mode))


def sync_folder(folder: Path) -> None:
    """Write the names in a folder to the disk, if the system can do that."""
    with suppress(OSError):  # Windows and some network disks cannot
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
