"""Backpropagation of one image, from the outputs back; then the average of a mini-batch."""

from typing import Any

import numpy as np

from mnist_cli.lesson.drawing import arrows
from mnist_cli.lesson.layout import table
from mnist_cli.lesson.material import Material
from mnist_cli.lesson.texts import Words, example_key
from mnist_cli.network.gradient_check import central_differences, in_float64
from mnist_cli.network.inspection import Inspection, inspect, wishes
from mnist_cli.network.network import Network, one_hot

BATCH = 32  # images whose wishes are averaged
CHECKED = 4  # parameters that are compared with central differences
MOST, LAYERS = 16, 4  # neurons of a layer, and layers, the last ones, that are drawn


def find(material: Material) -> dict[str, Any]:
    """Return δ and the wishes per layer, the wishes of a mini-batch, and a check."""
    image, network = material.mistake, material.network
    labels = np.array([image.label])
    seen = inspect(network, image.seen[None], labels)
    batch = material.training[:BATCH]
    return {
        **image.facts(),
        "outputs": seen.activations[-1][0].tolist(),
        "layers": [_layer(network, seen, layer) for layer in reversed(range(len(seen.deltas)))],
        **_mini_batch(material.untrained, batch.images, batch.labels, image.label),
        "checked": _check(network, image.seen[None], labels),
    }


def _layer(network: Network, seen: Inspection, layer: int) -> dict[str, Any]:
    """Return -δ of a layer, and what it wants of the neurons before; pixels cannot change."""
    wanted = wishes(network, seen, layer)[0].tolist() if layer else []
    nudges = (-seen.deltas[layer][0]).tolist()
    return {
        "layer": layer + 1,
        "nudges": nudges,
        "size": _mean_size(nudges),
        "wishes": wanted,
        "wishes_size": _mean_size(wanted),
    }


def _mean_size(values: list[float]) -> float:
    return sum(map(abs, values)) / max(1, len(values))


def _mini_batch(network: Network, images: Any, labels: Any, digit: int) -> dict[str, Any]:
    """Return what each image wants of one output's bias, and the average, which is the step."""
    wanted = [
        -float(inspect(network, images[i : i + 1], labels[i : i + 1]).gradient.biases[-1][digit])
        for i in range(len(labels))
    ]
    together = inspect(network, images, labels)
    return {
        "batch": len(labels),
        "batch_up": sum(value > 0 for value in wanted),
        "batch_wishes": wanted,
        "batch_mean": sum(wanted) / len(wanted),
        "batch_gradient": -float(together.gradient.biases[-1][digit]),
    }


def _check(network: Network, image: Any, labels: Any) -> list[dict[str, float]]:
    """Compare the largest component and three smaller ones with central differences."""
    twin = in_float64(network)
    flat = inspect(twin, image, labels).gradient.flat
    order = np.argsort(-np.abs(flat), kind="stable")
    chosen = [int(index) for index in order[np.linspace(0, len(order) // 20, CHECKED).astype(int)]]
    targets = one_hot(labels, np.float64, network.outputs)
    slopes = central_differences(network, image, targets, chosen)
    return [
        {
            "parameter": index,
            "backpropagation": float(flat[index]),
            "differences": slope,
            "apart": abs(float(flat[index]) - slope),
        }
        for index, slope in zip(chosen, slopes, strict=True)
    ]


def show(facts: dict[str, Any], words: Words) -> list[str]:
    """Show the nudges layer by layer, the mini-batch and the check."""
    apart = max(row["apart"] for row in facts["checked"])
    return [
        *words.paragraph(example_key(facts), **facts),
        "",
        *_nudges(facts, words),
        *words.paragraph("start", "ways", "back", **facts),
        "",
        f"{words('batch')}  {arrows(facts['batch_wishes'])}",
        *words.paragraph("average", **facts),
        "",
        *_checks(facts, words),
        *words.paragraph("agree" if apart < 1e-6 else "differ", largest=apart),
    ]


def _nudges(facts: dict[str, Any], words: Words) -> list[str]:
    """Return a line of arrows for every layer, the outputs first."""
    rows = [[words("layer"), words("nudges"), words("size")]]
    for row in facts["layers"][:LAYERS]:
        place = "outputs" if row is facts["layers"][0] else "hidden"
        rows.append([words(place, **row), arrows(row["nudges"][:MOST]), f"{row['size']:.2e}"])
        if row["wishes"]:
            wanted = arrows(row["wishes"][:MOST])
            rows.append(
                [words("wants", before=row["layer"] - 1), wanted, f"{row['wishes_size']:.2e}"]
            )
    return table(rows, texts=2)


def _checks(facts: dict[str, Any], words: Words) -> list[str]:
    rows = [
        [
            f"{row['parameter']:,}",
            f"{row['backpropagation']:+.9f}",
            f"{row['differences']:+.9f}",
            f"{row['apart']:.0e}",
        ]
        for row in facts["checked"]
    ]
    return table([words.names(("parameter", "backpropagation", "differences", "apart")), *rows])
