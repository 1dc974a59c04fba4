"""A smoke test of the page in a real Firefox, where there is one, over its own remote protocol."""

import base64
import json
import shutil
import socket
import subprocess
import time
from contextlib import contextmanager

import pytest
from test_report import subject, trained

from mnist_cli.report import build_page

FIREFOX = shutil.which("firefox") or shutil.which("firefox-esr")
PATIENCE = 120  # seconds, however busy the machine is

pytestmark = pytest.mark.skipif(not FIREFOX, reason="no Firefox: apt-get install firefox-esr")


class Marionette:
    """Firefox's remote protocol: a message is its length, a colon and JSON."""

    def __init__(self, connection):
        self.connection, self.number = connection, 0
        self.receive()  # the greeting

    def receive(self):
        head = b""
        while not head.endswith(b":"):
            head += self.read(1)
        return json.loads(self.read(int(head[:-1])))

    def read(self, count):
        content = b""
        while len(content) < count:
            piece = self.connection.recv(count - len(content))
            assert piece, "Firefox has closed the connection"
            content += piece
        return content

    def call(self, command, **values):
        self.number += 1
        text = json.dumps([0, self.number, command, values]).encode()
        self.connection.sendall(str(len(text)).encode() + b":" + text)
        _, _, error, result = self.receive()
        assert error is None, error
        return result

    def run(self, script, *args):
        return self.call("WebDriver:ExecuteScript", script=script, args=args)["value"]

    def wait(self, script):
        end = time.monotonic() + PATIENCE
        while not self.run(script):
            assert time.monotonic() < end, script
            time.sleep(0.05)


@contextmanager
def firefox(profile):
    """A headless Firefox with an empty profile, and the way to talk to it."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    (profile / "user.js").write_text(f'user_pref("marionette.port", {port});\n')
    command = [FIREFOX, "--headless", "--marionette", "--no-remote", "--profile", str(profile)]
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    with subprocess.Popen(command, **quiet) as process:
        try:
            with connected(port) as connection:
                session = Marionette(connection)
                session.call("WebDriver:NewSession")
                yield session
        finally:
            process.terminate()


def connected(port):
    end = time.monotonic() + PATIENCE
    while True:
        try:
            return socket.create_connection(("127.0.0.1", port), timeout=PATIENCE)
        except OSError:
            assert time.monotonic() < end, "Firefox does not listen"
            time.sleep(0.1)


def test_firefox_draws_answers_and_moves(tmp_path, builtin_dir):
    page, profile = tmp_path / "report.html", tmp_path / "profile"
    profile.mkdir()
    one = subject(trained(tmp_path, builtin_dir, epochs=3), builtin_dir)
    page.write_bytes(build_page(one))
    with firefox(profile) as session:
        session.call("WebDriver:Navigate", url=page.as_uri())
        session.wait("return document.documentElement.classList.contains('ready')")
        session.wait("return /^[0-9]$/.test(document.querySelector('.answer .big').textContent)")
        assert session.run("return document.querySelectorAll('.confusion button').length") == 100
        session.run(
            "document.querySelector('.chart').dispatchEvent("
            "new KeyboardEvent('keydown', { key: 'Home' }))"
        )
        told = session.run("return document.querySelector('.curve .readout').textContent")
        assert told.startswith("Epoch 1: training ")
        assert session.run("return document.documentElement.scrollWidth <= innerWidth")
        shot = session.call("WebDriver:TakeScreenshot", full=False)["value"]
        assert base64.b64decode(shot)[:8] == b"\x89PNG\r\n\x1a\n"
