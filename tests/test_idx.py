"""IDX files: every header but the one of the format is refused, and the SHA-256 is what counts."""

import hashlib
import re
import struct

import numpy as np
import pytest

from mnist_cli.data import idx
from mnist_cli.data.idx import (
    IMAGES_MAGIC,
    LABELS_MAGIC,
    TABLE_MAGIC,
    idx_header,
    read_images,
    read_labels,
)
from mnist_cli.errors import DataError, DataMissingError

PIXELS = np.random.default_rng(0).integers(0, 256, (3, 784), np.uint8)
TABLE = np.array([[7, 4, 300, -1, 5, 6, 2**31 - 1, 8], [0] * 8, [9] + [1] * 7], ">i4")
IMAGES = struct.pack(">4i", 0x803, 3, 28, 28) + PIXELS.tobytes()
LABELS = struct.pack(">2i", 0x801, 3) + bytes([7, 0, 9])
ROWS = struct.pack(">3i", 0xC02, 3, 8) + TABLE.tobytes()
READERS = {"images": (read_images, IMAGES), "labels": (read_labels, LABELS)}
READERS["table"] = (read_labels, ROWS)
HEADERS = {"images": 16, "labels": 8, "table": 12}


@pytest.fixture
def path(tmp_path):
    return tmp_path / "file"


def test_the_headers_are_those_of_the_format():
    assert idx_header(IMAGES_MAGIC, 3) == IMAGES[:16]
    assert idx_header(LABELS_MAGIC, 3) == LABELS[:8]
    assert idx_header(TABLE_MAGIC, 3) == ROWS[:12]


def test_images_are_the_rows_of_the_file_and_cannot_be_written(path):
    path.write_bytes(IMAGES)
    images = read_images(path)
    np.testing.assert_array_equal(images, PIXELS, strict=True)
    with pytest.raises(ValueError, match="read-only"):
        images[0, 0] = 1


@pytest.mark.parametrize("content", [LABELS, ROWS])
def test_labels_are_bytes(path, content):
    path.write_bytes(content)
    np.testing.assert_array_equal(read_labels(path), np.array([7, 0, 9], np.uint8), strict=True)


@pytest.mark.parametrize("kind", READERS)
def test_every_flipped_bit_of_the_header_is_told(path, kind):
    read, content = READERS[kind]
    for bit in range(8 * HEADERS[kind]):
        damaged = bytearray(content)
        damaged[bit // 8] ^= 1 << bit % 8
        path.write_bytes(damaged)
        with pytest.raises(DataError, match="^" + re.escape(f"{path}: damaged, or not an IDX")):
            read(path)


@pytest.mark.parametrize("kind", READERS)
def test_every_other_size_is_told(path, kind):
    read, content = READERS[kind]
    row = (len(content) - HEADERS[kind]) // 3
    for size in {0, 1, 3, 4, HEADERS[kind], len(content) - 1, len(content) - row}:
        path.write_bytes(content[:size])
        with pytest.raises(DataError, match=rf"got {size} bytes$"):
            read(path)
    for more in (1, row):
        path.write_bytes(content + bytes(more))
        with pytest.raises(DataError, match=rf"got {len(content) + more} bytes$"):
            read(path)


@pytest.mark.parametrize("kind", READERS)
def test_a_file_without_rows_is_told(path, kind):
    read, content = READERS[kind]
    path.write_bytes(content[:4] + bytes(4) + content[8 : HEADERS[kind]])
    with pytest.raises(DataError, match="damaged, or not an IDX file"):
        read(path)


@pytest.mark.parametrize("kind", READERS)
def test_one_row_is_enough(path, kind):
    read, content = READERS[kind]
    row = (len(content) - HEADERS[kind]) // 3
    one = content[:4] + struct.pack(">i", 1) + content[8 : HEADERS[kind] + row]
    path.write_bytes(one)
    np.testing.assert_array_equal(read(path)[0], [*PIXELS[:1], 7][kind != "images"])


@pytest.mark.parametrize("kind", READERS)
def test_the_digest_counts(path, kind):
    read, content = READERS[kind]
    path.write_bytes(content)
    digest = hashlib.sha256(content).hexdigest()
    assert len(read(path, digest)) == 3
    path.write_bytes(content[:-1] + bytes([content[-1] ^ 1]))
    with pytest.raises(DataError, match="^" + re.escape(f"{path}: damaged, or from another")):
        read(path, digest)


@pytest.mark.parametrize("label", [10, 255])
def test_labels_have_one_digit(path, label):
    path.write_bytes(LABELS[:-1] + bytes([label]))
    with pytest.raises(DataError, match=rf"file: labels must be 0 to 9, got {label}$"):
        read_labels(path)


@pytest.mark.parametrize("label", [10, 256, -1, -(2**31)])
def test_labels_of_a_table_have_one_digit(path, label):
    path.write_bytes(ROWS[:12] + struct.pack(">i", label) + ROWS[16:])
    with pytest.raises(DataError, match=rf"file: labels must be 0 to 9, got {label}$"):
        read_labels(path)


@pytest.mark.parametrize("kind", READERS)
def test_what_is_no_file_is_missing(path, kind):
    read, _ = READERS[kind]
    with pytest.raises(DataMissingError, match=r"file: no such file$"):
        read(path)
    path.mkdir()
    with pytest.raises(DataMissingError, match=r"file: no such file$"):
        read(path)


def test_a_file_with_more_labels_than_any_data_set_is_told(path):
    """A sparse file of 4 GB has 4 billion labels, which are all 0."""
    with path.open("wb") as file:
        file.write(idx_header(LABELS_MAGIC, 2_000_001))
        file.truncate(8 + 2_000_001)
    with pytest.raises(DataError, match="at most 2,000,000 rows, got 2,000,001"):
        read_labels(path)


def test_a_file_that_is_cut_while_it_is_read_is_told(path, monkeypatch):
    path.write_bytes(idx_header(IMAGES_MAGIC, 3) + bytes(3 * 784))
    check = idx._check_digest

    def check_and_cut(file, sha256):
        check(file, sha256)
        path.write_bytes(path.read_bytes()[:-1])

    monkeypatch.setattr(idx, "_check_digest", check_and_cut)
    with pytest.raises(DataError, match="was changed while it was read; try again"):
        read_images(path)
