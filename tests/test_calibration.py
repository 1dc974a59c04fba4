"""Calibration: confidence on made-up answers, lowered where an image is unlike any digit."""

import numpy as np
import pytest

from mnist_cli.training.confidence import confidences, fit_logit_scale, lowered


def made_up(scale, count=20_000):
    """Labels drawn with the probabilities softmax(scale * logits): that scale is the right one."""
    rng = np.random.default_rng(0)
    logits = rng.normal(0, 3, (count, 10))
    chances = np.exp(scale * logits)
    chances /= chances.sum(axis=1, keepdims=True)
    labels = (chances.cumsum(axis=1) < rng.random((count, 1))).sum(axis=1)
    return logits, labels


@pytest.mark.parametrize("scale", [0.3, 1.0, 2.5])
def test_the_right_scale_is_found(scale):
    assert fit_logit_scale(*made_up(scale)) == pytest.approx(scale, rel=0.05)


def test_confidence_is_the_share_of_right_answers():
    logits, labels = made_up(0.5)
    chances = confidences(logits, fit_logit_scale(logits, labels))
    np.testing.assert_allclose(chances.sum(axis=1), 1)
    right = chances.argmax(axis=1) == labels
    for low in (0.3, 0.5, 0.7, 0.9):
        near = (chances.max(axis=1) > low) & (chances.max(axis=1) <= low + 0.1)
        sure = chances.max(axis=1)[near].mean()
        chance_error = (sure * (1 - sure) / near.sum()) ** 0.5
        assert right[near].mean() == pytest.approx(sure, abs=4 * chance_error)


@pytest.mark.parametrize(("count", "surest"), [(2, 0.75), (8, 0.9), (98, 0.99)])
def test_few_right_answers_make_no_network_sure(count, surest):
    labels = np.arange(count) % 10
    logits = np.random.default_rng(0).normal(0, 1, (count, 10))
    logits[np.arange(count), labels] = logits.max(axis=1) + 0.5
    chances = confidences(logits, fit_logit_scale(logits, labels))
    assert chances.max(axis=1).mean() == pytest.approx(surest)


def test_no_logit_overflows():
    assert np.isfinite(confidences(np.array([[1e4, -1e4] + [0.0] * 8]), 50.0)).all()


def test_what_is_unlike_any_digit_is_never_sure():
    chances = np.array([[1.0] + [0.0] * 9, [0.6, 0.4] + [0.0] * 8])
    low = lowered(chances, np.array([True, False]))
    np.testing.assert_allclose(low[0], [0.7] + [0.1 / 3] * 9)
    np.testing.assert_array_equal(low[1], chances[1])
