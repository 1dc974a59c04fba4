"""Sweeps whose processes are killed or interrupted: nothing comes twice, nothing stays behind."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from conftest import clean_environment

from mnist_cli import sweep

pytestmark = pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="needs /proc")
CALL = ("batch-size=5,10", "--seeds", "5", "--epochs", "6", "-o", "s")
DATA = ("--dataset", "builtin", "--validation-size", "500")


def children(pid):
    """Return the living processes whose parent this is, without those that wait to be collected."""
    found = []
    for entry in Path("/proc").iterdir():
        if entry.name.isdecimal():
            try:
                state, parent = (entry / "stat").read_text().rpartition(")")[2].split()[:2]
            except (FileNotFoundError, ProcessLookupError):
                continue
            if int(parent) == pid and state != "Z":
                found.append(int(entry.name))
    return found


def is_training(pid):
    """Whether a process is a worker, not the one that tracks what workers share."""
    try:
        return b"spawn_main" in Path(f"/proc/{pid}/cmdline").read_bytes()
    except (FileNotFoundError, ProcessLookupError):
        return False


def until(condition):
    """Wait for a condition and return what it gives; a test that hangs is stopped by its runner."""
    while not (found := condition()):
        time.sleep(0.01)
    return found


@pytest.fixture
def start(tmp_path, builtin_dir):
    """Start the real command, in a group of its own as a terminal does; it ends with the test."""
    started = []

    def call(*arguments):
        process = subprocess.Popen(
            [sys.executable, "-m", "mnist_cli", "sweep", *arguments, *DATA],
            cwd=tmp_path,
            env=clean_environment() | {"MNIST_DATA_DIR": str(builtin_dir), "PYTHONUTF8": "1"},
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            start_new_session=True,
        )
        started.append(process)
        return process

    yield call
    for process in started:
        if process.poll() is None:
            process.kill()
        process.communicate()


@pytest.fixture(scope="module")
def expected(tmp_path_factory, builtin_dir):
    """The digests of an undisturbed sweep of the same plan."""
    together = [{"batch_size": [5, 10]}]
    base = {"validation_size": 500, "epochs": 6}
    plan = sweep.plan(base, {}, 5, together=together, dataset="builtin", data_dir=builtin_dir)
    rows = list(sweep.run(plan, tmp_path_factory.mktemp("s"), workers=2, data_dir=builtin_dir))
    return {row["key"]: row["parameters_sha256"] for row in rows}


def lines(folder):
    path = folder / "s" / "results.jsonl"
    return path.read_bytes().splitlines() if path.exists() else []


def digests(folder):
    return {row["key"]: row["parameters_sha256"] for row in sweep.read(folder / "s")[1]}


def workers_of(process):
    return [pid for pid in children(process.pid) if is_training(pid)]


def has_come_up(workers, count):
    """Return so many workers once none of them hears Ctrl-C any more, which is when they begin."""
    return len(workers) == count and all(map(is_deaf, workers)) and workers


def is_deaf(pid):
    status = Path(f"/proc/{pid}/status").read_text()
    ignored = int(status.split("SigIgn:")[1].split()[0], 16)
    return ignored >> (signal.SIGINT - 1) & 1


def seconds_of(pid):
    """Return how long a process has computed."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def test_a_killed_worker_costs_its_run_one_more_attempt(start, expected, tmp_path):
    process = start(*CALL, "--workers", "2")
    worker, other = until(lambda: has_come_up(workers_of(process), 2))
    os.kill(worker, signal.SIGSTOP)  # so the sweep cannot end, and this worker has a run
    until(lambda: len(lines(tmp_path)) > 2 or not is_training(other))
    os.kill(worker, signal.SIGKILL)
    _, told = process.communicate()
    assert process.returncode == 0
    assert "its worker was killed; the run is tried again" in told
    assert digests(tmp_path) == expected
    assert len(lines(tmp_path)) == 10
    assert sorted(row["attempt"] for row in sweep.read(tmp_path / "s")[1]) == [1] * 9 + [2]


