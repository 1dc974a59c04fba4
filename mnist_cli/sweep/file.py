"""A sweep in a JSON file: what varies, what it starts from, and the seeds; read strictly."""

from pathlib import Path
from typing import Any, NamedTuple

from mnist_cli.config.files import read_object
from mnist_cli.config.settings import make_config, nearest
from mnist_cli.errors import ConfigError
from mnist_cli.sweep.axes import Axis, axis_of_values
from mnist_cli.sweep.planning import as_seeds

KEYS = ("base", "over", "together", "seeds")


class SweepFile(NamedTuple):
    """What a file says.

    Attributes
    ----------
    base : settings to start from: a name, a path or an object
    axes : what varies
    seeds : None where it does not say
    """

    base: str | dict[str, Any]
    axes: list[Axis]
    seeds: tuple[int, ...] | None


def read_sweep_file(path: Path) -> SweepFile:
    """Read `{"base": "relu", "over": {"batch_size": [16, 64]}, "together": [...], "seeds": 5}`.

    Every key may be missing. Raises ConfigError, whose message names file, key and value, and
    OSError.
    """
    values, where = read_object(path), str(path)
    for name in values:
        if name not in KEYS:
            raise ConfigError(f"{where}: unknown key {name!r}{nearest(name, KEYS)}")
    over = _checked(values.get("over", {}), dict, f"{where}: over must be an object")
    together = _checked(values.get("together", []), list, f"{where}: together must be a list")
    objects = [_checked(one, dict, f"{where}: together must have objects") for one in together]
    if not all(objects):
        raise ConfigError(f"{where}: together must name settings in each object, got {{}}")
    columns = [{name: value} for name, value in over.items()] + objects
    seeds = as_seeds(values["seeds"], f"{where}: seeds") if "seeds" in values else None
    return SweepFile(
        _base(values.get("base", {}), where), [axis_of_values(one, where) for one in columns], seeds
    )


def _base(base: Any, where: str) -> str | dict[str, Any]:
    if not isinstance(base, (str, dict)) or base == "":
        raise ConfigError(
            f"{where}: base must be a configuration's name, a path or an object, got {base!r}"
        )
    if isinstance(base, dict):
        make_config(base, f"{where}: base")
    return base


def _checked(value: Any, kind: type, what: str) -> Any:
    if not isinstance(value, kind):
        raise ConfigError(f"{what}, got {value!r}")
    return value
