"""The files of a data set below a folder, under whatever name, packed or not.

7-Zip, torchvision, Kaggle and browsers each change the names, and some pack twice. So the SHA-256
of the unpacked content decides; names only say where to look first.
"""

import hashlib
import os
from collections.abc import Generator, Iterator, Sequence
from contextlib import closing, contextmanager
from functools import cached_property
from itertools import islice
from pathlib import Path
from typing import IO, NamedTuple

from mnist_cli.data.registry import DATASETS, OWN_FOLDER, PREPARED, DataFile
from mnist_cli.data.unpacking import CHUNK, GZIP, UnusableError, unpacked
from mnist_cli.errors import DataError
from mnist_cli.progress import ProgressFactory
from mnist_cli.storage.zips import DAMAGE, open_zip

LEVELS = 2  # folders in the folder, as in torchvision's MNIST/raw
MOST_FILES = 1000  # to look at; a data directory may be somebody's home
MOST_CONTENTS = 32  # to unpack
MOST_SETS = 6  # as many bytes as so many data sets have, 55 MB each, are unpacked
ZIP = b"PK\x03\x04"  # the first bytes of a zip archive
OURS = {
    PREPARED,
    OWN_FOLDER,
    *(source.folder for source in DATASETS.values()),
}  # folders of the program


class Content(NamedTuple):
    """A file, or a member of a zip archive: `size` bytes, `packed` if they are gzip data."""

    path: Path
    member: str
    size: int
    packed: bool

    def __str__(self) -> str:
        return str(self.path / self.member)

    def is_named_like(self, file: DataFile) -> bool:
        """Whether its name says that this is the file."""
        return file.name in Path(str(self)).name.lower().replace(".", "-")

    @contextmanager
    def _opened(self) -> Iterator[IO[bytes]]:
        if self.member:
            with open_zip(self.path) as archive, archive.open(self.member) as file:
                yield file
        else:
            with self.path.open("rb") as file:
                yield file

    def chunks(self) -> Iterator[bytes]:
        """Yield the bytes as they are. Raises UnusableError if they cannot be read."""
        try:
            with self._opened() as file:
                yield from iter(lambda: file.read(CHUNK), b"")
        except (OSError, *DAMAGE) as error:
            raise UnusableError(f"{self}: cannot be read ({error})") from error


class Folder:
    """A folder, or one file, that may have the files of a data set in it."""

    def __init__(self, folder: Path, files: Sequence[DataFile]) -> None:
        self.folder, self.files = folder, files
        self._closed: list[str] = []  # archives that cannot be read, and why

    def __str__(self) -> str:
        return str(self.folder)

    def has(self, file: DataFile) -> bool:
        """Whether there is the file, or another of such a name."""
        return self._best(file) is not None

    def source_of(self, file: DataFile) -> str:
        """Return where the file is, in words for the user."""
        return str(self._best(file) or self)

    def chunks(self, file: DataFile, progress: ProgressFactory) -> Generator[bytes, None, None]:
        """See `Source`. Without the right content, yields what has the name of the file."""
        best = self._best(file)
        if best is None:
            closed = "".join(f"; {reason}" for reason in self._closed[:1])
            raise UnusableError(f"holds no {file.name} or {file.name}.gz{closed}")
        with closing(progress(file.name, best.size)) as bar:
            for chunk in best.chunks():
                bar.update(len(chunk))
                yield chunk

    def _best(self, file: DataFile) -> Content | None:
        named = (content for content in self._contents if content.is_named_like(file))
        return self._right.get(file.digest) or next(named, None)

    @cached_property
    def _contents(self) -> list[Content]:
        """What may be one of the files, those that are named so first."""
        files = islice(_files(self.folder, LEVELS), MOST_FILES)
        found = [content for path in files for content in self._contents_of(path)]
        return sorted(found, key=lambda content: not self._is_named(content))

    def _contents_of(self, path: Path) -> list[Content]:
        """See `_contents_of`; only the one file that the user named must be readable."""
        try:
            return _contents_of(path)
        except DAMAGE as error:
            if path == self.folder:
                raise DataError(
                    f"{path}: cannot be unpacked ({error}); unpack it yourself, and give the folder"
                ) from error
            self._closed.append(f"{path.name} cannot be unpacked ({error})")
        except OSError:
            if path == self.folder:
                raise
        return []

    def _is_named(self, content: Content) -> bool:
        return any(content.is_named_like(file) for file in self.files)

    @cached_property
    def _right(self) -> dict[str, Content]:
        """The contents that are verified, by their published digest."""
        sizes = {file.size for file in self.files}
        likely = (content for content in self._contents if content.packed or content.size in sizes)
        right, wanted = dict[str, Content](), {file.digest for file in self.files}
        left = MOST_SETS * sum(file.size for file in self.files)
        for content in islice(likely, MOST_CONTENTS):
            digests, size = _digests(content, max(sizes))
            for digest in wanted & digests:
                right.setdefault(digest, content)
            left -= size
            if len(right) == len(wanted) or left < 0:
                break
        return right


class Converted(Folder):
    """A folder of files that were made from `path`."""

    def __init__(self, folder: Path, path: Path, files: Sequence[DataFile]) -> None:
        super().__init__(folder, files)
        self.path = path

    def __str__(self) -> str:
        return str(self.path)

    def source_of(self, file: DataFile) -> str:  # noqa: ARG002
        """See `Source`."""
        return str(self.path)


def _digests(content: Content, limit: int) -> tuple[set[str], int]:
    """Return the digests of the unpacked and of the packed content, and how much was unpacked.

    No digest if it cannot be unpacked, or has more than `limit` bytes.
    """
    digest, size = hashlib.sha256(), 0
    try:
        for piece in unpacked(content.chunks(), limit):
            digest.update(piece)
            size += len(piece)
        packed = _packed_digests(content) if content.packed else set()
    except UnusableError:
        return set(), size
    return {digest.hexdigest(), *packed}, size


def _packed_digests(content: Content) -> set[str]:
    kinds = [hashlib.sha256(), hashlib.md5(usedforsecurity=False)]
    for chunk in content.chunks():
        for kind in kinds:
            kind.update(chunk)
    return {kind.hexdigest() for kind in kinds}


def _files(folder: Path, levels: int) -> Iterator[Path]:
    """Yield the files in a folder, then those in the folders there; `folder` if it is a file."""
    if _is_file(folder):
        yield folder
        return
    folders = []
    for path in _entries(folder):
        if _is_file(path):
            yield path
        elif path.name not in OURS:
            folders.append(path)
    for inner in folders if levels else []:
        yield from _files(inner, levels - 1)


def _is_file(path: Path) -> bool:
    try:
        return path.is_file()
    except OSError:  # in a folder that may not be searched
        return False


def _entries(folder: Path) -> list[Path]:
    try:
        return sorted(path for path in folder.iterdir() if not path.name.startswith("."))
    except OSError:  # no folder, or none that may be read
        return []


def _contents_of(path: Path) -> list[Content]:
    """Return what a file holds: itself, or the members of an archive. Raises OSError or DAMAGE."""
    with path.open("rb") as file:
        start, size = file.read(len(ZIP)), os.fstat(file.fileno()).st_size
    if start != ZIP:
        return [Content(path, "", size, start.startswith(GZIP))]
    with open_zip(path) as archive:
        return [
            Content(path, member.filename, member.file_size, _is_gz(member.filename))
            for member in archive.infolist()[:MOST_FILES]
        ]


def _is_gz(name: str) -> bool:
    return name.lower().endswith(".gz")
