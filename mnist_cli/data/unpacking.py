"""What a source gives, packed or not -> the content of a file, and nothing but that.

Gzip data are unpacked as they come, in small pieces, so that no source fills the memory.
"""

import hashlib
import zlib
from collections.abc import Iterator
from itertools import chain

from mnist_cli.data.registry import DataFile
from mnist_cli.errors import MnistError

CHUNK = 1 << 16
GZIP = b"\x1f\x8b"  # the first bytes of a gzip file
SHA256 = 64  # hexadecimal digits
LAYERS = 2  # some programs pack a packed file once more
BLANK = b"\xef\xbb\xbf \t\r\n"  # bytes that may come before the first "<" of a web page
TOO_LONG = "more data than the file has"


class UnusableError(MnistError):
    """A source does not give this file; the message says why."""


class UnreachableError(UnusableError):
    """A source does not give this file and will not give the others either."""


def verified(chunks: Iterator[bytes], file: DataFile) -> Iterator[bytes]:
    """Unpack the chunks and pass the content on. Raises UnusableError if it is not that of `file`.

    The last piece comes before the error, so nothing may be used until the end. What has only a
    packed digest must come packed.
    """
    packed = _Watched(chunks, _packed_limit(file.size), digest_like(file.digest))
    content, size = hashlib.sha256(), 0
    for piece in unpacked(iter(packed), file.size):
        size += len(piece)
        content.update(piece)
        yield piece
    if size != file.size:
        raise UnusableError(f"cut short, got {size} of {file.size} bytes")
    got = content.hexdigest() if file.sha256 else packed.digest()
    if got != file.digest:
        of = "" if file.sha256 else f" of the packed file {file.name}.gz"
        raise UnusableError(f"wrong checksum{of}, expected {file.digest}, got {got}")


def digest_like(digest: str) -> "hashlib._Hash":
    """Return a new digest of the same kind: the longer ones are SHA-256, the others MD5."""
    return hashlib.sha256() if len(digest) == SHA256 else hashlib.md5(usedforsecurity=False)


class _Watched:
    """Chunks, at most `limit` bytes, whose digest is counted as they pass; or UnusableError."""

    def __init__(self, chunks: Iterator[bytes], limit: int, digest: "hashlib._Hash") -> None:
        self._chunks, self._digest = _at_most(chunks, limit), digest

    def __iter__(self) -> Iterator[bytes]:
        for chunk in self._chunks:
            self._digest.update(chunk)
            yield chunk

    def digest(self) -> str:
        """Return the digest of all chunks, with those that nobody has asked for."""
        for _ in self:
            pass
        return self._digest.hexdigest()


def unpacked(chunks: Iterator[bytes], size: int) -> Iterator[bytes]:
    """Unpack gzip data of at most `size` bytes, also if packed twice; pass others on.

    Raises UnusableError for a web page, for damaged data, and for more bytes.
    """
    for layer in range(LAYERS):
        start, chunks = _begun(_at_most(chunks, _packed_limit(size)))
        if layer == 0 and start.lstrip(BLANK)[:1] == b"<":
            raise UnusableError("gave a web page instead of the file")
        if not start.startswith(GZIP):
            break
        chunks = _gunzip(chunks, size)
    yield from _at_most(chunks, size)


def _begun(chunks: Iterator[bytes]) -> tuple[bytes, Iterator[bytes]]:
    """Return the first bytes, and the chunks with these."""
    start = b""
    for chunk in chunks:
        start += chunk
        if len(start) >= len(GZIP):
            break
    return start, chain([start], chunks)


def _packed_limit(size: int) -> int:
    """Return the most bytes that a packed file can have: gzip adds little, even at its worst."""
    return size + size // 64 + CHUNK


def _at_most(chunks: Iterator[bytes], limit: int) -> Iterator[bytes]:
    """Pass the chunks on. Raises UnusableError if they are more than `limit` bytes."""
    for chunk in chunks:
        limit -= len(chunk)
        if limit < 0:
            raise UnusableError(TOO_LONG)
        yield chunk


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
