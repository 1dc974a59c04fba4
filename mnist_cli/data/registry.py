"""The data sets by name: what they are called, which files they have, and where these come from.

To add a data set, add a row to `DATASETS`; options, messages, checkpoints and the report follow.
NumPy is not imported here, so that `mnist --help` and shell completion stay fast.
"""

import os
from collections.abc import Collection
from pathlib import Path
from shlex import quote
from typing import NamedTuple

from mnist_cli.classes import DIGITS
from mnist_cli.errors import InputError

OWN = "own"  # images that were given from Python; they are in no file
OWN_FOLDER = "own"  # for converted data sets; their names are `own/<name>-<digest>`
PREPARED = "prepared"  # the folder beside the data for images as a network sees them
SPLITS = ("train", "validation", "test")


class DataFile(NamedTuple):
    """A file of a data set.

    Attributes
    ----------
    name : as its publisher calls it, without the ending `.gz`
    size, sha256 : of the unpacked content, size in bytes; unknown where the program draws the file
    packed : SHA-256 or MD5 of the file `.gz`, where nothing else is published
    """

    name: str
    size: int = 0
    sha256: str = ""
    packed: str = ""

    @property
    def digest(self) -> str:
        """What is published of its content: of the unpacked one or, failing that, the packed."""
        return self.sha256 or self.packed


