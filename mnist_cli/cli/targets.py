"""Where commands write: never to a file that is read, or that another process writes."""

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

import click

from mnist_cli.cli.output import Output
from mnist_cli.data.registry import DATASETS, OWN_FOLDER, PREPARED
from mnist_cli.errors import CheckpointError


def existing_folder(output: Path, option: str = "--output") -> None:
    """Raise click.UsageError if the folder of an output is not there."""
    from mnist_cli.storage.paths import exists

    folder = output.parent
    if folder.is_dir():
        return
    if exists(folder):
        raise click.UsageError(f"{option}: must be in a folder, got the file {folder}.")
    raise click.UsageError(f"{option}: no such folder, got {folder}; make it first.")


def check_output(
    output: Path,
    data_dir: Path,
    inputs: Iterable[Path | None] = (),
    option: str = "--output",
) -> None:
    """Check before the work that an output can be written, and that it is no file that is read.

    `option` is its name on the command line. Raises click.UsageError if it is one of the `inputs`
    or a file of a data set, and OSError.
    """
    from mnist_cli.storage.atomic import check_writable
    from mnist_cli.storage.identity import is_same

    for path in [*inputs, *_data_files(data_dir)]:
        if path is not None and is_same(output, path):
            raise click.UsageError(f"{option} must not be a file that is read, got {output}.")
    check_writable(output)


def check_folder(folder: Path, files: Sequence[str]) -> None:
    """Check before the work that files can be written into a folder, which may be made for them.

    Raises click.UsageError if a file is in the way of the folder, and OSError if the folder is
    closed, or something else in the way of a file.
    """
    from mnist_cli.storage.atomic import check_writable
    from mnist_cli.storage.locks import remove_left_behind
    from mnist_cli.storage.paths import exists

    if exists(folder / "."):
        for above in folder.parents[:2]:  # where it was checked before the folder was made
            remove_left_behind(above)
        for file in files:
            check_writable(folder / file)
        return
    first = folder  # that will be made
    while not exists(first.parent):
        first = first.parent
    if not first.parent.is_dir():
        raise click.UsageError(
            f"--output: no folder can be made in the file {first.parent}, got {folder}; "
            "name another one."
        )
    check_writable(first)


def _data_files(data_dir: Path) -> Iterator[Path]:
    """Yield every file of a data set that is there, or may be one day."""
    for source in DATASETS.values():
        folder = data_dir / source.folder
        yield from (folder / (f.name + ending) for f in source.files for ending in ("", ".gz"))
        if source.folder:
            yield from folder.glob("*")
    yield from (data_dir / PREPARED).glob("*")
    yield from (data_dir / OWN_FOLDER).glob("*/*")


def claim_output(context: click.Context, output: Path, out: Output) -> Path:
    """Reserve a name for the output until the command ends, so that no other training uses it."""
    from mnist_cli.storage.names import free_name

    path = context.with_resource(free_name(output))
    if path != output:
        out.say(f"Note      another training is writing {output}; this one is saved to {path}.")
    return path


def claim_resumed(
    context: click.Context, options: dict[str, Any], out: Output
) -> tuple[Path, bool]:
    """Return where a resumed run is saved, and whether that is the file that it is read from.

    To be called before the file is read: from then on no other training writes it.
    """
    from mnist_cli.storage.identity import is_same
    from mnist_cli.storage.locks import claim

    resume, output = options["resume"], options["output"]
    if output is not None and not is_same(output, resume):
        check_output(output, options["data_dir"])
        return claim_output(context, output, out), False
    path = output or resume
    if not context.with_resource(claim(path)):
        raise CheckpointError(
            f"{path}: another training is writing it; wait, or name another --output"
        )
    return path, True
