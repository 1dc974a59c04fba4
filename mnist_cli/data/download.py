"""Mirrors, or a folder -> verified files in the data directory.

A file counts only when size and SHA-256 of its unpacked content are the known ones; it takes its
name in the data directory in one step, so that nobody ever sees half of it.
"""

import hashlib
import zlib
from collections.abc import Iterator, Sequence
from contextlib import closing
from itertools import chain
from pathlib import Path
from typing import NamedTuple

from mnist_cli.data.datasets import MNIST_FILES, DataFile
from mnist_cli.data.sources import (
    CHUNK,
    FILE_SECONDS,
    LONGEST_FILE_SECONDS,
    Folder,
    Mirror,
    Source,
    UnreachableError,
    UnusableError,
)
from mnist_cli.errors import ConfigError, DownloadError
from mnist_cli.progress import ProgressFactory, no_progress
from mnist_cli.storage.atomic import atomic_write

MIRRORS = (
    "https://ossci-datasets.s3.amazonaws.com/mnist/",
    "https://storage.googleapis.com/cvdf-datasets/mnist/",
    "https://raw.githubusercontent.com/fgnt/mnist/master/",
    "https://azureopendatastorage.blob.core.windows.net/mnist/",
)
WHAT_TO_DO = (
    "Try again later, name another --mirror, take the files from a folder "
    "(mnist download --from FOLDER), or do without MNIST (mnist train --dataset builtin)."
)
GZIP = b"\x1f\x8b"  # how its files begin
BLANK = b"\xef\xbb\xbf \t\r\n"  # what a web page may begin with
TOO_LONG = "more data than the file has"


class Delivery(NamedTuple):
    """Where a file of the data directory came from: "kept", a folder or a mirror."""

    name: str
    source: str


def download_mnist(
    data_dir: Path,
    *,
    mirrors: Sequence[str] = MIRRORS,
    folder: Path | None = None,
    force: bool = False,
    file_seconds: float = FILE_SECONDS,
    progress: ProgressFactory = no_progress,
) -> list[Delivery]:
    """Put the four verified files of MNIST, unpacked, into `data_dir`.

    Parameters
    ----------
    mirrors
        Addresses tried in order; the file's name is appended.
    folder
        Take the files from here instead, packed (.gz) or not.
    force
        Also replace files that are there and verified.
    file_seconds
        Time limit for one file from one mirror, up to a day.
    progress
        Called with each file's name and bytes; see `Progress`.

    Raises
    ------
    ConfigError
        `file_seconds` is out of range.
    DownloadError
        With one line per source that failed. Files that were there stay as they were.
    """
    _check_seconds(file_seconds)
    done = {} if force else {f.name: "kept" for f in MNIST_FILES if _is_verified(data_dir, f)}
    failures: dict[str, str] = {}
    for source in _sources(data_dir, mirrors, folder, file_seconds):
        missing = [file for file in MNIST_FILES if file.name not in done]
        for file in missing:
            try:
                _deliver(source, file, data_dir, progress)
            except UnusableError as error:
                failures.setdefault(str(source), f"{source}: {file.name}: {error}")
                if isinstance(error, UnreachableError):
                    break
            else:
                done[file.name] = str(source)
    if len(done) < len(MNIST_FILES):
        raise DownloadError(
            "\n  ".join(["MNIST is not to be had:", *failures.values(), WHAT_TO_DO])
        )
    return [Delivery(file.name, done[file.name]) for file in MNIST_FILES]


def _check_seconds(file_seconds: float) -> None:
    if not 0 < file_seconds <= LONGEST_FILE_SECONDS:
        raise ConfigError(
            f"timeout must be a number greater than 0 and at most {LONGEST_FILE_SECONDS:g}, "
            f"got {file_seconds}"
        )


def _sources(
    data_dir: Path, mirrors: Sequence[str], folder: Path | None, file_seconds: float
) -> list[Source]:
    """Where to look, in order; packed files that lie in the data directory come first."""
    if folder is not None:
        return [Folder(folder, ".gz"), Folder(folder, "")]
    own = [Folder(data_dir, ".gz")] if any(data_dir.glob("*ubyte.gz")) else []
    return [*own, *(Mirror(mirror, file_seconds) for mirror in mirrors)]


def _is_verified(data_dir: Path, file: DataFile) -> bool:
    path = data_dir / file.name
    if not path.is_file() or path.stat().st_size != file.size:
        return False
    with path.open("rb") as content:
        return hashlib.file_digest(content, "sha256").hexdigest() == file.sha256


def _deliver(source: Source, file: DataFile, data_dir: Path, progress: ProgressFactory) -> None:
    digest, size = hashlib.sha256(), 0
    with (
        closing(source.chunks(file.name, progress)) as chunks,
        atomic_write(data_dir / file.name) as target,
    ):
        for piece in _unpacked(_at_most(chunks, _packed_limit(file)), file.size):
            size += len(piece)
            if size > file.size:
                raise UnusableError(TOO_LONG)
            digest.update(piece)
            target.write(piece)
        if size != file.size:
            raise UnusableError(f"cut short, got {size} of {file.size} bytes")
        if digest.hexdigest() != file.sha256:
            raise UnusableError(f"wrong checksum, expected {file.sha256}, got {digest.hexdigest()}")


def _packed_limit(file: DataFile) -> int:
    """Bytes that a packed file can have: gzip at its worst adds little, and a header."""
    return file.size + file.size // 64 + CHUNK


def _at_most(chunks: Iterator[bytes], limit: int) -> Iterator[bytes]:
    for chunk in chunks:
        limit -= len(chunk)
        if limit < 0:
            raise UnusableError(TOO_LONG)
        yield chunk


def _unpacked(chunks: Iterator[bytes], size: int) -> Iterator[bytes]:
    """Unpack gzip, once, if it is gzip; see `_gunzip`."""
    start = b""
    while len(start) < len(GZIP) and (chunk := next(chunks, b"")):
        start += chunk
    if start.startswith(GZIP):
        return _gunzip(chain([start], chunks), size)
    if start.lstrip(BLANK)[:1] == b"<":
        raise UnusableError("answered with a web page instead of the file")
    return chain([start], chunks)


def _gunzip(chunks: Iterator[bytes], size: int) -> Iterator[bytes]:
    """Unpack gzip of one member or several, in small pieces.

    Like gzip, it does not mind what follows the last member: that is the one which completes
    `size` bytes, and nothing after it is read.
    """
    unpacker = zlib.decompressobj(wbits=31)
    for chunk in chunks:
        while chunk:
            if unpacker.eof:
                unpacker = zlib.decompressobj(wbits=31)
            try:
                piece = unpacker.decompress(chunk, CHUNK)
            except zlib.error as error:
                raise UnusableError(f"damaged gzip data ({error})") from error
            yield piece
            size -= len(piece)
            if unpacker.eof and size <= 0:
                return
            chunk = unpacker.unused_data if unpacker.eof else unpacker.unconsumed_tail
