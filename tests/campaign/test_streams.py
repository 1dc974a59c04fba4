"""Every command with a standard stream that is closed, full, or that nobody reads.

Here Python itself is started, for it is Python that first meets a closed stream.
"""

import errno
import itertools
import os
import shutil
import sys

import pytest

from campaign.bounds import generator, many
from campaign.targets import NETWORK, TRAIN
from campaign.world import ended

pytestmark = pytest.mark.skipif(shutil.which("bash") is None, reason="needs bash")
NET = NETWORK.format(world=".")
COMMANDS = {
    "train": f"{TRAIN} data --epochs 1 -o {{out}}/a.npz",
    "resume": "train --resume net.npz --data-dir data --epochs 3 -o {out}/a.npz",
    "start from": f"{TRAIN} data --epochs 1 -o {{out}}/a.npz --start-from net.npz",
    "own data": "train --dataset photos --validation-size 0 --epochs 1 --data-dir {out}/data "
    "-o {out}/a.npz",
    "config": "train --print-config",
    "download": "download --dataset builtin --images 1000 --data-dir {out}",
    "evaluate": f"evaluate {NET} --data-dir data",
    "evaluate json": f"evaluate {NET} --data-dir data --json",
    "predict": f"predict {NET} photos/a/0.png",
    "predict top": f"predict {NET} --top 10 --show photos/a/0.png",
    "predict grid": f"predict {NET} --grid grid.png",
    "predict lines": f"predict {NET} --lines grid.png --json-lines",
    "predict many": f"predict {NET} --many grid.png",
    "predict csv": f"predict {NET} rows.csv --csv {{out}}/answers.csv",
    "predict steps": f"predict {NET} photos/a/0.png --save-steps {{out}}",
    "report": f"report {NET} --data-dir data -o {{out}}/a.html",
    "export": f"export {NET} {{out}}/a.onnx",
    "lesson": "lesson",
    "a lesson": f"lesson neuron {NET} --data-dir data",
    "exercise": "exercise",
    "an exercise": "exercise backprop -o {out}/a.py",
    "a solution": "exercise backprop --solution",
    "checked": "exercise sigmoid --check solved.py",
    "sweep": "sweep epochs=1 --seeds 1 --dataset builtin --data-dir data --validation-size 200 "
    "-o {out}/s",
    "help": "--help",
}
STREAMS = ("0<&-", "1>&-", "2>&-", "0<&- 1>&- 2>&-", "1>/dev/full", "2>/dev/full", "2>&1 | true")
CASES = list(itertools.product(COMMANDS, STREAMS))
FEW = [CASES[n] for n in sorted(generator("streams").permutation(len(CASES))[:20])]


@pytest.mark.parametrize(("name", "streams"), many(CASES, FEW))
def test_closed_and_full_streams(world, tmp_path, name, streams):
    call = COMMANDS[name].format(out=tmp_path)
    script = f"set -o pipefail; '{sys.executable}' -m mnist_cli {call} {streams}"
    done = ended(world.python("-c", BASH, "-c", script))
    assert "Traceback" not in done.err and "Exception" not in done.err, done.err
    full = streams == "1>/dev/full"
    assert done.code in ({1} if full else {0, 1} if "|" in streams else {0}), done.err
    if full:
        assert os.strerror(errno.ENOSPC) in done.err.splitlines()[-1]


@pytest.mark.parametrize("streams", STREAMS)
def test_a_picture_from_a_closed_or_empty_input(world, streams):
    script = f"'{sys.executable}' -m mnist_cli predict {NET} - {streams}"
    done = ended(world.python("-c", BASH, "-c", script))
    assert "Traceback" not in done.err, done.err
    assert done.code == (0 if "|" in streams else 1)


BASH = "import os, sys; os.execvp('bash', ['bash', *sys.argv[1:]])"
