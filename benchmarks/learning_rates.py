"""How well networks of every kind learn at the learning rate that is used when none is given.

    python benchmarks/learning_rates.py --data-dir data

Trains each network for a few epochs at the usual rate, and at a third and at three times that, and
prints the validation accuracies: the usual rates (`usual_learning_rate`) were chosen with it, and
docs/learning-rates.md shows what it printed. The test images are not opened. `--tiny` takes few
images and one epoch; `--images` and `--widest` limit the time.
"""

import argparse
from itertools import product
from pathlib import Path
from typing import Any

from mnist_cli.config import choices
from mnist_cli.config.settings import make_config
from mnist_cli.data.datasets import Split, load_split
from mnist_cli.errors import TrainingError
from mnist_cli.training.loop import train
from mnist_cli.training.run import Run

SHAPES = [(), (8,), (16, 16), (30,), (100,), (300,), (1000,), (300, 100), (16, 16, 16)]
SHAPES += [(100, 100, 100), (1000, 1000), (1000, 1000, 1000)]
BATCH_SIZES = [1, 10, 32, 128, 1000, 10_000]
FACTORS = (1 / 3, 1, 3)


def cases() -> list[tuple[str, dict[str, Any]]]:
    """Title of each table, and the settings of its rows."""
    losses = choices.LOSSES.rows()
    kinds = [(loss, output) for loss in losses for output in losses[loss]]
    activations = choices.ACTIVATIONS.names()
    rows = [("width and depth", {"hidden_sizes": shape}) for shape in SHAPES]
    rows += [("adam", {"optimizer": "adam", "hidden_sizes": shape}) for shape in SHAPES]
    rows += [("batch size", {"batch_size": size}) for size in BATCH_SIZES]
    rows += [
        ("activation, loss and width", {
            "activation": activation, "loss": loss, "output_activation": output,
            "hidden_sizes": shape,
        })
        for activation, (loss, output), shape in product(activations, kinds, [(16, 16), (300,)])
    ]  # fmt: skip
    return rows


def accuracy(settings: dict[str, Any], split: Split, validation: Split) -> float:
    """Validation accuracy at the end of a run; 0 if the loss was no longer finite."""
    run = Run.start(make_config({**settings, "snapshots": 0}))
    try:
        for result in train(run, split, validation):
            last = result.validation_accuracy
    except TrainingError:
        return 0.0
    return last or 0.0


def row(settings: dict[str, Any], split: Split, validation: Split) -> str:
    """One line of the table: the settings, the usual rate, and three accuracies."""
    usual = make_config(settings).learning_rate
    found = [
        accuracy({**settings, "learning_rate": usual * factor}, split, validation)
        for factor in FACTORS
    ]
    return f"| {_name(settings)} | {usual:.3g} | {' | '.join(f'{a:.1%}' for a in found)} |"


def _name(settings: dict[str, Any]) -> str:
    return ", ".join(_text(value) for key, value in settings.items() if key != "epochs")


def _text(value: object) -> str:
    return ("-".join(map(str, value)) or "none") if isinstance(value, tuple) else str(value)


def main() -> None:
    """Train and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data-dir", type=Path, default=Path("data"))
    parser.add_argument("--dataset", default="mnist")
    parser.add_argument("--epochs", type=int, default=3)
    parser.add_argument("--images", type=int, default=50_000, help="the first ones to train on")
    parser.add_argument("--widest", type=int, default=10_000, help="skip wider layers")
    parser.add_argument("--only", default="", help="rows that have this in 'table: settings'")
    parser.add_argument("--tiny", action="store_true")
    options = parser.parse_args()
    count, epochs = (500, 1) if options.tiny else (options.images, options.epochs)
    training = load_split(options.dataset, "train", options.data_dir, 10_000)
    training = Split(training.images[:count], training.labels[:count])
    validation = load_split(options.dataset, "validation", options.data_dir, 10_000)
    print("| settings | usual rate | a third | usual | three times |\n|---|---|---|---|---|")
    for title, settings in cases():
        widest = max(settings.get("hidden_sizes", ()), default=0)
        if options.only in f"{title}: {_name(settings)}" and widest <= options.widest:
            print(row({**settings, "epochs": epochs}, training, validation), flush=True)


if __name__ == "__main__":
    main()
