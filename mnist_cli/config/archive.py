"""A checkpoint's arrays and metadata, read only if its size is one that its settings explain."""

from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from mnist_cli.classes import MOST
from mnist_cli.config.settings import TrainingConfig, make_config
from mnist_cli.images import PIXELS
from mnist_cli.network.parameters import parameter_count
from mnist_cli.storage.npz import read_npz, read_text
from mnist_cli.storage.strict_json import parse_object

VECTORS = 4  # of all parameters at most: the best ones, the last ones, and an optimizer's two
OTHERS = 3_000_000  # bytes of calibration and film
METADATA, EPOCH = 1_000_000, 500  # bytes, without the history; and of an epoch of it
VALUES, EPOCH_VALUES = 10_000, 20
MOST_EPOCHS = 50_000  # that settings allow


class Archive(NamedTuple):
    """What is in the file of a checkpoint: the arrays, with the metadata as text and as values."""

    arrays: dict[str, NDArray[Any]]
    text: bytes
    metadata: dict[str, Any]


def read_archive(path: Path) -> Archive:
    """Read a file. The metadata come first: they tell how large the rest may be.

    Raises ValueError, KeyError, TypeError, AttributeError or ConfigError for what is no checkpoint,
    and OSError.
    """
    with path.open("rb") as file:
        text = read_text(file, "metadata")
        metadata = _parsed(text)
        most = len(text) + most_bytes(make_config(metadata["config"]))
        size = path.stat().st_size
        if size > most:
            raise ValueError(f"must have at most {most:,} bytes with its settings, got {size:,}")
        file.seek(0)
        arrays = read_npz(file.read(most + 1))
    if arrays.pop("metadata").tobytes() != text:
        raise ValueError("changed while it was read")
    return Archive(arrays, text, metadata)


def most_bytes(config: TrainingConfig) -> int:
    """Return the most bytes of a checkpoint with these settings, without its metadata."""
    parameters = parameter_count((PIXELS, *config.hidden_sizes, MOST))
    return VECTORS * parameters * np.dtype(np.float32).itemsize + OTHERS


def _parsed(text: bytes) -> dict[str, Any]:
    epochs = min(text.count(b'"epoch":'), MOST_EPOCHS)
    return parse_object(text, METADATA + EPOCH * epochs, VALUES + EPOCH_VALUES * epochs)
