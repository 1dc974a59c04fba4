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

from mnist_cli.backpropagation import Gradient
from mnist_cli.config import usual_learning_rate
from mnist_cli.datasets import Split
from mnist_cli.errors import TrainingError
from mnist_cli.evaluation import Parts, Probe, measure_parts
from mnist_cli.functions import Array
from mnist_cli.loading import Loader
from mnist_cli.network import Network, layer_views
from mnist_cli.optimizers import scheduled_rates
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
    held_out = Parts(run.network, validation) if validation else None
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
            measured = measure_parts(held_out) if held_out else None
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
        self.run, self.variants = run, [training.images, *copies]
        self.labels = training.labels.astype(np.intp)  # the type that `take` wants
        self.count = len(self.labels)
        self.size = min(run.config.batch_size, self.count)
        self.steps = -(-self.count // self.size)
        # written before every step: what `MiniBatch` multiplies the gradient with
        self.scale = np.zeros((), np.float32)
        of_part = Gradient(run.network)
        self.loader = Loader(run.network, self.size, of_part, self.scale)
        self.of_part = of_part.flat
        in_parts = self.size > self.loader.most
        self.gradient = np.zeros_like(self.of_part) if in_parts else self.of_part
        self.decay = _decay(run.network, run.config.weight_decay)

    def epoch(self, order: NDArray[np.intp], stop: Callable[[], bool] = never) -> bool:
        """Train on the mini-batches that are left in this epoch; False if `stop` ended it."""
        run, gradient, of_part, decay = self.run, self.gradient, self.of_part, self.decay
        parameters, optimizer = run.network.parameters, run.optimizer
        images = self.variants[run.epoch % len(self.variants)]
        order, done = order[run.step * self.size :], run.epoch * self.steps
        rates, scales = self._rates()
        for start, end, load in self.loader.stretches(len(order)):
            chosen = order[start:end]
            load.gather(images, chosen)
            load.aim(self.labels.take(chosen))
            for batch, ends in load.parts:
                self.scale[...] = scales[run.step]
                run.loss_sum += batch.learn()
                if gradient is not of_part:
                    gradient += of_part
                if not ends:
                    continue
                rate = rates[run.step]
                if decay is not None:
                    gradient += optimizer.scale(rate) * decay * parameters
                optimizer.step(parameters, gradient, rate, done + run.step + 1)
                if gradient is not of_part:
                    gradient.fill(0)
                run.step += 1
                if stop() and run.step < self.steps:
                    return False
        return True

    def _rates(self) -> tuple[list[float], list[float]]:
        """Return for every step of the epoch its learning rate, and the scale of its gradient."""
        config, steps = self.run.config, np.arange(self.steps)
        done = (self.run.epoch + steps / self.steps) / config.epochs
        rates = scheduled_rates(config.schedule, config.learning_rate, done).tolist()
        sizes = np.minimum(self.size, self.count - steps * self.size).tolist()
        scale = self.run.optimizer.scale
        return rates, [scale(rate) / size for rate, size in zip(rates, sizes, strict=True)]


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
