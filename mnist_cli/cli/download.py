"""`mnist download`: the files of a data set into the data directory."""

from pathlib import Path

import click

from mnist_cli.cli.options import FOLDER, data_dir_option, output_options
from mnist_cli.cli.output import Output


@click.command()
@click.option(
    "--dataset",
    type=click.Choice(["mnist", "builtin"]),
    default="mnist",
    show_default=True,
    help="MNIST, or digits that this program draws itself.",
)
@data_dir_option("download")
@click.option(
    "--mirror",
    "mirrors",
    metavar="URL",
    multiple=True,
    help="Address to load from instead of the usual mirrors; several are tried in order.",
)
@click.option(
    "--from",
    "folder",
    type=FOLDER,
    help="Take MNIST's files, packed or not, from a folder instead of the network.",
)
@click.option(
    "--timeout",
    type=float,
    default=300,
    show_default=True,
    metavar="SECONDS",
    help="Time limit for one file from one mirror.",
)
@click.option(
    "--images",
    type=click.IntRange(1000, 10_000_000),
    metavar="NUMBER",
    help="Training images to draw, with --dataset builtin.  [default: 60000]",
)
@click.option(
    "--seed",
    type=click.IntRange(0, 2**32 - 1),
    metavar="NUMBER",
    help="Start of the random numbers, with --dataset builtin.  [default: 0]",
)
@click.option("--force", is_flag=True, help="Also replace files that are there and right.")
@output_options
def download(
    dataset: str,
    data_dir: Path,
    mirrors: tuple[str, ...],
    folder: Path | None,
    timeout: float,
    images: int | None,
    seed: int | None,
    force: bool,
    quiet: bool,
    as_json: bool,
) -> None:
    """Put a data set into the data directory.

    The files of MNIST come from the first mirror that gives them whole and right. What is there
    and right is kept.
    """
    out = Output(quiet, as_json)
    if dataset == "builtin":
        if mirrors or folder:
            raise click.UsageError("--mirror and --from belong to MNIST, not to --dataset builtin.")
        _draw(data_dir, images, seed, force, out)
        return
    if images or seed is not None:
        raise click.UsageError("--images and --seed belong to --dataset builtin.")
    from mnist_cli.data.download import MIRRORS, download_mnist

    if folder is not None and not folder.is_dir():
        raise click.UsageError(f"--from: no such folder, got {folder}")
    files = download_mnist(
        data_dir,
        mirrors=mirrors or MIRRORS,
        folder=folder,
        force=force,
        file_seconds=timeout,
        progress=out.progress,
    )
    for name, source in files:
        out.say(f"{name}: {'was there' if source == 'kept' else 'from ' + source}")
    out.result(
        f"MNIST is in {data_dir}: 60,000 training and 10,000 test images, verified.",
        dataset="mnist",
        data_dir=str(data_dir),
        files=[{"name": name, "source": source} for name, source in files],
    )


def _draw(data_dir: Path, images: int | None, seed: int | None, force: bool, out: Output) -> None:
    from mnist_cli.data.builtin.files import COUNTS, write_builtin
    from mnist_cli.data.datasets import MNIST_FILES, dataset_folder, is_present
    from mnist_cli.data.provision import provide

    source = "kept" if is_present("builtin", data_dir) else "drawn"
    if force or images or seed is not None:
        counts = {**COUNTS, "train": images or COUNTS["train"]}
        write_builtin(data_dir, counts=counts, seed=seed or 0, progress=out.progress)
        source = "drawn"
    else:
        provide("builtin", data_dir, say=out.say, progress=out.progress)
    folder = dataset_folder("builtin", data_dir)
    out.result(
        f"The built-in digits are in {folder}: drawn by this program, not MNIST.",
        dataset="builtin",
        data_dir=str(data_dir),
        files=[{"name": file.name, "source": source} for file in MNIST_FILES],
    )
