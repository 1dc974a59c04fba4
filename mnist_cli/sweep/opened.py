"""The test images, opened once at the end of a sweep, for its best combination alone.

Whoever chooses by the test images has no honest measurement left. So the result is noted in the
folder, and a second measurement shows the note.
"""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple

from mnist_cli.errors import SweepError
from mnist_cli.progress import Stop, never_stop
from mnist_cli.storage.atomic import atomic_write
from mnist_cli.storage.paths import exists
from mnist_cli.storage.strict_json import parse_object
from mnist_cli.sweep.local import LocalEngine
from mnist_cli.sweep.loop import finish
from mnist_cli.sweep.plan import Point
from mnist_cli.sweep.runner import Job

NOTE = "test.json"
SCHEMA = 1


class Opened(NamedTuple):
    """What the test images said.

    Attributes
    ----------
    setting : the combination that was measured
    dataset : whose test images
    seeds, accuracies : of its runs, share of the test images read right
    before : whether it was measured by an earlier command
    """

    setting: str
    dataset: str
    seeds: list[int]
    accuracies: list[float]
    before: bool = False


def measure_once(job: Job, point: Point, folder: Path, stop: Stop = never_stop) -> Opened | None:
    """Train a combination again, measure it on the test images, and note it; or read the note.

    This machine trains it, also for a cluster: the workers there need no test images.
    None if `stop` came before the end. Raises SweepError and OSError.
    """
    path = folder / NOTE
    if exists(path):
        return _read(path)
    trials = [trial for trial in job.plan.trials() if trial.point == point]
    with LocalEngine(min(job.workers, len(trials))) as engine:
        found = {
            trial.seed: result["test_accuracy"]
            for trial, result in finish(trials, job._replace(test=True).task, engine, stop=stop)
        }
    if len(found) < len(trials):
        return None
    seeds = list(job.plan.seeds)
    opened = Opened(point.title, job.plan.dataset, seeds, [found[seed] for seed in seeds])
    _write(path, opened)
    return opened


def _write(path: Path, opened: Opened) -> None:
    values = {"schema": SCHEMA, **opened._asdict()}
    del values["before"]
    with atomic_write(path) as file:
        file.write(json.dumps(values, indent=2, allow_nan=False).encode() + b"\n")


def _read(path: Path) -> Opened:
    try:
        return _opened(parse_object(path.read_bytes()))
    except (ValueError, KeyError, TypeError) as error:
        raise SweepError(
            f"{path}: damaged: {error}; it notes that the test images were opened"
        ) from error


def _opened(values: Mapping[str, Any]) -> Opened:
    accuracies = [float(value) for value in values["accuracies"]]
    return Opened(values["setting"], values["dataset"], values["seeds"], accuracies, before=True)
