"""To recognise is not to draw: pixels that are moved until the network says 3 are no 3."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from mnist_cli.images import PIXELS
from mnist_cli.lesson.drawing import picture
from mnist_cli.lesson.layout import beside, cut, table, titled
from mnist_cli.lesson.material import Material
from mnist_cli.lesson.texts import Words
from mnist_cli.network.imagining import Imagined, imagine

USUAL = 3  # the digit that is imagined, or the last class of fewer
INK = 0.3  # the darkest pixel of the noise that it starts from
COLUMN = 4  # of a terminal, for the name of a class above its numbers
ENOUGH = 0.99  # output that is asked for


def find(material: Material) -> dict[str, Any]:
    """Imagine every class, from the same noise; compare each with the average image of it."""
    classes = range(material.network.outputs)
    digit = min(USUAL, len(classes) - 1) if material.chosen is None else material.image.label
    start = INK * np.random.default_rng(0).random(PIXELS, np.float32)
    found = [imagine(material.network, each, start, enough=ENOUGH) for each in classes]
    rows = [_row(material, each, image) for each, image in enumerate(found)]
    return {
        "digit": digit,
        "enough": ENOUGH,
        **rows[digit],
        "start": start.tolist(),
        "imagined": found[digit].image.tolist(),
        "average": _mean(material, digit).tolist(),
        "all": rows,
        "reached": sum(row["after"] >= ENOUGH for row in rows),
    }


def _mean(material: Material, digit: int) -> NDArray[Any]:
    """Return the average test image of a digit, 0 to 255."""
    images, labels = material.test
    return np.asarray(images[labels == digit].mean(axis=0))


def _row(material: Material, digit: int, imagined: Imagined) -> dict[str, Any]:
    """Return the steps, and how like the average digit the image is, and how like real ones are."""
    images, labels = material.test
    mean = _mean(material, digit)
    real = [_likeness(image, mean) for image in images[labels == digit][:100]]
    return {
        "steps": imagined.steps,
        "before": imagined.before,
        "after": imagined.after,
        "likeness": _likeness(imagined.image, mean),
        "real_likeness": float(np.mean(real)),
    }


def _likeness(image: NDArray[Any], mean: NDArray[Any]) -> float:
    """Return the correlation of two images: 1 for the same, about 0 for unrelated ones."""
    return float(np.corrcoef(image, mean)[0, 1])


def show(facts: dict[str, Any], words: Words) -> list[str]:
    """Draw the noise, what it became and the average digit; then all classes as a table."""
    claims = ["reached" if facts["after"] >= facts["enough"] else "not_reached"]
    claims.append("noise" if facts["likeness"] < facts["real_likeness"] / 2 else "alike")
    return [
        *beside(
            titled(words("start", **facts), picture(facts["start"])),
            titled(words("after", **facts), picture(facts["imagined"])),
            titled(words("average", **facts), picture(facts["average"])),
        ),
        "",
        *words.paragraph("how", claims[0], **facts),
        *words.paragraph(claims[1], **facts),
        "",
        *_table(facts, words),
        *words.paragraph("all", "why", **facts),
    ]


def _table(facts: dict[str, Any], words: Words) -> list[str]:
    """Return all classes, a column for each."""
    rows = [
        ("steps", "d"),
        ("after", ".2f"),
        ("likeness", ".2f"),
        ("real_likeness", ".2f"),
    ]
    head = [words("digit"), *(cut(name, COLUMN) for name in words.classes)]
    return table(
        [
            head,
            *([words(f"row_{k}"), *(f"{r[k]:{form}}" for r in facts["all"])] for k, form in rows),
        ]
    )
