"""The steps from a picture to 28x28 pixels, as pictures to look at."""

from pathlib import Path

import numpy as np
from PIL import Image

from mnist_cli.images import SIDE
from mnist_cli.pictures.arrays import Ink, Pixels
from mnist_cli.pictures.centering import centered
from mnist_cli.pictures.decoding import Page
from mnist_cli.pictures.digits import Found
from mnist_cli.storage.atomic import atomic_write


def steps_of(page: Page, ink: Ink, digit: Found | None) -> dict[str, Pixels]:
    """Return the steps from a page to the image of a digit, or of none.

    uint8 arrays (h, w) or (h, w, 3) by name, in order.
    """
    found, image = np.zeros(ink.shape, np.uint8), np.zeros((SIDE, SIDE), np.uint8)
    if digit is not None:
        left, top, right, bottom = digit.box
        found[top:bottom, left:right] = digit.ink
        image = centered(digit.ink).reshape(SIDE, SIDE)
    return {**steps_of_page(page, ink), "ink found": found, "28x28": image}


def steps_of_page(page: Page, ink: Ink) -> dict[str, Pixels]:
    """Return the steps before any digit is found."""
    return {
        "came in": came_in(page),
        "background removed": np.clip(255 - ink, 0, 255).astype(np.uint8),
    }


def came_in(page: Page) -> Pixels:
    """Return the picture as it was read."""
    return page.colours.squeeze(2) if page.colours.shape[2] == 1 else page.colours


def save_steps(steps: dict[str, Pixels], folder: Path, stem: str) -> list[Path]:
    """Write each step as a PNG, `stem-1-came-in.png` and so on; return the paths.

    A file that has such a name is replaced. Raises OSError if a file cannot be written.
    """
    paths = []
    for number, (name, pixels) in enumerate(steps.items(), start=1):
        paths.append(folder / f"{stem}-{number}-{name.replace(' ', '-')}.png")
        with atomic_write(paths[-1], durable=False) as file:  # 30 ms less; steps are made again
            Image.fromarray(pixels).save(file, "PNG")
    return paths
