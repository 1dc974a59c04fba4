"""Outputs of commands: no file that is read, and no file that another process writes."""

from collections.abc import Iterable
from pathlib import Path
from typing import Any

import click

from mnist_cli.cli.output import Output
from mnist_cli.errors import CheckpointError


def check_output(output: Path, data_dir: Path, inputs: Iterable[Path | None] = ()) -> None:
    """Check before long work that an output can be written, and is no file that is read.

    Raises
    ------
    click.UsageError
        If it is one of the `inputs` or a file of a data set.
    OSError
        If it cannot be written.
    """
    from mnist_cli.data.datasets import MNIST_FILES, dataset_folder
    from mnist_cli.storage.atomic import check_writable
    from mnist_cli.storage.identity import is_same

    data = [data_dir / (file.name + ending) for file in MNIST_FILES for ending in ("", ".gz")]
    for folder in (dataset_folder("builtin", data_dir), data_dir / "prepared"):
        data += folder.glob("*")
    for path in [*inputs, *data]:
        if path is not None and is_same(output, path):
            raise click.UsageError(f"--output must not be a file that is read, got {output}.")
    check_writable(output)


def claim_output(context: click.Context, output: Path, out: Output) -> Path:
    """Reserve the output until the command ends; return it, or a free name if it is taken."""
    from mnist_cli.storage.names import free_name

    path = context.with_resource(free_name(output))
    if path != output:
        out.say(f"Note      another training writes {output}; this one goes to {path}.")
    return path


def claim_resumed(
    context: click.Context, options: dict[str, Any], out: Output
) -> tuple[Path, bool]:
    """Return where a resumed run is saved, and whether that is the file that it comes from.

    Call it before that file is read: from then on no other training writes it. Raises
    CheckpointError if another training writes it now, and what `check_output` raises.
    """
    from mnist_cli.storage.identity import is_same
    from mnist_cli.storage.locks import claim

    resume, output = options["resume"], options["output"]
    if output is not None and not is_same(output, resume):
        check_output(output, options["data_dir"])
        return claim_output(context, output, out), False
    path = output or resume
    if not context.with_resource(claim(path)):
        raise CheckpointError(f"{path}: another training writes it; wait, or name another --output")
    return path, True
