"""Train every configuration with seeds 0 to 4 and measure each on the test images.

    python benchmarks/presets.py [--data-dir data] [--seeds 5] [NAME ...]
    python benchmarks/presets.py --dataset builtin --test-dataset mnist default best

Uses the real command, on all training images (--validation-size 0), and prints a Markdown table:
mean, smallest and largest test accuracy.
"""

import argparse
import json
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

from mnist_cli.config.files import config_names


def mnist(*arguments: object) -> dict:
    """Run a command and return its JSON result."""
    command = [sys.executable, "-m", "mnist_cli", *map(str, arguments), "--json", "--quiet"]
    return json.loads(subprocess.run(command, check=True, capture_output=True).stdout)


def measure(name: str, seed: int, options: argparse.Namespace) -> tuple[float, float]:
    """Return test accuracy and seconds of training."""
    folder_option = ("--data-dir", options.data_dir)
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "network.npz"
        settings = ("--config", name, "--seed", seed, "--validation-size", 0)
        run = mnist("train", "--dataset", options.dataset, *settings, "-o", file, *folder_option)
        seconds = sum(epoch["seconds"] for epoch in run["history"])
        test = ("--dataset", options.test_dataset or options.dataset)
        return mnist("evaluate", "--checkpoint", file, *test, *folder_option)["accuracy"], seconds


def main() -> None:
    """Print the table, each row as soon as it is measured."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("names", nargs="*", default=config_names())
    parser.add_argument("--data-dir", type=Path, default=Path("data"))
    parser.add_argument("--dataset", default="mnist")
    parser.add_argument("--test-dataset", choices=["mnist", "builtin"])
    parser.add_argument("--seeds", type=int, default=5)
    options = parser.parse_args()
    print("| configuration | mean | smallest | largest | training |")
    print("|---|---|---|---|---|")
    for name in options.names:
        rows = [measure(name, seed, options) for seed in range(options.seeds)]
        shares = [share for share, _ in rows]
        seconds = statistics.median(seconds for _, seconds in rows)
        print(
            f"| `{name}` | {statistics.mean(shares):.2%} | {min(shares):.2%} | {max(shares):.2%} "
            f"| {seconds:.1f} s |",
            flush=True,
        )


if __name__ == "__main__":
    main()
