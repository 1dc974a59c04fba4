"""Every layer computes a = f(W a + b): shapes, real numbers, and what the neurons found."""

from typing import Any

import numpy as np

from mnist_cli.lesson.drawing import signed_picture
from mnist_cli.lesson.layout import beside, table, titled
from mnist_cli.lesson.material import Material
from mnist_cli.lesson.texts import Words, example_key
from mnist_cli.network.activations import Array

SHOWN = 3  # neurons whose weights are drawn
FIRST = 5  # activations of each layer that are printed
EDGE = 20  # pixels of a short edge, as in the lecture's drawing


def find(material: Material) -> dict[str, Any]:
    """Return each layer's shape and activations, one neuron by hand, and where weights lie."""
    network, image = material.network, material.image
    layers = network.layers(image.inputs)
    rows = zip(network.weights, network.biases, layers[1:], strict=True)
    last = network.weights[-1][:, image.answer].astype(float)
    z = float(layers[-2][0] @ last + network.biases[-1][image.answer])
    return {
        **image.facts(),
        "activation": network.activation,
        "output_activation": network.output_activation,
        "layers": [_layer(*row) for row in rows],
        "parameters": network.parameters.size,
        "z": z,
        "output": float(layers[-1][0, image.answer]),
        "edge": EDGE,
        "half_of_weight": _half(network.weights[0]),
        "half_of_weight_untrained": _half(material.untrained.weights[0]),
        "first_weights": [w.tolist() for w in network.weights[0].T[:SHOWN]],
    }


def _layer(weights: Array, biases: Array, a: Array) -> dict[str, Any]:
    return {
        "before": len(weights),
        "neurons": len(biases),
        "weights": weights.size,
        "activations": a[0].tolist(),
    }


def _half(weights: Array) -> int:
    """Return how many inputs hold half of a neuron's squared weight, the median of the neurons."""
    squares = np.sort(weights.astype(float) ** 2, axis=0)[::-1]
    shares = np.cumsum(squares, axis=0) / squares.sum(axis=0)
    return int(np.median((shares < 0.5).sum(axis=0) + 1))


def show(facts: dict[str, Any], words: Words) -> list[str]:
    """Show the layers as a table, then three neurons' weights."""
    sizes = [
        str(part) for row in facts["layers"] for part in (f"{row['weights']:,}", row["neurons"])
    ]
    pictures = [
        titled(words("neuron", number=number), signed_picture(weights))
        for number, weights in enumerate(facts["first_weights"], start=1)
    ]
    found = "elsewhere" if facts["half_of_weight"] > EDGE else "small"
    return [
        *words.paragraph(example_key(facts), **facts),
        *table([words.names(("layer", "w", "b", "a")), *_rows(facts)], texts=4),
        *words.paragraph("numbers", sum=" + ".join(sizes), **facts),
        *words.paragraph("by_hand", **facts),
        "",
        *beside(*pictures),
        *words.paragraph("hoped", found, **facts),
    ]


def _rows(facts: dict[str, Any]) -> list[list[str]]:
    return [
        [
            str(number),
            f"{row['neurons']}×{row['before']}",
            str(row["neurons"]),
            " ".join(f"{a:.3f}" for a in row["activations"][:FIRST]) + " …",
        ]
        for number, row in enumerate(facts["layers"], start=1)
    ]
