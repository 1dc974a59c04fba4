"""Gradient descent on the pixels: the image changes, and the network stays as it is."""

from typing import NamedTuple

import numpy as np

from mnist_cli.network.activations import Array
from mnist_cli.network.inspection import inspect, wishes
from mnist_cli.network.network import Network


class Imagined(NamedTuple):
    """An image (784,) from 0 to 1, the output for the digit before and after, and the steps."""

    image: Array
    before: float
    after: float
    steps: int


def imagine(
    network: Network,
    digit: int,
    start: Array,
    *,
    length: float = 0.5,
    enough: float = 0.99,
    most: int = 200,
) -> Imagined:
    """Change the pixels of `start` (784,) until the output for `digit` is `enough`.

    Every step is `length` long, in the direction in which the loss falls fastest; the pixels stay
    between 0 and 1. After `most` steps it gives up.
    """
    image, target = start.astype(np.float32), np.array([digit])
    before = after = float(network(image[None])[0, digit])
    for step in range(most):
        if after >= enough:
            return Imagined(image, before, after, step)
        down = wishes(network, inspect(network, image[None] * 255, target), 0)[0]
        size = float(np.linalg.norm(down)) or 1.0  # a slope of exactly 0 leads nowhere
        image = np.clip(image + down * (length / size), 0, 1)
        after = float(network(image[None])[0, digit])
    return Imagined(image, before, after, most)
