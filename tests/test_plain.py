"""Pictures of garments and signs: made smaller, grey, light on dark, and nothing else."""

import numpy as np
import pytest
from PIL import Image

from mnist_cli.errors import PictureError
from mnist_cli.pictures.plain import has_light_border, is_ready, plain_image, read_plain


def saved(tmp_path, pixels):
    Image.fromarray(np.asarray(pixels, np.uint8)).save(tmp_path / "x.png")
    return tmp_path / "x.png"


def test_a_picture_of_28x28_stays_as_it_is(tmp_path):
    pixels = np.random.default_rng(0).integers(0, 256, (28, 28))
    pixels[[0, -1]] = pixels[:, [0, -1]] = 0
    path = saved(tmp_path, pixels)
    assert is_ready(path)
    np.testing.assert_array_equal(read_plain(path).reshape(28, 28), pixels)


def test_a_light_ground_becomes_dark(tmp_path):
    pixels = np.full((28, 28), 240)
    pixels[10:18, 10:18] = 30
    image = read_plain(saved(tmp_path, pixels)).reshape(28, 28)
    assert (image[0, 0], image[14, 14]) == (15, 225)


def test_proportions_are_kept_and_the_rest_is_dark(tmp_path):
    path = saved(tmp_path, np.full((56, 28), 100))
    assert not is_ready(path)
    image = read_plain(path).reshape(28, 28)
    assert (image[:, 7:21] == 100).all()
    assert not image[:, :7].any()
    assert not image[:, 21:].any()


@pytest.mark.parametrize("size", [(1, 1), (1, 500), (3, 2), (300, 301)])
def test_any_size_is_read(size):
    image = plain_image(np.full((*size, 3), 200, np.uint8), invert=False)
    assert image.shape == (784,)
    assert image.max() == 200


def test_colours_become_grey_by_their_luminance():
    red, green, blue = (np.eye(3)[i] * np.full((28, 28, 1), 255) for i in range(3))
    values = [plain_image(c.astype(np.uint8), invert=False)[0] for c in (red, green, blue)]
    assert values == [76, 150, 29]
    assert has_light_border(green.astype(np.uint8))
    assert not has_light_border(blue.astype(np.uint8))


def test_a_broken_file_is_one_line(tmp_path):
    (tmp_path / "x.png").write_bytes(b"no picture")
    for read in (read_plain, is_ready):
        with pytest.raises(PictureError, match=r"x\.png: not a picture in a known format"):
            read(tmp_path / "x.png")


def test_a_garment_that_fills_its_border_is_not_inverted():
    coat = np.full((28, 28, 1), 200, np.uint8)
    coat[:3, :3] = coat[:3, -3:] = 0
    assert not has_light_border(coat)
    assert has_light_border(255 - coat) is False  # dark border, light corners
    assert has_light_border(np.full((28, 28, 1), 200, np.uint8))
