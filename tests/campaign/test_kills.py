"""Commands that are killed, interrupted, or without their standard streams: nothing is lost.

A kill comes at a random moment. Moments are shares of the time of an undisturbed run; on a busy
machine a kill falls elsewhere, and what must hold is the same.
"""

import errno
import os
import pty
import signal
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path

import pytest

from campaign.bounds import generator, many
from campaign.targets import TRAIN, ended
from mnist_cli.training.checkpoint import load_checkpoint

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="needs /proc")
KILLED = ("train", "download", "draw", "prepare", "convert", "report", "export", "predict", "sweep")
SIGNALS = [signal.SIGINT, signal.SIGTERM, signal.SIGHUP]


def duration(world, name, out):
    """Return the seconds of an undisturbed run."""
    world.lay_out(name, out)
    world.expected(name)
    started = time.monotonic()
    assert ended(world.begin(name, out)).code == 0
    return time.monotonic() - started


@pytest.mark.parametrize("name", KILLED)
def test_kills_at_random_moments(world, tmp_path, name):
    chosen, out = generator("kills", name), tmp_path / "out"
    seconds = duration(world, name, out)
    world.lay_out(name, out)
    for number in range(many(100, 3)):
        if number % 10 == 9:  # else each run goes on with what the one before has left
            world.check_next(name, out)
            world.lay_out(name, out)
        process = world.again(name, out)
        with suppress(subprocess.TimeoutExpired):
            process.wait(seconds * chosen.uniform(0.1, 1))
        end_group(process)
        world.check_whole(name, out)
    world.check_next(name, out)


def end_group(process):
    """Kill a command and the processes that it has started."""
    with suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.communicate()


# ---- signals


def until(condition):
    """Wait for a condition; a test that hangs is stopped by its runner."""
    while not (found := condition()):
        time.sleep(0.002)
    return found


def handles(process, number):
    """Whether a process has its own handler for a signal, or ignores it, or has ended."""
    try:
        text = Path(f"/proc/{process.pid}/status").read_text()
    except FileNotFoundError:
        return True
    words = dict(line.split(":", 1) for line in text.splitlines())
    masks = [int(words.get(name, "0").strip() or "0", 16) for name in ("SigCgt", "SigIgn")]
    return words["State"].strip()[0] == "Z" or any(mask >> (number - 1) & 1 for mask in masks)


@pytest.mark.parametrize("number", SIGNALS)
def test_a_signal_keeps_the_training(world, tmp_path, number):
    chosen = generator("signals", int(number))
    for _ in range(many(50, 3)):
        process = world.start(
            *TRAIN.split(), world.folder / "data", "--epochs", "100000", "-o", tmp_path / "a.npz"
        )
        for line in process.stderr:
            if line.startswith("epoch"):
                break
        with suppress(subprocess.TimeoutExpired):
            process.wait(chosen.uniform(0, 0.1))
        process.send_signal(number)
        done = ended(process)
        assert (done.code, done.out) == (130, f"Saved {tmp_path / 'a.npz'}\n"), done.err
        assert done.err.splitlines()[-1].startswith("Continue with: mnist train --resume ")
        assert "Traceback" not in done.err
        shown = max(int(line.split()[1].split("/")[0]) for line in epochs_of(line + done.err))
        assert load_checkpoint(tmp_path / "a.npz").run.epoch >= shown
        (tmp_path / "a.npz").unlink()
    assert list(tmp_path.iterdir()) == []


def epochs_of(text):
    return [line for line in text.splitlines() if line.startswith("epoch")]


@pytest.mark.parametrize("number", SIGNALS)
@pytest.mark.parametrize("name", ["train", "draw", "convert", "report", "predict", "sweep"])
def test_a_signal_at_any_moment_is_one_line(world, tmp_path, name, number):
    chosen, out = generator("signals", name, int(number)), tmp_path / "out"
    seconds = duration(world, name, out)
    world.lay_out(name, out)
    for _ in range(many(10, 1)):
        process = world.begin(name, out)
        until(lambda process=process: handles(process, signal.SIGTERM))
        with suppress(subprocess.TimeoutExpired):
            process.wait(seconds * chosen.uniform(0, 0.9))
        process.send_signal(number)
        if number == signal.SIGTERM:  # `timeout` sends it to the process and to its group
            process.send_signal(number)
        done = ended(process)
        assert done.code in (0, 130), done.err
        assert "Traceback" not in done.err, done.err
        told = done.err.strip().splitlines()  # Click leaves a line, after the terminal's ^C
        assert len(told) == (done.code == 130), done.err
        world.check_whole(name, out)
    world.check_next(name, out)


