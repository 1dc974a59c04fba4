"""How far the training is: one live line where somebody watches, else one line per epoch."""

import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Any

from mnist_cli.cli.output import Output
from mnist_cli.progress import Stop

if TYPE_CHECKING:
    from mnist_cli.training.run import EpochResult, Run
    from mnist_cli.training.session import Session

BAR = "{desc} |{bar:20}| {remaining} left"


def is_live(out: Output, *, verbose: bool) -> bool:
    """Whether standard error is a terminal that redraws a line, and nobody asked for more."""
    plain = verbose or out.quiet or os.environ.get("TERM") == "dumb" or os.environ.get("CI")
    return not plain and sys.stderr.isatty() and _has_size()


def _has_size() -> bool:
    """Whether the terminal says how wide it is; some that programs open say 0."""
    with suppress(OSError):
        return min(os.get_terminal_size(sys.stderr.fileno())) > 0
    return False


def show_epochs(session: "Session", stop: Stop, threads: int, out: Output, *, live: bool) -> None:
    """Train, and show every epoch."""
    if not live:
        for result in session.epochs(stop, threads):
            out.say(epoch_line(result, session.run.config.epochs))
        return
    with _bar(session) as bar:
        session.say = beside(bar, out.say)
        for _ in session.epochs(_counting(bar, stop), threads):
            bar.set_description_str(_so_far(session.run))


def epoch_line(result: "EpochResult", epochs: int) -> str:
    """Return the results of one epoch, in columns."""
    number = f"{result.epoch:>{len(str(epochs))}}/{epochs}"
    return f"epoch {number}{_results(result)}   {result.seconds:.2f} s"


def _results(result: "EpochResult") -> str:
    accuracy = result.validation_accuracy
    share = "" if accuracy is None else f"   validation {accuracy:7.2%}"
    return f"   loss {result.loss:.4f}{share}"


def _so_far(run: "Run") -> str:
    """Return the number of the epoch that runs, and the results of the one before."""
    epochs = run.config.epochs
    number = f"{min(run.epoch + 1, epochs):>{len(str(epochs))}}/{epochs}"
    return f"epoch {number}{_results(run.history[-1]) if run.history else ''}"


@contextmanager
def _bar(session: "Session") -> Iterator[Any]:
    """Make a bar of all mini-batches of the run; at the end it goes."""
    from tqdm import tqdm  # only where somebody watches

    config, count = session.run.config, len(session.data.training.labels)
    steps = -(-count // min(config.batch_size, count))
    colour = None if os.environ.get("NO_COLOR") else "green"
    total, done = config.epochs * steps, session.run.epoch * steps + session.run.step
    form: dict[str, Any] = {"bar_format": BAR, "colour": colour, "dynamic_ncols": True}
    with tqdm(total=total, initial=done, leave=False, **form) as bar:
        bar.set_description_str(_so_far(session.run))
        yield bar


def _counting(bar: Any, stop: Stop) -> Stop:
    """Return `stop`, which is asked after every mini-batch, with the bar counting the questions."""

    def asked() -> bool:
        bar.update()
        return stop()

    return asked


def beside(bar: Any, say: Callable[[str], None]) -> Callable[[str], None]:
    """Return `say` with the bar out of the way while it prints."""

    def said(line: str) -> None:
        bar.clear()
        say(line)
        bar.refresh()

    return said
