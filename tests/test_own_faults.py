"""Data sets of one's own that are almost right: what is wrong with each is told in one line."""

import os
import struct
import sys
import zipfile

import numpy as np
import pytest
from PIL import Image

from mnist_cli.data.loading import load
from mnist_cli.data.own import pictures
from mnist_cli.data.own.digest import digest_of_source
from mnist_cli.data.own.names import shown_name
from mnist_cli.data.registry import find_dataset
from mnist_cli.errors import DataError
from mnist_cli.pictures.files import LARGEST_FILE

RNG = np.random.default_rng(0)
PIXELS = RNG.integers(0, 256, (30, 28, 28), np.uint8)
LABELS = np.arange(30, dtype=np.uint8) % 3
ONE_ROW = "1," + ",".join(["0"] * 784) + "\n"


@pytest.fixture
def folder(tmp_path):
    place = tmp_path / "mine"
    place.mkdir()
    return place


def images_idx(count=30, sides=(28, 28), pixels=None):
    content = PIXELS.tobytes() if pixels is None else pixels
    return struct.pack(">4I", 0x803, count, *sides) + content


def labels_idx(labels=LABELS):
    return struct.pack(">2I", 0x801, len(labels)) + bytes(labels)


def table_idx(columns=8):
    rows = np.zeros((30, columns), ">i4")
    rows[:, 0] = LABELS
    return struct.pack(">3I", 0xC02, 30, columns) + rows.tobytes()


def refused(path, text):
    with pytest.raises(DataError, match=text) as caught:
        load(path, path.parent / "data")
    assert "\n" not in str(caught.value)


PAIRS = {
    "no training images": (
        {"t10k-images-idx3-ubyte": images_idx(), "t10k-labels-idx1-ubyte": labels_idx()},
        r"has no training images; name the file train-images-idx3-ubyte$",
    ),
    "two sets": (
        {"a-images-idx3-ubyte": images_idx(), "b-images-idx3-ubyte": images_idx()}
        | {"emnist-a-train-images-idx3-ubyte": images_idx()},
        "holds 2 data sets; name one of the files of images$",
    ),
    "a label too few": (
        {"train-images-idx3-ubyte": images_idx(), "train-labels-idx1-ubyte": labels_idx([1, 2])},
        "30 images, but 2 labels in train-labels-idx1-ubyte$",
    ),
    "images without width": (
        {
            "train-images-idx3-ubyte": images_idx(sides=(28, 0)),
            "train-labels-idx1-ubyte": labels_idx(),
        },
        r"sides must be 1 to 1024, got 28x0$",
    ),
    "images without height": (
        {
            "train-images-idx3-ubyte": images_idx(sides=(0, 28)),
            "train-labels-idx1-ubyte": labels_idx(),
        },
        r"sides must be 1 to 1024, got 0x28$",
    ),
    "wide images": (
        {
            "train-images-idx3-ubyte": images_idx(sides=(1, 1025)),
            "train-labels-idx1-ubyte": labels_idx(),
        },
        r"sides must be 1 to 1024, got 1x1025$",
    ),
    "a table of labels with five columns": (
        {"train-images-idx3-ubyte": images_idx(), "train-labels-idx2-int": table_idx(5)},
        "train-labels-idx2-int: damaged, or not an IDX file of labels$",
    ),
    "a table of labels that is cut": (
        {"train-images-idx3-ubyte": images_idx(), "train-labels-idx2-int": table_idx()[:-1]},
        "train-labels-idx2-int: damaged, or not an IDX file of labels$",
    ),
    "two tables": ({"a.csv": ONE_ROW.encode(), "b.csv": ONE_ROW.encode()}, "holds 2 CSV files"),
    "a list of nothing": ({"list.csv": b"file,label\n"}, "lists no pictures; a row is a file and"),
    "a list without a label": ({"list.csv": b"file,label\na.png,\n"}, "line 2: must have a file"),
    "a list with a field without end": (
        {"list.csv": b'file,label\n"' + b"a" * 200_000 + b"\n"},
        "line 2: field larger than field limit",
    ),
    "one image": (
        {"a.csv": 9 * (ONE_ROW + "2" + ONE_ROW[1:]).encode()},
        "no two different images, one of them",
    ),
}


