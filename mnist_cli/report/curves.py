"""The curves of a training: loss, accuracy and gradients. Two networks share their axes."""

from collections.abc import Iterable, Sequence

from mnist_cli.report.charts import DASHES, Chart, Series, chart_html
from mnist_cli.report.subject import Subject, best_epoch
from mnist_cli.training.evaluation import gradient_rms
from mnist_cli.training.run import EpochResult

FIRST, SECOND = "var(--series-0)", "var(--series-1)"
COLOURS = (FIRST, SECOND)  # of training and validation, or of the networks


def curve_charts(subjects: Sequence[Subject]) -> str:
    """Return the charts of one network, or of two, whose colours tell them apart."""
    trained = [subject for subject in subjects if subject.checkpoint.run.history]
    if not trained:
        return "<p>No epoch was finished, so there are no curves.</p>"
    charts = [
        Chart("Loss", _pair(trained, "loss", "validation_loss"), best=_best(trained)),
        Chart(
            "Accuracy",
            _pair(trained, "training_accuracy", "validation_accuracy"),
            "share",
            _best(trained),
        ),
        Chart("Gradient: root mean square per parameter", _gradients(trained), "size"),
    ]
    return "".join(chart_html(chart) for chart in charts if chart.series)


def _pair(subjects: Sequence[Subject], training: str, validation: str) -> list[Series]:
    """Return the two series of each network that has them."""
    series, alone = [], len(subjects) == 1
    for number, subject in enumerate(subjects):
        for dash, field in enumerate((training, validation)):
            colour = COLOURS[dash if alone else number]
            name = ("training", "validation")[dash]
            values = [getattr(result, field) for result in subject.checkpoint.run.history]
            series.append(Series(_named(subject, name, alone), values, colour, dash))
    return _known(series)


def _gradients(subjects: Sequence[Subject]) -> list[Series]:
    """Return one series per layer: from one colour to the other, or in a network's own."""
    series, alone = [], len(subjects) == 1
    for number, subject in enumerate(subjects):
        history, sizes = subject.checkpoint.run.history, subject.checkpoint.network.layer_sizes
        layers = len(sizes) - 1
        for layer in range(layers):
            name = "outputs" if layer == layers - 1 else f"layer {layer + 1}"
            values = [_rms(result, sizes, layer) for result in history]
            colour = _between(layer / max(1, layers - 1)) if alone else COLOURS[number]
            dash = layer % len(DASHES)
            series.append(Series(_named(subject, name, alone), values, colour, dash))
    return _known(series)


def _rms(result: EpochResult, sizes: tuple[int, ...], layer: int) -> float | None:
    found = gradient_rms(result.gradient_norms, sizes)
    return found[layer] if found else None


def _between(share: float) -> str:
    """Return a colour between the first and the second."""
    return f"color-mix(in oklch, {SECOND} {share:.0%}, {FIRST})"


def _named(subject: Subject, name: str, alone: bool) -> str:
    return name if alone else f"{subject.name}: {name}"


def _known(series: Iterable[Series]) -> list[Series]:
    """Leave out series without any value."""
    return [one for one in series if any(value is not None for value in one.values)]


def _best(subjects: Sequence[Subject]) -> list[tuple[int, str]]:
    """Return the best epoch of each network, in its colour."""
    alone = len(subjects) == 1
    marks = [
        (best_epoch(subject), "var(--soft)" if alone else COLOURS[number])
        for number, subject in enumerate(subjects)
    ]
    return [(epoch, colour) for epoch, colour in marks if epoch]
