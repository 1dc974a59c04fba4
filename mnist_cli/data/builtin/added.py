"""What the setting `drawn` adds to training images: styles that MNIST hardly has."""

import numpy as np

from mnist_cli.data.builtin.drawing import Bytes, draw_digits
from mnist_cli.data.builtin.printed import PRINTED
from mnist_cli.data.builtin.world import RARE

STREAM = 2  # of random numbers: the built-in training and test digits have 0 and 1


def draw_added(count: int) -> tuple[Bytes, Bytes]:
    """Draw digits, the first half (or one more) in the world's handwriting, the others printed.

    Returns `images` (count, 784) and `labels` (count,), both uint8. They vary by themselves and
    depend on no seed. Raises ValueError if count is less than 1.
    """
    written, labels = draw_digits(count - count // 2, stream=STREAM, handwriting=RARE)
    if count == 1:
        return written, labels
    printed, others = draw_digits(count // 2, stream=STREAM, handwriting=PRINTED)
    return np.concatenate([written, printed]), np.concatenate([labels, others])
