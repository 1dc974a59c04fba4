"""A trained network with all that belongs to it: its preprocessing, configuration and history.

So an image goes through exactly what the network was trained with, and no step can be forgotten.
"""

import os
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, overload

import numpy as np
from numpy.typing import ArrayLike, NDArray

from mnist_cli.bundled import BUNDLED, find_bundled, name_of
from mnist_cli.config.settings import TrainingConfig
from mnist_cli.data.arrays import as_images, is_one_image
from mnist_cli.data.datasets import Split
from mnist_cli.data.loading import Data, Dataset, opened
from mnist_cli.data.preprocessing import preprocess
from mnist_cli.data.registry import OWN
from mnist_cli.errors import DataError, InputError, PictureError
from mnist_cli.prediction import Answers, Reading, answer, answer_sets, read_pictures, settled
from mnist_cli.storage.atomic import atomic_write
from mnist_cli.storage.names import set_aside
from mnist_cli.storage.paths import AnyPath, as_path
from mnist_cli.strings import Line, read_grid, read_lines
from mnist_cli.training.checkpoint import Checkpoint, load_checkpoint, save_checkpoint
from mnist_cli.training.environment import one_thread
from mnist_cli.training.evaluation import Measurement, measure
from mnist_cli.training.run import EpochResult

if TYPE_CHECKING:
    from collections.abc import Sequence

    from mnist_cli.network.network import Network
    from mnist_cli.pictures.reader import Picture, Sheet


