"""Prepared images: made once, the same as made anew, and never stale."""

import shutil

import numpy as np
import pytest

from mnist_cli.augmentation import augment
from mnist_cli.builtin_files import write_builtin
from mnist_cli.config import PREPROCESSINGS
from mnist_cli.datasets import load_split
from mnist_cli.prepared import load_prepared
from mnist_cli.preprocessing import PREPROCESSINGS as IMPLEMENTED
from mnist_cli.preprocessing import preprocess


@pytest.fixture
def folder(tmp_path, builtin_dir):
    return shutil.copytree(
        builtin_dir, tmp_path / "data", ignore=shutil.ignore_patterns("prepared")
    )


def test_the_table_of_settings_knows_every_preprocessing():
    assert PREPROCESSINGS == IMPLEMENTED


def test_plain_images_are_the_files_own(folder):
    split = load_prepared("builtin", "train", folder, 500)
    np.testing.assert_array_equal(split.images, load_split("builtin", "train", folder, 500).images)
    assert not (folder / "prepared").exists()


@pytest.mark.parametrize("split", ["train", "validation", "test"])
@pytest.mark.parametrize("name", ["deskew", "directions"])
def test_preprocessed_parts(folder, split, name):
    plain = load_split("builtin", split, folder, 500)
    for _ in range(2):  # made, then mapped
        prepared = load_prepared("builtin", split, folder, 500, preprocessing=name)
        np.testing.assert_array_equal(prepared.images, preprocess(plain.images, name))
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


def test_a_folder_that_cannot_be_written_still_serves(folder):
    (folder / "prepared").write_text("a file where the folder should be")
    plain = load_split("builtin", "test", folder)
    prepared = load_prepared("builtin", "test", folder, preprocessing="deskew")
    np.testing.assert_array_equal(prepared.images, preprocess(plain.images, "deskew"))
