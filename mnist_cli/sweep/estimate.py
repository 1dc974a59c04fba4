"""How long runs will take: from those that are finished, or from a few steps of some of them."""

import time
from collections.abc import Iterable, Sequence
from pathlib import Path

import numpy as np

from mnist_cli.config.settings import TrainingConfig
from mnist_cli.sweep.journal import Row
from mnist_cli.sweep.plan import Plan, Trial, steps_of
from mnist_cli.training.data import load_training_data
from mnist_cli.training.environment import one_thread
from mnist_cli.training.loop import Loop, epoch_order
from mnist_cli.training.run import Run

SECONDS = 0.1  # that each tried run may take
TRIED = 8  # runs at most


def rate_of_rows(trials: Iterable[Trial], rows: Iterable[Row]) -> float | None:
    """Return the seconds for a unit of cost in finished runs, None if there are none."""
    seconds = {row["key"]: row["seconds"] for row in rows}
    pairs = [(seconds[trial.key], trial.cost) for trial in trials if trial.key in seconds]
    cost = sum(cost for _, cost in pairs)
    return sum(second for second, _ in pairs) / cost if cost else None


def measured_rate(plan: Plan, trials: Sequence[Trial], data_dir: Path) -> float:
    """Train some of the runs for a moment, cheap and dear ones; return seconds for a unit of cost.

    Raises DataError.
    """
    ordered = sorted((trial for trial in trials if trial.cost), key=lambda trial: trial.cost)
    chosen = ordered[:: -(-len(ordered) // TRIED)] if ordered else []
    times = [_seconds(plan, trial.config, data_dir) for trial in chosen]
    return sum(times) / max(1, sum(trial.cost for trial in chosen))


def _seconds(plan: Plan, config: TrainingConfig, data_dir: Path) -> float:
    """Return the seconds of a whole run, reckoned from its first steps."""
    data = load_training_data(plan.dataset, data_dir, config)
    run = Run.start(config, len(data.training.classes))
    loop = Loop(run, data.training, data.copies)
    with one_thread(), np.errstate(over="ignore", invalid="ignore"):  # as in `loop.train`
        order = epoch_order(config.seed, 1, len(data.training))
        began = time.process_time()  # of a core, whatever else the machine does at this moment
        loop.epoch(order, lambda: time.process_time() - began > SECONDS)
        spent = time.process_time() - began
    return spent / run.step * config.epochs * steps_of(config, plan.images)


def seconds_of(costs: Sequence[int], rate: float, workers: int) -> float:
    """Return how long runs of these costs take together, on so many workers."""
    return rate * max(sum(costs) / workers, max(costs, default=0))
