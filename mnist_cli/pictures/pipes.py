"""Pictures that come through a pipe or from a device: read into memory, once, within limits."""

import io
import os
import select
import sys
import time
from pathlib import Path
from typing import BinaryIO

from mnist_cli.errors import PictureError

MOST_BYTES = 100_000_000  # kept in memory
PATIENCE = 60.0  # seconds within which a pipe or device must end
_CHUNK = 1 << 20  # bytes read at a time


class NamedBytes(io.BytesIO):
    """Bytes in memory that can be read again, with the name that messages give them."""

    def __init__(self, data: bytes, name: str) -> None:
        super().__init__(data)
        self.name = name


def read_stream(stream: BinaryIO, name: str) -> NamedBytes:
    """Return everything that a stream gives.

    Raises
    ------
    PictureError
        If there are more than `MOST_BYTES`.
    OSError
        If the stream cannot be read.
    """
    data = stream.read(MOST_BYTES + 1)
    if len(data) > MOST_BYTES:
        raise _too_long(name)
    return NamedBytes(data, name)


def read_pipe(path: Path, name: str) -> NamedBytes:
    """Return everything that a pipe or device gives.

    Raises
    ------
    PictureError
        If there are more than `MOST_BYTES`, or the pipe has no end within `PATIENCE` seconds.
    OSError
        If the pipe or device cannot be opened or read.
    """
    deadline, data = time.monotonic() + PATIENCE, bytearray()
    # Otherwise opening a pipe waits until somebody writes into it, perhaps for ever.
    descriptor = os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0))
    try:
        while len(data) <= MOST_BYTES:
            _wait(descriptor, deadline, name)
            chunk = os.read(descriptor, _CHUNK)
            if not chunk:
                return NamedBytes(bytes(data), name)
            data += chunk
    finally:
        os.close(descriptor)
    raise _too_long(name)


def _wait(descriptor: int, deadline: float, name: str) -> None:
    """Wait until there is something to read, or the end."""
    if sys.platform == "win32":  # where select works with sockets only
        return
    left = deadline - time.monotonic()
    if left <= 0 or not select.select([descriptor], [], [], left)[0]:
        raise PictureError(
            f"{name}: the pipe must end within {PATIENCE:g} seconds, got no end; "
            "save the picture in a file"
        )


def _too_long(name: str) -> PictureError:
    return PictureError(
        f"{name}: the picture must have at most {MOST_BYTES:,} bytes, got more; save it smaller"
    )
