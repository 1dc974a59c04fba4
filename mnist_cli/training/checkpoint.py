"""The checkpoint format: a strict reader and an atomic writer.

A checkpoint is an uncompressed `.npz` (see `npz`), so plain NumPy reads it:
`np.load(file, allow_pickle=False)["weights_1"]`. Its members, in this order:

============================  ==============================================================
`weights_1`, `biases_1`, ...  float32, (fan_in, fan_out) and (fan_out,): the network
`state_...`                   float32, flat: what else is needed to resume exactly
`snapshot_...`                float16, flat: the parameters after a few epochs (see `snapshots`)
`calibration_...`             mean and principal components of the images (see `confidence`)
`metadata`                    JSON as one byte string
`digest`                      SHA-256 of all members before it, in hexadecimal
============================  ==============================================================

docs/checkpoint.md is the specification. The same run writes the same bytes, and the reader refuses
everything that the writer does not write. Files of format 1 are read too: only names differ.
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
from mnist_cli.storage.atomic import atomic_write, stamp_of
from mnist_cli.storage.npz import read_npz, write_npz
from mnist_cli.storage.strict_json import parse_object
from mnist_cli.training.confidence import COMPONENTS, Calibration
from mnist_cli.training.run import EpochResult, Run, make_network
from mnist_cli.training.snapshots import Snapshots, frame_epochs

FORMAT = 2
FORMAT_1_NAMES = {  # the names that format 1 has for those of format 2
    "doubt": "calibration",
    "scale": "logit_scale",
    "farthest": "max_distance",
    "least_score": "min_score",
    "doubt_mean": "calibration_mean",
    "doubt_components": "calibration_components",
}
CALIBRATION_NUMBERS = ("logit_scale", "max_distance", "min_score")
MAX_BYTES = 1 << 30  # more than the widest network that a configuration allows


class Provenance(NamedTuple):
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
    run : its configuration, its history, and what is needed to resume it
    provenance : what it was trained on
    calibration : how far its answers can be trusted; None if it was not measured
    """

    network: Network
    run: Run
    provenance: Provenance
    calibration: Calibration | None


# -- writing ---------------------------------------------------------------------------------------


def save_checkpoint(
    path: Path,
    run: Run,
    provenance: Provenance,
    calibration: Calibration | None = None,
    replacing: Callable[[], AbstractContextManager[object]] = nullcontext,
) -> tuple[int, ...]:
    """Write `run` as it is now, to use its network and to resume it.

    `replacing` makes a context for the moment in which an older file is replaced. Returns the
    `atomic.stamp` of the new file. Raises OSError.
    """
    network = run.result()
    arrays = _named_layers(network)
    arrays |= {name: by_rows(flat, network.layer_sizes) for name, flat in _flat(run).items()}
    arrays |= _calibration_arrays(calibration)
    values = _metadata(run, provenance, calibration)
    arrays["metadata"] = np.array(json.dumps(values, allow_nan=False).encode())
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


def _calibration_arrays(calibration: Calibration | None) -> dict[str, NDArray[Any]]:
    if calibration is None:
        return {}
    return {
        "calibration_mean": calibration.mean,
        "calibration_components": calibration.components,
    }


def _flat(run: Run) -> dict[str, NDArray[Any]]:
    """Return the states and the snapshots, flat vectors beside the parameters."""
    states = {f"state_{name}": vector for name, vector in run.optimizer.state.items()}
    if run.config.patience:
        states["state_parameters"] = run.network.parameters
    return states | {f"snapshot_{epoch}": run.snapshots[epoch] for epoch in sorted(run.snapshots)}


