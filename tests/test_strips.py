"""Long, narrow pictures: the memory follows the number of pixels, not the square of a side."""

import io
import tracemalloc

import numpy as np
import pytest
from PIL import Image

from mnist_cli.pictures.reader import read_picture


def file_of(pixels):
    file = io.BytesIO()
    Image.fromarray(np.ascontiguousarray(pixels)).save(file, "PNG", compress_level=1)
    return file


def most_memory(file):
    """Return the most bytes that reading a picture takes at once."""
    tracemalloc.start()
    read_picture(file)
    most = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    return most


@pytest.mark.parametrize("upright", [True, False])
@pytest.mark.parametrize("gaps", [True, False])
def test_a_strip_takes_little_memory(upright, gaps):
    """Found in review: 24 x 589,828 pixels took 11 GB, 8 x 65,000 took 3.4 GB."""
    strip = np.full((20_000, 8), 255, np.uint8)
    strip[:: 7 if gaps else 1, 2:4] = 0
    file = file_of(strip if upright else strip.T)
    read_picture(io.BytesIO(file.getvalue()))  # what is made once is not counted
    assert most_memory(file) < 20_000_000


def test_a_strip_of_noise_takes_little_memory():
    """Found in review: the second look from further away took 12 GB for it."""
    noise = np.random.default_rng(0).integers(90, 256, (8, 20_000), np.uint8)
    assert most_memory(file_of(noise)) < 50_000_000


def test_strips_of_many_lengths_leave_no_memory_behind():
    """Found by fuzzing: the weights of each length were kept, 9 MB for a strip of 40,000 pixels."""
    noise = np.random.default_rng(0).integers(90, 256, (8, 20_000), np.uint8)
    tracemalloc.start()
    for length in range(20_000, 19_600, -100):
        read_picture(file_of(noise[:, :length]))
    left = tracemalloc.get_traced_memory()[0]
    tracemalloc.stop()
    assert left < 5_000_000
