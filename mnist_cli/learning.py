"""`train`: a data set or arrays, and settings -> a trained `Model`."""

from collections.abc import Callable, Iterator
from typing import Any, Unpack

import numpy as np

from mnist_cli.bundled import find_bundled
from mnist_cli.config.files import Source, config_values
from mnist_cli.config.keywords import Keywords
from mnist_cli.config.settings import TrainingConfig, make_config
from mnist_cli.data.datasets import Split
from mnist_cli.data.loading import Data, Dataset, opened, usual_validation_size
from mnist_cli.data.registry import find_dataset
from mnist_cli.errors import InputError
from mnist_cli.model import Model
from mnist_cli.storage.paths import AnyPath, as_path
from mnist_cli.training import loop
from mnist_cli.training.checkpoint import Checkpoint
from mnist_cli.training.data import (
    TrainingData,
    load_training_data,
    prepare_training_data,
    without_drawn,
)
from mnist_cli.training.environment import describe_environment
from mnist_cli.training.run import EpochResult
from mnist_cli.training.session import begin, calibrated
from mnist_cli.training.start import Start, start_from_file, start_from_memory


def train(
    data: Data,
    *,
    data_dir: AnyPath | None = None,
    config: Source = None,
    progress: bool = False,
    on_epoch: Callable[[EpochResult], object] | None = None,
    threads: int = 1,
    start_from: Model | AnyPath | None = None,
    **settings: Unpack[Keywords],
) -> Model:
    """Train a network; the same data and settings give the network of `mnist train`.

    Parameters
    ----------
    data
        A data set or its name; a `Split` or a pair (images, labels), as `Split.of` takes them. The
        last images are held out for validation, and with arrays, too, all settings are honoured:
        preprocessing, changed copies and drawn images are made in memory.
    data_dir
        Folder of a data set given by its name, as `load` takes it.
    config
        Settings to start from: the name of a configuration, a path, a dictionary, or the `config`
        of another model.
    progress
        Whether to show a bar.
    on_epoch
        Called with the result of every epoch.
    threads
        Threads of NumPy's matrix products; more make small networks slower.
    start_from
        A network, or its file, whose weights the training goes on from; its layers and its
        preprocessing are kept.
    settings
        Settings by name (see `TrainingConfig`); None is the same as leaving it out. The usual
        `validation_size` is that of the data set, for arrays 10,000 and at most a sixth.

    Raises
    ------
    MnistError
        A setting, the data or arrays are wrong, or the loss is no longer finite.
    """
    if not (type(threads) is int and threads >= 1):
        raise InputError(f"threads: must be a whole number from 1, got {threads!r}")
    source = opened(data, data_dir)
    start = None if start_from is None else _start(start_from)
    taken_over = start.settings if start else {}
    chosen = _choose(source, {**taken_over, **config_values(config), **_given(settings)})
    if settings.get("drawn") is None:
        chosen = without_drawn(chosen, _classes(source))
    material = _material(source, chosen)
    run, provenance = begin(chosen, material, describe_environment(threads), start)
    results = loop.train(
        run, material.training, material.validation, copies=material.copies, threads=threads
    )
    for result in _with_bar(results, chosen.epochs) if progress else results:
        if on_epoch is not None:
            on_epoch(result)
    checkpoint = Checkpoint(run.result(), run, provenance, calibrated(run, material))
    folder = source.data_dir if isinstance(source, Dataset) else None
    return Model(checkpoint, data_dir=folder)


def _start(source: Model | AnyPath) -> Start:
    if isinstance(source, Model):
        return start_from_memory(source.checkpoint, source.name)
    named = find_bundled(source) if isinstance(source, str) else None
    return start_from_file(named or as_path(source, "start_from"))


def _given(settings: Keywords) -> dict[str, Any]:
    """Leave out None, and make plain numbers of NumPy's, which a grid search hands in."""
    return {
        name: value.item() if isinstance(value, np.generic) else value
        for name, value in settings.items()
        if value is not None
    }


def _choose(source: Dataset | Split, values: dict[str, Any]) -> TrainingConfig:
    if "validation_size" not in values:
        values["validation_size"] = _usual_validation(source)
    return make_config(values, "mnist.train")


def _usual_validation(source: Dataset | Split) -> int:
    if isinstance(source, Dataset):
        return source.validation_size
    return usual_validation_size(len(source.labels))


def _classes(source: Dataset | Split) -> tuple[str, ...]:
    return find_dataset(source.name).classes if isinstance(source, Dataset) else source.classes


def _material(source: Dataset | Split, config: TrainingConfig) -> TrainingData:
    if isinstance(source, Dataset):
        return load_training_data(source.name, source.data_dir, config, source.say)
    return prepare_training_data(source, config)


def _with_bar(results: Iterator[EpochResult], epochs: int) -> Iterator[EpochResult]:
    """Show how far the training is: in a terminal, or in a notebook."""
    from tqdm.auto import tqdm

    with tqdm(total=epochs, unit="epoch") as bar:
        for result in results:
            share = result.validation_accuracy
            known = "" if share is None else f", validation {share:.2%}"
            bar.set_postfix_str(f"loss {result.loss:.4f}{known}", refresh=False)
            bar.update()
            yield result
