"""`mnist report`: one page that shows the whole network."""

from pathlib import Path

import click

from mnist_cli.cli.help import examples
from mnist_cli.cli.options import (
    NETWORK,
    OUTPUT,
    checkpoint_option,
    data_dir_option,
    dataset_option,
    load_network,
    network_path,
    output_options,
)
from mnist_cli.cli.output import Output
from mnist_cli.cli.targets import check_output, existing_folder
from mnist_cli.data.registry import or_builtin


@click.command(
    epilog=examples(
        "mnist report --open",
        "mnist report --checkpoint a.npz --compare b.npz -o two.html",
    )
)
@checkpoint_option
@click.option(
    "--compare",
    type=NETWORK,
    help="A second network, shown beside the first: a file, best or default.",
)
@click.option(
    "-o",
    "--output",
    type=OUTPUT,
    default=Path("report.html"),
    show_default=True,
    help="File for the page.",
)
@click.option("--open", "show", is_flag=True, help="Open the page in the browser.")
@dataset_option
@data_dir_option("report")
@output_options
def report(
    checkpoint: Path | None,
    compare: Path | None,
    output: Path,
    show: bool,
    dataset: str | None,
    data_dir: Path,
    quiet: bool,
    as_json: bool,
) -> None:
    """Write one page that shows the whole network, and reads what you draw.

    The page is one file: it opens from disk in any modern browser, without internet or a server.
    """
    from mnist_cli.data.loading import load
    from mnist_cli.report import missing_activations, missing_line

    out = Output(quiet, as_json)
    existing_folder(output)
    source = Path(dataset) if dataset else None
    check_output(output, data_dir, [network_path(checkpoint), compare, source])
    if output.suffix.lower() not in (".html", ".htm"):  # so that it is never a network or a picture
        raise click.UsageError(f"--output must be the name of an .html file, got {output}.")
    model = load_network(checkpoint, out, data_dir)
    other = None if compare is None else load_network(compare, out, data_dir)
    data = load(dataset or or_builtin(model.dataset), data_dir, say=out.say, progress=out.progress)
    measured = model.report(output, data, compare=other)
    size = output.stat().st_size
    models = [model] if other is None else [model, other]
    if missing := missing_activations([shown.network for shown in models]):
        out.say(missing_line(missing))
    if show:
        import webbrowser

        webbrowser.open(output.absolute().as_uri())
    out.result(
        f"Wrote {output} ({size:,} bytes).",
        report=str(output),
        bytes=size,
        checkpoint=model.name,
        finished=model.finished,
        compare=other.name if other else None,
        dataset=data.name,
        accuracy=measured.accuracy,
    )
    if not show:
        out.say("Open it in a browser.")
