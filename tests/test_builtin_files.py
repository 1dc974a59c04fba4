"""Files of the built-in digits: a mix of two drawings is noticed, even after a kill."""

import os
import random
import subprocess
import sys
import time
from functools import cache
from pathlib import Path

import numpy as np
import pytest
from conftest import fail_once

from mnist_cli.data.builtin.drawing import draw_digits
from mnist_cli.data.builtin.files import write_builtin
from mnist_cli.data.builtin.manifest import FILES, read_drawing
from mnist_cli.data.datasets import load_split
from mnist_cli.data.provision import provide
from mnist_cli.data.registry import dataset_folder
from mnist_cli.errors import DataError
from mnist_cli.storage.locks import temporary_folder

COUNTS = {"train": 60, "t10k": 40}
DRAW = """
import itertools, os, sys
from pathlib import Path
from mnist_cli.data.builtin.files import write_builtin
folder, first, rounds, deadly = Path(sys.argv[1]), *map(int, sys.argv[2:])
calls, replace = itertools.count(1), Path.replace
def replace_and_die(*paths):
    replace(*paths)
    if next(calls) == deadly:
        os.kill(os.getpid(), 9)
Path.replace = replace_and_die
print("ready", flush=True)
for number in range(first, first + rounds):
    write_builtin(folder, counts={"train": 60, "t10k": 40}, seed=number % 4)
"""


def drawing(folder, first, rounds=1, deadly=0):
    """Start a process that draws digits, and kills itself after the rename number `deadly`."""
    arguments = [sys.executable, "-c", DRAW, folder, first, rounds, deadly]
    return subprocess.Popen([*map(str, arguments)], stdout=subprocess.PIPE)


@cache
def drawn(count, seed, stream):
    return draw_digits(count, seed=seed, stream=stream)


def seeds(folder):
    """Return the seeds of images and of labels, found by drawing them again."""
    found = set()
    for split, stream, count in (("train", 0, 60), ("test", 1, 40)):
        read = load_split("builtin", split, folder)
        for seed in range(4):
            images, labels = drawn(count, seed, stream)
            same = np.array_equal(images, read.images), np.array_equal(labels, read.labels)
            found |= {seed} if any(same) else set()
            assert len(set(same)) == 1, "images of one seed beside labels of another"
    return found


def check_one_seed(folder):
    """Check that the digits are of one seed, or else refused and replaced by `provide`."""
    try:
        assert len(seeds(folder)) == 1
    except DataError as error:
        assert "\n" not in str(error) and "mnist download" in str(error)
    intended = read_drawing(folder)
    assert provide("builtin", folder) == "builtin"
    assert seeds(folder) == {intended.seed}
    if sys.platform != "win32":  # where only time tells what is left behind
        assert not list(dataset_folder("builtin", folder).glob(".mnist-*-*"))
    assert len(list(dataset_folder("builtin", folder).glob("*"))) >= 5


@pytest.mark.parametrize("deadly", range(1, 6))
def test_killed_between_any_two_renames(tmp_path, deadly):
    write_builtin(tmp_path, counts=COUNTS, seed=3)
    with drawing(tmp_path, 1, deadly=deadly) as process:
        assert process.wait() == -9
    assert read_drawing(tmp_path).seed == 1
    check_one_seed(tmp_path)


def hidden(folder):
    return [path for path in folder.glob(".mnist-*") if path.is_dir()]


@pytest.mark.skipif(sys.platform == "win32", reason="Windows locks no folder")
def test_what_a_killed_drawing_leaves_behind_goes_with_the_next_one(tmp_path):
    place = dataset_folder("builtin", tmp_path)
    with drawing(tmp_path, 2, deadly=2) as killed:
        assert killed.wait() == -9
    assert [len(list(folder.iterdir())) for folder in hidden(place)] == [3]
    stranger = place / ".mnist-notes"
    stranger.mkdir()
    write_builtin(tmp_path, counts=COUNTS, seed=1)
    assert hidden(place) == [stranger]
    check_one_seed(tmp_path)


@pytest.mark.skipif(sys.platform == "win32", reason="Windows locks no folder")
def test_the_folder_of_a_living_drawing_stays(tmp_path):
    with temporary_folder(tmp_path) as ours:
        (ours / "half").write_bytes(b"half")
        os.utime(ours, (time.time() - 90_000,) * 2)  # a drawing that takes more than a day
        with temporary_folder(tmp_path) as other:
            assert sorted(hidden(tmp_path)) == sorted([ours, other])
        assert (ours / "half").read_bytes() == b"half"
    assert hidden(tmp_path) == []