@pytest.mark.parametrize("case", PAIRS)
def test_files_that_do_not_fit(folder, case):
    files, text = PAIRS[case]
    for name, content in files.items():
        (folder / name).write_bytes(content)
    refused(folder, text)


def test_a_file_of_another_kind_is_no_data_set(folder):
    path = folder / "notes.txt"
    path.write_text("hello")
    refused(path, "not a data set; give a folder of pictures by class, an IDX file of images")


@pytest.mark.parametrize("names", [("images", "y"), ("x", "labels"), ("x_test", "y_test")])
def test_arrays_without_a_training_part(folder, names):
    np.savez(folder / "a.npz", **dict(zip(names, (PIXELS, LABELS), strict=True)))
    refused(folder, f"must have arrays x_train and y_train, .*, got {', '.join(sorted(names))}$")


@pytest.mark.parametrize("labels", [LABELS.reshape(15, 2), np.zeros((30, 1, 1), np.uint8)])
def test_labels_of_another_shape(folder, labels):
    np.savez(folder / "a.npz", x_train=PIXELS, y_train=labels)
    refused(folder / "a.npz", r"y_train must be \(n,\), one label for each image, got \(")


def test_more_labels_than_any_data_set_has(folder):
    header = b"{'descr': '|u1', 'fortran_order': False, 'shape': (900000000,), }\n"
    with zipfile.ZipFile(folder / "a.npz", "w") as archive:
        archive.writestr("x_train.npy", as_npy(PIXELS))
        content = b"\x93NUMPY\x01\x00" + struct.pack("<H", len(header)) + header
        archive.writestr("y_train.npy", content)
    refused(folder, "y_train must have at most 2,000,000 short labels, got 900,000,000$")


def as_npy(array):
    header = f"{{'descr': '|u1', 'fortran_order': False, 'shape': {array.shape}, }}\n".encode()
    return b"\x93NUMPY\x01\x00" + struct.pack("<H", len(header)) + header + array.tobytes()


def test_a_table_of_labels_is_read_as_qmnists(folder):
    (folder / "train-images-idx3-ubyte").write_bytes(images_idx())
    (folder / "train-labels-idx2-int").write_bytes(table_idx())
    dataset = load(folder, folder.parent / "data")
    found = {bytes(image): label for image, label in zip(*dataset.whole, strict=True)}
    expected = {image.tobytes(): label for image, label in zip(PIXELS, LABELS, strict=True)}
    assert found == expected


