"""What the setting `drawn` adds to training images: styles that MNIST hardly has, and no digits."""

import numpy as np

from mnist_cli.classes import DIGITS
from mnist_cli.data.builtin.doodles import NOTHING
from mnist_cli.data.builtin.drawing import Bytes, draw_digits
from mnist_cli.data.builtin.printed import PRINTED
from mnist_cli.data.builtin.world import RARE

STREAM = 2  # of random numbers: the built-in training and test digits have 0 and 1
NONE = len(DIGITS)  # label of what is no digit


def draw_added(count: int, copy: int = 0) -> tuple[Bytes, Bytes]:
    """Draw what is added: three tenths handwritten digits, a fifth printed ones, half no digits.

    Returns `images` (count, 784) and `labels` (count,), both uint8. The digits vary by themselves:
    they are the same in every copy and for every seed. What is no digit is drawn anew for each copy
    of the training images, because letters and doodles have far more forms. Raises ValueError if
    count is less than 1.
    """
    nothing, printed = count // 2, count // 5
    parts = ((count - nothing - printed, RARE, 0), (printed, PRINTED, 0), (nothing, NOTHING, copy))
    drawn = [
        draw_digits(size, seed=seed, stream=STREAM, handwriting=handwriting)
        for size, handwriting, seed in parts
        if size
    ]
    images, labels = (np.concatenate(part) for part in zip(*drawn, strict=True))
    labels[count - nothing :] = NONE
    return images, labels
