"""Prepared images: made once, equal to new ones, and never out of date."""

import os
import shutil
import sys
from pathlib import Path

import numpy as np
import pytest
from conftest import OBSTACLES, fail_once, flip_a_byte, put_in_the_way

from mnist_cli.config.settings import TrainingConfig
from mnist_cli.data.augmentation import augment
from mnist_cli.data.builtin.files import write_builtin
from mnist_cli.data.datasets import load_split
from mnist_cli.data.prepared import load_prepared
from mnist_cli.data.preprocessing import preprocess
from mnist_cli.data.provision import provide
from mnist_cli.data.registry import dataset_folder
from mnist_cli.errors import DataError
from mnist_cli.storage.locks import open_temporary
from mnist_cli.training.data import load_training_data


@pytest.fixture
def folder(tmp_path, builtin_dir):
    return shutil.copytree(
        builtin_dir, tmp_path / "data", ignore=shutil.ignore_patterns("prepared")
    )


def test_plain_images_are_those_of_the_file(folder):
    split = load_prepared("builtin", "train", folder, 500)
    np.testing.assert_array_equal(split.images, load_split("builtin", "train", folder, 500).images)
    assert not (folder / "prepared").exists()


@pytest.mark.parametrize("split", ["train", "validation", "test"])
@pytest.mark.parametrize("name", ["deskew", "directions"])
def test_preprocessed_parts(folder, split, name):
    plain = load_split("builtin", split, folder, 500)
    expected = preprocess(plain.images, name)
    for _ in range(2):  # made, then read
        prepared = load_prepared("builtin", split, folder, 500, preprocessing=name)
        np.testing.assert_array_equal(prepared.images, expected)
        np.testing.assert_array_equal(prepared.labels, plain.labels)


def test_copies_are_changed_first_and_preprocessed_then(folder):
    plain = load_split("builtin", "train", folder)
    copy = load_prepared("builtin", "train", folder, preprocessing="moments", copy=2)
    expected = preprocess(augment(plain.images, seed=0, copy=2), "moments")
    np.testing.assert_array_equal(copy.images, expected)


def test_other_images_are_not_answered_with_the_old_ones(folder):
    old = load_prepared("builtin", "test", folder, preprocessing="deskew").images.copy()
    write_builtin(folder, counts={"train": 1000, "t10k": 700}, seed=5)
    new = load_prepared("builtin", "test", folder, preprocessing="deskew").images
    assert len(new) == 700
    assert not np.array_equal(new, old[:700])
    assert len(list((folder / "prepared").iterdir())) == 1


def test_a_folder_that_cannot_be_written_is_enough(folder):
    (folder / "prepared").write_text("a file where the folder should be")
    plain = load_split("builtin", "test", folder)
    prepared = load_prepared("builtin", "test", folder, preprocessing="deskew")
    np.testing.assert_array_equal(prepared.images, preprocess(plain.images, "deskew"))


def deskewed(folder, say=lambda _: None):
    return load_prepared("builtin", "test", folder, preprocessing="deskew", say=say).images


def kept_file(folder):
    (file,) = (folder / "prepared").iterdir()
    return file


def test_a_flipped_byte_is_noticed_and_the_images_are_made_again(folder):
    right, said = deskewed(folder).copy(), []
    flip_a_byte(kept_file(folder))
    for _ in range(2):
        np.testing.assert_array_equal(deskewed(folder, said.append), right)
    assert said == ["Preparing 1,000 images (deskew); later runs reuse them."]


def test_other_images_of_equal_size_and_time_are_not_answered_with_the_old_ones(folder):
    source = dataset_folder("builtin", folder) / "t10k-images-idx3-ubyte"
    time, old = source.stat().st_mtime_ns, deskewed(folder).copy()
    write_builtin(folder, counts={"train": 1000, "t10k": 1000}, seed=5)
    os.utime(source, ns=(time, time))
    assert not np.array_equal(deskewed(folder), old)
    expected = preprocess(load_split("builtin", "test", folder).images, "deskew")
    np.testing.assert_array_equal(deskewed(folder), expected)


def test_a_copied_data_directory_keeps_its_prepared_images(folder, tmp_path):
    right = deskewed(folder)
    shutil.copytree(folder, tmp_path / "elsewhere")
    said = []
    np.testing.assert_array_equal(deskewed(tmp_path / "elsewhere", said.append), right)
    assert said == []


@pytest.mark.parametrize("kind", OBSTACLES)
def test_a_kept_file_that_cannot_be_used_is_replaced_or_not_needed(folder, tmp_path, kind):
    right = deskewed(folder).copy()
    (tmp_path / "victim").write_text("precious")
    put_in_the_way(kept_file(folder), kind, tmp_path / "victim")
    for _ in range(2):
        np.testing.assert_array_equal(deskewed(folder), right)
    assert (tmp_path / "victim").read_text() == "precious"
    assert not (folder / "prepared" / "nowhere").exists()


@pytest.mark.skipif(sys.platform == "win32", reason="only time tells what is left behind")
def test_a_run_that_finds_all_in_place_still_removes_what_a_killed_one_left(folder):
    deskewed(folder)
    with open_temporary(folder / "prepared")[1]:
        pass  # a process that ends here removes nothing
    provide("builtin", folder)
    kept_file(folder)


def test_files_of_an_older_program_are_removed(folder):
    (folder / "prepared").mkdir()
    older = folder / "prepared" / f"{dataset_folder('builtin', folder).name}-t10k--deskew-0.1a2b3c"
    older.write_bytes(b"as it was")
    deskewed(folder)
    assert not older.exists()


@pytest.mark.parametrize("module", [os, Path])
@pytest.mark.parametrize("number", range(3))
def test_a_disk_that_fails_costs_nothing(folder, monkeypatch, module, number):
    """Whichever sync or rename fails, the images are right, and no other file is left."""
    expected = preprocess(load_split("builtin", "test", folder).images, "deskew")
    with monkeypatch.context() as patch:
        fail_once(patch, module, {os: "fsync", Path: "replace"}[module], number)
        np.testing.assert_array_equal(deskewed(folder), expected)
    np.testing.assert_array_equal(deskewed(folder), expected)
    assert len(list((folder / "prepared").iterdir())) == 1


def test_digits_drawn_anew_while_copies_are_made_are_noticed(folder):
    def draw(_):
        write_builtin(folder, counts={"train": 3000, "t10k": 1000}, seed=5)

    config = TrainingConfig(augmentation=1, validation_size=500)
    with pytest.raises(DataError, match="builtin was replaced while it was read; try again"):
        load_training_data("builtin", folder, config, say=draw)
