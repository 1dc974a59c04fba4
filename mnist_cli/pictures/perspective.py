"""Undo perspective: a flat rectangle, photographed from the side, becomes a rectangle again.

A camera maps a plane by a homography, x' = H x in homogeneous coordinates; four corners and their
pictures determine it (Hartley and Zisserman: Multiple View Geometry, 2nd edition 2004, section
2.3). Points are (n, 2) arrays of x and y in pixels.
"""

import numpy as np
from numpy.typing import NDArray

from mnist_cli.pictures.arrays import Ink

Points = NDArray[np.float64]
Homography = NDArray[np.float64]


def rectangle(width: float, height: float) -> Points:
    """Return the corners (4, 2) of a rectangle at the origin, clockwise from the top left."""
    return np.array([(0, 0), (width, 0), (width, height), (0, height)], np.float64)


def homography(source: Points, target: Points) -> Homography:
    """Return the matrix (3, 3) that maps four points to four others.

    Raises `numpy.linalg.LinAlgError` if three of the points are on one line.
    """
    # x' = (a x + b y + c) / (g x + h y + 1), y' = (d x + e y + f) / (g x + h y + 1): each pair of
    # points gives two linear equations for the eight unknowns.
    equations = []
    for (x, y), (to_x, to_y) in zip(source, target, strict=True):
        equations.append((x, y, 1, 0, 0, 0, -to_x * x, -to_x * y))
        equations.append((0, 0, 0, x, y, 1, -to_y * x, -to_y * y))
    unknowns = np.linalg.solve(np.array(equations), target.ravel())
    return np.append(unknowns, 1.0).reshape(3, 3)


def mapped(points: Points, matrix: Homography) -> Points:
    """Return where a homography maps points (n, 2)."""
    result: Points = np.column_stack([points, np.ones(len(points))]) @ matrix.T
    return result[:, :2] / result[:, 2:]


def straightened(ink: Ink, matrix: Homography, height: int, width: int) -> Ink:
    """Return a rectangle (height, width) that a homography maps onto a page (h, w).

    Each new pixel is read between the four pixels around its place (bilinear interpolation);
    outside the page there is paper, 0.
    """
    across = np.column_stack([np.arange(width) + 0.5, np.zeros(width), np.ones(width)]) @ matrix.T
    down = np.outer(np.arange(height) + 0.5, matrix[:, 1])
    x, y, depth = (across[:, i] + down[:, i, None] for i in range(3))
    return _between_pixels(ink, x / depth - 0.5, y / depth - 0.5)


def _between_pixels(ink: Ink, x: NDArray[np.float64], y: NDArray[np.float64]) -> Ink:
    """Return the ink at places (h, w) between the pixels."""
    padded = np.pad(ink, (1, 2))
    x = np.clip(x + 1, 0, padded.shape[1] - 2)
    y = np.clip(y + 1, 0, padded.shape[0] - 2)
    left, top = x.astype(np.int32), y.astype(np.int32)
    right, low = (x - left).astype(np.float32), (y - top).astype(np.float32)
    start = top * padded.shape[1] + left
    flat, stride = padded.ravel(), padded.shape[1]
    above = flat[start] * (1 - right) + flat[start + 1] * right
    below = flat[start + stride] * (1 - right) + flat[start + stride + 1] * right
    result: Ink = above * (1 - low) + below * low
    return result
