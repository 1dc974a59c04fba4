"""Gathered images -> a held-out part and IDX files."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from mnist_cli.data.idx import IMAGES_MAGIC, LABELS_MAGIC, idx_header
from mnist_cli.data.own.gathering import Gathered, gather
from mnist_cli.data.own.holding import held_out
from mnist_cli.data.own.recognition import find_source
from mnist_cli.data.own.source import PARTS, TEST, TRAIN, VALIDATION
from mnist_cli.data.tables import refuse
from mnist_cli.errors import DataError

PREFIXES = {TRAIN: "train", TEST: "t10k"}
WRITTEN_AT_ONCE = 4096  # images


def split_up(gathered: Gathered) -> bool:
    """Hold out images for the parts that are missing; return whether test images were.

    Raises DataError if none can be held out.
    """
    made = False
    for part in (TEST, VALIDATION):
        if not len(gathered.rows(part)):
            rows = gathered.rows(TRAIN)
            chosen = rows[held_out(gathered.digests[rows], gathered.labels[rows])]
            gathered.parts[chosen] = PARTS.index(part)
            made = made or part == TEST
    return made


def write_table(path: Path, folder: Path) -> bool:
    """Write the rows of an `.npz` or of CSV files, in their order, as IDX files, if it is one."""
    try:
        source = find_source(path)
        if not source.is_table:
            return False
        gathered = gather(source, folder / "pixels", refuse)
    except DataError:
        return False
    for part, prefix in PREFIXES.items():
        write_pair(folder, prefix, gathered, gathered.rows(part))
    return True


def write_pair(folder: Path, prefix: str, gathered: Gathered, rows: NDArray[np.intp]) -> None:
    """Write images and labels, in the order of `rows`, as IDX files."""
    with (folder / f"{prefix}-images-idx3-ubyte").open("xb") as images:
        images.writelines(images_in_idx(gathered, rows))
    with (folder / f"{prefix}-labels-idx1-ubyte").open("xb") as labels:
        labels.writelines(labels_in_idx(gathered, rows))


def images_in_idx(gathered: Gathered, rows: NDArray[np.intp]) -> Iterator[bytes]:
    """Yield the pieces of an IDX file of these images."""
    yield idx_header(IMAGES_MAGIC, len(rows))
    for start in range(0, len(rows), WRITTEN_AT_ONCE):
        yield gathered.pixels[rows[start : start + WRITTEN_AT_ONCE]].tobytes()


def labels_in_idx(gathered: Gathered, rows: NDArray[np.intp]) -> Iterator[bytes]:
    """Yield the pieces of an IDX file of their labels."""
    yield idx_header(LABELS_MAGIC, len(rows))
    yield gathered.labels[rows].tobytes()
