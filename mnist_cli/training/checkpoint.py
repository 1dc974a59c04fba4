"""The checkpoint format: a strict reader and an atomic writer.

A checkpoint is an uncompressed `.npz` (see `npz`), so plain NumPy reads it:
`np.load(file, allow_pickle=False)["weights_1"]`. Its members, in this order:

============================  ==============================================================
`weights_1`, `biases_1`, ...  float32, (fan_in, fan_out) and (fan_out,): the network
`state_...`                   float32, flat: what else is needed to resume exactly
`snapshot_...`                float16, flat: the parameters after a few epochs (see `snapshots`)
`calibration_...`             the spaces of the digits, and limits (see `confidence`)
`metadata`                    JSON as one byte string
`digest`                      SHA-256 of all members before it, in hexadecimal
============================  ==============================================================

docs/checkpoint.md is the specification. The same run writes the same bytes, and the reader refuses
everything that the writer does not write. Files of format 1 are read too (see `format_1`).
"""

import json
import os
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path
from typing import Any, BinaryIO, NamedTuple

import numpy as np
from numpy.typing import NDArray

from mnist_cli.config.archive import Archive, read_archive
from mnist_cli.errors import CheckpointError, ConfigError
from mnist_cli.network.bounds import check_bounds
from mnist_cli.network.network import Network
from mnist_cli.network.parameters import by_rows, fill_by_rows
from mnist_cli.storage.atomic import atomic_write
from mnist_cli.storage.identity import stamp_of
from mnist_cli.storage.npz import write_npz
from mnist_cli.storage.paths import exists, is_file
from mnist_cli.training.confidence import Calibration
from mnist_cli.training.metadata import Provenance, in_format_2, metadata_of, read_metadata
from mnist_cli.training.run import Run, make_network
from mnist_cli.training.snapshots import Snapshots, frame_epochs


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
    `stamp` of the new file, see `storage.identity`. Raises OSError.
    """
    with atomic_write(path, replacing) as file:
        write_checkpoint(file, run, provenance, calibration)
        file.flush()
        return stamp_of(os.fstat(file.fileno()))


def write_checkpoint(
    file: BinaryIO, run: Run, provenance: Provenance, calibration: Calibration | None
) -> None:
    """Write what `save_checkpoint` does to an open file."""
    network = run.result()
    arrays = _named_layers(network)
    arrays |= {name: by_rows(flat, network.layer_sizes) for name, flat in _flat(run).items()}
    arrays |= _calibration_arrays(calibration)
    values = metadata_of(run, provenance, calibration)
    arrays["metadata"] = np.array(json.dumps(values, allow_nan=False).encode())
    write_npz(file, arrays)


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
        "calibration_means": calibration.spaces.means,
        "calibration_components": calibration.spaces.components,
        "calibration_set_limits": calibration.set_limits,
    }


def _flat(run: Run) -> dict[str, NDArray[Any]]:
    """Return the states and the snapshots, flat vectors beside the parameters."""
    states = {f"state_{name}": vector for name, vector in run.optimizer.state.items()}
    if run.config.patience:
        states["state_parameters"] = run.network.parameters
    return states | {f"snapshot_{epoch}": run.snapshots[epoch] for epoch in sorted(run.snapshots)}


# -- reading ---------------------------------------------------------------------------------------


def load_checkpoint(path: Path) -> Checkpoint:
    """Read a checkpoint, refusing everything that `save_checkpoint` does not write.

    Raises
    ------
    CheckpointError
        There is no such file, or it is damaged, foreign, or from a newer version.
    """
    if not exists(path):
        raise CheckpointError(f"{path}: no such checkpoint; 'mnist train' makes one")
    if not is_file(path):
        raise CheckpointError(f"{path}: must be a file, got something else; name a checkpoint")
    try:
        return _parse(read_archive(path))
    except (ValueError, KeyError, TypeError, AttributeError, OverflowError, ConfigError) as error:
        # whatever a hostile file may put in the place of a number or a list
        reason = f"there is no {error}" if isinstance(error, KeyError) else error
        raise CheckpointError(
            f"{path}: damaged, or not a checkpoint of this program: {reason}"
        ) from error


def _parse(archive: Archive) -> Checkpoint:
    """Build what an archive holds; written again, it would be the same bytes."""
    arrays, text, metadata = in_format_2(archive)
    run, provenance, calibration = read_metadata(metadata, text)
    network = make_network(run.config, run.outputs)
    run.snapshots = _empty_snapshots(run, arrays)
    flat = _flat(run)
    targets = _named_layers(network) | flat | _calibration_arrays(calibration)
    if list(arrays) != list(targets):
        raise ValueError(f"members must be {list(targets)}, got {list(arrays)}")
    for name, target in targets.items():
        _check_like(name, target, arrays[name])
        values = arrays[name].copy()  # in the file, numbers begin at any byte, which is slow
        if name in flat:
            fill_by_rows(target, values, network.layer_sizes)
        else:
            target[...] = values
    run.best_parameters[:] = network.parameters
    if not run.config.patience:
        run.network.parameters[:] = network.parameters
    elif run.result().parameters.tobytes() != network.parameters.tobytes():
        raise ValueError("before the first best epoch, state_parameters are the weights")
    check_bounds(network)
    return Checkpoint(network, run, provenance, calibration)


def _check_like(name: str, target: NDArray[Any], array: NDArray[Any]) -> None:
    if (array.shape, array.dtype) != (target.shape, target.dtype):
        expected = f"{target.dtype} of {target.shape}"
        raise ValueError(f"{name} must be {expected}, got {array.dtype} of {array.shape}")


def _empty_snapshots(run: Run, arrays: dict[str, NDArray[Any]]) -> Snapshots:
    """Return arrays for the snapshots that a file has: all that the run may have, or fewer."""
    size = run.network.parameters.size
    epochs = frame_epochs(run.epoch, size, run.config.snapshots)
    return {e: np.empty(size, np.float16) for e in epochs if f"snapshot_{e}" in arrays}
