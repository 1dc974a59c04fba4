"""Mini-batches in, one EpochResult per epoch out: stochastic gradient descent.

A run is a pure function of configuration and data: the first parameters come from the seed, each
epoch's order from (seed, epoch), and all that changes lies in `Run`. So a run taken up again from
a checkpoint, even in the middle of an epoch, goes on as if it had never stopped. The bits are the
same for the same NumPy, the same BLAS kernel and one thread; elsewhere the last ones may differ.
"""

import time
from collections.abc import Callable, Iterator, Sequence
from math import isfinite

import numpy as np
from numpy.typing import NDArray
from threadpoolctl import threadpool_limits

from mnist_cli.config import usual_learning_rate
from mnist_cli.datasets import Split
from mnist_cli.errors import TrainingError
from mnist_cli.evaluation import Probe, measure, to_inputs
from mnist_cli.functions import Array
from mnist_cli.network import Gradient, MiniBatch, Network, layer_views
from mnist_cli.optimizers import scheduled_rate
from mnist_cli.run import EpochResult, Run


def never() -> bool:
    """Say no to stopping."""
    return False


def train(
    run: Run,
    training: Split,
    validation: Split | None = None,
    *,
    copies: Sequence[NDArray[np.uint8]] = (),
    stop: Callable[[], bool] = never,
    threads: int = 1,
) -> Iterator[EpochResult]:
    """Train until `run.finished`, yielding after every epoch.

    Parameters
    ----------
    run
        Changed in place.
    copies
        Changed copies of the training images, which take turns with them, epoch by epoch.
    stop
        Asked after every mini-batch; at True the generator ends, and `run` can be kept and gone on
        with.
    threads
        Threads of NumPy's matrix products; with products as small as these, more make it slower.

    Raises
    ------
    TrainingError
        The loss is no longer finite; `run` is then of no use.
    """
    loop, probe = Loop(run, training, copies), Probe(run.network, training)
    while not run.finished:
        # Numbers that run away are told below, in words, instead of by NumPy's warnings.
        with threadpool_limits(threads, "blas"), np.errstate(over="ignore", invalid="ignore"):
            begin = time.perf_counter()
            order = epoch_order(run.config.seed, run.epoch + 1, len(training.labels))
            complete = loop.epoch(order, stop)
            seconds = time.perf_counter() - begin
            _check_finite(run, run.loss_sum)
            if not complete:
                return
            measured = measure(run.network, validation) if validation else None
            share, norms = probe.look()
            _check_finite(run, *norms, measured.loss if measured else 0.0)
        yield run.close_epoch(
            run.loss_sum / len(training.labels),
            measured.accuracy if measured else None,
            seconds,
            validation_loss=measured.loss if measured else None,
            training_accuracy=share,
            gradient_norms=norms,
        )


def epoch_order(seed: int, epoch: int, count: int) -> NDArray[np.intp]:
    """Order of the images in an epoch (counted from 1): it depends on nothing but its arguments."""
    return np.random.default_rng([seed, epoch]).permutation(count)


class Loop:
    """The arrays of the training loop, and one epoch over them."""

    def __init__(self, run: Run, training: Split, copies: Sequence[NDArray[np.uint8]] = ()) -> None:
        count = len(training.labels)
        size = min(run.config.batch_size, count)
        self.run, self.labels, self.size = run, training.labels, size
        self.variants = [training.images, *copies]
        self.starts = range(0, count, size)
        self.rows = np.empty((size, training.images.shape[1]), np.uint8)
        self.full = MiniBatch(run.network, size)
        self.last = MiniBatch(run.network, count - self.starts[-1])
        self.last_rows = self.rows[: len(self.last.inputs)]
        self.gradient = Gradient(run.network)
        self.decay = _decay(run.network, run.config.weight_decay)

    def epoch(self, order: NDArray[np.intp], stop: Callable[[], bool] = never) -> bool:
        """Train on the mini-batches that are left in this epoch; False if `stop` ended it."""
        run, size, last = self.run, self.size, self.starts[-1]
        images = self.variants[run.epoch % len(self.variants)]
        take_rows, take_targets = images.take, ONE_HOT.take
        labels = self.labels[order].astype(np.intp)  # the type that `take` wants
        for start in self.starts[run.step :]:
            batch, rows = (self.full, self.rows) if start < last else (self.last, self.last_rows)
            # "clip" because "raise", the default, would copy the rows once more
            take_rows(order[start : start + size], 0, rows, "clip")
            take_targets(labels[start : start + size], 0, batch.targets, "clip")
            to_inputs(rows, batch.inputs)
            batch.forward()
            run.loss_sum += batch.loss()
            batch.backward(self.gradient)
            self._move()
            run.step += 1
            if stop() and run.step < len(self.starts):
                return False
        return True

    def _move(self) -> None:
        """Let the optimizer take one step."""
        run, flat = self.run, self.gradient.flat
        if self.decay is not None:
            flat += self.decay * run.network.parameters
        number = run.epoch * len(self.starts) + run.step
        share = number / (run.config.epochs * len(self.starts))
        rate = scheduled_rate(run.config.schedule, run.config.learning_rate, share)
        run.optimizer.step(run.network.parameters, flat, rate, number + 1)


ONE_HOT = np.eye(10, dtype=np.float32)


def _decay(network: Network, weight_decay: float) -> Array | None:
    """Return `weight_decay` for every weight and 0 for every bias, or None without decay."""
    if weight_decay == 0:
        return None
    decay = np.zeros_like(network.parameters)
    for weights in layer_views(decay, network.layer_sizes)[0]:
        weights[:] = weight_decay
    return decay


def _check_finite(run: Run, *numbers: float) -> None:
    if not all(map(isfinite, numbers)) or not np.isfinite(run.network.parameters).all():
        rate = run.config.learning_rate
        shorter = min(rate / 10, usual_learning_rate(run.config))
        raise TrainingError(
            f"epoch {run.epoch + 1}: the loss is no longer finite, with learning_rate {rate:g}; "
            f"the steps are too long: try --learning-rate {shorter:g}"
        )
