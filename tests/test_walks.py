"""The two walks of CONTRIBUTING.md: the functions that a command calls, in that order."""

import re
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

import mnist_cli

CONTRIBUTING = Path(mnist_cli.__file__).parents[1] / "CONTRIBUTING.md"
RECORD = """
import sys
first_calls = {}
def record(frame, event, _):
    if event == "call" and "mnist_cli" in frame.f_code.co_filename:
        module = frame.f_globals["__name__"].removeprefix("mnist_cli.")
        first_calls.setdefault(f"{module}:{frame.f_code.co_qualname}")
from mnist_cli.cli import cli
sys.setprofile(record)
try:
    cli(sys.argv[1:])
finally:
    sys.setprofile(None)
    print(*first_calls, sep="\\n", file=open("calls.txt", "w"))
"""


def walk(name):
    block = re.search(rf"```{name}\n(.*?)```", CONTRIBUTING.read_text("utf-8"), re.DOTALL)
    assert block
    return [line.split()[0] for line in block[1].splitlines()]


@pytest.fixture
def seven(tmp_path):
    pixels = np.full((60, 60), 255, np.uint8)
    pixels[12:18, 15:45] = pixels[12:50, 38:44] = 0
    Image.fromarray(pixels).save(tmp_path / "photo.png")
    return ["photo.png"]


@pytest.fixture
def small(builtin_dir):
    options = ["--dataset", "builtin", "--validation-size", "500", "--epochs", "1"]
    return [*options, "--data-dir", str(builtin_dir)]


@pytest.mark.parametrize(("command", "arguments"), [("predict", "seven"), ("train", "small")])
def test_a_command_calls_the_functions_of_its_walk_in_order(tmp_path, request, command, arguments):
    options = request.getfixturevalue(arguments)
    subprocess.run([sys.executable, "-c", RECORD, command, *options], cwd=tmp_path, check=True)
    calls = (tmp_path / "calls.txt").read_text("utf-8").splitlines()
    places = [calls.index(name) for name in walk(command)]
    assert places == sorted(places)
