"""Checkpoints: the same run gives the same bytes, and a damaged file is never loaded."""

import io
import json
import re
import zipfile
from functools import partial
from pathlib import Path

import numpy as np
import pytest

from mnist_cli.config.settings import TrainingConfig
from mnist_cli.errors import CheckpointError
from mnist_cli.storage.identity import stamp_of
from mnist_cli.storage.npz import read_npz, write_npz
from mnist_cli.training.checkpoint import load_checkpoint, save_checkpoint
from mnist_cli.training.confidence import Calibration
from mnist_cli.training.metadata import Origin, Provenance
from mnist_cli.training.outliers import COMPONENTS, Limits, Spaces
from mnist_cli.training.run import Run

ONE_LINE = r"^[^\n]+$"
KEPT = Path(__file__).with_name("format-1.npz")
PROVENANCE = Provenance("builtin", 100, "0" * 64, {"numpy": "2"})
SETTINGS = {
    "plain": {},
    "momentum": {"momentum": 0.9},
    "adam": {"optimizer": "adam"},
    "patience": {"patience": 2},
    "no hidden layer": {"hidden_sizes": ()},
}


def make_run(**settings):
    run = Run.start(TrainingConfig(**{"hidden_sizes": (3,), **settings}))
    run.close_epoch(0.5, 0.25, 1.0)
    run.network.parameters += 1
    run.close_epoch(0.25, 0.125, 1.0)
    for number, vector in enumerate(run.optimizer.state.values()):
        vector[:] = number + 0.5
    run.step, run.loss_sum = 3, 0.1 + 0.2
    return run


@pytest.fixture
def path(tmp_path):
    return tmp_path / "net.npz"


@pytest.mark.parametrize("case", SETTINGS)
def test_everything_comes_back(path, case):
    run = make_run(**SETTINGS[case])
    save_checkpoint(path, run, PROVENANCE)
    loaded = load_checkpoint(path)
    assert loaded.provenance == PROVENANCE
    assert loaded.run.config == run.config
    assert (loaded.run.step, loaded.run.loss_sum, loaded.run.best_epoch) == (3, 0.1 + 0.2, 1)
    assert [e._replace(seconds=None) for e in run.history] == loaded.run.history
    np.testing.assert_array_equal(loaded.run.network.parameters, run.network.parameters)
    np.testing.assert_array_equal(loaded.network.parameters, run.result().parameters)
    for name, vector in run.optimizer.state.items():
        np.testing.assert_array_equal(loaded.run.optimizer.state[name], vector)


OTHERS = {
    "three": ("sneaker", 'T-shirt/"top"', "</script>"),
    "two": ("は", "a\u2028b"),
    "ten": tuple("abcdefghij"),
}


@pytest.mark.parametrize("case", OTHERS)
def test_the_classes_and_the_origin_come_back(path, case):
    classes = OTHERS[case]
    run = Run.start(TrainingConfig(hidden_sizes=(3,)), len(classes))
    provenance = PROVENANCE._replace(
        dataset="my own set", classes=classes, handwriting=False, origin=Origin("a.npz", "f" * 64)
    )
    save_checkpoint(path, run, provenance)
    loaded = load_checkpoint(path)
    assert loaded.provenance == provenance
    assert loaded.network.layer_sizes == (784, 3, len(classes))
    np.testing.assert_array_equal(loaded.run.network.parameters, run.network.parameters)
    first = path.read_bytes()
    save_checkpoint(path, loaded.run, loaded.provenance)
    assert path.read_bytes() == first


def make_calibration():
    rng = np.random.default_rng(0)
    means = rng.integers(0, 256, (10, 784), np.uint8)
    components = rng.integers(-127, 128, (10, COMPONENTS, 784), np.int8)
    sets = np.linspace(0.25, 0, 500, dtype=np.float32)
    return Calibration(0.5, Limits(3.25, 0.5, 0.75), Spaces(means, components), sets)


def check_equal(one, other):
    assert one[:2] == other[:2]
    for array, expected in zip((*one[2], one[3]), (*other[2], other[3]), strict=True):
        assert array.dtype == expected.dtype
        np.testing.assert_array_equal(array, expected)


def test_calibration_comes_back(path):
    calibration = make_calibration()
    save_checkpoint(path, make_run(), PROVENANCE, calibration)
    loaded = load_checkpoint(path).calibration
    assert loaded is not None
    check_equal(loaded, calibration)


