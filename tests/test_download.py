"""Downloads from a real server on the loopback interface that behaves as mirrors do."""

import functools
import gzip
import io
import itertools
import re
import shutil
import ssl
import subprocess
import sys
import threading
from contextlib import suppress

import pytest
import requests
from conftest import body, clean_environment, packed

from mnist_cli.data import sources
from mnist_cli.data.download import download_dataset
from mnist_cli.data.registry import DATASETS
from mnist_cli.errors import ConfigError, DownloadError
from mnist_cli.progress import NoProgress
from mnist_cli.storage.locks import MACHINE

FIRST = DATASETS["mnist"].files[0].name
download_mnist = functools.partial(download_dataset, "mnist")


pytestmark = pytest.mark.usefixtures("small_mnist")


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


def test_what_a_killed_download_left_behind_goes_although_nothing_is_missing(good, tmp_path):
    download_mnist(tmp_path, mirrors=[good.url + "good"])
    left = tmp_path / f".mnist-{MACHINE}-00000000.tmp"
    left.touch()
    download_mnist(tmp_path, mirrors=[good.url + "good"])
    assert not left.exists()


FOREIGN = {
    "other size": lambda path: path.write_bytes(b"precious"),
    "right size": lambda path: path.write_bytes(bytes(1000)),  # as Fashion-MNIST's
    "empty": lambda path: path.touch(),
    "folder": lambda path: (path.mkdir(), (path / "notes.txt").write_text("precious")),
    "lost link": lambda path: path.symlink_to("nowhere"),
}


def inode(path):
    return path.lstat().st_ino


@pytest.mark.parametrize("way", ["mirror", "from", "found"])
@pytest.mark.parametrize("kind", FOREIGN)
def test_what_is_in_the_way_is_renamed_and_named(good, tmp_path, tiny_files, kind, way):
    place, usb, lines = tmp_path / "data", tmp_path / "usb", []
    place.mkdir()
    FOREIGN[kind](place / FIRST)
    (place / f"{FIRST}.1").write_bytes(b"of last time")
    before = inode(place / FIRST)
    shelf = {"mirror": usb, "from": usb, "found": place / "MNIST"}[way]
    shelf.mkdir()
    for name, content in tiny_files.items():
        (shelf / f"{name}.gz").write_bytes(packed(content))
    sources = {"folder": usb} if way == "from" else {"mirrors": [good.url + "good"]}
    download_mnist(place, **sources, say=lines.append)
    assert {name: (place / name).read_bytes() for name in tiny_files} == tiny_files
    assert inode(place / f"{FIRST}.2") == before
    assert (place / f"{FIRST}.1").read_bytes() == b"of last time"
    told = (
        f"Something else had the name of MNIST's files; it is now {place / FIRST}.2. "
        f"To use it as a data set of your own: --dataset {place / FIRST}.2"
    )
    assert [line for line in lines if "is now" in line] == [told]
    assert bool(good.seen) == (way == "mirror")


def test_what_is_in_the_way_stays_if_nothing_comes(server, tmp_path):
    (tmp_path / FIRST).write_bytes(b"precious")
    lines = []
    with pytest.raises(DownloadError, match=f"{tmp_path}: {FIRST}: cut short, got 8"):
        download_mnist(tmp_path, mirrors=[server.url], say=lines.append)
    assert {p.name: p.read_bytes() for p in tmp_path.iterdir()} == {FIRST: b"precious"}
    assert lines == ["Downloading MNIST."]


def test_recompressed_files_count_by_their_content(server, tmp_path, tiny_files):
    for name, content in tiny_files.items():
        server.answers[f"/{name}.gz"] = body(gzip.compress(content, 1, mtime=77))
    download_mnist(tmp_path, mirrors=[server.url])
    check_complete(tmp_path, tiny_files)


def say(*lines, then=b""):
    """Return an answer of these lines, unchanged, and then of `then` without end."""

    def answer(handler):
        with suppress(OSError):  # the other side hangs up
            handler.wfile.write("".join(f"{line}\r\n" for line in lines).encode("latin-1"))
            while then:
                handler.wfile.write(then * 1000)

    return answer


def with_headers(content, *headers):
    def answer(handler):
        say("HTTP/1.0 200 OK", *headers, "")(handler)
        handler.wfile.write(content)

    return answer


