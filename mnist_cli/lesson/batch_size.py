"""How many images for one step? The accuracy over the size of the mini-batch."""

from typing import Any

from mnist_cli.lesson.material import Material
from mnist_cli.lesson.sweeps import apart, best_and_ends, rows_of, sweep
from mnist_cli.lesson.texts import Words

SIZES = (1, 4, 10, 32, 100, 1000)


def find(material: Material) -> dict[str, Any]:
    """Train with every size of mini-batch."""
    return sweep(material, "batch_size", SIZES)


def show(facts: dict[str, Any], words: Words) -> list[str]:
    """Show the accuracies with their spread, and what they say about both ends."""
    ends = best_and_ends(facts)
    return [
        *words.paragraph("trained", **facts),
        "",
        *rows_of(facts, words),
        "",
        *words.paragraph("bar"),
        *words.paragraph("large_worse" if apart(facts, -1) else "large_same", **ends),
        *words.paragraph("small_worse" if apart(facts, 0) else "small_same", **ends),
        *words.paragraph("fair", **facts),
    ]
