"""The arguments of `mnist sweep`: the plan that they make, and the name of its folder."""

import hashlib
import re
import shlex
import sys
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

import click
from click.shell_completion import CompletionItem

from mnist_cli.cli.help import usual_spelling
from mnist_cli.cli.options import completions
from mnist_cli.config.rules import Choice
from mnist_cli.config.settings import SETTINGS
from mnist_cli.errors import ConfigError, shown

if TYPE_CHECKING:
    from mnist_cli.sweep.axes import Axis
    from mnist_cli.sweep.plan import Plan

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


def draft_of(options: dict[str, Any]) -> "Plan":
    """Return the plan of a call, without its data. Raises ConfigError.

    Argument beats option beats file beats default.
    """
    from mnist_cli.sweep.file import SweepFile, read_sweep_file
    from mnist_cli.sweep.planning import SEEDS, base_and_fixed, make_plan

    file = SweepFile({}, [], None)
    if options["file"] is not None:
        file = read_sweep_file(options["file"])
    axes = [*file.axes, *map(axis_of_argument, options["varied"])]
    seeds = file.seeds or tuple(range(SEEDS))
    if options["seeds"] is not None:
        seeds = seeds_of_text(options["seeds"])
    base, fixed = base_and_fixed(options["config"] or file.base, axes)
    given = {n: options[n] for n in SETTINGS if options.get(n) is not None}
    draft = make_plan(base, {**fixed, **given}, axes, seeds, "sweep")
    command = shown(shlex.join(["mnist", *sys.argv[1:]]))  # no JSON holds half a character
    return draft._replace(name=_name(options, given), command=command)


def _name(options: dict[str, Any], fixed: dict[str, Any]) -> str:
    """Return the name of the folder: all that was given and changes a result."""
    from mnist_cli.sweep.axes import as_shown

    chosen = {name: as_shown(name, value) for name, value in fixed.items()}
    given = {"config": options["config"], **chosen, "seeds": options["seeds"]}
    if options["dataset"] != "auto":
        given["dataset"] = options["dataset"]
    file = [] if options["file"] is None else [options["file"].stem]
    pairs = [f"{n.replace('_', '-')}={v}" for n, v in given.items() if v is not None]
    return folder_name([*file, *options["varied"], *pairs])


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
