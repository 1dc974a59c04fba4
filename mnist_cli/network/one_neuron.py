"""The smallest network that walks downhill: one linear neuron with one input, y = w x + b."""

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np

from mnist_cli.network.activations import Array


class Step(NamedTuple):
    """Where the neuron is: its two parameters, the cost there, and the slopes of the cost."""

    w: float
    b: float
    cost: float
    slope_w: float
    slope_b: float


def walk_downhill(x: Array, y: Array, learning_rate: float, steps: int) -> Iterator[Step]:
    """Yield the start w = b = 0, and where each step leads, for inputs (n,) and targets (n,).

    The cost is the mean of (w x + b - y)²; a step is w ← w - η ∂C/∂w, and the same for b.
    """
    w = b = 0.0
    for _ in range(steps + 1):
        error = w * x + b - y
        step = Step(
            w,
            b,
            cost=float(np.mean(error**2)),
            slope_w=float(np.mean(2 * error * x)),
            slope_b=float(np.mean(2 * error)),
        )
        yield step
        w, b = w - learning_rate * step.slope_w, b - learning_rate * step.slope_b
