"""The metadata of a checkpoint: every value has its bounds, and what is beyond has its reason."""

import copy
import json
import re

import numpy as np
import pytest

from mnist_cli.config.archive import Archive
from mnist_cli.config.settings import TrainingConfig
from mnist_cli.errors import ConfigError
from mnist_cli.training.confidence import LOGIT_SCALES, Calibration
from mnist_cli.training.metadata import (
    Origin,
    Provenance,
    in_format_2,
    metadata_of,
    read_metadata,
)
from mnist_cli.training.outliers import COMPONENTS, Limits, Spaces
from mnist_cli.training.run import Run

CLASSES = ("cat", "dog", "は")
REFUSED = (ValueError, TypeError, KeyError, AttributeError, ConfigError)


def whole():
    """Metadata in which every key has a value."""
    run = Run.start(TrainingConfig(hidden_sizes=()), len(CLASSES))
    run.close_epoch(0.5, 0.25, 1.0)
    run.close_epoch(0.25, 0.5, 1.0)
    spaces = Spaces(np.zeros((3, 784), np.uint8), np.zeros((3, COMPONENTS, 784), np.int8))
    calibration = Calibration(0.5, Limits(3.25, 0.5, 0.75), spaces, np.zeros(500, np.float32))
    origin, environment = Origin("a.npz", "0123456789abcdef" * 4), {"numpy": "2"}
    provenance = Provenance("own", 100, "f" * 64, environment, CLASSES, False, origin)
    return metadata_of(run, provenance, calibration)


METADATA = json.loads(json.dumps(whole()))


def edited(value, *path):
    values = copy.deepcopy(METADATA)
    place = values
    for key in path[:-1]:
        place = place[key]
    place[path[-1]] = value
    return values


def read(values):
    return read_metadata(values, json.dumps(values).encode())


def test_the_whole_comes_back():
    run, provenance, calibration = read(METADATA)
    assert json.loads(json.dumps(metadata_of(run, provenance, calibration))) == METADATA
    assert (run.outputs, run.epoch, run.best_epoch) == (3, 2, 2)
    assert provenance.origin == Origin("a.npz", "0123456789abcdef" * 4)
    assert calibration.limits == Limits(3.25, 0.5, 0.75)


@pytest.mark.parametrize(("count", "components", "sets"), [(3, COMPONENTS, 500), (1, 30, 0)])
def test_the_arrays_of_a_calibration_have_their_shapes(count, components, sets):
    _, _, calibration = read(edited(count, "calibration", "spaces"))
    arrays = (*calibration.spaces, calibration.set_limits)
    assert [array.shape for array in arrays] == [(count, 784), (count, components, 784), (sets,)]
    assert [array.dtype for array in arrays] == [np.uint8, np.int8, np.float32]


EPOCH = ("history", 1)
TAKEN = {
    ("dataset", "name"): ["a", "a" * 100],
    ("dataset", "images"): [0, 1_000_000_000],
    ("dataset", "sha256"): ["", "0" * 64],
    ("dataset", "handwriting"): [True],
    ("origin", "name"): ["a" * 100],
    ("origin",): [None],
    ("environment",): [{}, {"a" * 100: "b" * 100}],
    ("calibration",): [None],
    ("calibration", "logit_scale"): [0.0, float(LOGIT_SCALES[1])],
    ("calibration", "max_distance"): [-1e30, 1e30],
    ("progress", "step"): [0, 1_000_000_000],
    ("progress", "best_epoch"): [0, 2],
    ("progress", "loss_sum"): [-1e30, 1e30],
    (*EPOCH, "loss"): [1e30],
    (*EPOCH, "validation_accuracy"): [None, 0.0, 1.0],
    (*EPOCH, "validation_loss"): [None, 1e30],
    (*EPOCH, "training_accuracy"): [None, 0.0, 1.0],
    (*EPOCH, "gradient_norms"): [[], [0.5, 1e30]],
}


@pytest.mark.parametrize(("path", "value"), [(p, v) for p, values in TAKEN.items() for v in values])
def test_the_ends_of_each_range_are_taken(path, value):
    values = edited(value, *path)
    assert json.loads(json.dumps(metadata_of(*read(values)))) == values