def redirect(target, **more):
    return say("HTTP/1.0 302 Found", f"Location: {target}", "", **more)


OK = ("HTTP/1.0 200 OK", "")
CHUNKED = ("HTTP/1.1 200 OK", "Transfer-Encoding: chunked", "")
GZIP_START = b"\x1f\x8b\x08\0\0\0\0\0\0\3"


def endless_blocks(handler):
    with_headers(GZIP_START)(handler)
    say(then=b"\0\0\0\xff\xff")(handler)


ENDLESS = {  # what a mirror never stops to send, and how that is told
    "raw": (say(*OK, then=b"0"), "more data than the file has"),
    "file name": (say(*OK, then=b"\x1f\x8b\x08\x08aaaaaa"), "more data than the file has"),
    "blocks": (endless_blocks, "more data than the file has"),
    "members": (say(*OK, then=packed(b"")), "more data than the file has"),
    "chunk": (say(*CHUNKED, "ffffffff", then=b"0"), "more data than the file has"),
    "length of a chunk": (say(*CHUNKED, then=b"1"), "broke in the middle"),
    "header": (say(OK[0], then=b"x"), "no proper HTTP answer"),
    "headers": (say(OK[0], then=b"a: b\r\n"), "no proper HTTP answer"),
    "no HTTP": (say(then=b"\0"), "no proper HTTP answer"),
    "refusal": (say("HTTP/1.0 404 No", "", then=b"x"), "status 404"),
    "redirection": (redirect("/elsewhere", then=b"x"), "status 404"),
}


def bad_answers(content):
    good = packed(content)
    return {
        "wrong checksum": (body(packed(content[:-1] + b"!")), "wrong checksum, expected"),
        "web page": (body(b"<!DOCTYPE html><html>sorry</html>"), "web page instead"),
        "marked web page": (body(b"\xef\xbb\xbf\r\n<html>sorry</html>"), "web page instead"),
        "packed web page": (body(packed(b"<html></html>")), "cut short"),
        "packed twice": (body(packed(packed(b"12"))), "cut short"),
        "cut body": (body(good[:100], length=len(good)), "broke in the middle"),
        "cut file": (body(good[:100]), "cut short"),
        "length too short": (body(good, length=100), "cut short"),
        "two lengths": (with_headers(good, "Content-Length: 5, 7"), "damaged headers"),
        "empty": (body(b""), "cut short, got 0"),
        "one byte": (body(b"\x1f"), "cut short, got 1"),
        "not gzip": (body(b"\x1f\x8bnonsense"), "damaged gzip"),
        "short, then garbage": (body(packed(b"12") + b"garbage"), "damaged gzip"),
        "bomb": (body(packed(bytes(100_000))), "more data than the file has"),
        "raw and too long": (body(content + b"x"), "more data"),
        "long header": (with_headers(good, "X: " + 100_000 * "y"), "no proper HTTP answer"),
        "hangs up": (say(), "no proper HTTP answer"),
        "204": (body(b"", 204), "status 204"),
        "206": (body(good[:50], 206), "status 206"),
        "404": (body(b"", 404), "status 404"),
        "416": (body(b"", 416), "status 416"),
        "503": (body(b"", 503), "status 503"),
        "lost redirection": (redirect("/elsewhere"), "status 404"),
        "redirection to a file": (redirect("file:///secret"), "invalid address"),
        "redirection to no address": (redirect("http://u:secret@[::1/"), "invalid address"),
        "redirection to no text": (redirect("http://secret\xff\xfe/"), "invalid address"),
        "redirection to nobody": (redirect("http://u:secret@127.0.0.1:9"), "cannot be reached"),
        **{f"endless {what}": case for what, case in ENDLESS.items()},
    }


@pytest.mark.parametrize("case", bad_answers(b"12"))
def test_every_failure_falls_back_to_the_next_mirror(good, tmp_path, tiny_files, case):
    for name, content in tiny_files.items():
        good.answers[f"/bad/{name}.gz"] = bad_answers(content)[case][0]
    download_mnist(tmp_path, mirrors=[good.url + "bad", good.url + "good"])
    check_complete(tmp_path, tiny_files)


