"""Check the arrays that a user passes: images (n, 784) and labels (n,) as bytes.

Bytes from 0 to 255 and floats from 0 to 1 are told apart by their type alone: a guess from the
values would read a dark image as a light one.
"""

import os
from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from mnist_cli.classes import check_classes
from mnist_cli.errors import InputError
from mnist_cli.images import PIXELS, SIDE

ROUNDING = 1e-6  # how far a scaler's arithmetic may leave [0, 1]


def as_images(images: ArrayLike) -> NDArray[np.uint8]:
    """Return images as rows of bytes, (n, 784) uint8; 0 is paper and 255 is ink.

    Parameters
    ----------
    images
        uint8, or floats from 0 to 1; (28, 28) or (784,) for one image, (n, 28, 28) or (n, 784).

    Raises
    ------
    InputError
        The shape or the type is another, or a float is NaN or not from 0 to 1.
    """
    array = _array(images, "images")
    if _is_text(array):
        raise InputError("images: must be numbers, got text; give one path at a time")
    if not is_one_image(array) and (array.ndim not in (2, 3) or array.shape[1:] not in _ROWS):
        raise InputError(
            f"images: must be (28, 28), (n, 28, 28) or (n, 784), got {array.shape}; reshape them"
        )
    return _as_bytes(array).reshape(-1, PIXELS)


def _is_text(array: NDArray[Any]) -> bool:
    """Tell whether these are paths, which are objects, or text."""
    paths = array.dtype == object and array.size and isinstance(array.flat[0], (str, os.PathLike))
    return array.dtype.kind in "US" or bool(paths)


_ROWS = ((SIDE, SIDE), (PIXELS,))


def is_one_image(images: ArrayLike) -> bool:
    """Tell whether this is a single image, (28, 28) or (784,)."""
    return np.shape(images) in _ROWS


def _as_bytes(array: NDArray[Any]) -> NDArray[np.uint8]:
    if array.dtype == np.uint8:
        return array
    if array.dtype.kind != "f":
        raise InputError(
            f"images: must be uint8 from 0 to 255 or floats from 0 to 1, got {array.dtype}; "
            "convert them, for example with .astype('uint8')"
        )
    if array.size:
        _check_range(float(array.min()), float(array.max()))
    pixels: NDArray[np.uint8] = np.rint(array * 255).astype(np.uint8)
    return pixels


def _check_range(low: float, high: float) -> None:
    """Refuse NaN, infinity, and what lies outside 0 to 1."""
    if not (np.isfinite(low) and np.isfinite(high)):
        raise InputError("images: must be finite, got NaN or infinity")
    if low < -ROUNDING or high > 1 + ROUNDING:
        raise InputError(
            f"images: floats must be from 0 to 1, got {low:g} to {high:g}; divide grey values by "
            "255, or give them as uint8"
        )


def as_classes(classes: Sequence[str]) -> tuple[str, ...]:
    """Return the names of classes, checked. Raises InputError."""
    if isinstance(classes, str):
        raise InputError(f"classes: must be a list of names, got {classes!r:.60}")
    try:
        return check_classes(list(classes))
    except ValueError as error:
        raise InputError(f"classes: {error}") from error


def as_labels(labels: ArrayLike, classes: int = 10) -> NDArray[np.uint8]:
    """Return labels as bytes, (n,) uint8 from 0 to 9, or below the number of `classes`.

    Whole numbers of any type may be given, 7.0 too. Raises InputError for anything else.
    """
    array = _array(labels, "labels")
    if array.ndim != 1:
        raise InputError(f"labels: must be (n,), got {array.shape}; give one label per image")
    if array.dtype.kind not in "iuf":
        raise InputError(
            f"labels: must be whole numbers from 0 to {classes - 1}, got {array.dtype}; "
            "convert them, for example with .astype(int)"
        )
    wrong = array[~((array >= 0) & (array < classes) & (array % 1 == 0))]
    if len(wrong):
        raise InputError(f"labels: must be whole numbers from 0 to {classes - 1}, got {wrong[0]:g}")
    return array.astype(np.uint8)


def _array(values: ArrayLike, what: str) -> NDArray[Any]:
    if hasattr(values, what):  # a Split, whose two arrays NumPy would try to put together
        kind = type(values).__name__
        raise InputError(f"{what}: must be an array, got a {kind}; give {kind.lower()}.{what}")
    try:
        return np.asarray(values)
    except ValueError as error:  # lists of different lengths
        raise InputError(f"{what}: must be an array, got rows of different lengths") from error
