"""Results of a sweep in words and numbers, as table, chart and page tell them alike."""

from mnist_cli.data.registry import title_of
from mnist_cli.sweep.intervals import Spread
from mnist_cli.sweep.plan import DIVERGED, FINISHED
from mnist_cli.sweep.summary import MISSING, PointSummary, SeedRun, Summary
from mnist_cli.wording import counted

POINTS = 100  # percentage points in a share of 1


def percent(share: float) -> str:
    """Return `94.90%`."""
    return f"{share:.2%}"


def short_percent(share: float) -> str:
    """Return a percentage with three digits: `4.69%`, `19.5%`."""
    points = POINTS * share
    return f"{points:.2f}%" if points < 9.995 else f"{points:.1f}%"


def half_width(spread: Spread) -> str:
    """Return `±0.18`, in percentage points; "" for a single number."""
    return "" if spread.half_width is None else f"±{POINTS * spread.half_width:.2f}"


def signed(spread: Spread) -> str:
    """Return a difference in percentage points with its interval, `+0.50 ±0.05`."""
    points = round(POINTS * spread.mean, 2) + 0.0  # without the minus of a rounded zero
    text = f"{points:+.2f}".replace("-", "−")
    return f"{text} {half_width(spread)}".rstrip()


def about(summary: Summary) -> str:
    """Return what was compared: `18 runs: 6 combinations, 3 seeds, 60,000 images of MNIST`."""
    return (
        f"{counted(summary.runs, 'run')}: {counted(len(summary.points), 'combination')}, "
        f"{counted(len(summary.seeds), 'seed')}, {counted(summary.images, 'image')} of "
        f"{title_of(summary.dataset)}"
    )


def named(summary: Summary, point: PointSummary) -> str:
    """Return a combination with its names: `batch-size 16, learning-rate 3`."""
    pairs = zip(summary.axes, point.shown, strict=True)
    return ", ".join(f"{axis.title} {shown}" for axis, shown in pairs)


def trouble(point: PointSummary) -> str:
    """Return what keeps a combination from having a mean of all seeds, "" if nothing does."""
    diverged, done, all_runs = point.count(DIVERGED), point.count(FINISHED), len(point.runs)
    if diverged:
        return f"{diverged} of {all_runs} diverged"
    if done < all_runs:
        return f"{done} of {all_runs} done" if done else "not run yet"
    return "" if point.spread else "no validation images"


def seeds_text(point: PointSummary) -> str:
    """Return how many runs are done: `5`, or `2/5`."""
    done = len(point.runs) - point.count(MISSING)
    return str(done) if done == len(point.runs) else f"{done}/{len(point.runs)}"


def mean_text(point: PointSummary) -> str:
    """Return `94.90% ±0.18`, or why there is no such number."""
    if point.spread is None:
        return trouble(point)
    text = f"{percent(point.spread.mean)} {half_width(point.spread)}".rstrip()
    return f"{text} ({trouble(point)})" if trouble(point) else text


def seed_text(run: SeedRun) -> str:
    """Return what one run reached: `seed 3: error 5.10%`."""
    if run.accuracy is None:
        return f"seed {run.seed}: {'diverged' if run.status == DIVERGED else 'not run yet'}"
    return f"seed {run.seed}: error {percent(1 - run.accuracy)}"


def conclusion(summary: Summary) -> str:
    """Return which combination was best, or why none can be named."""
    best = summary.best
    if best is None or best.spread is None:
        return "No combination has a result from every seed yet."
    return (
        f"Best: {named(summary, best)}, mean validation accuracy {mean_text(best)} over "
        f"{counted(len(summary.seeds), 'seed')}."
    )


def notes(summary: Summary) -> list[str]:
    """Return the sentences that a reader needs to judge the numbers."""
    sentences = []
    if summary.missing:
        done = summary.runs - summary.missing
        sentences.append(
            f"The sweep is unfinished: {done:,} of {counted(summary.runs, 'run')} done; the same "
            "command goes on."
        )
    if len(summary.points) > 1 and summary.best:
        sentences.append(
            f"The best of {len(summary.points):,} combinations looks better than it is: it was "
            "chosen by the same validation images, so on new images it is likely to do a little "
            "worse."
        )
    if len(summary.seeds) == 1:
        sentences.append("One seed shows no spread: with --seeds 5 there are intervals.")
    return sentences


def reading(summary: Summary) -> str:
    """Return how intervals and differences are to be read, "" where there are none."""
    sentences = []
    if len(summary.seeds) > 1:
        sentences.append("±: half of Student's 95% interval of the mean.")
    if len(summary.points) > 1:
        sentences.append(_about_differences(summary))
    return " ".join(sentences)


def _about_differences(summary: Summary) -> str:
    first = summary.points[0]
    name = named(summary, first)
    if first.count(DIVERGED):
        return f"No differences: they are to {name}, which diverged."
    interval = ", with its own interval" if len(summary.seeds) > 1 else ""
    return f"Difference: in percentage points, to {name}, paired by seed{interval}."
