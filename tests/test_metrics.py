"""Metrics by hand."""

import numpy as np
import pytest

from mnist_cli.network.metrics import (
    accuracy,
    commonest_confusions,
    confusion_matrix,
    per_digit,
    wilson_interval,
)

LABELS = np.array([0, 0, 0, 1, 1, 2], np.uint8)
ANSWERS = np.array([0, 0, 1, 1, 0, 2])


def test_confusion_matrix():
    matrix = confusion_matrix(LABELS, ANSWERS)
    assert matrix[0, 0] == 2
    assert matrix[0, 1] == matrix[1, 0] == matrix[1, 1] == matrix[2, 2] == 1
    assert matrix.sum() == 6
    assert accuracy(matrix) == pytest.approx(4 / 6)


def test_per_digit():
    scores = per_digit(confusion_matrix(LABELS, ANSWERS))
    assert scores[0].precision == pytest.approx(2 / 3)
    assert scores[0].recall == pytest.approx(2 / 3)
    assert scores[0].images == 3
    assert scores[1].f1 == pytest.approx(0.5)
    assert scores[9] == (9, None, None, None, 0)


def test_commonest_confusions_leave_out_the_diagonal_and_zeros():
    answers = commonest_confusions(confusion_matrix(LABELS, ANSWERS), 5)
    assert [tuple(c) for c in answers] == [(0, 1, 1), (1, 0, 1)]


@pytest.mark.parametrize(
    ("correct", "count", "low", "high"),
    [
        (9500, 10_000, 0.94555, 0.95411),  # Wilson 1927, worked out by hand
        (0, 10, 0.0, 0.27753),
        (10, 10, 0.72247, 1.0),
        (0, 0, 0.0, 1.0),
    ],
)
def test_wilson_interval(correct, count, low, high):
    assert wilson_interval(correct, count) == pytest.approx((low, high), abs=2e-5)
