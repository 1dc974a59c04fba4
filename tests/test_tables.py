"""Images in the rows of CSV, npz and IDX files, read in small parts."""

import gzip
import io
import pickle
import zipfile

import numpy as np
import pytest

from mnist_cli.data.idx import IMAGES_MAGIC, idx_header
from mnist_cli.data.rows import is_table, read_rows
from mnist_cli.data.tables import read_csv
from mnist_cli.errors import DataError

NAMES = [f"pixel{number}" for number in range(784)]


@pytest.fixture
def images():
    """1,203 images, so that there are several parts; the corners are paper."""
    made = np.random.default_rng(0).integers(0, 256, (1203, 784), np.uint8)
    made[:, [0, -1]] = 0
    return made


def csv_text(images, labels=None, *, header=False, last=False, separator=","):
    def line(pixels, label):
        cells = [*pixels, *label] if last else [*label, *pixels]
        return separator.join(map(str, cells)) + "\n"

    tags = [[]] * len(images) if labels is None else [[label] for label in labels]
    rows = [line(row.tolist(), tag) for row, tag in zip(images, tags, strict=True)]
    return "".join([line(NAMES, ["label"] * (labels is not None))] * header + rows)


def gathered(path, **options):
    parts = list(read_csv(path, **options))
    numbers = [number for part in parts for number in part.numbers]
    labels = [label for part in parts for label in part.labels or []]
    return numbers, np.concatenate([part.images for part in parts]), labels


@pytest.mark.parametrize("header", [False, True])
@pytest.mark.parametrize("last", [None, False, True])
@pytest.mark.parametrize("form", ["plain", "packed", "windows"])
def test_every_form_of_csv_gives_the_images_and_labels(tmp_path, images, header, last, form):
    images = images if form == "plain" else images[:20]
    labels = None if last is None else [str(n % 10) for n in range(1, len(images) + 1)]
    text = csv_text(images, labels, header=header, last=bool(last)).encode()
    if form == "windows":
        text = b"\xef\xbb\xbf" + text.replace(b"\n", b"\r\n") + b"\r\n"
    path = tmp_path / "a.csv"
    path.write_bytes(gzip.compress(text) if form == "packed" else text)
    numbers, read, found = gathered(path)
    assert numbers == list(range(1, len(images) + 1))
    np.testing.assert_array_equal(read, images)
    assert found == (labels or [])


@pytest.mark.parametrize("separator", [";", "\t"])
def test_other_separators_and_names_of_classes(tmp_path, images, separator):
    (tmp_path / "a.csv").write_text(
        csv_text(images[:3], ["cat", "dog", "cat"], separator=separator)
    )
    _, read, labels = gathered(tmp_path / "a.csv")
    np.testing.assert_array_equal(read, images[:3])
    assert labels == ["cat", "dog", "cat"]


def test_labels_that_are_all_0_and_a_corner_that_is_not_paper(tmp_path, images):
    images = images[:40].copy()
    images[:, -1] = range(40)
    (tmp_path / "a.csv").write_text(csv_text(images, ["0"] * 40))
    _, read, labels = gathered(tmp_path / "a.csv")
    np.testing.assert_array_equal(read, images)
    assert labels == ["0"] * 40


BAD = {
    "256": "a pixel must be a whole number from 0 to 255, got '256'",
    "-1": "a pixel must be a whole number from 0 to 255, got '-1'",
    "": "a pixel must be a whole number from 0 to 255, got ''",
    "0.5": "a pixel must be a whole number from 0 to 255, got '0.5'",
    "1,2": "must have 784 pixels, got 785",
}


def test_bad_rows_are_named_and_the_others_are_read(tmp_path, images):
    lines, rows = csv_text(images, header=True).splitlines(), range(700, 700 + len(BAD))
    for row, value in zip(rows, BAD, strict=True):
        lines[row] = ",".join([value, *lines[row].split(",")[1:]])
    path = tmp_path / "a.csv"
    path.write_text("\n".join(lines))
    named = [f"{path}: row {row}: {text}" for row, text in zip(rows, BAD.values(), strict=True)]
    with pytest.raises(DataError) as error:
        gathered(path)
    assert str(error.value) == named[0]
    told = []
    numbers, read, _ = gathered(path, on_bad=told.append)
    assert list(map(str, told)) == named
    good = np.setdiff1d(np.arange(1, 1204), rows)
    assert numbers == good.tolist()
    np.testing.assert_array_equal(read, images[good - 1])


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "has no rows"),
        ("1,2,3\n", "got 3 columns in the first line"),
        (",".join(["id", *NAMES]), "must be named label, got 'id' and 'pixel783'"),
        ("1" * 100_000, "has a line of 65,536 characters or more"),
    ],
)
def test_a_file_that_is_no_table_of_images(tmp_path, text, message):
    path = tmp_path / "a.csv"
    path.write_text(text)
    with pytest.raises(DataError, match=message):
        list(read_csv(path))


