"""A sweep on a real Dask cluster: a scheduler and its workers, as processes on the loopback."""

import json
import os
import re
import signal
import site
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import pytest
from conftest import Result, clean_environment

from mnist_cli.data.builtin.files import write_builtin

if os.environ.get("CI") != "true":
    pytest.importorskip("distributed", reason="the extra `cluster` is not installed")

LONG = 120  # seconds; nothing here takes so long, however busy the machine is
SWEEP = ("batch-size=50,100", "--seeds", 2, "--epochs", 1, "--hidden-sizes", 16)
DATA = ("--dataset", "builtin", "--validation-size", 500)
SLOW = ("batch-size=10,11,12", "--seeds", 2, "--epochs", 30)  # long enough to be killed
DASK = "import sys; from dask.__main__ import main; sys.argv[0] = 'dask'; main()"


class Cluster:
    """A scheduler on the loopback interface, and workers that a test starts."""

    def __init__(self, folder: Path, data_dir: Path) -> None:
        self.folder, self.data_dir = folder, data_dir
        self.workers: list[subprocess.Popen[bytes]] = []
        file = folder / "scheduler.json"
        options = ["--host", "127.0.0.1", "--port", "0", "--dashboard-address", "127.0.0.1:0"]
        self.scheduler = self._start(
            ["scheduler", *options, "--no-show", "--scheduler-file", file], "scheduler"
        )
        wait_for(lambda: file.exists() and file.stat().st_size)
        self.address: str = json.loads(file.read_text())["address"]

    def add(
        self, data_dir: Path | None = None, python: Sequence[str] = (), **variables: str
    ) -> None:
        """Start a worker and wait until the scheduler knows it."""
        name = f"worker-{len(self.workers)}"
        variables = {"MNIST_DATA_DIR": str(data_dir or self.data_dir), **variables}
        options = ["--host", "127.0.0.1", "--nthreads", "1", "--no-nanny", "--no-dashboard"]
        worker = self._start(["worker", self.address, *options], name, python, **variables)
        self.workers.append(worker)
        wait_for(lambda: "Registered to" in (self.folder / f"{name}.log").read_text())

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
        for process in [*self.workers, self.scheduler]:
            process.kill()
            process.wait()


def wait_for(condition: Callable[[], object]) -> None:
    end = time.monotonic() + LONG
    while not condition():
        assert time.monotonic() < end, "it never happened"
        time.sleep(0.05)


@contextmanager
def cluster_in(folder: Path, data_dir: Path, workers: int = 2) -> Iterator[Cluster]:
    folder.mkdir()
    cluster = Cluster(folder, data_dir)
    try:
        for _ in range(workers):
            cluster.add()
        yield cluster
    finally:
        cluster.end()


@pytest.fixture(scope="module")
def cluster(tmp_path_factory: pytest.TempPathFactory, builtin_dir: Path) -> Iterator[Cluster]:
    """Two workers that no test harms."""
    with cluster_in(tmp_path_factory.mktemp("dask") / "here", builtin_dir) as running:
        yield running


@pytest.fixture
def own(tmp_path: Path, builtin_dir: Path) -> Iterator[Cluster]:
    """Two workers that a test may kill."""
    with cluster_in(tmp_path / "dask", builtin_dir) as running:
        yield running


@pytest.fixture
def sweep(mnist: Callable[..., Result], builtin_dir: Path, tmp_path: Path) -> Callable[..., Result]:
    """Run the real command on the built-in digits, in the usual folder `data`."""

    (tmp_path / "data").symlink_to(builtin_dir)

    def run(*args: object) -> Result:
        return mnist("sweep", *args, *DATA, "-o", "results")

    return run


@pytest.fixture
def started(tmp_path: Path, sweep: object) -> "Iterator[Callable[..., subprocess.Popen[str]]]":
    """Start the slow sweep without waiting for it; it is killed in the end."""
    processes: list[subprocess.Popen[str]] = []

    def start(*args: object) -> "subprocess.Popen[str]":
        words = map(str, [*SLOW, *args, *DATA, "-o", "results"])
        process = subprocess.Popen(
            [sys.executable, "-m", "mnist_cli", "sweep", *words],
            cwd=tmp_path,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            env=clean_environment(),
        )
        processes.append(process)
        return process

    yield start
    for process in processes:
        process.kill()
        process.communicate()


def rows(folder: Path) -> list[dict[str, object]]:
    path = folder / "results" / "results.jsonl"
    whole = path.read_bytes() if path.exists() else b""
    return [json.loads(line) for line in whole.splitlines(keepends=True) if line.endswith(b"\n")]


def digests(folder: Path) -> dict[str, str]:
    """Return the parameters' digest of each run; no run may be there twice."""
    found = {str(row["key"]): str(row["parameters_sha256"]) for row in rows(folder)}
    assert len(found) == len(rows(folder))
    return found


def local_digests(sweep: Callable[..., Result], folder: Path, *args: object) -> dict[str, str]:
    """Return the digests that this machine gives, trained anew beside the others."""
    (folder / "results").rename(folder / "from-dask")
    done = sweep(*args, "--workers", 1)
    assert done.code == 0, done.err
    return digests(folder)


