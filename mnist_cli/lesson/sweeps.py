"""The same training with one setting changed, several times over, and how far the seeds differ."""

from typing import Any

from mnist_cli.config.settings import TrainingConfig
from mnist_cli.data.datasets import Split
from mnist_cli.errors import TrainingError
from mnist_cli.lesson.drawing import strip
from mnist_cli.lesson.layout import table
from mnist_cli.lesson.material import Material
from mnist_cli.lesson.texts import Words
from mnist_cli.lesson.training import trained
from mnist_cli.training.evaluation import measure

IMAGES, VALIDATION, EPOCHS = 5000, 1000, 5
SEEDS = (0, 1, 2)
COLUMNS = 30


def sweep(material: Material, setting: str, values: tuple[float, ...]) -> dict[str, Any]:
    """Train with each value and each seed, on the first training images.

    The other settings are those of the network, with its learning rate: only one changes. The
    accuracy is that of the images after these: the test images choose nothing.
    """
    data = material.training[: IMAGES + VALIDATION]
    held_out = min(VALIDATION, len(data) // 6)
    parts = data[:-held_out], data[-held_out:]
    return {
        "setting": setting,
        "images": len(parts[0]),
        "validation_images": held_out,
        "epochs": EPOCHS,
        "seeds": len(SEEDS),
        "learning_rate": material.config.learning_rate,
        "rows": [_row(material.config, *parts, setting, value) for value in values],
    }


def _row(
    config: TrainingConfig, few: Split, others: Split, setting: str, value: float
) -> dict[str, Any]:
    found = [_accuracy(config, few, others, {setting: value, "seed": seed}) for seed in SEEDS]
    accuracies = [share for share in found if share is not None]
    return {
        "value": value,
        "accuracies": accuracies,
        "mean": sum(accuracies) / len(accuracies) if accuracies else 0.0,
        "diverged": len(found) - len(accuracies),
    }


def _accuracy(
    config: TrainingConfig, few: Split, others: Split, changes: dict[str, Any]
) -> float | None:
    """Train once; None if the loss was no longer finite, which some rates do."""
    try:
        return measure(trained(config, few, epochs=EPOCHS, **changes), others).accuracy
    except TrainingError:
        return None


def rows_of(facts: dict[str, Any], words: Words) -> list[str]:
    """Draw a line for every value: mean, smallest and largest accuracy, and the error bar."""
    every = [share for row in facts["rows"] for share in row["accuracies"]]
    low, high = min(every, default=0.0), max(every, default=1.0)
    rows = [_line(row, low, high, words) for row in facts["rows"]]
    scale = f"{low:<{COLUMNS - 6}.1%}{high:>6.1%}"
    head = [*words.names((facts["setting"], "mean", "smallest", "largest")), scale]
    return table([head, *rows])


def _line(row: dict[str, Any], low: float, high: float, words: Words) -> list[str]:
    value, found = f"{row['value']:g}", row["accuracies"]
    if row["diverged"]:
        return [value, words("diverged", **row)]
    shares = [f"{share:.1%}" for share in (row["mean"], min(found), max(found))]
    return [value, *shares, strip(found, low, high, COLUMNS)]


def best_and_ends(facts: dict[str, Any]) -> dict[str, Any]:
    """Return the best value and both ends, for the sentences."""
    rows = facts["rows"]
    best = max(rows, key=lambda row: row["mean"])
    return {
        "best": best["value"],
        "best_mean": best["mean"],
        "first": rows[0]["value"],
        "first_mean": rows[0]["mean"],
        "last": rows[-1]["value"],
        "last_mean": rows[-1]["mean"],
    }


def apart(facts: dict[str, Any], place: int) -> bool:
    """Say whether every seed of the best value beats every seed of the value at a place."""
    best = max(facts["rows"], key=lambda row: row["mean"])
    theirs = facts["rows"][place]["accuracies"]
    return min(best["accuracies"], default=0.0) > max(theirs, default=0.0)
