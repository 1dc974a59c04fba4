"""Answer sets: limits counted by hand, and the promise kept on images that were not seen."""

from itertools import pairwise

import numpy as np
import pytest

from mnist_cli.errors import InputError
from mnist_cli.training.answer_sets import ALWAYS, in_sets, limit_of, set_limits


def drawn(rng, count):
    """Chances (n, 10) and labels drawn with them: hard images, mostly between two digits."""
    chances = rng.dirichlet([2, 1, 0.2, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1], count)
    labels = (chances.cumsum(axis=1) < rng.random((count, 1))).sum(axis=1)
    return chances, labels


def test_limits_by_hand():
    """Of nine probabilities: for a level L at least L · 10 must reach the limit."""
    limits = set_limits(np.array([0.9, 0.2, 0.15, 0.12, 0.1, 0.08, 0.06, 0.04, 0.02]))
    assert limits.shape == (500,)
    assert limit_of(limits, 0.5) == pytest.approx(0.1)
    assert limit_of(limits, 0.501) == pytest.approx(0.08)
    assert limit_of(limits, 0.9) == pytest.approx(0.02)
    assert limit_of(limits, 0.901) == 0  # nine images cannot hold this level
    assert limit_of(set_limits(np.full(99, 0.9)), 0.5) == pytest.approx(ALWAYS)


@pytest.mark.parametrize("level", [0.5, 0.8, 0.9, 0.95, 0.99, 0.999])
def test_the_promise_is_kept_on_other_images(level):
    rng = np.random.default_rng(0)
    chances, labels = drawn(rng, 20_000)
    limits = set_limits(chances[np.arange(len(labels)), labels])
    chances, labels = drawn(rng, 20_000)
    covered = in_sets(chances, limit_of(limits, level))[np.arange(len(labels)), labels].mean()
    assert covered > level - 4 * (2 * level * (1 - level) / 20_000) ** 0.5


def test_a_higher_level_only_adds_digits():
    chances, labels = drawn(np.random.default_rng(0), 2000)
    limits = set_limits(chances[np.arange(2000), labels])
    sets = [in_sets(chances, limit_of(limits, level)) for level in np.linspace(0.5, 0.999, 30)]
    for lower, higher in pairwise(sets):
        assert (higher | ~lower).all()
    assert sets[0].any(axis=1).all()


def test_the_likeliest_digit_and_one_chance_in_four_are_always_in():
    chances = np.array([[0.7, 0.26] + [0.005] * 8, [0.2] + [0.8 / 9] * 9])
    assert in_sets(chances, ALWAYS).sum(axis=1).tolist() == [2, 1]


@pytest.mark.parametrize("level", [0.4, 1.0, float("nan")])
def test_a_level_out_of_range_is_one_line(level):
    with pytest.raises(InputError, match=r"sets: the level must be from 0.5 to 0.999, got"):
        limit_of(np.zeros(500, np.float32), level)


def test_a_network_without_validation_images_says_so():
    with pytest.raises(InputError, match="trained without validation images"):
        limit_of(np.zeros(0, np.float32), 0.9)
