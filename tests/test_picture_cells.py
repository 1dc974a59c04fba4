"""Cells with broad, double and dashed lines, and strokes that cross them."""

import numpy as np
from PIL import Image, ImageDraw
from test_pictures import read

from mnist_cli.pictures.ink import contrast


def test_a_thin_frame_around_a_digit_is_no_paper() -> None:
    image = Image.new("L", (60, 60), 250)
    pen = ImageDraw.Draw(image)
    pen.rectangle((0, 0, 59, 59), outline=60)
    for place in range(0, 60, 3):
        for point in ((place, 0), (0, place), (place, 59), (59, place)):
            image.putpixel(point, 90)
    pen.line((16, 14, 46, 14, 26, 50), 60, 10)
    assert not contrast(np.asarray(image)[:, :, None]).is_cut
    assert read(image).image.reshape(28, 28)[16:20, 20:].max() == 0
