"""All images of a source in one file, with their labels, a few hundred at a time."""

from array import array
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from mnist_cli.classes import LONGEST, MOST, check_classes
from mnist_cli.data.idx import MOST_ROWS
from mnist_cli.data.own.holding import digest_of
from mnist_cli.data.own.names import as_number, in_order, shown_name
from mnist_cli.data.own.source import PARTS, TRAIN, Part, Source
from mnist_cli.data.tables import OnBad
from mnist_cli.errors import DataError
from mnist_cli.images import PIXELS
from mnist_cli.progress import ProgressFactory, no_progress


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
                if len(labels) > MOST_ROWS:
                    raise DataError(f"{source.path}: must have at most {MOST_ROWS:,} images")
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
        self._whole: dict[str, str] = {}  # the names before they were cut
        for name in source.classes:
            self.index(name)

    def index(self, name: str) -> int:
        """Return the number of a class. Raises DataError for too many, or two alike."""
        shown, whole = shown_name(name), as_number(name)
        if self._whole.setdefault(shown, whole) != whole:
            raise DataError(
                f"{self._path}: two classes would have the same name, {shown!r}: names are cut to "
                f"{LONGEST} characters, and control characters become '?'; rename one"
            )
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
