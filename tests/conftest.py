"""Small data sets, the real command, and a real server for the tests."""

import errno
import gzip
import hashlib
import http.server
import itertools
import json
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pytest
from browsing import chromium, skip_or_fail
from commands import Commands
from threadpoolctl import threadpool_limits

from mnist_cli.data import sources
from mnist_cli.data.builtin.drawing import draw_digits
from mnist_cli.data.builtin.files import write_builtin
from mnist_cli.data.datasets import Split, load_split
from mnist_cli.data.registry import DATASETS, DataFile

# As a user's shell starts a command: what runs in the background, or in nohup, ignores these.
signal.signal(signal.SIGINT, signal.default_int_handler)
if hasattr(signal, "SIGHUP"):
    signal.signal(signal.SIGHUP, signal.SIG_DFL)

REAL_MNIST = Path(__file__).parents[2] / "shared" / "mnist"


class Result(NamedTuple):
    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        return json.loads(self.out)


def clean_environment() -> dict[str, str]:
    """Return this process's environment without the program's variables, as on a user's machine."""
    return {k: v for k, v in os.environ.items() if not k.startswith("MNIST_")}


def uncounted_environment() -> dict[str, str]:
    """Return a clean environment in which coverage, which writes files of its own, does not run."""
    return {k: v for k, v in clean_environment().items() if not k.startswith("COVERAGE_")}


def pytest_ignore_collect(collection_path: Path, config: pytest.Config) -> bool | None:
    """Who leaves the campaign out need not import it: each worker did, for two seconds."""
    left_out = config.getoption("markexpr") == "not campaign"
    return True if left_out and collection_path.name == "campaign" else None


@pytest.fixture(scope="session", autouse=True)
def _one_blas_thread() -> Iterator[None]:
    """There is a process for each core already: more threads would only wait, and use time."""
    with threadpool_limits(1, "blas"):
        yield


@pytest.fixture(scope="session")
def commands() -> Iterator[Commands]:
    running = Commands(clean_environment() | {"PYTHONUTF8": "1"})
    yield running
    running.close()


@pytest.fixture
def mnist(tmp_path: Path, commands: Commands) -> Callable[..., Result]:
    """Run the real command in a folder of its own."""

    def run(*args: object, env: dict[str, str] | None = None, stdin: bytes = b"") -> Result:
        environment = clean_environment() | {"PYTHONUTF8": "1"} | (env or {})
        needs_python = stdin or any(map(is_read_at_the_start, env or {}))
        start = started(stdin) if needs_python else commands.run
        code, out, err = start([str(arg) for arg in args], tmp_path, environment)
        return Result(code, out.decode(), err.decode())

    return run


def is_read_at_the_start(variable: str) -> bool:
    """Whether Python or a library reads this variable before the program runs, and never again."""
    return variable.startswith(("PYTHON", "OPENBLAS", "OMP"))


def started(stdin: bytes) -> Callable[..., tuple[int, bytes, bytes]]:
    """Return a function like `Commands.run` that starts Python."""

    def run(args: list[str], folder: Path, environment: dict[str, str]) -> tuple[int, bytes, bytes]:
        command = [sys.executable, "-m", "mnist_cli", *args]
        streams: Any = {"input": stdin, "capture_output": True}
        done = subprocess.run(command, cwd=folder, env=environment, check=False, **streams)
        return done.returncode, done.stdout, done.stderr

    return run


@pytest.fixture(scope="session")
def browser() -> Iterator[Any]:
    """A running Chromium; skips where there is none."""
    skip_or_fail()
    with chromium() as running:
        yield running


