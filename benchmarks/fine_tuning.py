"""Measure what a network gains on people's handwriting by going on from its weights, and loses.

    python benchmarks/fine_tuning.py --pictures FOLDER --labels FILE.csv [--data-dir data]

The first line of the file of labels has the names of its columns: file, label, writer. Each writer
is left out once: the network is trained on the pictures of the others, and reads those of this one.
Then each picture is left out once, and the network is trained on the others of the same writer.
Prints a Markdown table. The loss is measured on MNIST's validation images.
"""

import argparse
import csv
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

import mnist_cli as mnist
from mnist_cli.data.preprocessing import preprocess
from mnist_cli.pictures.reader import read_picture
from mnist_cli.training.evaluation import measure

RATES = {"default": (0.1, 1.0), "best": (0.1, 1.0)}  # the usual one for new weights is 3
MIXED_IN = 2_000  # images of MNIST
SETTINGS = {"epochs": 20, "batch_size": 10, "validation_size": 0}
SEED = 0

Images = NDArray[np.uint8]
Rows = NDArray[np.intp]


class Pictures(NamedTuple):
    """Pictures as 28x28 images (n, 784), their digits and their writers (n,)."""

    images: Images
    labels: Images
    writers: NDArray[np.str_]


class Trial(NamedTuple):
    """What a network is trained on: whose pictures, with MNIST or without, and how fast."""

    network: str
    whose: str
    mixed_in: int
    rate: float


def read_all(folder: Path, labels: Path) -> Pictures:
    """Read the pictures as `mnist predict` does."""
    with labels.open(newline="", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    images = np.stack([read_picture(folder / row["file"]).image for row in rows])
    digits = np.array([row["label"] for row in rows]).astype(np.uint8)
    return Pictures(images, digits, np.array([row["writer"] for row in rows]))


def other_writers(pictures: Pictures) -> Iterator[tuple[Rows, Rows]]:
    """Yield, for each writer, the rows of all others and those of this one."""
    for writer in np.unique(pictures.writers):
        own = pictures.writers == writer
        yield np.flatnonzero(~own), np.flatnonzero(own)


def own_other_pictures(pictures: Pictures) -> Iterator[tuple[Rows, Rows]]:
    """Yield, for each picture, the rows of the same writer's other ones and that of this one."""
    for row, writer in enumerate(pictures.writers):
        others = np.flatnonzero(pictures.writers == writer)
        if len(others) > 1:
            yield others[others != row], np.array([row])


FOLDS = {"other writers": other_writers, "same writer": own_other_pictures}


def fine_tuned(model: mnist.Model, images: Images, labels: Images, rate: float) -> mnist.Model:
    """Go on from the weights of a network."""
    return mnist.train((images, labels), start_from=model, learning_rate=rate, **SETTINGS)


def run(trial: Trial, pictures: Pictures, data: mnist.Dataset, folds: int | None) -> str:
    """Return the line of a table."""
    model = mnist.load_model(trial.network)
    step, validation = model.config.preprocessing, data.validation
    seen = mnist.Split(preprocess(validation.images, step), validation.labels)
    rows = np.random.default_rng(SEED).permutation(len(data.train.labels))[: trial.mixed_in]
    mixed = data.train.images[np.sort(rows)], data.train.labels[np.sort(rows)]
    before = model.predict(pictures.images) == pictures.labels
    after, tested, accuracies = before.copy(), np.zeros(len(before), bool), []
    for others, left_out in list(FOLDS[trial.whose](pictures))[:folds]:
        images = np.concatenate([pictures.images[others], mixed[0]])
        labels = np.concatenate([pictures.labels[others], mixed[1]])
        tuned = fine_tuned(model, images, labels, trial.rate)
        answers = tuned.predict(pictures.images[left_out])
        after[left_out], tested[left_out] = answers == pictures.labels[left_out], True
        accuracies.append(measure(tuned.network, seen).accuracy)
    base = measure(model.network, seen).accuracy
    return " | ".join(
        [
            f"| `{trial.network}` | {trial.whose} | {trial.mixed_in or '–'} | {trial.rate:g}",
            f"{before[tested].sum()} of {tested.sum()} | {after[tested].sum()}",
            f"{(after & ~before).sum()} / {(before & ~after).sum()}",
            f"{base:.2%} | {np.mean(accuracies):.2%} |",
        ]
    )


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--pictures", type=Path, required=True)
    parser.add_argument("--labels", type=Path, required=True)
    parser.add_argument("--data-dir", type=Path)
    parser.add_argument("--dataset", default="mnist")
    parser.add_argument("--tiny", action="store_true", help="two folds, to see that it runs")
    options = parser.parse_args()
    data = mnist.load(options.dataset, options.data_dir)
    pictures = read_all(options.pictures, options.labels)
    print(
        "| network | trained on pictures of | MNIST images | learning rate | right before | after "
        "| won / lost | validation before | after |\n|" + "---|" * 9
    )
    for network, rates in RATES.items():
        for whose in FOLDS:
            for mixed_in in (0, MIXED_IN):
                for rate in rates:
                    trial = Trial(network, whose, mixed_in, rate)
                    print(run(trial, pictures, data, 2 if options.tiny else None), flush=True)


if __name__ == "__main__":
    main()
