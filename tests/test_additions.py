"""One row adds one thing: train, evaluate and report work with it, and no other file changes.

Each test adds a row to a table while the program runs, as a reader of CONTRIBUTING.md does in the
source.
"""

import hashlib
import json
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner
from conftest import body, packed

from mnist_cli.cli import cli
from mnist_cli.data.builtin.drawing import draw_digits
from mnist_cli.data.idx import IMAGES_MAGIC, LABELS_MAGIC, idx_header
from mnist_cli.data.registry import DATASETS, DataFile, DataSource
from mnist_cli.network.activations import ACTIVATIONS, Activation
from mnist_cli.network.losses import LOSSES, for_every_output
from mnist_cli.network.optimizers import OPTIMIZERS, SCHEDULES, OptimizerKind
from mnist_cli.network.parameters import INITIALIZATIONS, Initialization


def softplus(z, out):
    out[...] = np.logaddexp(0, z)


def softplus_derivative(z, a, out):
    out[...] = 1 - np.exp(-a)


def huber_error(a, y, slope):
    """Huber 1964: squared where the error is small, else linear."""
    error = a - y
    np.clip(error, -0.5, 0.5, slope)
    return float((slope * (error - slope / 2)).sum())


class RMSprop:
    """Divides each step by the root of a running mean of squares (Hinton's lecture 6e)."""

    def __init__(self, parameters):
        self.state = {"square": np.zeros_like(parameters)}

    def scale(self, _):
        return 1.0

    def step(self, parameters, gradient, learning_rate, _):
        square = self.state["square"]
        square[...] = 0.9 * square + 0.1 * gradient**2
        parameters -= learning_rate * gradient / (np.sqrt(square) + 1e-8)


ADDITIONS = {
    "activation": (
        ACTIVATIONS,
        "softplus",
        Activation(softplus, softplus_derivative, 0, np.inf, usual_rate=0.1),
    ),
    "loss": (LOSSES, "huber", for_every_output(huber_error, usual_rate=3)),
    "optimizer": (
        OPTIMIZERS,
        "rmsprop",
        OptimizerKind(lambda parameters, *_: RMSprop(parameters), False, usual_rate=0.01),
    ),
    "initialization": (
        INITIALIZATIONS,
        "xavier",
        Initialization(lambda inputs: (2 / (inputs + 16)) ** 0.5, 0),
    ),
    "schedule": (SCHEDULES, "steady", lambda done: np.full_like(done, 0.5)),
}
TRAIN = ("train", "--validation-size", "500", "--batch-size", "10", "--epochs", "4")


@pytest.fixture(scope="module")
def builtin_dir(large_dir):
    return large_dir


@pytest.fixture
def run(tmp_path, monkeypatch):
    """Run a command in this process, where the added rows are; a bug shows its traceback."""
    monkeypatch.chdir(tmp_path)

    def command(*args, code=0):
        result = CliRunner().invoke(cli, [*map(str, args)], catch_exceptions=False)
        assert result.exit_code == code, result.stderr
        return result

    return command


def check_evaluate_and_report(run, *options):
    """Measure and show the network in checkpoints/mnist.npz; return the accuracy."""
    accuracy = json.loads(run("evaluate", "--json", *options).stdout)["accuracy"]
    report = CliRunner().invoke(cli, ["report", *map(str, options)], catch_exceptions=False)
    assert report.exit_code == 0 or len(report.stderr.splitlines()) == 1  # can't show it, says so
    return accuracy


@pytest.mark.parametrize("setting", ADDITIONS)
def test_a_row_adds_a_choice(run, monkeypatch, builtin_dir, setting):
    table, name, row = ADDITIONS[setting]
    monkeypatch.setitem(table, name, row)
    assert name in run("train", "--help").stdout
    data = ("--data-dir", builtin_dir)
    trained = json.loads(
        run(*TRAIN, *data, "--dataset", "builtin", f"--{setting}", name, "--json").stdout
    )
    assert trained["config"][setting] == name
    assert trained["history"][-1]["loss"] < trained["history"][0]["loss"]
    assert check_evaluate_and_report(run, *data) > 0.3


