"""A checkpoint has one spelling, its size follows from its settings, and nothing overflows."""

import io
import json
import struct
import tracemalloc
import zipfile

import numpy as np
import pytest

from mnist_cli.config.archive import most_bytes
from mnist_cli.config.settings import TrainingConfig
from mnist_cli.errors import CheckpointError, InputError
from mnist_cli.network.bounds import LARGEST, check_bounds, largest_z
from mnist_cli.network.network import Network
from mnist_cli.storage.npz import read_npz, write_npz
from mnist_cli.storage.strict_json import parse_object
from mnist_cli.training.checkpoint import load_checkpoint, save_checkpoint
from mnist_cli.training.metadata import Provenance
from mnist_cli.training.run import Run

PROVENANCE = Provenance("builtin", 100, "0" * 64, {"numpy": "2"})


@pytest.fixture
def path(tmp_path):
    """A checkpoint of a small network."""
    saved(tmp_path / "net.npz")
    return tmp_path / "net.npz"


def saved(path, change=id, **settings):
    run = Run.start(TrainingConfig(**{"hidden_sizes": (3,), **settings}))
    change(run)
    save_checkpoint(path, run, PROVENANCE)
    return run


def rewritten(content, write):
    """The members of a zip, written again by `write(archive, name, data)`."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(buffer, "w") as new:
        for member in old.infolist():
            write(new, member, old.read(member))
    return buffer.getvalue()


def dated_today(archive, member, data):
    archive.writestr(member.filename, data)


def without_suffix(archive, member, data):
    archive.writestr(zipfile.ZipInfo(member.filename.removesuffix(".npy")), data)


def with_wide_headers(archive, member, data):
    length = int.from_bytes(data[8:10], "little")
    header = data[10 : 10 + length - 1] + b" " * 64 + b"\n"
    archive.writestr(
        zipfile.ZipInfo(member.filename),
        data[:8] + struct.pack("<H", length + 64) + header + data[10 + length :],
    )


def with_comment(content):
    file = io.BytesIO(content)
    with zipfile.ZipFile(file, "a") as archive:
        archive.comment = b"hello"
    return file.getvalue()


def with_metadata(change):
    def changed(content):
        arrays = dict(read_npz(content))
        arrays["metadata"] = np.array(change(arrays["metadata"].item()))
        file = io.BytesIO()
        write_npz(file, arrays)
        return file.getvalue()

    return changed


def with_values(**changes):
    return with_metadata(lambda text: json.dumps({**json.loads(text), **changes}).encode())


def with_setting(name, value):
    def change(text):
        values = json.loads(text)
        return json.dumps({**values, "config": {**values["config"], name: value}}).encode()

    return with_metadata(change)


SPELLINGS = {
    "text before it": lambda content: b"#!/bin/sh\n" + content,
    "text after it": lambda content: content + b"\0",
    "a comment": with_comment,
    "another date": lambda content: rewritten(content, dated_today),
    "members without .npy": lambda content: rewritten(content, without_suffix),
    "wider headers": lambda content: rewritten(content, with_wide_headers),
    "a bit of the directory": lambda content: content[:-30] + b"\1" + content[-29:],
    "spaces in the metadata": with_metadata(
        lambda text: json.dumps(json.loads(text), indent=1).encode()
    ),
    "zero bytes after the metadata": with_metadata(
        lambda text: np.array(text, f"S{len(text) + 4}")
    ),
    "an escaped letter": with_metadata(lambda text: text.replace(b'"numpy"', b'"\\u006eumpy"')),
    "an incomplete configuration": with_values(config={"hidden_sizes": [3]}),
    "a whole number as a rate": with_setting("learning_rate", 3),
    "a truth value as format": with_values(format=True),
    "a float as format": with_values(format=2.0),
    "a thousand billion steps": with_values(
        progress={"step": 10**12, "loss_sum": 0.0, "best_epoch": 0}
    ),
    "a sum of losses of 1e308": with_values(
        progress={"step": 1, "loss_sum": 1e308, "best_epoch": 0}
    ),
}


@pytest.mark.parametrize("case", SPELLINGS)
def test_another_spelling_is_refused(path, case):
    content = path.read_bytes()
    changed = SPELLINGS[case](content)
    assert changed != content
    path.write_bytes(changed)
    with pytest.raises(CheckpointError, match="damaged, or not a checkpoint"):
        load_checkpoint(path)


def test_the_weights_before_a_best_epoch_are_the_last(path):
    """They stand in the file twice, and must be the same."""
    saved(path, patience=2)
    arrays = dict(read_npz(path.read_bytes()))
    assert load_checkpoint(path).run.best_epoch == 0
    with path.open("wb") as file:
        write_npz(file, {**arrays, "state_parameters": arrays["state_parameters"] + 1})
    with pytest.raises(CheckpointError, match="best epoch"):
        load_checkpoint(path)


def test_the_largest_files_of_all_settings_fit(path):
    saved(path, optimizer="adam", patience=3, hidden_sizes=(300, 300))
    config = load_checkpoint(path).run.config
    assert path.stat().st_size < most_bytes(config) < path.stat().st_size + 4_000_000


def peak(action):
    tracemalloc.start()
    with pytest.raises((CheckpointError, ValueError)) as caught:
        action()
    most = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    return most, str(caught.value)


def archive_with(text, weights=0):
    file = io.BytesIO()
    write_npz(file, {"weights_1": np.zeros(weights, np.float32), "metadata": np.array(text)})
    return file.getvalue()


def many_members():
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for number in range(2_000):
            archive.writestr(f"{number}.npy", archive_with(b"{}")[43:171])
    return buffer.getvalue()


WHOLE = json.dumps({"config": TrainingConfig().to_dict()}).encode()
BOMBS = {  # made by the test: to import this file must cost nothing
    "a gigabyte of nothing": lambda: b"PK\x03\x04",
    "thousands of members": many_members,
    "millions of empty lists": lambda: archive_with(b'{"a": [' + b"[]," * 3_000_000 + b"0]}"),
    "a hundred thousand lists": lambda: archive_with(b'{"a": [' + b"[]," * 100_000 + b"0]}"),
    "more weights than the settings have": lambda: archive_with(WHOLE, weights=10_000_000),
}


@pytest.mark.parametrize("case", BOMBS)
def test_a_bomb_takes_no_memory(path, case):
    path.write_bytes(BOMBS[case]())
    if case == "a gigabyte of nothing":
        with path.open("r+b") as file:
            file.truncate(1 << 30)
    most, message = peak(lambda: load_checkpoint(path))
    assert most < 2 * min(path.stat().st_size, 10_000_000) + 1_000_000
    assert len(message) < 400


def test_duplicate_keys_are_found_once():
    """In quadratic time these would take hours."""
    text = ",".join(f'"{number // 2}": 0' for number in range(400_000))
    with pytest.raises(ValueError, match="duplicate key '0'"):
        parse_object(f"{{{text}}}".encode())


@pytest.mark.parametrize("depth", [21, 978, 990, 5_000, 200_000])
def test_deep_json_is_one_line(depth):
    with pytest.raises(ValueError, match="nested too deeply"):
        parse_object(b'{"a": ' + b"[" * depth + b"]" * depth + b"}")


def test_the_limits_of_json():
    assert parse_object(b'{"a": [[], {}]}', 15, 5) == {"a": [[], {}]}
    with pytest.raises(ValueError, match="at most 14 bytes, got 15"):
        parse_object(b'{"a": [[], {}]}', 14)
    with pytest.raises(ValueError, match="at most 4 values, got 5"):
        parse_object(b'{"a": [[], {}]}', 100, 4)


HUGE = {
    "sigmoid": {},
    "relu": {"activation": "relu", "hidden_sizes": (3, 3, 3)},
    "softmax": {"output_activation": "softmax", "loss": "cross_entropy"},
    "no hidden layer": {"hidden_sizes": ()},
}


@pytest.mark.parametrize("case", HUGE)
def test_weights_that_overflow_are_refused(path, case):
    saved(path, lambda run: run.network.parameters.fill(3e38), **HUGE[case])
    with pytest.raises(CheckpointError, match="weights are so large") as caught:
        load_checkpoint(path)
    assert "\n" not in str(caught.value)


def test_weights_that_cancel_on_a_plain_image_are_refused(path):
    def cancel(run):
        run.network.weights[0][::2], run.network.weights[0][1::2] = 3e38, -3e38

    saved(path, cancel)
    with pytest.raises(CheckpointError, match="weights are so large"):
        load_checkpoint(path)


@pytest.mark.parametrize("activation", ["sigmoid", "tanh", "relu", "gelu", "linear"])
def test_no_image_goes_beyond_the_bound(activation):
    network = Network((5, 4), activation=activation)
    rng = np.random.default_rng(0)
    network.parameters[:] = rng.normal(0, 3, network.parameters.size)
    images = rng.integers(0, 2, (200, 784)).astype(np.float32)
    bound = largest_z(network)
    before = network.layers(images)[:-1]
    for weights, biases, a in zip(network.weights, network.biases, before, strict=True):
        assert np.abs(a @ weights + biases).max() <= bound
    assert bound < LARGEST


def by_hand(activation, weight=1000.0):
    """A network whose first neuron can have |z| = 784 · 0.5 + 2, and 4 · `weight` comes after."""
    network = Network((4, 2), activation=activation, dtype=np.float64)
    network.weights[0][:, 0], network.biases[0][0] = 0.5, -2
    network.weights[1][:, 1] = weight
    return network


@pytest.mark.parametrize(
    ("activation", "largest"),
    [
        ("sigmoid", 1000 * np.sqrt(4) * np.sqrt(4)),  # a is 1 at most, in all four
        ("relu", 1000 * np.sqrt(4) * np.sqrt(394**2 + 3)),  # the others count as 1
    ],
)
def test_the_bound_by_numbers_of_paper(activation, largest):
    assert largest_z(by_hand(activation)) == pytest.approx(largest)
    assert largest_z(by_hand(activation, weight=0)) == 394
    assert largest_z(Network((4, 2), activation=activation)) == 0


def test_numbers_up_to_the_largest_are_no_fault():
    network = Network((4, 2), dtype=np.float64)
    network.biases[-1][3] = LARGEST
    check_bounds(network)
    network.biases[-1][3] = -np.nextafter(LARGEST, np.inf)
    with pytest.raises(InputError, match=r"numbers could overflow, got one of 1\.0e\+30$"):
        check_bounds(network)
