"""Which test images go into the page: a sample, mistakes, and those that activate a neuron most."""

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from mnist_cli.report.subject import Subject, favourites


class Amounts(NamedTuple):
    """How much goes into the page.

    Attributes
    ----------
    sample : test images of each digit, on which the page itself measures
    per_cell : images of each confusion
    favourites : images that activate each neuron of the first layer most
    frames : largest number of frames in the training film
    weights : type of the embedded parameters (see `packing`); `f4` is exact, None leaves them out
    """

    sample: int
    per_cell: int
    favourites: int
    frames: int
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


def sample_rows(labels: NDArray[np.uint8], per_digit: int) -> NDArray[np.intp]:
    """Return the rows of the first `per_digit` images of each digit, in increasing order."""
    firsts = [np.flatnonzero(labels == digit)[:per_digit] for digit in range(10)]
    return np.sort(np.concatenate(firsts))


def chosen_images(subject: Subject, pool: Pool, amounts: Amounts) -> dict[str, Any]:
    """Add to the pool the images that the page shows of a network; return their places as JSON."""
    mistakes, confidence, worst = subject.mistakes, subject.confidence, subject.worst
    return {
        "worst": [
            {"image": place, "answer": int(subject.answers[row]), "confidence": confidence[row]}
            for place, row in zip(pool.places(worst), worst.tolist(), strict=True)
        ],
        "cells": _cells(subject, pool, mistakes, amounts.per_cell),
        "favourites": [pool.places(rows) for rows in favourites(subject, amounts.favourites)],
    }


def _cells(
    subject: Subject, pool: Pool, mistakes: NDArray[np.intp], most: int
) -> list[list[list[int]]]:
    """Return the places of images for each cell of the confusion matrix, the most confident first.

    On the diagonal there are the right answers with the least confidence.
    """
    labels, answers = subject.split.labels, subject.answers
    right = np.flatnonzero(answers == labels)
    unsure = right[np.argsort(subject.confidence[right], kind="stable")]
    cells = []
    for digit in range(10):
        row = []
        for answer in range(10):
            rows = unsure if digit == answer else mistakes
            chosen = rows[(labels[rows] == digit) & (answers[rows] == answer)]
            row.append(pool.places(chosen[:most]))
        cells.append(row)
    return cells