class Model:
    """A trained network. `train` and `load_model` make one.

    Attributes
    ----------
    name : the file that it was loaded from; "bundled" for the one that comes with the program and
        answers, "default" for the plain one
    checkpoint : all that a checkpoint holds
    network : layers of neurons, for inputs that are already preprocessed
    data_dir : folder of the data set that it was trained on, None if that is not known
    """

    def __init__(
        self, checkpoint: Checkpoint, name: str = "model", data_dir: Path | None = None
    ) -> None:
        self.checkpoint, self.name, self.data_dir = checkpoint, name, data_dir
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
    def classes(self) -> tuple[str, ...]:
        """Names of the classes, in the order of the outputs: "0" to "9" for digits."""
        return self.checkpoint.provenance.classes

    @property
    def handwriting(self) -> bool:
        """Whether pictures are read as handwriting; else they are only made smaller."""
        return self.checkpoint.provenance.handwriting

    @property
    def finished(self) -> bool:
        """Whether its training was not interrupted; see `checkpoint.run.progress`."""
        return self.checkpoint.run.finished

    @property
    def calibrated(self) -> bool:
        """Whether its confidences were calibrated, on validation images."""
        return self.checkpoint.calibration is not None

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
        """Say which digits these are, or which of the `classes`, by their numbers.

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
            from mnist_cli.pictures.reader import read_picture, read_whole

            read = read_picture if self.handwriting else read_whole
            return self.read([read(Path(images))])[0]
        digits: NDArray[np.intp] = self.scores(images).argmax(axis=1)
        return int(digits[0]) if is_one_image(images) else digits

    def read(self, pictures: "Sequence[Picture]", level: float | None = None) -> list[Reading]:
        """Answer pictures that `pictures.reader` has read; `level` as in `predict_sets`."""
        with one_thread():
            return read_pictures(self.checkpoint, pictures, level)

    def settled(self, pictures: "Sequence[Picture]") -> "list[Picture]":
        """Return each picture with all strokes of its digit, also with those that lie apart."""
        with one_thread():
            return settled(self.checkpoint, pictures)

    def predict_sets(self, images: ArrayLike, level: float = 0.99) -> NDArray[np.bool_]:
        """Say which classes each image may be: sets that hold the right one as often as asked.

        The share `level`, from 0.5 to 0.999, is held on average over images like those of
        validation.

        Returns
        -------
        (n, k), whether each class is in the set of each image; for images as `predict` takes them.

        Raises
        ------
        InputError
            The level is out of range, or the network has no sets: it had no validation images.
        """
        return answer_sets(self.checkpoint, self._answers(images), level)

    def read_page(self, page: "AnyPath | Sheet", level: float | None = None) -> list[Line]:
        """Read every line of digits in a picture, from top to bottom: its path, or a `Sheet`.

        `level` as in `predict_sets`. Raises PictureError, OSError and InputError.
        """
        sheet = self._sheet(page)
        with one_thread():
            return read_lines(self.checkpoint, sheet, level)

    def read_grid(self, page: "AnyPath | Sheet", level: float | None = None) -> list[Line]:
        """Read every cell of a grid in a picture, as `read_page`: a sudoku, a form, a table.

        A `Line` is a row; `readings` has one answer per cell, its `digit` None in an empty one,
        where `text` has a point. Raises what `read_page` raises, and PictureError without a grid.
        """
        sheet = self._sheet(page)
        if not sheet.cells:
            raise PictureError("no grid found; --many reads digits without one")
        with one_thread():
            return read_grid(self.checkpoint, sheet, level)

    def _sheet(self, page: "AnyPath | Sheet") -> "Sheet":
        """Return a page that is read. Raises InputError if the network learned no handwriting."""
        from mnist_cli.pictures.reader import Sheet, read_sheet

        if not self.handwriting:
            raise InputError(
                "pages hold handwriting, but this network learned other pictures; read single ones"
            )
        return page if isinstance(page, Sheet) else read_sheet(as_path(page, "page"))

    def scores(self, images: ArrayLike) -> NDArray[Any]:
        """Outputs of the network, (n, k) for k classes, for images as `predict` takes them."""
        return self._answers(images).scores

    def confidences(self, images: ArrayLike) -> NDArray[Any]:
        """Calibrated probability of each class, (n, k), for images as `predict` takes them.

        None is above 70% (of ten classes) for an image like none that the network knows.
        """
        return self._answers(images).cautious

    def _answers(self, images: ArrayLike) -> Answers:
        with one_thread():
            return answer(self.checkpoint, as_images(images))

    def evaluate(
        self, data: Data, split: str | None = None, *, data_dir: AnyPath | None = None
    ) -> Measurement:
        """Measure on images as they are; they are preprocessed here.

        Parameters
        ----------
        data
            A `Split`, a pair (images, labels), or a data set or its name. Its classes must be
            among those of the network; the labels of a pair are the numbers of these.
        split
            Part of a data set: "test" if none is given, or "train" and "validation" as they were
            at the training.
        data_dir
            Folder of a data set given by its name; if none is given, that of the training.

        Raises
        ------
        MnistError
            The arrays are of another form, or the images of other classes (InputError), or
            nothing was held out (DataError).
        """
        seen = self._as_seen(self._opened(data, data_dir), split).labelled_as(self.classes)
        with one_thread():
            return measure(self.network, seen)

    def _opened(self, data: Data, data_dir: AnyPath | None) -> Dataset | Split:
        """Open a data set given by its name where the model's own is, if nothing else is said."""
        if data_dir is None and isinstance(data, (str, os.PathLike)):
            data_dir = self.data_dir
        return opened(data, data_dir, self.classes)

    def _as_seen(self, data: Dataset | Split, split: str | None) -> Split:
        """Return the images as the network sees them; those of a data set are kept beside it."""
        step = self.config.preprocessing
        if isinstance(data, Dataset):
            part = "test" if split is None else split
            return data.prepared(part, self._held_out(data, part), step)
        if split is not None:
            raise InputError(f"split: only a data set has parts, got {split!r}")
        return Split(preprocess(data.images, step), data.labels, data.classes)

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
                f"split validation: the network was not trained on {data.name}; measure on test"
            )
        return size if own else 0

    def save(self, path: AnyPath) -> None:
        """Write a checkpoint, as `mnist train` does; an older file of that name is renamed.

        `a.npz` becomes `a.1.npz`, `a.2.npz`, .... Raises OSError.
        """
        checkpoint, path = self.checkpoint, as_path(path, "path")
        run, provenance, calibration = checkpoint.run, checkpoint.provenance, checkpoint.calibration
        save_checkpoint(path, run, provenance, calibration, replacing=partial(set_aside, path))

    def export(self, path: AnyPath) -> None:
        """Write the network for other programs, over an older file; the ending chooses the form.

        `.onnx`, `.safetensors`, `.h` or `.int8.h`, as in `mnist export`. Raises InputError for any
        other ending, and OSError.
        """
        from mnist_cli.export.formats import exported, find_format

        path = as_path(path, "path")
        content = exported(self.checkpoint, find_format(path.name))
        with atomic_write(path) as file:
            file.write(content)

    def report(
        self,
        path: AnyPath,
        data: Data | None = None,
        *,
        compare: "Model | AnyPath | None" = None,
        data_dir: AnyPath | None = None,
    ) -> Measurement:
        """Write the page that shows the whole network, over an older one; return its measurement.

        `data` are the test images, those of the data set that the network was trained on if none
        are given, in `data_dir` (see `evaluate`); `compare` is a second network, or its file, shown
        beside the first. Raises MnistError and OSError.
        """
        from mnist_cli.report import build_page, look_at

        path = as_path(path, "path")
        other = compare if compare is None or isinstance(compare, Model) else load_model(compare)
        if other is not None and other.classes != self.classes:
            raise InputError(
                f"compare: must tell apart the classes of {self.name}, "
                f"{', '.join(self.classes)}, got {', '.join(other.classes)}"
            )
        source = self._opened(self.dataset if data is None else data, data_dir)
        name, split, training = _parts(source)
        models = [self] if other is None else [self, other]
        with one_thread():
            subjects = [
                look_at(Path(m.name).name, m.checkpoint, name, split, training) for m in models
            ]
            page = build_page(*subjects)
        with atomic_write(path) as file:
            file.write(page)
        return subjects[0].measured

    def __repr__(self) -> str:
        sizes, run = "-".join(map(str, self.network.layer_sizes)), self.checkpoint.run
        accuracy = run.validation_accuracy
        known = "" if accuracy is None else f", validation accuracy {accuracy:.2%}"
        done = run.progress if run.finished else f"unfinished: {run.progress}"
        return f"Model({self.name!r}: {sizes}, {done} on {self.dataset}{known})"


def load_model(path: AnyPath | None = None) -> Model:
    """Load a checkpoint, or without a path the network that comes with the program.

    That one also has a name, "best", and a second one is "default", the lectures' own network on
    pixels; a file of this name is "./best" or `Path("best")`. Raises CheckpointError and
    InputError.
    """
    named = find_bundled(path) if isinstance(path, str) else None
    file = BUNDLED if path is None else named or as_path(path, "path")
    return Model(load_checkpoint(file), name_of(file))


def _parts(data: Dataset | Split) -> tuple[str, Split, Split | None]:
    """Return the name of what images are from, the test images and, if any, those to train on."""
    return (data.name, data.test, data.train) if isinstance(data, Dataset) else (OWN, data, None)


def _read_only(array: NDArray[Any]) -> NDArray[Any]:
    view = array.view()
    view.flags.writeable = False
    return view
