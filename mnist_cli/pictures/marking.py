"""Pictures that show what was read: a page with boxes and answers, and the digits' images."""

import numpy as np
from PIL import Image

from mnist_cli.pictures.arrays import Box, Pixels

_MARK = (200, 40, 40)
_ACROSS = 10  # images in a row
_SMALLEST, _LARGEST = 10, 40  # pixels; the height of the answers


def marked(colours: Pixels, marks: list[tuple[str, Box]], scale: float) -> Pixels:
    """Return a page (h, w, 1 or 3) as (h, w, 3), with a box around each mark and its text above.

    The boxes are multiplied by `scale`.
    """
    from PIL import ImageDraw  # with its fonts it takes as long to load as all of `pictures`

    rgb = np.broadcast_to(colours, (*colours.shape[:2], 3))
    image = Image.fromarray(np.ascontiguousarray(rgb))
    pen = ImageDraw.Draw(image)
    for text, box in marks:
        left, top, right, bottom = (round(side * scale) for side in box)
        size = min(max(_SMALLEST, (bottom - top) // 2), _LARGEST)
        pen.rectangle((left - 2, top - 2, right + 1, bottom + 1), outline=_MARK)
        pen.text((left, top - 2), text, fill=_MARK, font_size=size, anchor="ls")
    return np.asarray(image)


def tiled(images: list[Pixels]) -> Pixels:
    """Put images of one size side by side, ten in a row, with a grey line between them."""
    height, width = images[0].shape[0] + 1, images[0].shape[1] + 1
    rows = -(-len(images) // _ACROSS)
    page = np.full((rows * height, min(len(images), _ACROSS) * width), 128, np.uint8)
    for number, image in enumerate(images):
        top, left = number // _ACROSS * height, number % _ACROSS * width
        page[top : top + height - 1, left : left + width - 1] = image
    return page
