"""Options that several commands share, and those made from the table of settings."""

import dataclasses
import os
from collections.abc import Callable, Collection, Iterable
from math import isnan
from pathlib import Path
from shlex import quote
from typing import TYPE_CHECKING, Any, TypeVar

import click
from click.core import ParameterSource
from click.shell_completion import CompletionItem

from mnist_cli.bundled import BUNDLED, find_bundled
from mnist_cli.cli.help import SettingOption
from mnist_cli.cli.output import Output
from mnist_cli.config.rules import Choice, Sizes, Switch
from mnist_cli.config.settings import SETTINGS, TrainingConfig, parse_setting
from mnist_cli.data.registry import DATASETS, in_data_dir, is_own
from mnist_cli.errors import ConfigError
from mnist_cli.language import LANGUAGES
from mnist_cli.storage.paths import exists

if TYPE_CHECKING:
    from mnist_cli.model import Model

Function = TypeVar("Function", bound=Callable[..., Any])
SHORT = {"epochs": ["-e"]}
DEFAULT_CHECKPOINT = Path("checkpoints/mnist.npz")
EMPTY = "must not be empty, got ''; give a value or leave it out."


class PathType(click.Path):
    """A path that is not empty: to pathlib the empty one is the current folder."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """Check and convert."""
        return self.fail(EMPTY, param, ctx) if value == "" else super().convert(value, param, ctx)


class OutputType(PathType):
    """A file that a command writes."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """Refuse '-', which elsewhere means standard output."""
        if value == "-":
            self.fail("must be the name of a file, got '-'; name one.", param, ctx)
        return super().convert(value, param, ctx)


class NetworkType(PathType):
    """A checkpoint, or the name of a network that comes with the program."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """Look up the name; a file of that name is `./name`."""
        return find_bundled(str(value)) or super().convert(value, param, ctx)


FILE = PathType(path_type=Path, dir_okay=False)
EXISTING = PathType(path_type=Path, dir_okay=False, exists=True)
NETWORK = NetworkType(path_type=Path, dir_okay=False)
OUTPUT = OutputType(path_type=Path, dir_okay=False)
FOLDER = PathType(path_type=Path, file_okay=False)


def completions(names: Iterable[str], incomplete: str) -> list[CompletionItem]:
    """Return the names that a shell can offer after the text `incomplete`."""
    start = incomplete.lower()
    return [CompletionItem(name) for name in names if name.startswith(start)]


language_option = click.option(
    "--lang",
    type=click.Choice(LANGUAGES),
    help="Language; also MNIST_LANG.  [default: that of the system, else en]",
)


class ConfigType(PathType):
    """The name of a configuration, or a file."""

    name = "config"

    def get_metavar(self, param: click.Parameter, ctx: click.Context) -> str:  # noqa: ARG002
        """Show both."""
        return "NAME|FILE"

    def shell_complete(
        self, ctx: click.Context, param: click.Parameter, incomplete: str
    ) -> list[CompletionItem]:
        """Offer the names, and files where none of them begins so."""
        from mnist_cli.config.files import config_names

        names = completions(config_names(), incomplete)
        return names or super().shell_complete(ctx, param, incomplete)


class DatasetType(click.ParamType):  # type: ignore[type-arg]  # generic since Click 8.4 only
    """The name of a data set, or one of some `other` names; with `paths` also one's own images.

    A folder that has the name of a data set is `./name`.
    """

    name = "dataset"

    def __init__(self, *others: str, paths: bool = True) -> None:
        self.others, self.paths = others, paths

    def get_metavar(self, param: click.Parameter, ctx: click.Context) -> str:  # noqa: ARG002
        """Show the names."""
        return f"[{'|'.join([*self._names(), *['PATH'] * self.paths])}]"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """Check that there is such a data set."""
        if value in self._names() or (self.paths and (is_own(value) or exists(Path(value)))):
            return value
        what = ", or a folder or file that exists" if self.paths else ""
        return self.fail(
            f"must be one of {', '.join(self._names())}{what}, got {value!r}.", param, ctx
        )

    def shell_complete(
        self, ctx: click.Context, param: click.Parameter, incomplete: str
    ) -> list[CompletionItem]:
        """Offer the names, and paths where none of them begins so."""
        names = completions(self._names(), incomplete)
        if names or not self.paths:
            return names
        return PathType().shell_complete(ctx, param, incomplete)

    def _names(self) -> list[str]:
        return [*self.others, *DATASETS]


class LevelType(click.FloatRange):
    """A number within limits. Click lets NaN through, because it is neither below nor above."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """Parse and check."""
        number = super().convert(value, param, ctx)
        if isnan(number):
            self.fail(f"must be a number, got {value!r}.", param, ctx)
        return number


class SettingType(click.ParamType):  # type: ignore[type-arg]  # generic since Click 8.4 only
    """The text of a setting, checked by the rule that configuration files obey too."""

    def __init__(self, setting: str) -> None:
        self.setting = setting
        self.name = setting

    def get_metavar(self, param: click.Parameter, ctx: click.Context) -> str:  # noqa: ARG002
        """Show what kind of value it is."""
        rule = SETTINGS[self.setting].rule
        if isinstance(rule, Choice):
            return "NAME"
        return "N,N,..." if isinstance(rule, Sizes) else "NUMBER"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """Parse and check."""
        if not isinstance(value, str):
            return value
        try:
            return parse_setting(self.setting, value)
        except ConfigError as error:
            self.fail(str(error), param, ctx)

    def shell_complete(
        self,
        ctx: click.Context,  # noqa: ARG002
        param: click.Parameter,  # noqa: ARG002
        incomplete: str,
    ) -> list[CompletionItem]:
        """Offer the choices, if there are some."""
        rule = SETTINGS[self.setting].rule
        return completions(rule.table.names() if isinstance(rule, Choice) else [], incomplete)


def refuse_empty(context: click.Context, parameter: click.Parameter, value: Any) -> Any:
    """Refuse an empty text or variable: a value that a script lost must not mean the default.

    Click takes an empty variable for one that is not set; for a flag that is right.
    """
    if value == "" or (isinstance(value, tuple) and "" in value):
        raise click.BadParameter(EMPTY, context, parameter)
    is_default = context.get_parameter_source(parameter.name or "") is ParameterSource.DEFAULT
    if is_default and not getattr(parameter, "is_flag", False):
        names = [parameter.envvar] if isinstance(parameter.envvar, str) else parameter.envvar or []
        for name in names:
            if os.environ.get(name) == "":
                raise click.UsageError(f"{name}: {EMPTY}", context)
    return value


def given_option(*names: str) -> str | None:
    """Return the first of these options that stands on the command line, else None."""
    context = click.get_current_context()
    for parameter in context.command.params:
        source = context.get_parameter_source(parameter.name or "")
        if parameter.name in names and source is ParameterSource.COMMANDLINE:
            return parameter.opts[-1]
    return None


def output_options(function: Function) -> Function:
    """Add --quiet and --json."""
    function = click.option(
        "--json", "as_json", is_flag=True, help="Print the result as one JSON object."
    )(function)
    return click.option(
        "-q", "--quiet", is_flag=True, help="Print nothing but results and errors."
    )(function)


def data_dir_option(command: str) -> Callable[[Function], Function]:
    """Add --data-dir, which also has a variable for all commands together."""
    return click.option(
        "--data-dir",
        type=FOLDER,
        default=Path("data"),
        show_default=True,
        envvar=[f"MNIST_{command.upper()}_DATA_DIR", "MNIST_DATA_DIR"],
        help="Folder of the data sets; also MNIST_DATA_DIR.",
    )


def checkpoint_option(function: Function) -> Function:
    """Add --checkpoint."""
    return click.option(
        "--checkpoint",
        type=NETWORK,
        help="The trained network: a file, or best or default, which come with the program.  "
        f"[default: {DEFAULT_CHECKPOINT.as_posix()}, else best]",
    )(function)


def dataset_option(function: Function) -> Function:
    """Add --dataset, for commands that measure a trained network."""
    return click.option(
        "--dataset",
        type=DatasetType(),
        help="Data set to measure on, or the path of your own images.  [default: the one that the "
        "network was trained on, or the built-in digits where MNIST cannot be downloaded]",
    )(function)


def network_path(checkpoint: Path | None) -> Path:
    """Return the file of the chosen network, else of the user's own, else ours."""
    return checkpoint or (DEFAULT_CHECKPOINT if exists(DEFAULT_CHECKPOINT) else BUNDLED)


