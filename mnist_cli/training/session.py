"""A training run kept on disk: saved after every epoch, never over anything that was there."""

import hashlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from mnist_cli.config.settings import TrainingConfig
from mnist_cli.data.datasets import Split
from mnist_cli.data.prepared import load_prepared, silence
from mnist_cli.errors import DataError
from mnist_cli.storage.atomic import check_writable
from mnist_cli.storage.identity import stamp
from mnist_cli.storage.names import set_aside
from mnist_cli.training.checkpoint import Checkpoint, Origin, save_checkpoint
from mnist_cli.training.confidence import COMPONENTS, Doubt, learn_doubt
from mnist_cli.training.environment import describe_environment, one_thread
from mnist_cli.training.evaluation import measure
from mnist_cli.training.loop import never, train
from mnist_cli.training.run import EpochResult, Run

SAMPLED = 64  # every so manieth image tells whether the data are still the same


class TrainingData(NamedTuple):
    """The images of a run, as the network sees them.

    Attributes
    ----------
    name : of the data set
    training : what is trained on
    copies : changed copies of the training images
    validation : None where none are held out
    """

    name: str
    training: Split
    copies: list[NDArray[np.uint8]]
    validation: Split | None


def load_training_data(
    dataset: str, data_dir: Path, config: TrainingConfig, say: Callable[[str], None] = silence
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
    return TrainingData(dataset, training, [copy.images for copy in copies], validation)


class Session:
    """A run, its data and the file that it is kept in.

    Attributes
    ----------
    run : the training run
    data : its images
    path : where it is kept
    saved : whether anything was written
    set_aside : where a file that had that name before is now, None if there was none
    """

    def __init__(self, run: Run, data: TrainingData, path: Path, origin: Origin) -> None:
        self.run, self.data, self.path, self.origin = run, data, path, origin
        self.set_aside: Path | None = None
        self.saved = False
        self._written: tuple[int, ...] | None = None  # what our file looks like from outside

    @classmethod
    def start(
        cls, config: TrainingConfig, data: TrainingData, path: Path, threads: int = 1
    ) -> "Session":
        """Begin a run. Raises OSError if nothing can be written to `path`."""
        check_writable(path)
        return cls(Run.start(config), data, path, _origin(data, describe_environment(threads)))

    @classmethod
    def resume(cls, checkpoint: Checkpoint, data: TrainingData, path: Path, own: bool) -> "Session":
        """Go on with a run; `own` says that `path` is the file it was read from.

        Raises DataError if the data are no longer those that the run began with, and OSError.
        """
        check_writable(path)
        origin = checkpoint.origin
        if _origin(data, origin.environment) != origin:
            raise DataError(
                f"{path}: cannot go on: the images of {data.name} are not those that the run "
                f"began with, {origin.images} then and {len(data.training.labels)} now"
            )
        session = cls(checkpoint.run, data, path, origin)
        session._written = stamp(path) if own else None
        return session

    def epochs(self, stop: Callable[[], bool] = never, threads: int = 1) -> Iterator[EpochResult]:
        """Train, saving after every epoch and when `stop` says so. See `training.train`."""
        training, copies, validation = self.data[1:]
        for result in train(
            self.run, training, validation, copies=copies, stop=stop, threads=threads
        ):
            self.save()
            yield result
        if self.run.step > 0 or self._written is None:
            self.save()

    def save(self) -> None:
        """Write the run as it is now; an older file of that name is renamed, not lost."""
        doubt = self._doubt() if self.run.finished else None
        self._written = save_checkpoint(
            self.path, self.run, self.origin, doubt, replacing=self._sparing_a_foreign_file
        )
        self.saved = True

    @contextmanager
    def _sparing_a_foreign_file(self) -> Iterator[None]:
        """Keep what the block replaces, unless we wrote it ourselves."""
        if self._written is not None and stamp(self.path) == self._written:
            yield
            return
        with set_aside(self.path) as kept:
            yield
        self.set_aside = kept or self.set_aside

    def _doubt(self) -> Doubt | None:
        """Learn how far the answers may be believed, from images that were not trained on."""
        training, validation = self.data.training.images, self.data.validation
        if validation is None or len(training) < COMPONENTS:
            return None
        with one_thread():
            measured = measure(self.run.result(), validation)
            return learn_doubt(training, *validation, measured.logits, measured.outputs)


def _origin(data: TrainingData, environment: dict[str, str]) -> Origin:
    images, labels = data.training
    digest = hashlib.sha256(labels.tobytes())
    digest.update(images[::SAMPLED].tobytes())
    return Origin(data.name, len(labels), digest.hexdigest(), environment)
