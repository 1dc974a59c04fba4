"""A trained network with all that belongs to it: its preprocessing, configuration and history.

So an image goes through exactly what the network was trained with, and no step can be forgotten.
"""

import os
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, overload

import numpy as np
from numpy.typing import ArrayLike, NDArray

from mnist_cli.config.settings import TrainingConfig
from mnist_cli.data.arrays import as_images, is_one_image
from mnist_cli.data.datasets import Split
from mnist_cli.data.loading import Dataset, load
from mnist_cli.data.preprocessing import preprocess
from mnist_cli.data.registry import OWN
from mnist_cli.errors import DataError, InputError
from mnist_cli.prediction import Answers, Reading, answer, read_pictures
from mnist_cli.storage.atomic import atomic_write
from mnist_cli.storage.names import set_aside
from mnist_cli.training.checkpoint import Checkpoint, load_checkpoint, save_checkpoint
from mnist_cli.training.environment import one_thread
from mnist_cli.training.evaluation import Measurement, measure
from mnist_cli.training.run import EpochResult

if TYPE_CHECKING:
    from collections.abc import Sequence

    from mnist_cli.network.network import Network
    from mnist_cli.pictures.reader import Picture

BUNDLED = Path(__file__).parent / "models" / "best.npz"
AnyPath = str | os.PathLike[str]
Data = Dataset | Split | tuple[ArrayLike, ArrayLike] | str


