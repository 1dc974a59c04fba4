"""The command that trains a network with the same settings again."""

import dataclasses
import shlex
from typing import Any

from mnist_cli.classes import DIGITS
from mnist_cli.config.settings import TrainingConfig
from mnist_cli.data.registry import OWN
from mnist_cli.training.metadata import Provenance


def training_command(config: TrainingConfig, provenance: Provenance) -> str:
    """Return `mnist train` with every setting that differs from the default.

    The learning rate is left out where it is the usual one for the other settings. Images of one's
    own come from Python, and so does their command.
    """
    default, values = TrainingConfig().to_dict(), config.to_dict()
    others = {name: value for name, value in values.items() if name != "learning_rate"}
    default["learning_rate"] = TrainingConfig(**others).learning_rate
    changed = {name: values[name] for name in _names() if values[name] != default[name]}
    if provenance.dataset == OWN:
        settings = [f"{name}={value!r}" for name, value in changed.items()]
        return f"mnist_cli.train({', '.join([_arrays(provenance), *settings])})"
    options = [_option(name, value) for name, value in changed.items()]
    return " ".join(["mnist train", f"--dataset {shlex.quote(provenance.dataset)}", *options])


def _arrays(provenance: Provenance) -> str:
    """Return the first argument, images of one's own; classes that are no digits have names."""
    if provenance.classes == DIGITS:
        return "(images, labels)"
    return f"mnist_cli.Split.of(images, labels, {list(provenance.classes)!r})"


def _names() -> list[str]:
    return [field.name for field in dataclasses.fields(TrainingConfig)]


def _option(name: str, value: Any) -> str:
    flag = name.replace("_", "-")
    if isinstance(value, bool):
        return f"--{flag}" if value else f"--no-{flag}"
    if isinstance(value, list):
        return f"--{flag} {','.join(map(str, value)) or 'none'}"
    return f"--{flag} {value}"
