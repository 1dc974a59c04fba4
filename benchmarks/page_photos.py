"""Photograph a page that lies on a darker table, under the shadow of a hand, for the benchmarks."""

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFilter

from mnist_cli.pictures.perspective import homography, rectangle

Rng = np.random.Generator
Values = NDArray[np.float64]
_AROUND = 0.08  # of the page; so much of the table is seen beside it, on the average


def on_a_table(page: Image.Image, rng: Rng) -> Image.Image:
    """Return a photo of a page (mode L): seen a little aslant, in uneven light, with grain."""
    width, height = (round(side * (1 + 2 * _AROUND)) for side in page.size)
    margins = rng.uniform(0.4, 1.6, (4, 2)) * _AROUND * np.array(page.size)
    outer = np.array([(0, 0), (width, 0), (width, height), (0, height)], np.float64)
    corners = outer + margins * np.array([(1, 1), (-1, 1), (-1, -1), (1, -1)])
    back = tuple(homography(corners, rectangle(*page.size)).ravel()[:8])
    form, way = Image.Transform.PERSPECTIVE, Image.Resampling.BICUBIC
    seen, inside = (
        np.asarray(one.transform((width, height), form, back, way), np.float64)
        for one in (page, Image.new("L", page.size, 255))
    )
    table = float(rng.uniform(40, 110))
    light = _shadow(width, height, rng) * np.linspace(1, rng.uniform(0.7, 1), width)
    photo = np.where(inside > 127, seen, table) * light
    soft = Image.fromarray(np.clip(photo, 0, 255).astype(np.uint8)).filter(
        ImageFilter.GaussianBlur(0.8)
    )
    grain = rng.normal(0, 3, (height, width))
    return Image.fromarray(np.clip(np.asarray(soft) + grain, 0, 255).astype(np.uint8))


def _shadow(width: int, height: int, rng: Rng) -> Values:
    """Return how much light (h, w) the shadow of a hand leaves that reaches in from one side."""
    side, along = int(rng.integers(4)), float(rng.uniform(0, 1))
    x, y = [(along, 0.0), (along, 1.0), (0.0, along), (1.0, along)][side]
    across, down = (float(rng.uniform(0.15, 0.35)) for _ in range(2))
    box = [(x - across) * width, (y - down) * height, (x + across) * width, (y + down) * height]
    shadow = Image.new("L", (width, height), 255)
    ImageDraw.Draw(shadow).ellipse(box, round(float(rng.uniform(100, 190))))
    soft = ImageFilter.GaussianBlur(float(rng.uniform(0.01, 0.04)) * width)
    return np.asarray(shadow.filter(soft), np.float64) / 255
