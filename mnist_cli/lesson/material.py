"""What a lesson looks at: a network, the same network untrained, images, and one of them."""

from functools import cached_property
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from mnist_cli.data.datasets import Split
from mnist_cli.data.loading import Dataset
from mnist_cli.data.preprocessing import preprocess
from mnist_cli.errors import InputError, PictureError
from mnist_cli.model import Model
from mnist_cli.network.activations import Array
from mnist_cli.network.network import Network, to_inputs
from mnist_cli.training.evaluation import Measurement, measure
from mnist_cli.training.run import Run
from mnist_cli.wording import counted


class Example(NamedTuple):
    """One image.

    Attributes
    ----------
    seen : (784,) uint8, as the network sees it after its preprocessing
    number : which test image it is, None for a picture from a file
    file : its name, "" for a test image
    label : the digit; for a picture the network's own answer, because nobody says what it is
    answer : what the network says
    """

    seen: NDArray[np.uint8]
    number: int | None
    file: str
    label: int
    answer: int

    @property
    def inputs(self) -> Array:
        """As the network takes it, (1, 784) from 0 to 1."""
        return to_inputs(self.seen[None])

    def facts(self) -> dict[str, Any]:
        """Return what a lesson says of it."""
        return {
            "image": self.number,
            "file": self.file,
            "label": self.label,
            "answer": self.answer,
        }


class Material:
    """What a lesson looks at.

    Parameters
    ----------
    model, data
        A network, and the data set whose images it sees.
    chosen
        The number of a test image, or the path of a picture; None lets the lesson choose.
    """

    def __init__(self, model: Model, data: Dataset, chosen: int | Path | None = None) -> None:
        self.model, self.data, self.chosen = model, data, chosen
        self.config, self.network = model.config, model.network

    @property
    def knows_data(self) -> bool:
        """Whether the network was trained on this data set."""
        return self.data.name == self.model.dataset

    @cached_property
    def untrained(self) -> Network:
        """The network as it was before its first step."""
        return Run.start(self.config, self.network.outputs).network

    @cached_property
    def test(self) -> Split:
        """The test images, as the network sees them."""
        return self._labelled(self.data.prepared("test", 0, self.config.preprocessing))

    @cached_property
    def untouched(self) -> Split:
        """The test images, as they are in the data set."""
        return self._labelled(self.data.test)

    def _labelled(self, split: Split) -> Split:
        """Give images the labels of the network. Raises InputError if some class has none."""
        split = split.labelled_as(self.model.classes)
        present = set(np.unique(split.labels).tolist())
        missing = [name for i, name in enumerate(split.classes) if i not in present]
        if missing:
            raise InputError(
                f"{self.data.name}: a lesson needs images of every class, got none of "
                f"{', '.join(missing)}; choose another --dataset"
            )
        return split

    @cached_property
    def training(self) -> Split:
        """The images that it was trained on, or all for training in a data set new to it."""
        held_out = self.config.validation_size if self.knows_data else 0
        part = self.data.prepared("train", held_out, self.config.preprocessing)
        return part.labelled_as(self.model.classes)

    @cached_property
    def measured(self) -> Measurement:
        """The network's answers to the test images."""
        return measure(self.network, self.test)

    @cached_property
    def image(self) -> Example:
        """The chosen image, else the first test image. Raises MnistError."""
        return self._example(0)

    @cached_property
    def mistake(self) -> Example:
        """The chosen image, else the first test image that the network reads wrong."""
        return self._example(int(self._wrong.argmax()))

    @property
    def _wrong(self) -> NDArray[np.bool_]:
        return np.asarray(self.measured.outputs.argmax(axis=1) != self.test.labels)

    def _example(self, usual: int) -> Example:
        if isinstance(self.chosen, Path):
            return self._from_file(self.chosen)
        number, count = usual if self.chosen is None else self.chosen, len(self.test)
        if not 0 <= number < count:
            raise InputError(
                f"image: must be from 0 to {count - 1}, the numbers of "
                f"{counted(count, 'test image')}, got {number}"
            )
        seen = self.test.images[number]
        return Example(seen, number, "", int(self.test.labels[number]), self._answer(seen))

    def _from_file(self, path: Path) -> Example:
        from mnist_cli.pictures.reader import read_picture, read_whole  # Pillow, only for a picture

        picture = (read_picture if self.model.handwriting else read_whole)(path)
        if not picture.image.any():
            raise PictureError(f"{path}: no ink found; draw a digit, darker than the paper")
        seen = preprocess(picture.image[None], self.config.preprocessing)[0]
        answer = self._answer(seen)
        return Example(seen, None, str(path), answer, answer)

    def _answer(self, seen: NDArray[np.uint8]) -> int:
        return int(self.network(to_inputs(seen[None]))[0].argmax())
