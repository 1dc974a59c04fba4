"""Images that are no digit: spaces of digits against NumPy's singular values, limits, noise."""

import numpy as np
import pytest

from mnist_cli.data.preprocessing import PREPROCESSINGS, preprocess
from mnist_cli.model import load_model
from mnist_cli.prediction import answer
from mnist_cli.training.outliers import (
    COMPONENTS,
    Limits,
    Spaces,
    compare,
    find_limits,
    find_spaces,
    is_outlier,
)

NOISE = {
    "grey": lambda rng: rng.integers(0, 256, (500, 784), np.uint8),
    "black and white": lambda rng: (255 * rng.integers(0, 2, (500, 784))).astype(np.uint8),
    "few black pixels": lambda rng: (255 * (rng.random((500, 784)) < 0.2)).astype(np.uint8),
}


def one_hot(labels):
    """Scores of a network that reads every image right."""
    return np.eye(10)[labels]


def parts(digits, preprocessing="none"):
    """Spaces and limits of built-in digits, then others, which they have not seen."""
    seen, labels = preprocess(digits.images, preprocessing), digits.labels
    spaces = find_spaces(seen[:1000], labels[:1000])
    limits = find_limits(spaces, *(part[1000:2000] for part in (seen, labels, one_hot(labels))))
    return spaces, limits, seen[2000:], labels[2000:]


def test_distance_and_share_are_what_singular_values_say(many_digits):
    """Against numpy's singular values, an independent method, for the images of one digit."""
    images, labels = many_digits.images[:1000], many_digits.labels[:1000]
    spaces = find_spaces(images, labels)
    assert spaces.components.shape == (10, COMPONENTS, 784)
    ours = images[labels == 3]
    inputs = ours / 255 - (ours / 255).mean(axis=0)
    rest = (np.linalg.svd(inputs, compute_uv=False)[COMPONENTS:] ** 2).sum()
    away, share = compare(spaces, ours, np.full(len(ours), 3))
    assert (away**2).sum() == pytest.approx(rest, rel=0.01)
    middle = np.mean([images[labels == digit].mean(axis=0) for digit in range(10)], axis=0) / 255
    apart = ((ours / 255 - middle) ** 2).sum(axis=1)
    np.testing.assert_allclose(share, 1 - away**2 / apart, atol=0.01)


def test_another_digits_space_is_farther(many_digits):
    spaces, _, images, labels = parts(many_digits)
    own, _ = compare(spaces, images, labels)
    other, _ = compare(spaces, images, (labels + 1) % 10)
    assert (own < other).mean() > 0.9


def test_each_limit_flags_what_it_is_for():
    """Two digits of one pixel each; by hand."""
    means = np.zeros((10, 784), np.uint8)
    means[:, 0] = 200
    means[1] = np.roll(means[1], 1)
    spaces = Spaces(means, np.zeros((10, 1, 784), np.int8))
    limits = Limits(max_distance=0.5, min_explained=0.5, min_score=0.5)
    near, far, between = means[1].copy(), means[1].copy(), means.mean(axis=0).astype(np.uint8)
    near[5], far[5] = 100, 150  # 0.39 and 0.59 beside the mean
    away, share = compare(spaces, np.stack([near, far, between]), np.array([1, 1, 0]))
    np.testing.assert_allclose(away, [100 / 255, 150 / 255, 20 * 2**0.5 / 255])
    apart = [2 * 180**2 + 100**2, 2 * 180**2 + 150**2]
    np.testing.assert_allclose(share[:2], [1 - 100**2 / apart[0], 1 - 150**2 / apart[1]])
    assert share[2] < -1e6  # it is the mean of all digits, and so explained by none
    scores = np.zeros((4, 10))
    scores[[0, 1, 2, 3], [1, 1, 0, 1]] = [0.9, 0.9, 0.9, 0.4]
    unlike = is_outlier(spaces, limits, np.stack([near, far, between, near]), scores)
    assert unlike.tolist() == [False, True, True, True]


def test_a_digit_without_images_has_an_empty_space(many_digits):
    images, labels = many_digits.images[:500], many_digits.labels[:500]
    spaces = find_spaces(images[labels != 7], labels[labels != 7])
    assert not spaces.means[7].any()
    assert not spaces.components[7].any()
    away, _ = compare(spaces, images[labels == 7], np.full((labels == 7).sum(), 7))
    expected = np.sqrt(((images[labels == 7] / 255) ** 2).sum(axis=1))
    np.testing.assert_allclose(away, expected, rtol=1e-5)


def test_fewer_images_than_components():
    images = np.random.default_rng(0).integers(0, 256, (3, 784), np.uint8)
    spaces = find_spaces(images, np.zeros(3, np.uint8))
    assert compare(spaces, images, np.zeros(3, int))[0] == pytest.approx(0, abs=0.1)


@pytest.mark.parametrize("preprocessing", PREPROCESSINGS)
def test_noise_is_flagged_and_digits_are_not(preprocessing, many_digits):
    spaces, limits, images, labels = parts(many_digits, preprocessing)
    for kind in list(NOISE)[:2]:
        noise = preprocess(NOISE[kind](np.random.default_rng(7)), preprocessing)
        for digit in range(10):
            scores = one_hot(np.full(len(noise), digit))
            assert is_outlier(spaces, limits, noise, scores).mean() > 0.98, kind
    assert is_outlier(spaces, limits, images, one_hot(labels)).mean() < 0.06


@pytest.mark.parametrize("kind", NOISE)
def test_the_network_that_comes_along_rejects_noise(kind):
    model = load_model()
    answers = answer(model.checkpoint, NOISE[kind](np.random.default_rng(7)))
    assert answers.unlike.mean() > 0.9
    assert answers.cautious[answers.unlike].max() <= 0.7 + 1e-9