@pytest.mark.parametrize("case", bad_answers(b"12"))
def test_every_failure_is_one_line_and_leaves_nothing(server, tmp_path, tiny_files, case):
    for name, content in tiny_files.items():
        server.answers[f"/bad/{name}.gz"] = bad_answers(content)[case][0]
    with pytest.raises(DownloadError) as caught:
        download_mnist(tmp_path, mirrors=[server.url + "bad"])
    lines = str(caught.value).splitlines()
    assert len(lines) == 3
    assert bad_answers(b"12")[case][1] in lines[1]
    assert "--from" in lines[2]
    assert list(tmp_path.iterdir()) == []


def failure(address, folder, **options):
    """Return the line that says what is wrong with the only mirror."""
    with pytest.raises(DownloadError) as caught:
        download_mnist(folder, mirrors=[address], **options)
    _, line, _ = str(caught.value).splitlines()
    assert list(folder.iterdir()) == []
    return line


def test_a_silent_mirror_is_given_up(server, tmp_path, monkeypatch, until_over):
    server.answers[f"/{FIRST}.gz"] = lambda _: until_over.wait()
    monkeypatch.setattr(sources, "ANSWER_SECONDS", 0.3)
    assert "too slow, waited 0.3 seconds" in failure(server.url, tmp_path)


def test_the_time_limit_holds_for_the_first_answer_too(server, tmp_path, until_over):
    server.answers[f"/{FIRST}.gz"] = lambda _: until_over.wait()
    assert "too slow, waited 0.2 seconds" in failure(server.url, tmp_path, file_seconds=0.2)


def test_a_mirror_that_falls_silent_is_given_up(server, tmp_path, until_over):
    def answer(handler):
        say(*OK)(handler)
        until_over.wait()

    server.answers[f"/{FIRST}.gz"] = answer
    assert "too slow, waited 1 seconds" in failure(server.url, tmp_path, file_seconds=1)


NAMED_START = GZIP_START[:3] + b"\x08" + GZIP_START[4:]


@pytest.mark.parametrize("drops", [(NAMED_START, b"a"), (GZIP_START, b"\0\0\0\xff\xff")])
def test_a_drip_is_given_up_after_the_time_limit(server, tmp_path, until_over, drops):
    def drip(handler):
        with suppress(OSError):
            say(*OK)(handler)
            handler.wfile.write(drops[0])
            while not until_over.wait(0.01):
                handler.wfile.write(drops[1])

    server.answers[f"/{FIRST}.gz"] = drip
    assert "too slow, waited 0.5" in failure(server.url, tmp_path, file_seconds=0.5)


def test_all_mirrors_are_asked_at_once(good, tmp_path, tiny_files, until_over):
    silent = [f"{good.url}silent{number}" for number in range(3)]
    for number in range(3):
        good.answers[f"/silent{number}/{FIRST}.gz"] = lambda _: until_over.wait()
    lines = []
    deliveries = download_mnist(tmp_path, mirrors=[*silent, good.url + "good"], say=lines.append)
    assert {delivery.source for delivery in deliveries} == {good.url + "good/"}
    assert lines == ["Downloading MNIST."]
    check_complete(tmp_path, tiny_files)


def test_silent_mirrors_are_waited_for_together(server, tmp_path, monkeypatch, until_over):
    monkeypatch.setattr(sources, "ANSWER_SECONDS", 0.3)
    mirrors = [f"{server.url}{number}/" for number in range(4)]
    for number in range(4):
        server.answers[f"/{number}/{FIRST}.gz"] = lambda _: until_over.wait()
    with pytest.raises(DownloadError) as caught:
        download_mnist(tmp_path, mirrors=mirrors)
    lines = [f"  {mirror}: {FIRST}: too slow, waited 0.3 seconds" for mirror in mirrors]
    assert str(caught.value).splitlines()[1:-1] == lines
    assert len(server.seen) <= 4  # a thread of a busy machine may not even have asked
    assert caught.value.reason == "too slow"


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


def test_two_downloads_at_the_same_time(good, tmp_path, tiny_files):
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


@pytest.mark.parametrize("target", ["http://example.org/a", "HTTP://example.org/a"])
def test_no_redirection_from_https_to_http(target):
    answer = requests.Response()
    answer.status_code, answer.url, answer.raw = 302, "https://example.org/a", io.BytesIO()
    answer.headers["Location"] = target
    with pytest.raises(sources.UnreachableError, match="from https to http"):
        sources.Mirror("https://example.org", 1).session.get_redirect_target(answer)


