"""The gradient of one image: for each of all numbers, which way and how much."""

from typing import Any

import numpy as np

from mnist_cli.lesson.layout import table
from mnist_cli.lesson.material import Material
from mnist_cli.lesson.texts import Words, example_key
from mnist_cli.network.inspection import Inspection, inspect, mean_sizes
from mnist_cli.network.network import Network
from mnist_cli.network.parameters import place_of

SHOWN = 7  # largest components
IMAGES = 1000  # of the mini-batch
SIZES = ("mean_sizes_untrained", "mean_sizes", "mean_sizes_of_images")


def find(material: Material) -> dict[str, Any]:
    """Return the largest components of -∇C, how many are 0, and the mean size per layer."""
    image, network = material.mistake, material.network
    seen = _inspect(network, image)
    batch = inspect(network, *material.training[:IMAGES])
    before = mean_sizes(_inspect(material.untrained, image).gradient)
    after, average = mean_sizes(seen.gradient), mean_sizes(batch.gradient)
    flat = seen.gradient.flat
    return {
        **image.facts(),
        "parameters": flat.size,
        "loss": seen.loss,
        "largest": _largest(flat, network),
        "zeros": int((flat == 0).sum()),
        "zeros_share": float((flat == 0).mean()),
        "empty": int((image.seen == 0).sum()),
        "first_neurons": network.layer_sizes[1],
        "empty_weights": int((image.seen == 0).sum()) * network.layer_sizes[1],
        "images": min(IMAGES, len(material.training)),
        "mean_sizes_untrained": before,
        "mean_sizes": after,
        "mean_sizes_of_images": average,
        "ratio_untrained": _ratio(before),
        "ratio": _ratio(after),
    }


def _inspect(network: Network, image: Any) -> Inspection:
    return inspect(network, image.seen[None], np.array([image.label]))


def _ratio(sizes: list[float]) -> float | None:
    """Return how many times more the last layer reacts than the first; None if that has no end."""
    return sizes[-1] / sizes[0] if sizes[0] > 0 else None


def _largest(flat: Any, network: Network) -> list[dict[str, Any]]:
    """Return the largest components of -∇C with their places; layers and neurons from 1."""
    order = np.argsort(-np.abs(flat), kind="stable")[:SHOWN]
    outputs = len(network.matrices) - 1
    rows = []
    for index in map(int, order):
        layer, neuron, source = place_of(index, network.layer_sizes)
        rows.append(
            {
                "layer": layer + 1,
                "is_output": layer == outputs,
                "neuron": neuron if layer == outputs else neuron + 1,
                "source": None if source is None else source + 1,
                "value": -float(flat[index]),
            }
        )
    return rows


def show(facts: dict[str, Any], words: Words) -> list[str]:
    """Show the largest components with their meaning, then the mean sizes per layer."""
    rows = [[f"{row['value']:+.2e}", _meaning(row, words)] for row in facts["largest"]]
    return [
        *words.paragraph(example_key(facts), "cost", **facts),
        "",
        *table(rows, texts=2),
        "",
        *words.paragraph("sign", **facts),
        *words.paragraph("zeros", "empty" if _by_empty(facts) else "dead", **facts),
        "",
        *_sizes(facts, words),
        *words.paragraph(*_reaction(facts), **facts),
    ]


def _by_empty(facts: dict[str, Any]) -> bool:
    """Say whether empty pixels alone explain the zeros."""
    return bool(facts["zeros"] == facts["empty_weights"])


def _meaning(row: dict[str, Any], words: Words) -> str:
    what = words("output" if row["is_output"] else "neuron", **row)
    part = "bias" if row["source"] is None else "pixel" if row["layer"] == 1 else "weight"
    return f"{what}, {words(part, **row)}: {words('up' if row['value'] > 0 else 'down')}"


def _reaction(facts: dict[str, Any]) -> tuple[str, ...]:
    """Choose the sentences about the first and the last layer that are true."""
    before, after = facts["ratio_untrained"], facts["ratio"]
    if before is None or after is None or len(facts["mean_sizes"]) == 1:
        return ("no_ratio",)
    return "reacts_most" if before > 1 else "reacts_less", "later"


def _sizes(facts: dict[str, Any], words: Words) -> list[str]:
    """Return a line for every layer, a column for each gradient."""
    rows = zip(*(facts[key] for key in SIZES), strict=True)
    lines = [
        [words("layer", layer=number), *(f"{size:.2e}" for size in row)]
        for number, row in enumerate(rows, start=1)
    ]
    return table([[words("mean"), *(words(key, **facts) for key in SIZES)], *lines])
