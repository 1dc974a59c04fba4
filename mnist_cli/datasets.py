"""Named data sets: IDX files in the data directory -> Split(images, labels).

The format is the one of the original MNIST files: big-endian, a magic number, the count, for
images their height and width, then one byte per pixel (0 = paper, 255 = ink) or label. Files lie
unpacked, so that images are mapped into memory and never copied as a whole.
"""

import hashlib
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from mnist_cli.errors import DataError, DataMissingError

DATASETS = ("mnist", "builtin")
VERIFIED = ".verified"  # lists files whose digest was checked, with size and time
BUILTIN_VERSION = 1  # counted up when a seed comes to mean other digits: no stale files are read
IMAGES_MAGIC, LABELS_MAGIC = 0x00000803, 0x00000801
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
    """Tell whether all four files are there, MNIST's with their known sizes."""
    folder = dataset_folder(dataset, data_dir)
    if dataset == "mnist":
        sizes = [(folder / file.name, file.size) for file in MNIST_FILES]
        return all(path.is_file() and path.stat().st_size == size for path, size in sizes)
    try:
        for split in ("train", "test"):
            read_images(folder / images_name(split))
            read_labels(folder / (_prefix(split) + "-labels-idx1-ubyte"))
    except DataError:
        return False
    return True


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
    folder, labels_name = dataset_folder(dataset, data_dir), _prefix(split) + "-labels-idx1-ubyte"
    images, labels = read_images(folder / images_name(split)), read_labels(folder / labels_name)
    if len(images) != len(labels):
        raise DataError(f"{folder}: {len(images)} images but {len(labels)} labels for {split}")
    if dataset == "mnist":
        _check_is_mnist(folder, labels_name)
        _check_is_mnist(folder, images_name(split))
    part = part_of(split, len(labels), validation_size)
    return Split(images[part], labels[part])


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


def read_images(path: Path) -> NDArray[np.uint8]:
    """Map an IDX file of 28x28 images as rows (n, 784). Raises DataError."""
    count = _checked_count(path, IMAGES_MAGIC, row_bytes=784)
    mapped = np.memmap(path, np.uint8, mode="r", offset=HEADER_BYTES[IMAGES_MAGIC])
    return np.asarray(mapped).reshape(count, 784)


def read_labels(path: Path) -> NDArray[np.uint8]:
    """Read an IDX file of labels (n,). Raises DataError."""
    _checked_count(path, LABELS_MAGIC, row_bytes=1)
    labels = np.fromfile(path, np.uint8, offset=HEADER_BYTES[LABELS_MAGIC])
    if labels.max() > 9:
        raise DataError(f"{path}: labels must be 0 to 9, got {labels.max()}")
    return labels


def idx_header(magic: int, count: int) -> bytes:
    """First bytes of an IDX file of `count` images or labels."""
    sides = (28, 28) if magic == IMAGES_MAGIC else ()
    return np.array([magic, count, *sides], ">u4").tobytes()


def _checked_count(path: Path, magic: int, row_bytes: int) -> int:
    """Count of rows that the header gives, once it agrees with the size of the file."""
    if not path.is_file():
        raise DataMissingError(f"{path}: no such file; run 'mnist download'")
    header_bytes, size = HEADER_BYTES[magic], path.stat().st_size
    with path.open("rb") as file:
        header = file.read(header_bytes)
    count = (size - header_bytes) // row_bytes
    if count < 1 or size != header_bytes + count * row_bytes or header != idx_header(magic, count):
        raise DataError(
            f"{path}: damaged or not an IDX file of MNIST's form, got {size} bytes; "
            "run 'mnist download --force', for built-in digits with --dataset builtin"
        )
    return count


def _check_is_mnist(folder: Path, name: str) -> None:
    """Refuse a damaged file, or another data set under MNIST's names; what was checked is noted."""
    expected = next(file.sha256 for file in MNIST_FILES if file.name == name)
    notes, status = folder / VERIFIED, (folder / name).stat()
    mark = f"{name} {expected} {status.st_size} {status.st_mtime_ns}"
    known = notes.read_text("utf-8").splitlines() if notes.is_file() else []
    if mark in known:
        return
    with (folder / name).open("rb") as content:
        if hashlib.file_digest(content, "sha256").hexdigest() != expected:
            raise DataError(f"{folder / name}: not MNIST's own file; run 'mnist download'")
    with suppress(OSError):  # a folder that may only be read is checked every time
        others = [line for line in known if not line.startswith(f"{name} ")]
        notes.write_text("\n".join([*others, mark]) + "\n", "utf-8")
