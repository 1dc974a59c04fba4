"""Growing a mask: the same as a search of each pixel's neighbourhood, in little memory."""

import tracemalloc

import numpy as np
import pytest

from mnist_cli.pictures.components import connected_components, spread


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


def spiral(side):
    """One stroke that winds around the middle: each of its rows touches the next at one end."""
    mask = np.ones((side, side), bool)
    for ring in range(0, side // 2, 2):
        mask[ring + 1 : side - ring - 1, ring + 1 : side - ring - 1] = False
        mask[ring + 2 : side - ring - 2, ring + 2 : side - ring - 2] = True
        mask[ring + 2, ring + 1], mask[ring + 1, ring] = True, False
    return mask


def test_components_are_counted_in_reading_order_however_they_wind():
    winding = spiral(33)
    beside = np.zeros((33, 70), bool)
    beside[:, :33], beside[:, 35:68] = winding, np.flip(winding)
    beside[3:6, 69] = True
    found = connected_components(beside)
    starts = [int(np.flatnonzero(found.labels.ravel() == number)[0]) for number in (0, 1, 2)]
    assert len(found.areas) == 3
    assert starts == sorted(starts)
    assert found.areas.tolist() == [winding.sum(), winding.sum(), 3]
    assert found.boxes.tolist() == [[0, 0, 33, 33], [35, 0, 68, 33], [69, 3, 70, 6]]
