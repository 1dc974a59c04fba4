"""What the setting `drawn` adds to training images: styles that MNIST hardly has."""

import numpy as np

from mnist_cli.data.builtin.drawing import Bytes, draw_digits
from mnist_cli.data.builtin.printed import PRINTED
from mnist_cli.data.builtin.world import RARE

STREAM = 2  # of random numbers: the built-in training and test digits have 0 and 1


def draw_added(count: int) -> tuple[Bytes, Bytes]:
    """Draw digits: three eighths, the last ones, are printed, the others handwritten.

    Returns `images` (count, 784) and `labels` (count,), both uint8. They vary by themselves and
    depend on no seed. Raises ValueError if count is less than 1.
    """
    printed = 3 * count // 8
    images, labels = draw_digits(count - printed, stream=STREAM, handwriting=RARE)
    if not printed:
        return images, labels
    others = draw_digits(printed, stream=STREAM, handwriting=PRINTED)
    return np.concatenate([images, others[0]]), np.concatenate([labels, others[1]])
