"""A sweep on a real Dask cluster: a scheduler and its workers, as processes on the loopback."""

import json
import os
import re
import shutil
import signal
import site
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path

import pytest
from conftest import Result, clean_environment

from mnist_cli import sweep as library
from mnist_cli.data.builtin.files import write_builtin

if os.environ.get("CI") != "true":
    pytest.importorskip("distributed", reason="the extra `cluster` is not installed")

LONG = 120  # seconds; nothing here takes so long, however busy the machine is
RUNS = 8
SWEEP = ("batch-size=10,11", "--seeds", 4, "--epochs", 15)  # long enough to be killed
DATA = ("--dataset", "builtin", "--validation-size", 500, "-o", "results")
DASK = "import sys; from dask.__main__ import main; sys.argv[0] = 'dask'; main()"
UNREACHABLE = ("tcp://127.0.0.1:1", "nonsense://x", "tls://127.0.0.1:1", "tcp://a:b")


class Cluster:
    """A scheduler on the loopback interface, and workers that a test starts."""

    def __init__(self, folder: Path, data_dir: Path) -> None:
        self.folder, self.data_dir = folder, data_dir
        self.workers: list[subprocess.Popen[bytes]] = []
        self._started = 0
        self.begin()

    def begin(self) -> None:
        """Start the scheduler."""
        file = self.folder / "scheduler.json"
        file.unlink(missing_ok=True)
        options = ["--host", "127.0.0.1", "--port", "0", "--dashboard-address", "127.0.0.1:0"]
        self.scheduler = self._start(
            ["scheduler", *options, "--no-show", "--scheduler-file", file], "scheduler"
        )
        wait_for(lambda: file.exists() and file.stat().st_size)
        self.address: str = json.loads(file.read_text())["address"]

    def add(self, *others: Mapping[str, object]) -> None:
        """Start a worker for each of `others`, and wait until the scheduler knows them all."""
        logs = []
        for other in others:
            logs.append(self.folder / f"worker-{self._started}.log")
            variables = {"MNIST_DATA_DIR": str(self.data_dir), **other}
            options = ["--host", "127.0.0.1", "--nthreads", "1", "--no-nanny", "--no-dashboard"]
            worker = self._start(["worker", self.address, *options], logs[-1].stem, **variables)
            self.workers.append(worker)
            self._started += 1
        wait_for(lambda: all("Registered to" in log.read_text() for log in logs))

    def kill(self, workers: "Sequence[subprocess.Popen[bytes]]") -> None:
        """Kill some of the workers."""
        for worker in workers:
            worker.kill()
            worker.wait()
        self.workers = [worker for worker in self.workers if worker not in workers]

    def _start(
        self, words: Sequence[object], name: str, python: Sequence[str] = (), **variables: str
    ) -> "subprocess.Popen[bytes]":
        with (self.folder / f"{name}.log").open("wb") as log:
            return subprocess.Popen(
                [sys.executable, *python, "-c", DASK, *map(str, words)],
                stdout=log,
                stderr=log,
                cwd=self.folder,
                env=clean_environment() | variables,
            )

    def end(self) -> None:
        """Kill every process."""
        self.kill(self.workers)
        self.scheduler.kill()
        self.scheduler.wait()


def wait_for(condition: Callable[[], object]) -> None:
    end = time.monotonic() + LONG
    while not condition():
        assert time.monotonic() < end, "it never happened"
        time.sleep(0.05)


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory, builtin_dir: Path) -> Iterator[Cluster]:
    """One scheduler for all tests, each of which takes care of its workers."""
    cluster = Cluster(tmp_path_factory.mktemp("dask"), builtin_dir)
    try:
        yield cluster
    finally:
        cluster.end()


@pytest.fixture
def cluster(shared: Cluster) -> Cluster:
    """Two workers; the test may kill them, and the scheduler."""
    if shared.scheduler.poll() is not None:
        shared.end()
        shared.begin()
    shared.add(*[{}] * (2 - len(shared.workers)))
    return shared


@pytest.fixture(scope="module")
def expected(tmp_path_factory: pytest.TempPathFactory, builtin_dir: Path) -> dict[str, str]:
    """The parameters' digest of each run of `SWEEP` on this machine, without Dask."""
    place = {"dataset": "builtin", "data_dir": builtin_dir}
    base = {"epochs": 15, "validation_size": 500}
    plan = library.plan(base, {"batch_size": [10, 11]}, 4, **place)
    folder = tmp_path_factory.mktemp("here")
    found = library.run(plan, folder, workers=2, data_dir=builtin_dir)
    return {row["key"]: row["parameters_sha256"] for row in found}


@pytest.fixture
def folder(tmp_path: Path, builtin_dir: Path) -> Path:
    """Where the command runs; its data are in the usual folder."""
    (tmp_path / "data").symlink_to(builtin_dir)
    return tmp_path


def start(folder: Path, *args: object) -> "subprocess.Popen[str]":
    """Start the real command."""
    return subprocess.Popen(
        [sys.executable, "-m", "mnist_cli", "sweep", *map(str, [*SWEEP, *args, *DATA])],
        cwd=folder,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env=clean_environment(),
    )


