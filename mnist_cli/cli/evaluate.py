"""`mnist evaluate`: an honest measurement of a trained network."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from mnist_cli.cli.options import (
    checkpoint_option,
    data_dir_option,
    dataset_option,
    load_network,
    output_options,
)
from mnist_cli.cli.output import Output
from mnist_cli.data.registry import find_dataset
from mnist_cli.errors import DataError

if TYPE_CHECKING:
    from mnist_cli.data.datasets import Split
    from mnist_cli.training.checkpoint import Checkpoint
    from mnist_cli.training.evaluation import Measurement


@click.command()
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
    """Measure a trained network, unless told otherwise on images that it has not seen.

    Prints the accuracy with its 95% interval, the loss, the confusion matrix, precision, recall
    and F1 of each digit, and the commonest confusions.
    """
    from mnist_cli.training.environment import one_thread
    from mnist_cli.training.evaluation import measure

    out = Output(quiet, as_json)
    loaded, name = load_network(checkpoint, out)
    dataset = dataset or loaded.origin.dataset
    with one_thread():
        measured = measure(loaded.network, _split(loaded, dataset, split, data_dir, out))
    out.result(
        *_lines(f"{name} on {find_dataset(dataset).title}, {split} images", measured),
        checkpoint=name,
        dataset=dataset,
        trained_on=loaded.origin.dataset,
        split=split,
        **_values(measured),
    )


def _split(loaded: "Checkpoint", dataset: str, split: str, data_dir: Path, out: Output) -> "Split":
    """Map the images; those held out are known only for the data set trained on."""
    from mnist_cli.data.prepared import load_prepared
    from mnist_cli.data.provision import provide

    config = loaded.run.config
    if split == "validation" and config.validation_size == 0:
        raise DataError(
            "--split validation: this network was trained on all training images "
            "(validation_size 0); measure it on --split test"
        )
    foreign = dataset != loaded.origin.dataset
    if foreign and split == "validation":
        raise DataError(
            f"--split validation: no images of {dataset} were held out for this network; "
            "use --split test"
        )
    provide(dataset, data_dir, say=out.say, progress=out.progress)
    return load_prepared(
        dataset,
        split,
        data_dir,
        0 if foreign else config.validation_size,
        preprocessing=config.preprocessing,
        say=out.say,
    )


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
