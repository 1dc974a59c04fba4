"""Long, narrow pictures: the memory follows the number of pixels, not the square of a side."""

import io
import tracemalloc

import numpy as np
import pytest
from PIL import Image

from mnist_cli.pictures.reader import read_picture


@pytest.mark.parametrize("upright", [True, False])
@pytest.mark.parametrize("gaps", [True, False])
def test_a_strip_takes_little_memory(upright, gaps):
    """Found in review: 24 x 589,828 pixels took 11 GB, 8 x 65,000 took 3.4 GB."""
    strip = np.full((20_000, 8), 255, np.uint8)
    strip[:: 7 if gaps else 1, 2:4] = 0
    file = io.BytesIO()
    Image.fromarray(np.ascontiguousarray(strip if upright else strip.T)).save(file, "PNG")
    read_picture(io.BytesIO(file.getvalue()))  # what is made once is not counted
    tracemalloc.start()
    read_picture(file)
    most = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert most < 20_000_000
