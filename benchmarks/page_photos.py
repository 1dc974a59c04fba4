"""Photograph a page on a darker table or in a sharp shadow, for the benchmarks."""

import numpy as np
from papers import drawn, photographed, shadow
from PIL import Image, ImageDraw

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


def in_a_sharp_shadow(page: Image.Image, rng: Rng) -> Image.Image:
    """Return a photo of a page (mode L) in the shadow of a hand, a telephone or a frame."""
    width, height = page.size
    side = int(rng.integers(4))  # that the shadow comes from
    far, along = rng.uniform(0.15, 0.6, 2)
    middle = float(rng.uniform(0, 1))
    kind = int(rng.integers(3))

    def draw(pen: ImageDraw.ImageDraw) -> None:
        half = 1.5 if kind == 0 else along / 2  # a straight edge from side to side, or a part
        low, high, end = middle - half, middle + half, far if kind < 2 else 2 * far
        box = ((-far, low, end, high), (low, -far, high, end))[side % 2]
        corners = [(x * width, y * height) for x, y in (box[:2], box[2:])]
        if side > 1:
            corners = [(width - x, height - y) for x, y in reversed(corners)]
        shape = pen.ellipse if kind == 2 else pen.rectangle
        shape([*corners[0], *corners[1]], 255)

    dark = drawn(height, width, draw, float(rng.uniform(0.5, 4)))
    values = np.asarray(page, np.float32) / 255 * (1 - float(rng.uniform(0.25, 0.6)) * dark)
    return Image.open(photographed(values, _WHITE, int(rng.integers(1 << 30))))
