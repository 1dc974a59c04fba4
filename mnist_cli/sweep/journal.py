"""The folder of a sweep: its plan, and one line for each finished run, appended and synced.

A process that is killed while it writes leaves half a line at the end, which is dropped. All other
lines are whole, whatever happens.
"""

import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, BinaryIO

from mnist_cli.errors import ConfigError, SweepError
from mnist_cli.progress import Say, say_nothing
from mnist_cli.storage.atomic import atomic_write, sync_folder
from mnist_cli.storage.failures import naming
from mnist_cli.storage.locks import claim
from mnist_cli.storage.paths import AnyPath, as_path, exists, is_file
from mnist_cli.storage.strict_json import MOST_BYTES, parse_object
from mnist_cli.sweep.plan import DIVERGED, FINISHED, Plan

PLAN, RESULTS = "plan.json", "results.jsonl"
SCHEMA = 1  # of a row
FIELDS = (
    "schema",
    "key",
    "settings",
    "dataset",
    "images",
    "status",
    "validation_accuracy",
    "validation_loss",
    "history",
    "steps",
    "seconds",
    "parameters_sha256",
    "warnings",
    "environment",
    "worker",
    "attempt",
)
TYPES: dict[str, tuple[type, ...]] = {
    "key": (str,),
    "settings": (dict,),
    "validation_accuracy": (int, float, type(None)),
    "validation_loss": (int, float, type(None)),
    "history": (list,),
    "seconds": (int, float),
    "parameters_sha256": (str, type(None)),
}
SAME = ("dataset", "images", "data_sha256", "seeds", "axes", "points")  # of a plan that goes on

Row = dict[str, Any]  # one finished run: see FIELDS


def read(folder: AnyPath, say: Say = say_nothing) -> tuple[Plan, list[Row]]:
    """Return the plan of a sweep and its finished runs, one row for each key, in their order.

    `say` hears that half a line at the end was dropped. Raises SweepError if there is no plan, a
    file is damaged, or two rows are one run with different results.
    """
    path = as_path(folder, "folder")
    return read_plan(path), read_rows(path, say)


def read_plan(folder: Path) -> Plan:
    """Return the plan in a folder. Raises SweepError."""
    path = folder / PLAN
    try:
        with open_file(path) as file:
            return Plan.from_json(parse_object(file.read(MOST_BYTES + 1)))
    except FileNotFoundError as error:
        raise SweepError(f"{path}: no such plan; 'mnist sweep' makes one") from error
    except (ValueError, KeyError, TypeError, AttributeError, ConfigError) as error:
        reason = f"there is no {error}" if isinstance(error, KeyError) else error
        raise SweepError(
            f"{path}: damaged, or not a plan of this program: {reason}; name another folder"
        ) from error


def read_rows(folder: Path, say: Say = say_nothing) -> list[Row]:
    """Return the finished runs in a folder, none if it has no results yet. Raises SweepError."""
    path = folder / RESULTS
    rows: dict[str, tuple[int, Row]] = {}
    for number, line in enumerate(_lines(path) if exists(path) else (), start=1):
        if _is_half(line):
            say(f"{path}: dropped half a line at the end, from a run that was cut off.")
            break
        row = _parse(line.rstrip(b"\n"), f"{path}: line {number}")
        first, other = rows.setdefault(row["key"], (number, row))
        _check_same_result(path, (first, other), (number, row))
    return [row for _, row in rows.values()]


def open_file(path: Path) -> BinaryIO:
    """Open a file of a sweep. A pipe or a device in its place would never end."""
    if exists(path) and not is_file(path):
        raise SweepError(f"{path}: must be a file, got something else; name another folder")
    return path.open("rb")


def _lines(path: Path) -> Iterator[bytes]:
    """Yield the lines, and of one that is too long the bytes that show it."""
    with open_file(path) as file:
        yield from iter(lambda: file.readline(MOST_BYTES + 1), b"")


def _is_half(line: bytes) -> bool:
    return not line.endswith(b"\n") and len(line) <= MOST_BYTES


def _parse(line: bytes, where: str) -> Row:
    try:
        row = parse_object(line)
        if row.get("schema") != SCHEMA:
            raise ValueError(f"schema must be {SCHEMA}, got {row.get('schema')!r}")
        if list(row) != list(FIELDS):
            raise ValueError(f"must have the fields {', '.join(FIELDS)}, got {', '.join(row)}")
        _check_types(row)
    except ValueError as error:
        raise SweepError(f"{where}: damaged: {error}; remove the line") from error
    return row


