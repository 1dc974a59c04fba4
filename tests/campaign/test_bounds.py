"""The campaign sees what it looks for: each kind of fault, once, with its case's name."""

import os
import time

import pytest

from campaign.bounds import PEAK, SECONDS, SLOWER, check_refused, command, faults, generator


def misbehave(kind):
    if kind == "raises":
        raise KeyError("broken")
    if kind == "dies":
        os._exit(1)
    if kind == "slow":
        end = time.process_time() + 1.1 * SLOWER * SECONDS
        while time.process_time() < end:
            pass
    if kind == "large":
        bytearray(PEAK).count(1)


def test_every_kind_of_fault_is_seen():
    kinds = ("good", "raises", "dies", "slow", "large", "good")
    found = faults(misbehave, [(f"case {kind}", kind) for kind in kinds])
    assert [line.split(":")[0] for line in found] == [f"case {kind}" for kind in kinds[1:-1]]
    assert "KeyError: 'broken' (test_bounds.py:" in found[0]


def test_cases_are_the_same_every_time():
    assert generator("a", 1).integers(1 << 60) == generator("a", 1).integers(1 << 60)
    assert generator("a", 1).integers(1 << 60) != generator("a", 2).integers(1 << 60)


def test_a_command_is_measured(tmp_path):
    done = command("evaluate", "nowhere.npz", cwd=tmp_path)
    check_refused(done)
    assert done.seconds > 0
    assert done.peak > 10_000_000
    with pytest.raises(AssertionError):
        check_refused(command("--version", cwd=tmp_path))
