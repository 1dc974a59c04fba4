"""IDX files: what is read, and that every kind of damage is noticed."""

import hashlib
import os
import shutil
import struct
import sys
import tempfile
from pathlib import Path

import numpy as np
import pytest
from conftest import OBSTACLES, flip_a_byte, put_in_the_way

from mnist_cli.data.builtin.manifest import DRAWING, FILES, Drawing, read_drawing
from mnist_cli.data.datasets import is_present, load_split
from mnist_cli.data.download import download_dataset
from mnist_cli.data.idx import read_images, read_labels
from mnist_cli.data.provision import provide
from mnist_cli.data.registry import DATASETS, DataFile, dataset_folder
from mnist_cli.errors import DataError, DataMissingError, InputError
from mnist_cli.storage import digests
from mnist_cli.storage.digests import NOTES

IMAGES, LABELS = "train-images-idx3-ubyte", "train-labels-idx1-ubyte"


def images_file(count=3, magic=0x803, sides=(28, 28), extra=0):
    pixels = bytes(i % 256 for i in range(count * 784 + extra))
    return struct.pack(">IIII", magic, count, *sides) + pixels


def labels_file(labels=(1, 2, 3), magic=0x801, count=None):
    return struct.pack(">II", magic, len(labels) if count is None else count) + bytes(labels)


def test_images_are_rows(tmp_path):
    (tmp_path / "x").write_bytes(images_file())
    images = read_images(tmp_path / "x")
    assert images.shape == (3, 784)
    assert images.dtype == np.uint8
    assert images[1, 0] == 784 % 256
    assert not images.flags.writeable


def test_labels(tmp_path):
    (tmp_path / "x").write_bytes(labels_file((7, 0, 9)))
    assert read_labels(tmp_path / "x").tolist() == [7, 0, 9]


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\0",
        images_file()[:-1],
        images_file(extra=1),
        images_file(magic=0x801),
        images_file(sides=(28, 29)),
        images_file(count=0),
        b"<html>" + bytes(784 * 3 + 10),
        images_file()[:4] + struct.pack(">I", 2**31) + images_file()[8:],
    ],
)
def test_damaged_images_are_one_line(tmp_path, content):
    (tmp_path / "x").write_bytes(content)
    with pytest.raises(DataError, match="damaged, or not an IDX file") as caught:
        read_images(tmp_path / "x")
    assert "\n" not in str(caught.value)


def test_a_label_of_ten_is_refused(tmp_path):
    (tmp_path / "x").write_bytes(labels_file((1, 10)))
    with pytest.raises(DataError, match="labels must be 0 to 9, got 10"):
        read_labels(tmp_path / "x")


def test_missing_file_says_what_to_do(tmp_path):
    with pytest.raises(DataMissingError, match="mnist download"):
        load_split("mnist", "train", tmp_path)


def test_splits_of_the_training_file(builtin_dir):
    whole = load_split("builtin", "train", builtin_dir)
    train = load_split("builtin", "train", builtin_dir, 500)
    validation = load_split("builtin", "validation", builtin_dir, 500)
    assert (len(train.labels), len(validation.labels)) == (1000, 500)
    np.testing.assert_array_equal(np.vstack([train.images, validation.images]), whole.images)
    assert len(load_split("builtin", "test", builtin_dir, 500).labels) == 1000


def test_validation_may_not_take_all(builtin_dir):
    with pytest.raises(DataError, match="got 1500 of 1500"):
        load_split("builtin", "train", builtin_dir, 1500)


def builtin_files(folder, **contents):
    """Files in the place of the built-in digits, with a list of digests that fits them."""
    files = dict.fromkeys(FILES, b"x")
    files |= {IMAGES: images_file(3), LABELS: labels_file((1, 2, 3))} | contents
    place = dataset_folder("builtin", folder)
    place.mkdir()
    for name, content in files.items():
        (place / name).write_bytes(content)
    digests = {name: hashlib.sha256(content).hexdigest() for name, content in files.items()}
    drawing = Drawing(7, {"train": 3, "t10k": 2}, digests)
    (place / DRAWING).write_text(str(drawing), "utf-8", newline="\n")
    return drawing


def test_counts_must_agree(tmp_path):
    builtin_files(tmp_path, **{LABELS: labels_file((1, 2))})
    with pytest.raises(DataError, match="3 images but 2 labels"):
        load_split("builtin", "train", tmp_path)


def test_a_drawing_is_read_as_it_was_written(tmp_path):
    drawing = builtin_files(tmp_path)
    assert read_drawing(tmp_path) == drawing
    assert load_split("builtin", "train", tmp_path).labels.tolist() == [1, 2, 3]


def test_another_data_set_under_mnists_names_is_refused(tmp_path):
    (tmp_path / IMAGES).write_bytes(images_file(3))
    (tmp_path / LABELS).write_bytes(labels_file((1, 2, 3)))
    with pytest.raises(
        DataError, match=r"from another data set; run 'mnist download --data-dir .*'$"
    ):
        load_split("mnist", "train", tmp_path)


@pytest.mark.parametrize(("dataset", "split"), [("minst", "train"), ("builtin", "tset")])
def test_a_name_that_nothing_has_is_one_line(builtin_dir, dataset, split):
    with pytest.raises(InputError, match=r"must be one of .*, got '(minst|tset)'$"):
        load_split(dataset, split, builtin_dir)


def test_presence_wants_mnists_own_sizes(tmp_path):
    for name in FILES:
        (tmp_path / name).write_bytes(b"x")
    assert not is_present("mnist", tmp_path)
    assert not is_present("builtin", tmp_path)


