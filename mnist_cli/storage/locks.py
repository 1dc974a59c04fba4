"""Files that living processes work on, and what a killed one left behind.

A lock ends with its process, however that ends. So a hidden file of ours that can be locked is
nobody's any more, and no lock is ever stale.
"""

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


NOWHERE = "00000000"  # where no lock tells who is alive
MACHINE = format(zlib.crc32(platform.node().encode(errors="replace")), "08x")
if sys.platform == "win32":  # renames no open file: before that, a file has no lock for a moment
    MACHINE = NOWHERE
OURS = re.compile(r"\.mnist-(?P<machine>[0-9a-f]{8})-[0-9a-f]{8}\.tmp|\..+\.mnist-lock")
DAY = 86_400.0  # seconds; after it also what locks cannot tell is left behind
ATTEMPTS, PAUSE = 10, 0.01  # seconds; who tidies up holds a lock for less


def open_temporary(folder: Path) -> tuple[Path, BinaryIO]:
    """Make a temporary file that nobody removes while it is open. Raises OSError."""
    machine = MACHINE
    for _ in range(ATTEMPTS):
        path = folder / f".mnist-{machine}-{secrets.token_hex(4)}.tmp"
        file = path.open("xb")
        locked = _try_lock(file)
        if machine == NOWHERE or (locked and _is_named(path, file)):
            return path, file
        if locked is None:
            machine = NOWHERE
        _remove(path, file)  # or somebody who tidied up was faster
    raise OSError(f"{folder}: what is made there is removed at once")


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
        yield folder
    finally:
        shutil.rmtree(_folder_of(path), ignore_errors=True)
        _remove(path, file)


def _folder_of(temporary: Path) -> Path:
    return temporary.with_suffix(".new")


@contextmanager
def claim(path: Path) -> Iterator[bool]:
    """Keep the name `path` for this process; yields False where another living one has it.

    Meanwhile a hidden, empty file lies beside it. Where a disk has no locks, or lets none be made,
    everybody gets the name.
    """
    real = Path(os.path.realpath(path))
    sign = real.with_name(f".{real.name}.mnist-lock")
    try:
        file = _open_sign(sign)
        ours = file is not None
    except OSError:
        file, ours = None, True
    try:
        yield ours
    finally:
        if file is not None:
            _remove(sign, file)


def remove_left_behind(folder: Path) -> None:
    """Remove our hidden files that no living process works on; no other file is touched."""
    with suppress(OSError), os.scandir(folder) as entries:
        for entry in entries:
            match = OURS.fullmatch(entry.name)
            if match and entry.is_file(follow_symlinks=False):
                _remove_if_left_behind(Path(entry.path), match["machine"])


def _remove_if_left_behind(path: Path, machine: str | None) -> None:
    near = machine is None or machine == MACHINE != NOWHERE
    with suppress(OSError), path.open("rb") as file:
        old = time.time() - os.fstat(file.fileno()).st_mtime > DAY
        locked = _try_lock(file)
        if (near and locked) or (old and locked is not False):
            if machine:
                shutil.rmtree(_folder_of(path), ignore_errors=True)
            _remove(path, file)


def _open_sign(sign: Path) -> BinaryIO | None:
    """Open and lock the file that says that a name is taken; None if it is another's."""
    for _ in range(ATTEMPTS):
        file = sign.open("ab")
        if _try_lock(file) is not False and _is_named(sign, file):
            return file
        file.close()
        time.sleep(PAUSE)
    return None


def _is_named(path: Path, file: IO[bytes]) -> bool:
    """Tell whether an open file still has its name: before it was locked, it may have lost it."""
    if sys.platform == "win32":  # which removes no open file
        return True
    with suppress(FileNotFoundError):
        return os.path.samestat(os.fstat(file.fileno()), path.stat())
    return False


def _try_lock(file: IO[bytes]) -> bool | None:
    """Lock an open file until it is closed; False: it is another's, None: there are no locks."""
    try:
        _lock(file.fileno())
    except TAKEN:
        return False
    except OSError:
        return None
    return True


def _remove(path: Path, file: IO[bytes]) -> None:
    """Remove a file and close it, in this order: while we hold it, nobody else takes it."""
    if sys.platform == "win32":  # which removes no open file
        file.close()
    with suppress(OSError):
        path.unlink()
    file.close()
