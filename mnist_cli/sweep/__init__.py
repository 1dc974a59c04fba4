"""Sweeps: the same training with many settings, each with several seeds.

::

    from mnist_cli import sweep

    plan = sweep.plan("relu", {"batch_size": [16, 64]}, seeds=5)
    for result in sweep.run(plan, "my-sweep", workers=2):
        print(result["settings"]["batch_size"], result["validation_accuracy"])

docs/sweep.md shows the rest.
"""

from mnist_cli.sweep.journal import read
from mnist_cli.sweep.planning import plan
from mnist_cli.sweep.runner import run
from mnist_cli.sweep.summary import Summary, summarize

__all__ = ["Summary", "plan", "read", "run", "summarize"]
