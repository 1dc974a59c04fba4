"""Calibration: confidence on made-up answers, and a space of digits that noise is not in."""

import numpy as np
import pytest

from mnist_cli.data.preprocessing import PREPROCESSINGS, preprocess
from mnist_cli.model import load_model
from mnist_cli.prediction import answer
from mnist_cli.training.confidence import (
    FALSE_POSITIVE_RATE,
    calibrate,
    confidences,
    distances,
    explained,
    fit_logit_scale,
    is_outlier,
    min_explained,
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


def test_no_logit_overflows():
    assert np.isfinite(confidences(np.array([[1e4, -1e4] + [0.0] * 8]), 50.0)).all()


def test_distance_is_what_the_components_do_not_explain(digits):
    """Against numpy's singular values, an independent method."""
    images = digits.images[:500]
    mean, components = principal_components(images)
    assert components.shape == (30, 784)
    inputs = images / 255 - mean
    rest = (np.linalg.svd(inputs, compute_uv=False)[30:] ** 2).sum()
    scores = np.zeros((500, 10))
    calibration = calibrate(images, images, np.zeros(500, int), scores, scores)
    assert (distances(calibration, images) ** 2).sum() == pytest.approx(rest, rel=0.01)


def test_the_explained_share_is_that_of_the_components(digits):
    """Against numpy's singular values: of all variance, 30 components explain so much."""
    images = digits.images[:500]
    scores = np.zeros((500, 10))
    calibration = calibrate(images, images, np.zeros(500, int), scores, scores)
    inputs = images / 255 - images.mean(axis=0) / 255
    squares = np.linalg.svd(inputs, compute_uv=False) ** 2
    whole = (inputs**2).sum(axis=1)
    share = (explained(calibration, images) * whole).sum() / whole.sum()
    assert share == pytest.approx(squares[:30].sum() / squares.sum(), abs=0.005)
    nowhere = calibration._replace(mean=images[0].astype(np.float32) / 255)
    assert explained(nowhere, images[:1]) == pytest.approx(0, abs=1e-6)


NOISE = {
    "grey": lambda rng: rng.integers(0, 256, (500, 784), np.uint8),
    "black and white": lambda rng: (255 * rng.integers(0, 2, (500, 784))).astype(np.uint8),
    "few black pixels": lambda rng: (255 * (rng.random((500, 784)) < 0.2)).astype(np.uint8),
}


@pytest.mark.parametrize("kind", list(NOISE)[:2])
@pytest.mark.parametrize("preprocessing", PREPROCESSINGS)
def test_noise_is_flagged_whatever_the_network_sees(kind, preprocessing, digits):
    seen = preprocess(digits.images, preprocessing)
    train, validation, test = np.split(seen, [1000, 2000])
    scores = np.full((1000, 10), 0.9)
    calibration = calibrate(train, validation, np.zeros(1000, int), scores, scores)
    noise = preprocess(NOISE[kind](np.random.default_rng(7)), preprocessing)
    assert is_outlier(calibration, noise, scores[:500], preprocessing).mean() > 0.95
    assert (explained(calibration, test) < min_explained(calibration, preprocessing)).mean() < 0.005


@pytest.mark.parametrize("kind", NOISE)
def test_the_network_that_comes_along_rejects_noise(kind):
    model = load_model()
    answers = answer(model.checkpoint, NOISE[kind](np.random.default_rng(7)))
    assert answers.unlike.mean() > 0.9


def test_noise_is_flagged_and_digits_are_not(digits):
    train, validation, test = np.split(digits.images, [1000, 2000])
    scores = np.full((1000, 10), 0.9)
    calibration = calibrate(train, validation, np.zeros(1000, int), scores, scores)
    noise = np.random.default_rng(0).integers(0, 256, (100, 784), np.uint8)
    assert is_outlier(calibration, noise, scores[:100], "none").all()
    assert is_outlier(calibration, test, scores, "none").mean() < 4 * FALSE_POSITIVE_RATE
    assert is_outlier(calibration, test, np.zeros((1000, 10)), "none").all()
