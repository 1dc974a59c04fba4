"""How long is a step? The accuracy over the learning rate η."""

from typing import Any

from mnist_cli.lesson.material import Material
from mnist_cli.lesson.sweeps import apart, best_and_ends, rows_of, sweep
from mnist_cli.lesson.texts import Words

FACTORS = (1 / 300, 1 / 30, 1 / 10, 1 / 3, 1, 3, 10, 30)  # of the network's own rate
LARGEST = 1000.0  # that the setting allows


def find(material: Material) -> dict[str, Any]:
    """Train with every learning rate."""
    own = material.config.learning_rate
    rates = [float(f"{min(own * factor, LARGEST):.1g}") for factor in FACTORS]
    return sweep(material, "learning_rate", tuple(dict.fromkeys(rates)))


def show(facts: dict[str, Any], words: Words) -> list[str]:
    """Show the accuracies with their spread, and what they say about both ends."""
    ends = best_and_ends(facts)
    return [
        *words.paragraph("trained", **facts),
        "",
        *rows_of(facts, words),
        "",
        *words.paragraph("bar"),
        *words.paragraph("small_worse" if apart(facts, 0) else "small_same", **ends),
        *words.paragraph("large_worse" if apart(facts, -1) else "large_same", **ends),
        *words.paragraph("best", **ends),
    ]
