"""Named data sets: IDX files in the data directory -> Split(images, labels)."""

import re
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from mnist_cli.data.idx import read_images, read_labels
from mnist_cli.errors import DataError, DataMissingError
from mnist_cli.storage.own_files import read_text

DATASETS = ("mnist", "builtin")
BUILTIN_VERSION = 2  # counted up when a seed comes to mean other digits, or the files others
DRAWING = "SHA256SUMS"  # tells what the built-in digits are; `sha256sum -c` reads it too


class DataFile(NamedTuple):
    """One of the four files of MNIST: `size` in bytes and SHA-256 of the unpacked content."""

    name: str
    size: int
    sha256: str


MNIST_FILES = (
    DataFile(
        "train-images-idx3-ubyte",
        47040016,
        "ba891046e6505d7aadcbbe25680a0738ad16aec93bde7f9b65e87a2fc25776db",
    ),
    DataFile(
        "train-labels-idx1-ubyte",
        60008,
        "65a50cbbf4e906d70832878ad85ccda5333a97f0f4c3dd2ef09a8a9eef7101c5",
    ),
    DataFile(
        "t10k-images-idx3-ubyte",
        7840016,
        "0fa7898d509279e482958e8ce81c8e77db3f2f8254e26661ceb7762c4d494ce7",
    ),
    DataFile(
        "t10k-labels-idx1-ubyte",
        10008,
        "ff7bcfd416de33731a308c3f266cc351222c34898ecbeaf847f06e48f7ec33f2",
    ),
)


_DRAWING_FORM = re.compile(
    "# built-in digits of seed ([0-9]{1,10}): ([1-9][0-9]{0,7}) train, ([1-9][0-9]{0,7}) t10k\n"
    + "".join(f"([0-9a-f]{{64}})  {file.name}\n" for file in MNIST_FILES)
)


class Drawing(NamedTuple):
    """What the four files of the built-in digits are: `digests` gives their SHA-256 by name."""

    seed: int
    counts: dict[str, int]
    digests: dict[str, str]

    def __str__(self) -> str:
        train, t10k = self.counts["train"], self.counts["t10k"]
        head = f"# built-in digits of seed {self.seed}: {train} train, {t10k} t10k\n"
        return head + "".join(f"{self.digests[file.name]}  {file.name}\n" for file in MNIST_FILES)


class Split(NamedTuple):
    """Images with their labels.

    Attributes
    ----------
    images : (n, 784) uint8, row by row; 0 is paper and 255 is ink
    labels : (n,) uint8, 0 to 9
    """

    images: NDArray[np.uint8]
    labels: NDArray[np.uint8]


def dataset_folder(dataset: str, data_dir: Path) -> Path:
    """Folder of a data set: MNIST lies in the data directory itself, our own digits beside it."""
    return data_dir if dataset == "mnist" else data_dir / f"builtin-{BUILTIN_VERSION}"


def is_present(dataset: str, data_dir: Path) -> bool:
    """Tell whether all four files are there: MNIST's with their known sizes, ours as drawn."""
    if dataset == "mnist":
        sizes = [(data_dir / file.name, file.size) for file in MNIST_FILES]
        return all(path.is_file() and path.stat().st_size == size for path, size in sizes)
    try:
        for split in ("train", "test"):
            load_file(dataset, split, data_dir)
    except (DataError, OSError):
        return False
    return True


def read_drawing(data_dir: Path) -> Drawing | None:
    """Return what the built-in digits should be, None if nothing tells."""
    text = read_text(dataset_folder("builtin", data_dir) / DRAWING)
    found = _DRAWING_FORM.fullmatch(text)
    if not found:
        return None
    seed, train, t10k, *digests = found.groups()
    names = [file.name for file in MNIST_FILES]
    counts = {"train": int(train), "t10k": int(t10k)}
    return Drawing(int(seed), counts, dict(zip(names, digests, strict=True)))


def load_split(dataset: str, split: str, data_dir: Path, validation_size: int = 0) -> Split:
    """Map one part of a data set.

    The last `validation_size` images of the training file are `validation`, those before it are
    `train`; `test` is a file of its own.

    Raises
    ------
    DataMissingError
        The files are not there.
    DataError
        A file is damaged, or `validation_size` leaves nothing to train on.
    """
    images, labels = load_file(dataset, split, data_dir)[0]
    part = part_of(split, len(labels), validation_size)
    return Split(images[part], labels[part])


def load_file(dataset: str, split: str, data_dir: Path) -> tuple[Split, str]:
    """Map all images of the file that a split lies in; also return the file's SHA-256.

    Images and labels are checked against one list of digests, so they belong together, whatever
    happens to the files meanwhile. Raises the errors of `load_split`.
    """
    folder, digests = dataset_folder(dataset, data_dir), _known_digests(dataset, data_dir)
    images_file, labels_file = images_name(split), _prefix(split) + "-labels-idx1-ubyte"
    images = read_images(folder / images_file, digests[images_file])
    labels = read_labels(folder / labels_file, digests[labels_file])
    if len(images) != len(labels):
        raise DataError(f"{folder}: {len(images)} images but {len(labels)} labels for {split}")
    return Split(images, labels), digests[images_file]


def _known_digests(dataset: str, data_dir: Path) -> dict[str, str]:
    if dataset == "mnist":
        return {file.name: file.sha256 for file in MNIST_FILES}
    drawing = read_drawing(data_dir)
    if drawing is None:
        path = dataset_folder(dataset, data_dir) / DRAWING
        raise DataMissingError(
            f"{path}: not there, or damaged; run 'mnist download --dataset builtin --force'"
        )
    return drawing.digests


def images_name(split: str) -> str:
    """Name of the file that holds the images of a split."""
    return _prefix(split) + "-images-idx3-ubyte"


def _prefix(split: str) -> str:
    return "t10k" if split == "test" else "train"


def part_of(split: str, count: int, validation_size: int) -> slice:
    """Rows of its file, `count` in all, that belong to a split. Raises DataError if none."""
    if split == "test":
        return slice(None)
    middle = count - validation_size
    if middle < 1:
        raise DataError(
            f"validation_size must leave images to train on, got {validation_size} of {count}"
        )
    return slice(middle) if split == "train" else slice(middle, None)
