"""Images as a network sees them, preprocessed and with changed copies, kept beside the data.

They are made once, as IDX files in the folder `prepared` of the data directory, and read from
there. The name of a file contains a digest of its source and a digest of its own content; the
latter is checked each time the file is read, in 0.04 s for 60,000 images. If nothing can be
written there (a shared folder in a classroom), the images are made in memory.
"""

import hashlib
from contextlib import suppress
from glob import escape
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from mnist_cli.data.augmentation import augment
from mnist_cli.data.datasets import Split, load_file, part_of
from mnist_cli.data.idx import IMAGES_MAGIC, idx_header, read_images
from mnist_cli.data.preprocessing import preprocess
from mnist_cli.data.registry import PREPARED, dataset_folder
from mnist_cli.errors import DataError
from mnist_cli.progress import Say, say_nothing
from mnist_cli.storage.own_files import replace

VERSION = 2  # counted up when preprocessing, copies or file names change their meaning
COPIES_SEED = 0  # one seed for all runs, so that the copies are made only once

Bytes = NDArray[np.uint8]


def load_prepared(
    dataset: str,
    split: str,
    data_dir: Path,
    validation_size: int = 0,
    *,
    preprocessing: str = "none",
    copy: int = 0,
    say: Say = say_nothing,
) -> Split:
    """Read one split of a data set, like `load_split`, as the network sees it.

    Parameters
    ----------
    preprocessing
        A name from `PREPROCESSINGS`.
    copy
        0 for the images themselves; 1, 2, ... for changed copies (see `augmentation`), which are
        changed first and preprocessed afterwards.
    say
        Called with one line before images are made, which can take a minute.

    Raises
    ------
    DataError
        For the reasons that `load_split` has.
    """
    whole, sha256 = load_file(dataset, split, data_dir)
    rows = part_of(split, len(whole.labels), validation_size)
    if preprocessing == "none" and copy == 0:
        return whole[rows]
    made_from = hashlib.sha256(f"{VERSION} {sha256}".encode()).hexdigest()[:16]
    stem = f"{dataset_folder(dataset, data_dir).name}-{'t10k-' if split == 'test' else 'train'}"
    path = data_dir / PREPARED / f"{stem}-{preprocessing}-{copy}.{made_from}"
    images = _kept(path)
    if images is None:
        what = f"changed copy {copy}, {preprocessing}" if copy else preprocessing
        say(f"Preparing {len(whole.images):,} images ({what}); later runs reuse them.")
        images = _keep(path, prepare(whole.images, preprocessing, copy))
    return Split(images, whole.labels, whole.classes)[rows]


def prepare(images: Bytes, preprocessing: str, copy: int) -> Bytes:
    """Return images (n, 784), or a changed copy, as a network sees them."""
    if copy:
        images = augment(images, seed=COPIES_SEED, copy=copy)
    return np.ascontiguousarray(preprocess(images, preprocessing))


def _kept(path: Path) -> Bytes | None:
    """Read the images in the file `path.<digest>`; None if it is missing or damaged."""
    for candidate in path.parent.glob(f"{escape(path.name)}.*"):
        with suppress(DataError, OSError):
            images = read_images(candidate)
            if candidate.suffix == f".{_digest(images)}":
                return images
    return None


def _keep(path: Path, images: Bytes) -> Bytes:
    """Write the images; they replace damaged ones and those made from an older source.

    Returns them, if they cannot be written, too.
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
    """Return the SHA-256 of the IDX file that holds the images."""
    digest = hashlib.sha256(idx_header(IMAGES_MAGIC, len(images)))
    digest.update(images.data)
    return digest.hexdigest()
