"""Preprocessing: a slow second implementation, moments by hand, and images with nothing in them."""

import math

import numpy as np
import pytest
from numpy.typing import NDArray

from mnist_cli.data.fields import Images
from mnist_cli.data.preprocessing import (
    PREPROCESSINGS,
    SPREAD,
    moments,
    preprocess,
    split_by_direction,
)

Field = NDArray[np.float64]


def stroke(slant: float = 0.0, size: float = 1.0, thickness: float = 1.2) -> Field:
    """Draw a soft, lopsided figure like a 7, sheared and enlarged, as a (28, 28) field."""
    y, x = np.mgrid[:28, :28] - 13.5
    x, y = (x - slant * y) / size, y / size
    stem = np.hypot(x - 1, np.maximum(np.abs(y) - 7, 0))
    roof = np.hypot(y + 6, np.maximum(np.abs(x) - 5, 0))
    return np.asarray(np.clip(255 * (thickness - np.minimum(stem, roof) + 0.5), 0, 255))


def as_images(*fields: Field) -> Images:
    """Round fields to rows of 784 bytes."""
    return np.stack([np.floor(field + 0.5).astype(np.uint8).ravel() for field in fields])


def noisy_digits() -> Images:
    """Return figures of many slants and sizes, some with specks, some cut off at the edge."""
    rng = np.random.default_rng(5)
    fields = [
        stroke(rng.uniform(-1, 1), rng.uniform(0.3, 1.6), rng.uniform(0.5, 2)) for _ in range(9)
    ]
    specks = [rng.uniform(0, 255, (28, 28)) * (rng.random((28, 28)) < 0.1) for _ in range(9)]
    return as_images(
        *fields, *specks, *(np.maximum(a, b) for a, b in zip(fields, specks, strict=True))
    )


def slow_straighten(image: NDArray[np.uint8], resize: bool) -> Field:
    """Straighten one image pixel by pixel, as the twin in the browser does."""
    ink = [[float(image[28 * r + c]) for c in range(28)] for r in range(28)]
    total = max(sum(map(sum, ink)), 1)

    def mean(p: int, q: int, x: float = 0, y: float = 0) -> float:
        cells = ((r, c) for r in range(28) for c in range(28))
        return sum(ink[r][c] * (c - 13.5 - x) ** p * (r - 13.5 - y) ** q for r, c in cells) / total

    x0, y0 = mean(1, 0), mean(0, 1)
    xx, xy, yy = mean(2, 0, x0, y0), mean(1, 1, x0, y0), mean(0, 2, x0, y0)
    slant = min(max(xy / max(yy, 1 / 12), -1.5), 1.5)
    variances = xx - 2 * slant * xy + slant**2 * yy, yy
    width, height = (
        min(max(max(v, 1 / 12) ** 0.5 / 5, 0.4), 2) if resize else 1 for v in variances
    )

    def at(r: int, c: int) -> float:
        return ink[r][c] if 0 <= r < 28 and 0 <= c < 28 else 0.0

    def read(x: float, y: float) -> float:
        c, r = math.floor(x), math.floor(y)
        upper = at(r, c) + (x - c) * (at(r, c + 1) - at(r, c))
        lower = at(r + 1, c) + (x - c) * (at(r + 1, c + 1) - at(r + 1, c))
        return upper + (y - r) * (lower - upper)

    places = [[(c - 13.5, r - 13.5) for c in range(28)] for r in range(28)]
    return np.array(
        [
            [
                read(13.5 + x0 + slant * height * y + width * x, 13.5 + y0 + height * y)
                for x, y in row
            ]
            for row in places
        ]
    )


def slow_directions(field: Field) -> Field:
    """Sort the edges of one field into eight maps with angles instead of case distinctions."""
    f = np.pad(field, 1)
    maps = np.zeros((8, 14, 7))
    for r in range(28):
        for c in range(28):
            around = f[r : r + 3, c : c + 3]
            dx = around[:, 2] @ [1, 2, 1] - around[:, 0] @ [1, 2, 1]
            dy = around[2] @ [1, 2, 1] - around[0] @ [1, 2, 1]
            if not dx and not dy:
                continue
            sector, beyond = divmod(math.atan2(dy, dx) % math.tau, math.tau / 8)
            window = np.outer(slow_window(r, 14), slow_window(c, 7))
            length = math.hypot(dx, dy) * math.sqrt(2)  # law of sines, sin 135° = 1/√2
            maps[int(sector) % 8] += window * length * math.sin(math.tau / 8 - beyond)
            maps[(int(sector) + 1) % 8] += window * length * math.sin(beyond)
    features = np.sqrt(np.maximum(maps, 0)).reshape(2, 4, 14, 7).transpose(0, 2, 1, 3).reshape(784)
    return np.asarray(features * 60 / features.mean() if features.any() else features)


def slow_window(pixel: int, cells: int) -> Field:
    """Return the share of one row or column in each cell of the pooled maps."""
    centres = (np.arange(cells) + 0.5) * 28 / cells - 0.5

    def window(at: float) -> Field:
        return np.asarray(np.exp(-((at - centres) ** 2) / (2 * 1.5**2)))

    return np.asarray(window(pixel) / np.sum([window(at) for at in range(28)], axis=0))


