"""Making sure that a data set is in place: its files are used, downloaded or drawn."""

from pathlib import Path

from mnist_cli.data.builtin.manifest import DRAWING, read_drawing
from mnist_cli.data.datasets import is_present
from mnist_cli.data.registry import (
    DATASETS,
    check_one_of,
    dataset_folder,
    download_command,
    find_dataset,
)
from mnist_cli.errors import DataError, DownloadError
from mnist_cli.progress import ProgressFactory, Say, no_progress, say_nothing

NO_MIRROR = (
    "MNIST could not be downloaded. Training uses the built-in digits instead, which this program "
    "draws itself. Results on them are not MNIST results."
)


def provide(
    dataset: str,
    data_dir: Path,
    *,
    say: Say = say_nothing,
    progress: ProgressFactory = no_progress,
) -> str:
    """Put a data set in place if it is not there yet, and return its name.

    `auto` means MNIST or, if it can neither be found nor downloaded, the built-in digits.

    Parameters
    ----------
    say
        Called with one line before work that takes longer.
    progress
        Called with the name and the bytes of each file; see `Progress`.

    Raises
    ------
    DownloadError
        The files are not there and cannot be downloaded.
    InputError
        There is no data set of this name.
    DataError
        Its folder may not be read, or it holds digits of an unknown
        seed.
    """
    check_one_of("dataset", dataset, ("auto", *DATASETS))
    if dataset == "auto":
        return _provide_mnist_or_builtin(data_dir, say, progress)
    if not is_present(dataset, data_dir):
        put_in_place = _draw if find_dataset(dataset).drawn else _download
        put_in_place(dataset, data_dir, say, progress)
    return dataset


def _provide_mnist_or_builtin(data_dir: Path, say: Say, progress: ProgressFactory) -> str:
    try:
        return provide("mnist", data_dir, say=say, progress=progress)
    except DownloadError:
        say(NO_MIRROR)
        return provide("builtin", data_dir, say=say, progress=progress)


def _download(dataset: str, data_dir: Path, say: Say, progress: ProgressFactory) -> None:
    from mnist_cli.data.download import download_dataset  # imports requests, which takes 0.1 s

    say(f"Downloading {find_dataset(dataset).title}.")
    download_dataset(dataset, data_dir, progress=progress)


def _draw(dataset: str, data_dir: Path, say: Say, progress: ProgressFactory) -> None:
    from mnist_cli.data.builtin.files import COUNTS, write_builtin

    seed, counts = 0, COUNTS
    folder, drawing = dataset_folder(dataset, data_dir), read_drawing(data_dir)
    if drawing:
        seed, counts, _ = drawing
        say(f"{folder}: the digits are damaged or incomplete; drawing them again (seed {seed}).")
    elif any(folder.glob("*ubyte")):  # the user's own choice of digits must not be lost silently
        raise DataError(
            f"{folder}: the seed of these digits is unknown, because {DRAWING} is missing or "
            f"damaged; run '{download_command(dataset)} --force' with their --seed and --images"
        )
    else:
        say("Drawing the built-in digits.")
    write_builtin(data_dir, counts=counts, seed=seed, progress=progress)
