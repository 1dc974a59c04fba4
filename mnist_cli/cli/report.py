"""`mnist report`: one page that shows the whole network."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from mnist_cli.cli.options import (
    FILE,
    OUTPUT,
    checkpoint_option,
    data_dir_option,
    dataset_option,
    load_network,
    network_path,
    output_options,
)
from mnist_cli.cli.output import Output
from mnist_cli.cli.targets import check_output

if TYPE_CHECKING:
    from mnist_cli.report import Subject
    from mnist_cli.training.checkpoint import Checkpoint


@click.command()
@checkpoint_option
@click.option("--compare", type=FILE, help="A second network, shown beside the first.")
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

    The page is one file: it opens from disk in any browser of today, without a network or a server.
    """
    from mnist_cli.report import build_page
    from mnist_cli.storage.atomic import atomic_write
    from mnist_cli.training.environment import one_thread

    out = Output(quiet, as_json)
    check_output(output, data_dir, [network_path(checkpoint), compare])
    networks = [load_network(checkpoint, out)]
    if compare is not None:
        networks.append(load_network(compare, out))
    with one_thread():
        subjects = _subjects(networks, dataset, data_dir, out)
        page = build_page(*subjects)
    with atomic_write(output) as file:
        file.write(page)
    if show:
        import webbrowser

        webbrowser.open(output.absolute().as_uri())
    out.result(
        f"Wrote {output} ({len(page):,} bytes). Open it in a browser.",
        report=str(output),
        bytes=len(page),
        checkpoint=networks[0][1],
        compare=str(compare) if compare else None,
        dataset=subjects[0].dataset,
        accuracy=subjects[0].measured.accuracy,
    )


def _subjects(
    networks: list[tuple["Checkpoint", str]], dataset: str | None, data_dir: Path, out: Output
) -> "list[Subject]":
    """Let the networks answer the same test images: the ones that belong to the first."""
    from mnist_cli.data.datasets import load_split
    from mnist_cli.data.provision import provide
    from mnist_cli.report import look_at

    dataset = dataset or networks[0][0].origin.dataset
    provide(dataset, data_dir, say=out.say, progress=out.progress)
    split = load_split(dataset, "test", data_dir)
    return [look_at(Path(name).name, loaded, dataset, split) for loaded, name in networks]
