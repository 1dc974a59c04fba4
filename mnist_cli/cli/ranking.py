"""`mnist evaluate A B C...`: several networks on the same test images, the best first."""

from collections.abc import Iterable
from itertools import combinations, groupby
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import click

from mnist_cli.bundled import asked_for_as
from mnist_cli.cli.inputs import matches
from mnist_cli.cli.output import FAILED, Output, tell
from mnist_cli.data.registry import OWN, or_builtin, title_of
from mnist_cli.errors import CheckpointError, InputError, MnistError

if TYPE_CHECKING:
    from mnist_cli.data.datasets import Split
    from mnist_cli.data.loading import Dataset
    from mnist_cli.model import Model
    from mnist_cli.training.comparison import Difference
    from mnist_cli.training.evaluation import Measurement

HEAD = f"{'':>3}  accuracy  {'95% interval':<16}  parameters  {'seed':>4}  network"


class Entry(NamedTuple):
    """A network and how well it reads the images."""

    model: "Model"
    measured: "Measurement"


class Pair(NamedTuple):
    """Two networks by their ranks, which count from 1, and how they differ."""

    first: int
    second: int
    difference: "Difference"


def network_files(paths: Iterable[Path]) -> list[Path]:
    """Replace each folder by the networks in it, and on Windows each pattern by its files."""
    return [file for path in paths for file in _files(path)]


def rank(files: Iterable[Path], dataset: str | None, data_dir: Path, out: Output) -> None:
    """Print the networks, the best first, and which of them cannot be told apart.

    A file that cannot be read is one line, and then the exit code in the end is 1.
    """
    from mnist_cli.data.datasets import load_file
    from mnist_cli.data.loading import load

    models, errors = _opened(files)
    if not models:
        raise CheckpointError("no network is left to measure; name files that 'mnist train' made")
    chosen = dataset or or_builtin(_common([model.dataset for model in models]))
    data = load(chosen, data_dir, say=out.say, progress=out.progress)
    entries = _measured(models, data, errors)
    entries.sort(key=lambda entry: -entry.measured.accuracy)
    pairs = _pairs(entries, data.test)
    out.result(
        *_lines(entries, pairs, data.name),
        dataset=data.name,
        dataset_sha256=load_file(data.name, "test", data_dir)[1],
        split="test",
        count=len(data.test),
        networks=[*map(_values, range(1, len(entries) + 1), entries), *errors],
        differences=[_difference(pair) for pair in pairs],
    )
    if errors:
        click.get_current_context().exit(FAILED)


def _opened(files: Iterable[Path]) -> tuple[list["Model"], list[dict[str, str]]]:
    """Load the networks, and tell which files are none."""
    models, errors = [], []
    for file in files:
        try:
            models.append(_load(file))
        except (MnistError, OSError) as error:
            text = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
            reason = text.removeprefix(f"{file}: ")
            tell(f"mnist evaluate: {file}: {reason}", err=True)
            errors.append({"checkpoint": str(file), "error": reason})
    return models, errors


def _measured(models: "list[Model]", data: "Dataset", errors: list[dict[str, str]]) -> list[Entry]:
    """Measure the networks; one of other classes is told, and added to the errors."""
    entries = []
    for model in models:
        try:
            entries.append(Entry(model, model.evaluate(data)))
        except InputError as error:
            tell(f"mnist evaluate: {model.name}: {error}", err=True)
            errors.append({"checkpoint": model.name, "error": str(error)})
    if not entries:
        raise CheckpointError(
            f"no network has the classes of {data.name}; choose another --dataset"
        )
    return entries


def _files(path: Path) -> list[Path]:
    """Return the networks in a folder, those that a pattern stands for, or the file itself."""
    if not path.is_dir():
        return [Path(name) for name in matches(str(path))]
    inside = [file for file in path.glob("*.npz") if not file.name.startswith(".")]
    return sorted(inside) or [path]


