"""The untrained network: random weights, a muddle of outputs, and about one answer."""

from typing import Any

import numpy as np

from mnist_cli.lesson.drawing import bar
from mnist_cli.lesson.layout import table
from mnist_cli.lesson.material import Material
from mnist_cli.lesson.texts import Words, example_key
from mnist_cli.training.evaluation import Measurement, measure


def find(material: Material) -> dict[str, Any]:
    """Return the outputs before and after training, and the answers to all test images."""
    image, before, after = (
        material.image,
        measure(material.untrained, material.test),
        material.measured,
    )
    answers = before.matrix.sum(axis=0)
    return {
        **image.facts(),
        "seed": material.config.seed,
        "untrained_outputs": material.untrained(image.inputs)[0].tolist(),
        "outputs": material.network(image.inputs)[0].tolist(),
        "untrained_answers": answers.tolist(),
        "commonest": int(answers.argmax()),
        "commonest_share": float(answers.max() / answers.sum()),
        "untrained_accuracy": before.accuracy,
        "accuracy": after.accuracy,
        "untrained_movement": _movement(before),
        "movement": _movement(after),
    }


def _movement(measured: Measurement) -> float:
    """Return the standard deviation of an output from image to image, the mean of all."""
    return float(measured.outputs.std(axis=0, dtype=np.float64).mean())


def show(facts: dict[str, Any], words: Words) -> list[str]:
    """Show the outputs before and after training, and how often each class is answered."""
    named = ("untrained_outputs", "untrained_answers", "outputs")
    columns = zip(words.column, *(facts[name] for name in named), strict=True)
    rows = [
        [name, bar(old, 14), f"{old:.3f}", f"{count:,}", bar(new, 14), f"{new:.3f}"]
        for name, old, count, new in columns
    ]
    head = words.names(("digit", "untrained", "", "answers", "trained", ""))
    still = facts["untrained_movement"] < facts["movement"] / 2
    return [
        *words.paragraph(example_key(facts), **facts),
        "",
        *table([head, *rows]),
        "",
        *words.paragraph("drawn", "muddle" if facts["commonest_share"] > 0.3 else "mixed", **facts),
        *words.paragraph("still" if still else "moving", **facts),
        *words.paragraph("learning", **facts),
    ]
