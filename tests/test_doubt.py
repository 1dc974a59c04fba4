"""Calibration on artificial answers, and the distance of images from the space of digits."""

import numpy as np
import pytest

from mnist_cli.training.confidence import (
    MISTAKEN,
    confidences,
    distances,
    fit_scale,
    is_unlike,
    learn_doubt,
    principal_components,
)


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
    assert fit_scale(*made_up(scale)) == pytest.approx(scale, rel=0.05)


def test_confidence_is_the_share_of_right_answers():
    logits, labels = made_up(0.5)
    chances = confidences(logits, fit_scale(logits, labels))
    np.testing.assert_allclose(chances.sum(axis=1), 1)
    right = chances.argmax(axis=1) == labels
    for low in (0.3, 0.5, 0.7, 0.9):
        part = (chances.max(axis=1) > low) & (chances.max(axis=1) <= low + 0.1)
        sure = chances.max(axis=1)[part].mean()
        chance_error = (sure * (1 - sure) / part.sum()) ** 0.5
        assert right[part].mean() == pytest.approx(sure, abs=4 * chance_error)


def test_no_logit_overflows():
    assert np.isfinite(confidences(np.array([[1e4, -1e4] + [0.0] * 8]), 50.0)).all()


def test_distance_is_what_the_components_do_not_explain(digits):
    """Compared with the singular values of NumPy."""
    images = digits.images[:500]
    mean, components = principal_components(images)
    assert components.shape == (30, 784)
    inputs = images / 255 - mean
    left = (np.linalg.svd(inputs, compute_uv=False)[30:] ** 2).sum()
    scores = np.zeros((500, 10))
    doubt = learn_doubt(images, images, np.zeros(500, int), scores, scores)
    assert (distances(doubt, images) ** 2).sum() == pytest.approx(left, rel=0.01)


def test_noise_is_flagged_and_digits_are_not(digits):
    train, validation, test = np.split(digits.images, [1000, 2000])
    scores = np.full((1000, 10), 0.9)
    doubt = learn_doubt(train, validation, np.zeros(1000, int), scores, scores)
    noise = np.random.default_rng(0).integers(0, 256, (100, 784), np.uint8)
    assert is_unlike(doubt, noise, scores[:100]).all()
    assert is_unlike(doubt, test, scores).mean() < 4 * MISTAKEN
    assert is_unlike(doubt, test, np.zeros((1000, 10))).all()
