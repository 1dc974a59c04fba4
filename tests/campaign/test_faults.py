"""Calls of the system that fail: afterwards the old file or the new one is there, whole.

An injector below Python (`faults.c`) lets the calls of one kind fail, once or for ever, or cuts
writes short. `tests/test_files.py` has the compact form for a checkpoint.
"""

import errno
import itertools
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from campaign.bounds import SHORT, generator
from campaign.targets import TARGETS, ended

pytestmark = pytest.mark.skipif(
    sys.platform != "linux" or shutil.which("cc") is None, reason="needs Linux and a C compiler"
)
ERRORS = {name: getattr(errno, name) for name in ("ENOSPC", "EIO", "EACCES", "EROFS")}
CALLS = ("open", "write", "fsync", "rename", "mkdir", "link", "unlink", "chmod")
HIT = "{folder}/hit"


@pytest.fixture(scope="session")
def injector(tmp_path_factory):
    library = tmp_path_factory.mktemp("faults") / "faults.so"
    source = Path(__file__).with_name("faults.c")
    subprocess.run(["cc", "-shared", "-fPIC", "-o", library, source, "-ldl"], check=True)
    return library


@pytest.fixture
def meet(world, injector, tmp_path):
    """Run a target with a fault; return how it ended, None if it met no fault."""
    out, hit = tmp_path / "out", tmp_path / "hit"

    def run(name, call, how, first, last):
        world.lay_out(name, out)
        hit.unlink(missing_ok=True)
        done = ended(
            world.begin(
                name,
                out,
                LD_PRELOAD=str(injector),
                FAULT_UNDER=str(out),
                FAULT_CALL=call,
                FAULT_FIRST=str(first),
                FAULT_LAST=str(last),
                FAULT_HOW=str(how),
                FAULT_HIT=str(hit),
            )
        )
        return (done if hit.exists() else None), out

    return run


def check_told(done):
    """It is one line and an expected failure, or the program found a way round it."""
    assert "Traceback" not in done.err, done.err[-1500:]
    assert done.code in (0, 1), done.code
    if done.code:
        assert len(done.err.splitlines()) == 1, done.err
        assert ".tmp" not in done.err, done.err


@pytest.mark.parametrize("call", CALLS)
@pytest.mark.parametrize("name", TARGETS)
def test_a_kind_of_call_that_fails_for_ever_costs_nothing(world, meet, name, call):
    for what, how in ERRORS.items() if not SHORT else [("ENOSPC", errno.ENOSPC)]:
        done, out = meet(name, call, how, 1, 1 << 40)
        if done is None:
            return
        check_told(done)
        world.check_whole(name, out)
        world.check_next(name, out), what


@pytest.mark.parametrize("name", TARGETS)
def test_any_call_that_fails_once_costs_nothing(world, meet, name):
    chosen = generator("faults", name)
    for number in itertools.count(1):
        if SHORT and chosen.random() > 0.1:
            continue
        how = [*ERRORS.values(), "short"][chosen.integers(5)]
        done, out = meet(name, "any", how, number, number)
        if done is None:
            break
        check_told(done)
        world.check_whole(name, out)
        if chosen.random() < 0.2:
            world.check_next(name, out)
    assert number > 5


@pytest.mark.parametrize("name", TARGETS)
def test_writes_that_are_always_cut_short_change_nothing(world, meet, name):
    done, out = meet(name, "write", "short", 1, 1 << 40)
    assert done.code == 0, done.err
    world.check_left(name, out)
