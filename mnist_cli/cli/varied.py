"""The arguments of `mnist sweep`: what varies, and the name of the folder for its results."""

import hashlib
import re
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

import click
from click.shell_completion import CompletionItem

from mnist_cli.cli.help import usual_spelling
from mnist_cli.cli.options import completions
from mnist_cli.config.rules import Choice
from mnist_cli.config.settings import SETTINGS
from mnist_cli.errors import ConfigError

if TYPE_CHECKING:
    from mnist_cli.sweep.axes import Axis

LONGEST_NAME = 80  # characters of a folder; systems allow 255 bytes
_UNSAFE = re.compile(r"[^\w=,.+-]+")  # not allowed in names on some system, or part of a path


class VariedType(click.ParamType):  # type: ignore[type-arg]  # generic since Click 8.4 only
    """A setting and its values: `batch-size=16,64`."""

    name = "varied"

    def shell_complete(
        self,
        ctx: click.Context,  # noqa: ARG002
        param: click.Parameter,  # noqa: ARG002
        incomplete: str,
    ) -> list[CompletionItem]:
        """Offer the settings, and after the sign the choices of one."""
        name, sign, values = incomplete.partition("=")
        if not sign:
            names = [setting.replace("_", "-") for setting in SETTINGS if setting != "seed"]
            return completions([f"{name}=" for name in [*names, "config"]], incomplete)
        before, comma, last = values.rpartition(",")
        start = f"{name}={before}{comma}"
        return [
            CompletionItem(start + item.value) for item in completions(_choices(name), last.lower())
        ]


def _choices(name: str) -> Iterable[str]:
    from mnist_cli.config.files import config_names

    if name == "config":
        return config_names()
    setting = SETTINGS.get(usual_spelling(name).replace("-", "_"))
    return setting.rule.table.names() if setting and isinstance(setting.rule, Choice) else []


def axis_of_argument(text: str) -> "Axis":
    """Read `batch-size=1,4,16` or `batch-size+epochs=16+1,64+4`. Raises ConfigError."""
    from mnist_cli.sweep.axes import axis_of_text

    names, sign, values = text.partition("=")
    if not sign or not names:
        raise ConfigError(
            f"{text}: must be a setting, =, and its values, without spaces: batch-size=16,64"
        )
    fields = [usual_spelling(name.strip()).replace("-", "_") for name in names.split("+")]
    return axis_of_text(fields, values, text)


def seeds_of_text(text: str) -> tuple[int, ...]:
    """Read `5`, for the seeds 0 to 4, or `3,7,11`. Raises ConfigError."""
    from mnist_cli.sweep.planning import as_seeds

    try:
        numbers = [int(part) for part in text.split(",")]
    except ValueError as error:
        raise ConfigError(
            f"--seeds: must be how many, or numbers with commas, got {text!r}"
        ) from error
    return as_seeds(numbers if "," in text else numbers[0], "--seeds")


def folder_name(parts: Iterable[Any]) -> str:
    """Return a name for the folder, of what was given: `batch-size=16,64_epochs=5`."""
    name = "_".join(_UNSAFE.sub("-", str(part)) for part in parts)
    if len(name.encode()) <= LONGEST_NAME:
        return name
    digest = hashlib.sha256(name.encode()).hexdigest()[:8]
    return f"{name.encode()[:LONGEST_NAME].decode(errors='ignore')}-{digest}"
