"""How far a sweep is: one live line where somebody watches, else one line per run."""

import os
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from mnist_cli.cli.epochs import beside
from mnist_cli.cli.output import Output
from mnist_cli.progress import Stop
from mnist_cli.wording import counted

if TYPE_CHECKING:
    from mnist_cli.sweep.journal import Row
    from mnist_cli.sweep.runner import Job

BAR = "{desc} |{bar:10}|"
REDRAWN = 0.5  # seconds between two countings of the time that is left


class Board:
    """What is known while the runs go on.

    Attributes
    ----------
    trials : the runs of the plan by key, in its order; equal ones count once
    rows : the results by key
    """

    def __init__(self, job: "Job", rows: "Sequence[Row]") -> None:
        plan = job.plan
        self.trials = {trial.key: trial for trial in plan.distinct()}
        self.rows = {row["key"]: row for row in rows}
        self._workers = None if job.cluster else job.workers
        self._width = max(len(trial.title) for trial in self.trials.values())
        self._began = self._changed = time.monotonic()
        self._before = self.cost

    def add(self, row: "Row") -> None:
        """Add the result of a run."""
        self.rows[row["key"]] = row
        self._changed = time.monotonic()

    @property
    def cost(self) -> int:
        """Cost of the runs that have a result."""
        return sum(trial.cost for key, trial in self.trials.items() if key in self.rows)

    def seconds_left(self) -> float | None:
        """Return about how long the other runs take, None before the first result."""
        whole = self._seconds_from_here()
        return None if whole is None else max(0.0, whole - (time.monotonic() - self._changed))

    def _seconds_from_here(self) -> float | None:
        from mnist_cli.sweep.estimate import rate_of_rows, seconds_of

        costs = [trial.cost for key, trial in self.trials.items() if key not in self.rows]
        if self._workers is not None:
            rate = rate_of_rows(self.trials.values(), self.rows.values())
            return None if rate is None else seconds_of(costs, rate, self._workers)
        done = self.cost - self._before  # the workers of a cluster come and go: ask the clock
        return sum(costs) * (self._changed - self._began) / done if done else None

    @property
    def done(self) -> str:
        """How many runs have a result: `run 3/24`."""
        total = len(self.trials)
        return f"run {len(self.rows):>{len(str(total))}}/{total}"

    @property
    def best(self) -> str:
        """The best run so far, "" before the first one that did not diverge."""
        known = [row for row in self.rows.values() if row["validation_accuracy"] is not None]
        if not known:
            return ""
        best = max(known, key=lambda row: float(row["validation_accuracy"]))
        return f"{best['validation_accuracy']:.2%} {self.trials[best['key']].title}"

    def line(self, row: "Row") -> str:
        """Return the result of one run, in columns."""
        trial, accuracy = self.trials[row["key"]], row["validation_accuracy"]
        result = "          diverged" if accuracy is None else f"validation {accuracy:7.2%}"
        title = f"{trial.title:<{self._width}}"
        return f"{self.done}   {title}   {result}   {row['seconds']:.2f} s"


def show_runs(
    board: Board,
    start: "Callable[[Stop, Callable[[str], None]], Iterator[Row]]",
    stop: Stop,
    out: Output,
    *,
    live: bool,
) -> None:
    """Train, and show every result.

    `start` takes what stops it, and what hears of killed workers.
    """
    if not live:
        for row in start(stop, out.say):
            board.add(row)
            out.say(board.line(row))
        return
    with _bar(board) as bar:
        for row in start(_redrawing(bar, board, stop), beside(bar, out.say)):
            board.add(row)
            _redraw(bar, board)


@contextmanager
def _bar(board: Board) -> Iterator[Any]:
    """Make a bar of the cost of all runs; at the end it goes."""
    from tqdm import tqdm  # only where somebody watches

    total = sum(trial.cost for trial in board.trials.values())
    colour = None if os.environ.get("NO_COLOR") else "green"
    form: dict[str, Any] = {"bar_format": BAR, "colour": colour, "dynamic_ncols": True}
    with tqdm(total=total, initial=board.cost, desc=board.done, leave=False, **form) as bar:
        _redraw(bar, board)
        yield bar


def _redraw(bar: Any, board: Board) -> None:
    """Show the time that is left before the best run, whose name a narrow terminal may cut."""
    left, best = board.seconds_left(), board.best
    time_left = "" if left is None else f" {bar.format_interval(left)} left"
    bar.bar_format = f"{BAR}{time_left}{best and '   best ' + best}"
    bar.set_description_str(board.done, refresh=False)
    bar.n = board.cost
    bar.refresh()


def _redrawing(bar: Any, board: Board, stop: Stop) -> Stop:
    """Return `stop`, which is asked several times a second, with the bar counting down."""
    drawn = [time.monotonic()]

    def asked() -> bool:
        if time.monotonic() - drawn[0] > REDRAWN:
            drawn[0] = time.monotonic()
            _redraw(bar, board)
        return stop()

    return asked


def plan_lines(job: "Job", title: str) -> list[str]:
    """Return what a sweep is about to do."""
    plan = job.plan
    points, seeds = counted(len(plan.points), "combination"), counted(len(plan.seeds), "seed")
    runs, places = (
        len(plan.distinct()),
        (f"on {job.cluster}" if job.cluster else counted(job.workers, "worker")),
    )
    return [
        f"Data      {title}: {counted(plan.images, 'training image')}",
        f"Runs      {runs:,}: {points}, each with {seeds}; {places}",
    ]