@pytest.fixture
def noted_at_once(monkeypatch):
    """Note files as verified even if they have just been written."""
    monkeypatch.setattr(digests, "SETTLED", -(10**9))


def labels_of(folder):
    return load_split("builtin", "train", folder).labels.tolist()


def test_what_was_verified_is_noted_once(tmp_path, noted_at_once):
    builtin_files(tmp_path)
    notes = dataset_folder("builtin", tmp_path) / NOTES
    assert labels_of(tmp_path) == [1, 2, 3]
    assert [line.split()[0] for line in notes.read_text().splitlines()] == [IMAGES, LABELS]
    inode = notes.stat().st_ino
    assert labels_of(tmp_path) == [1, 2, 3]
    assert notes.stat().st_ino == inode


def test_a_file_that_may_change_within_a_tick_is_not_noted(tmp_path, monkeypatch):
    monkeypatch.setattr(digests, "SETTLED", 10**18)
    builtin_files(tmp_path)
    assert labels_of(tmp_path) == [1, 2, 3]
    assert not (dataset_folder("builtin", tmp_path) / NOTES).exists()


def wait_for_another_date(path):
    """Wait for a tick of the clock by which the system dates changes of files."""
    path.touch()
    before = path.stat().st_ctime_ns
    while path.stat().st_ctime_ns == before:
        path.touch()


@pytest.mark.parametrize("name", [IMAGES, LABELS])
def test_a_flipped_byte_is_noticed_though_size_and_time_are_the_same(tmp_path, name, noted_at_once):
    builtin_files(tmp_path)
    assert labels_of(tmp_path) == [1, 2, 3]
    wait_for_another_date(tmp_path / "date")
    flip_a_byte(dataset_folder("builtin", tmp_path) / name)
    with pytest.raises(DataError, match=f"{name}: damaged, or from another data set"):
        labels_of(tmp_path)


def test_another_file_of_equal_size_and_time_is_noticed(tmp_path, noted_at_once):
    builtin_files(tmp_path)
    assert labels_of(tmp_path) == [1, 2, 3]
    place = dataset_folder("builtin", tmp_path) / LABELS
    other = tmp_path / "other"
    other.write_bytes(labels_file((3, 2, 1)))
    os.utime(other, ns=(place.stat().st_atime_ns, place.stat().st_mtime_ns))
    shutil.copy2(other, tmp_path / "copy")
    (tmp_path / "copy").replace(place)
    with pytest.raises(DataError, match=f"{LABELS}: damaged, or from another data set"):
        labels_of(tmp_path)


@pytest.mark.parametrize("kind", OBSTACLES)
def test_notes_that_cannot_be_used_are_replaced_or_not_needed(tmp_path, kind, noted_at_once):
    builtin_files(tmp_path)
    victim = tmp_path / "victim"
    victim.write_text("precious")
    put_in_the_way(dataset_folder("builtin", tmp_path) / NOTES, kind, victim)
    for _ in range(2):
        assert labels_of(tmp_path) == [1, 2, 3]
    assert victim.read_text() == "precious"
    assert not (dataset_folder("builtin", tmp_path) / "nowhere").exists()


@pytest.mark.parametrize("kind", OBSTACLES)
def test_a_list_of_digests_that_cannot_be_read_is_one_line(tmp_path, kind):
    builtin_files(tmp_path)
    put_in_the_way(dataset_folder("builtin", tmp_path) / DRAWING, kind, tmp_path / "victim")
    for read in (lambda: labels_of(tmp_path), lambda: provide("builtin", tmp_path)):
        with pytest.raises(DataError, match=r"--dataset builtin .* --force'") as caught:
            read()
        assert "\n" not in str(caught.value)


@pytest.fixture
def unprivileged():
    """A folder for a user who is not root, as whom the test runs: root may read everything."""
    with tempfile.TemporaryDirectory() as name:
        folder, root = Path(name), os.geteuid() == 0
        folder.chmod(0o755)
        (folder / "data").mkdir(mode=0o777)
        if root:
            os.chown(folder / "data", 65534, -1)
            os.seteuid(65534)
        try:
            yield folder / "data"
        finally:
            if root:
                os.seteuid(0)
            (folder / "data").chmod(0o755)


READING = {
    "read": lambda folder: load_split("mnist", "train", folder),
    "train": lambda folder: load_split(provide("mnist", folder), "train", folder),
    "download": lambda folder: download_dataset("mnist", folder),
}


@pytest.mark.skipif(sys.platform == "win32", reason="other permissions")
@pytest.mark.parametrize("locked", ["file", "folder"])
@pytest.mark.parametrize("work", READING)
def test_a_file_that_may_not_be_read_is_one_line(unprivileged, monkeypatch, locked, work):
    files = {IMAGES: images_file(3), LABELS: labels_file((1, 2, 3))}
    rows = [DataFile(n, len(c), hashlib.sha256(c).hexdigest()) for n, c in files.items()]
    row = DATASETS["mnist"]._replace(files=(*rows, *rows), mirrors=())
    monkeypatch.setitem(DATASETS, "mnist", row)
    for name, content in files.items():
        (unprivileged / name).write_bytes(content)
    (unprivileged / IMAGES if locked == "file" else unprivileged).chmod(0)
    with pytest.raises(DataError) as caught:
        READING[work](unprivileged)
    assert str(caught.value) == (
        f"{unprivileged / IMAGES}: no permission to read it; change its permissions, or remove it "
        f"and run 'mnist download --data-dir {unprivileged}'"
    )