def rounded(values: Field) -> NDArray[np.int64]:
    """Round half up and keep within a byte."""
    return np.clip(np.floor(values + 0.5), 0, 255).astype(np.int64)


@pytest.mark.parametrize("name", ["deskew", "moments"])
def test_straightening_agrees_with_a_loop_over_pixels(name: str) -> None:
    images = noisy_digits()
    expected = [rounded(slow_straighten(image, name == "moments").ravel()) for image in images]
    assert np.abs(preprocess(images, name) - np.array(expected)).max() <= 1


def test_directions_agree_with_angles() -> None:
    images = noisy_digits()[::3]
    expected = [rounded(slow_directions(slow_straighten(image, True))) for image in images]
    assert np.abs(preprocess(images, "directions") - np.array(expected)).max() <= 1


def test_none_returns_the_images() -> None:
    images = noisy_digits()
    assert preprocess(images, "none") is images


def test_moments_of_a_rectangle_by_hand() -> None:
    field = np.zeros((28, 28))
    field[4:10, 20:24] = 255  # 6 rows around 7, 4 columns around 22, counted from pixel 0's edge
    centre_x, centre_y, xx, xy, yy = (value[0] for value in moments(as_images(field)))
    assert (centre_x, centre_y) == (22 - 14, 7 - 14)
    np.testing.assert_allclose((xx, xy, yy), ((16 - 1) / 12, 0, (36 - 1) / 12), atol=1e-12)


def test_the_result_has_the_documented_spread() -> None:
    # Reading between the pixels blurs a little: the spread comes out up to 6% larger.
    result = moments(preprocess(as_images(stroke(0.4), stroke(-0.3, 0.8, 1.5)), "moments"))
    np.testing.assert_allclose(result.yy, SPREAD**2, rtol=0.06)
    np.testing.assert_allclose(result.xx, SPREAD**2, rtol=0.06)
    np.testing.assert_allclose([result.x, result.y, result.xy], 0, atol=0.3)


@pytest.mark.parametrize("name", ["deskew", "moments", "directions"])
def test_a_slanted_figure_comes_back_upright(name: str) -> None:
    upright, slanted = preprocess(as_images(stroke(), stroke(slant=0.5)), name).astype(int)
    assert np.abs(upright - slanted).mean() < 4
    raw = as_images(stroke(), stroke(slant=0.5)).astype(int)
    assert np.abs(raw[0] - raw[1]).mean() > 15


@pytest.mark.parametrize("name", ["deskew", "moments", "directions"])
def test_the_position_does_not_matter(name: str) -> None:
    field = stroke(0.2, size=0.8)
    moved = [np.roll(field, (dy, dx), (0, 1)) for dy in (-3, 0, 4) for dx in (-3, 0, 2)]
    results = preprocess(as_images(*moved), name).astype(int)
    assert np.abs(results - results[0]).max() <= 1


@pytest.mark.parametrize("name", ["moments", "directions"])
def test_size_hardly_matters(name: str) -> None:
    small, large = preprocess(as_images(stroke(size=0.7), stroke(size=1.3)), name).astype(int)
    assert np.abs(small - large).mean() < 12


@pytest.mark.parametrize("name", PREPROCESSINGS)
def test_an_empty_image_stays_empty(name: str) -> None:
    assert not preprocess(np.zeros((3, 784), np.uint8), name).any()


@pytest.mark.parametrize("name", PREPROCESSINGS)
def test_images_that_are_no_digits_come_through(name: str) -> None:
    one_pixel, corner, full = np.zeros((3, 784), np.uint8)
    one_pixel[400], corner[0], full[:] = 9, 255, 255
    line = as_images(np.eye(28) * 255)[0]
    result = preprocess(np.stack([one_pixel, corner, full, line]), name)
    assert result.any(axis=1).all()


def test_components_along_eight_directions_add_up_to_the_vector() -> None:
    angles = np.linspace(0, math.tau, 49, dtype=np.float32)
    vectors = np.cos(angles), np.sin(angles)
    components = np.stack(list(split_by_direction(*vectors)))
    turn = np.arange(8) * math.tau / 8
    np.testing.assert_allclose(np.cos(turn) @ components, vectors[0], atol=1e-6)
    np.testing.assert_allclose(np.sin(turn) @ components, vectors[1], atol=1e-6)
    assert (components >= 0).all()
    assert ((components > 1e-6).sum(axis=0) <= 2).all()


def test_the_number_of_images_does_not_matter() -> None:
    images = np.tile(noisy_digits(), (4, 1))
    whole = preprocess(images, "directions")
    alone = np.concatenate([preprocess(image[None], "directions") for image in images])
    assert np.abs(whole.astype(int) - alone).max() <= 1


def test_wrong_input_is_refused() -> None:
    with pytest.raises(ValueError, match="one of none, deskew"):
        preprocess(np.zeros((1, 784), np.uint8), "blur")
    with pytest.raises(ValueError, match="float32"):
        preprocess(np.zeros((1, 784), np.float32), "none")
