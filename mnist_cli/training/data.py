"""What a run trains on: images as the network sees them, from a data set or from arrays.

The setting `drawn` adds images that the program draws: digits in styles that MNIST hardly has, and
shapes that are no digit.
"""

import hashlib
from dataclasses import replace
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from mnist_cli.classes import DIGITS, are_digits
from mnist_cli.config.settings import TrainingConfig
from mnist_cli.data.builtin.added import draw_added
from mnist_cli.data.datasets import Split, part_of
from mnist_cli.data.prepared import load_prepared, prepare
from mnist_cli.data.registry import OWN, find_dataset
from mnist_cli.errors import ConfigError, DataError
from mnist_cli.progress import Say, say_nothing
from mnist_cli.training.metadata import Provenance

NOT_DRAWN = "Note      no drawn images are added: the classes are not the ten digits."
SAMPLED = 64  # every 64th image tells whether the data are still the same


class TrainingData(NamedTuple):
    """The images of a run, as the network sees them.

    Attributes
    ----------
    name : of the data set
    handwriting : whether the images are handwriting
    training : what is trained on; the drawn images are the last ones
    copies : changed copies of the training images, with drawn images of their own
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
    """Read what a run trains on; the test images are not opened.

    Raises DataError, and ConfigError if `drawn` images are asked for beside other classes.
    """
    source = find_dataset(dataset)
    _check_drawn(config, source.classes)

    def whole(copy: int) -> Split:
        step = config.preprocessing
        return load_prepared(dataset, "train", data_dir, preprocessing=step, copy=copy, say=say)

    def part(split: str, images: Split) -> Split:
        return images[part_of(split, len(images), config.validation_size)]

    copies = [part("train", whole(copy)) for copy in range(1, config.augmentation + 1)]
    images = whole(0)  # read once for both parts
    validation = part("validation", images) if config.validation_size else None
    training = part("train", images)
    if any(not np.array_equal(copy.labels, training.labels) for copy in copies):
        raise DataError(f"{data_dir}: {dataset} was replaced while it was read; try again")
    changed = [copy.images for copy in copies]
    data = TrainingData(dataset, source.handwriting, training, changed, validation)
    return with_drawn(data, config)


def prepare_training_data(whole: Split, config: TrainingConfig) -> TrainingData:
    """Prepare in memory what a run trains on, from images that lie in no file.

    The last `config.validation_size` of the images are held out. Raises DataError if none is left,
    and ConfigError if `drawn` images are asked for beside other classes.
    """
    _check_drawn(config, whole.classes)
    train, held_out = (
        part_of(split, len(whole.labels), config.validation_size)
        for split in ("train", "validation")
    )
    images, *copies = (
        prepare(whole.images, config.preprocessing, copy) for copy in range(config.augmentation + 1)
    )
    prepared = Split(images, whole.labels, whole.classes)
    data = TrainingData(
        OWN,
        are_digits(whole.classes),
        prepared[train],
        [copy[train] for copy in copies],
        prepared[held_out] if config.validation_size else None,
    )
    return with_drawn(data, config)


def with_drawn(data: TrainingData, config: TrainingConfig) -> TrainingData:
    """Add the drawn images that a configuration asks for, preprocessed, to the training images.

    They vary by themselves, so they are not changed for the copies; see `draw_added`.
    """
    if not config.drawn:
        return data
    originals = [data.training.images, *data.copies]
    drawn = [draw_added(config.drawn, copy) for copy in range(len(originals))]
    images, *copies = (
        np.concatenate([one, prepare(pixels, config.preprocessing, copy=0)])
        for one, (pixels, _) in zip(originals, drawn, strict=True)
    )
    labels = np.concatenate([data.training.labels, drawn[0][1]])  # the same in every copy
    return data._replace(training=Split(images, labels, DIGITS), copies=copies)


def without_drawn(config: TrainingConfig, classes: tuple[str, ...]) -> TrainingConfig:
    """Return a configuration as it suits the classes: images are drawn only beside ten digits.

    So `best` can be trained on any data set.
    """
    return config if classes == DIGITS else replace(config, drawn=0)


def _check_drawn(config: TrainingConfig, classes: tuple[str, ...]) -> None:
    if config.drawn and classes != DIGITS:
        raise ConfigError(
            "drawn: must be 0 where the classes are not the ten digits, got "
            f"{config.drawn}; leave it out"
        )


def provenance_of(data: TrainingData, environment: dict[str, str]) -> Provenance:
    """Say for a checkpoint what a run is trained on, and where."""
    images, labels = data.training
    classes = data.training.classes
    digest = hashlib.sha256(labels.tobytes())
    digest.update(images[::SAMPLED].tobytes())
    known = (data.name, len(labels), digest.hexdigest(), environment)
    return Provenance(*known, classes=classes, handwriting=data.handwriting)
