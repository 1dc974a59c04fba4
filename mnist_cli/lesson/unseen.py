"""Images that the network has not seen: the only honest measure."""

from typing import Any

from mnist_cli.data.datasets import Split
from mnist_cli.lesson.drawing import bar
from mnist_cli.lesson.layout import table
from mnist_cli.lesson.material import Material
from mnist_cli.lesson.texts import Words
from mnist_cli.lesson.training import trained
from mnist_cli.network.network import Network
from mnist_cli.training.evaluation import measure

MORE = 10  # epochs
FEW, LONG = 500, 200  # images that are learned by heart, and epochs


def find(material: Material) -> dict[str, Any]:
    """Return both accuracies of the network, of it trained on, and of one with few images."""
    config, training = material.config, material.training
    few = training[:FEW]
    # of a network that was trained on other images, both parts would be unseen
    own = material.network if material.knows_data else trained(config, training)
    longer = trained(config, training, own.parameters, epochs=MORE)
    by_heart = trained(config, few, epochs=LONG)
    rows = [
        _accuracies(own, training, material.test),
        _accuracies(longer, training, material.test),
        _accuracies(by_heart, few, material.test),
    ]
    return {
        "more_epochs": MORE,
        "epochs": LONG,
        "trained_before": material.knows_data,
        "networks": rows,
        "change_points": 100 * (rows[1]["test_accuracy"] - rows[0]["test_accuracy"]),
    }


def _accuracies(network: Network, seen: Split, unseen: Split) -> dict[str, Any]:
    first, second = measure(network, seen), measure(network, unseen)
    low, high = second.accuracy_interval
    return {
        "images": len(seen),
        "training_accuracy": first.accuracy,
        "test_accuracy": second.accuracy,
        "test_low": low,
        "test_high": high,
        "gap_points": 100 * (first.accuracy - second.accuracy),
    }


def show(facts: dict[str, Any], words: Words) -> list[str]:
    """Show the networks as a table of bars, and what the gaps mean."""
    own, longer, by_heart = facts["networks"]
    gaps = {"before": own["gap_points"], "after": longer["gap_points"]}
    return [
        *_rows(facts, words),
        "",
        *words.paragraph("interval", _gap(own), **own),
        *words.paragraph(_later(own, longer), **facts, **gaps),
        *words.paragraph(_heart(by_heart), **by_heart),
        *words.paragraph("honest"),
    ]


def _gap(own: dict[str, Any]) -> str:
    """Choose what is true of the difference: only one out of the interval counts."""
    return "gap" if own["training_accuracy"] > own["test_high"] else "no_gap"


def _later(own: dict[str, Any], longer: dict[str, Any]) -> str:
    """Choose what is true of the epochs more: only a step out of the interval counts."""
    if longer["test_accuracy"] > own["test_high"]:
        return "better"
    return "worse" if longer["test_accuracy"] < own["test_low"] else "as_good"


def _heart(row: dict[str, Any]) -> str:
    return (
        "by_heart" if row["training_accuracy"] > 0.99 and row["gap_points"] > 5 else "not_by_heart"
    )


def _rows(facts: dict[str, Any], words: Words) -> list[str]:
    own = "yours" if facts["trained_before"] else "trained_here"
    lines = []
    for key, row in zip((own, "longer", "few"), facts["networks"], strict=True):
        lines += ["", words(key, **facts, **row)]
        lines += table(
            [
                [words(name), bar(row[field], 40), f"{row[field]:.2%}"]
                for name, field in (("seen", "training_accuracy"), ("unseen", "test_accuracy"))
            ],
            texts=2,
        )
    return lines[1:]
