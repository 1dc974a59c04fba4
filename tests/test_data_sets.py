"""Fashion-MNIST, Kuzushiji-MNIST and QMNIST: real names and forms, the tests' own content."""

import hashlib
import zipfile

import numpy as np
import pytest
from conftest import body, flip_a_byte, packed

from mnist_cli.data import sources
from mnist_cli.data.builtin.drawing import draw_digits
from mnist_cli.data.datasets import is_present, load_split
from mnist_cli.data.download import download_dataset
from mnist_cli.data.idx import IMAGES_MAGIC, LABELS_MAGIC, idx_header, read_labels
from mnist_cli.data.provision import provide
from mnist_cli.data.registry import DATASETS
from mnist_cli.errors import DataError, DownloadError

NAMES = ["fashion", "kmnist", "qmnist"]
COUNTS = (60, 60, 20, 20)


def table_of(labels):
    """Labels in QMNIST's form: idx2-int, eight big-endian numbers a row, the class first."""
    rows = np.arange(len(labels) * 8, dtype=">i4").reshape(-1, 8)
    rows[:, 0] = labels
    return np.array([0x0C02, len(labels), 8], ">u4").tobytes() + rows.tobytes()


def content_of(name, count, seed):
    images, labels = draw_digits(count, seed=seed, stream=0)
    if "images" in name:
        return idx_header(IMAGES_MAGIC, count) + images.tobytes()
    if "idx2" in name:
        return table_of(labels)
    return idx_header(LABELS_MAGIC, count) + labels.tobytes()


@pytest.fixture(params=NAMES)
def published(request, monkeypatch, server):
    """A data set behind a server in its real form, with digests of the kind that are published."""
    row, files, contents = DATASETS[request.param], [], {}
    for file, count in zip(row.files, COUNTS, strict=True):
        content = content_of(file.name, count, seed=len(contents) // 2)
        kind = hashlib.md5 if len(file.digest) == 32 else hashlib.sha256
        if file.sha256:
            digests = {"sha256": hashlib.sha256(content).hexdigest()}
        else:
            digests = {"packed": kind(packed(content)).hexdigest()}
        files.append(file._replace(size=len(content), **digests))
        contents[file.name] = content
        server.answers[f"/{file.name}.gz"] = body(packed(content))
    monkeypatch.setitem(
        DATASETS, request.param, row._replace(files=tuple(files), mirrors=(server.url,))
    )
    monkeypatch.setattr(sources, "ANSWER_SECONDS", 100)  # however busy the machine is
    monkeypatch.setattr(sources, "PAUSE_SECONDS", 100)
    return request.param, contents


def test_a_data_set_is_downloaded_once_and_read(published, tmp_path, server):
    name, contents = published
    lines = []
    for _ in range(2):
        assert provide(name, tmp_path, say=lines.append) == name
    assert lines == [f"Downloading {DATASETS[name].title}."]
    assert sorted(server.seen) == sorted(f"/{file}.gz" for file in contents)
    for split, seed in (("train", 0), ("test", 1)):
        count = COUNTS[0] if split == "train" else COUNTS[2]
        images, labels = draw_digits(count, seed=seed, stream=0)
        found = load_split(name, split, tmp_path)
        np.testing.assert_array_equal(found.images, images)
        np.testing.assert_array_equal(found.labels, labels)


def test_a_changed_byte_is_found_and_the_file_comes_again(published, tmp_path, server):
    name, contents = published
    provide(name, tmp_path)
    for file in contents:
        flip_a_byte(tmp_path / name / file)
        assert not is_present(name, tmp_path)
        provide(name, tmp_path)
        assert (tmp_path / name / file).read_bytes() == contents[file]
        assert next((tmp_path / name).glob(f"{file}*.1*"))  # what was there is kept


def test_a_wrong_packed_file_is_refused(published, tmp_path, server):
    name, contents = published
    file = next(iter(contents))
    server.answers[f"/{file}.gz"] = body(packed(contents[file][:-1] + b"\x07"))
    with pytest.raises(DownloadError, match="wrong checksum of the packed file"):
        provide(name, tmp_path)
    assert not (tmp_path / name / file).exists()


def test_packed_files_in_a_folder_by_any_name(published, tmp_path):
    name, contents = published
    (tmp_path / "usb").mkdir()
    for number, content in enumerate(contents.values()):
        (tmp_path / "usb" / f"{number} (1).gz").write_bytes(packed(content))
    download_dataset(name, tmp_path / "data", folder=tmp_path / "usb")
    assert is_present(name, tmp_path / "data")


@pytest.mark.parametrize(("others", "enough"), [(5, True), (20, False)])
def test_no_more_is_unpacked_than_some_data_sets_have(published, tmp_path, others, enough):
    """An archive of 1.8 MB held 40 contents of the right size, and took five seconds."""
    name, contents = published
    largest = max(map(len, contents.values()))
    with zipfile.ZipFile(tmp_path / "a.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        for number in range(others):
            archive.writestr(f"a{number:03}", bytes(largest))
        for number, content in enumerate(contents.values()):
            archive.writestr(f"b{number}.gz", packed(content))
    if enough:
        download_dataset(name, tmp_path / "data", folder=tmp_path / "a.zip")
        return
    with pytest.raises(DownloadError, match="holds no "):
        download_dataset(name, tmp_path / "data", folder=tmp_path / "a.zip")


def test_a_lost_list_of_digests_means_another_download(published, tmp_path):
    name, _ = published
    provide(name, tmp_path)
    (tmp_path / name / ".mnist-digests").unlink()
    assert not is_present(name, tmp_path)
    with pytest.raises(
        DataError, match=f"run 'mnist download --dataset {name} --data-dir {tmp_path}'"
    ):
        load_split(name, "train", tmp_path)


def test_the_published_sizes_are_those_of_the_form():
    assert [file.size for file in DATASETS["qmnist"].files] == [47040016, 1920012] * 2
    for name in ("fashion", "kmnist"):
        assert [file.size for file in DATASETS[name].files] == [
            file.size for file in DATASETS["mnist"].files
        ]
    for name in NAMES:
        assert len(DATASETS[name].classes) == 10


@pytest.mark.parametrize("labels", [[-1, 3], [3, 10], [256, 1]])
def test_labels_in_a_table_are_checked(tmp_path, labels):
    path = tmp_path / "labels"
    path.write_bytes(table_of(labels))
    with pytest.raises(DataError, match="labels must be 0 to 9"):
        read_labels(path)
