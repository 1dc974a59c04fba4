"""What goes into the page: which test images, and how much of everything."""

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from mnist_cli.network.activations import Array
from mnist_cli.report.packing import Block
from mnist_cli.report.subject import Subject, favourite_rows

CLOSE = 0.1  # a smaller margin between the two best scores is a reason to doubt, see draw/answer.js


class Amounts(NamedTuple):
    """How much goes into the page.

    Attributes
    ----------
    sample : test images of each of ten classes, on which the page itself measures; fewer classes
        have more each, so that the sum is the same
    per_cell : images of each confusion
    favourites : images that activate each neuron of the first layer most
    frames : largest number of frames in the training film
    training : images to train on in the browser
    weights : type of the embedded parameters (see `packing`); `f4` is exact, None leaves them out
    """

    sample: int
    per_cell: int
    favourites: int
    frames: int
    training: int
    weights: str | None


class Pool:
    """Images that go into the page, each once.

    Attributes
    ----------
    rows : rows of the test images, in the order in which they were added
    """

    def __init__(self) -> None:
        self.rows: list[int] = []
        self._places: dict[int, int] = {}

    def places(self, rows: NDArray[Any]) -> list[int]:
        """Add test images by their rows; return their places in the pool."""
        return [self._place(int(row)) for row in rows]

    def _place(self, row: int) -> int:
        if row not in self._places:
            self._places[row] = len(self.rows)
            self.rows.append(row)
        return self._places[row]


class Material(NamedTuple):
    """What a section chooses from, and where it puts it.

    Attributes
    ----------
    subjects : the networks; most sections show the first one alone
    amounts : how much goes into the page
    pool : test images that go in, each once
    block : arrays that go in
    """

    subjects: Sequence[Subject]
    amounts: Amounts
    pool: Pool
    block: Block


def sample_rows(labels: NDArray[np.uint8], per_class: int) -> NDArray[np.intp]:
    """Return the rows of the first `per_class` images of each class, in increasing order."""
    firsts = [np.flatnonzero(labels == label)[:per_class] for label in np.unique(labels)]
    return np.sort(np.concatenate(firsts))


def example(material: Material) -> int:
    """Embed the test image that the page opens with: all its networks read it right and surely."""
    sureness = np.min([_sureness(subject) for subject in material.subjects], axis=0)
    return material.pool.places(np.array([sureness.argmax()]))[0]


def _sureness(subject: Subject) -> Array:
    """Return how sure each answer is, (n,); below 0 where it is wrong or doubtful."""
    right = subject.answers == subject.split.labels
    scores = np.sort(subject.measured.outputs, axis=1)
    is_close = scores[:, -1] - scores[:, -2] < CLOSE
    return np.asarray(subject.confidence - 2 * is_close - 2 * subject.is_unlike - 4 * ~right)


def worst(material: Material) -> list[dict[str, Any]]:
    """Embed the most confident mistakes of the first network."""
    subject = material.subjects[0]
    rows = subject.worst
    return [
        {"image": place, "answer": int(subject.answers[row]), "confidence": subject.confidence[row]}
        for place, row in zip(material.pool.places(rows), rows.tolist(), strict=True)
    ]


def favourites(material: Material) -> list[list[int]]:
    """Embed the images that activate each neuron of the first network's first layer most."""
    rows = favourite_rows(material.subjects[0], material.amounts.favourites)
    return [material.pool.places(places) for places in rows]


def cells(material: Material) -> list[list[list[list[int]]]]:
    """Embed images of each cell of the confusion matrix, [network][class][answer]."""
    pool, most = material.pool, material.amounts.per_cell
    return [_cells(subject, pool, most) for subject in material.subjects]


def _cells(subject: Subject, pool: Pool, most: int) -> list[list[list[int]]]:
    """Return the places of images for each cell of the confusion matrix, the most confident first.

    On the diagonal there are the right answers with the least confidence.
    """
    labels, answers = subject.split.labels, subject.answers
    mistakes = subject.mistakes
    right = np.flatnonzero(answers == labels)
    unsure = right[np.argsort(subject.confidence[right], kind="stable")]
    cells = []
    numbers = range(len(subject.classes))
    for digit in numbers:
        row = []
        for answer in numbers:
            rows = unsure if digit == answer else mistakes
            chosen = rows[(labels[rows] == digit) & (answers[rows] == answer)]
            row.append(pool.places(chosen[:most]))
        cells.append(row)
    return cells
