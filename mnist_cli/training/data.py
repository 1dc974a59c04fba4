"""What a run trains on: images as the network sees them, from a data set or from arrays."""

import hashlib
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from mnist_cli.classes import are_digits
from mnist_cli.config.settings import TrainingConfig
from mnist_cli.data.datasets import Split, part_of
from mnist_cli.data.prepared import load_prepared, prepare
from mnist_cli.data.registry import OWN, find_dataset
from mnist_cli.errors import DataError
from mnist_cli.progress import Say, say_nothing
from mnist_cli.training.metadata import Provenance

SAMPLED = 64  # every 64th image tells whether the data are still the same


class TrainingData(NamedTuple):
    """The images of a run, as the network sees them.

    Attributes
    ----------
    name : of the data set
    handwriting : whether the images are handwriting
    training : what is trained on
    copies : changed copies of the training images
    validation : None where none are held out
    """

    name: str
    handwriting: bool
    training: Split
    copies: list[NDArray[np.uint8]]
    validation: Split | None


def load_training_data(
    dataset: str, data_dir: Path, config: TrainingConfig, say: Say = say_nothing
) -> TrainingData:
    """Map what a run trains on; the test images are not opened. Raises DataError."""

    def part(split: str, copy: int = 0) -> Split:
        size, step = config.validation_size, config.preprocessing
        return load_prepared(dataset, split, data_dir, size, preprocessing=step, copy=copy, say=say)

    copies = [part("train", copy) for copy in range(1, config.augmentation + 1)]
    validation = part("validation") if config.validation_size else None
    training = part("train")
    if any(not np.array_equal(copy.labels, training.labels) for copy in copies):
        raise DataError(f"{data_dir}: {dataset} was replaced while it was read; try again")
    changed, handwriting = [copy.images for copy in copies], find_dataset(dataset).handwriting
    return TrainingData(dataset, handwriting, training, changed, validation)


def prepare_training_data(whole: Split, config: TrainingConfig) -> TrainingData:
    """Prepare in memory what a run trains on, from images that lie in no file.

    The last `config.validation_size` of the images are held out. Raises DataError if none is left.
    """
    train, held_out = (
        part_of(split, len(whole.labels), config.validation_size)
        for split in ("train", "validation")
    )
    images, *copies = (
        prepare(whole.images, config.preprocessing, copy) for copy in range(config.augmentation + 1)
    )
    prepared = Split(images, whole.labels, whole.classes)
    return TrainingData(
        OWN,
        are_digits(whole.classes),
        prepared[train],
        [copy[train] for copy in copies],
        prepared[held_out] if config.validation_size else None,
    )


def provenance_of(data: TrainingData, environment: dict[str, str]) -> Provenance:
    """Say for a checkpoint what a run is trained on, and where."""
    images, labels = data.training
    classes = data.training.classes
    digest = hashlib.sha256(labels.tobytes())
    digest.update(images[::SAMPLED].tobytes())
    known = (data.name, len(labels), digest.hexdigest(), environment)
    return Provenance(*known, classes=classes, handwriting=data.handwriting)
