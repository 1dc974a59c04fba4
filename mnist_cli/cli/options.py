"""Options that several commands share, and those made from the table of settings."""

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from mnist_cli.cli.output import Output
from mnist_cli.config import SETTINGS, TrainingConfig, parse_setting
from mnist_cli.errors import ConfigError
from mnist_cli.rules import Switch

if TYPE_CHECKING:
    from mnist_cli.checkpoint import Checkpoint

Function = TypeVar("Function", bound=Callable[..., Any])
DEFAULT_CHECKPOINT = Path("checkpoints/mnist.npz")
BUNDLED = Path(__file__).parents[1] / "models" / "best.npz"
FILE = click.Path(path_type=Path, dir_okay=False)
FOLDER = click.Path(path_type=Path, file_okay=False)


class SettingType(click.ParamType):  # type: ignore[type-arg]  # generic since Click 8.4 only
    """The text of a setting, checked by the rule that configuration files obey too."""

    def __init__(self, setting: str) -> None:
        self.setting = setting
        self.name = setting

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """Parse and check."""
        if not isinstance(value, str):
            return value
        try:
            return parse_setting(self.setting, value)
        except ConfigError as error:
            self.fail(str(error), param, ctx)


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
        type=FILE,
        help=f"The trained network.  [default: {DEFAULT_CHECKPOINT.as_posix()}, "
        "else the one that comes with the program]",
    )(function)


def dataset_option(function: Function) -> Function:
    """Add --dataset, for commands that measure a trained network."""
    return click.option(
        "--dataset",
        type=click.Choice(["mnist", "builtin"]),
        help="Data set to measure on.  [default: the one that the network was trained on]",
    )(function)


def network_path(checkpoint: Path | None) -> Path:
    """Return the file of the network asked for, else the user's own, else ours."""
    return checkpoint or (DEFAULT_CHECKPOINT if DEFAULT_CHECKPOINT.exists() else BUNDLED)


def load_network(checkpoint: Path | None, out: Output) -> tuple["Checkpoint", str]:
    """Load the network asked for, else the user's own, else ours; also say what to call it."""
    from mnist_cli.checkpoint import load_checkpoint

    path = network_path(checkpoint)
    if path is not BUNDLED:
        return load_checkpoint(path), str(path)
    out.say("Using the network that comes with the program; 'mnist train' makes your own.")
    return load_checkpoint(path), "bundled"


def setting_options(function: Function) -> Function:
    """Add an option for every setting of a training run; those not given are None."""
    defaults = TrainingConfig().to_dict()
    for name, setting in reversed(SETTINGS.items()):
        flag = "--" + name.replace("_", "-")
        if isinstance(setting.rule, Switch):
            names, kind = f"{flag}/--no-{flag[2:]}", None
        else:
            names, kind = flag, SettingType(name)
        text = f"{setting.help}  [default: {_shown(name, defaults[name])}]"
        option = click.option(
            names, name, type=kind, default=None, help=text, metavar=_metavar(name)
        )
        function = option(function)
    return function


def _shown(name: str, value: Any) -> str:
    if name == "learning_rate":
        return f"{value:g}, or what suits the other settings"
    if isinstance(value, list):
        return ",".join(map(str, value))
    return str(value).lower() if isinstance(value, bool) else str(value)


def _metavar(name: str) -> str | None:
    rule = SETTINGS[name].rule
    names = getattr(rule, "names", None)
    return "|".join(names) if names else {"hidden_sizes": "N,N,..."}.get(name, "NUMBER")
