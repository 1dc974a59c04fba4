"""`mnist export`: a network in a form that other programs read."""

from pathlib import Path

import click

from mnist_cli.cli.help import examples
from mnist_cli.cli.options import (
    OUTPUT,
    checkpoint_option,
    load_network,
    network_path,
    output_options,
)
from mnist_cli.cli.output import Output
from mnist_cli.cli.targets import check_output, existing_folder
from mnist_cli.errors import InputError


@click.command(
    epilog=examples(
        "mnist export model.onnx",
        "mnist export model.safetensors --checkpoint mine.npz",
        "mnist export model.int8.h",
    )
)
@click.argument("output", metavar="FILE", type=OUTPUT)
@checkpoint_option
@output_options
def export(output: Path, checkpoint: Path | None, quiet: bool, as_json: bool) -> None:
    """Write a trained network to FILE, for other programs.

    \b
    The ending chooses the form:
    .onnx         with preprocessing and confidence, for ONNX runtimes
    .safetensors  the weights and biases by PyTorch's names
    .h            a C99 header with preprocessing; .int8.h: weights of one byte
    """  # noqa: D301
    from mnist_cli.data.loading import usual_data_dir
    from mnist_cli.export.formats import exported, find_format
    from mnist_cli.storage.atomic import atomic_write

    out = Output(quiet, as_json)
    try:
        form = find_format(output.name)
    except InputError as error:
        raise click.UsageError(str(error)) from error
    existing_folder(output, "FILE")
    check_output(output, usual_data_dir(), [network_path(checkpoint)], "FILE")
    model = load_network(checkpoint, out)
    content = exported(model.checkpoint, form)
    with atomic_write(output) as file:
        file.write(content)
    step = model.config.preprocessing
    out.result(
        f"Wrote {output} ({len(content):,} bytes).",
        export=str(output),
        format=form.name,
        bytes=len(content),
        checkpoint=model.name,
        finished=model.finished,
        calibrated=model.calibrated,
        preprocessing=step,
    )
    if step != "none" and not form.preprocesses:
        out.say(f"Note      it takes images after the preprocessing {step}; .onnx and .h do that.")
