"""Augmentation: the same from the same numbers, and changes as large as it says."""

import numpy as np
import pytest

from mnist_cli.data.augmentation import (
    Strength,
    augment,
    bending,
    places,
    read_between_pixels,
)
from mnist_cli.data.fields import Images

NOTHING = Strength(rotation=0, slant=0, zoom=0, bending=0, pen=0)


def bars() -> Images:
    """Return 300 images of one upright bar."""
    field = np.zeros((28, 28), np.uint8)
    field[6:22, 12:16] = 255
    return np.tile(field.ravel(), (300, 1))


def test_the_same_seed_and_copy_give_the_same_images() -> None:
    first, again = (augment(bars(), seed=3, copy=1) for _ in range(2))
    assert first.tobytes() == again.tobytes()


@pytest.mark.parametrize(("seed", "copy"), [(4, 1), (3, 2)])
def test_another_seed_or_copy_gives_others(seed: int, copy: int) -> None:
    first, other = augment(bars(), seed=3, copy=1), augment(bars(), seed=seed, copy=copy)
    assert (first != other).any(axis=1).all()


def test_each_image_is_changed_in_its_own_way() -> None:
    assert len(np.unique(augment(bars(), seed=0, copy=1), axis=0)) == 300


def test_without_strength_nothing_changes() -> None:
    images = np.random.default_rng(0).integers(0, 256, (40, 784), dtype=np.uint8)
    np.testing.assert_array_equal(augment(images, seed=0, copy=1, strength=NOTHING), images)


def test_the_input_is_not_changed() -> None:
    images = bars()
    augment(images, seed=0, copy=1)
    np.testing.assert_array_equal(images, bars())


def test_an_empty_image_stays_empty() -> None:
    assert not augment(np.zeros((5, 784), np.uint8), seed=0, copy=1).any()


def test_rotations_fill_the_range() -> None:
    images = augment(bars(), seed=0, copy=1, strength=NOTHING._replace(rotation=15))
    ink = images.reshape(-1, 28, 28).astype(float)
    y, x = np.mgrid[:28, :28] - 13.5
    total = ink.sum((1, 2))
    mean_x, mean_y = (ink * x).sum((1, 2)) / total, (ink * y).sum((1, 2)) / total
    xx = (ink * x * x).sum((1, 2)) / total - mean_x**2
    xy = (ink * x * y).sum((1, 2)) / total - mean_x * mean_y
    yy = (ink * y * y).sum((1, 2)) / total - mean_y**2
    angles = np.rad2deg(0.5 * np.arctan2(2 * xy, yy - xx))
    assert 14 < angles.max() < 15.5
    assert -15.5 < angles.min() < -14
    assert abs(angles.mean()) < 1.5


def test_the_pen_makes_strokes_thicker_and_thinner() -> None:
    ink = augment(bars(), seed=0, copy=1, strength=NOTHING._replace(pen=0.5)).sum(axis=1) / 255
    area, edge = 16 * 4, 2 * (16 + 4)
    assert area - 0.5 * (edge - 4) <= ink.min() < area - 0.45 * (edge - 4)
    assert area + 0.45 * edge < ink.max() <= area + 0.5 * edge


def test_bending_moves_every_pixel_equally_far() -> None:
    moved = bending(4000, np.random.default_rng(0), 0.8)
    np.testing.assert_allclose(moved.std(axis=2), 0.8, rtol=0.06)
    assert np.abs(np.diff(moved, axis=0)).mean() < 0.2  # smooth: neighbours move together


def test_reading_between_pixels_agrees_with_a_loop() -> None:
    rng = np.random.default_rng(1)
    field = np.zeros((30, 30, 3), np.float32)
    field[1:-1, 1:-1] = rng.uniform(0, 255, (28, 28, 3))
    x, y = places(3, rng, Strength())
    result = read_between_pixels(field, x, y)
    for r, c, image in rng.integers(0, [28, 28, 3], (200, 3)):
        column = min(max(x[r, c, image] + 14.5, 0), 28.999)
        row = min(max(y[r, c, image] + 14.5, 0), 28.999)
        left, top = int(column), int(row)
        corners = field[top : top + 2, left : left + 2, image]
        weights_y, weights_x = [1 - row + top, row - top], [1 - column + left, column - left]
        assert result[r, c, image] == pytest.approx(weights_y @ corners @ weights_x, abs=0.02)
