"""Commands that are killed at a random moment: each file is the old one or the new one, whole.

A moment is a share of the time of an undisturbed run. On a busy machine a kill falls elsewhere, and
what must hold is the same.
"""

import os
import signal
import subprocess
from contextlib import suppress

import pytest

from campaign.bounds import generator, many
from campaign.targets import TARGETS

OFTEN = (
    "train",
    "download",
    "prepare",
    "report",
    "export",
    "sweep",
)  # the others write as these do


@pytest.mark.parametrize("name", TARGETS)
def test_kills_at_random_moments(world, tmp_path, name):
    chosen, out = generator("kills", name), tmp_path / "out"
    world.lay_out(name, out)
    for number in range(many(100 if name in OFTEN else 25, 3)):
        if number % 10 == 9:  # else each run goes on with what the one before has left
            world.check_next(name, out)
            world.lay_out(name, out)
        with world.again(name, out) as process:
            with suppress(subprocess.TimeoutExpired):
                process.wait(world.seconds(name) * chosen.uniform(0, 1))
            with suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)  # and the processes that it has started
        world.check_whole(name, out)
    world.check_next(name, out)
