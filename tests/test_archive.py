"""How large a checkpoint's file may be: its settings and its epochs tell, and no byte more."""

import json

import numpy as np
import pytest

from mnist_cli.config.archive import most_bytes, read_archive
from mnist_cli.config.settings import TrainingConfig
from mnist_cli.storage.npz import write_npz

CONFIG = TrainingConfig(hidden_sizes=(3,)).to_dict()
PARAMETERS = 784 * 3 + 3 + 3 * 10 + 10
MOST = 4 * 4 * PARAMETERS + 3_000_000  # four float32 vectors, and the rest


@pytest.fixture
def path(tmp_path):
    return tmp_path / "net.npz"


def write(path, text, more=0):
    with path.open("wb") as file:
        write_npz(file, {"more": np.zeros(more, np.uint8), "metadata": np.array(text)})


def test_the_most_bytes_are_those_of_the_format():
    assert most_bytes(TrainingConfig(hidden_sizes=(3,))) == MOST


def test_no_byte_more_than_the_settings_explain(path):
    text = json.dumps({"config": CONFIG}).encode()
    write(path, text)
    room = len(text) + MOST - path.stat().st_size
    write(path, text, more=room)
    archive = read_archive(path)
    assert path.stat().st_size == len(text) + MOST
    assert (archive.text, archive.metadata) == (text, {"config": CONFIG})
    assert [(name, len(array)) for name, array in archive.arrays.items()] == [("more", room)]
    write(path, text, more=room + 1)
    size = path.stat().st_size
    reason = rf"^must have at most {size - 1:,} bytes with its settings, got {size:,}$"
    with pytest.raises(ValueError, match=reason):
        read_archive(path)


@pytest.mark.parametrize("epochs", [0, 1, 7])
def test_no_byte_of_the_metadata_more(path, epochs):
    history = ", ".join(['{"epoch": 0}'] * epochs)
    start = json.dumps({"config": CONFIG})[:-1] + f', "history": [{history}], "more": "'
    most = 1_000_000 + 500 * epochs
    text = start + "x" * (most - len(start) - 2)
    write(path, f'{text}"}}'.encode())
    assert len(read_archive(path).text) == most
    write(path, f'{text}x"}}'.encode())
    with pytest.raises(ValueError, match=rf"^must have at most {most:,} bytes, got {most + 1:,}$"):
        read_archive(path)


@pytest.mark.parametrize("epochs", [0, 1, 7, 50_001])
def test_no_value_of_the_metadata_more(path, epochs):
    """The settings allow 50,000 epochs."""
    history = ",".join(['{"epoch":0}'] * epochs)
    start = json.dumps({"config": CONFIG})[:-1] + f', "history": [{history}], "more": [0'
    most = 10_000 + 20 * min(epochs, 50_000)
    text = start + ",0" * (most - sum(map(start.count, ",[{")))
    if epochs < 10:
        write(path, f"{text}]}}".encode())
        assert read_archive(path).metadata["history"] == [{"epoch": 0}] * epochs
    write(path, f"{text},0]}}".encode())
    with pytest.raises(ValueError, match=rf"^must have at most {most:,} values, got {most + 1:,}$"):
        read_archive(path)


def test_metadata_that_change_between_two_looks_are_told(path, monkeypatch):
    text = json.dumps({"config": CONFIG}).encode()
    write(path, text, more=1_000_000)  # more than Python keeps of a file

    def read_and_change(content):
        values = json.loads(content)
        write(path, text.replace(b"config", b"konfig"), more=1_000_000)
        return values

    monkeypatch.setattr("mnist_cli.config.archive._parsed", read_and_change)
    with pytest.raises(ValueError, match=r"^changed while it was read$"):
        read_archive(path)
