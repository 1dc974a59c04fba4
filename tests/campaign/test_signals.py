"""Commands that are told to end: nothing is lost, and it is told in one line."""

import os
import pty
import re
import signal
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path

import pytest

from campaign.bounds import generator, many
from campaign.targets import TRAIN
from campaign.world import ended
from mnist_cli.training.checkpoint import load_checkpoint

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="needs /proc")
SIGNALS = [signal.SIGINT, signal.SIGTERM, signal.SIGHUP]


@pytest.fixture
def training(world, tmp_path):
    """Start a training that does not end; return its process, after the first epoch, and file."""
    path = tmp_path / "a.npz"
    call = (*TRAIN.split(), world.folder / "data", "--epochs", "50000", "-o", path)

    def start():
        path.unlink(missing_ok=True)
        process = world.start(*call)
        first = next(line for line in process.stderr if line.startswith("epoch"))
        return process, first, path

    yield start
    path.unlink()
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("number", SIGNALS)
def test_a_signal_keeps_the_training(training, number):
    chosen = generator("signals", int(number))
    for _ in range(many(50, 3)):
        process, first, path = training()
        with suppress(subprocess.TimeoutExpired):
            process.wait(chosen.uniform(0, 0.1))
        process.send_signal(number)
        done = ended(process)
        assert (done.code, done.out) == (130, f"Saved {path}\n"), done.err
        assert done.err.splitlines()[-1].startswith("Continue with: mnist train --resume ")
        assert "Traceback" not in done.err
        assert load_checkpoint(path).run.epoch >= last_epoch(first + done.err)


def last_epoch(text):
    """Return the number of the last epoch that was told: `epoch 3/50000 ...`."""
    lines = [line for line in text.splitlines() if line.startswith("epoch")]
    return int(lines[-1].split()[1].split("/")[0])


def test_a_broken_pipe_keeps_the_epochs(training):
    for _ in range(many(50, 3)):
        process, first, path = training()
        process.send_signal(signal.SIGPIPE)  # which Python does not hear
        process.stderr.close()
        assert ended(process).code == 1
        assert load_checkpoint(path).run.epoch >= last_epoch(first)


NAMES = ["train", "draw", "convert", "report", "export", "predict", "sweep"]


@pytest.mark.parametrize("number", SIGNALS)
@pytest.mark.parametrize("name", many(NAMES, ["train", "report", "sweep"]))
def test_a_signal_at_any_moment_is_one_line(world, tmp_path, name, number):
    chosen, out = generator("signals", name, int(number)), tmp_path / "out"
    world.lay_out(name, out)
    for _ in range(many(10, 1)):
        process = world.begin(name, out)
        until(lambda process=process: handles(process, signal.SIGTERM))
        with suppress(subprocess.TimeoutExpired):
            process.wait(world.seconds(name) * chosen.uniform(0, 0.9))
        process.send_signal(number)
        if number == signal.SIGTERM:  # `timeout` sends it to the process and to its group
            process.send_signal(number)
        done = ended(process)
        if done.code in (0, -number):  # too late: Python ends, and hears no signal any more
            assert done.err == ""
            world.check_left(name, out)
        else:
            check_told(done)
            world.check_whole(name, out)
    world.check_next(name, out)


def check_told(done):
    """Check that a command that was interrupted says so, or what it has saved, and nothing else."""
    assert done.code == 130, done.err
    told = (done.out + done.err).strip()  # Click ends the line of the terminal's ^C first
    assert len(told.splitlines()) == 1, told
    assert told.startswith(("Interrupted", "Saved ")), told


def until(condition):
    """Wait for a condition; a test that hangs is stopped by its runner."""
    while not condition():
        time.sleep(0.002)


def handles(process, number):
    """Whether a process has its own handler for a signal, or has ended."""
    text = Path(f"/proc/{process.pid}/status").read_text()
    words = dict(line.split(":", 1) for line in text.splitlines())
    caught = int(words.get("SigCgt", "0").strip(), 16)
    return words["State"].strip()[0] == "Z" or caught >> (number - 1) & 1


def test_nohup_switches_sighup_off(world, tmp_path):
    call = (*TRAIN.split(), world.folder / "data", "--epochs", "40", "-o", tmp_path / "a.npz")
    ignore = "import signal; signal.signal(signal.SIGHUP, signal.SIG_IGN)"
    process = world.start(*call, before=ignore)
    process.stderr.readline()
    process.send_signal(signal.SIGHUP)
    assert ended(process).code == 0
    assert load_checkpoint(tmp_path / "a.npz").run.epoch == 40


def test_a_terminal_that_is_closed_costs_nothing(world, tmp_path):
    """The bar cannot be drawn any more, and the end is told to nobody; the epochs are there."""
    call = (*TRAIN.split(), world.folder / "data", "--epochs", "50000", "-o", tmp_path / "a.npz")
    for _ in range(many(10, 1)):
        pid, terminal = pty.fork()
        if pid == 0:
            os.execv(sys.executable, [sys.executable, "-m", "mnist_cli", *map(str, call)])
        shown = b""
        while not re.search(rb"epoch +3/", shown):
            shown += os.read(terminal, 1000)
        os.close(terminal)
        _, status = os.waitpid(pid, 0)
        assert os.waitstatus_to_exitcode(status) in (1, 130)
        assert load_checkpoint(tmp_path / "a.npz").run.epoch >= 2
        (tmp_path / "a.npz").unlink()
    assert list(tmp_path.iterdir()) == []
