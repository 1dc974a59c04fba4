"""The checkpoint format: a strict reader and an atomic writer.

A checkpoint is an uncompressed `.npz` (see `npz`), so plain NumPy reads it:
`np.load(file, allow_pickle=False)["weights_1"]`. Its members, in this order:

============================  ==============================================================
`weights_1`, `biases_1`, ...  float32, (fan_in, fan_out) and (fan_out,): the network
`state_...`                   float32, flat: what exact resuming needs beyond the network
`snapshot_...`                float16, flat: the parameters after a few epochs (see `snapshots`)
`doubt_...`                   what the network knows of its limits, once training is over
`metadata`                    JSON as one byte string
`digest`                      SHA-256 of all that stands before, in hexadecimal
============================  ==============================================================

`metadata` holds `format` (1), `dataset` (its name, the count of images trained on and a SHA-256
that tells whether they are still the same), `config`, `history`, `progress` (of an unfinished
epoch), `doubt` (its numbers, or null) and `environment`. The states are `state_velocity` with
momentum, `state_mean` and `state_square` with Adam, and with patience `state_parameters`: the last
parameters, where `weights_...` are the best. `doubt_mean` and `doubt_components` (see `doubt`) are
there when training has finished and had validation images. The same run writes the same bytes; the
reader refuses what is not described here.
"""

import json
import os
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from mnist_cli.config.settings import make_config
from mnist_cli.data.datasets import DATASETS
from mnist_cli.errors import CheckpointError, ConfigError
from mnist_cli.network.network import Network, by_rows, fill_by_rows
from mnist_cli.storage.atomic import atomic_write
from mnist_cli.storage.identity import stamp_of
from mnist_cli.storage.npz import read_npz, write_npz
from mnist_cli.storage.strict_json import parse_object
from mnist_cli.training.confidence import COMPONENTS, Doubt
from mnist_cli.training.run import EpochResult, Run, make_network
from mnist_cli.training.snapshots import Snapshots, frame_epochs

FORMAT = 1
METADATA = [
    "format",
    "dataset",
    "config",
    "history",
    "progress",
    "doubt",
    "environment",
]
DOUBT_NUMBERS = ("scale", "farthest", "least_score")
LARGEST = 1 << 30  # bytes; the widest network that a configuration allows stays below


class Origin(NamedTuple):
    """What a run was trained on, and where.

    Attributes
    ----------
    dataset : name
    images : count of training images
    sha256 : of the labels and every 64th image: tells whether they are still the same
    environment : Python, NumPy, BLAS kernel and threads, on which the last bits depend
    """

    dataset: str
    images: int
    sha256: str
    environment: dict[str, str]


class Checkpoint(NamedTuple):
    """What a checkpoint holds.

    Attributes
    ----------
    network : the network, ready to answer
    run : to go on with training, or to look at its configuration and history
    origin : what it was trained on
    doubt : how far its answers may be believed, if that was learnt
    """

    network: Network
    run: Run
    origin: Origin
    doubt: Doubt | None


# -- writing ---------------------------------------------------------------------------------------


def save_checkpoint(
    path: Path,
    run: Run,
    origin: Origin,
    doubt: Doubt | None = None,
    replacing: Callable[[], AbstractContextManager[object]] = nullcontext,
) -> tuple[int, ...]:
    """Write `run` so that it can be used, and gone on with, as it is now.

    `replacing` makes a context for the moment in which an older file is replaced. Returns the new
    file's `identity.stamp`. Raises OSError.
    """
    network = run.result()
    arrays = _named_layers(network)
    arrays |= {name: by_rows(flat, network.layer_sizes) for name, flat in _flat(run).items()}
    if doubt is not None:
        arrays |= {"doubt_mean": doubt.mean, "doubt_components": doubt.components}
    arrays["metadata"] = np.array(_metadata(run, origin, doubt))
    with atomic_write(path, replacing) as file:
        write_npz(file, arrays)
        file.flush()
        return stamp_of(os.fstat(file.fileno()))


def _named_layers(network: Network) -> dict[str, NDArray[Any]]:
    arrays: dict[str, NDArray[Any]] = {}
    pairs = zip(network.weights, network.biases, strict=True)
    for number, (weights, biases) in enumerate(pairs, start=1):
        arrays[f"weights_{number}"], arrays[f"biases_{number}"] = weights, biases
    return arrays


def _flat(run: Run) -> dict[str, NDArray[Any]]:
    """Return the states that exact resuming needs, and the snapshots; a reader can fill them."""
    states = {f"state_{name}": vector for name, vector in run.optimizer.state.items()}
    if run.config.patience:
        states["state_parameters"] = run.network.parameters
    return states | {f"snapshot_{epoch}": run.snapshots[epoch] for epoch in sorted(run.snapshots)}


def _metadata(run: Run, origin: Origin, doubt: Doubt | None) -> bytes:
    values = {
        "format": FORMAT,
        "dataset": {
            "name": origin.dataset,
            "images": origin.images,
            "sha256": origin.sha256,
        },
        "config": run.config.to_dict(),
        "history": [
            # no seconds: they differ from run to run
            {name: value for name, value in result._asdict().items() if name != "seconds"}
            for result in run.history
        ],
        "progress": {"step": run.step, "loss_sum": run.loss_sum, "best_epoch": run.best_epoch},
        "doubt": None if doubt is None else {name: getattr(doubt, name) for name in DOUBT_NUMBERS},
        "environment": origin.environment,
    }
    return json.dumps(values, allow_nan=False).encode()