def _metadata(run: Run, provenance: Provenance, calibration: Calibration | None) -> dict[str, Any]:
    numbers = {name: getattr(calibration, name, None) for name in CALIBRATION_NUMBERS}
    return {
        "format": FORMAT,
        "dataset": {
            "name": provenance.dataset,
            "images": provenance.images,
            "sha256": provenance.sha256,
        },
        "config": run.config.to_dict(),
        "history": [
            # no seconds: they differ from run to run
            {name: value for name, value in result._asdict().items() if name != "seconds"}
            for result in run.history
        ],
        "progress": {"step": run.step, "loss_sum": run.loss_sum, "best_epoch": run.best_epoch},
        "calibration": None if calibration is None else numbers,
        "environment": provenance.environment,
    }


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
    if size > MAX_BYTES:
        raise CheckpointError(f"{path}: not a checkpoint: too large, got {size} bytes")
    try:
        return _parse(path.read_bytes())
    except (ValueError, KeyError, TypeError, AttributeError, OverflowError, ConfigError) as error:
        # whatever a hostile file may put in the place of a number or a list
        reason = f"there is no {error}" if isinstance(error, KeyError) else error
        raise CheckpointError(
            f"{path}: damaged, or not a checkpoint of this program: {reason}"
        ) from error


def _parse(content: bytes) -> Checkpoint:
    metadata, arrays = _in_format_2(read_npz(content))
    run, provenance = _run(metadata), _provenance(metadata)
    calibration = _calibration(metadata["calibration"])
    _check_metadata(metadata, _metadata(run, provenance, calibration))
    network = make_network(run.config)
    run.snapshots = _empty_snapshots(run, arrays)
    flat = _flat(run)
    targets = _named_layers(network) | flat | _calibration_arrays(calibration)
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
    return Checkpoint(network, run, provenance, calibration)


def _in_format_2(arrays: dict[str, NDArray[Any]]) -> tuple[dict[str, Any], dict[str, NDArray[Any]]]:
    """Take the metadata out of the members, and give both the names of format 2."""
    metadata = parse_object(arrays.pop("metadata").item())
    number = _count(metadata["format"])
    if number not in (1, FORMAT):
        raise ValueError(f"format must be 1 or {FORMAT}, got {number}; a newer version may read it")
    if number == 1:
        metadata, arrays = _renamed(metadata), _renamed(arrays)
        if metadata["calibration"] is not None:
            metadata["calibration"] = _renamed(metadata["calibration"])
    return metadata, arrays


def _renamed(entries: dict[str, Any]) -> dict[str, Any]:
    """Give the entries of a file of format 1 the names of format 2."""
    for name in FORMAT_1_NAMES.values():
        if name in entries:
            raise ValueError(f"format 1 has no {name}")
    return {FORMAT_1_NAMES.get(name, name): value for name, value in entries.items()}


def _check_metadata(metadata: dict[str, Any], written: dict[str, Any]) -> None:
    """Refuse metadata in which the writer would write anything else."""
    if list(metadata) != list(written):
        raise ValueError(f"metadata must be {list(written)}, got {list(metadata)}")
    for name in written.keys() - {"format", "config"}:  # the config was checked by its own rules
        if json.dumps(metadata[name]) != json.dumps(written[name]):
            raise ValueError(f"{name} is not as this program writes it: {str(metadata[name])[:60]}")


def _check_like(name: str, target: NDArray[Any], array: NDArray[Any]) -> None:
    if (array.shape, array.dtype) != (target.shape, target.dtype):
        expected = f"{target.dtype} of {target.shape}"
        raise ValueError(f"{name} must be {expected}, got {array.dtype} of {array.shape}")


def _calibration(values: dict[str, Any] | None) -> Calibration | None:
    """Build a calibration from its numbers; its arrays are filled later."""
    if values is None:
        return None
    numbers = {name: _number(values[name]) for name in CALIBRATION_NUMBERS}
    mean, components = np.zeros(784, np.float32), np.zeros((COMPONENTS, 784), np.int8)
    return Calibration(**numbers, mean=mean, components=components)


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


def _provenance(metadata: dict[str, Any]) -> Provenance:
    dataset, environment = metadata["dataset"], metadata["environment"]
    name, digest = dataset["name"], dataset["sha256"]
    if not all(isinstance(text, str) for text in (name, digest, *environment.values())):
        raise TypeError("dataset and environment must be told in text")
    if name not in DATASETS:
        raise ValueError(f"dataset must be one of {', '.join(DATASETS)}, got {name}")
    return Provenance(name, _count(dataset["images"]), digest, dict(environment))


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
