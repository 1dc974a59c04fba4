"""What is no ink although it is dark: the table beside a page, shadows in corners, frames."""

import numpy as np
from numpy.typing import NDArray

from mnist_cli.pictures.segments import Parts, connected_parts, spread

Ink = NDArray[np.float32]
Mask = NDArray[np.bool_]

_SMALLEST = 0.05  # of the longest side of the picture: the size that a digit has at least


def ink_level(ink: Ink, floor: float) -> float:
    """Return how strong the ink (h, w) is: the mean above Otsu's threshold, or the floor.

    Otsu (1979) parts the values above the floor so that the two means lie furthest apart.
    """
    counts = np.bincount(ink[ink > floor].astype(np.uint8), minlength=256)
    below = np.cumsum(counts)
    if not below[-1]:
        return floor
    sums = np.cumsum(counts * np.arange(256))
    above = below[-1] - below
    low = sums / np.maximum(below, 1)
    high = (sums[-1] - sums) / np.maximum(above, 1)
    split = int((below * above * (high - low) ** 2).argmax())
    return float(high[split]) if above[split] else float(sums[-1] / below[-1])


def without_margins(ink: Ink, floor: float) -> Ink:
    """Wipe out page edges, shadows in corners and frames, if something else is there.

    `ink` (h, w), 0 to 255, of which less than `floor` is none.
    """
    parts = connected_parts(ink > 0.4 * ink_level(ink, floor))
    sides = _touched_sides(parts)
    whole = sides.max(1, initial=0) >= 0.5
    if whole.any():
        rest = _wiped(ink, parts, whole)
        if _has_something(rest, floor):
            return without_margins(rest, floor)
    return _wiped(ink, parts, _is_along_edge(parts, sides) | _is_frame(parts))


def _touched_sides(parts: Parts) -> NDArray[np.float64]:
    """Return (parts, 4): which share of each side of the picture a part covers."""
    labels, count = parts.labels, len(parts.areas)
    sides = (labels[0], labels[-1], labels[:, 0], labels[:, -1])
    return np.stack(
        [np.bincount(side[side >= 0], minlength=count) / len(side) for side in sides], axis=1
    )


def _has_something(ink: Ink, floor: float) -> bool:
    """Tell whether there is ink, stronger than it need be, of the size of a digit."""
    parts = connected_parts(ink > max(0.4 * ink_level(ink, floor), 1.5 * floor))
    return bool(parts.lengths.max(initial=0) > _SMALLEST * max(ink.shape))


def _wiped(ink: Ink, parts: Parts, gone: Mask) -> Ink:
    """Return the ink without some parts and without their soft rims."""
    if not gone.any():
        return ink
    return np.where(spread(parts.only(gone), max(2, max(ink.shape) // 150)), np.float32(0), ink)


def _is_along_edge(parts: Parts, sides: NDArray[np.float64]) -> Mask:
    """Tell which parts lie along the edge of the picture, while a large enough one does not."""
    height, width = parts.labels.shape
    contact = (sides * (width, width, height, height)).max(1, initial=0)
    along: Mask = contact >= 0.5 * parts.lengths
    inner = int(parts.lengths[~along].max(initial=0))
    return along & (inner > 0.5 * parts.lengths)


def _is_frame(parts: Parts) -> Mask:
    """Tell which parts run around another large one, with all their ink near their own box."""
    boxes, sizes = parts.boxes, parts.boxes[:, 2:] - parts.boxes[:, :2]
    result = np.zeros(len(boxes), bool)
    for i in np.flatnonzero(parts.lengths > 0.3 * max(parts.labels.shape)):
        left, top, right, bottom = boxes[i]
        within = (boxes[:, :2] > boxes[i, :2]).all(1) & (boxes[:, 2:] < boxes[i, 2:]).all(1)
        if (within & (sizes[:, 1] > 0.2 * sizes[i, 1])).any():
            x, y = sizes[i] // 8 + 1
            core = parts.labels[top + y : bottom - y, left + x : right - x] == i
            result[i] = np.count_nonzero(core) < 0.1 * parts.areas[i]
    return result
