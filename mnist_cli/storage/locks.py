"""Locks: which files running processes work on, and which ones a killed process left behind.

The system releases a lock when its process ends, however it ends. So a hidden file of this program
that can be locked belongs to no running process, and no lock is ever stale.
"""

import errno
import os
import platform
import re
import secrets
import shutil
import sys
import time
import zlib
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO, BinaryIO

from mnist_cli.storage.failures import naming
from mnist_cli.storage.identity import real_path

if sys.platform == "win32":
    import msvcrt

    TAKEN = PermissionError

    def _lock(descriptor: int) -> None:
        msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)

else:
    import fcntl

    TAKEN = BlockingIOError

    def _lock(descriptor: int) -> None:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)


WITHOUT_LOCKS = "00000000"  # in place of the machine, if locks do not show who is running
MACHINE = format(zlib.crc32(platform.node().encode(errors="replace")), "08x")
if sys.platform == "win32":  # an open file cannot be renamed, and once closed it has no lock
    MACHINE = WITHOUT_LOCKS
OURS = re.compile(r"\.mnist-(?P<machine>[0-9a-f]{8})-[0-9a-f]{8}\.tmp|\..+\.mnist-lock")
DAY = 86_400.0  # seconds; an older file counts as left behind even if locks cannot show it
ATTEMPTS, PAUSE = 10, 0.01  # seconds; a process that removes old files holds a lock for less


def open_temporary(folder: Path) -> tuple[Path, BinaryIO]:
    """Make a temporary file that no other process removes while it is open; return path and file.

    Raises OSError if the folder takes no file.
    """
    machine = MACHINE
    for _ in range(ATTEMPTS):
        path = folder / f".mnist-{machine}-{secrets.token_hex(4)}.tmp"
        file = path.open("xb")
        locked = _try_lock(file)
        if machine == WITHOUT_LOCKS or (locked and _is_named(path, file)):
            return path, file
        if locked is None:
            machine = WITHOUT_LOCKS
        _remove(path, file)  # or another process has removed it before it was locked
    raise OSError(f"{folder}: another process removes every new file there; name another folder")


@contextmanager
def temporary_folder(parent: Path) -> Iterator[Path]:
    """Make a folder in `parent` that nobody removes in the block; at the end it goes.

    The lock is a temporary file beside it: not every system locks folders. Raises OSError.
    """
    parent.mkdir(parents=True, exist_ok=True)
    remove_left_behind(parent)
    try:
        path, file = open_temporary(parent)
    except OSError as error:  # which names a file that nobody asked for
        raise OSError(error.errno, error.strerror or str(error), str(parent)) from error
    try:
        folder = _folder_of(path)
        folder.mkdir()
        with naming(parent, folder):
            yield folder
    finally:
        _remove_with_folder(path, file)


def _folder_of(temporary: Path) -> Path:
    return temporary.with_suffix(".new")


@contextmanager
def claim(path: Path) -> Iterator[bool]:
    """Reserve the name `path` for this process; yields False if another running process has it.

    Until the block ends there is a hidden, empty file beside it. On a disk without locks, or where
    that file cannot be made, every process gets the name. Raises OSError if only its name is too
    long: then an older file could not be kept under another name, either.
    """
    real = real_path(path)
    marker = real.with_name(f".{real.name}.mnist-lock")
    try:
        file = _open_marker(marker)
        ours = file is not None
    except OSError as error:
        if error.errno == errno.ENAMETOOLONG:
            more = len(marker.name) - len(real.name)
            raise OSError(
                f"{path}: the name is too long: a name with {more} characters more must be "
                "possible; choose a shorter one"
            ) from error
        file, ours = None, True
    try:
        yield ours
    finally:
        if file is not None:
            _remove(marker, file)


def remove_left_behind(folder: Path) -> None:
    """Remove the hidden files of this program that no running process works on.

    No other file is touched. Never raises OSError.
    """
    with suppress(OSError), os.scandir(folder) as entries:
        for entry in entries:
            match = OURS.fullmatch(entry.name)
            if match and entry.is_file(follow_symlinks=False):
                _remove_if_left_behind(Path(entry.path), match["machine"])


def _remove_if_left_behind(path: Path, machine: str | None) -> None:
    """Remove a hidden file of ours if its process has ended.

    A lock shows that on this machine. Locks of another machine may be invisible here, and some
    disks have none; such files are removed when they are a day old.
    """
    near = machine is None or machine == MACHINE != WITHOUT_LOCKS
    with suppress(OSError), path.open("rb") as file:
        old = time.time() - os.fstat(file.fileno()).st_mtime > DAY
        locked = _try_lock(file)
        if (near and locked) or (old and locked is not False):
            remove = _remove_with_folder if machine else _remove
            remove(path, file)


def _open_marker(marker: Path) -> BinaryIO | None:
    """Open and lock the file that reserves a name; None if another process holds it."""
    for _ in range(ATTEMPTS):
        file = marker.open("ab")
        if _try_lock(file) is not False and _is_named(marker, file):
            return file
        file.close()
        time.sleep(PAUSE)
    return None


def _is_named(path: Path, file: IO[bytes]) -> bool:
    """Whether an open file still has its name; it may have lost it before it was locked."""
    if sys.platform == "win32":  # where an open file cannot be removed
        return True
    with suppress(FileNotFoundError):
        return os.path.samestat(os.fstat(file.fileno()), path.stat())
    return False


def _try_lock(file: IO[bytes]) -> bool | None:
    """Lock an open file until it is closed.

    Returns True, False if another process has locked it, or None on a disk without locks.
    """
    try:
        _lock(file.fileno())
    except TAKEN:
        return False
    except OSError:
        return None
    return True


def _remove(path: Path, file: IO[bytes]) -> None:
    """Remove a file, then close it: until then no other process can lock it."""
    if sys.platform == "win32":  # where an open file cannot be removed
        file.close()
    with suppress(OSError):
        path.unlink()
    file.close()


def _remove_with_folder(path: Path, file: IO[bytes]) -> None:
    """Remove a temporary file and its folder; a folder that stays keeps it, to be tried again."""
    folder = _folder_of(path)
    shutil.rmtree(folder, ignore_errors=True)
    if folder.exists():
        file.close()
    else:
        _remove(path, file)
