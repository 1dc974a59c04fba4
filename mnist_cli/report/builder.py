"""The whole page: everything is put in, and then less and less until it is small enough."""

from importlib.metadata import version
from typing import Any

import numpy as np

from mnist_cli.data.datasets import Split
from mnist_cli.errors import MnistError
from mnist_cli.network.network import Network
from mnist_cli.report.packing import Block, restored, rounded
from mnist_cli.report.page import render
from mnist_cli.report.selection import Pool, Richness, chosen_images, sample_rows
from mnist_cli.report.subject import Subject, facts
from mnist_cli.training.evaluation import measure
from mnist_cli.training.run import make_network

LARGEST = 1_000_000  # bytes; a page has fewer
SCHEMA = 1
LADDER = (
    Richness(sample=50, per_cell=6, favourites=6, frames=12, weights="f4"),
    Richness(sample=50, per_cell=4, favourites=4, frames=6, weights="f4"),
    Richness(sample=30, per_cell=2, favourites=3, frames=2, weights="f4"),
    Richness(sample=30, per_cell=1, favourites=1, frames=0, weights="f4"),
    Richness(sample=10, per_cell=1, favourites=0, frames=0, weights="i20"),
    Richness(sample=20, per_cell=1, favourites=1, frames=0, weights="i2"),
    Richness(sample=20, per_cell=1, favourites=1, frames=0, weights="i1"),
    Richness(sample=30, per_cell=4, favourites=0, frames=0, weights=None),
)


def build_page(subject: Subject, other: Subject | None = None) -> bytes:
    """Return the page about a network, and beside it another one; the same bytes every time.

    Raises MnistError if even the barest page is too large.
    """
    subjects = [subject] if other is None else [subject, other]
    for richness in LADDER:
        page = _page(subjects, richness)
        if len(page) < LARGEST:
            return page
    raise MnistError(f"the page must be smaller than {LARGEST:,} bytes, got {len(page):,}")


def _page(subjects: list[Subject], richness: Richness) -> bytes:
    """Put one page together."""
    block, pool = Block(), Pool()
    main = subjects[0]
    sample = pool.places(sample_rows(main.split.labels, richness.sample))
    networks = [
        _network(number, subjects[number], pool, richness) for number in range(len(subjects))
    ]
    exact = [_add_parameters(block, number, s, richness) for number, s in enumerate(subjects)]
    for number, one in enumerate(subjects):
        _add_calibration(block, one, f"calibration_{number}")
    film = _add_film(block, main, richness.frames)
    _add_images(block, main, pool)
    values = {
        "schema": SCHEMA,
        "version": version("mnist-cli"),
        "networks": networks,
        "sample": sample,
        "film": film,
        "weights": richness.weights,
        "rounding": max(exact),
        "arrays": block.index,
    }
    return render(subjects, values, block.encoded())


def _network(number: int, subject: Subject, pool: Pool, richness: Richness) -> dict[str, Any]:
    images = chosen_images(subject, pool, richness)
    calibration = _calibration_facts(subject, f"calibration_{number}")
    return {**facts(subject), **images, "array": f"parameters_{number}", "doubt": calibration}


def _calibration_facts(subject: Subject, array: str) -> dict[str, Any] | None:
    """Numbers of the calibration, by the script's names, and the name of the arrays with them."""
    calibration = subject.checkpoint.calibration
    if calibration is None:
        return None
    return {
        "scale": calibration.logit_scale,
        "farthest": calibration.max_distance,
        "least_score": calibration.min_score,
        "array": array,
    }


def _add_calibration(block: Block, subject: Subject, array: str) -> None:
    """Embed the mean and the principal components of the images of digits."""
    calibration = subject.checkpoint.calibration
    if calibration is not None:
        block.add(f"{array}_mean", calibration.mean, "f4")
        block.add(f"{array}_components", calibration.components, "i1")


def _add_parameters(block: Block, number: int, subject: Subject, richness: Richness) -> float:
    """Embed a network; return by how much its scores on the test images differ from the page's."""
    network, kind = subject.checkpoint.network, richness.weights
    if kind is None:
        return 0.0
    block.add_parameters(f"parameters_{number}", network.parameters, network.layer_sizes, kind)
    if kind == "f4":
        return 0.0
    twin = make_network(subject.checkpoint.run.config)
    whole, scales = rounded(network.parameters, network.layer_sizes, kind)
    twin.parameters[:] = restored(whole, scales, network.layer_sizes)
    return _largest_difference(twin, subject)


def _largest_difference(twin: Network, subject: Subject) -> float:
    outputs = measure(twin, Split(subject.inputs, subject.split.labels)).outputs
    return float(np.abs(outputs - subject.measured.outputs).max())


def _add_film(block: Block, subject: Subject, most: int) -> list[dict[str, Any]]:
    """Embed evenly spread frames, in 8 bits; the last one is the network itself."""
    run, sizes = subject.checkpoint.run, subject.checkpoint.network.layer_sizes
    epochs = sorted(run.snapshots)
    chosen = {epochs[int(i)] for i in np.linspace(0, len(epochs) - 1, min(most, len(epochs)))}
    end = _end(subject)
    frames = []
    for epoch in sorted(chosen - {end}):
        block.add_parameters(f"film_{epoch}", run.snapshots[epoch].astype(np.float32), sizes, "i1")
        frames.append({"epoch": epoch, "array": f"film_{epoch}"})
    return [*frames, {"epoch": end, "array": "parameters_0"}]


def _end(subject: Subject) -> int:
    """Return the epoch that the network is from: with patience the best, else the last."""
    run = subject.checkpoint.run
    return run.best_epoch if run.config.patience and run.best_epoch else run.epoch


def _add_images(block: Block, subject: Subject, pool: Pool) -> None:
    """Embed the pool: images as they are in the data set, labels, numbers in the test set."""
    rows = np.array(pool.rows, np.intp)
    block.add("images", subject.split.images[rows], "u1")
    block.add("labels", subject.split.labels[rows], "u1")
    block.add("rows", rows, "u4")