def _check_types(row: Row) -> None:
    for name, types in TYPES.items():
        if type(row[name]) not in types:
            raise ValueError(f"{name} is of a wrong type, got {row[name]!r:.60}")
    if row["status"] not in (FINISHED, DIVERGED):
        raise ValueError(f"status must be {FINISHED} or {DIVERGED}, got {row['status']!r:.60}")
    _check_result(row)
    for epoch in row["history"]:
        _check_epoch(epoch)


def _check_result(row: Row) -> None:
    """A finished run has an accuracy and a digest, a diverged one has neither."""
    accuracy, finished = row["validation_accuracy"], row["status"] == FINISHED
    if finished != (accuracy is not None) or not 0 <= (accuracy or 0) <= 1:
        raise ValueError(f"validation_accuracy of a {row['status']} run, got {accuracy!r:.60}")
    if finished != (row["parameters_sha256"] is not None):
        raise ValueError(f"parameters_sha256 of a {row['status']} run, got the other kind")
    if row["seconds"] < 0:
        raise ValueError(f"seconds must not be negative, got {row['seconds']!r:.60}")


def _check_epoch(epoch: Any) -> None:
    if not isinstance(epoch, dict) or type(epoch.get("epoch")) is not int:
        raise ValueError(f"history must have objects with an epoch, got {epoch!r:.60}")
    for name in ("validation_loss", "validation_accuracy"):
        if name not in epoch or type(epoch[name]) not in (int, float, type(None)):
            raise ValueError(f"history must have a {name} for each epoch, got {epoch!r:.60}")


def _check_same_result(path: Path, one: tuple[int, Row], other: tuple[int, Row]) -> None:
    """The same settings on the same data give the same parameters, or something is wrong."""
    digests = [row["parameters_sha256"] for _, row in (one, other)]
    if digests[0] != digests[1]:
        raise SweepError(
            f"{path}: lines {one[0]} and {other[0]} are one run with different parameters, got "
            f"{digests[0]} and {digests[1]}; compare their environment, and remove one"
        )


class Journal:
    """The results of a sweep, open for more. `open_journal` makes one.

    Attributes
    ----------
    rows : all results so far, by key
    """

    def __init__(self, folder: Path, say: Say = say_nothing) -> None:
        self.rows = {row["key"]: row for row in read_rows(folder, say)}
        self._path = folder / RESULTS
        self._file = self._path.open("ab")
        self._drop_half_a_line()

    def _drop_half_a_line(self) -> None:
        whole = (line for line in _lines(self._path) if not _is_half(line))
        self._file.truncate(sum(map(len, whole)))

    def of(self, plan: Plan) -> list[Row]:
        """Return the results that belong to a plan, in the order of the plan, each once."""
        keys = (trial.key for trial in plan.distinct())
        return [self.rows[key] for key in keys if key in self.rows]

    def append(self, row: Row) -> None:
        """Write one finished run to the disk. Raises OSError."""
        with naming(self._path, self._path):
            self._file.write(json.dumps(row, allow_nan=False).encode() + b"\n")
            self._file.flush()
            os.fsync(self._file.fileno())
        self.rows[row["key"]] = row

    def close(self) -> None:
        """Close the file."""
        self._file.close()


@contextmanager
def open_journal(folder: Path, plan: Plan, say: Say = say_nothing) -> Iterator[Journal]:
    """Open the folder of a sweep for more results; it is made if it is not there.

    Raises SweepError if another process works on it, or if it has another plan.
    """
    _make(folder)
    with claim(folder / RESULTS) as ours:
        if not ours:
            raise SweepError(
                f"{folder}: another sweep is writing there; wait, or name another folder"
            )
        _keep_plan(folder, plan)
        journal = Journal(folder, say)
        sync_folder(folder)
        try:
            yield journal
        finally:
            journal.close()


def _make(folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except (FileExistsError, NotADirectoryError) as error:
        raise SweepError(
            f"{folder}: must be a folder, got a file, or a place in one; name another folder"
        ) from error


def _keep_plan(folder: Path, plan: Plan) -> None:
    """Write the plan, or compare it with the one that is there."""
    path, values = folder / PLAN, plan.to_json()
    if exists(path):
        old = read_plan(folder).to_json()
        other = next((name for name in SAME if old[name] != values[name]), None)
        if other:
            command = f" ({old['command']})" if old["command"] else ""
            raise SweepError(
                f"{folder}: holds another sweep{command}, whose {other} differ; name another folder"
            )
    else:
        with atomic_write(path) as file:
            file.write(json.dumps(values, indent=1).encode() + b"\n")
