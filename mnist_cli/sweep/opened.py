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
from mnist_cli.storage.strict_json import MOST_BYTES, parse_object
from mnist_cli.sweep.journal import open_file
from mnist_cli.sweep.local import LocalEngine
from mnist_cli.sweep.loop import finish
from mnist_cli.sweep.plan import Point
from mnist_cli.sweep.runner import Job

NOTE = "test.json"
SCHEMA = 1
TYPES = {"setting": str, "dataset": str, "seeds": list, "accuracies": list}


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
        with open_file(path) as file:
            values = parse_object(file.read(MOST_BYTES + 1))
        _check(values)
    except ValueError as error:
        raise SweepError(
            f"{path}: damaged: {error}; remove it, and the test images are measured again"
        ) from error
    return Opened(**{name: values[name] for name in TYPES}, before=True)


def _check(values: Mapping[str, Any]) -> None:
    """Raise ValueError unless it is what `_write` writes."""
    if list(values) != ["schema", *TYPES] or values["schema"] != SCHEMA:
        raise ValueError(f"must have schema {SCHEMA} and {', '.join(TYPES)}, got {values!r:.100}")
    for name, kind in TYPES.items():
        if type(values[name]) is not kind:
            raise ValueError(f"{name} is of a wrong type, got {values[name]!r:.60}")
    seeds, accuracies = values["seeds"], values["accuracies"]
    if not seeds or any(type(seed) is not int for seed in seeds):
        raise ValueError(f"seeds must be whole numbers, got {seeds!r:.60}")
    if any(type(one) not in (int, float) or not 0 <= one <= 1 for one in accuracies):
        raise ValueError(f"accuracies must be from 0 to 1, got {accuracies!r:.60}")
    if len(seeds) != len(accuracies):
        raise ValueError(f"{len(seeds):,} seeds need as many accuracies, got {len(accuracies):,}")
