"""Small trainings inside a lesson: a few seconds, and nothing is saved."""

from typing import Any

from mnist_cli.config.settings import TrainingConfig, make_config
from mnist_cli.data.datasets import Split
from mnist_cli.network.activations import Array
from mnist_cli.network.network import Network
from mnist_cli.training import loop
from mnist_cli.training.run import Run

PLAIN = {"patience": 0, "snapshots": 0, "augmentation": 0, "drawn": 0}


def trained(
    config: TrainingConfig, split: Split, start: Array | None = None, **changes: Any
) -> Network:
    """Train on images as the network sees them, with some settings changed.

    `start` are the parameters to go on from; without them they are drawn. Raises ConfigError and
    TrainingError.
    """
    changed = make_config({**config.to_dict(), **PLAIN, **changes}, "lesson")
    run = Run.start(changed, len(split.classes))
    if start is not None:
        run.network.parameters[:] = start
    for _ in loop.train(run, split):
        pass
    return run.network
