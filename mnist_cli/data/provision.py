"""Making sure that a data set is in place: its files are used, downloaded or drawn."""

import time
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

from mnist_cli.data.builtin.manifest import DRAWING, read_drawing
from mnist_cli.data.datasets import is_present
from mnist_cli.data.registry import (
    DATASETS,
    dataset_folder,
    download_command,
    find_dataset,
)
from mnist_cli.errors import DataError, DownloadError
from mnist_cli.progress import ProgressFactory, Say, no_progress, say_nothing
from mnist_cli.storage.locks import remove_left_behind
from mnist_cli.storage.own_files import read_text, replace

INSTEAD = (
    "The built-in digits, which this program draws itself, are used instead. Results on them are "
    "not MNIST results."
)
NOTE = ".mnist-unreachable"  # in the data directory: when the last download failed, and why
DAY = 86_400.0  # seconds in which the next one is not tried unasked


def provide(
    dataset: str,
    data_dir: Path,
    *,
    say: Say = say_nothing,
    progress: ProgressFactory = no_progress,
) -> str:
    """Put a data set in place if it is not there yet, and return its name.

    A path to the user's own images is converted once; the name is then that of the result.

    `auto` means MNIST or, if it can neither be found nor downloaded, the built-in digits. After a
    download that failed, `auto` does not try another one for a day.

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
        Its folder may not be read, or it holds digits of an unknown seed.
    """
    if dataset == "auto":
        return _provide_mnist_or_builtin(data_dir, say, progress)
    if dataset not in DATASETS:
        from mnist_cli.data.own.placing import provide_own  # Pillow, for pictures alone

        return provide_own(dataset, data_dir, say, progress)
    for folder in (dataset_folder(dataset, data_dir), data_dir / "prepared"):
        remove_left_behind(folder)  # by a killed process: a run that only reads tidies up, too
    if not is_present(dataset, data_dir):
        put_in_place = _draw if find_dataset(dataset).drawn else _download
        put_in_place(dataset, data_dir, say, progress)
    return dataset


def _provide_mnist_or_builtin(data_dir: Path, say: Say, progress: ProgressFactory) -> str:
    remembered, command = _last_failure(data_dir), download_command("mnist", data_dir)
    mirrors = None if remembered is None else ()
    try:
        if not is_present("mnist", data_dir):
            _download("mnist", data_dir, say, progress, mirrors)
    except DownloadError as error:
        if remembered is None:
            _remember_failure(data_dir, error.reason)
            say(f"MNIST could not be downloaded: {error.reason}; '{command}' tells more.")
        else:
            say(f"MNIST could not be downloaded today: {remembered}; '{command}' tries again.")
        if error.own_data:
            say(error.own_data)
        say(INSTEAD)
        return provide("builtin", data_dir, say=say, progress=progress)
    return "mnist"


def _last_failure(data_dir: Path) -> str | None:
    """Return why the last download of MNIST failed, None if that was more than a day ago."""
    seconds, _, reason = read_text(data_dir / NOTE).strip().partition(" ")
    fresh = seconds.isdecimal() and 0 <= time.time() - int(seconds[:20]) < DAY
    return reason if fresh and reason else None


def _remember_failure(data_dir: Path, reason: str) -> None:
    with suppress(OSError):  # in a read-only folder it is tried every time
        replace(data_dir / NOTE, f"{int(time.time())} {reason}\n".encode())


def _download(
    dataset: str,
    data_dir: Path,
    say: Say,
    progress: ProgressFactory,
    mirrors: Sequence[str] | None = None,
) -> None:
    from mnist_cli.data.download import download_dataset  # imports requests, which takes 0.1 s

    download_dataset(dataset, data_dir, mirrors=mirrors, say=say, progress=progress)


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
            f"damaged; run '{download_command(dataset, data_dir)} --force' with their --seed and "
            "--images"
        )
    else:
        say("Drawing the built-in digits.")
    write_builtin(data_dir, counts=counts, seed=seed, say=say, progress=progress)
