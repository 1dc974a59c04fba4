"""Downloading from a real server on the loopback interface that does all that mirrors do."""

import gzip
import hashlib
import threading
import time

import pytest
from conftest import body, packed

from mnist_cli import download as download_module
from mnist_cli import sources
from mnist_cli.datasets import MNIST_FILES, DataFile
from mnist_cli.download import download_mnist
from mnist_cli.errors import DownloadError

FIRST = MNIST_FILES[0].name


@pytest.fixture(autouse=True)
def small_mnist(monkeypatch, tiny_files):
    """Four small files take MNIST's place: the same code, other digests."""
    files = tuple(
        DataFile(name, len(content), hashlib.sha256(content).hexdigest())
        for name, content in tiny_files.items()
    )
    monkeypatch.setattr(download_module, "MNIST_FILES", files)
    monkeypatch.setattr(sources, "ANSWER_SECONDS", 0.5)
    monkeypatch.setattr(sources, "PAUSE_SECONDS", 0.5)


@pytest.fixture
def good(server, tiny_files):
    """A server whose folder `good/` is a mirror."""
    for name, content in tiny_files.items():
        server.answers[f"/good/{name}.gz"] = body(packed(content))
    return server


def check_complete(folder, tiny_files):
    assert {path.name: path.read_bytes() for path in folder.iterdir()} == tiny_files


def test_all_four_files(good, tmp_path, tiny_files):
    deliveries = download_mnist(tmp_path, mirrors=[good.url + "good"])
    assert {delivery.source for delivery in deliveries} == {good.url + "good/"}
    check_complete(tmp_path, tiny_files)


def test_verified_files_are_kept_without_asking(good, tmp_path):
    download_mnist(tmp_path, mirrors=[good.url + "good"])
    good.seen.clear()
    assert {d.source for d in download_mnist(tmp_path, mirrors=["http://127.0.0.1:9"])} == {"kept"}
    assert good.seen == []
    download_mnist(tmp_path, mirrors=[good.url + "good"], force=True)
    assert len(good.seen) == 4


def test_a_damaged_file_is_fetched_again(good, tmp_path, tiny_files):
    (tmp_path / FIRST).write_bytes(b"\0" * len(tiny_files[FIRST]))
    deliveries = download_mnist(tmp_path, mirrors=[good.url + "good"])
    assert len(deliveries) == 4
    check_complete(tmp_path, tiny_files)


def test_recompressed_files_count_by_their_content(server, tmp_path, tiny_files):
    for name, content in tiny_files.items():
        server.answers[f"/{name}.gz"] = body(gzip.compress(content, 1, mtime=77))
    download_mnist(tmp_path, mirrors=[server.url])
    check_complete(tmp_path, tiny_files)


def hang(handler):
    time.sleep(1.5)


def slow_body(handler):
    handler.send_response(200)
    handler.send_header("Content-Length", "1000000")
    handler.end_headers()
    for _ in range(20):
        handler.wfile.write(b"\x1f\x8b")
        handler.wfile.flush()
        time.sleep(0.1)


def redirect_to_nowhere(handler):
    handler.send_response(302)
    handler.send_header("Location", "/elsewhere")
    handler.end_headers()


def bad_answers(content):
    good = packed(content)
    return {
        "wrong checksum": (body(packed(content[:-1] + b"!")), "wrong checksum, expected"),
        "web page": (body(b"<!DOCTYPE html><html>sorry</html>"), "web page instead"),
        "packed web page": (body(packed(b"<html></html>")), "cut short"),
        "cut body": (body(good[:100], length=len(good)), "broke in the middle"),
        "cut file": (body(good[:100]), "cut short"),
        "empty": (body(b""), "cut short, got 0"),
        "not gzip": (body(b"\x1f\x8bnonsense"), "damaged gzip"),
        "bomb": (body(packed(bytes(10_000_000))), "more data than the file has"),
        "raw and too long": (body(content + b"x"), "more data"),
        "404": (body(b"", 404), "status 404"),
        "503": (body(b"", 503), "status 503"),
        "lost redirection": (redirect_to_nowhere, "status 404"),
        "hang": (hang, "too slow, waited 0.5 seconds"),
    }


