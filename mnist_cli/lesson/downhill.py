"""Walking downhill: the cost along one weight, five steps, and how true a mini-batch's step is."""

from typing import Any

import numpy as np

from mnist_cli.data.datasets import Split
from mnist_cli.lesson.drawing import curve
from mnist_cli.lesson.layout import table
from mnist_cli.lesson.material import Material
from mnist_cli.lesson.texts import Words
from mnist_cli.network.activations import Array
from mnist_cli.network.backpropagation import Batches
from mnist_cli.network.metrics import angle
from mnist_cli.network.network import Network
from mnist_cli.network.one_neuron import walk_downhill
from mnist_cli.training.evaluation import measure
from mnist_cli.training.run import make_network

IMAGES = 1000  # whose cost is drawn along the weight
REACH, PLACES, HEIGHT = 6.0, 61, 7  # of the curve: to both sides, points, lines
RATE, STEPS = 0.2, 5  # of the single neuron
SIZES, TIMES = (1, 10, 32, 100, 1000), 10  # of mini-batches, and how many of each


def find(material: Material) -> dict[str, Any]:
    """Return the curve, the steps of one neuron, and the angles."""
    return {
        **_valley(material),
        "learning_rate": RATE,
        "steps": [step._asdict() for step in _one_neuron(material.training[:IMAGES])],
        "batch_sizes": list(SIZES),
        "angles_untrained": _angles(material.untrained, material.training),
        "angles": _angles(material.network, material.training),
    }


def _valley(material: Material) -> dict[str, Any]:
    """Move the last layer's weight with the steepest slope; all others stay."""
    split = material.training[:IMAGES]
    network = make_network(material.config, material.network.outputs)
    network.parameters[:] = material.network.parameters
    matrix = network.matrices[-1]
    slopes = _gradient(network, split)[-matrix.size :].reshape(matrix.shape)[:, :-1]  # no biases
    output, source = map(int, np.unravel_index(np.abs(slopes).argmax(), slopes.shape))
    middle = float(matrix[output, source])
    weights = np.linspace(middle - REACH, middle + REACH, PLACES).tolist()
    return {
        "output": output,
        "from_neuron": source + 1,
        "images": len(split),
        "weight": middle,
        "slope": float(slopes[output, source]),
        "weights": weights,
        "losses": [_loss_at(network, (output, source), weight, split) for weight in weights],
    }


def _loss_at(network: Network, place: tuple[int, int], value: float, split: Split) -> float:
    """Return the mean loss with another value at one place of the last matrix."""
    network.matrices[-1][place] = value
    return measure(network, split).loss


def _gradient(network: Network, split: Split) -> Array:
    """Return the gradient of the mean loss on all images of a split."""
    batches = Batches(network, *split)
    with np.errstate(over="ignore"):
        batches.find_gradient(np.arange(len(split)), 1 / len(split))
    return batches.gradient.flat.copy()


def _one_neuron(split: Split) -> Any:
    """Walk downhill with one neuron: from the amount of ink to 'is it a 1?'."""
    ink = split.images.mean(axis=1)
    return walk_downhill((ink - ink.mean()) / (ink.std() or 1), split.labels == 1, RATE, STEPS)


def _angles(network: Network, split: Split) -> list[float]:
    """Return the mean angle between a mini-batch's gradient and that of all images."""
    true, rng = _gradient(network, split), np.random.default_rng(0)
    return [
        float(
            np.mean(
                [
                    angle(_gradient(network, split[rng.choice(len(split), size)]), true)
                    for _ in range(TIMES)
                ]
            )
        )
        for size in SIZES
    ]


def show(facts: dict[str, Any], words: Words) -> list[str]:
    """Draw the curve, then the steps and the angles as tables."""
    return [
        *_curve(facts, words),
        "",
        *_steps(facts, words),
        *_claim_of_steps(facts, words),
        "",
        *_angle_table(facts, words),
        *_claim_of_angles(facts, words),
    ]


def _curve(facts: dict[str, Any], words: Words) -> list[str]:
    bottom = facts["losses"][PLACES // 2] <= min(facts["losses"]) * 1.01
    return [
        *curve(facts["losses"], HEIGHT, PLACES // 2),
        _axis(facts["weights"]),
        *words.paragraph("valley", "bottom" if bottom else "slope", **facts),
    ]


def _axis(weights: list[float]) -> str:
    first, middle, last = (f"{weights[place]:.1f}" for place in (0, PLACES // 2, -1))
    return f"{first:<{PLACES // 2 - 2}}{middle:<{PLACES // 2 - 1}}{last:>5}"


def _steps(facts: dict[str, Any], words: Words) -> list[str]:
    """Return the walk as a table: a column for each step."""
    rows = [("w", "w"), ("∂C/∂w", "slope_w"), ("b", "b"), ("∂C/∂b", "slope_b"), ("C", "cost")]
    head = [words("step"), *map(str, range(STEPS + 1))]
    return table(
        [head, *([name, *(f"{step[key]:+.3f}" for step in facts["steps"])] for name, key in rows)]
    )


def _claim_of_steps(facts: dict[str, Any], words: Words) -> list[str]:
    first, last = (facts["steps"][place]["cost"] for place in (0, -1))
    claim = "falls" if last < first else "climbs"
    return words.paragraph("rule", claim, first=first, last=last, **facts)


def _angle_table(facts: dict[str, Any], words: Words) -> list[str]:
    rows = [
        [words(name), *(f"{value:.0f}°" for value in facts[key])]
        for name, key in (("untrained", "angles_untrained"), ("trained", "angles"))
    ]
    return table([[words("images"), *(f"{size:,}" for size in SIZES)], *rows])


def _claim_of_angles(facts: dict[str, Any], words: Words) -> list[str]:
    one, many, late = (
        facts["angles_untrained"][0],
        facts["angles_untrained"][-1],
        facts["angles"][0],
    )
    claims = "truer" if many < one else "not_truer", "lost" if late > 60 else ""
    return words.paragraph(*claims, one=one, many=many, late=late, size=SIZES[-1])