@pytest.mark.parametrize("case", SETTINGS)
def test_reading_and_writing_gives_the_same_bytes(path, case):
    save_checkpoint(path, make_run(**SETTINGS[case]), PROVENANCE)
    first = path.read_bytes()
    loaded = load_checkpoint(path)
    save_checkpoint(path, loaded.run, loaded.provenance)
    assert path.read_bytes() == first


def test_the_stamp_is_that_of_the_new_file(path):
    written = save_checkpoint(path, make_run(), PROVENANCE)
    assert written == stamp_of(path.stat())


def test_plain_numpy_reads_it(path):
    run = make_run()
    save_checkpoint(path, run, PROVENANCE)
    with np.load(path, allow_pickle=False) as arrays:
        np.testing.assert_array_equal(arrays["weights_1"], run.network.weights[0])
        assert arrays["biases_2"].dtype == np.float32
        assert json.loads(arrays["metadata"].item())["config"]["hidden_sizes"] == [3]


def test_vectors_are_laid_out_as_the_format_says(path):
    """Weights row by row, then biases, layer after layer, wherever the program keeps them."""
    run = make_run(momentum=0.9)
    run.optimizer.state["velocity"][:] = run.network.parameters
    save_checkpoint(path, run, PROVENANCE)
    with np.load(path, allow_pickle=False) as arrays:
        layers = [arrays[f"{kind}_{n}"].ravel() for n in (1, 2) for kind in ("weights", "biases")]
        np.testing.assert_array_equal(arrays["state_velocity"], np.concatenate(layers))


def test_what_is_no_number_is_never_written(path):
    save_checkpoint(path, make_run(), PROVENANCE)
    before, run = path.read_bytes(), make_run()
    run.loss_sum = float("nan")
    with pytest.raises(ValueError, match="not JSON compliant"):
        save_checkpoint(path, run, PROVENANCE)
    assert path.read_bytes() == before


def test_no_seconds_and_no_dates(path):
    save_checkpoint(path, make_run(), PROVENANCE)
    with zipfile.ZipFile(path) as archive:
        assert {member.date_time for member in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}
    assert b"seconds" not in path.read_bytes()


def test_every_flipped_bit_is_told(path):
    save_checkpoint(path, make_run(), PROVENANCE)
    content = path.read_bytes()
    rng = np.random.default_rng(0)
    header_places = np.r_[0:400:4, len(content) - 700 : len(content) : 4]  # the campaign takes all
    for place in [*header_places, *rng.integers(0, len(content), 200)]:
        damaged = bytearray(content)
        damaged[place] ^= 1 << rng.integers(8)
        path.write_bytes(damaged)
        with pytest.raises(CheckpointError, match=ONE_LINE):
            load_checkpoint(path)


@pytest.mark.parametrize("size", [0, 1, 21, 22, 100, 1000, 5000, -1])
def test_every_cut_is_told(path, size):
    save_checkpoint(path, make_run(), PROVENANCE)
    path.write_bytes(path.read_bytes()[:size])
    with pytest.raises(CheckpointError, match="damaged, or not a checkpoint"):
        load_checkpoint(path)


def npy(array):
    buffer = io.BytesIO()
    np.save(buffer, array)
    return buffer.getvalue()


def zipped(members, compression=zipfile.ZIP_STORED):
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", compression) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return buffer.getvalue()


def own_npz(arrays):
    buffer = io.BytesIO()
    write_npz(buffer, {k: np.asarray(v) for k, v in arrays.items()})
    return buffer.getvalue()


def huge_header():
    promise = "{'descr': '<f4', 'fortran_order': False, 'shape': (8589934592,), }".ljust(117) + "\n"
    return b"\x93NUMPY\x01\x00v\x00" + promise.encode()


def minus_signs():
    """A header that ends Python's own parser with a MemoryError."""
    shape = "{'descr': '<f4', 'fortran_order': False, 'shape': (" + "-" * 9000 + "1,), }\n"
    return b"\x93NUMPY\x01\x00" + len(shape).to_bytes(2, "little") + shape.encode()


