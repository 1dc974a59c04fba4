"""One's own pictures that a network reads wrong, by their names."""

from typing import TYPE_CHECKING, Any

from mnist_cli.data.registry import find_dataset
from mnist_cli.wording import counted

if TYPE_CHECKING:
    from mnist_cli.data.loading import Dataset
    from mnist_cli.model import Model
    from mnist_cli.training.evaluation import Measurement

ALL = "all"
MOST_LINES = 20


def usual_part(model: "Model", data: "Dataset") -> str:
    """Return what to measure on: all images where none is needed for anything else."""
    unseen = model.dataset != data.name
    return ALL if unseen and find_dataset(data.name).held_out else "test"


def wrong_pictures(
    model: "Model", data: "Dataset", split: str, measured: "Measurement"
) -> list[dict[str, Any]]:
    """Return file, label and answer of each picture that is read wrong.

    None where the images are rows of a table, or a part that the network was trained on.
    """
    import numpy as np

    from mnist_cli.data.own.manifest import read_names

    parts = {"test": ["test"], ALL: ["train", "test"]}.get(split, [])
    files = [name for part in parts for name in read_names(data.name, part, data.data_dir)]
    seen = data.whole if split == ALL else data.test
    labels, answers = seen.labelled_as(model.classes).labels, measured.outputs.argmax(axis=1)
    if len(files) != len(labels):
        return []
    return [
        {
            "file": files[row],
            "label": model.classes[labels[row]],
            "answer": model.classes[answers[row]],
        }
        for row in np.flatnonzero(labels != answers)
    ]


def wrong_lines(wrong: list[dict[str, Any]]) -> list[str]:
    """Return a line for each of them, at most so many."""
    if not wrong:
        return []
    lines = [f"  {each['file']}: {each['label']}, read as {each['answer']}" for each in wrong]
    more = len(lines) - MOST_LINES
    rest = [f"  and {more:,} more; --json lists all"] if more > 0 else []
    return ["", f"{counted(len(wrong), 'picture')} read wrong", *lines[:MOST_LINES], *rest]
