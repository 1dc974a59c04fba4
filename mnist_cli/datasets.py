"""Named data sets: IDX files in the data directory -> Split(images, labels).

The format is the one of the original MNIST files: big-endian, a magic number, the count, for
images their height and width, then one byte per pixel (0 = paper, 255 = ink) or label. Files lie
unpacked, so that images are mapped into memory and never copied as a whole.
"""

import os
import re
from io import BufferedReader
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from mnist_cli.digests import has_digest, read_text
from mnist_cli.errors import DataError, DataMissingError

DATASETS = ("mnist", "builtin")
BUILTIN_VERSION = 2  # counted up when a seed comes to mean other digits, or the files others
DRAWING = "SHA256SUMS"  # tells what the built-in digits are; `sha256sum -c` reads it too
IMAGES_MAGIC, LABELS_MAGIC = 0x00000803, 0x00000801
WHAT_TO_DO = "run 'mnist download', for built-in digits with --dataset builtin"
HEADER_BYTES = {IMAGES_MAGIC: 16, LABELS_MAGIC: 8}


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


def read_images(path: Path, sha256: str | None = None) -> NDArray[np.uint8]:
    """Map an IDX file of 28x28 images as rows (n, 784).

    Raises DataError, also if the file has not the SHA-256 `sha256`.
    """
    with _open(path) as file:
        count = _checked_count(file, IMAGES_MAGIC, row_bytes=784)
        _check_digest(file, sha256)
        mapped = np.memmap(file, np.uint8, mode="r", offset=HEADER_BYTES[IMAGES_MAGIC])
        return np.asarray(mapped).reshape(count, 784)


def read_labels(path: Path, sha256: str | None = None) -> NDArray[np.uint8]:
    """Read an IDX file of labels (n,). Raises DataError as `read_images` does."""
    with _open(path) as file:
        _checked_count(file, LABELS_MAGIC, row_bytes=1)
        _check_digest(file, sha256)
        file.seek(HEADER_BYTES[LABELS_MAGIC])
        labels = np.fromfile(file, np.uint8)
    if labels.max() > 9:
        raise DataError(f"{path}: labels must be 0 to 9, got {labels.max()}")
    return labels


def idx_header(magic: int, count: int) -> bytes:
    """First bytes of an IDX file of `count` images or labels."""
    sides = (28, 28) if magic == IMAGES_MAGIC else ()
    return np.array([magic, count, *sides], ">u4").tobytes()


def _open(path: Path) -> BufferedReader:
    if not path.is_file():
        raise DataMissingError(f"{path}: no such file; {WHAT_TO_DO}")
    return path.open("rb")


def _checked_count(file: BufferedReader, magic: int, row_bytes: int) -> int:
    """Count of rows that the header gives, once it agrees with the size of the file."""
    header_bytes, size = HEADER_BYTES[magic], file.seek(0, os.SEEK_END)
    file.seek(0)
    header = file.read(header_bytes)
    count = (size - header_bytes) // row_bytes
    if count < 1 or size != header_bytes + count * row_bytes or header != idx_header(magic, count):
        raise DataError(
            f"{file.name}: damaged or not an IDX file of MNIST's form, got {size} bytes; "
            f"{WHAT_TO_DO}"
        )
    return count


def _check_digest(file: BufferedReader, sha256: str | None) -> None:
    if sha256 is not None and not has_digest(file, sha256):
        raise DataError(f"{file.name}: damaged, or of another data set; {WHAT_TO_DO}")