SOURCE = {"name": "mnist", "images": 1, "sha256": "0" * 64}
DATASET = {1: SOURCE, 2: {**SOURCE, "classes": list("0123456789"), "handwriting": True}}
ORIGIN = {1: {}, 2: {"origin": None}}  # format 1 has none
PROGRESS = {"step": 0, "loss_sum": 0.0, "best_epoch": 0}
EPOCH = {
    "epoch": 1,
    "loss": 1.0,
    "validation_accuracy": None,
    "validation_loss": None,
    "training_accuracy": 0.5,
    "gradient_norms": [],
}
CALIBRATION = {1: "doubt", 2: "calibration"}
SCALE = {1: "scale", 2: "logit_scale"}
NUMBERS = {
    1: {"scale": 1.0, "farthest": 1.0, "least_score": 0.0},
    2: {
        "logit_scale": 1.0,
        "max_distance": 1.0,
        "min_explained": 0.0,
        "min_score": 0.0,
        "spaces": 10,
    },
}
ARRAYS = {
    1: {"mean": np.zeros(784, "<f4"), "components": np.ones((30, 784), "|i1")},
    2: {
        "means": np.zeros((10, 784), "|u1"),
        "components": np.ones((10, COMPONENTS, 784), "|i1"),
        "set_limits": np.zeros(500, "<f4"),
    },
}
WHOLE = TrainingConfig(hidden_sizes=(), snapshots=12).to_dict()
CONFIG = {1: {key: value for key, value in WHOLE.items() if key != "drawn"}, 2: WHOLE}
LAYERS = {"weights_1": np.zeros((784, 10), "<f4"), "biases_1": np.zeros(10, "<f4")}


def metadata_of(number, **changes):
    """Metadata of format 1 or 2, with some values changed."""
    values = {
        "format": number,
        "dataset": DATASET[number],
        **ORIGIN[number],
        "config": CONFIG[number],
        "history": [EPOCH],
        "progress": PROGRESS,
        CALIBRATION[number]: None,
        "environment": {},
    }
    return np.bytes_(json.dumps({**values, **changes}))


def calibrated(number, numbers, **changes):
    """A checkpoint of a format with the arrays of a calibration, and with these numbers."""
    name = CALIBRATION[number]
    arrays = {f"{name}_{key}": array for key, array in {**ARRAYS[number], **changes}.items()}
    return own_npz({**LAYERS, **arrays, "metadata": metadata_of(number, **{name: numbers})})


def bomb():
    """A small file of 40 MB; made by its test, as every worker imports this file."""
    return zipped({"weights_1.npy": npy(np.zeros(10_000_000, "<f4"))}, zipfile.ZIP_DEFLATED)


