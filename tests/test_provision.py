"""MNIST wherever it lies, and what is used where it cannot be had."""

import io
import os
import shutil
import socket
import time
import zipfile

import pytest
from conftest import body, packed

from mnist_cli.data import folders, provision
from mnist_cli.data.download import download_dataset
from mnist_cli.data.provision import NOTE, provide
from mnist_cli.data.registry import DATASETS
from mnist_cli.errors import DownloadError

FILES = [file.name for file in DATASETS["mnist"].files]


def zipped(contents):
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as file:
        for name, content in contents.items():
            file.writestr(name, content)
    return archive.getvalue()


def dotted(name):
    return name.replace("-idx", ".idx")


LAYOUTS = {  # the files of MNIST by name -> the files as people have them
    "7-Zip": lambda files: {dotted(n): c for n, c in files.items()},
    "torchvision": lambda files: {f"MNIST/raw/{n}": c for n, c in files.items()},
    "torchvision, all": lambda files: {
        f"MNIST/raw/{n}{end}": pack(c)
        for n, c in files.items()
        for end, pack in (("", bytes), (".gz", packed))
    },
    "Kaggle": lambda files: {f"{n}/{n}": c for n, c in files.items()},
    "Kaggle, dotted": lambda files: {f"archive/{dotted(n)}": c for n, c in files.items()},
    "packed": lambda files: {f"{n}.gz": packed(c) for n, c in files.items()},
    "packed, without ending": lambda files: {n: packed(c) for n, c in files.items()},
    "packed twice": lambda files: {f"{n}.gz": packed(packed(c)) for n, c in files.items()},
    "browser": lambda files: {f"{n} (1).gz": packed(c) for n, c in files.items()},
    "no such names": lambda files: {f"{i}.bin": c for i, c in enumerate(files.values())},
    "archive": lambda files: {"archive.zip": zipped({dotted(n): c for n, c in files.items()})},
    "archive of packed files": lambda files: {
        "mnist.zip": zipped({f"mnist/{n}.gz": packed(c) for n, c in files.items()})
    },
}


def lay_out(folder, contents):
    for name, content in contents.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(content)


def contents_of(folder):
    return {name: (folder / name).read_bytes() for name in FILES}


@pytest.mark.usefixtures("small_mnist")
@pytest.mark.parametrize("layout", LAYOUTS)
def test_mnist_in_the_data_directory_is_used_once(tmp_path, tiny_files, layout):
    lay_out(tmp_path, LAYOUTS[layout](tiny_files))
    lines = []
    for _ in range(2):
        assert provide("auto", tmp_path, say=lines.append) == "mnist"
    assert contents_of(tmp_path) == tiny_files
    assert len([line for line in lines if line.startswith("Found MNIST in ")]) == 1
    assert "Downloading MNIST." not in lines


@pytest.mark.usefixtures("small_mnist")
@pytest.mark.parametrize("layout", LAYOUTS)
def test_mnist_below_another_folder_is_used(tmp_path, tiny_files, layout):
    usb = {f"usb/{name}": content for name, content in LAYOUTS[layout](tiny_files).items()}
    lay_out(tmp_path, usb)
    lay_out(tmp_path, {"usb/notes.txt": b"mine", "usb/train-images-idx3-ubyte.zip": b"PK\3\4no"})
    deliveries = download_dataset("mnist", tmp_path / "data", folder=tmp_path / "usb")
    assert contents_of(tmp_path / "data") == tiny_files
    for _, source in deliveries:
        assert source.startswith(str(tmp_path / "usb" / ""))
    for name, content in usb.items():
        assert (tmp_path / name).read_bytes() == content


@pytest.mark.usefixtures("small_mnist")
def test_an_archive_can_be_named_itself(tmp_path, tiny_files):
    lay_out(tmp_path, LAYOUTS["archive"](tiny_files))
    download_dataset("mnist", tmp_path / "data", folder=tmp_path / "archive.zip")
    assert contents_of(tmp_path / "data") == tiny_files


def test_one_line_says_where_mnist_was_found(tmp_path, tiny_files, small_mnist):
    lay_out(tmp_path, LAYOUTS["torchvision"](tiny_files))
    lines = []
    provide("mnist", tmp_path, say=lines.append)
    assert lines == [
        f"Found MNIST in {tmp_path / 'MNIST/raw'}; unpacked into {tmp_path}, verified."
    ]