@pytest.mark.parametrize("case", bad_answers(b"12"))
def test_every_failure_falls_back_to_the_next_mirror(good, tmp_path, tiny_files, case):
    for name, content in tiny_files.items():
        good.answers[f"/bad/{name}.gz"] = bad_answers(content)[case][0]
    download_mnist(tmp_path, mirrors=[good.url + "bad", good.url + "good"])
    check_complete(tmp_path, tiny_files)


@pytest.mark.parametrize("case", bad_answers(b"12"))
def test_every_failure_is_told_in_a_line_and_leaves_nothing(server, tmp_path, tiny_files, case):
    for name, content in tiny_files.items():
        server.answers[f"/bad/{name}.gz"] = bad_answers(content)[case][0]
    with pytest.raises(DownloadError) as caught:
        download_mnist(tmp_path, mirrors=[server.url + "bad"])
    lines = str(caught.value).splitlines()
    assert len(lines) == 3
    assert bad_answers(b"12")[case][1] in lines[1]
    assert "--from" in lines[2]
    assert list(tmp_path.iterdir()) == []


def test_a_drip_is_given_up_after_the_time_limit(server, tmp_path, tiny_files):
    for name in tiny_files:
        server.answers[f"/{name}.gz"] = slow_body
    with pytest.raises(DownloadError, match="too slow"):
        download_mnist(tmp_path, mirrors=[server.url], file_seconds=0.3)


def test_an_unreachable_mirror_is_asked_once(tmp_path):
    with pytest.raises(DownloadError) as caught:
        download_mnist(tmp_path, mirrors=["http://127.0.0.1:9", "no address"])
    _, first, second, _ = str(caught.value).splitlines()
    assert "127.0.0.1:9/: train-images-idx3-ubyte: cannot be reached" in first
    assert "no address" in second


def test_a_mirror_that_lacks_one_file_gives_the_others(good, tmp_path, tiny_files):
    del good.answers[f"/good/{FIRST}.gz"]
    good.answers[f"/other/{FIRST}.gz"] = body(packed(tiny_files[FIRST]))
    deliveries = download_mnist(tmp_path, mirrors=[good.url + "good", good.url + "other"])
    assert [d.source.endswith("other/") for d in deliveries] == [True, False, False, False]
    check_complete(tmp_path, tiny_files)


def test_a_failure_costs_nothing_that_was_there(server, tmp_path, tiny_files):
    (tmp_path / FIRST).write_bytes(tiny_files[FIRST])
    with pytest.raises(DownloadError):
        download_mnist(tmp_path, mirrors=[server.url], force=True)
    assert (tmp_path / FIRST).read_bytes() == tiny_files[FIRST]


@pytest.mark.parametrize("ending", [".gz", ""])
@pytest.mark.parametrize("dot", [False, True])
def test_from_a_folder(tmp_path, tiny_files, ending, dot):
    folder = tmp_path / "usb"
    folder.mkdir()
    for name, content in tiny_files.items():
        there = name.replace("-idx", ".idx") if dot else name
        (folder / (there + ending)).write_bytes(packed(content) if ending else content)
    download_mnist(tmp_path / "data", folder=folder)
    check_complete(tmp_path / "data", tiny_files)


def test_an_incomplete_folder_is_named(tmp_path):
    with pytest.raises(DownloadError, match=f"holds no {FIRST} or {FIRST}.gz"):
        download_mnist(tmp_path / "data", folder=tmp_path)


def test_packed_files_in_the_data_directory_need_no_network(tmp_path, tiny_files):
    for name, content in tiny_files.items():
        (tmp_path / f"{name}.gz").write_bytes(packed(content))
    download_mnist(tmp_path, mirrors=[])
    for name, content in tiny_files.items():
        assert (tmp_path / name).read_bytes() == content


def test_two_at_once_do_no_harm(good, tmp_path, tiny_files):
    work = [
        threading.Thread(
            target=download_mnist, args=(tmp_path,), kwargs={"mirrors": [m], "force": True}
        )
        for m in [good.url + "good"] * 4
    ]
    for thread in work:
        thread.start()
    for thread in work:
        thread.join()
    check_complete(tmp_path, tiny_files)


def test_no_redirection_from_https_to_http():
    import requests

    answer = requests.Response()
    answer.status_code, answer.url = 302, "https://example.org/a"
    answer.headers["Location"] = "http://example.org/a"
    with pytest.raises(requests.exceptions.InvalidURL, match="from https to http"):
        sources.Mirror("https://example.org", 1).session.get_redirect_target(answer)