def hostile(number):
    """Files that are almost checkpoints of a format."""
    metadata, with_calibration = partial(metadata_of, number), partial(calibrated, number)
    calibration = CALIBRATION[number]
    return (hostile_classes(metadata) if number == 2 else {}) | {
        "a text": b"hello",
        "a renamed npy": npy(np.zeros(3)),
        "a zip of text": zipped({"weights_1.npy": b"hello"}),
        "an empty zip": zipped({}),
        "a bomb": bomb,
        "a promise of 32 GiB": zipped({"weights_1.npy": huge_header()}),
        "thousands of minus signs": zipped({"weights_1.npy": minus_signs()}),
        "a header without end": zipped({"weights_1.npy": npy(np.zeros(3, "<f4"))[:60]}),
        "a list of texts": zipped({"weights_1.npy": npy(np.zeros(3, "S1"))}),
        "deep metadata": own_npz(
            {
                **LAYERS,
                "metadata": np.bytes_(b'{"format": 1, "config": ' + b"[" * 900 + b"]" * 900 + b"}"),
            }
        ),
        "half a character": own_npz({**LAYERS, "metadata": metadata(environment={"a": "\ud800"})}),
        "a negative scale": with_calibration({**NUMBERS[number], SCALE[number]: -1.0}),
        "a pickle": zipped({"weights_1.npy": npy(np.array([{}], dtype=object))}),
        "another npz": own_npz({"a": np.zeros(3, "<f4")}),
        "float64": own_npz({**LAYERS, "weights_1": np.zeros((784, 10)), "metadata": metadata()}),
        "not finite": own_npz(
            {**LAYERS, "biases_1": np.full(10, np.nan, "<f4"), "metadata": metadata()}
        ),
        "wrong shape": own_npz({**LAYERS, "biases_1": np.zeros(9, "<f4"), "metadata": metadata()}),
        "one too many": own_npz({**LAYERS, "more": np.zeros(1, "<f4"), "metadata": metadata()}),
        "one too few": own_npz({"weights_1": LAYERS["weights_1"], "metadata": metadata()}),
        "half-precision weights": own_npz(
            {"weights_1": np.zeros((784, 10), "<f2"), "biases_1": LAYERS["biases_1"]}
            | {"metadata": metadata()}
        ),
        "a snapshot of no frame": own_npz(
            {**LAYERS, "snapshot_5": np.zeros(7850, "<f2"), "metadata": metadata()}
        ),
        "a short snapshot": own_npz(
            {**LAYERS, "snapshot_0": np.zeros(7849, "<f2"), "metadata": metadata()}
        ),
        "wrong order": own_npz({**dict(reversed(LAYERS.items())), "metadata": metadata()}),
        "no metadata": own_npz(LAYERS),
        "metadata as numbers": own_npz({**LAYERS, "metadata": np.zeros(3, "<f4")}),
        "metadata no JSON": own_npz({**LAYERS, "metadata": np.bytes_(b"{")}),
        "a newer format": own_npz({**LAYERS, "metadata": metadata(format=3)}),
        "config out of range": own_npz({**LAYERS, "metadata": metadata(config={"epochs": -1})}),
        "config no object": own_npz({**LAYERS, "metadata": metadata(config=3)}),
        "history no list": own_npz({**LAYERS, "metadata": metadata(history=3)}),
        "history of texts": own_npz({**LAYERS, "metadata": metadata(history=["x"])}),
        "progress nothing": own_npz({**LAYERS, "metadata": metadata(progress=None)}),
        "environment a list": own_npz({**LAYERS, "metadata": metadata(environment=[1])}),
        "calibration without its arrays": own_npz(
            {**LAYERS, "metadata": metadata(**{calibration: NUMBERS[number]})}
        ),
        "one number of the calibration more": with_calibration({**NUMBERS[number], "more": 1.0}),
        "one number of the calibration less": with_calibration(
            dict([*NUMBERS[number].items()][:2])
        ),
        "names of the other format": with_calibration(NUMBERS[3 - number]),
        "calibration a list": with_calibration([1.0, 1.0, 0.0]),
        "components of another shape": with_calibration(
            NUMBERS[number], components=np.ones((29, 784), "|i1")
        ),
        "a truth value as format": own_npz({**LAYERS, "metadata": metadata(format=True)}),
        "a whole number as loss": own_npz(
            {
                **LAYERS,
                "metadata": metadata(progress={"step": 0, "loss_sum": 0, "best_epoch": 0}),
            }
        ),
        "one key of the data set more": own_npz(
            {**LAYERS, "metadata": metadata(dataset={**DATASET[number], "more": 1})}
        ),
        "one key of an epoch more": own_npz(
            {**LAYERS, "metadata": metadata(history=[{**EPOCH, "seconds": 1.0}])}
        ),
        "a number too large": own_npz(
            {
                **LAYERS,
                "metadata": metadata(progress={"step": 0, "loss_sum": 10**400, "best_epoch": 0}),
            }
        ),
        "a data set without a name": own_npz(
            {**LAYERS, "metadata": metadata(dataset={**DATASET[number], "name": ""})}
        ),
        "a data set with a long name": own_npz(
            {**LAYERS, "metadata": metadata(dataset={**DATASET[number], "name": "a" * 101})}
        ),
        "a data set with a bell": own_npz(
            {**LAYERS, "metadata": metadata(dataset={**DATASET[number], "name": "a\a"})}
        ),
        "a kilometre of environment": own_npz(
            {**LAYERS, "metadata": metadata(environment={"python": "3" * 1000})}
        ),
        "classes and origin": own_npz(
            {**LAYERS, "metadata": metadata(dataset=DATASET[3 - number], **ORIGIN[3 - number])}
        ),
        "one key more": own_npz({**LAYERS, "metadata": metadata(more=1)}),
        "an epoch out of order": own_npz(
            {**LAYERS, "metadata": metadata(history=[{"epoch": 7, "loss": 1.0}])}
        ),
        "an open bracket": zipped({"weights_1.npy": huge_header().replace(b"), }", b"  }")}),
        "best epoch ahead": own_npz(
            {**LAYERS, "metadata": metadata(progress={"step": 0, "loss_sum": 0.0, "best_epoch": 5})}
        ),
    }