def finished(process: "subprocess.Popen[str]") -> Result:
    """Wait for the end of a command; none of them may show a traceback."""
    try:
        out, err = process.communicate(timeout=LONG)
    finally:
        process.kill()
    assert "Traceback" not in err
    return Result(process.returncode, out, err)


def stopped(folder: Path, stop: Callable[[object], None], *args: object) -> Result:
    """Start the command, call `stop` with its process after one more result, and wait."""
    before, process = len(rows(folder)), start(folder, *args)
    wait_for(lambda: len(rows(folder)) > before or process.poll() is not None)
    stop(process)
    return finished(process)


def rows(folder: Path) -> list[dict[str, object]]:
    path = folder / "results" / "results.jsonl"
    whole = path.read_bytes() if path.exists() else b""
    return [json.loads(line) for line in whole.splitlines(keepends=True) if line.endswith(b"\n")]


def digests(folder: Path) -> dict[str, str]:
    """Return the parameters' digest of each run; no run may be there twice."""
    found = {str(row["key"]): str(row["parameters_sha256"]) for row in rows(folder)}
    assert len(found) == len(rows(folder))
    return found


@pytest.fixture(scope="module", autouse=True)
def unanswered(
    tmp_path_factory: pytest.TempPathFactory, builtin_dir: Path
) -> "Iterator[dict[str, subprocess.Popen[str]]]":
    """Sweeps that look for a scheduler where there is none, for ten seconds, while others run."""
    processes = {}
    for address in UNREACHABLE:
        folder = tmp_path_factory.mktemp("alone")
        (folder / "data").symlink_to(builtin_dir)
        processes[address] = start(folder, "--dask", address)
    yield processes
    for process in processes.values():
        process.kill()
        process.communicate()


def test_the_library_gives_the_bytes_of_this_machine(cluster, expected, tmp_path, builtin_dir):
    base = {"epochs": 15, "validation_size": 500}
    place = {"data_dir": builtin_dir}
    plan = library.plan(base, {"batch_size": [11]}, 2, dataset="builtin", **place)
    found = list(library.run(plan, tmp_path / "there", cluster=cluster.address, **place))
    assert len(found) == 2
    for row in found:
        assert row["parameters_sha256"] == expected[row["key"]]


def test_a_killed_worker_costs_nothing_but_time(cluster, expected, folder):
    killed = cluster.workers[:1]
    done = stopped(folder, lambda _: cluster.kill(killed), "--dask", cluster.address)
    assert done.code == 0, done.err
    assert digests(folder) == expected
    assert len(expected) == RUNS


def test_workers_without_program_or_data_are_left_out(cluster, folder, tmp_path):
    good = list(cluster.workers)
    bare = tmp_path / "bare"
    bare.mkdir()
    for entry in Path(site.getsitepackages()[0]).iterdir():
        if "mnist" not in entry.name.lower():
            (bare / entry.name).symlink_to(entry)
    (tmp_path / "empty").mkdir()
    write_builtin(tmp_path / "other", counts={"train": 2000, "t10k": 100})
    cluster.add(
        {"python": ["-S"], "PYTHONPATH": str(bare)},
        {"MNIST_DATA_DIR": str(tmp_path / "empty")},
        {"MNIST_DATA_DIR": str(tmp_path / "other")},
    )
    strangers = [worker for worker in cluster.workers if worker not in good]
    done = finished(start(folder, "--epochs", 1, "--dask", cluster.address))
    assert done.code == 0, done.err
    assert len(digests(folder)) == RUNS
    left_out = re.findall(r"^Worker tcp://\S+ is left out: (.*)$", done.err, re.MULTILINE)
    assert len(left_out) == 3
    told = " | ".join(left_out)
    assert "this program is not installed there" in told
    assert "it has no images of builtin" in told
    cluster.kill(good)
    shutil.rmtree(folder / "results")
    alone = finished(start(folder, "--dask", cluster.address))
    assert alone.code == 1
    assert "there is no worker that can train this sweep" in alone.err.splitlines()[-1]
    cluster.kill(strangers)


def test_what_is_interrupted_or_killed_is_resumed(cluster, expected, folder):
    dask = ("--dask", cluster.address)
    told = stopped(folder, lambda process: process.send_signal(signal.SIGINT), *dask)
    assert told.code == 130
    assert re.match(r"Interrupted: \d of 8 runs kept in results; ", told.err.splitlines()[-1])
    stopped(folder, lambda process: process.kill(), *dask)
    told = stopped(folder, lambda _: cluster.scheduler.kill(), *dask)
    kept = digests(folder)
    assert told.code == 1
    assert "the scheduler is gone" in told.err.splitlines()[-1]
    assert f"{len(kept)} of 8 runs kept" in told.err.splitlines()[-1]
    assert finished(start(folder)).code == 0
    assert digests(folder) == expected
    assert kept.items() <= expected.items()


@pytest.mark.parametrize("address", UNREACHABLE)
def test_no_scheduler_is_one_line(address, unanswered):
    done = finished(unanswered[address])
    assert done.code == 1
    assert done.err.splitlines()[-1].startswith(f"mnist: {address}: no scheduler answers there")
