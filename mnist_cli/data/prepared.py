"""Images as a network sees them: preprocessed, and changed copies of them; kept beside the data.

Each is made once, as an IDX file in the folder `prepared` of the data directory, and mapped from
there. Its name holds a digest of what it was made from and one of its content, which is checked
whenever it is mapped: 0.04 s for 60,000 images. Where nothing can be written (a classroom's shared
folder), the images are made in memory.
"""

import hashlib
from collections.abc import Callable
from contextlib import suppress
from glob import escape
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from mnist_cli.data.augmentation import augment
from mnist_cli.data.datasets import Split, dataset_folder, images_name, load_file, part_of
from mnist_cli.data.idx import IMAGES_MAGIC, idx_header, read_images
from mnist_cli.data.preprocessing import preprocess
from mnist_cli.errors import DataError
from mnist_cli.storage.own_files import replace

VERSION = 2  # counted up when a step, a copy or the name of a file comes to mean something else
COPIES_SEED = 0  # the copies are the same for every run, so that they are made once

Bytes = NDArray[np.uint8]


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
    whole, sha256 = load_file(dataset, split, data_dir)
    part = part_of(split, len(whole.labels), validation_size)
    if preprocessing == "none" and copy == 0:
        return Split(whole.images[part], whole.labels[part])
    made_from = hashlib.sha256(f"{VERSION} {sha256}".encode()).hexdigest()[:16]
    stem = f"{dataset_folder(dataset, data_dir).name}-{images_name(split)[:5]}"
    path = data_dir / "prepared" / f"{stem}-{preprocessing}-{copy}.{made_from}"
    images = _kept(path)
    if images is None:
        what = f"changed copy {copy}, {preprocessing}" if copy else preprocessing
        say(f"Preparing {len(whole.images):,} images ({what}), once.")
        images = _keep(path, _prepare(whole.images, preprocessing, copy))
    return Split(images[part], whole.labels[part])


def _prepare(images: Bytes, preprocessing: str, copy: int) -> Bytes:
    if copy:
        images = augment(images, seed=COPIES_SEED, copy=copy)
    return np.ascontiguousarray(preprocess(images, preprocessing))


def _kept(path: Path) -> Bytes | None:
    """Map the images kept as `path` and their digest; None if they are not there, or damaged."""
    for candidate in path.parent.glob(f"{escape(path.name)}.*"):
        with suppress(DataError, OSError):
            images = read_images(candidate)
            if candidate.suffix == f".{_digest(images)}":
                return images
    return None


def _keep(path: Path, images: Bytes) -> Bytes:
    """Keep the images in place of damaged ones, and of those made from an older source.

    Returns them mapped, or as they are where nothing can be written or the disk is full.
    """
    whole = path.with_name(f"{path.name}.{_digest(images)}")
    with suppress(OSError):
        replace(whole, idx_header(IMAGES_MAGIC, len(images)), images.data)
        for older in path.parent.glob(f"{escape(path.stem)}.*"):
            if older != whole:
                older.unlink()
    kept = _kept(path)
    return images if kept is None else kept


def _digest(images: Bytes) -> str:
    """SHA-256 of the IDX file of the images."""
    digest = hashlib.sha256(idx_header(IMAGES_MAGIC, len(images)))
    digest.update(images.data)
    return digest.hexdigest()
