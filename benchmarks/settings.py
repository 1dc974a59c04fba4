"""Processor time of a training step with each optimizer, activation and loss.

    python benchmarks/settings.py --data-dir data

784-16-16-10 with mini-batches of 32. Each round trains the first epoch of every setting in turn.
`--tiny` uses few images.
"""

import argparse
import statistics
import time
from pathlib import Path

import numpy as np

from mnist_cli.config.settings import make_config
from mnist_cli.data.datasets import Split, load_split
from mnist_cli.training.environment import one_thread
from mnist_cli.training.loop import Loop, epoch_order
from mnist_cli.training.run import Run

CROSS_ENTROPY = {"loss": "cross_entropy"}
SETTINGS = {
    "default: sigmoid, squared error, plain descent": {},
    "tanh": {"activation": "tanh"},
    "relu": {"activation": "relu"},
    "leaky_relu": {"activation": "leaky_relu"},
    "gelu": {"activation": "gelu"},
    "linear": {"activation": "linear"},
    "cross-entropy": CROSS_ENTROPY,
    "softmax, cross-entropy": {**CROSS_ENTROPY, "output_activation": "softmax"},
    "softmax, squared error": {"output_activation": "softmax"},
    "weight decay": {"weight_decay": 1e-5},
    "momentum": {"momentum": 0.9},
    "Nesterov": {"momentum": 0.9, "nesterov": True},
    "Adam": {"optimizer": "adam"},
}


def main() -> None:
    """Measure and print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data-dir", type=Path, default=Path("data"))
    parser.add_argument("--dataset", default="mnist")
    parser.add_argument("--rounds", type=int, default=11)
    parser.add_argument("--tiny", action="store_true")
    options = parser.parse_args()
    images, labels = load_split(options.dataset, "train", options.data_dir)
    split = Split(images[:640], labels[:640]) if options.tiny else Split(images, labels)
    times: dict[str, list[float]] = {name: [] for name in SETTINGS}
    with one_thread(), np.errstate(over="ignore", invalid="ignore"):
        for number in range(2 if options.tiny else max(2, options.rounds)):
            order = epoch_order(0, number, len(split.labels))
            for name, values in SETTINGS.items():
                loop = Loop(Run.start(make_config(values)), split)
                begin = time.process_time()
                loop.epoch(order)
                times[name].append((time.process_time() - begin) / loop.steps)
    print("| setting | µs per step | quartiles | ratio to the default |\n|---|---|---|---|")
    default = statistics.median(next(iter(times.values())))
    for name, values in times.items():
        low, median, high = (1e6 * value for value in statistics.quantiles(values, n=4))
        print(f"| {name} | {median:.1f} | {low:.1f} to {high:.1f} | {median / 1e6 / default:.2f} |")


if __name__ == "__main__":
    main()
