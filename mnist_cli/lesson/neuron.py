"""Numbers in, ten numbers out, the brightest wins; and no list of pixels says what a 3 is."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from mnist_cli.classes import DIGITS
from mnist_cli.data.datasets import Split
from mnist_cli.errors import InputError
from mnist_cli.lesson.drawing import bar, picture
from mnist_cli.lesson.layout import beside, titled
from mnist_cli.lesson.material import Material
from mnist_cli.lesson.texts import Words, example_key

MOST = 200  # images of each digit that are compared
INK = 127  # a pixel above it counts as ink


def find(material: Material) -> dict[str, Any]:
    """Return the outputs for one image, and how much ink pairs of images share.

    Raises InputError if there is only one image of the class of which pairs are compared.
    """
    image = material.image
    return {
        **image.facts(),
        "pixels": image.seen.tolist(),
        "inked": int((image.seen > 0).sum()),
        "outputs": material.network(image.inputs)[0].tolist(),
        **_pairs(material.untouched, material.data.name),
    }


def _pairs(test: Split, name: str) -> dict[str, Any]:
    """Compare 3s with 3s and with 8s; choose the 3 that shows best how little pixels say."""
    pair = _pair(test.classes)
    threes, eights = (test.images[test.labels == digit][:MOST] for digit in pair)
    if len(threes) < 2:
        raise InputError(
            f"{name}: this lesson compares test images of {test.classes[pair[0]]}, got one; "
            "choose another --dataset"
        )
    same, other = _shared(threes, threes), _shared(threes, eights)
    apart = ~np.eye(len(threes), dtype=bool)
    least, most = np.where(apart, same, 2).min(axis=1), other.max(axis=1)
    three = int((most - least).argmax())
    return {
        "shared_by_threes": float(same[apart].mean()),
        "shared_by_three_and_eight": float(other.mean()),
        "least_shared_by_threes": float(least[three]),
        "most_shared_by_three_and_eight": float(most[three]),
        "three": threes[three].tolist(),
        "other_three": threes[np.where(apart, same, 2)[three].argmin()].tolist(),
        "eight": eights[other[three].argmax()].tolist(),
    }


def _pair(classes: tuple[str, ...]) -> tuple[int, int]:
    """Return the classes that are compared: of digits 3 and 8, else the first and the last."""
    return (3, 8) if classes == DIGITS else (0, len(classes) - 1)


def _shared(first: NDArray[np.uint8], second: NDArray[np.uint8]) -> NDArray[Any]:
    """Return the ink that two images share, as a share of the ink of both together, (n, m)."""
    a, b = (first > INK).astype(np.float32), (second > INK).astype(np.float32)
    both = a @ b.T
    together = a.sum(axis=1)[:, None] + b.sum(axis=1) - both
    return np.asarray(both / np.maximum(together, 1))  # of no ink, nothing is shared


def show(facts: dict[str, Any], words: Words) -> list[str]:
    """Draw the image beside its outputs, then the two 3s and the 8."""
    pairs = zip(words.column, facts["outputs"], strict=True)
    outputs = [f"{name} {bar(output, 30)} {output:.3f}" for name, output in pairs]
    one, other = (words.classes[number] for number in _pair(words.classes))
    compared = {**facts, "one": one, "other": other}
    lower = facts["least_shared_by_threes"] < facts["most_shared_by_three_and_eight"]
    return [
        *beside(picture(facts["pixels"]), ["", *outputs]),
        *words.paragraph("holds", "brightest", example_key(facts), **facts),
        "",
        *beside(
            titled(words("three", **compared), picture(facts["three"])),
            titled(words("other_three", **facts), picture(facts["other_three"])),
            titled(words("eight", **compared), picture(facts["eight"])),
        ),
        *words.paragraph("average", "fewer" if lower else "more", **compared),
    ]