CLASSES = {
    "one class": ["0"],
    "eleven classes": [*"0123456789", "10"],
    "nine classes for ten outputs": [*"012345678"],
    "a class twice": [*"0123456788"],
    "a class without a name": [*"012345678", ""],
    "a class with a long name": [*"012345678", "a" * 41],
    "a class with an escape sequence": [*"012345678", "\x1b[2J"],
    "a class with a line feed": [*"012345678", "a\nb"],
    "a class that is half a character": [*"012345678", "\ud800"],
    "a class that is a number": [*"012345678", 9],
    "classes as one text": "0123456789",
    "classes as an object": dict.fromkeys("0123456789"),
    "no classes": None,
}
ORIGINS = {
    "an origin of another form": {"name": "a.npz"},
    "an origin with more": {"name": "a.npz", "sha256": "0" * 64, "more": 1},
    "an origin with a long name": {"name": "a" * 101, "sha256": "0" * 64},
    "an origin that is text": "a.npz",
}


def hostile_classes(metadata):
    """Files of format 2 whose classes, kind of pictures or origin are not as they must be."""
    changes = {case: {"dataset": {**DATASET[2], "classes": c}} for case, c in CLASSES.items()}
    changes |= {case: {"origin": origin} for case, origin in ORIGINS.items()}
    changes["a number as handwriting"] = {"dataset": {**DATASET[2], "handwriting": 1}}
    return {case: own_npz({**LAYERS, "metadata": metadata(**c)}) for case, c in changes.items()}


FILES = {(number, case): content for number in (1, 2) for case, content in hostile(number).items()}
FILES |= {
    (1, "a mean above 1"): calibrated(1, NUMBERS[1], mean=np.full(784, 2, "<f4")),
    (2, "eleven spaces"): calibrated(2, {**NUMBERS[2], "spaces": 11}),
    (2, "one space in the arrays of ten"): calibrated(2, {**NUMBERS[2], "spaces": 1}),
}


@pytest.mark.parametrize("number", [1, 2])
def test_the_hostile_files_fail_for_their_own_reason(path, number):
    path.write_bytes(own_npz({**LAYERS, "metadata": metadata_of(number)}))
    assert load_checkpoint(path).network.layer_sizes == (784, 10)
    path.write_bytes(calibrated(number, NUMBERS[number]))
    calibration = load_checkpoint(path).calibration
    assert calibration.logit_scale == calibration.limits.max_distance == 1.0
    assert calibration.limits.min_score == 0.0
    assert len(calibration.spaces.means) == {1: 1, 2: 10}[number]


@pytest.mark.parametrize(("number", "case"), FILES)
def test_hostile_file_is_one_line(path, number, case):
    content = FILES[number, case]
    path.write_bytes(content() if callable(content) else content)
    with pytest.raises(CheckpointError) as caught:
        load_checkpoint(path)
    assert str(caught.value).startswith(str(path))
    assert "\n" not in str(caught.value)
    assert len(str(caught.value)) < 600


def in_format_1(path, doubt=None, **arrays):
    """Rewrite a checkpoint without calibration in format 1, with what that calls doubt."""
    content = read_npz(path.read_bytes())
    values = json.loads(content.pop("metadata").item())
    assert values.pop("calibration") is None
    assert values.pop("origin") is None
    assert values["dataset"].pop("classes") == list("0123456789")
    assert values["dataset"].pop("handwriting") is True
    del values["config"]["drawn"]  # a setting that is younger than format 1
    values |= {"format": 1, "doubt": doubt, "environment": values.pop("environment")}
    path.write_bytes(own_npz({**content, **arrays, "metadata": np.bytes_(json.dumps(values))}))


@pytest.mark.parametrize("case", SETTINGS)
def test_format_1_is_read_and_written_as_format_2(path, case):
    save_checkpoint(path, make_run(**SETTINGS[case]), PROVENANCE)
    expected = path.read_bytes()
    in_format_1(path)
    assert path.read_bytes() != expected
    loaded = load_checkpoint(path)
    save_checkpoint(path, loaded.run, loaded.provenance, loaded.calibration)
    assert path.read_bytes() == expected


