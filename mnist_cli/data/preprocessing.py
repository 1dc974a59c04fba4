"""What happens to each 28x28 image before the network sees it.

Writers differ in slant, size and proportion. Each choice below removes more of these differences
than the one before it. The result is again 784 numbers from 0 to 255:

none        the image as it is
deskew      sheared upright and centred (LeCun et al. 1998)
moments     the same, and scaled to a fixed height and width (Liu et al. 2004)
directions  the edges of that image, sorted by direction into eight small maps (Liu et al. 2004)

Sources
-------
Y. LeCun, L. Bottou, Y. Bengio, P. Haffner: Gradient-based learning applied to document
recognition. Proceedings of the IEEE 86 (1998), section III-A ("deslanted" images).
C.-L. Liu, K. Nakashima, H. Sako, H. Fujisawa: Handwritten digit recognition: investigation
of normalization and feature extraction techniques. Pattern Recognition 37 (2004) 265-279.
"""

from collections.abc import Callable, Iterator
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from mnist_cli.data.fields import AXIS, PADDED, Floats, Images, interpolate, padded_field
from mnist_cli.errors import InputError
from mnist_cli.images import PIXELS, SIDE

MIDDLE = (PADDED - 1) / 2
CHUNK = 64  # images at a time: the working arrays stay in the processor's cache
PIXEL_VARIANCE = 1 / 12  # variance of the ink inside one pixel; no digit has less
SPREAD = 5.0  # standard deviation of the ink after normalisation, in pixels
LARGEST_ZOOM, SMALLEST_ZOOM = 2.5, 0.5
LARGEST_SLANT = 1.5  # pixels sideways per pixel down: 56 degrees
MEAN_EDGE = 60.0  # mean of the 784 values of `directions`
SMALLEST = np.float32(1e-6)  # avoids a division by zero for an empty image


class Moments(NamedTuple):
    """Centre of the ink and its second central moments, one value per image.

    `x` and `y` in pixels from the middle of the field; `xx`, `xy` and `yy` in square pixels.
    """

    x: NDArray[np.float64]
    y: NDArray[np.float64]
    xx: NDArray[np.float64]
    xy: NDArray[np.float64]
    yy: NDArray[np.float64]


def preprocess(images: Images, name: str) -> Images:
    """Apply a preprocessing to images.

    Parameters
    ----------
    images
        (n, 784) uint8; 0 is paper and 255 is ink.
    name
        One of `PREPROCESSINGS`.

    Returns
    -------
    (n, 784) uint8; the images themselves for ``none``. An empty image stays empty.

    Raises
    ------
    InputError
        If the name is unknown or the images are not (n, 784) uint8.
    """
    if name not in PREPROCESSINGS:
        raise InputError(f"preprocessing must be one of {', '.join(PREPROCESSINGS)}, got {name}")
    if images.ndim != 2 or images.shape[1] != PIXELS or images.dtype != np.uint8:
        raise InputError(f"images must be (n, 784) uint8, got {images.shape} {images.dtype}")
    if name == "none":
        return images
    result = np.empty_like(images)
    for start in range(0, len(images), CHUNK):
        chunk = images[start : start + CHUNK]
        result[start : start + CHUNK] = to_bytes(transform(chunk, name)).T
    return result


def transform(images: Images, name: str) -> Floats:
    """Return one chunk after a preprocessing, with the images last: [m, 784] -> [784, m]."""
    return PREPROCESSINGS[name](images).reshape(PIXELS, len(images))


def to_bytes(values: Floats) -> Images:
    """Round half up, as JavaScript's Math.round does, and keep within 0 to 255."""
    values = np.floor(values + np.float32(0.5))
    return np.clip(values, 0, 255, out=values).astype(np.uint8)


def moments(images: Images) -> Moments:
    """Return the moments of the ink of images [m, 784]; those of an empty image are 0."""
    rows, columns = (grid.ravel() for grid in np.meshgrid(AXIS, AXIS, indexing="ij"))
    powers = np.stack([rows**0, columns, rows, columns**2, columns * rows, rows**2], axis=1)
    sums = images.astype(np.float64) @ powers  # [m, 784] @ [784, 6] -> [m, 6]
    x, y, xx, xy, yy = (sums[:, 1:] / np.maximum(sums[:, :1], 1)).T
    return Moments(x, y, xx - x * x, xy - x * y, yy - y * y)


def straighten(images: Images, resize: bool) -> Floats:
    """Draw each digit upright in the middle of the field: [m, 784] -> [28, 28, m].

    The pixel at (x, y), measured from the middle, gets the value at (centre x + slant·height·y +
    width·x, centre y + height·y) by bilinear interpolation. A row of the result lies in a row of
    the image. So values are interpolated between rows first, and then within each row.
    """
    spread = moments(images)
    variance_y = np.maximum(spread.yy, PIXEL_VARIANCE)
    slant = np.clip(spread.xy / variance_y, -LARGEST_SLANT, LARGEST_SLANT)
    width = height = np.ones_like(slant)
    if resize:
        variance_x = spread.xx - 2 * slant * spread.xy + slant**2 * spread.yy  # after the shear
        width, height = step_length(variance_x), step_length(variance_y)
    y = spread.y + height * AXIS[:, None]  # [28, m]
    row_starts = spread.x + slant * height * AXIS[:, None]  # [28, m]
    x = row_starts[:, None].astype(np.float32) + (width * AXIS[:, None]).astype(np.float32)
    rows = read_between_rows(padded_field(images), y.astype(np.float32))
    return read_within_rows(rows, x)


