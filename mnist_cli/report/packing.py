"""Arrays for a page: one after the other in one block of bytes, compressed, in base64."""

import base64
import zlib
from typing import Any

import numpy as np
from numpy.typing import NDArray

from mnist_cli.network.activations import Array
from mnist_cli.network.parameters import by_rows, layer_views

ALIGNMENT = 4  # bytes; a typed array in a browser must start at a multiple of its element's size
STEPS = {
    "i20": 2**19 - 1,
    "i2": 2**15 - 1,
    "i1": 2**7 - 1,
}  # weights become whole numbers from -steps to steps

GREY = 17  # between two of 16 greys from 0 to 255


class Block:
    """A block of bytes to which named arrays are added.

    Attributes
    ----------
    index : name -> [type, offset in bytes, count]
    """

    def __init__(self) -> None:
        self.index: dict[str, tuple[str, int, int]] = {}
        self._bytes = bytearray()

    def add(self, name: str, values: NDArray[Any], kind: str) -> None:
        """Add values, row by row, as `f4`, `i2`, `i1`, `u2` or `u1`."""
        self._bytes += bytes(-len(self._bytes) % ALIGNMENT)
        self.index[name] = (kind, len(self._bytes), values.size)
        self._bytes += np.ascontiguousarray(values, np.dtype(f"<{kind}")).tobytes()

    def add_greys(self, name: str, images: NDArray[np.uint8]) -> None:
        """Add images in 16 greys (see `in_greys`), two pixels in a byte, the first one below."""
        greys = in_greys(images).ravel() // GREY
        self.add(name, greys[::2] | greys[1::2] << 4, "u1")

    def add_parameters(
        self, name: str, parameters: Array, layer_sizes: tuple[int, ...], kind: str
    ) -> None:
        """Add the parameters of a network: exact with `f4`, else rounded and with `name_scales`.

        `i20` means 20 bits, where a network leaves no room for 32.
        """
        if kind == "f4":
            self.add(name, by_rows(parameters, layer_sizes), kind)
            return
        whole, scales = rounded(parameters, layer_sizes, kind)
        whole = by_rows(whole, layer_sizes)
        if kind == "i20":  # upper 16 bits; lower 4 bits of two numbers in one byte
            low = np.append(whole & 15, [0] * (whole.size % 2)).astype(np.uint8)
            self.add(f"{name}_low", low[::2] | low[1::2] << 4, "u1")
            whole, kind = whole >> 4, "i2"
        self.add(name, whole, kind)
        self.add(f"{name}_scales", scales, "f4")

    def encoded(self) -> str:
        """Return the bytes as `packed` writes them."""
        return packed(bytes(self._bytes))


def packed(data: bytes) -> str:
    """Compress bytes with zlib; return them in base64, as a browser can unpack them."""
    return base64.b64encode(zlib.compress(data, 9)).decode()


def in_greys(images: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Round pixels to the nearest of 16 greys from 0 to 255, as 4 bits can tell apart."""
    return (images // GREY + (images % GREY > GREY // 2)) * np.uint8(GREY)


def rounded(
    parameters: Array, layer_sizes: tuple[int, ...], kind: str
) -> tuple[NDArray[Any], NDArray[np.float32]]:
    """Round parameters to few bits; return whole numbers, and the scales to multiply them by.

    Each neuron has a scale for its weights and one for its bias. For each layer there are first
    the scales of the weights, then those of the biases.
    """
    whole = np.zeros(parameters.shape, np.int32)
    scales = []
    views = layer_views(parameters, layer_sizes)
    targets = layer_views(whole, layer_sizes)  # type: ignore[arg-type]  # whole numbers
    for arrays in zip(*views, *targets, strict=True):
        for values, target in zip(arrays[:2], arrays[2:], strict=True):
            peaks = np.abs(np.atleast_2d(values)).max(axis=0)
            scale = (np.maximum(peaks, 1e-30) / STEPS[kind]).astype(np.float32)
            target[...] = np.rint(values / scale)
            scales.append(scale)
    return whole, np.concatenate(scales)


def restored(
    whole: NDArray[Any], scales: NDArray[np.float32], layer_sizes: tuple[int, ...]
) -> NDArray[np.float32]:
    """Return approximate parameters from rounded ones, computed as the page does it."""
    result = whole.astype(np.float32)
    start = 0
    for weights, biases in zip(*layer_views(result, layer_sizes), strict=True):
        count = biases.size
        weights *= scales[start : start + count]
        biases *= scales[start + count : start + 2 * count]
        start += 2 * count
    return result
