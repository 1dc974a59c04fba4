"""`mnist evaluate`: how good a trained network is, measured on images that it has not seen."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from mnist_cli.classes import word_for
from mnist_cli.cli.help import examples
from mnist_cli.cli.options import (
    EXISTING,
    NetworkType,
    checkpoint_option,
    data_dir_option,
    dataset_option,
    given_option,
    load_network,
    output_options,
)
from mnist_cli.cli.output import Output
from mnist_cli.cli.ranking import network_files, rank, shown_name
from mnist_cli.cli.wrong import ALL, usual_part, wrong_lines, wrong_pictures
from mnist_cli.data.registry import or_builtin, title_of

if TYPE_CHECKING:
    from mnist_cli.model import Model
    from mnist_cli.training.evaluation import Measurement


@click.command(
    epilog=examples(
        "mnist evaluate",
        "mnist evaluate --checkpoint wide.npz --split validation --json",
        "mnist evaluate mine.npz yours.npz",
    )
)
@click.argument("networks", nargs=-1, type=NetworkType(path_type=Path), metavar="[NETWORK]...")
@checkpoint_option
@click.option(
    "--split",
    type=click.Choice(["test", "validation", "train"]),
    help="Part of the data set to measure on.  [default: test, or all of your own images that came "
    "without a test part, where the network has not seen them]",
)
@dataset_option
@click.option(
    "--labels",
    type=EXISTING,
    metavar="FILE",
    help="Measure on the pictures that a CSV file lists: a column 'file' and a column 'label'.",
)
@data_dir_option("evaluate")
@output_options
def evaluate(
    networks: tuple[Path, ...],
    checkpoint: Path | None,
    split: str | None,
    dataset: str | None,
    labels: Path | None,
    data_dir: Path,
    quiet: bool,
    as_json: bool,
) -> None:
    """Measure a trained network, by default on images that it has not seen.

    Prints the accuracy with its 95% interval, the loss, the confusion matrix, precision, recall
    and F1 of each digit or class, the commonest confusions, and which of your own pictures were
    read wrong.

    Several networks, or a folder of them, are ranked: one line each, on the same test images, with
    the pairs whose difference may be chance.
    """
    from mnist_cli.data.datasets import load_file
    from mnist_cli.data.loading import load

    out = Output(quiet, as_json)
    dataset = _chosen(dataset, labels)
    files = network_files(networks)
    if files:
        _refuse_another(checkpoint)
    if len(files) > 1 or any(path.is_dir() for path in networks):
        _refuse_other_parts(split)
        rank(files, dataset, data_dir, out)
        return
    model = load_network(files[0] if files else checkpoint, out, data_dir)
    data = load(dataset or or_builtin(model.dataset), data_dir, say=out.say, progress=out.progress)
    split = split or usual_part(model, data)
    measured = model.evaluate(data.whole if split == ALL else data, None if split == ALL else split)
    wrong = wrong_pictures(model, data, split, measured)
    out.result(
        *_lines(
            f"{shown_name(model)} on {title_of(data.name)}, {split} images",
            measured,
            model.classes,
        ),
        *wrong_lines(wrong),
        **_origin(model),
        dataset=data.name,
        dataset_sha256=load_file(data.name, "test" if split == ALL else split, data_dir)[1],
        split=split,
        classes=model.classes,
        **_values(measured),
        wrong=wrong,
    )


def _chosen(dataset: str | None, labels: Path | None) -> str | None:
    """Return the data set to measure on: the pictures in a list are one, too."""
    if dataset is not None and labels is not None:
        raise click.UsageError(f"--labels is a data set, too; leave out --dataset, got {dataset}.")
    return dataset if labels is None else str(labels)


def _refuse_another(checkpoint: Path | None) -> None:
    """Refuse --checkpoint beside networks; a variable of that meaning gives way."""
    if given_option("checkpoint"):
        raise click.UsageError(
            f"--checkpoint is for one network alone; leave it out, got {checkpoint}."
        )


def _refuse_other_parts(split: str | None) -> None:
    """Refuse the parts of the training images: each network may have held out others."""
    if split not in (None, "test"):
        raise click.UsageError(f"--split: several networks are measured on test, got {split}.")


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


def _lines(title: str, measured: "Measurement", classes: tuple[str, ...]) -> list[str]:
    from mnist_cli.cli import display
    from mnist_cli.network import metrics

    matrix = measured.matrix
    low, high = measured.accuracy_interval
    pairs = metrics.commonest_confusions(matrix)
    return [
        f"{title}: {matrix.sum():,}",
        "",
        f"Accuracy  {measured.accuracy:.2%}   (95% interval {low:.2%} to {high:.2%})",
        f"Loss      {measured.loss:.4f}",
        "",
        f"Confusion matrix (row: the {word_for(classes)}, column: the answer)",
        *display.matrix_table(matrix, classes).split("\n"),
        "",
        *display.class_table(metrics.per_digit(matrix), classes).split("\n"),
        "",
        "Commonest confusions",
        *(display.confusion_lines(pairs, classes) or "  none").split("\n"),
    ]
