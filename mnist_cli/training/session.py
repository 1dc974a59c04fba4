"""A training run kept on disk: saved after every epoch, never over anything that was there."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from mnist_cli.config.settings import TrainingConfig
from mnist_cli.errors import DataError
from mnist_cli.progress import Stop, never_stop
from mnist_cli.storage.atomic import check_writable, set_aside, stamp
from mnist_cli.training.checkpoint import Checkpoint, save_checkpoint
from mnist_cli.training.confidence import COMPONENTS, Calibration, calibrate
from mnist_cli.training.data import TrainingData, provenance_of
from mnist_cli.training.environment import describe_environment, one_thread
from mnist_cli.training.evaluation import measure
from mnist_cli.training.loop import train
from mnist_cli.training.metadata import Provenance
from mnist_cli.training.run import EpochResult, Run


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

    def __init__(self, run: Run, data: TrainingData, path: Path, provenance: Provenance) -> None:
        self.run, self.data, self.path, self.provenance = run, data, path, provenance
        self.set_aside: Path | None = None
        self.saved = False
        self._written: tuple[int, ...] | None = None  # what our file looks like from outside

    @classmethod
    def start(
        cls, config: TrainingConfig, data: TrainingData, path: Path, threads: int = 1
    ) -> "Session":
        """Begin a run. Raises OSError if nothing can be written to `path`."""
        check_writable(path)
        return cls(
            Run.start(config), data, path, provenance_of(data, describe_environment(threads))
        )

    @classmethod
    def resume(cls, checkpoint: Checkpoint, data: TrainingData, path: Path, own: bool) -> "Session":
        """Go on with a run; `own` says that `path` is the file it was read from.

        Raises DataError if the data are no longer those that the run began with, and OSError.
        """
        check_writable(path)
        provenance = checkpoint.provenance
        if provenance_of(data, provenance.environment) != provenance:
            raise DataError(
                f"{path}: cannot go on: the images of {data.name} are not those that the run "
                f"began with, {provenance.images} then and {len(data.training.labels)} now"
            )
        session = cls(checkpoint.run, data, path, provenance)
        session._written = stamp(path) if own else None
        return session

    def epochs(self, stop: Stop = never_stop, threads: int = 1) -> Iterator[EpochResult]:
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
        calibration = calibrated(self.run, self.data) if self.run.finished else None
        self._written = save_checkpoint(
            self.path,
            self.run,
            self.provenance,
            calibration,
            replacing=self._sparing_a_foreign_file,
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


def calibrated(run: Run, data: TrainingData) -> Calibration | None:
    """Learn how far the answers may be believed, from images that were not trained on.

    None without such images, or with too few to train on.
    """
    training, validation = data.training.images, data.validation
    if validation is None or len(training) < COMPONENTS:
        return None
    with one_thread():
        measured = measure(run.result(), validation)
        return calibrate(training, *validation, measured.logits, measured.outputs)
