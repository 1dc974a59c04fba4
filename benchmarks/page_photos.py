"""Photograph a whole page that lies on a darker table, under a shadow, for the benchmarks."""

import numpy as np
from papers import photographed, shadow
from PIL import Image

from mnist_cli.pictures.perspective import homography, rectangle

Rng = np.random.Generator
_AROUND = 0.08  # of the page; so much of the table is seen beside it, on the average
_WHITE = np.array([0.92, 0.91, 0.88])  # of the light that the paper sends back


def on_a_table(page: Image.Image, rng: Rng) -> Image.Image:
    """Return a photo of a page (mode L), seen a little aslant."""
    width, height = (round(side * (1 + 2 * _AROUND)) for side in page.size)
    outer = rectangle(width, height)
    inwards = np.array([(1, 1), (-1, 1), (-1, -1), (1, -1)])
    corners = outer + rng.uniform(0.4, 1.6, (4, 2)) * _AROUND * np.array(page.size) * inwards
    back = tuple(homography(corners, rectangle(*page.size)).ravel()[:8])
    form, way = Image.Transform.PERSPECTIVE, Image.Resampling.BICUBIC
    seen, inside = (
        np.asarray(one.transform((width, height), form, back, way), np.float32) / 255
        for one in (page, Image.new("L", page.size, 255))
    )
    values = np.where(inside > 0.5, seen, np.float32(rng.uniform(0.15, 0.45)))
    lit = values * shadow(rng, height, width)
    return Image.open(photographed(lit, _WHITE, int(rng.integers(1 << 30))))
