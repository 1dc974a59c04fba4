"""`mnist download`: put the files of a data set into the data directory."""

from pathlib import Path

import click

from mnist_cli.cli.help import examples
from mnist_cli.cli.options import DatasetType, PathType, data_dir_option, output_options
from mnist_cli.cli.output import Output
from mnist_cli.data.registry import dataset_folder, find_dataset
from mnist_cli.storage.paths import exists


@click.command(
    epilog=examples(
        "mnist download",
        "mnist download --from Downloads",
        "mnist download --dataset builtin --images 10000 --seed 1",
    )
)
@click.option(
    "--dataset",
    type=DatasetType(paths=False),
    default="mnist",
    show_default=True,
    help="The data set; 'builtin' are digits that this program draws itself.",
)
@data_dir_option("download")
@click.option(
    "--mirror",
    "mirrors",
    metavar="URL",
    multiple=True,
    help="Address to download from instead of the usual mirrors; can be repeated.",
)
@click.option(
    "--from",
    "folder",
    type=PathType(path_type=Path),
    metavar="FOLDER|FILE",
    help="Take the files from this folder or archive instead of the network, packed or not.",
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
    help="Number of training images to draw, with --dataset builtin.  [default: 60000]",
)
@click.option(
    "--seed",
    type=click.IntRange(0, 2**32 - 1),
    metavar="NUMBER",
    help="Seed of the random numbers, with --dataset builtin.  [default: 0]",
)
@click.option(
    "--force", is_flag=True, help="Also replace files that are already there and correct."
)
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

    The files come from the first mirror that has them complete and correct. Files that are already
    there and correct are kept; what else has their names gets another name.
    """
    out = Output(quiet, as_json)
    if find_dataset(dataset).drawn:
        if mirrors or folder:
            raise click.UsageError(
                f"--mirror and --from are for data sets that are downloaded, got {dataset}."
            )
        _draw(dataset, data_dir, images, seed, force, out)
        return
    if images or seed is not None:
        raise click.UsageError(f"--images and --seed are for --dataset builtin, got {dataset}.")
    if folder is not None and not exists(folder):
        raise click.UsageError(f"--from: no such folder or file, got {folder}")
    from mnist_cli.data.download import download_dataset

    files = download_dataset(
        dataset,
        data_dir,
        mirrors=mirrors or None,
        folder=folder,
        force=force,
        file_seconds=timeout,
        say=out.say,
        progress=out.progress,
    )
    for name, source in files:
        out.say(f"{name}: {'already there' if source == 'kept' else 'from ' + source}")
    _tell(dataset, data_dir, dict(files), out)


def _draw(
    dataset: str, data_dir: Path, images: int | None, seed: int | None, force: bool, out: Output
) -> None:
    from mnist_cli.data.builtin.files import COUNTS, write_builtin
    from mnist_cli.data.datasets import is_present
    from mnist_cli.data.provision import provide

    source = "kept" if is_present(dataset, data_dir) else "drawn"
    if force or images or seed is not None:
        counts = {**COUNTS, "train": images or COUNTS["train"]}
        write_builtin(data_dir, counts=counts, seed=seed or 0, say=out.say, progress=out.progress)
        source = "drawn"
    else:
        provide(dataset, data_dir, say=out.say, progress=out.progress)
    _tell(dataset, data_dir, {file.name: source for file in find_dataset(dataset).files}, out)


def _tell(dataset: str, data_dir: Path, sources: dict[str, str], out: Output) -> None:
    """Say what is in the data directory now, and where each file came from."""
    from mnist_cli.data.datasets import load_split

    train, test = (len(load_split(dataset, split, data_dir).labels) for split in ("train", "test"))
    title, folder = find_dataset(dataset).title, dataset_folder(dataset, data_dir)
    out.result(
        f"{title}: {train:,} training and {test:,} test images in {folder}, verified.",
        dataset=dataset,
        data_dir=str(data_dir),
        files=[{"name": name, "source": source} for name, source in sources.items()],
    )
