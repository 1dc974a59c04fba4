"""Pictures that come through a pipe or from a device: read whole, once, within limits."""

import io
import os
import select
import sys
import time
from pathlib import Path
from typing import BinaryIO

from mnist_cli.errors import PictureError

MOST_BYTES = 100_000_000  # kept in memory
PATIENCE = 60.0  # seconds until a pipe or device that was named must have ended
_PIECE = 1 << 20  # bytes read at a time


class Kept(io.BytesIO):
    """The bytes that came through a pipe, and what to call them in messages."""

    def __init__(self, data: bytes, name: str) -> None:
        super().__init__(data)
        self.name = name


def read_whole(stream: BinaryIO, name: str) -> bytes:
    """Return all that a stream gives. Raises PictureError if that is too much."""
    data = stream.read(MOST_BYTES + 1)
    if len(data) > MOST_BYTES:
        raise _too_long(name)
    return data


def piped(path: Path, name: str) -> bytes:
    """Return all that a pipe or device gives.

    Raises PictureError if that is too much or takes too long, OSError if it cannot be read.
    """
    deadline, data = time.monotonic() + PATIENCE, bytearray()
    # Otherwise opening a pipe waits until somebody writes into it, perhaps for ever.
    descriptor = os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0))
    try:
        while len(data) <= MOST_BYTES:
            _wait(descriptor, deadline, name)
            piece = os.read(descriptor, _PIECE)
            if not piece:
                return bytes(data)
            data += piece
    finally:
        os.close(descriptor)
    raise _too_long(name)


def _wait(descriptor: int, deadline: float, name: str) -> None:
    """Wait until there is something to read, be it the end."""
    if sys.platform == "win32":  # select knows only sockets there
        return
    rest = deadline - time.monotonic()
    if rest <= 0 or not select.select([descriptor], [], [], rest)[0]:
        raise PictureError(
            f"{name}: the pipe must end within {PATIENCE:g} seconds, got no end; "
            "save the picture in a file"
        )


def _too_long(name: str) -> PictureError:
    return PictureError(
        f"{name}: the picture must have at most {MOST_BYTES:,} bytes, got more; save it smaller"
    )