class Model:
    """A trained network. `train` and `load_model` make one.

    Attributes
    ----------
    name : the file that it was loaded from; "bundled" for the one that comes with the program
    checkpoint : all that a checkpoint holds
    network : layers of neurons, for inputs that are already preprocessed
    """

    def __init__(self, checkpoint: Checkpoint, name: str = "model") -> None:
        self.checkpoint, self.name = checkpoint, name
        self.network: Network = checkpoint.network

    @property
    def config(self) -> TrainingConfig:
        """All settings that it was trained with."""
        return self.checkpoint.run.config

    @property
    def history(self) -> list[EpochResult]:
        """Loss, accuracies and lengths of gradients, one entry per epoch."""
        return list(self.checkpoint.run.history)

    @property
    def dataset(self) -> str:
        """Name of the data set that it was trained on; "own" for arrays given in Python."""
        return self.checkpoint.provenance.dataset

    @property
    def weights(self) -> list[NDArray[Any]]:
        """Weights of each layer, (neurons before, neurons); read-only."""
        return [_read_only(array) for array in self.network.weights]

    @property
    def biases(self) -> list[NDArray[Any]]:
        """Biases of each layer, (neurons,); read-only."""
        return [_read_only(array) for array in self.network.biases]

    @overload
    def predict(self, images: AnyPath) -> Reading: ...  # type: ignore[overload-overlap]
    @overload
    def predict(self, images: ArrayLike) -> NDArray[np.intp] | int: ...
    def predict(self, images: ArrayLike | AnyPath) -> Reading | NDArray[np.intp] | int:
        """Say which digits these are.

        Parameters
        ----------
        images
            uint8, or floats from 0 to 1, 0 for paper: (n, 28, 28) or (n, 784), or one image,
            (28, 28) or (784,). Or the path of a picture: a photo, a scan or a drawing.

        Returns
        -------
        Digits (n,), for one image a number, for a path a `Reading`.

        Raises
        ------
        InputError
            The array is of another form.
        PictureError, OSError
            The picture cannot be read.
        """
        if isinstance(images, (str, os.PathLike)):
            from mnist_cli.pictures.reader import read_picture

            return self.read([read_picture(Path(images))])[0]
        digits: NDArray[np.intp] = self.scores(images).argmax(axis=1)
        return int(digits[0]) if is_one_image(images) else digits

    def read(self, pictures: "Sequence[Picture]") -> list[Reading]:
        """Answer pictures that `pictures.reader` has read."""
        with one_thread():
            return read_pictures(self.checkpoint, pictures)

    def scores(self, images: ArrayLike) -> NDArray[Any]:
        """Outputs of the network, (n, 10), for images as `predict` takes them."""
        return self._answers(images).scores

    def confidences(self, images: ArrayLike) -> NDArray[Any]:
        """Calibrated probability of each digit, (n, 10), for images as `predict` takes them."""
        return self._answers(images).confidences

    def _answers(self, images: ArrayLike) -> Answers:
        with one_thread():
            return answer(self.checkpoint, as_images(images))

    def evaluate(self, data: Data, split: str = "test") -> Measurement:
        """Measure on images as they are; they are preprocessed here.

        Parameters
        ----------
        data
            A `Split`, a pair (images, labels), or a data set or its name.
        split
            Part of a data set: "test", or "train" and "validation" as they were at the training.

        Raises
        ------
        MnistError
            The arrays are of another form (InputError), or nothing was held out (DataError).
        """
        seen = self._as_seen(data, split)
        with one_thread():
            return measure(self.network, seen)

    def _as_seen(self, data: Data, split: str) -> Split:
        """Return the images as the network sees them; those of a data set are kept beside it."""
        step = self.config.preprocessing
        if isinstance(data, str):
            data = load(data)
        if isinstance(data, Dataset):
            return data.prepared(split, self._held_out(data, split), step)
        images, labels = as_split(data)
        return Split(preprocess(images, step), labels)

    def _held_out(self, data: Dataset, split: str) -> int:
        """Return how many images of a data set were held out, which is known for our own only."""
        own, size = data.name == self.dataset, self.config.validation_size
        if split == "validation" and own and size == 0:
            raise DataError(
                "split validation: this network was trained on all training images "
                "(validation_size 0); measure it on split test"
            )
        if split == "validation" and not own:
            raise DataError(
                f"split validation: nothing of {data.name} was held out; measure on split test"
            )
        return size if own else 0

    def save(self, path: AnyPath) -> None:
        """Write a checkpoint, as `mnist train` does; an older file of that name is renamed.

        `a.npz` becomes `a.1.npz`, `a.2.npz`, .... Raises OSError.
        """
        checkpoint, path = self.checkpoint, Path(path)
        run, provenance, calibration = checkpoint.run, checkpoint.provenance, checkpoint.calibration
        save_checkpoint(path, run, provenance, calibration, replacing=partial(set_aside, path))

    def report(
        self, path: AnyPath, data: Data | None = None, *, compare: "Model | None" = None
    ) -> Measurement:
        """Write the page that shows the whole network, over an older one; return its measurement.

        `data` are the test images, those of the data set that the network was trained on if none
        are given; `compare` is a second network, shown beside the first. Raises MnistError and
        OSError.
        """
        from mnist_cli.report import build_page, look_at

        name, split = _test_images(self.dataset if data is None else data)
        models = [self] if compare is None else [self, compare]
        with one_thread():
            subjects = [look_at(Path(m.name).name, m.checkpoint, name, split) for m in models]
            page = build_page(*subjects)
        with atomic_write(Path(path)) as file:
            file.write(page)
        return subjects[0].measured

    def __repr__(self) -> str:
        sizes, run = "-".join(map(str, self.network.layer_sizes)), self.checkpoint.run
        accuracy = run.kept.validation_accuracy if run.history else None
        known = "" if accuracy is None else f", validation accuracy {accuracy:.2%}"
        return f"Model({self.name!r}: {sizes}, {run.epoch} epochs on {self.dataset}{known})"


def load_model(path: AnyPath | None = None) -> Model:
    """Load a checkpoint, or without a path the network that comes with the program.

    Raises CheckpointError.
    """
    if path is None or path is BUNDLED:
        return Model(load_checkpoint(BUNDLED), "bundled")
    return Model(load_checkpoint(Path(path)), str(path))


def as_split(data: Split | tuple[ArrayLike, ArrayLike]) -> Split:
    """Check a pair (images, labels). Raises InputError."""
    if not isinstance(data, tuple) or len(data) != 2:
        raise InputError(
            "data: must be a data set, its name, a Split or a pair (images, labels), "
            f"got {type(data).__name__}"
        )
    return Split.of(*data)


def _test_images(data: Data) -> tuple[str, Split]:
    """Return the images as they are, and the name of what they are from."""
    if isinstance(data, str):
        data = load(data)
    return (data.name, data.test) if isinstance(data, Dataset) else (OWN, as_split(data))


def _read_only(array: NDArray[Any]) -> NDArray[Any]:
    view = array.view()
    view.flags.writeable = False
    return view