def step_length(variance: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return how many pixels of the original become one pixel of the result, along one axis."""
    steps = np.sqrt(np.maximum(variance, PIXEL_VARIANCE)) / SPREAD
    return np.clip(steps, 1 / LARGEST_ZOOM, 1 / SMALLEST_ZOOM)


def split_position(position: Floats) -> tuple[NDArray[np.int32], Floats]:
    """Split positions, 0 in the middle of the field, into pixels of the padded field and a rest.

    The rest is from 0 to 1.
    """
    inside = np.clip(position + np.float32(MIDDLE), 0, np.float32(PADDED - 1 - 1e-4))
    whole = np.floor(inside)
    return whole.astype(np.int32), inside - whole


def read_between_rows(field: Floats, y: Floats) -> Floats:
    """Interpolate linearly between rows: [30, 30, m] at [28, m] -> [28, 30, m]."""
    row, rest = split_position(y)
    step = field[0].size
    index = row[:, None] * step + np.arange(step, dtype=np.int32).reshape(field.shape[1:])
    return interpolate(field, index, step, rest[:, None])


def read_within_rows(rows: Floats, x: Floats) -> Floats:
    """Interpolate linearly within rows: [28, 30, m] at [28, 28, m] -> [28, 28, m]."""
    index, rest = split_position(x)
    count = rows.shape[2]
    index *= count
    index += np.arange(count, dtype=np.int32)
    index += np.arange(SIDE, dtype=np.int32)[:, None, None] * (PADDED * count)
    return interpolate(rows, index, count, rest)


def pooling(cells: int, width: float) -> Floats:
    """Return the weights (cells, 28) of Gaussian windows, evenly spaced over the field."""
    centres = (np.arange(cells) + 0.5) * SIDE / cells - SIDE / 2
    windows = np.exp(-0.5 * ((AXIS - centres[:, None]) / width) ** 2)
    windows /= windows.sum(axis=1, keepdims=True)
    return windows.astype(np.float32)


POOL_ROWS, POOL_COLUMNS = pooling(14, 1.5), pooling(7, 1.5)


def edge_directions(field: Floats) -> Floats:
    """Sort edges by direction into eight maps: [28, 28, m] -> [28, 28, m].

    The maps, of 14 rows and 7 columns each, are placed in two rows of four: right, right down,
    down, left down; left, left up, up, right up. A direction points from paper to ink.
    """
    maps = np.empty((2, 14, 4, 7, field.shape[2]), np.float32)
    for number, edges in enumerate(split_by_direction(*gradient(field))):
        rows = np.tensordot(POOL_ROWS, edges, axes=1)  # [14, 28] @ [28, 28, m]
        np.matmul(POOL_COLUMNS, rows, out=maps[number // 4, :, number % 4])  # [7, 28] @ [28, m]
    # The square root makes strong and weak edges more alike.
    features = np.sqrt(maps, out=maps).reshape(SIDE, SIDE, -1)
    features *= np.float32(MEAN_EDGE) / np.maximum(features.mean(axis=(0, 1)), SMALLEST)
    return features


def gradient(field: Floats) -> tuple[Floats, Floats]:
    """Return the Sobel gradient along x and along y; around the field there is paper."""
    f = np.pad(field, ((1, 1), (1, 1), (0, 0)))
    smooth_y = f[:-2] + 2 * f[1:-1] + f[2:]
    smooth_x = f[:, :-2] + 2 * f[:, 1:-1] + f[:, 2:]
    return smooth_y[:, 2:] - smooth_y[:, :-2], smooth_x[2:] - smooth_x[:-2]


def split_by_direction(dx: Floats, dy: Floats) -> Iterator[Floats]:
    """Split vectors into components along the two nearest of eight directions, 45 degrees apart.

    Yields one array per direction. The components are at least 0, and add up to the vector (the
    parallelogram rule).
    """
    size_x, size_y, root = np.abs(dx), np.abs(dy), np.float32(np.sqrt(2))
    for x, y in (
        (dx, dy),
        (-dx, -dy),
    ):  # the other half of the circle has opposite signs
        yield np.maximum(x - size_y, 0)
        yield np.maximum(np.minimum(x, y), 0) * root
        yield np.maximum(y - size_x, 0)
        yield np.maximum(np.minimum(-x, y), 0) * root


PREPROCESSINGS: dict[str, Callable[[Images], Floats]] = {
    "none": lambda images: images.T.astype(np.float32),
    "deskew": lambda images: straighten(images, resize=False),
    "moments": lambda images: straighten(images, resize=True),
    "directions": lambda images: edge_directions(straighten(images, resize=True)),
}
