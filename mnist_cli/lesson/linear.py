"""Layers without a non-linearity are worth one: they can be multiplied out."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from mnist_cli.config.settings import make_config
from mnist_cli.lesson.drawing import signed_picture
from mnist_cli.lesson.layout import beside, table, titled
from mnist_cli.lesson.material import Material
from mnist_cli.lesson.texts import Words
from mnist_cli.lesson.training import trained
from mnist_cli.network.inspection import multiplied_out
from mnist_cli.network.network import Network, to_inputs
from mnist_cli.training.evaluation import measure

FEW, EPOCHS = 20_000, 5
SETTINGS = {
    "activation": "linear",
    "output_activation": "softmax",
    "loss": "cross_entropy",
    "epochs": EPOCHS,
}
SHOWN = (0, 3, 8)  # outputs whose column of the matrix is drawn


def find(material: Material) -> dict[str, Any]:
    """Train three linear layers, multiply them out, and do the same to the user's network."""
    few = material.training[:FEW]
    linear = trained(make_config(SETTINGS), few)
    columns = multiplied_out(linear)[0].T
    return {
        "layers": len(linear.weights),
        "images": len(few),
        "epochs": EPOCHS,
        "activation": material.network.activation,
        "own_layers": len(material.network.weights),
        "parameters": linear.parameters.size,
        "product_parameters": columns.size + len(columns),
        "linear": _compare(linear, material),
        "own": _compare(material.network, material),
        "columns": [columns[digit].tolist() for digit in _shown(len(columns))],
    }


def _shown(classes: int) -> list[int]:
    """Return the numbers of the outputs that are drawn; of fewer classes the first ones."""
    return [number for number in (SHOWN if classes > max(SHOWN) else range(3)) if number < classes]


def _compare(network: Network, material: Material) -> dict[str, Any]:
    """Compare a network's z of the outputs with those of its matrices multiplied out."""
    inputs, labels = to_inputs(material.test.images), material.test.labels
    weights, biases = multiplied_out(network)
    product, own = inputs @ weights + biases, network.logits(inputs)
    return {
        "difference": float(np.abs(product - own).max()),
        "other_answers": int((product.argmax(axis=1) != own.argmax(axis=1)).sum()),
        "accuracy": measure(network, material.test).accuracy,
        "product_accuracy": _share(product.argmax(axis=1) == labels),
    }


def _share(right: NDArray[np.bool_]) -> float:
    return float(right.mean())


def show(facts: dict[str, Any], words: Words) -> list[str]:
    """Compare the networks with their products in a table; draw three columns of the matrix."""
    none = facts["activation"] == "linear" or facts["own_layers"] == 1
    own = {**facts["own"], "activation": facts["activation"]}
    return [
        *words.paragraph("multiply", **facts),
        "",
        *_comparison(facts, words),
        "",
        *words.paragraph("worth", **facts, **facts["linear"]),
        *words.paragraph("own_linear" if none else "contrast", **own),
        "",
        *beside(*_columns(facts, words)),
        *words.paragraph("templates"),
    ]


def _comparison(facts: dict[str, Any], words: Words) -> list[str]:
    rows = [
        [
            words(name, **facts),
            f"{row['accuracy']:.1%}",
            f"{row['product_accuracy']:.1%}",
            f"{row['other_answers']:,}",
            f"{row['difference']:.1g}",
        ]
        for name, row in (("three", facts["linear"]), ("yours", facts["own"]))
    ]
    return table([words.names(("network_name", "layers", "product", "other", "apart")), *rows])


def _columns(facts: dict[str, Any], words: Words) -> list[list[str]]:
    return [
        titled(words("column", digit=digit), signed_picture(column))
        for digit, column in zip(_shown(len(words.classes)), facts["columns"], strict=True)
    ]