def test_nohup_switches_sighup_off(world, tmp_path):
    code = (
        "import signal, sys; signal.signal(signal.SIGHUP, signal.SIG_IGN)\n"
        "from mnist_cli.cli import cli; cli(sys.argv[1:])"
    )
    call = (*TRAIN.split(), world.folder / "data", "--epochs", "40", "-o", tmp_path / "a.npz")
    process = world.start(*call, script=("-c", code))
    process.stderr.readline()
    process.send_signal(signal.SIGHUP)
    assert ended(process).code == 0
    assert load_checkpoint(tmp_path / "a.npz").run.epoch == 40


def test_a_broken_pipe_keeps_the_epochs(world, tmp_path):
    for _ in range(many(50, 3)):
        process = world.start(
            *TRAIN.split(), world.folder / "data", "--epochs", "100000", "-o", tmp_path / "a.npz"
        )
        for line in process.stderr:
            if line.startswith("epoch"):
                break
        process.send_signal(signal.SIGPIPE)  # which Python does not hear
        process.stderr.close()
        assert process.wait() == 1
        process.stdout.close()
        assert load_checkpoint(tmp_path / "a.npz").run.epoch >= 1
        (tmp_path / "a.npz").unlink()


def test_a_terminal_that_is_closed_costs_nothing(world, tmp_path):
    """The bar cannot be drawn any more, and the end is told to nobody; the epochs are there."""
    call = (*TRAIN.split(), world.folder / "data", "--epochs", "100000", "-o", tmp_path / "a.npz")
    for _ in range(many(10, 2)):
        pid, terminal = pty.fork()
        if pid == 0:
            os.execv(sys.executable, [sys.executable, "-m", "mnist_cli", *map(str, call)])
        shown = b""
        while b"epoch      3/" not in shown:
            shown += os.read(terminal, 1000)
        os.close(terminal)
        _, status = os.waitpid(pid, 0)
        assert os.waitstatus_to_exitcode(status) in (1, 130)
        assert load_checkpoint(tmp_path / "a.npz").run.epoch >= 2
        (tmp_path / "a.npz").unlink()
    assert list(tmp_path.iterdir()) == []


# ---- standard streams

COMMANDS = {
    "train": f"{TRAIN} data --epochs 1 -o {{out}}/a.npz",
    "download": "download --dataset builtin --images 1000 --data-dir data",
    "evaluate": "evaluate --checkpoint net.npz --data-dir data",
    "predict": "predict --checkpoint net.npz photos/a/0.png",
    "predict -": "predict --checkpoint net.npz -",
    "report": "report --checkpoint net.npz --data-dir data -o {out}/a.html",
    "export": "export --checkpoint net.npz {out}/a.onnx",
    "lesson": "lesson",
    "exercise": "exercise",
    "sweep": "sweep epochs=1 --seeds 1 --dataset builtin --data-dir data --validation-size 200 "
    "-o {out}/s",
    "help": "--help",
    "config": "train --print-config",
}
STREAMS = ("0<&-", "1>&-", "2>&-", "0<&- 1>&- 2>&-", "1>/dev/full", "2>/dev/full", "2>&1 | true")


@pytest.mark.parametrize("streams", STREAMS)
@pytest.mark.parametrize("name", COMMANDS)
def test_closed_and_full_streams(world, tmp_path, name, streams):
    call = COMMANDS[name].format(out=tmp_path)
    script = f"set -o pipefail; '{sys.executable}' -m mnist_cli {call} {streams}"
    done = ended(world.start("-c", script, script=("-c", BASH)))
    assert "Traceback" not in done.err and "Exception" not in done.err, done.err
    full = "full" in streams and "1>" in streams
    expected = {1} if full or name == "predict -" else {0, 1} if "|" in streams else {0}
    assert done.code in expected, done.err
    if full and name != "predict -":
        assert os.strerror(errno.ENOSPC) in done.err.splitlines()[-1]


BASH = "import os, sys; os.execvp('bash', ['bash', *sys.argv[1:]])"
