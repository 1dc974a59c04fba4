"""Getting a data set in place: what is there, else a download, else digits of our own."""

from pathlib import Path

from mnist_cli.data.datasets import (
    DATASETS,
    DRAWING,
    check_one_of,
    dataset_folder,
    is_present,
    read_drawing,
)
from mnist_cli.errors import DataError, DownloadError
from mnist_cli.progress import ProgressFactory, Say, no_progress, say_nothing

NO_MIRROR = (
    "No MNIST mirror can be reached: training on the built-in digits instead, which are drawn by "
    "this program. Their results are not MNIST results."
)


def provide(
    dataset: str,
    data_dir: Path,
    *,
    say: Say = say_nothing,
    progress: ProgressFactory = no_progress,
) -> str:
    """Put a data set in place and return its name.

    `auto` is MNIST if it is there or can be downloaded, else the built-in digits. `say` hears one
    line before anything that takes a while. Raises DownloadError for `mnist`,
    InputError for an unknown name, and DataError for built-in digits of which nothing tells the
    seed.
    """
    check_one_of("dataset", dataset, ("auto", *DATASETS))
    if dataset in ("auto", "mnist"):
        try:
            _provide_mnist(data_dir, say, progress)
        except DownloadError:
            if dataset == "mnist":
                raise
            say(NO_MIRROR)
        else:
            return "mnist"
    _provide_builtin(data_dir, say, progress)
    return "builtin"


# What puts files in place is imported only when they are not there: requests takes 0.1 s.


def _provide_mnist(data_dir: Path, say: Say, progress: ProgressFactory) -> None:
    if not is_present("mnist", data_dir):
        from mnist_cli.data.download import download_mnist

        say("Downloading MNIST.")
        download_mnist(data_dir, progress=progress)


def _provide_builtin(data_dir: Path, say: Say, progress: ProgressFactory) -> None:
    if not is_present("builtin", data_dir):
        from mnist_cli.data.builtin.files import COUNTS, write_builtin

        seed, counts = 0, COUNTS
        folder, drawing = dataset_folder("builtin", data_dir), read_drawing(data_dir)
        if drawing:
            seed, counts, _ = drawing
            say(f"{folder}: damaged, or not all of one drawing; drawing seed {seed} again.")
        elif any(folder.glob("*ubyte")):  # other digits in their place would be a surprise
            raise DataError(
                f"{folder}: cannot tell which digits these are, {DRAWING} is missing or damaged; "
                "run 'mnist download --dataset builtin --force', with their --seed and --images"
            )
        else:
            say("Drawing the built-in digits.")
        write_builtin(data_dir, counts=counts, seed=seed, progress=progress)
