"""Time whole commands as processes, and the memory of training on ten times the images.

    python benchmarks/commands.py --data-dir data

The two commands of a pair run in turn, for several rounds. The table has medians, and the ratio of
the first to the second. MNIST must be in the data directory. `--tiny` trains one epoch and leaves
out the large set.
"""

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from dataclasses import replace
from pathlib import Path
from typing import NamedTuple

import numpy as np
from PIL import Image

from mnist_cli.config.settings import TrainingConfig
from mnist_cli.data.builtin.files import write_builtin
from mnist_cli.training.data import load_training_data

PYTHON = sys.executable
MNIST = [PYTHON, "-m", "mnist_cli"]
# The parent must be small, because the peak memory of a child starts at that of its parent.
PEAK = (
    "import resource, subprocess, sys; subprocess.run(sys.argv[1:], stdout=subprocess.DEVNULL);"
    "print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024)"
)
PRIVATE = (  # memory of this process alone, without mapped files
    "import re, sys; from mnist_cli.__main__ import main\n"
    "try: main()\n"
    "except SystemExit: pass\n"
    "text = open('/proc/self/status').read()\n"
    "print(int(re.search(r'RssAnon:\\s+(\\d+)', text)[1]) / 1024, file=sys.stderr)"
)


class Pair(NamedTuple):
    """A command, another one to compare its time with, and the target for the ratio."""

    name: str
    command: list[str]
    against: list[str]
    target: str


def seconds(command: list[str], folder: Path) -> float:
    """Return the wall-clock time of one process."""
    begin = time.perf_counter()
    subprocess.run(command, check=True, cwd=folder, capture_output=True)
    return time.perf_counter() - begin


def compare(pair: Pair, folder: Path, rounds: int) -> str:
    """Return a row of the table."""
    times = [(seconds(pair.command, folder), seconds(pair.against, folder)) for _ in range(rounds)]
    first, second = (statistics.median(column) for column in zip(*times, strict=True))
    ratio = statistics.median(a / b for a, b in times)
    return f"| {pair.name} | {first:.3f} | {second:.3f} | {ratio:.2f} | {pair.target} |"


def training(folder: Path, data_dir: Path, epochs: int, rounds: int) -> str:
    """Return a row: all of `mnist train`, compared with its training loop plus importing NumPy."""
    imports = "import numpy"
    ratios, whole, alone = [], [], []
    for _ in range(rounds):
        begin = time.perf_counter()
        call = [
            *MNIST,
            "train",
            "--json",
            "-q",
            "--epochs",
            str(epochs),
            "--data-dir",
            str(data_dir),
        ]
        output = subprocess.run(call, check=True, cwd=folder, capture_output=True).stdout
        whole.append(time.perf_counter() - begin)
        loop = sum(epoch["seconds"] for epoch in json.loads(output)["history"])
        alone.append(loop + seconds([PYTHON, "-c", imports], folder))
        ratios.append(whole[-1] / alone[-1])
    first, second, ratio = (statistics.median(column) for column in (whole, alone, ratios))
    name = f"`mnist train`, {epochs} epochs; its loop and importing NumPy"
    return f"| {name} | {first:.3f} | {second:.3f} | {ratio:.2f} | 1.3 |"


def reading(dataset: str, data_dir: Path, rounds: int) -> str:
    """Return a line: the time to map the images again after they have been checked."""
    config, times = TrainingConfig(), []
    if dataset == "builtin":  # there may be few of them
        config = replace(config, validation_size=100)
    for _ in range(rounds):
        begin = time.perf_counter()
        load_training_data(dataset, data_dir, config)
        times.append(time.perf_counter() - begin)
    return f"Reading the data set again: {1000 * statistics.median(times):.1f} ms (target: 50)."


def memory(folder: Path, dataset: str, data_dir: Path) -> tuple[float, float]:
    """Return peak resident and private memory, in MB, of training for two epochs."""
    arguments = ["train", "-q", "--epochs", "2", "--dataset", dataset, "--data-dir", str(data_dir)]
    call = [PYTHON, "-c", PEAK, *MNIST, *arguments]
    peak = float(subprocess.run(call, check=True, cwd=folder, capture_output=True).stdout)
    call = [PYTHON, "-c", PRIVATE, *arguments]
    private = subprocess.run(call, check=True, cwd=folder, capture_output=True).stderr.split()[-1]
    return peak, float(private)


def main() -> None:
    """Print both tables."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data-dir", type=Path, default=Path("data"))
    parser.add_argument("--dataset", default="mnist")
    parser.add_argument("--rounds", type=int, default=11)
    parser.add_argument("--tiny", action="store_true")
    options = parser.parse_args()
    data_dir, rounds = options.data_dir.absolute(), 2 if options.tiny else options.rounds
    os.environ.update({"MNIST_TRAIN_DATASET": options.dataset, "PYTHONDONTWRITEBYTECODE": ""})
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        print("| first; second | first, s | second, s | ratio | target |\n|---|---|---|---|---|")
        print(training(folder, data_dir, 1 if options.tiny else 30, 2 if options.tiny else 5))
        Image.fromarray(np.pad(np.zeros((20, 8), np.uint8), 20, constant_values=255)).save(
            folder / "one.png"
        )
        for pair in (
            Pair(
                "`mnist --help`; importing click",
                [*MNIST, "--help"],
                [PYTHON, "-c", "import click"],
                "2",
            ),
            Pair(
                "`mnist predict one.png`; importing NumPy and Pillow",
                [*MNIST, "predict", "one.png"],
                [PYTHON, "-c", "import numpy, PIL.Image"],
                "2",
            ),
        ):
            print(compare(pair, folder, rounds), flush=True)
        print(f"\n{reading(options.dataset, data_dir, rounds)}")
        print("\n| training on | peak resident, MB | private, MB |\n|---|---|---|")
        print(
            "| {} | {:.0f} | {:.0f} |".format(
                options.dataset, *memory(folder, options.dataset, data_dir)
            )
        )
        if not options.tiny:
            for count in (60_000, 600_000):
                write_builtin(folder / "data", counts={"train": count, "t10k": 1000})
                row = memory(folder, "builtin", folder / "data")
                print("| {:,} built-in digits | {:.0f} | {:.0f} |".format(count, *row), flush=True)


if __name__ == "__main__":
    main()