def test_a_cluster_gives_the_bytes_of_this_machine(cluster, sweep, tmp_path):
    done = sweep(*SWEEP, "--dask", cluster.address)
    assert done.code == 0, done.err
    found = digests(tmp_path)
    assert len(found) == 4
    assert found == local_digests(sweep, tmp_path, *SWEEP)


def test_the_library_gives_them_too(cluster, tmp_path, builtin_dir):
    from mnist_cli import sweep

    base = {"hidden_sizes": [16], "epochs": 1, "validation_size": 500}
    plan = sweep.plan(base, {"batch_size": [50, 100]}, 1, dataset="builtin", data_dir=builtin_dir)
    options = {"data_dir": builtin_dir}
    there = list(sweep.run(plan, tmp_path / "there", cluster=cluster.address, **options))
    here = list(sweep.run(plan, tmp_path / "here", workers=1, **options))
    pairs = [{row["key"]: row["parameters_sha256"] for row in found} for found in (there, here)]
    assert len(there) == 2
    assert pairs[0] == pairs[1]


def test_workers_without_program_or_data_are_left_out(own, sweep, tmp_path):
    own.workers[0].kill()
    bare = tmp_path / "bare"
    bare.mkdir()
    for entry in Path(site.getsitepackages()[0]).iterdir():
        if "mnist" not in entry.name.lower():
            (bare / entry.name).symlink_to(entry)
    own.add(python=["-S"], PYTHONPATH=str(bare))
    (tmp_path / "empty").mkdir()
    own.add(data_dir=tmp_path / "empty")
    write_builtin(tmp_path / "other", counts={"train": 2000, "t10k": 100})
    own.add(data_dir=tmp_path / "other")
    done = sweep(*SWEEP, "--dask", own.address)
    assert done.code == 0, done.err
    assert len(digests(tmp_path)) == 4
    left_out = re.findall(r"^Worker tcp://\S+ is left out: (.*)$", done.err, re.MULTILINE)
    assert len(left_out) == 3
    told = " | ".join(sorted(left_out))
    assert "this program is not installed there" in told
    assert "it has no images of builtin" in told
    assert "Traceback" not in done.err


def test_no_worker_can_train(tmp_path, builtin_dir, sweep):
    (tmp_path / "empty").mkdir()
    with cluster_in(tmp_path / "dask", tmp_path / "empty", workers=1) as cluster:
        cluster.data_dir = builtin_dir
        done = sweep(*SWEEP, "--dask", cluster.address)
    assert done.code == 1
    assert "there is no worker that can train this sweep" in done.err.splitlines()[-1]
    assert "Traceback" not in done.err


def test_a_killed_worker_costs_nothing_but_time(own, started, sweep, tmp_path):
    running = started("--dask", own.address)
    wait_for(lambda: rows(tmp_path))
    own.workers[0].kill()
    running.communicate(timeout=LONG)
    assert running.returncode == 0
    found = digests(tmp_path)
    assert len(found) == 6
    assert found == local_digests(sweep, tmp_path, *SLOW)


@pytest.mark.parametrize("victim", ["scheduler", "client"])
def test_what_is_killed_is_resumed(victim, own, started, sweep, tmp_path):
    running = started("--dask", own.address)
    wait_for(lambda: rows(tmp_path))
    (own.scheduler if victim == "scheduler" else running).kill()
    errors = running.communicate(timeout=LONG)[1]
    kept = digests(tmp_path)
    if victim == "scheduler":
        assert running.returncode == 1
        assert "the scheduler is gone" in errors.splitlines()[-1]
        assert f"{len(kept)} of 6 runs kept" in errors.splitlines()[-1]
        assert "Traceback" not in errors
    again = sweep(*SLOW, *([] if victim == "scheduler" else ["--dask", own.address]))
    assert again.code == 0, again.err
    found = digests(tmp_path)
    assert len(found) == 6
    assert kept.items() <= found.items()
    assert found == local_digests(sweep, tmp_path, *SLOW)


def test_ctrl_c_is_one_line(cluster, started, tmp_path):
    running = started("--dask", cluster.address)
    wait_for(lambda: rows(tmp_path))
    running.send_signal(signal.SIGINT)
    errors = running.communicate(timeout=LONG)[1]
    assert running.returncode == 130
    assert re.match(r"Interrupted: \d of 6 runs kept in results; ", errors.splitlines()[-1])
    assert "Traceback" not in errors


@pytest.mark.parametrize(
    "address", ["tcp://127.0.0.1:1", "nonsense://x", "tls://127.0.0.1:1", "tcp://a:b"]
)
def test_no_scheduler_is_one_line(address, sweep):
    done = sweep(*SWEEP, "--dask", address)
    assert done.code == 1
    assert done.err.splitlines()[-1].startswith(f"mnist: {address}: no scheduler answers there")
    assert "Traceback" not in done.err


@pytest.mark.parametrize("option", [("--workers", 2), ("--keep",)])
def test_options_that_a_cluster_does_not_take(option, sweep):
    done = sweep(*SWEEP, "--dask", "tcp://127.0.0.1:1", *option)
    assert done.code == 2
    assert f"leave out {option[0]}" in done.err
