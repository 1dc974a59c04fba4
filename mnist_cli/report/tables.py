"""Tables in plain HTML: for a browser without JavaScript, a screen reader, and paper."""

from collections.abc import Iterable, Sequence
from html import escape
from math import ceil

import numpy as np
from numpy.typing import NDArray

from mnist_cli.classes import are_digits, word_for
from mnist_cli.network.metrics import per_digit
from mnist_cli.report.subject import Subject
from mnist_cli.training.evaluation import gradient_rms
from mnist_cli.wording import sureness


def table(caption: str, head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Return a table as HTML; the first column has the names of the rows. All text is escaped."""
    heads = "".join(f'<th scope="col">{escape(text)}</th>' for text in head)
    body = "".join(_row(row) for row in rows)
    return (
        f'<div class="scroll" tabindex="0" role="region" aria-label="{escape(caption)}"><table>'
        f"<caption>{escape(caption)}</caption><thead><tr>{heads}</tr></thead>"
        f"<tbody>{body}</tbody></table></div>"
    )


def _row(cells: Sequence[str]) -> str:
    first, *others = map(escape, cells)
    return f'<tr><th scope="row">{first}</th>{"".join(f"<td>{cell}</td>" for cell in others)}</tr>'


def history_table(subject: Subject) -> str:
    """Return a table of loss, accuracy and each layer's gradient, one row per epoch."""
    run, sizes = subject.checkpoint.run, subject.checkpoint.network.layer_sizes
    head = ["epoch", "loss", "validation loss", "training accuracy", "validation accuracy"]
    rows = [
        [
            str(e.epoch),
            _number(e.loss),
            _number(e.validation_loss),
            _percent(e.training_accuracy),
            _percent(e.validation_accuracy),
            *map(_number, gradient_rms(e.gradient_norms, sizes)),
        ]
        for e in run.history
    ]
    head += [f"gradient of layer {number}" for number in range(1, len(sizes))]
    caption = f"{subject.name}: training, epoch by epoch; gradients in root mean square"
    return table(caption, head, rows)


def confusion_table(subject: Subject) -> str:
    """Return the confusion matrix: a row is a digit or another class, a column an answer.

    Its cells have a class for their colour: `heat-1` for the fewest mistakes to `heat-9` for the
    most. The page's script makes buttons of them.
    """
    matrix, classes = subject.measured.matrix, subject.classes
    caption = f"{subject.name}: confusion matrix"
    names, numbers = _row_names(classes), range(len(classes))
    heads = "".join(map(_head, classes, classes if are_digits(classes) else map(str, numbers)))
    rows = "".join(_confusion_row(matrix, number, names[number]) for number in numbers)
    return (
        f'<div class="scroll" tabindex="0" role="region" aria-label="{escape(caption)}">'
        f'<table class="confusion"><caption>{escape(caption)}</caption>'
        f'<thead><tr><td class="corner">{word_for(classes)} ╲ answer</td>{heads}</tr></thead>'
        f"<tbody>{rows}</tbody></table></div>"
    )


def _row_names(classes: Sequence[str]) -> list[str]:
    """Return what the rows are called; names too long for a column have a number there."""
    if are_digits(classes):
        return list(classes)
    return [f"{number} {name}" for number, name in enumerate(classes)]


def _head(name: str, shown: str) -> str:
    """Return the head of a column, with its whole name where it is a number."""
    whole = "" if name == shown else f' title="{escape(name)}"'
    return f'<th scope="col"{whole}>{escape(shown)}</th>'


def _confusion_row(matrix: NDArray[np.int64], digit: int, name: str) -> str:
    counts = matrix[digit].tolist()
    cells = [
        f'<td class="{_heat(matrix, digit, answer)}">{count}</td>'
        for answer, count in enumerate(counts)
    ]
    return f'<tr><th scope="row">{escape(name)}</th>{"".join(cells)}</tr>'


def _heat(matrix: NDArray[np.int64], digit: int, answer: int) -> str:
    """Return the class of a cell; the root lets few mistakes still be seen."""
    if digit == answer:
        return "diagonal"
    most = int((matrix - np.diag(np.diag(matrix))).max())
    return f"heat-{ceil(9 * (matrix[digit, answer] / max(1, most)) ** 0.5)}"


def digit_table(subject: Subject) -> str:
    """Return a table of precision, recall and F1 of each digit or class."""
    classes = subject.classes
    rows = [
        [classes[s.digit], *map(_percent, (s.precision, s.recall, s.f1)), f"{s.images:,}"]
        for s in per_digit(subject.measured.matrix)
    ]
    head = [word_for(classes), "precision", "recall", "F1", "images"]
    return table(f"{subject.name}: each {word_for(classes)}", head, rows)


def mistakes_table(subject: Subject) -> str:
    """Return a table of the most confident mistakes."""
    rows = [
        [
            f"image {row}",
            subject.classes[subject.split.labels[row]],
            subject.classes[subject.answers[row]],
            sureness(float(subject.confidence[row])),
        ]
        for row in subject.worst.tolist()
    ]
    if not rows:
        return "<p>There are no mistakes among the test images.</p>"
    head = ["test image", "is a", "was read as", "confidence"]
    return table(f"{subject.name}: the most confident mistakes", head, rows)


def _number(value: float | None) -> str:
    return "–" if value is None else f"{value:.4g}"


def _percent(value: float | None) -> str:
    return "–" if value is None else f"{value:.2%}"
