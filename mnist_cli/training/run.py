"""A training run: its settings, its history and its state."""

from typing import Any, NamedTuple

import numpy as np

from mnist_cli.config.settings import TrainingConfig
from mnist_cli.network.network import DIGITS, Network
from mnist_cli.network.optimizers import OPTIMIZERS
from mnist_cli.training.snapshots import Snapshots, keep_frame
from mnist_cli.wording import counted


class EpochResult(NamedTuple):
    """The results of one epoch.

    Attributes
    ----------
    epoch : counted from 1
    loss : mean over the training images, measured during the epoch while the parameters change
    validation_accuracy : share of the validation images read right, None without such images
    seconds : time of the training loop alone; None for an epoch before the run was resumed
    validation_loss : mean over the validation images, None without such images
    training_accuracy : share of the first training images read right (see `loop.MEASURED`)
    gradient_norms : Euclidean norm of each layer's gradient, for the mean loss on the same images;
        to compare layers, see `evaluation.gradient_rms`
    """

    epoch: int
    loss: float
    validation_accuracy: float | None
    seconds: float | None
    validation_loss: float | None = None
    training_accuracy: float | None = None
    gradient_norms: tuple[float, ...] = ()


class Run:
    """A training run: its settings and its state.

    Attributes
    ----------
    config : the settings
    outputs : number of classes
    network : with its current parameters
    optimizer : with its state
    history : one EpochResult per finished epoch
    step, loss_sum : number of mini-batches done in the unfinished epoch, and their summed loss
    best_epoch, best_parameters : those with the highest validation accuracy so far
    snapshots : copies of the parameters at a few epochs, for the training film
    """

    def __init__(self, config: TrainingConfig, outputs: int = DIGITS) -> None:
        self.config, self.outputs = config, outputs
        self.network = make_network(config, outputs)
        self.optimizer = OPTIMIZERS[config.optimizer].make(
            self.network.parameters, config.momentum, config.nesterov
        )
        self.history: list[EpochResult] = []
        self.step, self.loss_sum = 0, 0.0
        self.best_epoch, self.best_parameters = 0, np.zeros_like(self.network.parameters)
        self.snapshots: Snapshots = {}

    @classmethod
    def start(
        cls, config: TrainingConfig, outputs: int = DIGITS, first: Network | None = None
    ) -> "Run":
        """Start a run: the first parameters are those of `first`, else drawn from the seed."""
        run = cls(config, outputs)
        if first is not None:
            run.network.parameters[:] = first.parameters
        else:  # the epochs, counted from 1, have their own generators
            rng = np.random.default_rng([config.seed, 0])
            run.network.initialize(rng, config.initialization)
        keep_frame(run.snapshots, 0, run.network.parameters, config.snapshots)
        return run

    @property
    def epoch(self) -> int:
        """Number of finished epochs."""
        return len(self.history)

    @property
    def stopped_early(self) -> bool:
        """Whether `patience` has run out."""
        return 0 < self.config.patience <= self.epoch - self.best_epoch

    @property
    def finished(self) -> bool:
        """Whether there is nothing left to train."""
        return self.epoch >= self.config.epochs or self.stopped_early

    @property
    def progress(self) -> str:
        """How much of the training is done: `3 of 30 epochs`, or `30 epochs` if it is finished."""
        if self.finished:
            return counted(self.epoch, "epoch")
        further = f" and {counted(self.step, 'mini-batch', 'mini-batches')}" if self.step else ""
        return f"{self.epoch} of {counted(self.config.epochs, 'epoch')}{further}"

    @property
    def validation_accuracy(self) -> float | None:
        """Validation accuracy of `result`, None without validation images or epochs.

        With `patience` it is that of the best epoch, else that of the last one.
        """
        if not self.history:
            return None
        kept = self.history[self.best_epoch - 1 if self.config.patience else -1]
        return kept.validation_accuracy

    def result(self) -> Network:
        """Return a copy of the resulting network: with `patience` the best one, else the last."""
        network = make_network(self.config, self.outputs)
        best = self.config.patience > 0 and self.best_epoch > 0
        network.parameters[:] = self.best_parameters if best else self.network.parameters
        return network

    def close_epoch(
        self, loss: float, accuracy: float | None, seconds: float, **more: Any
    ) -> EpochResult:
        """Add an epoch to the history, and copy its parameters if they are the best so far.

        `more` are the other fields of `EpochResult`.
        """
        result = EpochResult(self.epoch + 1, loss, accuracy, seconds, **more)
        best = self.history[self.best_epoch - 1].validation_accuracy if self.best_epoch else None
        if accuracy is not None and (best is None or accuracy > best):
            self.best_epoch = result.epoch
            self.best_parameters[:] = self.network.parameters
        self.history.append(result)
        keep_frame(self.snapshots, result.epoch, self.network.parameters, self.config.snapshots)
        self.step, self.loss_sum = 0, 0.0
        return result


def make_network(config: TrainingConfig, outputs: int = DIGITS) -> Network:
    """Make the network that a configuration describes, with all parameters zero."""
    return Network(
        config.hidden_sizes,
        activation=config.activation,
        output_activation=config.output_activation,
        loss=config.loss,
        outputs=outputs,
    )
