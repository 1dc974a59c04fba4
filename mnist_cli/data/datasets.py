"""Reading a data set: the files in its folder -> Split(images, labels)."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from mnist_cli.classes import DIGITS
from mnist_cli.data.arrays import as_classes, as_images, as_labels
from mnist_cli.data.builtin.manifest import DRAWING, read_drawing
from mnist_cli.data.idx import read_images, read_labels
from mnist_cli.data.listed import known_digest
from mnist_cli.data.registry import (
    SPLITS,
    DataFile,
    check_one_of,
    dataset_folder,
    download_command,
    find_dataset,
    remedy,
)
from mnist_cli.errors import DataError, DataMissingError, InputError
from mnist_cli.images import SIDE
from mnist_cli.storage.digests import has_digest
from mnist_cli.storage.paths import is_file
from mnist_cli.wording import counted


@dataclass(frozen=True, eq=False, repr=False)
class Split:
    """Images with their labels; `images, labels = split` unpacks them.

    A slice or an array of rows chooses images: `split[:100]` is the `Split` of the first hundred,
    and `len(split)` is the number of images.

    Attributes
    ----------
    images : (n, 784) uint8, row by row; 0 is paper and 255 is ink
    labels : (n,) uint8, 0 to 9; 0 to k-1 for k classes. What a run trains on may also have images
        that show none of the classes: their label is k
    classes : names of the classes, by their labels
    """

    images: NDArray[np.uint8]
    labels: NDArray[np.uint8]
    classes: tuple[str, ...] = DIGITS

    @classmethod
    def of(cls, images: ArrayLike, labels: ArrayLike, classes: Sequence[str] = DIGITS) -> "Split":
        """Check arrays in any form that `as_images` and `as_labels` take. Raises InputError.

        `classes` are the names of 2 to 10 classes; label 0 is the first of them.
        """
        names = as_classes(classes)
        split = cls(as_images(images), as_labels(labels, len(names)), names)
        if len(split.images) != len(split.labels):
            raise InputError(
                f"images and labels: must be equally many, got {len(split.images)} images and "
                f"{len(split.labels)} labels"
            )
        if not len(split.labels):
            raise InputError("images and labels: must not be empty, got 0 images")
        return split

    def __iter__(self) -> Iterator[NDArray[np.uint8]]:
        return iter((self.images, self.labels))

    def __len__(self) -> int:
        return len(self.labels)

    def __getitem__(self, rows: slice | list[int] | NDArray[Any]) -> "Split":
        if not isinstance(rows, slice) and not (
            isinstance(rows, (list, np.ndarray)) and np.ndim(rows) == 1
        ):
            raise InputError(
                f"Split: rows must be a slice or an array (n,), got {rows!r}; "
                "one image is split.images[0]"
            )
        return Split(self.images[rows], self.labels[rows], self.classes)

    def labelled_as(self, classes: tuple[str, ...]) -> "Split":
        """Return the same images with the labels of a network, whose outputs are `classes`.

        The images may be of some of these classes alone. Raises InputError if they are of others.
        """
        if self.classes == classes:
            return self
        unknown = [name for name in self.classes if name not in classes]
        if unknown:
            raise InputError(
                f"classes: the network tells apart {', '.join(classes)}, got images of "
                f"{', '.join(unknown)}; choose images of its classes"
            )
        places = np.array([classes.index(name) for name in self.classes], np.uint8)
        return Split(self.images, places[self.labels], classes)

    @property
    def pixels(self) -> NDArray[np.uint8]:
        """The images as squares, (n, 28, 28): a view."""
        return self.images.reshape(-1, SIDE, SIDE)

    def __repr__(self) -> str:
        return f"Split({counted(len(self), 'image')})"


def is_present(dataset: str, data_dir: Path) -> bool:
    """Say whether all files of a data set are in its folder.

    They are checked, which is fast if they have been checked before. Raises DataError if the folder
    may not be read.
    """
    source, folder = find_dataset(dataset), dataset_folder(dataset, data_dir)
    if not source.drawn:
        with with_remedy(dataset, data_dir):
            return all(is_verified(folder, file) for file in source.files)
    try:
        for split in ("train", "test"):
            load_file(dataset, split, data_dir)
    except (DataError, OSError):
        return False
    return True


def is_verified(folder: Path, file: DataFile) -> bool:
    """Say whether a published file is in its folder and has its content. Raises OSError."""
    path, sha256 = folder / file.name, known_digest(folder, file)
    if not sha256 or not is_file(path) or path.stat().st_size != file.size:
        return False
    with path.open("rb") as content:
        return has_digest(content, sha256)


def load_split(dataset: str, split: str, data_dir: Path, validation_size: int = 0) -> Split:
    """Read one part of a data set.

    The last `validation_size` images of the training file are `validation`, those before them are
    `train`; `test` has a file of its own.

    Raises
    ------
    DataMissingError
        The files are not there.
    DataError
        A file is damaged, or `validation_size` leaves nothing to train on.
    InputError
        There is no data set, or no part of one, of this name.
    """
    whole = load_file(dataset, split, data_dir)[0]
    return whole[part_of(split, len(whole), validation_size)]


def load_file(dataset: str, split: str, data_dir: Path) -> tuple[Split, str]:
    """Read all images of the file that a split is part of; also return the file's SHA-256.

    Images and labels are checked against one list of digests. So they belong together, even if
    somebody replaces the files at the same time. Raises the errors of `load_split`.
    """
    check_one_of("split", split, SPLITS)
    folder, digests = dataset_folder(dataset, data_dir), _known_digests(dataset, data_dir)
    source = find_dataset(dataset)
    images_file, labels_file = (file.name for file in source.files_of(split))
    with with_remedy(dataset, data_dir):
        images = read_images(folder / images_file, digests[images_file])
        labels = read_labels(folder / labels_file, digests[labels_file])
        if len(images) != len(labels):
            raise DataError(f"{folder}: {len(images)} images but {len(labels)} labels for {split}")
    return Split(images, labels, source.classes), digests[images_file]


@contextmanager
def with_remedy(dataset: str, data_dir: Path) -> Iterator[None]:
    """Add to errors about the files of a data set what the user can do. Raises DataError."""
    what_to_do = remedy(dataset, data_dir)
    try:
        yield
    except PermissionError as error:
        raise DataError(
            f"{error.filename}: no permission to read it; change its permissions, or remove it "
            f"and {what_to_do}"
        ) from error
    except DataError as error:
        raise type(error)(f"{error}; {what_to_do}") from error


def _known_digests(dataset: str, data_dir: Path) -> dict[str, str]:
    """SHA-256 of each file, by its name: as published, or as listed beside it."""
    source, folder = find_dataset(dataset), dataset_folder(dataset, data_dir)
    if not source.drawn:
        return {file.name: known_digest(folder, file) for file in source.files}
    drawing = read_drawing(data_dir)
    if drawing is None:
        raise DataMissingError(
            f"{folder / DRAWING}: missing or damaged; "
            f"run '{download_command(dataset, data_dir)} --force'"
        )
    return drawing.digests


def part_of(split: str, count: int, validation_size: int) -> slice:
    """Return which of the `count` images of its file belong to a split.

    Raises DataError if no image is left to train on.
    """
    check_one_of("split", split, SPLITS)
    if split == "test":
        return slice(None)
    middle = count - validation_size
    if middle < 1:
        raise DataError(
            f"validation_size must leave images to train on, got {validation_size} of {count}"
        )
    return slice(middle) if split == "train" else slice(middle, None)