def test_redirections_are_followed_and_end(good, tmp_path, tiny_files):
    for name in tiny_files:
        good.answers[f"/moved/{name}.gz"] = redirect(f"/good/{name}.gz", then=b"x")
        good.answers[f"/circle/{name}.gz"] = redirect(f"/circle/{name}.gz", then=b"x")
    assert "redirects more than 10 times" in failure(good.url + "circle", tmp_path)
    assert len(good.seen) == 11
    download_mnist(tmp_path, mirrors=[good.url + "moved"])
    check_complete(tmp_path, tiny_files)


@pytest.mark.parametrize("encoding", ["gzip", "gzip, gzip", "br", ",".join(["gzip"] * 1000)])
def test_no_encoding_of_a_response_is_decoded(server, tmp_path, tiny_files, encoding):
    for name, content in tiny_files.items():
        answer = with_headers(packed(content), f"Content-Encoding: {encoding}")
        server.answers[f"/{name}.gz"] = answer
    download_mnist(tmp_path, mirrors=[server.url])
    check_complete(tmp_path, tiny_files)


@pytest.mark.parametrize("length", ["-5", "many", "99999999", "9" * 5000])
def test_a_length_that_is_wrong_does_not_matter(server, tmp_path, tiny_files, length):
    for name, content in tiny_files.items():
        answer = with_headers(packed(content), f"Content-Length: {length}")
        server.answers[f"/{name}.gz"] = answer
    totals = []
    download_mnist(
        tmp_path,
        mirrors=[server.url],
        progress=lambda _, total: totals.append(total) or NoProgress(),
    )
    assert totals == [99999999 if length == "99999999" else 0] * 4
    check_complete(tmp_path, tiny_files)


@pytest.mark.parametrize("sizes", [[500], [0, 1, 2, 0], [100] * 9])
def test_gzip_of_several_members(server, tmp_path, tiny_files, sizes):
    for name, content in tiny_files.items():
        cuts = [0, *itertools.accumulate(sizes), len(content)]
        members = [packed(content[start:end]) for start, end in itertools.pairwise(cuts)]
        server.answers[f"/{name}.gz"] = body(b"".join(members))
    download_mnist(tmp_path, mirrors=[server.url])
    check_complete(tmp_path, tiny_files)


def test_bytes_after_the_right_content_are_not_read(server, tmp_path, tiny_files):
    for name, content in tiny_files.items():
        server.answers[f"/{name}.gz"] = endless_after(packed(content))
    download_mnist(tmp_path, mirrors=[server.url])
    check_complete(tmp_path, tiny_files)


def endless_after(content):
    def answer(handler):
        with_headers(content)(handler)
        say(then=b"garbage")(handler)

    return answer


TELLS_ITS_MEMORY = """
import atexit, pathlib
atexit.register(lambda: print(pathlib.Path("/proc/self/status").read_text()))
from mnist_cli.__main__ import main
main()
"""


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells it of one program alone")
@pytest.mark.parametrize("case", ["file name", "blocks"])
def test_no_mirror_fills_the_memory(server, tmp_path, case):
    server.answers[f"/{FIRST}.gz"] = ENDLESS[case][0]
    command = [sys.executable, "-c", TELLS_ITS_MEMORY, "download", "--mirror", server.url]
    done = subprocess.run(
        [*command, "--data-dir", tmp_path],
        env=clean_environment(),
        capture_output=True,
        text=True,
        check=False,
    )
    peak = re.search(r"VmHWM:\s*(\d+) kB", done.stdout)
    assert peak and int(peak[1]) < 150_000
    assert done.returncode == 1
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("case", ["raw", "file name", "redirection"])
def test_a_mirror_that_has_failed_is_not_read_further(server, tmp_path, case):
    server.answers[f"/{FIRST}.gz"] = ENDLESS[case][0]
    before = set(threading.enumerate())
    failure(server.url, tmp_path)
    for thread in set(threading.enumerate()) - before:
        thread.join(60)
        assert not thread.is_alive()