WRONG = {
    "other content": (bytes(1000), "wrong checksum, expected"),
    "other content, packed": (packed(bytes(1000)), "wrong checksum, expected"),
    "half": (bytes(500), "cut short, got 500 of 1000 bytes"),
    "damaged": (packed(bytes(1000))[:-8] + b"12345678", "damaged gzip data"),
    "web page": (b"<html>", "gave a web page instead of the file"),
}


@pytest.mark.parametrize("name", ["{}", "{}.gz", "{} (1).gz", "{0}/{0}"])
@pytest.mark.parametrize("wrong", WRONG)
def test_right_names_and_other_content_are_told_apart(tmp_path, small_mnist, wrong, name):
    content, message = WRONG[wrong]
    lay_out(tmp_path / "usb", {name.format(FILES[0]): content})
    with pytest.raises(DownloadError) as caught:
        download_dataset("mnist", tmp_path / "data", folder=tmp_path / "usb")
    line = str(caught.value).splitlines()[1]
    assert line.startswith(f"  {tmp_path / 'usb'}: {FILES[0]}: {message}")
    assert list((tmp_path / "data").iterdir()) == []


@pytest.mark.usefixtures("small_mnist")
def test_a_folder_of_folders_is_one_line(mnist, tmp_path):
    for name in FILES:
        (tmp_path / "usb" / name / "empty").mkdir(parents=True)
    result = mnist("download", "--from", "usb")
    assert result.code == 1
    assert f"  usb: {FILES[0]}: holds no {FILES[0]} or {FILES[0]}.gz" in result.err.splitlines()


@pytest.mark.usefixtures("small_mnist")
def test_no_pipe_and_no_circle_of_links_stops_the_search(tmp_path, tiny_files):
    os.mkfifo(tmp_path / "a-pipe")
    (tmp_path / "circle").symlink_to(tmp_path)
    lay_out(tmp_path, LAYOUTS["7-Zip"](tiny_files))
    assert provide("auto", tmp_path) == "mnist"


@pytest.mark.usefixtures("small_mnist")
def test_the_search_is_limited(tmp_path, tiny_files, monkeypatch):
    lay_out(
        tmp_path, {f"{n:03}.bin": bytes(1000) for n in range(40)} | LAYOUTS["7-Zip"](tiny_files)
    )
    assert provide("mnist", tmp_path) == "mnist"  # names come first, so that the limit is far
    monkeypatch.setattr(folders, "MOST_FILES", 30)
    with pytest.raises(DownloadError):
        download_dataset("mnist", tmp_path / "new", folder=tmp_path)


@pytest.fixture
def mirrored(small_mnist, monkeypatch, server, tiny_files):
    """A server that is MNIST's only mirror."""
    for name, content in tiny_files.items():
        server.answers[f"/{name}.gz"] = body(packed(content))
    row = DATASETS["mnist"]._replace(mirrors=(server.url,))
    monkeypatch.setitem(DATASETS, "mnist", row)
    return server


@pytest.mark.parametrize("dataset", ["mnist", "auto"])
def test_training_keeps_another_data_set_of_mnists_names_and_sizes(
    mirrored, tmp_path, tiny_files, dataset
):
    fashion = {name: content[::-1] for name, content in tiny_files.items()}
    lay_out(tmp_path, fashion)
    lines = []
    assert provide(dataset, tmp_path, say=lines.append) == "mnist"
    assert contents_of(tmp_path) == tiny_files
    assert {name: (tmp_path / f"{name}.1").read_bytes() for name in FILES} == fashion
    names = ", ".join(str(tmp_path / f"{name}.1") for name in FILES)
    moved = (
        f"Something else had the name of MNIST's files; it is now {names}. "
        f"To use it as a data set of your own: --dataset {tmp_path / FILES[0]}.1"
    )
    assert lines == ["Downloading MNIST.", moved]


def test_only_what_is_not_there_is_downloaded(mirrored, tmp_path, tiny_files):
    lay_out(tmp_path, {f"raw/{name}": tiny_files[name] for name in FILES[:2]})
    lines = []
    provide("mnist", tmp_path, say=lines.append)
    assert contents_of(tmp_path) == tiny_files
    assert mirrored.seen == [f"/{name}.gz" for name in FILES[2:]]
    assert lines[0] == f"Found MNIST in {tmp_path / 'raw'}; unpacked into {tmp_path}, verified."


