"""Servers as they are out there: each is a real one on the loopback interface.

`tests/test_download.py` has forty bad answers one by one, inside the process. Here the whole
command meets them, with its exit code and its message, and connections that tests there have not:
TLS, IPv6, proxies, and a server that cuts every answer at a random byte.
"""

import gzip
import socket
import socketserver
import ssl
import struct
import subprocess
import threading
import time
from contextlib import contextmanager, suppress

import pytest

from campaign.bounds import generator, many
from campaign.small_mnist import CONTENT
from campaign.targets import SMALL, content, ended

PACKED = {f"/{name}.gz": gzip.compress(bytes_, 1, mtime=0) for name, bytes_ in CONTENT.items()}
BOMB = gzip.compress(bytes(50_000_000))
OK = b"HTTP/1.1 200 OK\r\n"


class Handler(socketserver.StreamRequestHandler):
    """Reads one request, and lets `server.answer(path, connection)` do what it likes."""

    timeout = 3  # seconds without a line of a request; what speaks TLS may never send one

    def handle(self):
        with suppress(OSError):  # the other side hangs up
            line = self.rfile.readline(70_000).decode("latin-1").split(" ")
            while self.rfile.readline(70_000).strip():
                pass
            path = line[1] if len(line) > 1 else ""
            self.server.seen.append(" ".join(line[:2]))
            self.server.answer(path, self.connection)


class Server(socketserver.ThreadingTCPServer):
    daemon_threads = allow_reuse_address = True

    def handle_error(self, *_):
        pass


class Server6(Server):
    address_family = socket.AF_INET6


@contextmanager
def serving(answer, kind=Server, host="127.0.0.1", context=None):
    """Run a server; yields it."""
    with kind((host, 0), Handler) as server:
        server.answer, server.seen = answer, []
        if context:
            server.socket = context.wrap_socket(server.socket, server_side=True)
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        yield server
        server.shutdown()
        thread.join()


def port(server):
    return server.server_address[1]


def whole(path, connection):
    """Give the right file."""
    connection.sendall(OK + b"Content-Length: %d\r\n\r\n" % len(PACKED[path]) + PACKED[path])


def says(*parts):
    return lambda _, connection: [connection.sendall(part) for part in parts]


def with_file(head, cut=None, then=b""):
    """Return an answer: a head, the file up to a byte, and more."""
    return lambda path, connection: connection.sendall(head + PACKED[path][:cut] + then)


def endless(head, block):
    def answer(_, connection):
        connection.sendall(head)
        while True:
            connection.sendall(block * 1000)

    return answer


def dripping(head, block):
    def answer(_, connection):
        connection.sendall(head)
        while True:
            time.sleep(0.05)
            connection.sendall(block)

    return answer


def reset(after):
    """Return an answer that breaks off with a reset."""

    def answer(path, connection):
        connection.sendall((OK + b"\r\n" + PACKED[path])[:after])
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        connection.close()

    return answer


def chunked(path, connection, end=b"0\r\n\r\n", size=b"%x"):
    connection.sendall(OK + b"Transfer-Encoding: chunked\r\n\r\n")
    connection.sendall(size % len(PACKED[path]) + b"\r\n" + PACKED[path] + b"\r\n" + end)


def redirect(target, status=b"302"):
    return says(b"HTTP/1.1 " + status + b" Found\r\nLocation: " + target + b"\r\n\r\n")


def status(line):
    return says(b"HTTP/1.1 " + line + b"\r\nContent-Length: 0\r\n\r\n")