NAME = "must have 1 to 100 characters, got"
SHA256 = "must be a SHA-256 in hexadecimal, got"
COUNT = "must be a count, got"
NUMBER = "must be a number of at most 1e+30, got"
SHARE = "must be a share from 0 to 1, got"
WRONG = {
    ("dataset", "name"): [("", f"name of dataset {NAME} 0"), ("a" * 101, f"{NAME} 101")],
    ("dataset", "images"): [
        (value, f"{COUNT} {value!r}") for value in (-1, 1_000_000_001, 1.0, True, None, "1")
    ],
    ("dataset", "sha256"): [(v, f"{SHA256} {v!r:.80}") for v in ("F" * 64, "0" * 65, "g", 5, None)],
    ("dataset", "handwriting"): [(1, "handwriting must be true or false, got 1")],
    ("dataset", "classes"): [
        (["a"], "classes must be 2 to 10, got 1"),
        ([5, "a"], "must be text, got 5"),
    ],
    ("origin", "name"): [("a" * 101, f"name of origin {NAME} 101"), (5, "must be text, got 5")],
    ("origin", "sha256"): [("x", f"{SHA256} 'x'")],
    ("environment", "numpy"): [("3" * 101, f"environment {NAME} 101"), (2, "must be text, got 2")],
    ("environment", "a" * 101): [("b", f"environment {NAME} 101")],
    ("calibration", "logit_scale"): [
        (value, f"logit_scale must be from 0 to {LOGIT_SCALES[1]:g}, got {value:g}")
        for value in (-1e-9, LOGIT_SCALES[1] + 1.0)
    ],
    ("calibration", "min_score"): [(None, f"{NUMBER} None"), (1e31, f"{NUMBER} 1e+31")],
    ("calibration", "spaces"): [(n, f"spaces must be 1 or 3, got {n}") for n in (0, 2, 4)],
    ("config", "epochs"): [(-1, "epochs")],
    ("progress", "step"): [(0.5, f"{COUNT} 0.5")],
    ("progress", "best_epoch"): [(3, "best_epoch must be at most 2, got 3"), (-1, f"{COUNT} -1")],
    ("progress", "loss_sum"): [
        (value, f"{NUMBER} {value!r}") for value in (-1e31, 10**31, True, "1")
    ],
    (*EPOCH, "epoch"): [(3, "epoch must be 2, got 3"), (None, "epoch must be 2, got None")],
    (*EPOCH, "loss"): [(None, f"{NUMBER} None")],
    (*EPOCH, "validation_accuracy"): [(-0.1, f"{SHARE} -0.1"), (1.5, f"{SHARE} 1.5")],
    (*EPOCH, "validation_loss"): [("1", f"{NUMBER} '1'")],
    (*EPOCH, "training_accuracy"): [(1.01, f"{SHARE} 1.01")],
    (*EPOCH, "gradient_norms"): [([1e31], f"{NUMBER} 1e+31")],
}
FAULTS = [(path, value, reason) for path, cases in WRONG.items() for value, reason in cases]


@pytest.mark.parametrize(("path", "value", "reason"), FAULTS)
def test_what_is_beyond_has_its_reason(path, value, reason):
    with pytest.raises(REFUSED, match=re.escape(reason)):
        read(edited(value, *path))


def reordered(values):
    return {"dataset": values["dataset"], **values}


OTHER_SPELLINGS = {
    "a key more": ({**METADATA, "more": 1}, "metadata must be format, dataset, .*, got .*, more"),
    "another order": (reordered(METADATA), "metadata must be format, .*, got dataset, format"),
    "a setting less": (edited({}, "config"), "config is not as this program writes it, got {}$"),
    "a key of a group more": (
        edited("x" * 100, "progress", "more"),
        'progress is not as this program writes it, got {"step": 0, .{48}$',
    ),
    "a whole number": (
        edited(1, "progress", "loss_sum"),
        'progress is not as this program writes it, got {"step": 0, "loss_sum": 1,',
    ),
}


@pytest.mark.parametrize("case", OTHER_SPELLINGS)
def test_another_spelling_has_its_reason(case):
    values, reason = OTHER_SPELLINGS[case]
    with pytest.raises(ValueError, match=f"^{reason}"):
        read(values)


def test_spaces_are_another_spelling():
    with pytest.raises(ValueError, match=r"^metadata are not spelled as this program writes them$"):
        read_metadata(METADATA, json.dumps(METADATA, indent=1).encode())


def archive(values, **options):
    return Archive({}, json.dumps(values, **options).encode(), values)


def test_the_format_is_looked_at_first():
    newest = archive(METADATA)
    assert in_format_2(newest) is newest
    for number in (0, 3, 1_000_000_000):
        reason = f"^format must be 1 or 2, got {number}; a newer version may read it$"
        with pytest.raises(ValueError, match=reason):
            in_format_2(archive({"format": number}))
    for value in (True, 2.0, "2", None):
        with pytest.raises(ValueError, match=f"^{COUNT} {value!r}$"):
            in_format_2(archive({"format": value}))
    with pytest.raises(ValueError, match=r"^metadata are not spelled as this program writes them$"):
        in_format_2(archive({"format": 1}, indent=1))


def test_format_1_has_the_older_names():
    """All its networks read handwritten digits and started from the seed."""
    values = edited(list("0123456789"), "dataset", "classes")
    values |= {"origin": None, "calibration": None}
    values["dataset"]["handwriting"] = True
    dataset = {name: values["dataset"][name] for name in ("name", "images", "sha256")}
    config = {name: value for name, value in values["config"].items() if name != "drawn"}
    old = {"format": 1, "dataset": dataset, "config": config, "history": values["history"]}
    old |= {"progress": values["progress"], "doubt": None, "environment": values["environment"]}
    found = in_format_2(archive(old))
    assert (found.arrays, found.text) == ({}, json.dumps(values).encode())
    assert found.metadata == values
