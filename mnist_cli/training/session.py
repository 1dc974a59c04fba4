"""A training run on disk: saved after every epoch, without overwriting any other file."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from mnist_cli.config.settings import TrainingConfig
from mnist_cli.errors import DataError
from mnist_cli.progress import Say, Stop, never_stop, say_nothing
from mnist_cli.storage.atomic import check_writable
from mnist_cli.storage.failures import InUseError
from mnist_cli.storage.identity import stamp
from mnist_cli.storage.names import free_name, set_aside
from mnist_cli.training.checkpoint import Checkpoint, save_checkpoint
from mnist_cli.training.confidence import Calibration, Measured, calibrate
from mnist_cli.training.data import TrainingData, provenance_of
from mnist_cli.training.environment import describe_environment, one_thread
from mnist_cli.training.evaluation import measure
from mnist_cli.training.loop import train
from mnist_cli.training.metadata import Provenance
from mnist_cli.training.run import EpochResult, Run


class Session:
    """A run, its data and its checkpoint.

    Attributes
    ----------
    run : the training run
    data : its images
    path : the checkpoint
    saved : whether the checkpoint was written at all
    set_aside : new name of an older file that was at `path`, None if there was none
    say : hears why the run could not be saved yet
    """

    def __init__(self, run: Run, data: TrainingData, path: Path, provenance: Provenance) -> None:
        self.run, self.data, self.path, self.provenance = run, data, path, provenance
        self.set_aside: Path | None = None
        self.saved, self._waiting = False, False
        self.say: Say = say_nothing
        self._written: tuple[int, ...] | None = None  # the stamp of our own file

    @classmethod
    def start(
        cls, config: TrainingConfig, data: TrainingData, path: Path, threads: int = 1
    ) -> "Session":
        """Start a run. Raises OSError if nothing can be written to `path`."""
        check_writable(path)
        return cls(
            Run.start(config), data, path, provenance_of(data, describe_environment(threads))
        )

    @classmethod
    def resume(cls, checkpoint: Checkpoint, data: TrainingData, path: Path, own: bool) -> "Session":
        """Continue a run. `own`: it was read from `path`, which may be overwritten.

        Raises DataError if the images are not those that the run started with, and OSError.
        """
        check_writable(path)
        provenance = checkpoint.provenance
        if provenance_of(data, provenance.environment) != provenance:
            raise DataError(
                f"{path}: cannot be resumed: the images of {data.name} are not those that the run "
                f"started with ({provenance.images} then, {len(data.training.labels)} now); put "
                "those back, or start a new run"
            )
        session = cls(checkpoint.run, data, path, provenance)
        session._written = stamp(path) if own else None
        return session

    def epochs(self, stop: Stop = never_stop, threads: int = 1) -> Iterator[EpochResult]:
        """Train; save after every epoch, and when `stop` returns True. See `loop.train`.

        The confidence is calibrated at the end, also of a run that was stopped: it takes half a
        second, as long as several epochs. So only a run that was killed is not calibrated.

        If another program has the checkpoint open, it is saved after a later epoch; if it still
        has after the last one, beside it as `a-new.npz`, which then is `path`.
        """
        training, copies, validation = self.data[1:]
        for result in train(
            self.run, training, validation, copies=copies, stop=stop, threads=threads
        ):
            self._save_now_or_later()
            yield result
        if not self.run.finished or self._written is None or self._waiting:
            self._save_here_or_beside()

    def _save_now_or_later(self) -> None:
        try:
            self.save(calibrate=self.run.finished)
            self._waiting = False
        except InUseError as error:
            if not self._waiting:
                self.say(f"Not saved yet: {error}. Training goes on, and is saved later.")
            self._waiting = True

    def _save_here_or_beside(self) -> None:
        try:
            self.save(calibrate=True)
        except InUseError as error:
            self.say(f"{error}.")
            beside = self.path.with_name(f"{self.path.stem}-new{self.path.suffix}")
            with free_name(beside) as self.path:
                self._written = None
                self.save(calibrate=True)

    def save(self, *, calibrate: bool) -> None:
        """Write the run as it is now; an older file of that name is renamed, not overwritten."""
        calibration = calibrated(self.run, self.data) if calibrate else None
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


def calibrated(run: Run, data: TrainingData) -> Calibration | None:
    """Learn how far the answers can be trusted, from images that were not trained on.

    None without such images.
    """
    if data.validation is None:
        return None
    with one_thread():
        measured = measure(run.result(), data.validation)
        images, labels = data.validation
        seen = Measured(images, labels, measured.logits, measured.outputs)
        return calibrate(data.training.images, data.training.labels, seen)
