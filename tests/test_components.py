"""Growing a mask: the same as a search of each pixel's neighbourhood, in little memory."""

import tracemalloc

import numpy as np
import pytest

from mnist_cli.pictures.components import spread


def searched(mask, reach):
    """Each pixel is on if one of the mask is near it: pixel by pixel."""
    grown = np.zeros_like(mask)
    for y, x in np.argwhere(mask):
        grown[max(y - reach, 0) : y + reach + 1, max(x - reach, 0) : x + reach + 1] = True
    return grown


@pytest.mark.parametrize("shape", [(1, 1), (1, 30), (30, 1), (20, 31)])
@pytest.mark.parametrize("reach", [0, 1, 2, 3, 7, 40])
def test_a_mask_grows_by_a_square(shape, reach):
    rng = np.random.default_rng(0)
    for share in (0, 0.005, 0.05, 0.5, 1):
        mask = rng.random(shape) < share
        np.testing.assert_array_equal(spread(mask, reach), searched(mask, reach), strict=True)


def test_a_far_reach_takes_no_more_memory_than_a_near_one():
    """Found by fuzzing: a picture of 24 x 589,828 pixels was to take 273 GB."""
    mask = np.zeros((100, 20_000), bool)
    tracemalloc.start()
    spread(mask, 130)
    most = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert most < 8 * (100 + 2 * 130) * (20_000 + 2 * 130)
