"""What can go wrong with a disk, told by the name of the file that was asked for.

Windows replaces no file that another program has open: a notebook, a virus scanner. A disk can be
full after any byte, and the system's error names no file, or a temporary one.
"""

import errno
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

IN_USE = {5, 32, 33}  # codes of Windows: access denied, sharing violation, lock violation
PAUSES = (0.01, 0.03, 0.1, 0.3, 0.6)  # seconds; a virus scanner is done within one
FULL = {errno.ENOSPC, errno.EFBIG, getattr(errno, "EDQUOT", errno.ENOSPC)}


class InUseError(PermissionError):
    """Another program has a file open, and the system does not replace it."""


def move(source: Path, target: Path) -> None:
    """Rename a file over another one; wait a little for a program that has that one open.

    Raises InUseError if it stays open, and OSError.
    """
    for pause in PAUSES:
        try:
            source.replace(target)
            return
        except PermissionError as error:
            if getattr(error, "winerror", None) not in IN_USE:
                raise
            time.sleep(pause)
    try:
        source.replace(target)
    except PermissionError as error:
        raise InUseError(
            f"{target}: cannot be replaced while another program has it open, perhaps a notebook "
            "or a virus scanner; close it there, or name another file"
        ) from error


@contextmanager
def naming(path: Path, written: Path) -> Iterator[None]:
    """Let an error name `path`, not the temporary file or folder `written` that stands for it.

    Of a full disk it also tells how many bytes had room.
    """
    try:
        yield
    except OSError as error:
        if error.errno in FULL:
            what = f"{error.strerror}, after {_size(written):,} bytes"
        elif str(error.filename).startswith(str(written)):
            what = str(error.strerror)
        else:
            raise
        raise OSError(error.errno, what, str(path)) from error


def _size(path: Path) -> int:
    """Return the bytes of a file, or of all files in a folder."""
    with suppress(OSError):
        files = path.iterdir() if path.is_dir() else [path]
        return sum(file.stat().st_size for file in files)
    return 0