@pytest.fixture
def unreachable(small_mnist, monkeypatch):
    """MNIST whose mirrors cannot be reached."""
    mirrors = ("http://127.0.0.1:9/one/", "http://127.0.0.1:9/two/")
    monkeypatch.setitem(DATASETS, "mnist", DATASETS["mnist"]._replace(mirrors=mirrors))


def copy_of(builtin_dir, tmp_path):
    """A data directory with built-in digits, in which no download has failed yet."""
    without = shutil.ignore_patterns(NOTE)
    return shutil.copytree(builtin_dir, tmp_path / "data", ignore=without)


def test_a_download_that_failed_is_remembered_for_a_day(
    unreachable, tmp_path, builtin_dir, monkeypatch
):
    data, lines = copy_of(builtin_dir, tmp_path), []
    assert provide("auto", data, say=lines.append) == "builtin"
    command = f"'mnist download --data-dir {data}'"
    first = f"MNIST could not be downloaded: cannot be reached; {command} tells more."
    assert lines == ["Downloading MNIST.", first, provision.INSTEAD]
    lines.clear()
    assert provide("auto", data, say=lines.append) == "builtin"
    later = f"MNIST could not be downloaded today: cannot be reached; {command} tries again."
    assert lines == [later, provision.INSTEAD]
    lines.clear()
    (data / NOTE).write_text(f"{int(time.time() - provision.DAY)} cannot be reached\n")
    provide("auto", data, say=lines.append)
    assert lines == ["Downloading MNIST.", first, provision.INSTEAD]


def test_a_wrong_file_in_the_data_directory_is_part_of_the_reason(
    unreachable, tmp_path, builtin_dir
):
    data, lines = copy_of(builtin_dir, tmp_path), []
    lay_out(data, {FILES[1]: b"mine"})
    assert provide("auto", data, say=lines.append) == "builtin"
    why = f"cannot be reached; {data / FILES[1]}: cut short"
    command = f"'mnist download --data-dir {data}'"
    assert lines[1] == f"MNIST could not be downloaded: {why}; {command} tells more."
    assert (data / FILES[1]).read_bytes() == b"mine"


@pytest.mark.parametrize("note", ["", "x", "12", "99999999999999999999999 a", "-1 a", "\0 \0"])
def test_a_note_that_says_nothing_is_ignored(unreachable, tmp_path, builtin_dir, note):
    data, lines = copy_of(builtin_dir, tmp_path), []
    (data / NOTE).write_text(note)
    provide("auto", data, say=lines.append)
    assert lines[0] == "Downloading MNIST."


def test_by_name_the_download_is_always_tried(unreachable, tmp_path, builtin_dir):
    data, lines = copy_of(builtin_dir, tmp_path), []
    provide("auto", data)
    with pytest.raises(DownloadError):
        provide("mnist", data, say=lines.append)
    assert lines == ["Downloading MNIST."]


def test_mnist_put_there_later_is_used_at_once(unreachable, tmp_path, builtin_dir, tiny_files):
    data = copy_of(builtin_dir, tmp_path)
    assert provide("auto", data) == "builtin"
    lay_out(data, LAYOUTS["archive"](tiny_files))
    assert provide("auto", data) == "mnist"


REFUSED = {"HTTPS_PROXY": "http://127.0.0.1:9", "NO_PROXY": ""}  # nothing listens there


def test_evaluate_and_report_use_what_is_there(mnist, tmp_path, builtin_dir):
    copy_of(builtin_dir, tmp_path)
    done = mnist("evaluate", "--json", env=REFUSED)
    assert done.code == 0
    assert done.json["dataset"] == "builtin"
    assert provision.INSTEAD in done.err.splitlines()
    done = mnist("report", "--json", env=REFUSED)
    assert (done.code, done.json["dataset"]) == (0, "builtin")
    assert mnist("evaluate", "--dataset", "mnist", env=REFUSED).code == 1


def test_a_silent_firewall_is_asked_once_a_day(mnist, tmp_path, builtin_dir):
    copy_of(builtin_dir, tmp_path)
    assert mnist("evaluate", env=REFUSED).code == 0
    with socket.create_server(("127.0.0.1", 0)) as silent:
        silent.setblocking(False)
        env = {"HTTPS_PROXY": f"http://127.0.0.1:{silent.getsockname()[1]}", "NO_PROXY": ""}
        done = mnist("evaluate", env=env)
        assert done.code == 0
        assert "'mnist download' tries again" in done.err
        with pytest.raises(BlockingIOError):
            silent.accept()
