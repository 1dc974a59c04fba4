"""The frames of the training film: copies of the parameters after some of the epochs.

Copies are made before the first step and after epochs 1, 2, 3, 4, 6, 8, 12, 16, 24, ..., because a
network learns fast at first and slowly later. When there are too many, the earliest one after the
start is dropped. The choice depends only on the number of epochs, so a resumed run keeps the same
frames.
"""

from collections.abc import Iterator
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from mnist_cli.network.activations import Array

Snapshots: TypeAlias = dict[int, NDArray[np.float16]]

MOST = 12
MOST_VALUES = 1_000_000  # in all frames together (2 MB), so wide networks have fewer frames
LARGEST = np.finfo(np.float16).max


def frame_epochs(epoch: int, parameters: int, most: int = MOST) -> list[int]:
    """Return the epochs whose parameters are kept after `epoch`; 0 is the start."""
    most = min(most, MOST_VALUES // parameters)
    later = list(_grid(epoch))
    return [0, *later[max(0, len(later) - most + 1) :]][:most]


def _grid(epoch: int) -> Iterator[int]:
    """1, 2, 3, 4, 6, 8, 12, 16, 24, ... up to `epoch`: two for every power of 2."""
    if epoch >= 1:
        yield 1
    power = 2
    while power <= epoch:
        yield power
        if power * 3 // 2 <= epoch:
            yield power * 3 // 2
        power *= 2


def keep_frame(snapshots: Snapshots, epoch: int, parameters: Array, most: int = MOST) -> None:
    """Copy the parameters if `epoch` is a frame; drop frames that are no longer kept."""
    epochs = frame_epochs(epoch, parameters.size, most)
    if epoch in epochs:
        snapshots[epoch] = np.clip(parameters, -LARGEST, LARGEST).astype(np.float16)
    for old in set(snapshots) - set(epochs):
        del snapshots[old]