def test_killed_at_any_moment(tmp_path):
    rng = random.Random(0)
    write_builtin(tmp_path, counts=COUNTS)
    for number in range(5):
        with drawing(tmp_path, number, rounds=10_000) as process:
            process.stdout.readline()
            time.sleep(rng.uniform(0, 0.2))
            process.kill()
        check_one_seed(tmp_path)


def test_four_at_once(tmp_path):
    processes = [drawing(tmp_path, seed, rounds=4) for seed in range(4)]
    for process in processes:
        process.communicate()
        assert process.returncode == 0
    check_one_seed(tmp_path)


def test_a_file_that_another_process_takes_away_meanwhile_is_no_fault(tmp_path, monkeypatch):
    """As it happened once, with four at once: it was there, and gone when it was opened."""
    write_builtin(tmp_path, counts=COUNTS, seed=2)
    taken, as_it_was = {dataset_folder("builtin", tmp_path) / FILES[-1]}, Path.open

    def late(path, *args, **options):
        if path in taken:
            taken.remove(path)
            path.unlink()
        return as_it_was(path, *args, **options)

    with monkeypatch.context() as patch:
        patch.setattr(Path, "open", late)
        write_builtin(tmp_path, counts=COUNTS, seed=3)
    assert not taken
    check_one_seed(tmp_path)


@pytest.mark.parametrize(("place", "name"), [(os, "fsync"), (Path, "replace"), (os, "mkdir")])
def test_a_disk_that_fails_leaves_the_old_digits_or_is_noticed(tmp_path, monkeypatch, place, name):
    write_builtin(tmp_path, counts=COUNTS, seed=3)
    for number in range(6):
        with monkeypatch.context() as patch:
            fail_once(patch, place, name, number)
            try:
                write_builtin(tmp_path, counts=COUNTS, seed=number % 2)
            except OSError:
                assert not list(dataset_folder("builtin", tmp_path).glob(".mnist*"))
        check_one_seed(tmp_path)


@pytest.mark.parametrize("file", FILES)
def test_a_file_of_another_seed_is_noticed_and_the_digits_drawn_again(tmp_path, file):
    data, other, said = tmp_path / "data", tmp_path / "other", []
    write_builtin(data, counts=COUNTS, seed=3)
    write_builtin(other, counts=COUNTS, seed=1)
    (dataset_folder("builtin", other) / file).replace(dataset_folder("builtin", data) / file)
    provide("builtin", data, say=said.append)
    assert len(said) == 2 and "damaged or incomplete; drawing them again (seed 3)" in said[0]
    assert f"--dataset {dataset_folder('builtin', data) / file}.1" in said[1]
    assert seeds(data) == {3}


def test_files_of_the_users_own_are_set_aside(tmp_path):
    place, said = dataset_folder("builtin", tmp_path), []
    place.mkdir()
    for name in [*FILES, "SHA256SUMS"]:
        (place / name).write_bytes(b"mine")
    write_builtin(tmp_path, counts=COUNTS, say=said.append)
    write_builtin(tmp_path, counts=COUNTS, seed=1, say=said.append)  # ours are replaced
    assert len(said) == 1
    for name in [*FILES, "SHA256SUMS"]:
        assert (place / f"{name}.1").read_bytes() == b"mine"
        assert not (place / f"{name}.2").exists()
    assert seeds(tmp_path) == {1}


def test_a_folder_in_the_way_costs_nothing(tmp_path):
    write_builtin(tmp_path, counts=COUNTS, seed=3)
    place = dataset_folder("builtin", tmp_path) / FILES[-1]
    content = place.read_bytes()
    place.unlink()
    place.mkdir()
    with pytest.raises(OSError, match=f"{place.name}: a folder is in the way; rename or remove it"):
        write_builtin(tmp_path, counts=COUNTS, seed=1)
    place.rmdir()
    place.write_bytes(content)
    assert seeds(tmp_path) == {3}


def test_download_keeps_what_is_whole_and_mends_what_is_not(mnist, tmp_path):
    download = ("download", "--dataset", "builtin")
    first = mnist(*download, "--images", "1000", "--seed", "7", "--json").json
    assert {file["source"] for file in first["files"]} == {"drawn"}
    assert {file["source"] for file in mnist(*download, "--json").json["files"]} == {"kept"}
    labels = dataset_folder("builtin", tmp_path / "data") / FILES[1]
    right = labels.read_bytes()
    labels.write_bytes(right[:-1] + bytes([9 - right[-1]]))
    result = mnist(*download, "--json")
    assert result.json["files"][0]["source"] == "drawn"
    assert "drawing them again (seed 7)" in result.err
    assert labels.read_bytes() == right