# -- reading ---------------------------------------------------------------------------------------


def load_checkpoint(path: Path) -> Checkpoint:
    """Read a checkpoint, refusing everything that `save_checkpoint` does not write.

    Raises
    ------
    CheckpointError
        There is no such file, or it is damaged, foreign, or from a newer version.
    """
    if not path.is_file():
        raise CheckpointError(f"{path}: no such checkpoint; 'mnist train' makes one")
    size = path.stat().st_size
    if size > LARGEST:
        raise CheckpointError(f"{path}: not a checkpoint: too large, got {size} bytes")
    try:
        return _parse(path.read_bytes())
    except (ValueError, KeyError, TypeError, AttributeError, OverflowError, ConfigError) as error:
        # whatever a hostile file may put in the place of a number or a list
        raise CheckpointError(
            f"{path}: damaged, or not a checkpoint of this program: {error}"
        ) from error


def _parse(content: bytes) -> Checkpoint:
    arrays = read_npz(content)
    metadata = parse_object(arrays.pop("metadata").item())
    if metadata["format"] != FORMAT:
        raise ValueError(f"format must be {FORMAT}, got {metadata['format']}")
    if list(metadata) != METADATA:
        raise ValueError(f"metadata must be {METADATA}, got {list(metadata)}")
    run, origin = _run(metadata), _origin(metadata)
    network = make_network(run.config)
    doubt, run.snapshots = _doubt(metadata["doubt"]), _empty_snapshots(run, arrays)
    targets, flat = _named_layers(network), _flat(run)
    targets |= flat
    if doubt is not None:
        targets |= {"doubt_mean": doubt.mean, "doubt_components": doubt.components}
    if list(arrays) != list(targets):
        raise ValueError(f"members must be {list(targets)}, got {list(arrays)}")
    for name, target in targets.items():
        _check_like(name, target, arrays[name])
        if name in flat:
            fill_by_rows(target, arrays[name], network.layer_sizes)
        else:
            target[...] = arrays[name]
    run.best_parameters[:] = network.parameters
    if not run.config.patience:
        run.network.parameters[:] = network.parameters
    return Checkpoint(network, run, origin, doubt)


def _check_like(name: str, target: NDArray[Any], array: NDArray[Any]) -> None:
    if (array.shape, array.dtype) != (target.shape, target.dtype):
        expected = f"{target.dtype} of {target.shape}"
        raise ValueError(f"{name} must be {expected}, got {array.dtype} of {array.shape}")


def _doubt(values: dict[str, Any] | None) -> Doubt | None:
    """Build a doubt from its numbers; its arrays are filled later."""
    if values is None:
        return None
    numbers = {name: _number(values[name]) for name in DOUBT_NUMBERS}
    mean, components = np.zeros(784, np.float32), np.zeros((COMPONENTS, 784), np.int8)
    return Doubt(**numbers, mean=mean, components=components)


def _empty_snapshots(run: Run, arrays: dict[str, NDArray[Any]]) -> Snapshots:
    """Return room for the snapshots that a file has: all that the run may have, or fewer."""
    size = run.network.parameters.size
    epochs = frame_epochs(run.epoch, size, run.config.snapshots)
    return {e: np.empty(size, np.float16) for e in epochs if f"snapshot_{e}" in arrays}


def _run(metadata: dict[str, Any]) -> Run:
    """Build the run that the metadata describe; its parameters and states are filled later."""
    run = Run(make_config(metadata["config"]))
    for number, entry in enumerate(metadata["history"], start=1):
        run.history.append(_epoch_result(number, entry))
    progress = metadata["progress"]
    run.step, run.best_epoch = _count(progress["step"]), _count(progress["best_epoch"])
    run.loss_sum = _number(progress["loss_sum"])
    if run.best_epoch > run.epoch:
        raise ValueError(f"best_epoch must be at most {run.epoch}, got {run.best_epoch}")
    return run


def _epoch_result(number: int, entry: dict[str, Any]) -> EpochResult:
    if entry["epoch"] != number:
        raise ValueError(f"epoch must be {number}, got {entry['epoch']!r}")
    return EpochResult(
        number,
        _number(entry["loss"]),
        _share_or_none(entry["validation_accuracy"]),
        None,
        _number_or_none(entry["validation_loss"]),
        _share_or_none(entry["training_accuracy"]),
        tuple(map(_number, entry["gradient_norms"])),
    )


def _origin(metadata: dict[str, Any]) -> Origin:
    dataset, environment = metadata["dataset"], metadata["environment"]
    name, digest = dataset["name"], dataset["sha256"]
    if not all(isinstance(text, str) for text in (name, digest, *environment.values())):
        raise TypeError("dataset and environment must be told in text")
    if name not in DATASETS:
        raise ValueError(f"dataset must be one of {', '.join(DATASETS)}, got {name}")
    return Origin(name, _count(dataset["images"]), digest, dict(environment))


def _count(value: Any) -> int:
    if type(value) is not int or value < 0:
        raise ValueError(f"must be a count, got {value!r}")
    return value


def _number(value: Any) -> float:
    if type(value) not in (int, float):
        raise ValueError(f"must be a number, got {value!r}")
    return float(value)


def _share_or_none(value: Any) -> float | None:
    share = _number_or_none(value)
    if share is not None and not 0 <= share <= 1:
        raise ValueError(f"must be a share from 0 to 1, got {share}")
    return share


def _number_or_none(value: Any) -> float | None:
    return None if value is None else _number(value)
