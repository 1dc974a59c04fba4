"""Options that all commands share which train."""

from collections.abc import Callable

import click

from mnist_cli.cli.options import ConfigType, DatasetType, Function, data_dir_option


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
