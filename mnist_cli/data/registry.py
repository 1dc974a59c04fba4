"""The data sets by name: what they are called, which files they have, and where these come from.

To add a data set, add a row to `DATASETS`; options, messages, checkpoints and the report follow.
NumPy is not imported here, so that `mnist --help` and shell completion stay fast.
"""

from collections.abc import Collection
from pathlib import Path
from typing import NamedTuple

from mnist_cli.errors import InputError

OWN = "own"  # images that were given from Python; they are in no file
PREPARED = "prepared"  # the folder beside the data for images as a network sees them
SPLITS = ("train", "validation", "test")


class DataFile(NamedTuple):
    """A file of a data set.

    Attributes
    ----------
    name : as its publisher calls it, without the ending `.gz`
    size, sha256 : of the unpacked content, size in bytes; unknown where the program draws the file
    """

    name: str
    size: int = 0
    sha256: str = ""


class DataSource(NamedTuple):
    """A row of `DATASETS`.

    Attributes
    ----------
    title : how results name the data set
    folder : its folder inside the data directory; "" is the data directory itself
    files : training images, training labels, test images, test labels
    mirrors : addresses, tried in order; the name of a file and `.gz` are appended
    drawn : whether the program draws the images itself; then nothing is downloaded
    """

    title: str
    folder: str
    files: tuple[DataFile, DataFile, DataFile, DataFile]
    mirrors: tuple[str, ...] = ()
    drawn: bool = False

    def files_of(self, split: str) -> tuple[DataFile, DataFile]:
        """Return the files of images and of labels that a split is part of."""
        return self.files[2:] if split == "test" else self.files[:2]


DATASETS: dict[str, DataSource] = {
    "mnist": DataSource(
        title="MNIST",
        folder="",
        files=(
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
        ),
        mirrors=(
            "https://ossci-datasets.s3.amazonaws.com/mnist/",
            "https://storage.googleapis.com/cvdf-datasets/mnist/",
            "https://raw.githubusercontent.com/fgnt/mnist/master/",
            "https://azureopendatastorage.blob.core.windows.net/mnist/",
        ),
    ),
    "builtin": DataSource(
        title="built-in digits (not MNIST)",
        folder="builtin-3",  # counted up when a seed comes to mean other digits, or other files
        files=(
            DataFile("train-images-idx3-ubyte"),
            DataFile("train-labels-idx1-ubyte"),
            DataFile("t10k-images-idx3-ubyte"),
            DataFile("t10k-labels-idx1-ubyte"),
        ),
        drawn=True,
    ),
}


def check_one_of(what: str, name: str, known: Collection[str]) -> None:
    """Raise InputError if a name is not one of the known ones."""
    if name not in known:
        raise InputError(f"{what}: must be one of {', '.join(known)}, got {name!r}")


def find_dataset(name: str) -> DataSource:
    """Return the row of a data set. Raises InputError if no data set has this name."""
    check_one_of("dataset", name, DATASETS)
    return DATASETS[name]


def title_of(name: str) -> str:
    """Return how results name a data set, or images that were given from Python."""
    return "your own data" if name == OWN else find_dataset(name).title


def or_builtin(dataset: str) -> str:
    """Return a name that also allows the built-in digits, where MNIST cannot be downloaded."""
    return "auto" if dataset == "mnist" else dataset


def dataset_folder(dataset: str, data_dir: Path) -> Path:
    """Return the folder of a data set inside the data directory. Raises InputError."""
    return data_dir / find_dataset(dataset).folder


def download_command(dataset: str) -> str:
    """Return the command that puts the files of a data set in place."""
    return "mnist download" if dataset == "mnist" else f"mnist download --dataset {dataset}"
