"""What a worker of a cluster is asked: whether it can train a plan, and to train.

Each function is made by a function. A nested function travels by value, so that a worker without
this package answers with ModuleNotFoundError. A function that travels by the name of its module
would kill that worker while it reads the task, and the client would wait for ever.
"""

from collections.abc import Callable
from typing import Any


def describing() -> Callable[[str, str | None], dict[str, Any]]:
    """Return the function that describes a worker.

    Given the name of a data set and a folder, it returns the worker's version of this program and
    its environment, and the SHA-256 of the training images, or why it does not have them.
    """

    def describe(dataset: str, data_dir: str | None) -> dict[str, Any]:
        from importlib.metadata import version

        from mnist_cli.errors import MnistError
        from mnist_cli.sweep.trial import digest_here, folder_here
        from mnist_cli.training.environment import describe_environment

        found = {"version": version("mnist-cli"), "environment": describe_environment()}
        try:
            return {**found, "data_sha256": digest_here(dataset, folder_here(data_dir))}
        except (MnistError, OSError) as error:
            return {**found, "data_sha256": None, "reason": str(error)}

    return describe


def training() -> Callable[[str], str]:
    """Return the function that trains a task: JSON text in, JSON text out."""

    def train(task: str) -> str:
        from mnist_cli.sweep.trial import run_task

        return run_task(task)

    return train