@pytest.mark.parametrize("shape", [(20, 40), (28, 28, 3), (5, 5)])
def test_images_of_another_size_are_made_28_by_28(folder, shape):
    """A bright square on black stays in the middle, whatever the size of the image."""
    images = np.zeros((30, *shape), np.uint8)
    height, width = shape[:2]
    for number, image in enumerate(images):
        image[height // 2 - 1 : height // 2 + 1, width // 2 - 1 : width // 2 + 1] = 225 + number
    np.savez(folder / "a.npz", x_train=images, y_train=LABELS)
    dataset = load(folder, folder.parent / "data")
    every = dataset.whole.images.reshape(-1, 28, 28)
    assert len(every) == 30
    assert (every[:, 12:16, 12:16] > 0).any((1, 2)).all() and not every[:, [0, -1]].any()


def test_listed_pictures_that_are_not_there_are_told(folder, mnist):
    for number in range(6):
        Image.fromarray(PIXELS[number]).save(folder / f"{number}.png")
    (folder / "folder.png").mkdir()
    rows = [f"{number}.png,{number % 2}" for number in range(6)]
    lines = ["file,label", *rows, "gone.png,1", "folder.png,0"]
    (folder / "list.csv").write_text("\n".join(lines) + "\n")
    done = mnist("train", "--dataset", folder / "list.csv", "--epochs", 1, "--data-dir", "data")
    assert done.code == 0, done.err
    assert "gone.png: No such file or directory" in done.err
    assert "folder.png: Is a directory" in done.err
    assert "Traceback" not in done.err


@pytest.mark.skipif(sys.platform == "win32", reason="there are no such files")
def test_listed_pipes_and_devices_are_told(folder, mnist):
    """They may have no last byte."""
    for number in range(6):
        Image.fromarray(PIXELS[number]).save(folder / f"{number}.png")
    os.mkfifo(folder / "pipe.png")
    rows = [f"{number}.png,{number % 2}" for number in range(6)]
    lines = ["file,label", *rows, "pipe.png,1", "/dev/zero,0"]
    (folder / "list.csv").write_text("\n".join(lines) + "\n")
    done = mnist("train", "--dataset", folder / "list.csv", "--epochs", 1, "--data-dir", "data")
    assert done.code == 0, done.err
    for name in ("pipe.png", "/dev/zero"):
        assert f"{name}: must be a file, got a pipe or a device" in done.err


def test_missing_pictures_do_not_list_the_folders_again_and_again(folder, monkeypatch):
    for number in range(6):
        (folder / "images").mkdir(exist_ok=True)
        Image.fromarray(PIXELS[number]).save(folder / "images" / f"{number}.png")
    rows = [f"{number}.png,{number % 2}" for number in range(200)]
    (folder / "list.csv").write_text("\n".join(["file,label", *rows]) + "\n")
    listed = []

    def counted(path, real=pictures._folders):
        listed.append(path)
        return real(path)

    monkeypatch.setattr(pictures, "_folders", counted)
    source = pictures.list_source(folder / "list.csv")
    assert [path.exists() for path in source.files].count(True) == 7
    assert listed == [folder]


def test_a_picture_that_is_too_large_is_not_hashed(folder):
    """That of 20 GB took a minute, and was then refused for its size."""
    for label in "ab":
        (folder / label).mkdir()
        Image.fromarray(PIXELS[0]).save(folder / label / "0.png")
    huge = folder / "a" / "1.png"
    with huge.open("wb") as file:
        file.truncate(LARGEST_FILE + 1)  # takes no room
    source = pictures.folder_source(folder)
    before = digest_of_source(source)
    with huge.open("r+b") as file:
        file.write(b"other")
    assert digest_of_source(source) == before  # it was not read
    with huge.open("r+b") as file:
        file.truncate(1000)
    assert digest_of_source(source) != before


@pytest.mark.parametrize(
    ("convert", "found"),
    [
        (lambda array: array.astype(float), "floats"),
        (lambda array: array.astype(bool), "true and false"),
        (lambda array: array.astype("S3"), "bytes"),
        (lambda array: array.astype(complex), "complex numbers"),
        (lambda array: array.astype("datetime64[D]"), "something else"),
        (lambda array: np.asfortranarray(np.stack([array] * 2, 1)), "one that is stored column by"),
        (lambda array: array[0], "something else"),
    ],
)
def test_what_an_array_is_in_place_of_whole_numbers(folder, convert, found):
    """Before, all of them were told to be objects."""
    np.savez(folder / "a.npz", images=PIXELS, labels=convert(LABELS))
    refused(folder / "a.npz", f"labels must be .*, got {found}.*; convert it$")
    np.savez(folder / "b.npz", images=convert(PIXELS.reshape(-1)), labels=LABELS)
    refused(folder / "b.npz", f"images must be .*, got {found}.*; convert it$")


def test_a_name_with_a_null_character_is_told(folder):
    (folder / "list.csv").write_bytes(b"file,label\na\0.png,1\n")
    with pytest.raises(DataError, match="line 2: must have a file and a label"):
        load(folder, folder.parent / "data")


def test_classes_without_a_test_row_or_a_label(folder):
    (folder / "train.csv").write_text(",".join(["0"] * 784) + "\n")
    (folder / "test.csv").write_text(ONE_ROW)
    refused(folder, "train.csv: has no labels; a row is a label and 784 pixels$")


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        *[("7.0", "7"), ("7.00", "7"), ("07", "7"), ("007", "7"), ("0", "0"), ("00", "0")],
        *[("7.5", "7.5"), ("10", "10"), ("010", "010"), ("1e3", "1e3"), ("a0", "a0")],
    ],
)
def test_a_whole_number_is_named_in_one_way(name, shown):
    assert shown_name(name) == shown


def test_the_classes_of_numbers_with_points(folder):
    rows = [
        f"{label}.0," + ",".join(map(str, image.ravel()))
        for image, label in zip(PIXELS, LABELS, strict=True)
    ]
    (folder / "a.csv").write_text("\n".join(rows) + "\n")
    dataset = load(folder, folder.parent / "data")
    assert find_dataset(dataset.name).classes == ("0", "1", "2")