def test_the_state_of_an_added_optimizer_is_resumed(run, monkeypatch, builtin_dir):
    settings = ["--data-dir", builtin_dir, "--dataset", "builtin", "--validation-size", "500"]
    for setting in ("optimizer", "schedule"):  # a schedule that does not depend on the epochs
        table, name, row = ADDITIONS[setting]
        monkeypatch.setitem(table, name, row)
        settings += [f"--{setting}", name]
    run("train", *settings, "--epochs", "2", "-o", "whole.npz")
    run("train", *settings, "--epochs", "1", "-o", "half.npz")
    run("train", "--data-dir", builtin_dir, "--resume", "half.npz", "--epochs", "2")
    with np.load("whole.npz") as whole, np.load("half.npz") as half:
        for name in ("weights_1", "biases_3", "state_square"):
            np.testing.assert_array_equal(half[name], whole[name])


@pytest.fixture
def pencil(server, monkeypatch):
    """A data set of its own file names, behind a mirror; the row is all that is added."""
    files, answers = [], {}
    for part, count, stream in (("training", 1500, 0), ("unseen", 300, 1)):
        images, labels = draw_digits(count, seed=5, stream=stream)
        for name, magic, rows in (
            (f"{part}.images-idx3", IMAGES_MAGIC, images),
            (f"{part}.labels-idx1", LABELS_MAGIC, labels),
        ):
            content = idx_header(magic, count) + rows.tobytes()
            files.append(DataFile(name, len(content), hashlib.sha256(content).hexdigest()))
            answers[f"/pencil/{name}.gz"] = body(packed(content))
    server.answers = answers
    row = DataSource("Pencil digits", "pencil", tuple(files), mirrors=(f"{server.url}pencil/",))
    monkeypatch.setitem(DATASETS, "pencil", row)
    return server


def test_a_row_adds_a_data_set(run, pencil):
    assert "pencil" in run("download", "--help").stdout
    said = run("download", "--dataset", "pencil").stdout
    place = Path("data", "pencil")
    assert said == f"Pencil digits: 1,500 training and 300 test images in {place}, verified.\n"
    assert sorted(path.name for path in Path("data").iterdir()) == ["pencil"]
    plan = run(*TRAIN, "--dataset", "pencil").stderr
    assert "Pencil digits: 1,000 images to train on, 500 for validation" in plan
    assert check_evaluate_and_report(run) > 0.2
    assert "on Pencil digits, test images: 300" in run("evaluate").stdout
    assert "300 test images of Pencil digits right" in Path("report.html").read_text("utf-8")
    assert "--dataset pencil" in Path("report.html").read_text("utf-8")


def test_an_added_data_set_is_downloaded_when_it_is_needed(run, pencil):
    run(*TRAIN, "--dataset", "pencil", "--epochs", "1")
    assert json.loads(run("evaluate", "--json").stdout)["trained_on"] == "pencil"
    file = Path("data", "pencil", DATASETS["pencil"].files[3].name)
    file.write_bytes(file.read_bytes()[:-1] + b"\1")
    said = run("evaluate").stderr  # the damaged file is kept, and downloaded again
    assert f"it is now {file.with_name('unseen.1.labels-idx1')}." in said
    protected = run("report", "-o", file, code=2).stderr
    assert "--output must not be a file that is read" in protected


def test_an_added_data_set_that_no_mirror_gives(run, pencil, monkeypatch):
    pencil.answers = {}
    lines = run(*TRAIN, "--dataset", "pencil", code=1).stderr.splitlines()
    assert lines[0] == "Downloading Pencil digits."
    assert lines[1] == "mnist: could not get all files of Pencil digits:"
    assert "training.images-idx3: answered with status 404" in lines[2]
    assert "mnist download --dataset pencil --from FOLDER" in lines[3]
