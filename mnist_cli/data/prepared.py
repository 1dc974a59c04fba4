"""Images as a network sees them, preprocessed or as changed copies, kept beside the data.

They are made once, as IDX files in the folder `prepared` of the data directory, and mapped into
memory from there. The name of a file has two digests: of what it was made from, and of its content.
The second is checked whenever the file is mapped (0.04 s for 60,000 images). If nothing can be
written, for example in a shared folder of a school, the images are made in memory.
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

VERSION = 2  # goes up when the same names stand for other images
COPIES_SEED = 0  # the same for every run, so that the copies are made once

Bytes = NDArray[np.uint8]


def silence(_: str) -> None:
    """Ignore a message."""


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
    """Map one split of a data set, like `load_split`, as the network sees it.

    Parameters
    ----------
    dataset, split, data_dir, validation_size
        As in `load_split`.
    preprocessing
        One of `preprocessing.PREPROCESSINGS`.
    copy
        0 for the images themselves; 1, 2, ... for changed copies (see `augmentation`), which are
        changed before they are preprocessed.
    say
        Is called with one line before images are made.

    Raises
    ------
    DataError
        If a file is missing or damaged, or `validation_size` leaves nothing to train on.
    """
    whole, sha256 = load_file(dataset, split, data_dir)
    rows = part_of(split, len(whole.labels), validation_size)
    if preprocessing == "none" and copy == 0:
        return Split(whole.images[rows], whole.labels[rows])
    made_from = hashlib.sha256(f"{VERSION} {sha256}".encode()).hexdigest()[:16]
    stem = f"{dataset_folder(dataset, data_dir).name}-{images_name(split)[:5]}"
    path = data_dir / "prepared" / f"{stem}-{preprocessing}-{copy}.{made_from}"
    images = _kept(path)
    if images is None:
        what = f"changed copy {copy}, {preprocessing}" if copy else preprocessing
        say(f"Preparing {len(whole.images):,} images ({what}), once.")
        images = _keep(path, _prepare(whole.images, preprocessing, copy))
    return Split(images[rows], whole.labels[rows])


def _prepare(images: Bytes, preprocessing: str, copy: int) -> Bytes:
    if copy:
        images = augment(images, seed=COPIES_SEED, copy=copy)
    return np.ascontiguousarray(preprocess(images, preprocessing))


def _kept(path: Path) -> Bytes | None:
    """Map the images that are kept as `path` and their digest; None if missing or damaged."""
    for candidate in path.parent.glob(f"{escape(path.name)}.*"):
        with suppress(DataError, OSError):
            images = read_images(candidate)
            if candidate.suffix == f".{_digest(images)}":
                return images
    return None


def _keep(path: Path, images: Bytes) -> Bytes:
    """Keep the images, in place of damaged ones and of those made from an older source.

    Returns them mapped, or unchanged if they cannot be written.
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
    """Return the SHA-256 of the IDX file of the images."""
    digest = hashlib.sha256(idx_header(IMAGES_MAGIC, len(images)))
    digest.update(images.data)
    return digest.hexdigest()