def test_the_kept_file_of_format_1_is_read(path):
    """A program of that time wrote it; these numbers are read in it with plain NumPy and JSON."""
    with np.load(KEPT, allow_pickle=False) as arrays:
        values = json.loads(arrays["metadata"].item())
        loaded = load_checkpoint(KEPT)
        assert values["format"] == 1
        found, doubt = loaded.calibration, values["doubt"]
        assert found.logit_scale == doubt["scale"]
        assert (found.limits.max_distance, found.limits.min_score) == (
            doubt["farthest"],
            doubt["least_score"],
        )
        np.testing.assert_array_equal(found.spaces.components[0], arrays["doubt_components"])
        np.testing.assert_array_equal(loaded.network.weights[0], arrays["weights_1"])
    save_checkpoint(path, loaded.run, loaded.provenance, loaded.calibration)
    check_equal(load_checkpoint(path).calibration, loaded.calibration)


def test_the_doubt_of_format_1_is_kept(path, digits):
    """One space for all digits, its old limits, and that of noise, which it does not hold."""
    save_checkpoint(path, make_run(), PROVENANCE)
    mean = digits.images.mean(axis=0).astype("<f4") / 255
    components = np.random.default_rng(0).integers(-127, 128, (30, 784), np.int8)
    arrays = {"doubt_mean": mean, "doubt_components": components}
    in_format_1(path, {"scale": 0.5, "farthest": 3.25, "least_score": 0.75}, **arrays)
    found = load_checkpoint(path).calibration
    assert (found.logit_scale, found.limits.max_distance, found.limits.min_score) == (
        0.5,
        3.25,
        0.75,
    )
    np.testing.assert_allclose(found.spaces.means[0] / 255, mean, atol=0.5 / 255 + 1e-6)
    np.testing.assert_array_equal(found.spaces.components[0], components)
    assert 0 < found.limits.min_explained < 1
    assert found.set_limits.shape == (0,)
    loaded = load_checkpoint(path)
    save_checkpoint(path, loaded.run, loaded.provenance, loaded.calibration)
    check_equal(load_checkpoint(path).calibration, found)


def noise_by_hand(mean, components):
    """What a space explains of 200 images of noise, in float64: mean and standard deviation."""
    rng = np.random.default_rng(0)
    greys = rng.integers(0, 256, (200, 784), np.uint8).astype(float)
    greys[100:] = 255.0 * (greys[100:] >= 128)
    around = greys - np.rint(mean * 255)
    kept = components.astype(float) / 127  # directions are stored as whole numbers
    shares = ((around @ kept.T) ** 2).sum(1) / (around**2).sum(1)
    return shares.mean() + 2 * shares.std()


def test_the_limit_of_noise_is_two_deviations_above_its_mean(path, digits):
    mean = digits.images.mean(axis=0).astype("<f4") / 255
    components = np.zeros((30, 784), np.int8)
    components[range(30), range(200, 230)] = 127  # directions at right angles, of length 1
    arrays = {"doubt_mean": mean, "doubt_components": components}
    save_checkpoint(path, make_run(), PROVENANCE)
    in_format_1(path, {"scale": 0.5, "farthest": 3.25, "least_score": 0.75}, **arrays)
    found = load_checkpoint(path).calibration.limits.min_explained
    assert found == pytest.approx(noise_by_hand(mean, components), rel=1e-3)


DOUBT = {"scale": 0.5, "farthest": 3.25, "least_score": 0.75}
OLD_MEAN, OLD_COMPONENTS = np.linspace(0, 1, 784, dtype=np.float32), np.ones((30, 784), np.int8)
NOT_OF_FORMAT_1 = {
    "keys": (dict(reversed(DOUBT.items())), {}, "doubt must be scale, farthest, least_score"),
    "shape": (DOUBT, {"doubt_mean": OLD_MEAN[None]}, r"doubt must be f4 of \(784,\), got float32"),
    "kind": (
        DOUBT,
        {"doubt_mean": OLD_MEAN.astype("f2")},
        r"doubt must be f4 of \(784,\), got float16",
    ),
    "components": (
        DOUBT,
        {"doubt_components": OLD_COMPONENTS[:29]},
        r"doubt must be i1 of \(30, 784\)",
    ),
    "below": (
        DOUBT,
        {"doubt_mean": OLD_MEAN - 0.5},
        "doubt_mean must be from 0 to 1, got -0.5 to 0.5",
    ),
    "above": (
        DOUBT,
        {"doubt_mean": OLD_MEAN * 1.5},
        "doubt_mean must be from 0 to 1, got 0.0 to 1.5",
    ),
}


