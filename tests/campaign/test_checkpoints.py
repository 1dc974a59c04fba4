"""A damaged or hostile checkpoint is refused in one line; what is accepted says what it is.

Accepted is only a file that, written again, has the same bytes, and whose answers are numbers.
"""

from functools import partial

import numpy as np
import pytest

from campaign import archives
from campaign.bounds import (
    check_message,
    check_refused,
    command,
    faults,
    generator,
    in_parts,
    many,
)
from mnist_cli.errors import MnistError
from mnist_cli.model import load_model
from mnist_cli.training.checkpoint import save_checkpoint

GOOD = archives.GOOD


def check_damaged(path, content):
    """Check that a changed file is refused."""
    path.write_bytes(content)
    try:
        load_model(path)
    except MnistError as error:
        check_message(error)
    else:
        raise AssertionError("accepted")


def check_hostile(path, content):
    """Check that a file is refused, or is all that it says."""
    path.write_bytes(content)
    try:
        model = load_model(path)
    except MnistError as error:
        check_message(error)
        return
    images = np.vstack([np.zeros((1, 784)), np.ones((1, 784)), np.eye(784)[:5]])
    assert np.isfinite(model.scores(images)).all(), "scores"
    assert np.isfinite(model.confidences(images)).all(), "confidences"
    loaded = model.checkpoint
    save_checkpoint(path, loaded.run, loaded.provenance, loaded.calibration)
    assert path.read_bytes() == content, "accepted, but not as this program writes it"


def flip(path, bit):
    damaged = bytearray(GOOD)
    damaged[bit // 8] ^= 1 << bit % 8
    check_damaged(path, bytes(damaged))


def cut(path, size):
    check_damaged(path, GOOD[:size])


def directory_and_texts():
    """Return the bytes that are no pixels of arrays: headers, metadata, directory."""
    starts = [at for at in range(len(GOOD)) if GOOD.startswith(archives.LOCAL, at)]
    metadata = GOOD.index(b'{"format"')
    places = [range(at, at + 190) for at in starts] + [range(metadata, len(GOOD))]
    return sorted({at for place in places for at in place if at < len(GOOD)})


@pytest.fixture
def path(quick):
    return quick / "net.npz"


@in_parts(8)
def test_every_flipped_bit_is_noticed(path, part):
    important = [8 * at + bit for at in directory_and_texts() for bit in range(8)]
    others = generator("flips").integers(0, 8 * len(GOOD), 20_000).tolist()
    bits = many(range(8 * len(GOOD)), sorted({*important, *others}))[part]
    assert faults(partial(flip, path), [(f"bit {bit}", bit) for bit in bits], 100_000) == []


def test_every_truncation_is_noticed(path):
    sizes = many(range(len(GOOD)), range(0, len(GOOD), 10))
    assert faults(partial(cut, path), [(f"{size} bytes", size) for size in sizes], 100_000) == []


@pytest.mark.parametrize("kind", ["zip", "array", "metadata"])
def test_hostile_archives(path, kind):
    cases = list(getattr(archives, f"{kind}_cases")().items())
    some = slice(int(generator("hostile").integers(6)), None, 6)
    assert faults(partial(check_hostile, path), many(cases, cases[some]), 1000) == []


def mixed(path, seed):
    """Check a checkpoint with some hostile values in its metadata, and perhaps in its text."""
    rng = generator("mixed", seed)
    places, values = archives.paths(), [v for v in archives.VALUES.values() if len(v) < 10_000]
    edits = [
        (places[rng.integers(len(places))], values[rng.integers(len(values))])
        for _ in range(rng.integers(0, 4))
    ]
    text = bytearray(archives.read_npz(archives.edited(*edits))["metadata"].item())
    for _ in range(rng.integers(0, 4) if len(text) else 0):
        text[rng.integers(len(text))] = rng.integers(256)
    arrays = archives.ARRAYS | {"metadata": np.array(bytes(text))}
    check_hostile(path, archives.packed(arrays))


@in_parts(many(4, 1))
def test_mixed_archives(path, part):
    cases = [(f"seed {seed}", seed) for seed in range(many(20_000, 300))[part]]
    assert faults(partial(mixed, path), cases, 5000) == []


COMMANDS = {
    "evaluate": ["evaluate", "net.npz"],
    "predict": ["predict", "a.png", "--checkpoint", "net.npz"],
    "predict a table": ["predict", "a.csv", "--csv", "b.csv", "--checkpoint", "net.npz"],
    "report": ["report", "net.npz"],
    "export": ["export", "a.onnx", "--checkpoint", "net.npz"],
    "lesson": ["lesson", "neuron", "--checkpoint", "net.npz"],
    "train": ["train", "--start-from", "net.npz", "--dataset", "builtin"],
    "resume": ["train", "--resume", "net.npz"],
}
THROUGH_COMMANDS = {
    "cut": GOOD[:-1],
    "script": b"#!/bin/sh\n" + GOOD,
    "escapes": archives.edited((("dataset", "name"), archives.VALUES["escape sequences"])),
    "surrogate": archives.edited(
        (("environment", "numpy"), archives.VALUES["half a surrogate pair"])
    ),
    "deep": archives.with_text(archives.TEXTS["990 deep"]),
    "long": archives.edited((("dataset", "sha256"), archives.VALUES["long text"])),
    "3e38": archives.packed(
        archives.ARRAYS | {"weights_1": np.full_like(archives.ARRAYS["weights_1"], 3e38)}
    ),
}


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_refuses_it_in_one_line(tmp_path, name):
    from PIL import Image

    Image.new("L", (28, 28), 255).save(tmp_path / "a.png")
    (tmp_path / "a.csv").write_text(",".join(["0"] * 784) + "\n")
    before = {p.name: p.read_bytes() for p in tmp_path.iterdir()}
    for case in many(list(THROUGH_COMMANDS), ["escapes", "3e38"]):
        (tmp_path / "net.npz").write_bytes(THROUGH_COMMANDS[case])
        check_refused(command(*COMMANDS[name], cwd=tmp_path))
        (tmp_path / "net.npz").unlink()
        assert {p.name: p.read_bytes() for p in tmp_path.iterdir()} == before
