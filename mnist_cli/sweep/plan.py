"""A plan: every combination of what varies, each with every seed, on one data set."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from itertools import pairwise, product
from typing import Any, NamedTuple

from mnist_cli.config.settings import TrainingConfig, make_config
from mnist_cli.images import PIXELS
from mnist_cli.sweep.axes import Axis

SCHEMA = 1  # of plan.json
FINISHED, DIVERGED = "finished", "diverged"  # how a run can end
DIGITS = 10  # outputs of a network of digits, one each
FIXED_PART = 16  # images; measured between 9 and 20 for 13,002 to 266,610 parameters


@dataclass(frozen=True)
class Point:
    """One combination of the values that vary.

    Attributes
    ----------
    index : counted from 0, in the order of the plan
    shown : title of each axis -> the value as it was written
    settings : the whole configuration, without the seed
    """

    index: int
    shown: dict[str, str]
    settings: dict[str, Any]

    @property
    def title(self) -> str:
        """The combination in one line: "batch-size 16, learning-rate 3"."""
        return title_of(self.shown)


@dataclass(frozen=True)
class Trial:
    """One run of a plan.

    Attributes
    ----------
    index : counted from 0, in the order of the plan
    point, seed, config : what is trained
    cost : how long the run takes, compared with others; see `cost_of`
    key : SHA-256 of the whole configuration and the data, in hexadecimal
    """

    index: int
    point: Point
    seed: int
    config: TrainingConfig
    cost: int
    key: str

    @property
    def title(self) -> str:
        """The run in one line: "batch-size 16, seed 2"."""
        return ", ".join(filter(None, (self.point.title, f"seed {self.seed}")))


class Plan(NamedTuple):
    """What a sweep trains.

    Attributes
    ----------
    axes : what varies
    points : every combination
    seeds : with each of which every combination is trained
    fixed : settings that were chosen for all combinations; the others are default
    dataset : name of the data set
    images : count of its training images; `validation_size` of them are held out
    data_sha256 : of the file of these images
    name : of its folder
    command : that made it, "" if it was made in Python
    version : of this program
    """

    axes: tuple[Axis, ...]
    points: tuple[Point, ...]
    seeds: tuple[int, ...]
    fixed: dict[str, Any]
    dataset: str
    images: int
    data_sha256: str
    name: str = "sweep"
    command: str = ""
    version: str = ""

    def trials(self) -> list[Trial]:
        """Return every run, in the order of points and then of seeds.

        Combinations that are equal share the keys of their runs.
        """
        pairs = enumerate(product(self.points, self.seeds))
        return [self._trial(index, point, seed) for index, (point, seed) in pairs]

    def distinct(self) -> list[Trial]:
        """Return every run once, the first of those that are equal."""
        return list({trial.key: trial for trial in reversed(self.trials())}.values())[::-1]

    def _trial(self, index: int, point: Point, seed: int) -> Trial:
        config = make_config({**point.settings, "seed": seed})
        cost = cost_of(config, self.images)
        return Trial(index, point, seed, config, cost, key_of(config, self.data_sha256))

    def duplicates(self) -> list[tuple[Point, Point]]:
        """Return pairs of combinations whose settings are equal."""
        same: dict[str, list[Point]] = {}
        for point in self.points:
            same.setdefault(json.dumps(point.settings, sort_keys=True), []).append(point)
        return [pair for points in same.values() for pair in pairwise(points)]

    def to_json(self) -> dict[str, Any]:
        """Return the plan as JSON values, as in plan.json."""
        return {
            "schema": SCHEMA,
            "command": self.command,
            "version": self.version,
            "name": self.name,
            "dataset": self.dataset,
            "images": self.images,
            "data_sha256": self.data_sha256,
            "seeds": list(self.seeds),
            "fixed": _jsonable(self.fixed),
            "axes": [_jsonable(axis._asdict()) for axis in self.axes],
            "points": [asdict(point) for point in self.points],
        }

    @classmethod
    def from_json(cls, values: Mapping[str, Any]) -> "Plan":
        """Return the plan of these JSON values.

        Raises ValueError, KeyError, TypeError or AttributeError for anything that `to_json` does
        not return, and ConfigError for settings that are not allowed.
        """
        if values["schema"] != SCHEMA:
            raise ValueError(f"schema must be {SCHEMA}, got {values['schema']!r}")
        fields = {name: values[name] for name in cls._fields}
        fields["axes"] = tuple(_axis(axis) for axis in values["axes"])
        fields["points"] = tuple(Point(**point) for point in values["points"])
        fields["seeds"] = tuple(values["seeds"])
        plan = cls(**fields)
        if json.dumps(plan.to_json()) != json.dumps(values):
            raise ValueError("not as this program writes it")
        plan._check()
        plan.trials()
        return plan

    def _check(self) -> None:
        """Raise ValueError for texts that are none, and points that are not those of the axes."""
        for name in ("command", "version", "name", "dataset", "data_sha256"):
            if not isinstance(getattr(self, name), str):
                raise ValueError(f"{name} must be a text, got {getattr(self, name)!r:.60}")
        if type(self.images) is not int:
            raise ValueError(f"images must be a whole number, got {self.images!r:.60}")
        titles = [axis.title for axis in self.axes]
        combinations = product(*(axis.shown for axis in self.axes))
        expected = [dict(zip(titles, texts, strict=True)) for texts in combinations]
        shown = [point.shown for point in self.points]
        if shown != expected or len(set(titles)) < len(titles):
            raise ValueError("points must be the combinations of the axes")
        if [point.index for point in self.points] != list(range(len(expected))):
            raise ValueError("points must be counted from 0")


def title_of(shown: Mapping[str, str]) -> str:
    """Return a combination in one line: "batch-size 16, learning-rate 3"."""
    return ", ".join(f"{name} {value}" for name, value in shown.items())


def _jsonable(value: Any) -> Any:
    """Return a value with lists in the place of tuples."""
    return json.loads(json.dumps(value))


def _axis(values: dict[str, Any]) -> Axis:
    rows = tuple(tuple(map(_hashable, row)) for row in values["values"])
    return Axis(tuple(values["names"]), rows, tuple(values["shown"]))


def _hashable(value: Any) -> Any:
    return tuple(value) if isinstance(value, list) else value


def cost_of(config: TrainingConfig, images: int) -> int:
    """Return how long a run takes, in multiplications: for a step, images times parameters.

    The fixed part of a step takes as long as some further images.
    """
    images_of_a_step = min(config.batch_size, images) + FIXED_PART
    return config.epochs * steps_of(config, images) * images_of_a_step * parameters_of(config)


def parameters_of(config: TrainingConfig, outputs: int = DIGITS) -> int:
    """Return the number of weights and biases; `outputs` are the classes."""
    sizes = (PIXELS, *config.hidden_sizes, outputs)
    return sum((before + 1) * after for before, after in pairwise(sizes))


def steps_of(config: TrainingConfig, images: int) -> int:
    """Return the number of steps in an epoch."""
    return -(-(images - config.validation_size) // config.batch_size)


def key_of(config: TrainingConfig, data_sha256: str) -> str:
    """Return the SHA-256 of the whole configuration and the data, in hexadecimal."""
    whole = json.dumps([config.to_dict(), data_sha256], sort_keys=True)
    return hashlib.sha256(whole.encode()).hexdigest()
