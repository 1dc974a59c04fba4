"""The cost of one image, of all images, and what it has to do with the loss of a training."""

from typing import Any

import numpy as np

from mnist_cli.lesson.layout import table
from mnist_cli.lesson.material import Material
from mnist_cli.lesson.texts import Words, example_key
from mnist_cli.network.network import Network, one_hot
from mnist_cli.training.evaluation import measure

COLUMNS = ("wanted", "before", "squares_before", "after", "squares_after")


def find(material: Material) -> dict[str, Any]:
    """Return the squared differences of one image, and the average over the training images."""
    image = material.image
    before, after = (n(image.inputs)[0].tolist() for n in (material.untrained, material.network))
    untrained, trained = (
        _average(material.untrained, material),
        _average(material.network, material),
    )
    return {
        **image.facts(),
        "wanted": one_hot(np.array(image.label), outputs=material.network.outputs).tolist(),
        "before": before,
        "after": after,
        "squares_before": _squares(before, image.label),
        "squares_after": _squares(after, image.label),
        "cost_before": sum(_squares(before, image.label)),
        "cost_after": sum(_squares(after, image.label)),
        "images": len(material.training),
        "average_before": untrained[0],
        "average_after": trained[0],
        "loss_name": material.config.loss,
        "loss": trained[1],
    }


def _squares(outputs: list[float], label: int) -> list[float]:
    return [(a - (digit == label)) ** 2 for digit, a in enumerate(outputs)]


def _average(network: Network, material: Material) -> tuple[float, float]:
    """Return the lectures' cost and the network's own loss, means over the training images."""
    measured = measure(network, material.training)
    wanted = one_hot(material.training.labels, outputs=material.network.outputs)
    squares = (measured.outputs - wanted) ** 2
    return float(squares.sum(dtype=np.float64)) / len(squares), measured.loss


def show(facts: dict[str, Any], words: Words) -> list[str]:
    """Show wanted, output and squared difference of every output, before and after training."""
    columns = [facts[key] for key in COLUMNS]
    rows = [
        [name, f"{wanted:.0f}", f"{old:.3f}", f"{old_2:.4f}", f"{new:.3f}", f"{new_2:.4f}"]
        for name, wanted, old, old_2, new, new_2 in zip(words.column, *columns, strict=True)
    ]
    head = words.names(("digit", "wanted", "before", "square", "after", "square"))
    last = ["", "", words("sum"), f"{facts['cost_before']:.4f}", "", f"{facts['cost_after']:.4f}"]
    fell = facts["cost_after"] < facts["cost_before"]
    return [
        *words.paragraph(example_key(facts), **facts),
        "",
        *table([head, *rows, last]),
        "",
        *words.paragraph("what", "fell" if fell else "rose", **facts),
        *words.paragraph("average", **facts),
        *words.paragraph("half" if facts["loss_name"] == "mse" else "another_loss", **facts),
    ]
