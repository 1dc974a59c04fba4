"""Making a plan: what varies, what is fixed, and the data set -> every combination, checked."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from importlib.metadata import version
from itertools import product
from math import prod
from typing import Any

from mnist_cli.classes import DIGITS
from mnist_cli.config.files import Source, config_values
from mnist_cli.config.settings import SETTINGS, TrainingConfig, make_config
from mnist_cli.data.datasets import load_file
from mnist_cli.data.loading import load
from mnist_cli.data.registry import find_dataset
from mnist_cli.errors import ConfigError
from mnist_cli.progress import ProgressFactory, Say, no_progress, say_nothing
from mnist_cli.storage.paths import AnyPath
from mnist_cli.sweep.axes import CONFIG, Axis, axis_of_values
from mnist_cli.sweep.plan import Plan, Point, title_of
from mnist_cli.training.data import NOT_DRAWN

MOST_RUNS = 100_000
SEEDS = 3  # where nobody says how many
SEED = SETTINGS["seed"].rule


def plan(
    base: Source = None,
    over: Mapping[str, Any] | None = None,
    seeds: int | Sequence[int] = SEEDS,
    *,
    together: Iterable[Mapping[str, Any]] = (),
    dataset: str = "auto",
    data_dir: AnyPath | None = None,
) -> Plan:
    """Plan to train every combination of settings with every seed.

    Parameters
    ----------
    base
        Settings to start from: the name of a configuration, a path, or a dictionary. Where `config`
        varies, a dictionary: the settings that all of them get.
    over
        What varies: a setting -> the list of its values, or a text as `mnist sweep` takes it,
        "0.01..100:9". `config` varies the whole configuration, by names or paths.
    seeds
        How many (0, 1, 2, ...), or which ones.
    together
        What varies together, a dictionary each: {"batch_size": [16, 64], "epochs": [1, 4]}.
    dataset, data_dir
        As `mnist_cli.load` takes them; the data set is put in place.

    Raises
    ------
    MnistError
        A value or a combination is not allowed (ConfigError), or the data cannot be had.
    """
    columns = [{name: values} for name, values in (over or {}).items()] + list(together)
    axes = [axis_of_values(column, "sweep.plan") for column in columns]
    start, fixed = base_and_fixed(base, axes)
    draft = make_plan(start, fixed, axes, as_seeds(seeds, "sweep.plan"), "sweep.plan")
    return on_data(draft, dataset, data_dir)


def base_and_fixed(base: Source, axes: Iterable[Axis]) -> tuple[dict[str, Any], dict[str, Any]]:
    """Return the settings to start from, and those that every configuration on an axis gets."""
    values = config_values(base)
    if isinstance(base, Mapping) and any(CONFIG in axis.names for axis in axes):
        return {}, values
    return values, {}


def make_plan(
    base: Mapping[str, Any],
    fixed: Mapping[str, Any],
    axes: Sequence[Axis],
    seeds: Sequence[int],
    where: str,
) -> Plan:
    """Return the plan of these axes; its data set is not known yet.

    `base` are settings that a configuration on an axis replaces, `fixed` are those that stay.
    Raises ConfigError, which names the combination that is not allowed.
    """
    _check_axes(axes, base, fixed, where)
    runs = prod(len(axis.values) for axis in axes) * len(seeds)
    if runs > MOST_RUNS:
        raise ConfigError(f"{where}: must have at most {MOST_RUNS:,} runs, got {runs:,}")
    given = {name: value for name, value in {**base, **fixed}.items() if name != "seed"}
    chosen = product(*(range(len(axis.values)) for axis in axes))
    points = (_point(axes, places, base, fixed, where) for places in chosen)
    numbered = tuple(replace(point, index=index) for index, point in enumerate(points))
    return Plan(tuple(axes), numbered, tuple(seeds), given, "", 0, "", version=version("mnist-cli"))


def _check_axes(
    axes: Sequence[Axis], base: Mapping[str, Any], fixed: Mapping[str, Any], where: str
) -> None:
    if not axes:
        raise ConfigError(f"{where}: nothing varies; name a setting and values: batch-size=16,64")
    names = [name for axis in axes for name in axis.names]
    twice = next((name for name in names if names.count(name) > 1), None)
    if twice:
        raise ConfigError(f"{where}: {twice} varies twice; give all of its values at once")
    for name in names:
        if name in fixed:
            raise ConfigError(f"{where}: {name} varies, and is also fixed; leave one of them out")
    if CONFIG in names and base:
        raise ConfigError(f"{where}: config varies, and is also given; leave one of them out")


def _point(
    axes: Sequence[Axis],
    places: Sequence[int],
    base: Mapping[str, Any],
    fixed: Mapping[str, Any],
    where: str,
) -> Point:
    """Return one combination. What varies beats what is fixed, which beats a configuration."""
    shown = {axis.title: axis.shown[place] for axis, place in zip(axes, places, strict=True)}
    values = dict(base)
    pairs = sorted(zip(axes, places, strict=True), key=lambda pair: pair[0].names != (CONFIG,))
    for axis, place in pairs:
        values |= axis.settings(place)
        if axis.names == (CONFIG,):
            values |= fixed
    settings = make_config({**values, **fixed, "seed": 0}, f"{where}: {title_of(shown)}").to_dict()
    del settings["seed"]
    return Point(0, shown, settings)


def on_data(
    draft: Plan,
    dataset: str,
    data_dir: AnyPath | None,
    say: Say = say_nothing,
    progress: ProgressFactory = no_progress,
) -> Plan:
    """Return a plan with its data set, which is put in place.

    Raises ConfigError if a combination leaves no image to train on or to compare by, and the
    errors of `load`.
    """
    found = load(dataset, data_dir, say=say, progress=progress)
    whole, digest = load_file(found.name, "train", found.data_dir)
    draft = _with_usual_validation(draft, found.validation_size)
    draft = _without_drawn(draft, find_dataset(found.name).classes, say)
    for point in draft.points:
        held_out = point.settings["validation_size"]
        if not 0 < held_out < len(whole):
            raise ConfigError(
                f"{point.title}: validation_size must leave images to train on, and some to "
                f"compare by, got {held_out} of {len(whole)}"
            )
    return draft._replace(dataset=found.name, images=len(whole), data_sha256=digest)


def _with_usual_validation(draft: Plan, size: int) -> Plan:
    """Hold out what is usual for the data set, where nobody says how many images."""
    name = "validation_size"
    if name in draft.fixed or any(name in axis.names for axis in draft.axes):
        return draft
    usual = TrainingConfig().validation_size  # any other number is from a configuration that varies
    points = (
        replace(point, settings={**point.settings, name: size})
        if point.settings[name] == usual
        else point
        for point in draft.points
    )
    return draft._replace(points=tuple(points))


def _without_drawn(draft: Plan, classes: tuple[str, ...], say: Say) -> Plan:
    """Leave out the drawn images of a configuration such as `best` beside other classes."""
    varies = any("drawn" in axis.names for axis in draft.axes)  # that is refused, run by run
    if classes == DIGITS or varies or not any(point.settings["drawn"] for point in draft.points):
        return draft
    say(NOT_DRAWN)
    points = (replace(point, settings={**point.settings, "drawn": 0}) for point in draft.points)
    fixed = {name: value for name, value in draft.fixed.items() if name != "drawn"}
    return draft._replace(points=tuple(points), fixed=fixed)


def as_seeds(seeds: Any, where: str) -> tuple[int, ...]:
    """Return the seeds: as many as a number says, from 0 on, or those in a list.

    Raises ConfigError.
    """
    if type(seeds) is int and 1 <= seeds <= MOST_RUNS:
        return tuple(range(seeds))
    try:
        if not isinstance(seeds, (list, tuple)) or not seeds or len(set(seeds)) < len(seeds):
            raise ValueError
        return tuple(SEED.check(seed) for seed in seeds)
    except (ValueError, TypeError) as error:
        raise ConfigError(
            f"{where}: must be how many seeds, from 1 to {MOST_RUNS}, or a list of different ones, "
            f"each {SEED.text}, got {seeds!r}"
        ) from error
