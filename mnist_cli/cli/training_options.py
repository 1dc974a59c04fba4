"""Options from what a training starts: its settings, its data, its first weights."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import click

from mnist_cli.cli.options import NETWORK, ConfigType, DatasetType, Function, data_dir_option

if TYPE_CHECKING:
    from mnist_cli.training.start import Start


def config_option(function: Function) -> Function:
    """Add --config."""
    return click.option(
        "--config",
        "config",
        type=ConfigType(),
        help="Settings to start from: default, best, 3b1b, nielsen, softmax, tanh, relu, linear, "
        "or a file: JSON, or a checkpoint for the settings of its run.",
    )(function)


def training_data_options(command: str) -> Callable[[Function], Function]:
    """Add --dataset and --data-dir, for commands that train."""

    def added(function: Function) -> Function:
        function = data_dir_option(command)(function)
        return click.option(
            "--dataset",
            type=DatasetType("auto"),
            default="auto",
            show_default=True,
            help="auto: MNIST or, if it cannot be downloaded, the built-in digits. PATH: your own "
            "images, a folder of pictures by class, IDX, .npz or CSV.",
        )(function)

    return added


def start_option(function: Function) -> Function:
    """Add --start-from."""
    return click.option(
        "--start-from",
        type=NETWORK,
        help="Go on from the weights of this network with other settings and data; its layers and "
        "its preprocessing are kept. A file, best or default.",
    )(function)


def chosen_start(options: dict[str, Any]) -> "Start | None":
    """Return the network to start from, None if none is named. Raises CheckpointError."""
    from mnist_cli.training.start import start_from_file

    return start_from_file(options["start_from"]) if options["start_from"] else None
