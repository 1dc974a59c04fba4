"""A data set by its name: `load("mnist")` puts it in place, and maps its parts when asked for."""

import os
from functools import cached_property
from pathlib import Path

import numpy as np
from numpy.typing import ArrayLike

from mnist_cli.classes import DIGITS
from mnist_cli.data.datasets import Split, load_split
from mnist_cli.data.prepared import load_prepared
from mnist_cli.data.provision import provide
from mnist_cli.data.registry import OWN, find_dataset
from mnist_cli.errors import InputError
from mnist_cli.progress import ProgressFactory, Say, bar_of_bytes, no_progress, say_nothing
from mnist_cli.storage.paths import AnyPath, as_path

HELD_OUT = 10_000  # images for validation, where a data set has six times as many


def usual_validation_size(count: int) -> int:
    """Number of the last training images, `count` in all, that are held out: a sixth at most."""
    return min(HELD_OUT, count // 6)


class Dataset:
    """A data set in its folder.

    Attributes
    ----------
    name : for example "mnist"
    data_dir : the folder of all data sets
    validation_size : how many of the last training images are `validation`
    train, validation, test : `Split`s, read when they are first asked for
    whole : all images in memory, those for the test last
    """

    def __init__(
        self,
        name: str,
        data_dir: Path,
        validation_size: int | None = None,
        say: Say = say_nothing,
    ) -> None:
        self.name, self.data_dir, self.say = name, data_dir, say
        self._held_out = validation_size

    @cached_property
    def validation_size(self) -> int:
        """As given, else 10,000, and at most a sixth; of one's own images those chosen for it."""
        if self._held_out is not None:
            return self._held_out
        chosen = find_dataset(self.name).validation
        if chosen is not None:
            return chosen
        return usual_validation_size(len(load_split(self.name, "train", self.data_dir).labels))

    @cached_property
    def train(self) -> Split:
        """Images to train on."""
        return load_split(self.name, "train", self.data_dir, self.validation_size)

    @cached_property
    def validation(self) -> Split:
        """The last training images, held out."""
        return load_split(self.name, "validation", self.data_dir, self.validation_size)

    @cached_property
    def test(self) -> Split:
        """Images for the last measurement alone."""
        return load_split(self.name, "test", self.data_dir)

    @cached_property
    def whole(self) -> Split:
        """All images, those for the test last."""
        first, last = load_split(self.name, "train", self.data_dir), self.test
        images = np.concatenate([first.images, last.images])
        return Split(images, np.concatenate([first.labels, last.labels]), last.classes)

    def prepared(self, split: str, validation_size: int, preprocessing: str) -> Split:
        """Map a part as a network sees it, kept beside the data. See `load_prepared`."""
        return load_prepared(
            self.name,
            split,
            self.data_dir,
            validation_size,
            preprocessing=preprocessing,
            say=self.say,
        )

    def __repr__(self) -> str:
        size = "" if self._held_out is None else f", validation_size={self._held_out}"
        return f"Dataset({self.name!r}, {str(self.data_dir)!r}{size})"


def load(
    name: AnyPath = "mnist",
    data_dir: AnyPath | None = None,
    *,
    validation_size: int | None = None,
    progress: bool | ProgressFactory = False,
    say: Say = say_nothing,
) -> Dataset:
    """Load a data set: what is there, else MNIST is downloaded and built-in digits are drawn.

    Parameters
    ----------
    name
        "mnist", "fashion", "kmnist", "qmnist", "builtin", or "auto": MNIST, and where it cannot be
        downloaded the built-in digits. Or the path of your own images: a folder of pictures by
        class, IDX files, an `.npz` or a CSV file.
    data_dir
        Folder of the data sets; None means the variable MNIST_DATA_DIR, else `data`.
    validation_size
        How many of the last training images are `validation`; 10,000 if nothing is given, and at
        most a sixth.
    progress
        True shows a bar while files are downloaded or drawn.
    say
        Called with one line before anything that takes a while.

    Raises
    ------
    MnistError
        There is no such data set, it cannot be downloaded (DownloadError) or is damaged, or
        `validation_size` leaves nothing to train on (DataError).
    OSError
        Its files cannot be written.
    """
    if name == OWN:
        raise InputError(
            f"{OWN}: images that were given in Python are not kept; name another data set, or a "
            f"folder of this name as ./{OWN}"
        )
    if validation_size is not None and not (type(validation_size) is int and validation_size >= 0):
        raise InputError(f"validation_size: must be a whole number from 0, got {validation_size!r}")
    folder = usual_data_dir() if data_dir is None else as_path(data_dir, "data_dir")
    factory = progress if callable(progress) else bar_of_bytes if progress else no_progress
    text = name if isinstance(name, str) else str(as_path(name, "name").absolute())
    found = provide(text, folder, say=say, progress=factory)
    if validation_size is not None:
        load_split(found, "train", folder, validation_size)  # refuses a size that leaves no image
    return Dataset(found, folder, validation_size, say)


def usual_data_dir() -> Path:
    """Return the folder that the commands use, too. Raises InputError if the variable is empty."""
    folder = os.environ.get("MNIST_DATA_DIR", "data")
    if not folder:
        raise InputError("MNIST_DATA_DIR: must not be empty; name a folder, or unset it")
    return Path(folder)


Data = Dataset | Split | tuple[ArrayLike, ArrayLike] | AnyPath


def opened(
    data: Data, data_dir: AnyPath | None = None, classes: tuple[str, ...] = DIGITS
) -> Dataset | Split:
    """Load a data set given by its name from `data_dir`, or check arrays. Raises MnistError.

    The labels of a pair of arrays are those of `classes`.
    """
    if isinstance(data, (str, os.PathLike)):
        return load(data, data_dir)
    if data_dir is not None:
        raise InputError(
            f"data_dir: belongs to the name of a data set, got it with a {type(data).__name__}"
        )
    return data if isinstance(data, Dataset) else as_split(data, classes)


def as_split(data: Split | tuple[ArrayLike, ArrayLike], classes: tuple[str, ...] = DIGITS) -> Split:
    """Check a `Split`, or a pair (images, labels) of these classes. Raises InputError."""
    if not isinstance(data, Split) and not (isinstance(data, tuple) and len(data) == 2):
        raise InputError(
            "data: must be a data set, its name, a Split or a pair (images, labels), "
            f"got {type(data).__name__}"
        )
    images, labels = data
    return Split.of(images, labels, data.classes if isinstance(data, Split) else classes)
