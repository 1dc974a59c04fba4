"""Images of any size, grey or coloured -> rows of 28x28."""

import numpy as np
from numpy.typing import NDArray

from mnist_cli.images import PIXELS, SIDE


def as_rows(images: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Return images (n, h, w, 1 or 3) as (n, 784); those of 28x28 grey pixels stay as they are."""
    if images.shape[1:] == (SIDE, SIDE, 1):
        return images.reshape(-1, PIXELS)
    from mnist_cli.pictures.plain import has_light_border, plain_image

    rows = [plain_image(image, invert=has_light_border(image)) for image in images]
    return np.array(rows, np.uint8).reshape(-1, PIXELS)
