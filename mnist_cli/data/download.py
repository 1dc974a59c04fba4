"""Mirrors, or a folder -> verified files in the data directory.

A file is accepted only if its unpacked content has the published size and SHA-256. It gets its name
in the data directory in one step, so that no other program ever reads half of it.
"""

import hashlib
import zlib
from collections.abc import Iterator, Sequence
from contextlib import closing
from itertools import chain
from pathlib import Path
from typing import NamedTuple

from mnist_cli.data.datasets import with_remedy
from mnist_cli.data.registry import DataFile, dataset_folder, download_command, find_dataset
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
from mnist_cli.storage.digests import sha256_of

GZIP = b"\x1f\x8b"  # the first bytes of a gzip file
BLANK = b"\xef\xbb\xbf \t\r\n"  # bytes that may come before the first "<" of a web page
TOO_LONG = "more data than the file has"


class Delivery(NamedTuple):
    """A file of a data set and its source: a folder, a mirror, or "kept" if it was there."""

    name: str
    source: str


def download_dataset(
    dataset: str,
    data_dir: Path,
    *,
    mirrors: Sequence[str] | None = None,
    folder: Path | None = None,
    force: bool = False,
    file_seconds: float = FILE_SECONDS,
    progress: ProgressFactory = no_progress,
) -> list[Delivery]:
    """Put the verified files of a data set, unpacked, into its folder in `data_dir`.

    Parameters
    ----------
    mirrors
        Addresses, tried in order; the names of the files are appended. None: the data set's own.
    folder
        Take the files from this folder instead, packed (.gz) or not.
    force
        Also replace files that are there and verified.
    file_seconds
        Time limit for one file from one mirror, up to a day.
    progress
        Called with the name and the bytes of each file; see `Progress`.

    Raises
    ------
    ConfigError
        `file_seconds` is out of range.
    DataError
        There is no such data set, or a file in its folder may not be read.
    DownloadError
        No source gave all files; one line for each source says why. Existing files are unchanged.
    """
    _check_seconds(file_seconds)
    source, place = find_dataset(dataset), dataset_folder(dataset, data_dir)
    with with_remedy(dataset):
        kept = [f.name for f in source.files if not force and _is_verified(place, f)]
    done, failures = dict.fromkeys(kept, "kept"), dict[str, str]()
    mirrors = source.mirrors if mirrors is None else mirrors
    for giver in _sources(place, mirrors, folder, file_seconds):
        missing = [file for file in source.files if file.name not in done]
        for file in missing:
            try:
                _deliver(giver, file, place, progress)
            except UnusableError as error:
                failures.setdefault(str(giver), f"{giver}: {file.name}: {error}")
                if isinstance(error, UnreachableError):
                    break
            else:
                done[file.name] = str(giver)
    if len(done) < len(source.files):
        head = f"could not get all files of {source.title}:"
        raise DownloadError("\n  ".join([head, *failures.values(), _what_to_do(dataset)]))
    return [Delivery(file.name, done[file.name]) for file in source.files]


def _what_to_do(dataset: str) -> str:
    return (
        "Try again later, give another address with --mirror, take the files from a folder "
        f"({download_command(dataset)} --from FOLDER), or use the built-in digits "
        "(mnist train --dataset builtin)."
    )


def _check_seconds(file_seconds: float) -> None:
    if not 0 < file_seconds <= LONGEST_FILE_SECONDS:
        raise ConfigError(
            f"timeout must be a number greater than 0 and at most {LONGEST_FILE_SECONDS:g}, "
            f"got {file_seconds}"
        )


def _sources(
    place: Path, mirrors: Sequence[str], folder: Path | None, file_seconds: float
) -> list[Source]:
    """Return where to look, in order; packed files in the folder of the data set come first."""
    if folder is not None:
        return [Folder(folder, ".gz"), Folder(folder, "")]
    own = [Folder(place, ".gz")] if any(place.glob("*idx*.gz")) else []
    return [*own, *(Mirror(mirror, file_seconds) for mirror in mirrors)]


def _is_verified(place: Path, file: DataFile) -> bool:
    path = place / file.name
    has_size = path.is_file() and path.stat().st_size == file.size
    return has_size and sha256_of(path) == file.sha256


def _deliver(source: Source, file: DataFile, place: Path, progress: ProgressFactory) -> None:
    """Write one verified file. Raises UnusableError if the source does not give it, and OSError."""
    digest, size = hashlib.sha256(), 0
    with (
        closing(source.chunks(file.name, progress)) as chunks,
        atomic_write(place / file.name) as target,
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
    """Return the most bytes that a packed file can have: gzip adds little, even at its worst."""
    return file.size + file.size // 64 + CHUNK


def _at_most(chunks: Iterator[bytes], limit: int) -> Iterator[bytes]:
    """Pass the chunks on. Raises UnusableError if they are more than `limit` bytes."""
    for chunk in chunks:
        limit -= len(chunk)
        if limit < 0:
            raise UnusableError(TOO_LONG)
        yield chunk


def _unpacked(chunks: Iterator[bytes], size: int) -> Iterator[bytes]:
    """Unpack the chunks if they are gzip data (see `_gunzip`), else pass them on.

    Raises UnusableError for a web page.
    """
    start = b""
    while len(start) < len(GZIP) and (chunk := next(chunks, b"")):
        start += chunk
    if start.startswith(GZIP):
        return _gunzip(chain([start], chunks), size)
    if start.lstrip(BLANK)[:1] == b"<":
        raise UnusableError("answered with a web page instead of the file")
    return chain([start], chunks)


def _gunzip(chunks: Iterator[bytes], size: int) -> Iterator[bytes]:
    """Unpack gzip data of one member or several, in small pieces. Raises UnusableError.

    The last member is the one that completes `size` bytes. Like the program gzip, this ignores
    what follows it, and does not even read it.
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
