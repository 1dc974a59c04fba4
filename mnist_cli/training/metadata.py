"""The metadata of a checkpoint: a run as JSON values, and the way back to the run.

docs/checkpoint.md is the specification.
"""

import json
import re
from typing import Any, NamedTuple

import numpy as np

from mnist_cli.classes import DIGITS, check_classes, check_name
from mnist_cli.config.archive import Archive
from mnist_cli.config.settings import make_config
from mnist_cli.images import PIXELS
from mnist_cli.training import format_1
from mnist_cli.training.answer_sets import THOUSANDTHS
from mnist_cli.training.confidence import LOGIT_SCALES, Calibration
from mnist_cli.training.outliers import COMPONENTS, Limits, Spaces
from mnist_cli.training.run import EpochResult, Run

FORMAT = 2
LONGEST_NAME = 100  # characters of a data set's or a file's name
LARGEST_COUNT = 1_000_000_000
LARGEST_NUMBER = 1e30  # so that sums and charts of them are finite
LIMITS = Limits._fields


class Origin(NamedTuple):
    """The network whose weights a run started with: name and SHA-256 of its file."""

    name: str
    sha256: str


class Provenance(NamedTuple):
    """What a run was trained on, and where.

    Attributes
    ----------
    dataset : name
    images : count of training images
    sha256 : of the labels and every 64th image; a run is only resumed on the same images
    environment : Python, NumPy, BLAS kernel and threads, on which the last bits depend
    classes : their names; the network has an output for each
    handwriting : whether the images are handwriting, so that pictures are read as such
    origin : the network that the run started from, None where it started from the seed
    """

    dataset: str
    images: int
    sha256: str
    environment: dict[str, str]
    classes: tuple[str, ...] = DIGITS
    handwriting: bool = True
    origin: Origin | None = None


# -- writing ---------------------------------------------------------------------------------------


def metadata_of(
    run: Run, provenance: Provenance, calibration: Calibration | None
) -> dict[str, Any]:
    """Return everything about a run but its arrays, as JSON values."""
    return {
        "format": FORMAT,
        "dataset": {
            "name": provenance.dataset,
            "images": provenance.images,
            "sha256": provenance.sha256,
            "classes": list(provenance.classes),
            "handwriting": provenance.handwriting,
        },
        "origin": None if provenance.origin is None else provenance.origin._asdict(),
        "config": run.config.to_dict(),
        "history": [
            # no seconds: they differ from run to run
            {name: value for name, value in result._asdict().items() if name != "seconds"}
            for result in run.history
        ],
        "progress": {"step": run.step, "loss_sum": run.loss_sum, "best_epoch": run.best_epoch},
        "calibration": None if calibration is None else calibration_numbers(calibration),
        "environment": provenance.environment,
    }


def calibration_numbers(calibration: Calibration) -> dict[str, Any]:
    """Return the numbers of a calibration, and of its spaces: one per class or, of old, 1."""
    return {
        "logit_scale": calibration.logit_scale,
        **calibration.limits._asdict(),
        "spaces": len(calibration.spaces.means),
    }


# -- reading ---------------------------------------------------------------------------------------


def in_format_2(archive: Archive) -> Archive:
    """Give an archive of either format the form of format 2. Raises ValueError."""
    number = _count(archive.metadata["format"])
    if number == FORMAT:
        return archive
    if number != 1:
        raise ValueError(f"format must be 1 or {FORMAT}, got {number}; a newer version may read it")
    if json.dumps(archive.metadata).encode() != archive.text:
        raise ValueError("metadata are not spelled as this program writes them")
    metadata, arrays = format_1.in_format_2(archive.metadata, archive.arrays)
    return Archive(arrays, json.dumps(metadata).encode(), metadata)


def read_metadata(
    metadata: dict[str, Any], text: bytes
) -> tuple[Run, Provenance, Calibration | None]:
    """Build what the metadata describe; the arrays of run and calibration are filled later.

    Raises ValueError, KeyError, TypeError, AttributeError, OverflowError or ConfigError for
    anything that `metadata_of` does not return, and for another spelling of it in `text`.
    """
    provenance = _provenance(metadata)
    run = _run(metadata, len(provenance.classes))
    calibration = _calibration(metadata["calibration"], run.outputs)
    written = metadata_of(run, provenance, calibration)
    if json.dumps(written).encode() != text:
        raise ValueError(_difference(metadata, written))
    return run, provenance, calibration


def _difference(metadata: dict[str, Any], written: dict[str, Any]) -> str:
    """Say what makes the metadata of a file another text than this program writes."""
    if list(metadata) != list(written):
        return f"metadata must be {', '.join(written)}, got {', '.join(metadata)}"
    for name, value in metadata.items():
        if json.dumps(value) != json.dumps(written[name]):
            return f"{name} is not as this program writes it, got {json.dumps(value):.60}"
    return "metadata are not spelled as this program writes them"


def _calibration(values: dict[str, Any] | None, outputs: int) -> Calibration | None:
    if values is None:
        return None
    scale, limits = _number(values["logit_scale"]), [_number(values[name]) for name in LIMITS]
    if not 0 <= scale <= LOGIT_SCALES[1]:
        raise ValueError(f"logit_scale must be from 0 to {LOGIT_SCALES[1]:g}, got {scale:g}")
    count = _count(values["spaces"])
    if count not in (1, outputs):
        raise ValueError(f"spaces must be 1 or {outputs}, got {count}")
    components = COMPONENTS if count == outputs else format_1.COMPONENTS
    spaces = Spaces(
        np.zeros((count, PIXELS), np.uint8), np.zeros((count, components, PIXELS), np.int8)
    )
    sets = np.zeros(len(THOUSANDTHS) if count == outputs else 0, np.float32)
    return Calibration(scale, Limits(*limits), spaces, sets)


def _run(metadata: dict[str, Any], outputs: int) -> Run:
    run = Run(make_config(metadata["config"]), outputs)
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
    for text in (*environment, *environment.values()):
        check_name(text, "environment", LONGEST_NAME)
    if type(dataset["handwriting"]) is not bool:
        raise TypeError(f"handwriting must be true or false, got {dataset['handwriting']!r}")
    return Provenance(
        check_name(dataset["name"], "name of dataset", LONGEST_NAME),
        _count(dataset["images"]),
        _digest(dataset["sha256"]),
        dict(environment),
        check_classes(dataset["classes"]),
        dataset["handwriting"],
        _origin(metadata["origin"]),
    )


def _origin(values: dict[str, Any] | None) -> Origin | None:
    if values is None:
        return None
    name = check_name(values["name"], "name of origin", LONGEST_NAME)
    return Origin(name, _digest(values["sha256"]))


def _digest(value: Any) -> str:
    if not (isinstance(value, str) and re.fullmatch("[0-9a-f]{,64}", value)):
        raise ValueError(f"must be a SHA-256 in hexadecimal, got {value!r:.80}")
    return value


def _count(value: Any) -> int:
    if type(value) is not int or not 0 <= value <= LARGEST_COUNT:
        raise ValueError(f"must be a count, got {value!r:.40}")
    return value


def _number(value: Any) -> float:
    if type(value) not in (int, float) or not abs(value) <= LARGEST_NUMBER:
        raise ValueError(f"must be a number of at most {LARGEST_NUMBER:g}, got {value!r:.40}")
    return float(value)


def _share_or_none(value: Any) -> float | None:
    share = _number_or_none(value)
    if share is not None and not 0 <= share <= 1:
        raise ValueError(f"must be a share from 0 to 1, got {share}")
    return share


def _number_or_none(value: Any) -> float | None:
    return None if value is None else _number(value)
