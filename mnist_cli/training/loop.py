"""The training loop: stochastic gradient descent, with one EpochResult for each epoch.

The result depends on configuration and data alone: the first parameters come from the seed, the
order of the images in an epoch from (seed, epoch), and the whole state is in `Run`. So a run that
is resumed from a checkpoint, even in the middle of an epoch, gives the same result as a run without
interruption. All bits are equal if NumPy, the BLAS kernel and the number of threads are the same;
otherwise the last bits may differ.
"""

import time
from collections.abc import Iterator, Sequence
from math import isfinite

import numpy as np
from numpy.typing import NDArray

from mnist_cli.config.settings import usual_learning_rate
from mnist_cli.data.datasets import Split
from mnist_cli.errors import TrainingError
from mnist_cli.network.activations import Array
from mnist_cli.network.backpropagation import Batches
from mnist_cli.network.bounds import is_bounded
from mnist_cli.network.network import Network
from mnist_cli.network.optimizers import SCHEDULES
from mnist_cli.network.parameters import layer_views
from mnist_cli.progress import Stop, never_stop
from mnist_cli.training.environment import blas_threads
from mnist_cli.training.evaluation import gradient_norms, measure
from mnist_cli.training.run import EpochResult, Run

MEASURED = 2000  # training images, the first ones, that are measured after every epoch


def train(
    run: Run,
    training: Split,
    validation: Split | None = None,
    *,
    copies: Sequence[NDArray[np.uint8]] = (),
    stop: Stop = never_stop,
    threads: int = 1,
) -> Iterator[EpochResult]:
    """Train until `run.finished`, yielding after every epoch.

    Parameters
    ----------
    run
        Changed in place.
    training, validation
        Images as the network sees them, already preprocessed: `preprocessing`, `augmentation`,
        `drawn` and `validation_size` of the configuration are not looked at here.
        `mnist_cli.train` does what they say, and `training.data` prepares images for it.
    copies
        Changed copies of the training images: each epoch uses the images or one of the copies, in
        turn.
    stop
        Called after every mini-batch. If it returns True, the generator ends; `run` can then be
        saved and resumed.
    threads
        Threads for NumPy's matrix products, which are so small that one thread is fastest.

    Raises
    ------
    TrainingError
        The loss is no longer finite; `run` cannot be used afterwards.
    """
    loop = Loop(run, training, copies)
    first = training[:MEASURED]
    while not run.finished:
        # `_check_finite` reports an overflow, so NumPy does not have to warn of it.
        with blas_threads(threads), np.errstate(over="ignore", invalid="ignore"):
            begin = time.perf_counter()
            order = epoch_order(run.config.seed, run.epoch + 1, len(training.labels))
            stopped = loop.epoch(order, stop)
            seconds = time.perf_counter() - begin
            _check_finite(run, run.loss_sum)
            if run.step < loop.steps:
                return
            measured = measure(run.network, validation) if validation else None
            accuracy = measure(run.network, first).accuracy
            norms = gradient_norms(run.network, first)
            _check_finite(run, *norms, measured.loss if measured else 0.0)
        yield run.close_epoch(
            run.loss_sum / len(training.labels),
            measured.accuracy if measured else None,
            seconds,
            validation_loss=measured.loss if measured else None,
            training_accuracy=accuracy,
            gradient_norms=norms,
        )
        if stopped:
            return


def epoch_order(seed: int, epoch: int, count: int) -> NDArray[np.intp]:
    """Order of the images in an epoch (counted from 1): a function of its arguments alone."""
    return np.random.default_rng([seed, epoch]).permutation(count)


class Loop:
    """The training loop: what all steps share, and one epoch of steps."""

    def __init__(self, run: Run, training: Split, copies: Sequence[NDArray[np.uint8]] = ()) -> None:
        self.run, self.variants = run, [training.images, *copies]
        self.batches = Batches(run.network, *training)
        self.size = min(run.config.batch_size, len(training.labels))
        self.steps = -(-len(training.labels) // self.size)
        self.decay = _decay(run.network, run.config.weight_decay)

    def epoch(self, order: NDArray[np.intp], stop: Stop = never_stop) -> bool:
        """Train on the remaining mini-batches of this epoch; return whether `stop` ended it.

        Afterwards the epoch is complete if `run.step` equals `steps`.
        """
        run, batches, optimizer = self.run, self.batches, self.run.optimizer
        parameters, gradient = run.network.parameters, batches.gradient.flat
        batches.images = self.variants[run.epoch % len(self.variants)]
        rates, done = self._rates(), run.epoch * self.steps
        for start in range(run.step * self.size, len(order), self.size):
            chosen, rate = order[start : start + self.size], rates[run.step]
            scale = optimizer.scale(rate)
            run.loss_sum += batches.find_gradient(chosen, scale / len(chosen))
            if self.decay is not None:
                gradient += scale * self.decay * parameters
            optimizer.step(parameters, gradient, rate, done + run.step + 1)
            run.step += 1
            if stop():
                return True
        return False

    def _rates(self) -> list[float]:
        """Return the learning rate of every step of the epoch."""
        config = self.run.config
        done = (self.run.epoch + np.arange(self.steps) / self.steps) / config.epochs
        rates: list[float] = (config.learning_rate * SCHEDULES[config.schedule](done)).tolist()
        return rates


def _decay(network: Network, weight_decay: float) -> Array | None:
    """Return `weight_decay` for every weight and 0 for every bias, or None without decay."""
    if weight_decay == 0:
        return None
    decay = np.zeros_like(network.parameters)
    for weights in layer_views(decay, network.layer_sizes)[0]:
        weights[:] = weight_decay
    return decay


def _check_finite(run: Run, *numbers: float) -> None:
    """Raise TrainingError if numbers overflowed, or could for some image: no command reads that."""
    if not all(map(isfinite, numbers)) or not is_bounded(run.network):
        rate = run.config.learning_rate
        smaller = min(rate / 10, usual_learning_rate(run.config))
        raise TrainingError(
            f"epoch {run.epoch + 1}: the loss is no longer finite: the steps are too long, "
            f"got learning_rate {rate:g}; try --learning-rate {smaller:.2g}"
        )
