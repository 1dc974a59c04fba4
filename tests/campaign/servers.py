"""Servers as they are out there, real ones on the loopback interface, and their answers by name."""

import gzip
import socket
import socketserver
import struct
import threading
import time
from contextlib import contextmanager, suppress

from campaign.small_mnist import CONTENT

PACKED = {f"/{name}.gz": gzip.compress(bytes_, 1, mtime=0) for name, bytes_ in CONTENT.items()}
BOMB = gzip.compress(bytes(50_000_000))
OK = b"HTTP/1.1 200 OK\r\n"
TLS = b"\x16"  # the first byte of a connection that speaks it


class Handler(socketserver.StreamRequestHandler):
    """Reads one request, and lets `server.answer(path, connection)` do what it likes."""

    def handle(self):
        with suppress(OSError):  # the other side hangs up
            if self.rfile.peek(1)[:1] == TLS:  # it may never send a line
                status(b"400 Bad Request")("", self.connection)
                return
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


def changed(path, connection):
    """Give a file of the right size in which one bit is another."""
    right = gzip.decompress(PACKED[path])
    connection.sendall(OK + b"\r\n" + gzip.compress(right[:-1] + bytes([right[-1] ^ 1])))


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
    "one bit is another": changed,
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