GOOD = {
    "plain": whole,
    "no length": with_file(OK + b"\r\n"),
    "HTTP/0.9 line ends": with_file(b"HTTP/1.0 200\n\n"),
    "chunked": chunked,
    "chunked with a trailer": lambda p, c: chunked(p, c, end=b"0\r\nX: y\r\n\r\n"),
    "chunk extensions": lambda p, c: chunked(p, c, size=b"%x;a=b"),
    "garbage after the file": with_file(OK + b"\r\n", then=b"garbage"),
    "an encoding that is named wrongly": with_file(OK + b"Content-Encoding: br\r\n\r\n"),
    "100 continue first": with_file(b"HTTP/1.1 100 Continue\r\n\r\n" + OK + b"\r\n"),
    "ninety headers": with_file(OK + b"A: b\r\n" * 90 + b"\r\n"),
    "a negative length": with_file(OK + b"Content-Length: -5\r\n\r\n"),
    "a length that is no number": with_file(OK + b"Content-Length: many\r\n\r\n"),
}
BAD = {
    "hangs up": says(),
    "one byte": says(b"H"),
    "half a status line": says(b"HTTP/1.1 2"),
    "only a head": says(OK),
    "no HTTP": says(b"SSH-2.0-OpenSSH\r\n"),
    "status 99999": status(b"99999 Odd"),
    "status -1": status(b"-1 Odd"),
    "status 204": status(b"204 No Content"),
    "status 206 of a range": with_file(
        b"HTTP/1.1 206 P\r\nContent-Range: bytes 0-99/5\r\n\r\n", 100
    ),
    "status 304": status(b"304 Not Modified"),
    "status 401": says(b"HTTP/1.1 401 No\r\nWWW-Authenticate: Basic realm=\x1b[2J\r\n\r\n"),
    "status 416": status(b"416 Range"),
    "status 429": says(b"HTTP/1.1 429 Later\r\nRetry-After: 99999999\r\n\r\n"),
    "status 500": status(b"500 \x1b[31mOops"),
    "status 503 without end": endless(b"HTTP/1.1 503 No\r\n\r\n", b"x"),
    "a reason of 60 kB": status(b"404 " + b"x" * 60_000),
    "a header of 60 kB": with_file(OK + b"X: " + b"y" * 60_000 + b"\r\n\r\n", 100),
    "a header of 100 kB": with_file(OK + b"X: " + b"y" * 100_000 + b"\r\n\r\n"),
    "two thousand headers": with_file(OK + b"A: b\r\n" * 2000 + b"\r\n"),
    "headers without end": endless(OK, b"a: b\r\n"),
    "a header without end": endless(OK + b"X: ", b"y"),
    "a header of control characters": with_file(OK + b"X\x00\x1b: \x07\r\n\r\n", 100),
    "two lengths": with_file(OK + b"Content-Length: 5\r\nContent-Length: 9\r\n\r\n"),
    "a length too short": with_file(OK + b"Content-Length: 50\r\n\r\n"),
    "cut in the middle": with_file(OK + b"Content-Length: 999999\r\n\r\n", 5000),
    "cut without a length": with_file(OK + b"\r\n", 5000),
    "reset before the head": reset(0),
    "reset in the middle": reset(9000),
    "a chunk of odd size": says(OK + b"Transfer-Encoding: chunked\r\n\r\nzz\r\n"),
    "a chunk of negative size": says(OK + b"Transfer-Encoding: chunked\r\n\r\n-5\r\n"),
    "a chunk without end": endless(OK + b"Transfer-Encoding: chunked\r\n\r\nfffffffff\r\n", b"0"),
    "a size of a chunk without end": endless(OK + b"Transfer-Encoding: chunked\r\n\r\n", b"1"),
    "no last chunk": says(OK + b"Transfer-Encoding: chunked\r\n\r\n5\r\nabcde\r\n"),
    "a web page": says(OK + b"\r\n<!DOCTYPE html><script>alert(1)</script>"),
    "another file": says(OK + b"\r\n" + gzip.compress(b"other")),
    "a bomb": says(OK + b"\r\n" + BOMB),
    "a bomb in a bomb": says(OK + b"\r\n" + gzip.compress(BOMB)),
    "nothing but zeros": endless(OK + b"\r\n", b"\0"),
    "gzip members without end": endless(OK + b"\r\n", gzip.compress(b"")),
    "bytes one by one": dripping(OK + b"\r\n", b"\x1f"),
    "headers one by one": dripping(OK, b"A: b\r\n"),
    "silence": dripping(b"", b""),
    "a loop of redirections": lambda p, c: redirect(p.encode())(p, c),
    "redirections without end": lambda p, c: redirect(p.encode() + b"x")(p, c),
    "a redirection of 60 kB": redirect(b"http://127.0.0.1:9/" + b"x" * 60_000),
    "a redirection to a file": redirect(b"file:///etc/passwd"),
    "a redirection to no address": redirect(b"http://[::1"),
    "a redirection to control characters": redirect(b"/\x1b[2J\x07\xff"),
    "a redirection to nothing": redirect(b""),
    "a redirection with a body without end": endless(
        b"HTTP/1.1 302 F\r\nLocation: /x\r\n\r\n", b"x"
    ),
}


@pytest.fixture
def download(world, tmp_path):
    """Run the real command against an address; check what must hold however it ends."""

    def run(address, *more, **env):
        out = tmp_path / "out"
        clear = {"no_proxy": "", "NO_PROXY": "", "http_proxy": "", "https_proxy": ""} | env
        call = ("download", "--mirror", address, "--data-dir", out, *more)
        done = ended(world.start(*call, script=SMALL, **clear))
        assert "Traceback" not in done.err, done.err
        assert all(line.isprintable() and len(line) < 400 for line in done.err.splitlines())
        left = content(out) if out.exists() else {}
        assert left.items() <= CONTENT.items(), sorted(left)  # each file is whole, or not there
        assert (left == CONTENT) == (done.code == 0)
        return done

    return run


