"""Starts the real command in forked processes, as `subprocess.Popen` would, without its imports.

`python -m campaign.forks SOCKET` imports the program once. Each connection to the socket orders one
command: a line of JSON and its three standard streams. It answers with the number of the process
and, at its end, with its exit code. Each is a line: of a short command both may be there at once.
The process is a leader of its own group, as a shell's job is, and the system keeps its number until
the connection is closed. Unlike `tests/commands.py` it takes many orders at once, and a command
that runs can be killed.
"""

import json
import os
import runpy
import signal
import socket
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path
from typing import IO, Any

from commands import import_the_program

HERE = Path(__file__).parent


class Forked:
    """A running command; the part of `subprocess.Popen` that the campaign needs.

    Attributes
    ----------
    pid : the number of the process, and of its group
    stdout, stderr : what it writes, as text
    returncode : None while it is not known to have ended; -9 after SIGKILL
    """

    def __init__(self, address: str, order: Sequence[Any]) -> None:
        (out, out_end), (err, err_end) = os.pipe(), os.pipe()
        self.stdout, self.stderr = (os.fdopen(end, encoding="utf-8") for end in (out, err))
        self.returncode: int | None = None
        self._line = socket.socket(socket.AF_UNIX)
        self._line.connect(address)
        with Path(os.devnull).open("rb") as nothing:
            socket.send_fds(self._line, [b"."], [nothing.fileno(), out_end, err_end])
        os.close(out_end)
        os.close(err_end)
        self._line.sendall(json.dumps(order).encode() + b"\n")
        self.pid = self._number()

    def wait(self, timeout: float | None = None) -> int:
        """Return the exit code. Raises subprocess.TimeoutExpired."""
        if self.returncode is None:
            self._line.settimeout(timeout)
            try:
                self.returncode = self._number()
            except TimeoutError as error:
                raise subprocess.TimeoutExpired("mnist", timeout or 0) from error
        return self.returncode

    def _number(self) -> int:
        """Return the number on the next line, and leave what comes behind it."""
        digits = b""
        while not digits.endswith(b"\n"):
            if not (digit := self._line.recv(1)):
                raise EOFError("the server of commands has ended")
            digits += digit
        return int(digits)

    def send_signal(self, number: int) -> None:
        """Send a signal; after the end of the process it does nothing."""
        os.kill(self.pid, number)

    def communicate(self) -> tuple[str, str]:
        """Return what is left of both outputs, and wait for the end."""
        with ThreadPoolExecutor(2) as pool:
            out, err = pool.map(_rest, (self.stdout, self.stderr))
        self.wait()
        return out, err

    def __enter__(self) -> "Forked":
        return self

    def __exit__(self, *_: object) -> None:
        self.wait()
        self.stdout.close()
        self.stderr.close()
        self._line.close()


def _rest(stream: IO[str]) -> str:
    return "" if stream.closed else stream.read()


class Server:
    """A running server of commands; `environment` is added to that of its own process."""

    def __init__(self, **environment: str) -> None:
        self._folder = tempfile.TemporaryDirectory()
        self.address = f"{self._folder.name}/orders"  # a system may allow it only 100 characters
        search = os.pathsep.join(map(str, (HERE.parent, HERE.parent.parent)))
        fixed = {"PYTHONPATH": search, "PYTHONUTF8": "1", "OPENBLAS_NUM_THREADS": "1"}
        self._process = subprocess.Popen(
            [sys.executable, "-m", "campaign.forks", self.address],
            env=os.environ | fixed | environment,
            stdout=subprocess.PIPE,
        )
        self._process.stdout.readline()  # it is ready

    def start(
        self, arguments: Sequence[str], folder: Path, environment: dict[str, str], before: str = ""
    ) -> Forked:
        """Start `mnist` in a folder; `before` is code of Python that the process runs first."""
        return Forked(self.address, [list(arguments), str(folder), environment, before])

    def close(self) -> None:
        self._process.terminate()
        self._process.communicate()
        self._folder.cleanup()


def serve(address: str) -> None:
    """Take orders for ever; a process of its own starts each command, and waits for it."""
    import_the_program()
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # nobody asks how those processes end
    with socket.socket(socket.AF_UNIX) as door:
        door.bind(address)
        door.listen(64)
        sys.stdout.write("ready\n")
        sys.stdout.flush()
        while True:
            line, _ = door.accept()
            if not os.fork():
                door.close()
                take(line)
                return
            line.close()


def take(line: socket.socket) -> None:
    """Start the command that a connection orders, tell its number, and later its exit code."""
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    _, streams, _, _ = socket.recv_fds(line, 1, 3)
    with line.makefile("rb") as orders:
        order = json.loads(orders.readline())
    child = os.fork()
    if not child:
        line.close()
        become_the_command(streams, *order)
        return
    for descriptor in (1, *streams):  # else the reader of a pipe never comes to its end
        os.close(descriptor)
    with suppress(BrokenPipeError):
        line.sendall(b"%d\n" % child)
        ended = os.waitid(os.P_PID, child, os.WEXITED | os.WNOWAIT)  # the number stays taken
        killed = ended.si_code != os.CLD_EXITED
        line.sendall(b"%d\n" % (-ended.si_status if killed else ended.si_status))
        line.recv(1)
    os._exit(0)


def become_the_command(
    streams: Sequence[int], arguments: list[str], folder: str, environment: Any, before: str
) -> None:
    os.setsid()
    os.chdir(folder)
    os.environ.clear()
    os.environ.update(environment)
    for number, descriptor in enumerate(streams):
        os.dup2(descriptor, number)
        os.close(descriptor)
    sys.argv[1:] = arguments
    exec(before)
    runpy.run_module("mnist_cli", run_name="__main__", alter_sys=True)


if __name__ == "__main__":
    serve(sys.argv[1])
