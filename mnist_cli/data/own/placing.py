"""A path of the user's -> the name of a converted data set in the data directory."""

import re
from pathlib import Path

from mnist_cli.data.datasets import is_present
from mnist_cli.data.own.converting import convert
from mnist_cli.data.own.digest import digest_of_source
from mnist_cli.data.own.manifest import (
    read_manifest,
    read_same_as,
)
from mnist_cli.data.own.recognition import find_source
from mnist_cli.data.registry import (
    DATASETS,
    OWN_FOLDER,
    is_own,
    remember,
)
from mnist_cli.errors import DataMissingError, InputError
from mnist_cli.progress import ProgressFactory, Say, no_progress, say_nothing
from mnist_cli.storage.locks import remove_left_behind
from mnist_cli.storage.paths import exists
from mnist_cli.wording import counted


def provide_own(
    dataset: str, data_dir: Path, say: Say = say_nothing, progress: ProgressFactory = no_progress
) -> str:
    """Convert a path once, and return the name of the data set that it is.

    `dataset` may also be the name of a converted data set, `own/<name>-<digest>`. A path that holds
    MNIST, in its order, is MNIST.

    Raises
    ------
    InputError
        It is no name, and there is no such path.
    DataError
        The path holds no data set, or one that cannot be used.
    OSError
        Something cannot be read or written.
    """
    remove_left_behind(data_dir / OWN_FOLDER)  # by a killed process, also in a run that only reads
    if is_own(dataset) and _is_ready(dataset, data_dir):
        return dataset
    path = Path(dataset)
    if exists(path):
        return _placed(path, data_dir, say, progress)
    if is_own(dataset):
        raise DataMissingError(
            f"{data_dir / dataset}: missing or damaged; name what it was made from again, with "
            "--dataset PATH"
        )
    raise InputError(
        f"dataset: must be one of auto, {', '.join(DATASETS)}, or a folder or file that exists, "
        f"got {dataset!r}"
    )


def _placed(path: Path, data_dir: Path, say: Say, progress: ProgressFactory) -> str:
    source = find_source(path)
    name = f"{OWN_FOLDER}/{_slug(path)}-{digest_of_source(source)[:12]}"
    same = read_same_as(name, data_dir)
    if same is None and not _is_ready(name, data_dir):
        say(f"Converting {path} ({counted(len(source.files), 'file')}); later runs reuse it.")
        same = convert(source, name, data_dir, say, progress)
    if same is None:
        return name
    say(f"{path} is {DATASETS[same].title}.")
    return same


def _is_ready(name: str, data_dir: Path) -> bool:
    """Whether a data set has been converted; then `find_dataset` knows it from here on."""
    row = read_manifest(name, data_dir)
    if row is None:
        return False
    remember(name, row)
    remove_left_behind(data_dir / name)
    return is_present(name, data_dir)


def _slug(path: Path) -> str:
    """Return a name for a folder, from the name of the path."""
    stem = path.resolve().name.partition(".")[0]
    return re.sub(r"[^A-Za-z0-9_-]+", "-", stem)[:40].strip("-") or "data"
