"""Small pictures of 28x28 numbers as SVG, for a page without JavaScript.

A picture has few levels of brightness. Neighbours of one level in a row are one stroke, so that a
picture takes some 2 to 5 kB.
"""

from itertools import groupby

import numpy as np
from numpy.typing import NDArray

from mnist_cli.images import SIDE
from mnist_cli.network.activations import Array
from mnist_cli.svg import element, words

LEVELS = 4  # of brightness, beside that of the ground


def ink_tile(image: NDArray[np.uint8], label: str) -> str:
    """Return an image, 784 bytes: chalk on a board."""
    levels = np.rint(image / 255 * LEVELS).astype(int)
    return _tile(levels, label, {1: "var(--chalk)"}, "var(--board)")


def signed_tile(weights: Array, scale: float, label: str, *over: str) -> str:
    """Return 784 weights, from -scale to scale; the root lets small ones still be seen.

    `over` are SVG elements to draw over them.
    """
    shares = np.sqrt(np.minimum(np.abs(weights) / scale, 1))
    levels = (np.sign(weights) * np.rint(shares * LEVELS)).astype(int)
    colours = {1: "var(--positive)", -1: "var(--negative)"}
    return _tile(levels, label, colours, "var(--neutral)", *over)


def _tile(
    levels: NDArray[np.int_], label: str, colours: dict[int, str], ground: str, *over: str
) -> str:
    """Return the picture of 784 levels, whose sign chooses one of the `colours`."""
    paths = [
        element(
            "path",
            d=strokes(levels == level),
            stroke=f"color-mix(in srgb, {colours[1 if level > 0 else -1]} "
            f"{abs(level) / LEVELS:.0%}, {ground})",
        )
        for level in np.unique(levels).tolist()
        if level
    ]
    drawn = element("g", *paths, transform="translate(0 .5)") if paths else ""
    parts = [element("rect", width=SIDE, height=SIDE, fill=ground), drawn, *over]
    view = f"0 0 {SIDE} {SIDE}"
    return element("svg", *parts, class_="still", viewBox=view, role="img", aria_label=label)


def map_frames() -> list[str]:
    """Return frames for the eight maps of `directions`, with their arrows; see `maps.js`."""
    parts = []
    for i, arrow in enumerate("→↘↓↙←↖↑↗"):
        x, y = 7 * (i % 4), 14 * (i // 4)
        parts.append(element("rect", x=x, y=y, width=7, height=14, class_="frame"))
        parts.append(words(arrow, x + 0.4, y + 3.0, "start"))
    return parts


def strokes(mask: NDArray[np.bool_]) -> str:
    """Return an SVG path along the upper edges of all cells of a mask (784,): a stroke per run."""
    path = []
    for y, row in enumerate(mask.reshape(SIDE, SIDE).tolist()):
        x = 0
        for is_set, run in groupby(row):
            length = len(list(run))
            path += [f"M{x} {y}h{length}"] * is_set
            x += length
    return "".join(path)
