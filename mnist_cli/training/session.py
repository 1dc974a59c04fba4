"""A training run on disk: saved after every epoch, without overwriting any other file."""

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from mnist_cli.config.settings import TrainingConfig
from mnist_cli.data.datasets import Split
from mnist_cli.data.prepared import load_prepared
from mnist_cli.errors import DataError
from mnist_cli.progress import Say, Stop, never_stop, say_nothing
from mnist_cli.storage.atomic import check_writable, set_aside, stamp
from mnist_cli.training.checkpoint import Checkpoint, save_checkpoint
from mnist_cli.training.confidence import COMPONENTS, Calibration, calibrate
from mnist_cli.training.environment import describe_environment, one_thread
from mnist_cli.training.evaluation import measure
from mnist_cli.training.loop import train
from mnist_cli.training.metadata import Provenance
from mnist_cli.training.run import EpochResult, Run

SAMPLE_STEP = 64  # a digest of every 64th image shows whether the data have changed


class TrainingData(NamedTuple):
    """The images of a run, as the network sees them.

    Attributes
    ----------
    name : of the data set
    training : images to train on
    copies : changed copies of the training images
    validation : held-out images, None if there are none
    """

    name: str
    training: Split
    copies: list[NDArray[np.uint8]]
    validation: Split | None


def load_training_data(
    dataset: str, data_dir: Path, config: TrainingConfig, say: Say = say_nothing
) -> TrainingData:
    """Map the training and validation images of a run, never the test images. Raises DataError."""

    def load(split: str, copy: int = 0) -> Split:
        size, name = config.validation_size, config.preprocessing
        return load_prepared(dataset, split, data_dir, size, preprocessing=name, copy=copy, say=say)

    copies = [load("train", copy) for copy in range(1, config.augmentation + 1)]
    validation = load("validation") if config.validation_size else None
    training = load("train")
    if any(not np.array_equal(copy.labels, training.labels) for copy in copies):
        raise DataError(f"{data_dir}: {dataset} was replaced while it was read; try again")
    return TrainingData(dataset, training, [copy.images for copy in copies], validation)


class Session:
    """A run, its data and its checkpoint.

    Attributes
    ----------
    run : the training run
    data : its images
    path : the checkpoint
    saved : whether the checkpoint was written at all
    set_aside : new name of an older file that was at `path`, None if there was none
    """

    def __init__(self, run: Run, data: TrainingData, path: Path, provenance: Provenance) -> None:
        self.run, self.data, self.path, self.provenance = run, data, path, provenance
        self.set_aside: Path | None = None
        self.saved = False
        self._written: tuple[int, ...] | None = None  # the stamp of our own file

    @classmethod
    def start(
        cls, config: TrainingConfig, data: TrainingData, path: Path, threads: int = 1
    ) -> "Session":
        """Start a run. Raises OSError if nothing can be written to `path`."""
        check_writable(path)
        return cls(Run.start(config), data, path, _provenance(data, describe_environment(threads)))

    @classmethod
    def resume(cls, checkpoint: Checkpoint, data: TrainingData, path: Path, own: bool) -> "Session":
        """Continue a run. `own`: it was read from `path`, which may be overwritten.

        Raises DataError if the images are not those that the run started with, and OSError.
        """
        check_writable(path)
        provenance = checkpoint.provenance
        if _provenance(data, provenance.environment) != provenance:
            raise DataError(
                f"{path}: cannot be resumed: the images of {data.name} are not those that the run "
                f"started with ({provenance.images} then, {len(data.training.labels)} now); put "
                "those back, or start a new run"
            )
        session = cls(checkpoint.run, data, path, provenance)
        session._written = stamp(path) if own else None
        return session

    def epochs(self, stop: Stop = never_stop, threads: int = 1) -> Iterator[EpochResult]:
        """Train; save after every epoch, and when `stop` returns True. See `loop.train`."""
        training, copies, validation = self.data[1:]
        for result in train(
            self.run, training, validation, copies=copies, stop=stop, threads=threads
        ):
            self.save()
            yield result
        if self.run.step > 0 or self._written is None:
            self.save()

    def save(self) -> None:
        """Write the run as it is now; an older file of that name is renamed, not overwritten."""
        calibration = self._calibration() if self.run.finished else None
        self._written = save_checkpoint(
            self.path,
            self.run,
            self.provenance,
            calibration,
            replacing=self._keeping_other_file,
        )
        self.saved = True

    @contextmanager
    def _keeping_other_file(self) -> Iterator[None]:
        """Rename the file that the block replaces, unless we wrote it ourselves."""
        if self._written is not None and stamp(self.path) == self._written:
            yield
            return
        with set_aside(self.path) as kept:
            yield
        self.set_aside = kept or self.set_aside

    def _calibration(self) -> Calibration | None:
        """Calibrate the network on images that it was not trained on."""
        training, validation = self.data.training.images, self.data.validation
        if validation is None or len(training) < COMPONENTS:
            return None
        with one_thread():
            measured = measure(self.run.result(), validation)
            return calibrate(training, *validation, measured.logits, measured.outputs)


def _provenance(data: TrainingData, environment: dict[str, str]) -> Provenance:
    images, labels = data.training
    digest = hashlib.sha256(labels.tobytes())
    digest.update(images[::SAMPLE_STEP].tobytes())
    return Provenance(data.name, len(labels), digest.hexdigest(), environment)