@pytest.mark.parametrize("case", NOT_OF_FORMAT_1)
def test_the_doubt_of_format_1_has_one_form(path, case):
    doubt, arrays, reason = NOT_OF_FORMAT_1[case]
    right = {"doubt_mean": OLD_MEAN, "doubt_components": OLD_COMPONENTS}
    save_checkpoint(path, make_run(), PROVENANCE)
    new = path.read_bytes()
    in_format_1(path, DOUBT, **right)
    load_checkpoint(path)
    path.write_bytes(new)
    in_format_1(path, doubt, **(right | arrays))
    with pytest.raises(CheckpointError, match=reason):
        load_checkpoint(path)


def change_format_1(path, change):
    """Rewrite a file of format 1 with other metadata."""
    content = read_npz(path.read_bytes())
    values = json.loads(content.pop("metadata").item())
    change(values)
    path.write_bytes(own_npz({**content, "metadata": np.bytes_(json.dumps(values))}))


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        (lambda v: v.update(calibration=None), "format 1 has no calibration"),
        (lambda v: v["config"].pop("seed"), "config of format 1 must be .*seed.*, in this order"),
        (lambda v: v["config"].update(drawn=0), "config of format 1 must be .*, in this order"),
    ],
)
def test_the_metadata_of_format_1_have_one_form(path, change, reason):
    save_checkpoint(path, make_run(), PROVENANCE)
    in_format_1(path)
    change_format_1(path, change)
    with pytest.raises(CheckpointError, match=reason):
        load_checkpoint(path)


@pytest.mark.parametrize("place", ["origin", "classes", "handwriting"])
def test_format_1_has_nothing_of_format_2(path, place):
    save_checkpoint(path, make_run(), PROVENANCE)
    in_format_1(path)
    change_format_1(
        path, lambda v: (v if place == "origin" else v["dataset"]).update({place: None})
    )
    with pytest.raises(CheckpointError, match="format 1 has no origin, classes or handwriting"):
        load_checkpoint(path)


def test_snapshots_come_back_and_may_be_missing(path):
    run = make_run()
    save_checkpoint(path, run, PROVENANCE)
    loaded = load_checkpoint(path).run
    assert sorted(loaded.snapshots) == [0, 1, 2]
    for epoch, vector in run.snapshots.items():
        np.testing.assert_array_equal(loaded.snapshots[epoch], vector)
    loaded.snapshots.clear()
    save_checkpoint(path, loaded, PROVENANCE)
    assert load_checkpoint(path).run.snapshots == {}


REASONS = {
    "ValueError": ({"format": 3}, "format must be 1 or 2, got 3; a newer version may read it"),
    "KeyError": ({"history": [{}]}, "there is no 'epoch'"),
    "TypeError": ({"progress": None}, "'NoneType' object is not subscriptable"),
    "AttributeError": ({"environment": [1]}, "'list' object has no attribute 'values'"),
    "ConfigError": ({"config": {"epochs": -1}}, ".*epochs must be .*, got -1"),
}


@pytest.mark.parametrize("kind", REASONS)
def test_whatever_stands_in_the_place_of_a_value_is_told(path, kind):
    changes, reason = REASONS[kind]
    path.write_bytes(own_npz({**LAYERS, "metadata": metadata_of(2, **changes)}))
    start = re.escape(f"{path}: damaged, or not a checkpoint of this program: ")
    with pytest.raises(CheckpointError, match=f"^{start}{reason}$") as caught:
        load_checkpoint(path)
    assert type(caught.value.__cause__).__name__ == kind


def test_a_missing_file_says_how_to_make_one(path):
    with pytest.raises(CheckpointError, match="'mnist train' makes one"):
        load_checkpoint(path)


def test_a_failed_write_leaves_the_old_file(path, monkeypatch):
    save_checkpoint(path, make_run(), PROVENANCE)
    old = path.read_bytes()

    def full_disk(descriptor):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.fsync", full_disk)
    with pytest.raises(OSError, match="No space"):
        save_checkpoint(path, make_run(), PROVENANCE)
    assert path.read_bytes() == old
    assert list(path.parent.iterdir()) == [path]


def test_what_is_no_file_is_not_said_to_be_missing(tmp_path):
    with pytest.raises(CheckpointError, match="must be a file, got something else; name"):
        load_checkpoint(tmp_path)
