"""Measure how fast the built-in digits are drawn, how varied they are, and whether two are equal.

    python benchmarks/builtin.py --data-dir data [--tiny]

Compares the mean distance to the nearest neighbour of 10,000 built-in digits with that of 10,000
of MNIST's training images, where they are in the data directory.
"""

import argparse
import time
from pathlib import Path

import numpy as np
from threadpoolctl import threadpool_limits

from mnist_cli.data.builtin.drawing import draw_digits
from mnist_cli.data.datasets import is_present, load_split


def nearest_distance(images: np.ndarray) -> float:
    """Return the mean Euclidean distance of images, scaled to [0, 1], to their nearest one."""
    inputs = images.astype(np.float32) / 255
    squares = (inputs**2).sum(axis=1)
    nearest = []
    for start in range(0, len(inputs), 500):
        chunk = inputs[start : start + 500]
        distances = squares + squares[start : start + 500, None] - 2 * chunk @ inputs.T
        distances[np.arange(len(chunk)), np.arange(start, start + len(chunk))] = np.inf
        nearest.append(np.sqrt(np.maximum(distances.min(axis=1), 0)))
    return float(np.concatenate(nearest).mean())


def main() -> None:
    """Print the figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data-dir", type=Path, default=Path("data"))
    parser.add_argument("--tiny", action="store_true")
    options = parser.parse_args()
    count = 1000 if options.tiny else 10_000
    draw_digits(1)  # builds the skeletons
    with threadpool_limits(1):
        rates = []
        for seed in range(3 if options.tiny else 7):
            begin = time.perf_counter()
            images, _ = draw_digits(count, seed=seed, stream=1)
            rates.append(count / (time.perf_counter() - begin))
    print(f"{np.median(rates):,.0f} images per second ({min(rates):,.0f} to {max(rates):,.0f})")
    print(f"{count - len(np.unique(images, axis=0))} of {count:,} images equal another")
    ours = nearest_distance(images)
    print(f"mean distance to the nearest neighbour {ours:.3f}")
    if is_present("mnist", options.data_dir):
        theirs = nearest_distance(load_split("mnist", "train", options.data_dir).images[:count])
        print(f"MNIST's {theirs:.3f}; ratio {ours / theirs:.3f}")


if __name__ == "__main__":
    main()
