"""Damaged data of one's own, as the campaign found it: one line, no traceback."""

import gzip
import struct
import zipfile

import numpy as np
import pytest

import mnist_cli
from mnist_cli.data.rows import read_rows
from mnist_cli.errors import DataError

PIXELS = np.zeros((30, 784), np.uint8)


def write_npz(path, labels):
    np.savez(path, x_train=PIXELS, y_train=labels, x_test=PIXELS, y_test=labels)


def test_a_member_before_the_first_byte(tmp_path):
    """An offset in the directory that leads to before the file."""
    path = tmp_path / "a.npz"
    write_npz(path, np.arange(30) % 10)
    content = bytearray(path.read_bytes())
    end = content.rindex(b"PK\x05\x06")
    content[end + 16 : end + 20] = struct.pack("<I", len(content) - 1)
    path.write_bytes(content)
    for read in (lambda: list(read_rows(path)), lambda: mnist_cli.load(path, tmp_path / "data")):
        with pytest.raises(DataError, match="damaged, or not an"):
            read()


def test_labels_that_are_no_characters(tmp_path):
    path = tmp_path / "a.npz"
    write_npz(path, np.frombuffer(b"\xff" * 120, "<U1"))
    with pytest.raises(DataError, match="y_train is damaged"):
        mnist_cli.load(path, tmp_path / "data")


def test_a_table_without_one_good_row(tmp_path):
    path = tmp_path / "a.csv"
    path.write_text(("1," + ",".join(["256"] * 784) + "\n") * 30)
    with pytest.raises(DataError, match="no image of it can be read"):
        mnist_cli.load(path, tmp_path / "data")


def test_a_small_packed_file_of_billions_of_labels_is_told(tmp_path):
    images, labels = tmp_path / "train-images-idx3-ubyte", tmp_path / "train-labels-idx1-ubyte.gz"
    images.write_bytes(b"")
    labels.write_bytes(gzip.compress(struct.pack(">2I", 0x801, 2**32 - 1)))
    with pytest.raises(DataError, match="at most 2,000,000 labels, got 4,294,967,295"):
        mnist_cli.load(images, data_dir=tmp_path / "data")


@pytest.mark.parametrize("names", [["readme.txt"], ["x_test"], ["x_train", "y_train"]])
def test_members_of_an_npz_that_are_no_arrays(tmp_path, names):
    """Found by fuzzing: their names were looked for with `.npy` at the end."""
    path = tmp_path / "a.npz"
    with zipfile.ZipFile(path, "w") as archive:
        for name in names:
            archive.writestr(name, b"hello")
    for read in (lambda: list(read_rows(path)), lambda: mnist_cli.load(path, tmp_path / "data")):
        with pytest.raises(DataError, match=r"a.npz: must have (an array|arrays) .*, got none$"):
            read()
