"""One digest for all that a data set is made of: it is part of the name of the converted one."""

import hashlib
import os
from pathlib import Path

from mnist_cli.data.own.source import Source
from mnist_cli.pictures.files import LARGEST_FILE
from mnist_cli.storage.digests import sha256_of
from mnist_cli.storage.identity import may_never_end

VERSION = 2  # counted up when the same source comes to mean other images


def digest_of_source(source: Source) -> str:
    """Return the SHA-256 of the names and contents of all files. Raises OSError."""
    digest = hashlib.sha256(f"{VERSION} {source.plain}\n".encode())
    folder = source.path if source.path.is_dir() else source.path.parent
    for file in source.files:
        name = os.fsencode(os.path.relpath(file, folder))
        content = _content(file, None if source.is_table else LARGEST_FILE)
        digest.update(name + b"\0" + content.encode() + b"\n")
    return digest.hexdigest()


def _content(file: Path, most: int | None) -> str:
    """Return the SHA-256 of a file, or why it cannot be read, which is told at the conversion."""
    try:
        if may_never_end(file):
            return "no file"
        size = file.stat().st_size
        return f"{size} bytes" if most is not None and size > most else sha256_of(file)
    except OSError as error:
        return str(error.errno)
