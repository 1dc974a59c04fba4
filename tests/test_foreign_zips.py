"""Zip archives and pictures of others: their shape alone takes neither time nor memory."""

import io
import zipfile

import numpy as np
import pytest
from PIL import Image

from mnist_cli.data.download import download_dataset
from mnist_cli.data.own.archives import npz_source
from mnist_cli.data.own.source import rows_at_once
from mnist_cli.data.rows import read_rows
from mnist_cli.errors import DataError, DownloadError, PictureError
from mnist_cli.pictures.reader import read_picture

READERS = [npz_source, lambda path: list(read_rows(path))]


@pytest.mark.parametrize("read", READERS)
def test_thousands_of_members_are_not_listed(tmp_path, read):
    with zipfile.ZipFile(tmp_path / "a.npz", "w") as archive:
        for number in range(5_000):
            archive.writestr(f"{number}.npy", b"")
    with pytest.raises(DataError, match="directory has more than 200,000 bytes"):
        read(tmp_path / "a.npz")


@pytest.mark.parametrize("read", READERS)
@pytest.mark.parametrize("packing", [zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_only_the_packings_of_numpy_are_read(tmp_path, packing, read):
    """Their damage is told by errors of other modules."""
    with zipfile.ZipFile(tmp_path / "a.npz", "w", packing) as archive:
        archive.writestr("images.npy", b"")
    with pytest.raises(DataError, match="packed by bzip2, LZMA or another rare method"):
        read(tmp_path / "a.npz")


def with_password(path):
    """Mark every member of an archive as encrypted, as zipfile cannot write them."""
    content = bytearray(path.read_bytes())
    for signature, place in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        content[content.index(signature) + place] |= 1
    path.write_bytes(content)


@pytest.mark.parametrize("read", READERS)
def test_an_archive_with_a_password_says_so(tmp_path, read):
    np.savez(tmp_path / "a.npz", np.zeros((3, 784), np.uint8))
    with_password(tmp_path / "a.npz")
    with pytest.raises(DataError, match=r"it wants a password\); get it again, or write it"):
        read(tmp_path / "a.npz")


def cut(path):
    path.write_bytes(path.read_bytes()[:-10])


CLOSED = {
    "bzip2": (zipfile.ZIP_BZIP2, lambda _: None, "packed by bzip2, LZMA or another rare method"),
    "LZMA": (zipfile.ZIP_LZMA, lambda _: None, "packed by bzip2, LZMA or another rare method"),
    "password": (zipfile.ZIP_STORED, with_password, "it wants a password"),
    "cut": (zipfile.ZIP_STORED, cut, "File is not a zip file"),
}


@pytest.fixture(params=CLOSED)
def closed(request, tmp_path):
    """An archive that cannot be unpacked, and the reason."""
    packing, damage, reason = CLOSED[request.param]
    path = tmp_path / "files" / "a.zip"
    path.parent.mkdir()
    with zipfile.ZipFile(path, "w", packing) as archive:
        archive.writestr("train-images-idx3-ubyte", bytes(100))
    damage(path)
    return path, reason


def test_an_archive_that_cannot_be_unpacked_costs_one_line(tmp_path, mnist, closed):
    path, reason = closed
    done = mnist("download", "--data-dir", tmp_path / "data", "--from", path)
    assert (done.code, done.out) == (1, "")
    remedy = "unpack it yourself, and give the folder"
    assert done.err == f"mnist: {path}: cannot be unpacked ({reason}); {remedy}\n"


def test_beside_other_files_it_is_named_only_where_one_is_missing(tmp_path, closed):
    path, reason = closed
    with pytest.raises(DownloadError, match=f"a.zip cannot be unpacked .{reason}"):
        download_dataset("mnist", tmp_path / "data", folder=path.parent)


@pytest.mark.parametrize("read", READERS)
def test_a_name_that_is_not_utf_8_though_the_archive_says_so(tmp_path, read):
    """Found by fuzzing."""
    with zipfile.ZipFile(tmp_path / "a.npz", "w") as archive:
        archive.writestr("é.npy", b"")
    content = (tmp_path / "a.npz").read_bytes()
    (tmp_path / "a.npz").write_bytes(content.replace("é".encode(), b"\xff\xff"))
    with pytest.raises(DataError, match=r"a\.npz: damaged, or not an \.npz file"):
        read(tmp_path / "a.npz")


def test_an_archive_with_a_comment_is_read(tmp_path):
    path = tmp_path / "a.npz"
    np.savez_compressed(path, images=np.zeros((3, 784), np.uint8))
    with zipfile.ZipFile(path, "a") as archive:
        archive.comment = b"hello"
    assert [len(rows.numbers) for rows in read_rows(path)] == [3]


def test_large_images_come_in_fewer_rows():
    assert rows_at_once(784) == 500
    assert rows_at_once(1024 * 1024 * 3) == 1


@pytest.mark.parametrize("size", [(1, 65_536), (65_536, 1)])
def test_a_picture_of_one_line_is_refused(size):
    buffer = io.BytesIO()
    Image.new("1", size).save(buffer, "PNG")
    with pytest.raises(PictureError, match="at most 65,535 pixels, got 65,536"):
        read_picture(buffer)