def test_damaged_gzip_data_are_one_line(tmp_path, images):
    whole = gzip.compress(csv_text(images).encode())
    (tmp_path / "a.csv.gz").write_bytes(whole[: len(whole) // 2])
    with pytest.raises(DataError, match="damaged gzip data"):
        list(read_rows(tmp_path / "a.csv.gz"))


def npz(path, **arrays):
    np.savez_compressed(path, **arrays)
    return path


@pytest.mark.parametrize("shape", [(-1, 784), (-1, 28, 28)])
@pytest.mark.parametrize("name", ["x_test", "test_images", "anything"])
def test_npz(tmp_path, images, shape, name):
    path = npz(tmp_path / "a.npz", **{name: images.reshape(shape)})
    parts = list(read_rows(path))
    np.testing.assert_array_equal(np.concatenate([part.images for part in parts]), images)
    assert [n for part in parts for n in part.numbers] == list(range(1, 1204))


def test_npz_of_objects_is_never_unpickled(tmp_path):
    path = npz(tmp_path / "a.npz", x_test=np.array([{"a": 1}], object))
    with pytest.raises(DataError, match="images must be uint8"):
        list(read_rows(path))


def test_npz_that_is_none_of_ours(tmp_path):
    with pytest.raises(DataError, match="got weights_1, biases_1"):
        list(read_rows(npz(tmp_path / "a.npz", weights_1=np.ones(3), biases_1=np.ones(3))))
    (tmp_path / "b.npz").write_bytes(pickle.dumps(1))
    with pytest.raises(DataError, match="damaged, or not an"):
        list(read_rows(tmp_path / "b.npz"))


def test_npz_that_claims_more_than_it_has(tmp_path):
    header = b"{'descr': '|u1', 'fortran_order': False, 'shape': (999999999, 784), }\n"
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        start = b"\x93NUMPY\x01\x00" + len(header).to_bytes(2, "little")
        archive.writestr("x.npy", start + header + bytes(784 * 3))
    (tmp_path / "a.npz").write_bytes(buffer.getvalue())
    with pytest.raises(DataError, match="cut short after 3 of 999,999,999 images"):
        list(read_rows(tmp_path / "a.npz"))


@pytest.mark.parametrize("packed", [False, True])
def test_idx(tmp_path, images, packed):
    content = idx_header(IMAGES_MAGIC, len(images)) + images.tobytes()
    path = tmp_path / ("t10k-images-idx3-ubyte" + ".gz" * packed)
    path.write_bytes(gzip.compress(content) if packed else content)
    parts = list(read_rows(path))
    np.testing.assert_array_equal(np.concatenate([part.images for part in parts]), images)


def test_idx_that_is_cut_short_or_something_else(tmp_path, images):
    path = tmp_path / "a-idx3-ubyte"
    path.write_bytes(idx_header(IMAGES_MAGIC, 1203) + images[:700].tobytes())
    with pytest.raises(DataError, match="cut short after 700 of 1,203 images"):
        list(read_rows(path))
    path.write_bytes(b"nothing")
    with pytest.raises(DataError, match="not an IDX file of 28x28 images"):
        list(read_rows(path))


@pytest.mark.parametrize(
    ("name", "table"),
    [
        ("test.csv", True),
        ("a.CSV.gz", True),
        ("a.npz", True),
        ("t10k-images-idx3-ubyte", True),
        ("t10k-images.idx3-ubyte.gz", True),
        ("photo.png", False),
        ("csv", False),
        ("-", False),
    ],
)
def test_tables_are_known_by_their_names(name, table):
    assert is_table(name) is table


@pytest.mark.parametrize("last", [False, True])
def test_labels_are_found_in_a_file_that_is_sorted_by_them(tmp_path, images, last):
    """As the five thousand digits that come with another package: 500 zeros, then the ones."""
    many = np.repeat(images[:1], 700, axis=0)
    many[:, [0, -1]] = 0
    labels = ["0"] * 600 + ["1"] * 100
    path = tmp_path / "sorted.csv"
    path.write_text(csv_text(many, labels, last=last))
    assert [label for rows in read_csv(path) for label in rows.labels] == labels