def address(server, scheme="http", host="127.0.0.1"):
    return f"{scheme}://{host}:{port(server)}/"


@pytest.mark.parametrize("case", GOOD)
def test_an_unusual_answer_is_taken(download, case):
    with serving(GOOD[case]) as server:
        assert download(address(server)).code == 0


@pytest.mark.parametrize("case", BAD)
def test_a_bad_answer_is_refused_in_one_line(download, case):
    with serving(BAD[case]) as server:
        done = download(address(server), "--timeout", "2")
    assert done.code == 1
    assert len(done.err.splitlines()) == 4, done.err  # downloading, head, why, what to do
    assert f"{port(server)}/: train-images-idx3-ubyte: " in done.err


def test_answers_that_are_cut_anywhere(download):
    chosen = generator("cuts")
    for _ in range(many(40, 3)):
        cut = int(chosen.integers(60_000)) if chosen.random() < 0.5 else int(chosen.integers(60))
        answer = lambda p, c, cut=cut: c.sendall((OK + b"\r\n" + PACKED[p])[:cut])  # noqa: E731
        with serving(answer) as server:
            assert download(address(server), "--timeout", "20").code == 1, cut


# ---- TLS, IPv6 and proxies


@pytest.fixture(scope="session")
def certificate(tmp_path_factory):
    """A certificate that nobody has signed, for another name."""
    folder = tmp_path_factory.mktemp("tls")
    key, file = folder / "key.pem", folder / "certificate.pem"
    names = ("-subj", "/CN=elsewhere.example", "-addext", "subjectAltName=DNS:elsewhere.example")
    call = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", *names]
    try:
        subprocess.run([*call, "-keyout", key, "-out", file], check=True, capture_output=True)
    except FileNotFoundError:
        pytest.skip("needs the command openssl")
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(file, key)
    return context, file


def test_a_certificate_of_nobody_is_refused(download, certificate):
    with serving(whole, context=certificate[0]) as server:
        done = download(address(server, "https"))
    assert done.code == 1
    assert "the certificate is not trusted" in done.err
    assert server.seen == []


def test_a_certificate_for_another_name_is_refused_even_if_trusted(download, certificate):
    with serving(whole, context=certificate[0]) as server:
        done = download(address(server, "https"), REQUESTS_CA_BUNDLE=str(certificate[1]))
    assert done.code == 1
    assert "secure connection" in done.err or "certificate" in done.err
    assert server.seen == []


def test_https_to_a_server_without_tls(download):
    with serving(whole) as server:
        done = download(address(server, "https"))
    assert done.code == 1
    assert "no secure connection" in done.err


def test_a_missing_file_of_certificates_is_named(download, tmp_path):
    with serving(whole) as server:
        done = download(address(server, "https"), REQUESTS_CA_BUNDLE=str(tmp_path / "none.pem"))
    assert done.code == 1


def test_ipv6(download):
    try:
        running = serving(whole, Server6, "::1")
        with running as server:
            assert download(address(server, host="[::1]")).code == 0
    except OSError:
        pytest.skip("this machine has no IPv6 loopback")


def through(path, connection):
    """Be a proxy: the request has the whole address."""
    whole("/" + path.rpartition("/")[2], connection)


@pytest.mark.parametrize("variable", ["http_proxy", "all_proxy"])
def test_a_proxy_of_the_environment_is_used(download, variable):
    with serving(through) as proxy:
        done = download("http://mirror.invalid/mnist/", **{variable: address(proxy)})
    assert done.code == 0, done.err
    assert all(line.startswith("GET http://mirror.invalid/mnist/") for line in proxy.seen)


def test_no_proxy_goes_round_it(download):
    with serving(whole) as server, serving(says()) as proxy:
        env = {"http_proxy": address(proxy), "no_proxy": "127.0.0.1"}
        assert download(address(server), **env).code == 0
    assert proxy.seen == []


@pytest.mark.parametrize("answer", ["407 Who", "403 No", "502 Broken"])
def test_a_proxy_that_refuses_https(download, answer):
    with serving(status(answer.encode())) as proxy:
        done = download("https://mirror.invalid/", https_proxy=address(proxy))
    assert done.code == 1
    assert "the proxy" in done.err


def test_a_proxy_that_is_not_there_keeps_its_password(download):
    done = download("http://mirror.invalid/", http_proxy="http://user:secret@127.0.0.1:9/")
    assert done.code == 1
    assert "proxy" in done.err
    assert "secret" not in done.err
