"""The weights of one neuron are a pattern of pixels, and its bias is a threshold."""

from typing import Any

import numpy as np

from mnist_cli.lesson.drawing import bar, picture, signed_picture
from mnist_cli.lesson.layout import beside, table, titled
from mnist_cli.lesson.material import Material
from mnist_cli.lesson.texts import Words, example_key
from mnist_cli.network.network import to_inputs

MOVES = (-2, -1, 0, 1, 2)  # of the bias, in standard deviations of the weighted sum


def find(material: Material) -> dict[str, Any]:
    """Return weights, inputs and products of the first-layer neuron that varies most."""
    network, image = material.network, material.image
    inputs = to_inputs(material.test.images)
    neuron = int(network.layers(inputs)[1].std(axis=0).argmax())
    weights, bias = network.weights[0][:, neuron], float(network.biases[0][neuron])
    products, sums = image.inputs[0] * weights, inputs @ weights
    return {
        **image.facts(),
        "neuron": neuron + 1,
        "weights": weights.tolist(),
        "pixels": image.seen.tolist(),
        "products": products.tolist(),
        "raises": float(products[products > 0].sum()),
        "lowers": float(products[products < 0].sum()),
        "bias": bias,
        "z": float(products.sum()) + bias,
        "activation": float(network.layers(image.inputs)[1][0, neuron]),
        "fires": [_fires(sums, bias, move * float(sums.std())) for move in MOVES],
    }


def _fires(sums: Any, bias: float, move: float) -> dict[str, float]:
    """Return a moved bias, and the share of the images on which z is then above 0."""
    moved = bias + move
    return {"bias": moved, "share": float((sums + moved > 0).mean(dtype=np.float64))}


def show(facts: dict[str, Any], words: Words) -> list[str]:
    """Draw weights, input and product side by side, then the bias as it moves."""
    rows = [
        [f"{row['bias']:+.2f}", bar(row["share"], 40), f"{row['share']:.1%}"]
        for row in facts["fires"]
    ]
    rows[len(rows) // 2].append(words("own"))
    return [
        *beside(
            titled(words("weights"), signed_picture(facts["weights"])),
            titled(words("input"), picture(facts["pixels"])),
            titled(words("product"), signed_picture(facts["products"])),
        ),
        *words.paragraph(
            example_key(facts), "sum", "fired" if facts["z"] > 0 else "rests", **facts
        ),
        "",
        words("moved"),
        *table(rows, texts=2),
        *words.paragraph("pattern", "threshold", **facts),
    ]