def _load(file: Path) -> "Model":
    from mnist_cli.model import load_model

    if file.is_dir():
        raise CheckpointError(f"{file}: no .npz file in this folder; name one that has some")
    return load_model(file)


def _common(trained_on: Iterable[str]) -> str:
    """Return the data set to measure on: the one that all were trained on, else MNIST."""
    names = set(trained_on)
    known = names - {OWN}
    return names.pop() if len(names) == 1 else known.pop() if len(known) == 1 else "mnist"


def _pairs(entries: list[Entry], test: "Split") -> list[Pair]:
    """Compare each network with each that is below it."""
    from mnist_cli.training.comparison import compare

    right = [
        measured.outputs.argmax(axis=1) == test.labelled_as(model.classes).labels
        for model, measured in entries
    ]
    numbered = combinations(enumerate(right, start=1), 2)
    return [Pair(i, j, compare(first, second)) for (i, first), (j, second) in numbered]


def shown_name(model: "Model") -> str:
    """Return the name of the network, and what it lacks."""
    name, run = asked_for_as(model.name), model.checkpoint.run
    if not run.finished:
        return f"{name} (unfinished: {run.progress})"
    return name if run.epoch else f"{name} (untrained)"


def _values(number: int, entry: Entry) -> dict[str, Any]:
    model, measured = entry
    return {
        "rank": number,
        "checkpoint": model.name,
        "accuracy": measured.accuracy,
        "accuracy_interval": list(measured.accuracy_interval),
        "loss": measured.loss,
        "parameters": int(model.network.parameters.size),
        "seed": model.config.seed,
        "finished": model.finished,
        "epochs": model.checkpoint.run.epoch,
        "trained_on": model.dataset,
    }


def _difference(pair: Pair) -> dict[str, Any]:
    found = pair.difference
    ranks = {"first": pair.first, "second": pair.second}
    return {**ranks, **found._asdict(), "told_apart": found.told_apart}


def _lines(entries: list[Entry], pairs: list[Pair], dataset: str) -> list[str]:
    count = int(entries[0].measured.matrix.sum())
    mixed = len({entry.model.dataset for entry in entries}) > 1
    rule = "Trained on different data sets; all are measured on this one (--dataset for another)."
    return [
        f"{title_of(dataset)}, test images: {count:,}",
        *([rule] if mixed else []),
        "",
        HEAD,
        *(_line(number, entry, mixed) for number, entry in enumerate(entries, start=1)),
        *(["", *_told_apart(pairs)] if pairs else []),
    ]


def _line(number: int, entry: Entry, mixed: bool) -> str:
    model, measured = entry
    low, high = measured.accuracy_interval
    trained_on = f" (trained on {model.dataset})" if mixed and model.checkpoint.run.epoch else ""
    return (
        f"{number:>3}  {measured.accuracy:>8.2%}  {f'{low:.2%} to {high:.2%}':<16}  "
        f"{model.network.parameters.size:>10,}  {model.config.seed:>4}  "
        f"{shown_name(model)}{trained_on}"
    )


def _told_apart(pairs: list[Pair]) -> list[str]:
    """Say of each network from which ones below it chance alone may divide it."""
    alike = [pair for pair in pairs if not pair.difference.told_apart]
    if not alike:
        return ["All can be told apart (McNemar's test, 5%)."]
    groups = groupby(alike, key=lambda pair: pair.first)
    lines = [f"  {first} and {_ranges([pair.second for pair in group])}" for first, group in groups]
    return ["Not told apart: the difference may be chance (McNemar's test, 5%)", *lines]


def _ranges(numbers: list[int]) -> str:
    """Shorten a rising list: 2-4, 6."""
    runs = groupby(enumerate(numbers), key=lambda item: item[1] - item[0])
    ends = [(run[0][1], run[-1][1]) for run in (list(group) for _, group in runs)]
    return ", ".join(str(low) if low == high else f"{low}-{high}" for low, high in ends)
