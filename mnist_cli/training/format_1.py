"""Checkpoints of format 1: the same content under other names, and one space for all digits."""

import json
from typing import Any

import numpy as np
from numpy.typing import NDArray

from mnist_cli.classes import DIGITS
from mnist_cli.config.settings import make_config
from mnist_cli.data.preprocessing import preprocess
from mnist_cli.images import PIXELS
from mnist_cli.training.outliers import Spaces, compare

NAMES = {  # those that format 1 has for those of format 2
    "doubt": "calibration",
    "doubt_mean": "calibration_means",
    "doubt_components": "calibration_components",
}
YOUNGER = ("drawn",)  # settings
COMPONENTS = 30
NOISE = 100  # pictures of each kind of noise
NOISE_DEVIATIONS = 2.0  # standard deviations above the mean of noise: 98% of it has less


def in_format_2(
    metadata: dict[str, Any], arrays: dict[str, NDArray[Any]]
) -> tuple[dict[str, Any], dict[str, NDArray[Any]]]:
    """Give metadata and arrays of format 1 the form of format 2.

    Raises ValueError, KeyError, TypeError, AttributeError or ConfigError for what is no such file.
    """
    metadata, arrays = _with_new_keys(_renamed(metadata)), _renamed(arrays)
    if metadata["calibration"] is not None:
        spaces = _spaces(arrays)
        arrays |= {
            "calibration_means": spaces.means,
            "calibration_components": spaces.components,
            "calibration_set_limits": np.zeros(0, np.float32),
        }
        step = make_config(metadata["config"]).preprocessing
        metadata["calibration"] = _numbers(metadata["calibration"], min_explained(spaces, step))
    return metadata, arrays


def _with_new_keys(metadata: dict[str, Any]) -> dict[str, Any]:
    """Say of a file of format 1 what was true of them all: handwritten digits, from the seed."""
    dataset, known = metadata["dataset"], {"classes": list(DIGITS), "handwriting": True}
    if "origin" in metadata or dataset.keys() & known:
        raise ValueError("format 1 has no origin, classes or handwriting")
    new = {
        **metadata,
        "format": 2,
        "dataset": {**dataset, **known},
        "origin": None,
        "config": _with_new_settings(metadata["config"]),
    }
    after = [name for name in metadata if name not in ("format", "dataset")]
    return {name: new[name] for name in ("format", "dataset", "origin", *after)}


def _with_new_settings(given: dict[str, Any]) -> dict[str, Any]:
    """Add the usual values of the settings that format 1 does not have."""
    whole = make_config(given).to_dict()
    known = {name: value for name, value in whole.items() if name not in YOUNGER}
    if json.dumps(given) != json.dumps(known):
        raise ValueError(f"config of format 1 must be {', '.join(known)}, in this order")
    return whole


def _renamed(entries: dict[str, Any]) -> dict[str, Any]:
    """Give the entries of a file of format 1 the names of format 2."""
    for name in NAMES.values():
        if name in entries:
            raise ValueError(f"format 1 has no {name}")
    return {NAMES.get(name, name): value for name, value in entries.items()}


def _numbers(found: dict[str, Any], least: float) -> dict[str, Any]:
    """Return the numbers of a calibration with the limit that format 1 leaves out."""
    if list(found) != ["scale", "farthest", "least_score"]:
        raise ValueError(f"doubt must be scale, farthest, least_score, got {list(found)}")
    scale, farthest, score = found.values()
    return {
        "logit_scale": scale,
        "max_distance": farthest,
        "min_explained": least,
        "min_score": score,
        "spaces": 1,
    }


def _spaces(arrays: dict[str, NDArray[Any]]) -> Spaces:
    """Return mean (784,) and components (30, 784) as the one space of all digits."""
    mean, components = arrays["calibration_means"], arrays["calibration_components"]
    for array, shape, kind in ((mean, (PIXELS,), "f4"), (components, (COMPONENTS, PIXELS), "i1")):
        if array.shape != shape or array.dtype != kind:
            raise ValueError(f"doubt must be {kind} of {shape}, got {array.dtype} {array.shape}")
    if mean.min() < 0 or mean.max() > 1:
        raise ValueError(f"doubt_mean must be from 0 to 1, got {mean.min()} to {mean.max()}")
    return Spaces(np.rint(mean[None] * 255).astype(np.uint8), components[None])


def min_explained(spaces: Spaces, preprocessing: str) -> float:
    """Share that the space must explain: more than it explains of 98% of noise.

    Noise are random greys, and random black and white, after the preprocessing.
    """
    greys = np.random.default_rng(0).integers(0, 256, (2 * NOISE, PIXELS), np.uint8)
    greys[NOISE:] = np.where(greys[NOISE:] < 128, 0, 255)
    noise = preprocess(greys, preprocessing)
    _, shares = compare(spaces, noise, np.zeros(len(noise), np.intp))
    return float(shares.mean() + NOISE_DEVIATIONS * shares.std())
