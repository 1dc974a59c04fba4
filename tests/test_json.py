"""docs/json.md has every field of every JSON object, and no other."""

import json
import re
import shutil
from pathlib import Path

import numpy as np
import pytest
from conftest import clean_environment
from PIL import Image

PAGE = (Path(__file__).parents[1] / "docs" / "json.md").read_text("utf-8")
TRAIN = ("train", "--dataset", "builtin", "--validation-size", "500", "--epochs", "1")
SWEEP = ("sweep", "batch-size=100", *TRAIN[1:], "--seeds", "1")
WHOLE = {"config", "best.config", "facts"}  # described as a whole; tests/test_lesson.py has facts


def documented(command):
    section = re.search(
        rf"^## mnist {re.escape(command)}\n(.*?)(?=^## |\Z)", PAGE, re.DOTALL | re.MULTILINE
    )
    return re.findall(r"^\| `(\S+)` \|", section[1], re.MULTILINE)


def fields(value, name=""):
    """Return the names of all fields: `a`, and `b[].c` for objects in lists."""
    if isinstance(value, dict) and name not in WHOLE:
        start = f"{name}." if name else ""
        return {deep for key, inner in value.items() for deep in fields(inner, start + key)}
    if isinstance(value, list) and any(isinstance(inner, dict) for inner in value):
        return {deep for inner in value for deep in fields(inner, f"{name}[]")}
    return {name}


@pytest.fixture(scope="module")
def prepared(commands, builtin_dir, tmp_path_factory):
    """A folder with a trained network, pictures, a table and an exercise."""
    folder = tmp_path_factory.mktemp("json")
    env = clean_environment() | {"PYTHONUTF8": "1", "MNIST_DATA_DIR": str(builtin_dir)}
    for call in (TRAIN, ("exercise", "sigmoid", "-o", "gaps.py")):
        assert commands.run([*call], folder, env)[0] == 0
    seven = np.full((60, 60), 255, np.uint8)
    seven[10:15, 15:45] = seven[10:50, 40:45] = 0
    Image.fromarray(seven).save(folder / "seven.png")
    page = np.full((60, 120), 255, np.uint8)
    page[:, :60], page[:, 60:] = seven, seven
    page[45:50, 56:61] = 0
    Image.fromarray(page).save(folder / "amount.png")
    form = np.full((60, 120), 255, np.uint8)
    form[5:55, [5, 60, 115]] = form[[5, 54], 5:116] = form[20:40, 30:34] = 0
    Image.fromarray(form).save(folder / "form.png")
    (folder / "bad.png").write_bytes(b"nonsense")
    row = ",".join(["0"] * 784)
    (folder / "some.csv").write_text(f"{row}\n{row}\n{row},0\n")
    return folder


@pytest.fixture
def ask(mnist, builtin_dir, prepared, tmp_path):
    """Run a command with --json in a copy of that folder; return its object."""
    shutil.copytree(prepared, tmp_path, dirs_exist_ok=True)
    data = {"MNIST_DATA_DIR": str(builtin_dir), "MNIST_LESSON_DATASET": "builtin"}
    return lambda *call: mnist(*call, "--json", env=data).json


CALLS = {
    "download": ("download", "--dataset", "builtin"),
    "train": (*TRAIN, "--check-gradients"),
    "evaluate": ("evaluate",),
    "evaluate A B": ("evaluate", "checkpoints/mnist.npz", "best", "bad.png"),
    "exercise": ("exercise",),
    "exercise NAME": ("exercise", "sigmoid"),
    "exercise NAME --solution": ("exercise", "sigmoid", "--solution"),
    "exercise NAME --check FILE": ("exercise", "sigmoid", "--check", "gaps.py"),
    "predict": ("predict", "seven.png", "bad.png"),
    "predict --many": ("predict", "amount.png", "bad.png", "--many"),
    "predict --grid": ("predict", "form.png", "bad.png", "--grid"),
    "predict TABLE": ("predict", "some.csv"),
    "predict TABLE --csv FILE": ("predict", "some.csv", "--csv", "answers.csv"),
    "export": ("export", "model.onnx"),
    "report": ("report",),
    "lesson": ("lesson", "cost"),
    "sweep": (*SWEEP, "--test"),
    "sweep --dry-run": (*SWEEP, "--dry-run"),
}


@pytest.mark.parametrize("command", CALLS)
def test_every_field_is_documented_in_its_order_of_appearance(ask, command):
    answer = ask(*CALLS[command])
    assert sorted(documented(command)) == sorted(fields(answer))
    tops = list(dict.fromkeys(re.split(r"[.[]", name)[0] for name in documented(command)))
    assert tops == list(answer)


def test_json_lines_have_the_fields_of_one_prediction(mnist, ask):
    lines = mnist("predict", "seven.png", "bad.png", "--json-lines").out.splitlines()
    expected = {name.removeprefix("predictions[].") for name in documented("predict")}
    assert set().union(*(json.loads(line) for line in lines)) == expected
