"""Signals that come where Python cannot raise an exception."""

import signal
import subprocess
import sys

import pytest

LATE = """
import signal, sys, time
from mnist_cli.cli.signals import tidy_up_on_signals

class Dropped:
    def __del__(self):
        signal.raise_signal(signal.Signals(int(sys.argv[1])))

tidy_up_on_signals()
try:
    Dropped()
    time.sleep(60)
except KeyboardInterrupt:
    print("heard")
"""
TWICE = """
import signal, time
from mnist_cli.cli.signals import tidy_up_on_signals

class Dropped:
    def __del__(self):
        signal.raise_signal(signal.SIGINT)

tidy_up_on_signals()
try:
    Dropped()
    signal.raise_signal(signal.SIGINT)
except KeyboardInterrupt:
    time.sleep(0.2)
    print("tidied up")
"""
BROKEN = """
from mnist_cli.cli.signals import tidy_up_on_signals

class Dropped:
    def __del__(self):
        raise ValueError("told")

tidy_up_on_signals()
Dropped()
"""


def run(script, *arguments):
    return subprocess.run(
        [sys.executable, "-c", script, *arguments], capture_output=True, text=True, check=False
    )


@pytest.mark.skipif(sys.platform == "win32", reason="no such signals")
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_in_a_callback_of_python_is_raised_a_little_later(number):
    done = run(LATE, str(int(number)))
    assert (done.returncode, done.stdout, done.stderr) == (0, "heard\n", "")


def test_one_that_could_not_be_raised_does_not_disturb_the_tidying_up_after_the_next():
    """`timeout -s INT` sends it to the process and to its group: two at nearly the same moment."""
    done = run(TWICE)
    assert (done.returncode, done.stdout, done.stderr) == (0, "tidied up\n", "")


def test_other_exceptions_in_callbacks_are_still_told():
    assert "ValueError: told" in run(BROKEN).stderr
