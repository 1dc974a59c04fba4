"""What a sweep found: for every combination its runs, their spread and the paired difference."""

from collections.abc import Sequence
from typing import NamedTuple

from mnist_cli.storage.paths import AnyPath
from mnist_cli.sweep.axes import Axis
from mnist_cli.sweep.intervals import Spread, spread_of
from mnist_cli.sweep.journal import Row, read
from mnist_cli.sweep.plan import DIVERGED, FINISHED, Plan, Point, Trial
from mnist_cli.sweep.winner import winner

MISSING = "missing"  # beside journal's FINISHED and DIVERGED


class SeedRun(NamedTuple):
    """One run of a combination.

    Attributes
    ----------
    seed : of the run
    status : finished, diverged, or missing where it has not been run yet
    accuracy : share of the validation images read right, None unless it finished
    row : its line of results.jsonl, None where it is missing
    """

    seed: int
    status: str
    accuracy: float | None
    row: Row | None


class PointSummary(NamedTuple):
    """What one combination reached.

    Attributes
    ----------
    number : in the plan, from 0
    place : the number of its value on each axis
    shown : its value on each axis, as text
    runs : one for each seed of the plan, in that order
    spread : of the validation accuracies; None where a run diverged or none is done
    difference : of the accuracies to the first combination, paired by seed; None for the first one,
        and where one of the two has no spread or they have no seed in common
    """

    number: int
    place: tuple[int, ...]
    shown: tuple[str, ...]
    runs: tuple[SeedRun, ...]
    spread: Spread | None
    difference: Spread | None

    def count(self, status: str) -> int:
        """Return how many runs are finished, diverged or missing."""
        return sum(run.status == status for run in self.runs)

    @property
    def accuracies(self) -> dict[int, float]:
        """The validation accuracy of every finished run, by its seed."""
        return {run.seed: run.accuracy for run in self.runs if run.accuracy is not None}


class Summary(NamedTuple):
    """What a sweep found, as far as it has come.

    Attributes
    ----------
    command : that made it
    dataset, images : what was trained on, and on how many images
    seeds : of the plan
    axes : what varies
    points : every combination, the last axis fastest
    best : the one with the highest mean of those whose runs all finished; None without one
    """

    command: str
    dataset: str
    images: int
    seeds: tuple[int, ...]
    axes: tuple[Axis, ...]
    points: tuple[PointSummary, ...]
    best: PointSummary | None

    @property
    def missing(self) -> int:
        """The number of runs that have no result yet."""
        return sum(point.count(MISSING) for point in self.points)

    @property
    def runs(self) -> int:
        """The number of runs in the plan."""
        return len(self.points) * len(self.seeds)


def summarize(folder: AnyPath) -> Summary:
    """Return what the sweep in a folder has found so far.

    Parameters
    ----------
    folder
        Made by `mnist sweep` or `sweep.run`.

    Returns
    -------
    Summary
        `summarize(folder).best.spread.mean` is the mean validation accuracy of the best
        combination, a share; `points` has every combination.

    Raises
    ------
    SweepError
        There is no sweep in the folder, or it is damaged.
    """
    return summary_of(*read(folder))


def summary_of(plan: Plan, rows: Sequence[Row]) -> Summary:
    """Return the summary of a plan and of the lines of results.jsonl that are there so far."""
    best = winner(plan, rows)
    results = {row["key"]: row for row in rows}
    runs = [_run(trial, results.get(trial.key)) for trial in plan.trials()]
    points: list[PointSummary] = []
    for point in plan.points:
        start = point.index * len(plan.seeds)
        own = tuple(runs[start : start + len(plan.seeds)])
        points.append(_point(plan.axes, point, own, points[0] if points else None))
    told = None if best is None else points[best.index]
    return Summary(
        plan.command, plan.dataset, plan.images, plan.seeds, plan.axes, tuple(points), told
    )


def _run(trial: Trial, row: Row | None) -> SeedRun:
    if row is None:
        return SeedRun(trial.seed, MISSING, None, None)
    accuracy = row["validation_accuracy"] if row["status"] == FINISHED else None
    return SeedRun(trial.seed, row["status"], accuracy, row)


def _point(
    axes: Sequence[Axis], point: Point, runs: tuple[SeedRun, ...], first: PointSummary | None
) -> PointSummary:
    place = _place(point.index, [len(axis.shown) for axis in axes])
    shown = tuple(axis.shown[i] for axis, i in zip(axes, place, strict=True))
    told = PointSummary(point.index, place, shown, runs, None, None)
    if told.accuracies and not told.count(DIVERGED):
        told = told._replace(spread=spread_of(list(told.accuracies.values())))
    return told._replace(difference=_difference(told, first)) if first else told


def _place(index: int, counts: Sequence[int]) -> tuple[int, ...]:
    """Return the number of a combination on every axis, the last axis fastest."""
    place: list[int] = []
    for count in reversed(counts):
        index, digit = divmod(index, count)
        place.insert(0, digit)
    return tuple(place)


def _difference(point: PointSummary, first: PointSummary) -> Spread | None:
    """Return the spread of the differences over the seeds that both have.

    A seed draws the same first weights and the same order of images for both, so that the
    differences spread less than the accuracies.
    """
    if point.spread is None or first.spread is None:
        return None
    base, own = first.accuracies, point.accuracies
    differences = [own[seed] - base[seed] for seed in own if seed in base]
    return spread_of(differences) if differences else None