@pytest.fixture(scope="session")
def builtin_dir(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data directory with 1,500 + 1,000 built-in digits."""
    folder = tmp_path_factory.mktemp("data")
    write_builtin(folder, counts={"train": 1500, "t10k": 1000})
    return folder


@pytest.fixture(scope="session")
def large_dir(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One with 3,000 + 1,000, for the pages whose networks must know something."""
    folder = tmp_path_factory.mktemp("large")
    write_builtin(folder, counts={"train": 3000, "t10k": 1000})
    return folder


@pytest.fixture(scope="session")
def digits(builtin_dir: Path) -> Any:
    """The 1,500 training digits."""
    return load_split("builtin", "train", builtin_dir)


@pytest.fixture(scope="session")
def many_digits() -> Any:
    """3,000 training digits, for what fewer do not teach."""
    return Split(*draw_digits(3000))


@pytest.fixture(scope="session")
def real_mnist() -> Path:
    """The folder of the real packed files; skips where a developer has none."""
    if not all((REAL_MNIST / f"{file.name}.gz").is_file() for file in DATASETS["mnist"].files):
        pytest.skip("the real MNIST files are not on this machine")
    return REAL_MNIST


class Handler(http.server.BaseHTTPRequestHandler):
    """Answers with whatever the test put into `server.answers`: path -> function(handler)."""

    def do_GET(self) -> None:
        self.server.seen.append(self.path)  # type: ignore[attr-defined]
        answer = self.server.answers.get(self.path)  # type: ignore[attr-defined]
        if answer is None:
            self.send_error(404)
        else:
            answer(self)

    def log_message(self, *args: object) -> None:
        pass


class Server(http.server.ThreadingHTTPServer):
    daemon_threads = True
    answers: dict[str, Callable[[Handler], None]]
    seen: list[str]

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}/"


@pytest.fixture
def server() -> Iterator[Server]:
    """A real HTTP server on the loopback interface."""
    with Server(("127.0.0.1", 0), Handler) as running:
        running.answers, running.seen = {}, []
        thread = threading.Thread(target=running.serve_forever, args=(0.01,))
        thread.start()
        yield running
        running.shutdown()
        thread.join()


def body(content: bytes, status: int = 200, length: int | None = None) -> Callable[[Handler], None]:
    """Return an answer with this content; `length` replaces its true length."""

    def answer(handler: Handler) -> None:
        handler.send_response(status)
        handler.send_header("Content-Length", str(len(content) if length is None else length))
        handler.end_headers()
        handler.wfile.write(content)

    return answer


@pytest.fixture(scope="session")
def tiny_files() -> dict[str, bytes]:
    """Four small files in IDX form, by name; the tests put their digests in MNIST's place."""
    rng = np.random.default_rng(0)
    return {
        file.name: rng.integers(0, 256, 1000 + number, np.uint8).tobytes()
        for number, file in enumerate(DATASETS["mnist"].files)
    }


@pytest.fixture
def small_mnist(monkeypatch: pytest.MonkeyPatch, tiny_files: dict[str, bytes]) -> None:
    """Four small files take MNIST's place: the same code, other digests."""
    files = tuple(
        DataFile(name, len(content), hashlib.sha256(content).hexdigest())
        for name, content in tiny_files.items()
    )
    monkeypatch.setitem(DATASETS, "mnist", DATASETS["mnist"]._replace(files=files))
    monkeypatch.setattr(sources, "ANSWER_SECONDS", 100)  # however busy the machine is
    monkeypatch.setattr(sources, "PAUSE_SECONDS", 100)


@pytest.fixture
def until_over() -> Iterator[threading.Event]:
    """An event for servers that do nothing until the test is over."""
    over = threading.Event()
    yield over
    over.set()


def packed(content: bytes) -> bytes:
    return gzip.compress(content, mtime=0)


OBSTACLES = ("bytes", "empty", "folder", "dangling link", "link", "loop", "pipe")


def put_in_the_way(path: Path, kind: str, victim: Path) -> None:
    """Put something else in the place of a file that the program keeps."""
    path.unlink(missing_ok=True)
    if kind in ("bytes", "empty"):
        path.write_bytes(b"\xff\xfe\x80" * 50 * (kind == "bytes"))
    elif kind == "folder":
        path.mkdir()
    elif kind == "pipe":
        os.mkfifo(path)
    else:
        targets = {"dangling link": path.with_name("nowhere"), "link": victim, "loop": path}
        path.symlink_to(targets[kind])


def flip_a_byte(path: Path) -> None:
    """Change one byte by an ordinary write; the time of the file stays, as `cp -p` leaves it."""
    status = path.stat()
    with path.open("r+b") as file:
        file.seek(-1, os.SEEK_END)
        byte = file.read(1)[0]
        file.seek(-1, os.SEEK_CUR)
        file.write(bytes([byte ^ 1]))
    os.utime(path, ns=(status.st_atime_ns, status.st_mtime_ns))


def fail_once(patch: pytest.MonkeyPatch, place: Any, name: str, number: int) -> None:
    """Let one call of a system function fail, as on a broken disk: call `number`, from 0."""
    calls, real = itertools.count(), getattr(place, name)

    def call(*args: Any) -> Any:
        if next(calls) == number:
            raise OSError(errno.EIO, "Input/output error")
        return real(*args)

    patch.setattr(place, name, call)
