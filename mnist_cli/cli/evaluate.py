"""`mnist evaluate`: how good a trained network is, measured on images that it has not seen."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from mnist_cli.cli.help import examples
from mnist_cli.cli.options import (
    checkpoint_option,
    data_dir_option,
    dataset_option,
    load_network,
    output_options,
)
from mnist_cli.cli.output import Output
from mnist_cli.data.registry import or_builtin, title_of

if TYPE_CHECKING:
    from mnist_cli.model import Model
    from mnist_cli.training.evaluation import Measurement


@click.command(
    epilog=examples(
        "mnist evaluate",
        "mnist evaluate --checkpoint wide.npz --split validation --json",
    )
)
@checkpoint_option
@click.option(
    "--split",
    type=click.Choice(["test", "validation", "train"]),
    default="test",
    show_default=True,
    help="Part of the data set to measure on.",
)
@dataset_option
@data_dir_option("evaluate")
@output_options
def evaluate(
    checkpoint: Path | None,
    split: str,
    dataset: str | None,
    data_dir: Path,
    quiet: bool,
    as_json: bool,
) -> None:
    """Measure a trained network, by default on images that it has not seen.

    Prints the accuracy with its 95% interval, the loss, the confusion matrix, precision, recall
    and F1 of each digit, and the commonest confusions.
    """
    from mnist_cli.data.datasets import load_file
    from mnist_cli.data.loading import load

    out = Output(quiet, as_json)
    model = load_network(checkpoint, out)
    data = load(dataset or or_builtin(model.dataset), data_dir, say=out.say, progress=out.progress)
    measured = model.evaluate(data, split)
    out.result(
        *_lines(f"{_shown(model)} on {title_of(data.name)}, {split} images", measured),
        **_origin(model),
        dataset=data.name,
        dataset_sha256=load_file(data.name, split, data_dir)[1],
        split=split,
        **_values(measured),
    )


def _shown(model: "Model") -> str:
    """Return the name of the network, and what it lacks."""
    run = model.checkpoint.run
    if not run.finished:
        return f"{model.name} (unfinished: {run.progress})"
    return model.name if run.epoch else f"{model.name} (untrained)"


def _origin(model: "Model") -> dict[str, Any]:
    """Return where the network comes from: enough to train it again."""
    from importlib.metadata import version

    run, provenance = model.checkpoint.run, model.checkpoint.provenance
    return {
        "version": version("mnist-cli"),
        "checkpoint": model.name,
        "finished": run.finished,
        "epochs": run.epoch,
        "seed": run.config.seed,
        "config": run.config.to_dict(),
        "trained_on": provenance.dataset,
        "trained_on_sha256": provenance.sha256,
    }


def _values(measured: "Measurement") -> dict[str, Any]:
    from mnist_cli.network import metrics

    matrix = measured.matrix
    return {
        "count": int(matrix.sum()),
        "accuracy": measured.accuracy,
        "accuracy_interval": list(measured.accuracy_interval),
        "loss": measured.loss,
        "confusion_matrix": matrix.tolist(),
        "per_digit": [scores._asdict() for scores in metrics.per_digit(matrix)],
        "confusions": [pair._asdict() for pair in metrics.commonest_confusions(matrix)],
    }


def _lines(title: str, measured: "Measurement") -> list[str]:
    from mnist_cli.cli import display
    from mnist_cli.network import metrics

    matrix = measured.matrix
    low, high = measured.accuracy_interval
    return [
        f"{title}: {matrix.sum():,}",
        "",
        f"Accuracy  {measured.accuracy:.2%}   (95% interval {low:.2%} to {high:.2%})",
        f"Loss      {measured.loss:.4f}",
        "",
        "Confusion matrix (row: the digit, column: the answer)",
        *display.matrix_table(matrix).splitlines(),
        "",
        *display.digit_table(metrics.per_digit(matrix)).splitlines(),
        "",
        "Commonest confusions",
        *(display.confusion_lines(metrics.commonest_confusions(matrix)) or "  none").splitlines(),
    ]
