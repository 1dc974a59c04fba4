import numpy as np
import pytest

from mnist_cli.training.snapshots import LARGEST, MOST, MOST_VALUES, frame_epochs, keep_frame


def test_two_frames_to_every_doubling():
    assert frame_epochs(0, 100) == [0]
    assert frame_epochs(1, 100) == [0, 1]
    assert frame_epochs(30, 13_002) == [0, 1, 2, 3, 4, 6, 8, 12, 16, 24]


def test_the_earliest_frame_after_the_start_is_removed():
    assert frame_epochs(100, 13_002) == [0, 3, 4, 6, 8, 12, 16, 24, 32, 48, 64, 96]
    assert len(frame_epochs(100_000, 13_002)) == MOST


def test_wide_networks_have_fewer_frames():
    assert frame_epochs(30, MOST_VALUES // 3) == [0, 16, 24]
    assert frame_epochs(30, MOST_VALUES) == [0]
    assert frame_epochs(30, MOST_VALUES + 1) == []
    assert MOST_VALUES == 1_000_000  # other frames would be another file


@pytest.mark.parametrize("parameters", [100, MOST_VALUES // 4, MOST_VALUES, 10 * MOST_VALUES])
def test_every_frame_was_kept_at_its_epoch(parameters):
    for epoch in range(1, 500):
        before = {*frame_epochs(epoch - 1, parameters), epoch}
        assert set(frame_epochs(epoch, parameters)) <= before


def test_frames_are_copies_that_stay_finite():
    snapshots, parameters = {}, np.array([0.5, 1e9, -1e9], np.float32)
    keep_frame(snapshots, 0, parameters)
    parameters[:] = 7
    np.testing.assert_array_equal(snapshots[0], np.array([0.5, LARGEST, -LARGEST], np.float16))
    keep_frame(snapshots, 5, parameters)
    assert list(snapshots) == [0]