def test_a_killed_sweep_leaves_no_process_and_goes_on(start, expected, tmp_path):
    process = start(*CALL, "--workers", "2")
    until(lambda: lines(tmp_path))
    family = until(lambda: len(children(process.pid)) >= 3 and children(process.pid))
    process.kill()
    process.communicate()
    until(lambda: not any(is_training(pid) for pid in family))
    kept = lines(tmp_path)
    again = start(*CALL, "--workers", "2")
    assert again.communicate() and again.returncode == 0
    assert digests(tmp_path) == expected
    assert lines(tmp_path)[: len(kept)] == kept
    assert len(lines(tmp_path)) == 10


def test_a_sweep_killed_while_its_workers_start_leaves_no_process(start, tmp_path):
    process = start(*CALL, "--workers", "2")
    family = until(lambda: children(process.pid))
    process.kill()
    process.communicate()
    until(lambda: not any(is_training(pid) for pid in family))


def test_every_signal_to_end_is_one_line_and_the_same_command_goes_on(start, expected, tmp_path):
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        done = len(lines(tmp_path))
        process = start(*CALL, "--workers", "2", "-q")
        until(lambda before=done: len(lines(tmp_path)) > before)
        family = children(process.pid)
        os.killpg(process.pid, number)
        if number != signal.SIGINT:  # `timeout` sends it to the process, too
            process.send_signal(number)
        out, told = process.communicate()
        done = len(lines(tmp_path))
        assert (process.returncode, out) == (130, "")
        assert told == f"Interrupted: {done} of 10 runs kept in s; the same command goes on.\n"
        assert not any(is_training(pid) for pid in family)
    again = start(*CALL)
    assert again.communicate() and again.returncode == 0
    assert digests(tmp_path) == expected
    assert len(lines(tmp_path)) == 10


def test_a_run_whose_workers_all_die_is_lost_and_the_others_are_kept(start, tmp_path):
    long = "batch-size+epochs=1+80,50+1,100+1"
    process = start(long, "--seeds", "1", "-o", "s", "--workers", "1")
    for _ in range(2):  # the first run, the longest one, is tried twice
        (worker,) = until(lambda: has_come_up(workers_of(process), 1))
        before = seconds_of(worker)
        until(lambda pid=worker, before=before: seconds_of(pid) > before + 0.1)  # it trains
        os.kill(worker, signal.SIGKILL)
        until(lambda pid=worker: not is_training(pid))
    _, told = process.communicate()
    assert process.returncode == 1
    last = told.splitlines()[-1]
    assert "1 run lost (batch-size+epochs 1+80, seed 0: its worker was killed)" in last
    assert last.endswith("2 of 3 runs kept in s; the same command goes on")


def test_a_script_without_its_guard_gets_one_line(tmp_path, builtin_dir):
    (tmp_path / "script.py").write_text(
        "from mnist_cli import sweep\n"
        "base = {'validation_size': 500, 'epochs': 1}\n"
        "data = {'data_dir': '" + str(builtin_dir) + "'}\n"
        "plan = sweep.plan(base, {'batch_size': [50, 100]}, 1, dataset='builtin', **data)\n"
        "list(sweep.run(plan, 's', workers=1, **data))\n"
    )
    done = subprocess.run(
        [sys.executable, "script.py"], cwd=tmp_path, capture_output=True, text=True, check=False
    )
    assert done.returncode == 1
    assert "no worker starts" in done.stderr.splitlines()[-1]
    assert "if __name__ ==" in done.stderr.splitlines()[-1]


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="reads what Linux tells")
def test_the_first_worker_hears_no_signal_while_it_starts(tmp_path):
    """What Python starts beside it let Ctrl-C and SIGTERM through: a traceback now and then."""
    (tmp_path / "script.py").write_text(
        "from pathlib import Path\n"
        "from mnist_cli.sweep.local import LocalEngine\n"
        "from multiprocessing import active_children\n"
        "if __name__ == '__main__':\n"
        "    with LocalEngine(1):\n"
        "        (one,) = active_children()\n"
        "        lines = Path(f'/proc/{one.pid}/status').read_text().splitlines()\n"
        "    print(next(line.split()[1] for line in lines if line.startswith('SigBlk')))\n"
    )
    done = subprocess.run(
        [sys.executable, "script.py"], cwd=tmp_path, capture_output=True, text=True, check=True
    )
    blocked = int(done.stdout, 16)
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        assert blocked >> (number - 1) & 1, number