def resume_command(path: Path, data_dir: Path | None) -> str:
    """Return the command that continues an unfinished training."""
    return in_data_dir(f"mnist train --resume {quote(str(path))}", data_dir)


def load_network(checkpoint: Path | None, out: Output, data_dir: Path | None = None) -> "Model":
    """Load the chosen network, else the user's own, else ours.

    `data_dir` is that of the command, if it has one.
    """
    from mnist_cli.model import load_model

    path = network_path(checkpoint)
    if checkpoint is None and path == BUNDLED:
        out.say("Using the network that comes with the program; 'mnist train' trains your own.")
    model = load_model(path)
    if not model.finished:
        out.say(
            f"Unfinished: the training stopped after {model.checkpoint.run.progress}; continue it "
            f"with: {resume_command(path, data_dir)}"
        )
    return model


def setting_options(function: Function, *, without: Collection[str] = ()) -> Function:
    """Add an option for every setting of a training run; those not given are None."""
    defaults = {field.name: field.default for field in dataclasses.fields(TrainingConfig)}
    for name, setting in reversed(SETTINGS.items()):
        if name in without:
            continue
        flag = "--" + name.replace("_", "-")
        if isinstance(setting.rule, Switch):
            names, kind = [f"{flag}/--no-{flag[2:]}"], None
        else:
            names, kind = [*SHORT.get(name, []), flag], SettingType(name)
        text = f"{setting.help}  [default: {_shown(name, defaults[name])}]"
        option = click.option(*names, name, cls=SettingOption, type=kind, default=None, help=text)
        function = option(function)
    return function


def _shown(name: str, value: Any) -> str:
    if name == "learning_rate":
        return "what suits the other settings"
    if isinstance(value, tuple):
        return ",".join(map(str, value))
    return str(value).lower() if isinstance(value, bool) else str(value)
