"""The best combination of a sweep, chosen on validation images."""

from collections.abc import Iterable
from statistics import fmean

from mnist_cli.sweep.journal import Row
from mnist_cli.sweep.plan import FINISHED, Plan, Point


def winner(plan: Plan, rows: Iterable[Row]) -> Point | None:
    """Return the combination with the highest mean validation accuracy over all seeds.

    A combination one of whose runs diverged, or is missing, cannot win. None if none can.
    """
    accuracies = accuracies_of(plan, rows)
    means = {index: fmean(known) for index, known in accuracies.items() if known}
    return plan.points[max(means, key=means.__getitem__)] if means else None


def accuracies_of(plan: Plan, rows: Iterable[Row]) -> dict[int, list[float]]:
    """Return the validation accuracies of each combination, by its index, in the order of seeds.

    They are [] where one of the runs diverged or is missing.
    """
    finished = {row["key"]: row for row in rows if row["status"] == FINISHED}
    found: dict[int, list[float]] = {point.index: [] for point in plan.points}
    for trial in plan.trials():
        if trial.key in finished:
            found[trial.point.index].append(finished[trial.key]["validation_accuracy"])
    return {index: known if len(known) == len(plan.seeds) else [] for index, known in found.items()}
