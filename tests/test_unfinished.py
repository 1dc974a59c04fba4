"""A run that was stopped or killed: every command says so, none calls its confidence calibrated."""

import itertools
import shutil
from functools import cache

import pytest
from PIL import Image

import mnist_cli
from mnist_cli.config.settings import TrainingConfig
from mnist_cli.training.checkpoint import load_checkpoint
from mnist_cli.training.data import load_training_data
from mnist_cli.training.session import Session

CONFIG = TrainingConfig(epochs=30, validation_size=500, batch_size=10)  # 100 steps in an epoch


@pytest.fixture(scope="module")
def trained(builtin_dir, tmp_path_factory):
    """Train, at most so many steps; return the checkpoint, which is made once."""

    @cache
    def train(steps=None):
        path = tmp_path_factory.mktemp("trained") / "mnist.npz"
        session = Session.start(CONFIG, load_training_data("builtin", builtin_dir, CONFIG), path)
        count = itertools.count(1)
        list(session.epochs(lambda: next(count) == steps))
        return path

    return train


@pytest.fixture(params=[(200, "2 of 30 epochs"), (201, "2 of 30 epochs and 1 mini-batch")])
def stopped(request, trained, digits, tmp_path):
    """A folder with `checkpoints/mnist.npz`, stopped after so many steps, and a picture."""
    steps, progress = request.param
    (tmp_path / "checkpoints").mkdir()
    shutil.copy(trained(steps), tmp_path / "checkpoints" / "mnist.npz")
    Image.fromarray(255 - digits.pixels[0]).resize((280, 280)).save(tmp_path / "digit.png")
    return progress


@pytest.fixture
def killed(builtin_dir, digits, tmp_path):
    """The same, killed after its second epoch."""
    path = tmp_path / "checkpoints" / "mnist.npz"
    session = Session.start(CONFIG, load_training_data("builtin", builtin_dir, CONFIG), path)
    list(itertools.islice(session.epochs(), 2))
    Image.fromarray(255 - digits.pixels[0]).resize((280, 280)).save(tmp_path / "digit.png")


def test_every_command_says_that_the_training_was_stopped(mnist, builtin_dir, stopped, tmp_path):
    line = (
        f"Unfinished: the training stopped after {stopped}; continue it with: mnist train --resume "
        "checkpoints/mnist.npz"
    )
    data = {"MNIST_DATA_DIR": str(builtin_dir)}
    for command in (("evaluate",), ("predict", "digit.png"), ("report",)):
        told = mnist(*command, "--json", env=data)
        assert line in told.err.splitlines()
        assert told.json["finished"] is False
    title = mnist("evaluate", "-q", env=data).out.splitlines()[0]
    assert title.startswith(f"checkpoints/mnist.npz (unfinished: {stopped}) on built-in digits")
    page = (tmp_path / "report.html").read_text("utf-8")
    assert f"Its training was stopped after {stopped}." in page
    assert "to the end it makes another network" in page
    assert "The command that trains it again" not in page


def test_a_stopped_run_is_calibrated(mnist, stopped, tmp_path):
    answer = mnist("predict", "digit.png", "--json").json
    assert (answer["finished"], answer["calibrated"]) == (False, True)
    assert "% sure" in mnist("predict", "digit.png").out
    model = mnist_cli.load_model(tmp_path / "checkpoints" / "mnist.npz")
    assert (model.finished, model.calibrated) == (False, True)
    assert f"unfinished: {stopped} on builtin" in repr(model)


def test_a_killed_run_is_not_called_calibrated(mnist, builtin_dir, killed, tmp_path):
    result = mnist("predict", "digit.png")
    assert "   not calibrated   (scores " in result.out
    assert "sure" not in result.out
    lines = mnist("predict", "digit.png", "--json-lines").json
    assert (lines["finished"], lines["calibrated"]) == (False, False)
    assert mnist("report", env={"MNIST_DATA_DIR": str(builtin_dir)}).code == 0
    page = (tmp_path / "report.html").read_text("utf-8")
    assert "Its training was stopped after 2 of 30 epochs. Confidences are not calibrated." in page


def test_calibration_in_between_leaves_no_trace_in_the_end(builtin_dir, trained, stopped, tmp_path):
    path = tmp_path / "checkpoints" / "mnist.npz"
    data = load_training_data("builtin", builtin_dir, CONFIG)
    list(Session.resume(load_checkpoint(path), data, path, own=True).epochs())
    assert path.read_bytes() == trained().read_bytes()
    assert load_checkpoint(path).calibration is not None


def test_a_finished_run_is_called_finished(builtin_dir):
    model = mnist_cli.train(mnist_cli.load("builtin", builtin_dir), epochs=1)
    assert model.finished
    assert "784-16-16-10, 1 epoch on builtin" in repr(model)
