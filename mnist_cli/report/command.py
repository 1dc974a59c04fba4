"""The command that trains a network with the same settings again."""

import dataclasses
from typing import Any

from mnist_cli.config.settings import TrainingConfig


def training_command(config: TrainingConfig, dataset: str) -> str:
    """Return `mnist train` with every setting that differs from the default.

    The learning rate is left out if it is the usual one for the other settings.
    """
    default, values = TrainingConfig().to_dict(), config.to_dict()
    others = {name: value for name, value in values.items() if name != "learning_rate"}
    default["learning_rate"] = TrainingConfig(**others).learning_rate
    options = [_option(name, values[name]) for name in _names() if values[name] != default[name]]
    return " ".join(["mnist train", f"--dataset {dataset}", *options])


def _names() -> list[str]:
    return [field.name for field in dataclasses.fields(TrainingConfig)]


def _option(name: str, value: Any) -> str:
    flag = name.replace("_", "-")
    if isinstance(value, bool):
        return f"--{flag}" if value else f"--no-{flag}"
    if isinstance(value, list):
        return f"--{flag} {','.join(map(str, value)) or 'none'}"
    return f"--{flag} {value}"
