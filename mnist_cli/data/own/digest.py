"""One digest for all that a data set is made of: it is part of the name of the converted one."""

import hashlib
import os
from pathlib import Path

from mnist_cli.data.own.source import Source
from mnist_cli.storage.digests import sha256_of
from mnist_cli.storage.identity import may_never_end

VERSION = 2  # counted up when the same source comes to mean other images


def digest_of_source(source: Source) -> str:
    """Return the SHA-256 of the names and contents of all files. Raises OSError."""
    digest = hashlib.sha256(f"{VERSION} {source.plain}\n".encode())
    folder = source.path if source.path.is_dir() else source.path.parent
    for file in source.files:
        name = os.fsencode(os.path.relpath(file, folder))
        digest.update(name + b"\0" + _content(file).encode() + b"\n")
    return digest.hexdigest()


def _content(file: Path) -> str:
    """Return the SHA-256 of a file, or why it cannot be read, which is told at the conversion."""
    try:
        return "no file" if may_never_end(file) else sha256_of(file)
    except OSError as error:
        return str(error.errno)
