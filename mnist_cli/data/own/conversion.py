"""Own data -> four IDX files and `classes.json`, a few hundred images at a time."""

from array import array
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from mnist_cli.classes import MOST, check_classes
from mnist_cli.data.idx import IMAGES_MAGIC, LABELS_MAGIC, idx_header
from mnist_cli.data.own.holding import digest_of, held_out
from mnist_cli.data.own.names import in_order, shown_name
from mnist_cli.data.own.source import PARTS, TEST, TRAIN, VALIDATION, Part, Source
from mnist_cli.data.tables import OnBad
from mnist_cli.errors import DataError
from mnist_cli.images import PIXELS
from mnist_cli.progress import ProgressFactory, no_progress

MOST_IMAGES = 2_000_000  # a small file can claim, and unpack to, any number
WRITTEN_AT_ONCE = 4096  # images


class Gathered(NamedTuple):
    """The images of all parts, one after the other, in a file of their pixels.

    Attributes
    ----------
    pixels : (n, 784) uint8, mapped
    labels : (n,) uint8, by `classes`
    digests : (n,) uint64, one for each image
    parts : (n,) uint8, by `PARTS`
    names : n names of pictures, none for rows of a table
    classes : names, in order
    """

    pixels: NDArray[np.uint8]
    labels: NDArray[np.uint8]
    digests: NDArray[np.uint64]
    parts: NDArray[np.uint8]
    names: list[str]
    classes: tuple[str, ...]

    def rows(self, part: str) -> NDArray[np.intp]:
        """Return which images belong to a part, in their order."""
        return np.flatnonzero(self.parts == PARTS.index(part))


def gather(
    source: Source, file: Path, on_bad: OnBad, progress: ProgressFactory = no_progress
) -> Gathered:
    """Read all images into one file. Raises DataError, also if there are not 2 to 10 classes."""
    classes = _Classes(source)
    labels, digests, parts, names = array("B"), array("Q"), array("B"), list[str]()
    with file.open("xb") as pixels, closing(progress(source.path.name, 0)) as bar:
        for number, part in _numbered(source):
            for rows in part.read(on_bad):
                pixels.write(rows.images.tobytes())
                bar.update(rows.images.size)
                labels.extend(map(classes.index, rows.labels or ()))
                digests.extend(map(digest_of, rows.images))
                parts.extend([number] * len(rows.images))
                names.extend(part.names[n - 1] for n in rows.numbers if part.names)
                if len(labels) > MOST_IMAGES:
                    raise DataError(f"{source.path}: must have at most {MOST_IMAGES:,} images")
    if PARTS.index(TRAIN) not in parts:
        raise DataError(f"{source.path}: no image of it can be read")
    mapped = np.memmap(file, np.uint8, mode="r").reshape(-1, PIXELS)
    ordered, order = classes.sorted()
    return Gathered(
        mapped,
        order[np.frombuffer(labels, np.uint8)],
        np.frombuffer(digests, np.uint64),
        np.frombuffer(parts, np.uint8).copy(),
        names,
        ordered,
    )


def _numbered(source: Source) -> Iterator[tuple[int, Part]]:
    return ((PARTS.index(name), part) for name, part in source.parts.items())


class _Classes:
    """Numbers for the names of classes, as they come."""

    def __init__(self, source: Source) -> None:
        self._path = source.path
        self._numbers: dict[str, int] = {}
        for name in source.classes:
            self.index(name)

    def index(self, name: str) -> int:
        """Return the number of a class. Raises DataError if there are too many."""
        shown = shown_name(name)
        if shown not in self._numbers:
            if len(self._numbers) == MOST:
                known = ", ".join(in_order(self._numbers))
                raise DataError(
                    f"{self._path}: must have at most {MOST} classes, got {shown!r} beside {known}"
                )
            self._numbers[shown] = len(self._numbers)
        return self._numbers[shown]

    def sorted(self) -> tuple[tuple[str, ...], NDArray[np.uint8]]:
        """Return the names in order, and for each number so far its place there."""
        names = in_order(self._numbers)
        try:
            checked = check_classes(names)
        except ValueError as error:
            raise DataError(f"{self._path}: {error}") from error
        return checked, np.array([names.index(name) for name in self._numbers], np.uint8)


def split_up(gathered: Gathered) -> bool:
    """Hold out images for the parts that are missing; return whether test images were.

    Raises DataError if none can be held out.
    """
    made = False
    for part in (TEST, VALIDATION):
        if not len(gathered.rows(part)):
            rows = gathered.rows(TRAIN)
            chosen = rows[held_out(gathered.digests[rows], gathered.labels[rows])]
            gathered.parts[chosen] = PARTS.index(part)
            made = made or part == TEST
    return made


def write_pair(folder: Path, prefix: str, gathered: Gathered, rows: NDArray[np.intp]) -> None:
    """Write images and labels, in the order of `rows`, as IDX files."""
    with (folder / f"{prefix}-images-idx3-ubyte").open("xb") as images:
        images.writelines(images_in_idx(gathered, rows))
    with (folder / f"{prefix}-labels-idx1-ubyte").open("xb") as labels:
        labels.writelines(labels_in_idx(gathered, rows))


def images_in_idx(gathered: Gathered, rows: NDArray[np.intp]) -> Iterator[bytes]:
    """Yield the pieces of an IDX file of these images."""
    yield idx_header(IMAGES_MAGIC, len(rows))
    for start in range(0, len(rows), WRITTEN_AT_ONCE):
        yield gathered.pixels[rows[start : start + WRITTEN_AT_ONCE]].tobytes()


def labels_in_idx(gathered: Gathered, rows: NDArray[np.intp]) -> Iterator[bytes]:
    """Yield the pieces of an IDX file of their labels."""
    yield idx_header(LABELS_MAGIC, len(rows))
    yield gathered.labels[rows].tobytes()
