"""Activations and losses on the same numbers, and what their slopes do to deep networks."""

from typing import Any

import numpy as np

from mnist_cli.config.settings import make_config
from mnist_cli.data.datasets import Split
from mnist_cli.lesson.layout import table
from mnist_cli.lesson.material import Material
from mnist_cli.lesson.texts import Words
from mnist_cli.lesson.training import trained
from mnist_cli.network.activations import ACTIVATIONS
from mnist_cli.network.inspection import inspect, mean_sizes
from mnist_cli.network.losses import softmax
from mnist_cli.network.network import Network
from mnist_cli.training.evaluation import measure
from mnist_cli.training.stuck import stuck_neurons

NAMES = ("sigmoid", "tanh", "relu")
Z = (-4.0, -1.0, 0.0, 1.0, 4.0)
OUTPUTS = (0.9, 0.5, 0.1, 0.01)  # for the right digit
DEEP = (16,) * 6
IMAGES, FEW = 100, 2000  # for the gradient, and to train on
FACTOR = 30  # of the usual learning rate, which is too large


def find(material: Material) -> dict[str, Any]:
    """Return functions and slopes, losses, gradients in six layers, and dead neurons."""
    z = material.network.logits(material.image.inputs)[0].astype(float)
    shares = np.empty((len(z), 1))
    softmax(z[:, None], shares)
    return {
        **material.image.facts(),
        "z": list(Z),
        **{name: _function(name) for name in NAMES},
        "outputs": [_losses(a) for a in OUTPUTS],
        "sigmoid_sum": float(_apply("sigmoid", z)[0].sum()),
        "softmax_sum": float(shares.sum()),
        "deep": {name: _deep(name, material.training[:IMAGES]) for name in NAMES},
        "dying": [_relu(material, factor) for factor in (1, FACTOR)],
    }


def _apply(name: str, z: Any) -> tuple[Any, Any]:
    """Return a = f(z) and the slope f'(z)."""
    a, slope = np.empty_like(z), np.empty_like(z)
    ACTIVATIONS[name].function(z, a)
    ACTIVATIONS[name].derivative(z, a, slope)
    return a, slope


def _function(name: str) -> dict[str, list[float]]:
    a, slope = _apply(name, np.array(Z))
    return {"a": a.tolist(), "slope": slope.tolist()}


def _losses(a: float) -> dict[str, float]:
    """Return both losses of one sigmoid output that should be 1, and their slopes along z."""
    return {
        "a": a,
        "squared_error": (1 - a) ** 2 / 2,
        "squared_slope": (a - 1) * a * (1 - a),
        "cross_entropy": -float(np.log(a)),
        "cross_entropy_slope": a - 1,
    }


def _deep(name: str, split: Split) -> dict[str, Any]:
    """Return the mean size of each layer's gradient, before training."""
    network = Network(DEEP, activation=name)
    network.initialize(np.random.default_rng(0), "he" if name == "relu" else "scaled")
    sizes = mean_sizes(inspect(network, *split).gradient)
    return {"sizes": sizes, "ratio": sizes[-1] / sizes[0]}


def _relu(material: Material, factor: int) -> dict[str, Any]:
    """Train relu layers for one epoch at a multiple of their usual rate; count dead neurons."""
    config = make_config({"activation": "relu", "initialization": "he", "epochs": 1})
    rate = config.learning_rate * factor
    few = material.training[:FEW]
    network = trained(config, few, learning_rate=rate)
    return {
        "learning_rate": rate,
        "dead": sum(int(mask.sum()) for mask in stuck_neurons(network, few)),
        "neurons": sum(config.hidden_sizes),
        "accuracy": measure(network, material.test).accuracy,
    }


def show(facts: dict[str, Any], words: Words) -> list[str]:
    """Show the functions, the losses, the six layers and the dying relu as tables."""
    slow, fast = facts["dying"]
    vanishes = facts["deep"]["sigmoid"]["ratio"] > 10 * facts["deep"]["relu"]["ratio"]
    return [
        *_functions(facts),
        *words.paragraph("squish", "softmax", **facts),
        "",
        *_loss_table(facts, words),
        *words.paragraph("losses"),
        "",
        *_deep_table(facts, words),
        *words.paragraph(
            "vanishes" if vanishes else "stays",
            ratio=facts["deep"]["sigmoid"]["ratio"],
            relu=facts["deep"]["relu"]["ratio"],
        ),
        *words.paragraph(
            "dies" if fast["dead"] > slow["dead"] else "lives",
            usual=slow["learning_rate"],
            large=fast["learning_rate"],
            dead_before=slow["dead"],
            **fast,
        ),
    ]


def _functions(facts: dict[str, Any]) -> list[str]:
    head = ["z", *(title for name in NAMES for title in (name, "f'"))]
    columns = [facts[name][part] for name in NAMES for part in ("a", "slope")]
    rows = [
        [f"{z:+.0f}", *(f"{column[place]:.3f}" for column in columns)]
        for place, z in enumerate(facts["z"])
    ]
    return table([head, *rows])


def _loss_table(facts: dict[str, Any], words: Words) -> list[str]:
    head = words.names(("right", "squared", "slope", "entropy", "slope"))
    keys = ("squared_error", "squared_slope", "cross_entropy", "cross_entropy_slope")
    rows = [[f"{row['a']}", *(f"{row[key]:.3f}" for key in keys)] for row in facts["outputs"]]
    return table([head, *rows])


def _deep_table(facts: dict[str, Any], words: Words) -> list[str]:
    layers = map(str, range(1, len(DEEP) + 2))
    rows = [[name, *(f"{s:.1e}" for s in facts["deep"][name]["sizes"])] for name in NAMES]
    return table([[words("layer"), *layers], *rows])
