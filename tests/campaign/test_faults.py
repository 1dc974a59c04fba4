"""Calls of the system that fail: afterwards the old file or the new one is there, whole.

An injector below Python (`faults.c`) lets the calls of one kind fail, once or for ever, or cuts
writes short. `tests/test_files.py` has the compact form for a checkpoint.
"""

import errno
import shutil
import subprocess
import sys
from itertools import product
from pathlib import Path

import pytest

from campaign.bounds import generator, in_parts, many, without
from campaign.forks import Server
from campaign.targets import TARGETS
from campaign.world import ended

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="LD_PRELOAD is tried on Linux")
ERRORS = {name: getattr(errno, name) for name in ("ENOSPC", "EIO", "EACCES", "EROFS")}
NEEDED = ("open", "write", "fsync", "rename")  # without these nothing can be promised
OTHERS = ("mkdir", "link", "unlink", "rmdir", "opendir", "chmod", "chown", "truncate")
CALLS = (*NEEDED, *OTHERS)
SOME = ("train over", "download", "report", "exercise", "sweep")
EVER = 1 << 40


@pytest.fixture(scope="session")
def library(tmp_path_factory):
    """The injector, compiled."""
    if shutil.which("cc") is None:
        without("cc")
    path = tmp_path_factory.mktemp("faults") / "faults.so"
    source = Path(__file__).with_name("faults.c")
    subprocess.run(["cc", "-shared", "-fPIC", "-o", path, source, "-ldl"], check=True)
    return str(path)


@pytest.fixture(scope="session")
def server(library):
    """A server whose commands all have the injector."""
    running = Server(LD_PRELOAD=library)
    yield running
    running.close()


@pytest.fixture
def meet(world, library, server, tmp_path):
    """Run a target with a fault; return how it ended, None if it met no fault."""
    out, hit = tmp_path / "out", tmp_path / "hit"

    def run(name, call, how, first, last):
        world.lay_out(name, out)
        hit.unlink(missing_ok=True)
        faults = {"UNDER": out, "CALL": call, "FIRST": first, "LAST": last, "HOW": how, "HIT": hit}
        env = {f"FAULT_{name}": str(value) for name, value in faults.items()}
        done = ended(world.begin(name, out, server, LD_PRELOAD=library, **env))
        return (done if hit.exists() else None), out

    return run


def check_told(world, name, out, done):
    """Check that it is one line and an expected failure; or all is there, for there was a way."""
    assert "Traceback" not in done.err, done.err[-1500:]
    assert done.code in (0, 1), (done.code, done.err)
    world.check_whole(name, out)
    if done.code:
        assert len(done.err.splitlines()) == 1, done.err
        assert ".tmp" not in done.err, done.err
    else:
        world.check_made(name, out)


@pytest.mark.parametrize(
    ("name", "call"), many([*product(TARGETS, CALLS)], [*product(SOME, NEEDED)])
)
def test_a_kind_of_call_that_fails_for_ever_costs_nothing(world, meet, name, call):
    for how in many([*ERRORS.values()], [errno.ENOSPC]):
        done, out = meet(name, call, how, 1, EVER)
        if done is None:
            assert call not in NEEDED or (name, call) == ("steps", "fsync")
            return
        check_told(world, name, out, done)
        assert done.code == 1 or call not in NEEDED, "success is told of what failed"
    world.check_next(name, out)


@in_parts(many(6, 1))
@pytest.mark.parametrize("name", many([*TARGETS], SOME[:-1]))
def test_any_call_that_fails_once_costs_nothing(world, meet, name, part):
    chosen, number = generator("faults", name, part.start), 1 + part.start - part.step
    while True:
        number += many(part.step, int(chosen.integers(1, 30)))
        how = [*ERRORS.values(), "short"][chosen.integers(5)]
        done, out = meet(name, "any", how, number, number)
        if done is None:
            break
        check_told(world, name, out, done)
        if chosen.random() < 0.2:
            world.check_next(name, out)
    assert number > 5


@pytest.mark.parametrize("name", many([*TARGETS], SOME))
def test_writes_that_are_always_cut_short_change_nothing(world, meet, name):
    done, out = meet(name, "write", "short", 1, EVER)
    assert done.code == 0, done.err
    world.check_left(name, out)