class DataSource(NamedTuple):
    """A row of `DATASETS`.

    Attributes
    ----------
    title : how results name the data set
    folder : its folder inside the data directory; "" is the data directory itself
    files : training images, training labels, test images, test labels
    mirrors : addresses, tried in order; the name of a file and `.gz` are appended
    drawn : whether the program draws the images itself; then nothing is downloaded
    classes : what the labels 0, 1, ... mean, 2 to 10 names
    handwriting : whether the images are of ink on paper, cut out and centred as MNIST's makers did
        it; False for garments, signs and photos, which are only made smaller and grey
    held_out : whether it came without test images, so that a tenth was held out; its title says so
    validation : how many of the last training images are for validation, None for the usual number
    """

    title: str
    folder: str
    files: tuple[DataFile, DataFile, DataFile, DataFile]
    mirrors: tuple[str, ...] = ()
    drawn: bool = False
    classes: tuple[str, ...] = DIGITS
    handwriting: bool = True
    held_out: bool = False
    validation: int | None = None

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
    "fashion": DataSource(
        title="Fashion-MNIST",
        folder="fashion",
        files=(
            DataFile(
                "train-images-idx3-ubyte",
                47040016,
                packed="3aede38d61863908ad78613f6a32ed271626dd12800ba2636569512369268a84",
            ),
            DataFile(
                "train-labels-idx1-ubyte",
                60008,
                "bad3541b69d912435c50bb6ba87bec294ff4f6a2e1246121d8633921760443d9",
            ),
            DataFile(
                "t10k-images-idx3-ubyte",
                7840016,
                packed="346e55b948d973a97e58d2351dde16a484bd415d4595297633bb08f03db6a073",
            ),
            DataFile(
                "t10k-labels-idx1-ubyte",
                10008,
                "0402a96d92fd2663957122ceb108a494c5af83dab82d92729df917d7dec38c34",
            ),
        ),
        mirrors=(
            "https://storage.googleapis.com/tensorflow/tf-keras-datasets/",
            "http://fashion-mnist.s3-website.eu-central-1.amazonaws.com/",
        ),
        classes=(
            "T-shirt/top",
            "Trouser",
            "Pullover",
            "Dress",
            "Coat",
            "Sandal",
            "Shirt",
            "Sneaker",
            "Bag",
            "Ankle boot",
        ),
        handwriting=False,
    ),
    "kmnist": DataSource(
        title="Kuzushiji-MNIST",
        folder="kmnist",
        files=(
            DataFile(
                "train-images-idx3-ubyte",
                47040016,
                packed="51467d22d8cc72929e2a028a0428f2086b092bb31cfb79c69cc0a90ce135fde4",
            ),
            DataFile(
                "train-labels-idx1-ubyte",
                60008,
                packed="e38f9ebcd0f3ebcdec7fc8eabdcdaef93bb0df8ea12bee65224341c8183d8e17",
            ),
            DataFile(
                "t10k-images-idx3-ubyte",
                7840016,
                packed="edd7a857845ad6bb1d0ba43fe7e794d164fe2dce499a1694695a792adfac43c5",
            ),
            DataFile(
                "t10k-labels-idx1-ubyte",
                10008,
                packed="20bb9a0ef54c7db3efc55a92eef5582c109615df22683c380526788f98e42a1c",
            ),
        ),
        mirrors=("http://codh.rois.ac.jp/kmnist/dataset/kmnist/",),
        classes=tuple("おきすつなはまやれを"),
        handwriting=False,
    ),
    "qmnist": DataSource(
        title="QMNIST",
        folder="qmnist",
        files=(
            DataFile(
                "qmnist-train-images-idx3-ubyte",
                47040016,
                packed="ed72d4157d28c017586c42bc6afe6370",
            ),
            DataFile(
                "qmnist-train-labels-idx2-int", 1920012, packed="0058f8dd561b90ffdd0f734c6a30e5e4"
            ),
            DataFile(
                "qmnist-test-images-idx3-ubyte",
                47040016,
                packed="1394631089c404de565df7b7aeaf9412",
            ),
            DataFile(
                "qmnist-test-labels-idx2-int", 1920012, packed="5b5b05890a5e13444e108efe57b788aa"
            ),
        ),
        mirrors=("https://raw.githubusercontent.com/facebookresearch/qmnist/master/",),
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


_opened: dict[str, DataSource] = {}  # converted data sets, whose names say their content


def remember(name: str, row: DataSource) -> None:
    """Let `find_dataset` know a converted data set of the user's own."""
    _opened[name] = row


def is_own(name: str) -> bool:
    """Whether this is the name of a converted data set of the user's own."""
    return name.startswith(f"{OWN_FOLDER}/")


def find_dataset(name: str) -> DataSource:
    """Return the row of a data set, of a user's own after it was opened. Raises InputError."""
    if name in _opened:
        return _opened[name]
    check_one_of("dataset", name, DATASETS)
    return DATASETS[name]


def title_of(name: str) -> str:
    """Return how results name a data set, or images that were given from Python."""
    if is_own(name) and name not in _opened:  # of a network whose images are elsewhere
        return name.removeprefix(f"{OWN_FOLDER}/").rpartition("-")[0]
    return "your own data" if name == OWN else find_dataset(name).title


def or_builtin(dataset: str) -> str:
    """Return a name that also allows the built-in digits, where MNIST cannot be downloaded."""
    return "auto" if dataset == "mnist" else dataset


def dataset_folder(dataset: str, data_dir: Path) -> Path:
    """Return the folder of a data set inside the data directory. Raises InputError."""
    return data_dir / find_dataset(dataset).folder


def in_data_dir(command: str, data_dir: Path | None) -> str:
    """Return a command with --data-dir, unless the folder is the usual one, or None is named."""
    usual = Path(os.environ.get("MNIST_DATA_DIR") or "data")
    named = data_dir is not None and data_dir != usual
    return f"{command} --data-dir {quote(str(data_dir))}" if named else command


def download_command(dataset: str, data_dir: Path) -> str:
    """Return the command that puts the files of a data set in place."""
    command = "mnist download" if dataset == "mnist" else f"mnist download --dataset {dataset}"
    return in_data_dir(command, data_dir)


def remedy(dataset: str, data_dir: Path) -> str:
    """Return what to do where a file of a data set is missing or damaged."""
    if is_own(dataset):
        return f"remove the folder {dataset} and name its source again, with --dataset PATH"
    return f"run '{download_command(dataset, data_dir)}'"