def test_passwords_and_tokens_are_sent_but_not_shown(mnist, server, tmp_path, tiny_files):
    heads = []

    def answer(handler):
        heads.append((handler.path, handler.headers["Authorization"]))
        handler.send_error(404)

    server.answers = {f"/m/{name}.gz?token=secret": answer for name in tiny_files}
    address = server.url.replace("//", "//user:secret@") + "m?token=secret#secret"
    line = f"  {server.url}m/: {FIRST}: "
    assert failure(address, tmp_path) == line + "answered with status 404"
    assert heads[0] == (f"/m/{FIRST}.gz?token=secret", "Basic dXNlcjpzZWNyZXQ=")
    done = mnist("download", "--mirror", address)
    assert done.code == 1 and line in done.err
    assert "secret" not in done.out + done.err


def test_the_source_of_a_file_is_shown_without_passwords(good, tmp_path):
    address = good.url.replace("//", "//user:secret@") + "good"
    deliveries = download_mnist(tmp_path, mirrors=[address])
    assert {delivery.source for delivery in deliveries} == {good.url + "good/"}


@pytest.mark.parametrize(
    ("address", "shown"),
    {
        "": "''",
        "user:secret@host/x": "'host/x'",
        "ftp://user:secret@host/x": "'ftp://host/x'",
        "http://user:pa/secret@host/x": "'http://host/x'",
        "http://user:secret@[::1/x": "'http://[::1/x'",
        "http://user:secret@ho\nst/x": r"'http://ho\nst/x'",
        "http://host:99999/x?token=secret": "'http://host:99999/x'",
        "http://host:port/#secret": "'http://host:port/'",
        "http://": "'http://'",
        "file:///mnist": "'file:///mnist'",
        "/mnist": "'/mnist'",
    }.items(),
)
def test_an_invalid_address_is_reported(good, tmp_path, address, shown):
    line = f"  {shown}: {FIRST}: not the address of a mirror, like https://example.org/mnist/"
    assert failure(address, tmp_path) == line
    download_mnist(tmp_path, mirrors=[address, good.url + "good"])


def test_an_address_with_blanks_in_it(good, tmp_path):
    assert failure("http://u:secret@a b/x", tmp_path).startswith("  http://a b/x/: ")
    download_mnist(tmp_path, mirrors=[f" {good.url}good \n"])


@pytest.mark.parametrize("proxy", ["127.0.0.1:9", ":x", "[::1", "h:99999"])
def test_the_password_of_a_proxy_is_not_shown(tmp_path, monkeypatch, proxy):
    monkeypatch.setenv("http_proxy", f"http://user:secret@{proxy}")
    monkeypatch.setenv("no_proxy", "")
    line = failure("http://host.invalid/", tmp_path)
    assert "proxy" in line and "secret" not in line


def test_a_socks_proxy_without_its_package_is_told(tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "socks", None)  # as where it is not installed
    monkeypatch.setenv("http_proxy", "socks5://user:secret@127.0.0.1:9")
    monkeypatch.setenv("no_proxy", "")
    line = failure("http://host.invalid/", tmp_path)
    assert line.endswith("a SOCKS proxy needs one more package: pip install pysocks")


def test_no_secure_connection(server, tmp_path):
    assert "no secure connection" in failure(server.url.replace("http:", "https:"), tmp_path)


@pytest.mark.skipif(not shutil.which("openssl"), reason="makes the certificate of the server")
def test_a_certificate_that_nobody_knows_is_told(good, tmp_path):
    made = "req -x509 -newkey rsa:2048 -nodes -keyout key -out cert -days 1 -subj /CN=localhost"
    subprocess.run(["openssl", *made.split()], cwd=tmp_path, check=True, capture_output=True)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(tmp_path / "cert", tmp_path / "key")
    good.socket = context.wrap_socket(good.socket, server_side=True)
    address = good.url.replace("http:", "https:").replace("127.0.0.1", "localhost") + "good"
    assert "the certificate is not trusted" in failure(address, tmp_path / "data")


@pytest.mark.parametrize("limit", ["nan", "inf", "-inf", "0", "-1", "1e300"])
def test_a_time_limit_is_a_number_of_seconds_up_to_a_day(tmp_path, limit):
    what = f"must be a number greater than 0 and at most 86400, got {float(limit)}"
    with pytest.raises(ConfigError, match=re.escape(what)):
        download_mnist(tmp_path, mirrors=[], file_seconds=float(limit))


def test_the_time_limit_of_the_command(mnist):
    done = mnist("download", "--timeout", "nan")
    what = "must be a number greater than 0 and at most 86400, got nan"
    assert (done.code, done.err) == (2, f"mnist: timeout {what}\n")
