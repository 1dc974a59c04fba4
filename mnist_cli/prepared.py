"""Images as a network sees them: preprocessed, and changed copies of them; kept beside the data.

Each is made once, as an IDX file in the folder `prepared` of the data directory, and mapped from
there. Where nothing can be written (a classroom's shared folder), it is made in memory.
"""

import hashlib
from collections.abc import Callable
from contextlib import suppress
from glob import escape
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from mnist_cli.augmentation import augment
from mnist_cli.datasets import (
    IMAGES_MAGIC,
    Split,
    dataset_folder,
    idx_header,
    images_name,
    load_split,
    part_of,
    read_images,
)
from mnist_cli.errors import DataError
from mnist_cli.files import atomic_write
from mnist_cli.preprocessing import preprocess

VERSION = 1  # counted up when a step or a copy comes to mean something else
COPIES_SEED = 0  # the copies are the same for every run, so that they are made once


def silence(_: str) -> None:
    """Say nothing."""


def load_prepared(
    dataset: str,
    split: str,
    data_dir: Path,
    validation_size: int = 0,
    *,
    preprocessing: str = "none",
    copy: int = 0,
    say: Callable[[str], None] = silence,
) -> Split:
    """Map one part of a data set, like `load_split`, as the network sees it.

    `copy` 0 are the images themselves; 1, 2, ... are changed copies (see `augmentation`), changed
    before they are preprocessed. `say` hears a line before images are made. Raises DataError.
    """
    plain = load_split(dataset, split, data_dir, validation_size)
    if preprocessing == "none" and copy == 0:
        return plain
    source = dataset_folder(dataset, data_dir) / images_name(split)
    images = _prepared(source, data_dir / "prepared", preprocessing, copy, say)
    return Split(images[part_of(split, len(images), validation_size)], plain.labels)


def _prepared(
    source: Path, folder: Path, preprocessing: str, copy: int, say: Callable[[str], None]
) -> NDArray[np.uint8]:
    """Map the prepared images of a whole file, making them if they are not there."""
    stem = f"{source.parent.name}-{source.name[:5]}-{preprocessing}-{copy}"
    path = folder / f"{stem}.{_stamp(source)}"
    with suppress(DataError):  # not there, or damaged
        return read_images(path)
    images = read_images(source)
    what = f"changed copy {copy}, {preprocessing}" if copy else preprocessing
    say(f"Preparing {len(images):,} images ({what}), once.")
    if copy:
        images = augment(images, seed=COPIES_SEED, copy=copy)
    images = preprocess(images, preprocessing)
    try:
        _keep(path, stem, images)
    except OSError:
        return images  # a folder that may only be read, or a full disk: this time from memory
    return read_images(path)


def _keep(path: Path, stem: str, images: NDArray[np.uint8]) -> None:
    """Write the images in place of those made from an older source."""
    with atomic_write(path) as file:
        file.write(idx_header(IMAGES_MAGIC, len(images)))
        file.write(images.tobytes())
    for older in path.parent.glob(f"{escape(stem)}.*"):
        if older != path:
            older.unlink()


def _stamp(source: Path) -> str:
    """Tell one content of a file from the next."""
    status = source.stat()
    text = f"{VERSION} {source.resolve()} {status.st_size} {status.st_mtime_ns}"
    return hashlib.sha256(text.encode()).hexdigest()[:12]
