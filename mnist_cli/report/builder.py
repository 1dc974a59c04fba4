"""Build the page, with as many images and as exact weights as its size allows."""

from importlib.metadata import version
from typing import Any

import numpy as np

from mnist_cli.data.datasets import Split
from mnist_cli.errors import MnistError
from mnist_cli.network.network import Network
from mnist_cli.report.packing import Block, restored, rounded
from mnist_cli.report.page import render
from mnist_cli.report.sections import SECTIONS
from mnist_cli.report.selection import Amounts, Material, Pool, sample_rows
from mnist_cli.report.subject import Subject, facts
from mnist_cli.report.twins import missing_activations
from mnist_cli.training.evaluation import measure
from mnist_cli.training.metadata import calibration_numbers
from mnist_cli.training.run import make_network

LARGEST = 1_000_000  # bytes; a page is smaller
SCHEMA = 1
AMOUNTS = (  # from the most to the least; the first that makes a small enough page is used
    Amounts(sample=50, per_cell=6, favourites=6, frames=12, training=2000, weights="f4"),
    Amounts(sample=50, per_cell=4, favourites=4, frames=6, training=2000, weights="f4"),
    Amounts(sample=30, per_cell=2, favourites=3, frames=2, training=1000, weights="f4"),
    Amounts(sample=30, per_cell=1, favourites=1, frames=0, training=1000, weights="f4"),
    Amounts(sample=10, per_cell=1, favourites=0, frames=0, training=0, weights="i20"),
    Amounts(sample=20, per_cell=1, favourites=1, frames=0, training=0, weights="i2"),
    Amounts(sample=20, per_cell=1, favourites=1, frames=0, training=0, weights="i1"),
    Amounts(sample=30, per_cell=4, favourites=0, frames=0, training=0, weights=None),
)


def build_page(subject: Subject, other: Subject | None = None) -> bytes:
    """Return the page about a network, and `other` to compare it with, as UTF-8 HTML.

    A page that cannot compute an activation of the networks has no weights, only results. The same
    networks give the same bytes with the same version of zlib. Raises MnistError if even the
    smallest page is too large.
    """
    subjects = [subject] if other is None else [subject, other]
    missing = missing_activations([one.checkpoint.network for one in subjects])
    for amounts in AMOUNTS[-1:] if missing else AMOUNTS:
        page = _page(subjects, amounts)
        if len(page) < LARGEST:
            return page
    raise MnistError(
        f"the page must be smaller than {LARGEST:,} bytes, got {len(page):,}; "
        "show a smaller network"
    )


def _page(subjects: list[Subject], amounts: Amounts) -> bytes:
    """Return a page with these amounts."""
    material = Material(subjects, amounts, Pool(), Block())
    block, pool = material.block, material.pool
    sample = pool.places(sample_rows(subjects[0].split.labels, amounts.sample))
    rounding = [_add_parameters(block, number, s, amounts) for number, s in enumerate(subjects)]
    for number, subject in enumerate(subjects):
        _add_calibration(block, subject, f"calibration_{number}")
    embedded = {name: section.embed(material) for name, section in SECTIONS.items()}
    _add_images(block, subjects[0], pool)
    values = {
        "schema": SCHEMA,
        "version": version("mnist-cli"),
        "networks": [_network(number, subject) for number, subject in enumerate(subjects)],
        "sample": sample,
        "sections": embedded,
        "weights": amounts.weights,
        "rounding": max(rounding),
        "arrays": block.index,
    }
    return render(subjects, values, block.encoded())


def _network(number: int, subject: Subject) -> dict[str, Any]:
    calibration = _calibration_facts(subject, f"calibration_{number}")
    return {**facts(subject), "array": f"parameters_{number}", "calibration": calibration}


def _calibration_facts(subject: Subject, array: str) -> dict[str, Any] | None:
    """Numbers of the calibration, and the name of the arrays with the rest of it."""
    calibration = subject.checkpoint.calibration
    if calibration is None:
        return None
    return {**calibration_numbers(calibration), "array": array}


def _add_calibration(block: Block, subject: Subject, array: str) -> None:
    """Embed the spaces of the digits: means and principal components."""
    calibration = subject.checkpoint.calibration
    if calibration is not None:
        block.add(f"{array}_means", calibration.spaces.means, "u1")
        block.add(f"{array}_components", calibration.spaces.components, "i1")


def _add_parameters(block: Block, number: int, subject: Subject, amounts: Amounts) -> float:
    """Embed the parameters of a network.

    Returns the largest difference that their rounding makes to a score on the test images.
    """
    network, kind = subject.checkpoint.network, amounts.weights
    if kind is None:
        return 0.0
    block.add_parameters(f"parameters_{number}", network.parameters, network.layer_sizes, kind)
    if kind == "f4":
        return 0.0
    approximate = make_network(subject.checkpoint.run.config)
    whole, scales = rounded(network.parameters, network.layer_sizes, kind)
    approximate.parameters[:] = restored(whole, scales, network.layer_sizes)
    return _largest_difference(approximate, subject)


def _largest_difference(approximate: Network, subject: Subject) -> float:
    outputs = measure(approximate, Split(subject.inputs, subject.split.labels)).outputs
    return float(np.abs(outputs - subject.measured.outputs).max())


def _add_images(block: Block, subject: Subject, pool: Pool) -> None:
    """Embed the images of the pool as they are in the data set, their labels and their rows."""
    rows = np.array(pool.rows, np.intp)
    block.add("images", subject.split.images[rows], "u1")
    block.add("labels", subject.split.labels[rows], "u1")
    block.add("rows", rows, "u4")
