"""What commands hand on: results alone with --quiet, configurations, the untrained network."""

import json

import numpy as np
import pytest
from PIL import Image

import mnist_cli
from mnist_cli.config.settings import TrainingConfig
from mnist_cli.training.snapshots import frame_epochs
from mnist_cli.wording import counted

TRAIN = ("train", "--dataset", "builtin", "--validation-size", "500", "--epochs", "1")


@pytest.fixture
def data(builtin_dir):
    return {"MNIST_DATA_DIR": str(builtin_dir)}


def test_quiet_prints_the_result_alone(mnist, data, tmp_path):
    trained = mnist(*TRAIN, "-q", "-o", "net.npz", env=data)
    first, second = trained.out.splitlines()
    assert first.startswith("Validation accuracy ")
    assert first.endswith("% (500 images)")
    assert second == "Saved net.npz"
    page = mnist("report", "-q", "--checkpoint", "net.npz", env=data)
    size = (tmp_path / "report.html").stat().st_size
    assert page.out == f"Wrote report.html ({size:,} bytes).\n"
    assert trained.err == page.err == ""


def test_the_report_makes_no_folder(mnist, data, tmp_path):
    result = mnist("report", "-o", "pages/all.html", env=data)
    assert (result.code, result.out) == (2, "")
    assert "--output: no such folder, got pages; make it first." in result.err
    assert len(result.err.splitlines()) == 1
    assert list(tmp_path.iterdir()) == []


def test_zero_epochs_give_the_untrained_network(mnist, data, tmp_path, digits):
    untrained = mnist(*TRAIN, "--epochs", "0", env=data)
    assert untrained.code == 0
    assert "Trained nothing: with 0 epochs the network is as it started." in untrained.err
    assert "Note" not in untrained.err
    assert untrained.out == "Saved checkpoints/mnist.npz\n"
    result = mnist("evaluate", env=data)
    assert result.out.startswith("checkpoints/mnist.npz (untrained) on built-in digits")
    assert mnist("evaluate", "--json", env=data).json["accuracy"] < 0.3
    assert mnist("report", env=data).code == 0
    model = mnist_cli.train(tuple(digits), epochs=0)
    loaded = mnist_cli.load_model(tmp_path / "checkpoints" / "mnist.npz")
    np.testing.assert_array_equal(loaded.weights[0], model.weights[0])
    assert "0 epochs on own" in repr(model)


def test_training_goes_on_from_zero_epochs(mnist, data, tmp_path):
    mnist(*TRAIN, "--epochs", "0", "-o", "net.npz", env=data)
    mnist("train", "--resume", "net.npz", "--epochs", "1", env=data)
    mnist(*TRAIN, "-o", "whole.npz", env=data)
    assert (tmp_path / "net.npz").read_bytes() == (tmp_path / "whole.npz").read_bytes()


# -- configurations --------------------------------------------------------------------------------


def test_print_config_prints_what_would_be_used_and_nothing_else(mnist, tmp_path):
    result = mnist("train", "--print-config", "--config", "relu", "--epochs", "3", "--json")
    assert (result.code, result.err) == (0, "")
    assert (result.json["activation"], result.json["epochs"]) == ("relu", 3)
    assert list(tmp_path.iterdir()) == []
    (tmp_path / "my.json").write_text(result.out, "utf-8")
    assert mnist("train", "--print-config", "--config", "my.json").out == result.out
    wrong = mnist("train", "--print-config", "--learning-rate", "-1")
    assert (wrong.code, wrong.out) == (2, "")


def test_print_config_belongs_to_a_new_run(mnist):
    result = mnist("train", "--print-config", "--resume", "net.npz")
    assert result.code == 2
    assert "--config net.npz takes the settings of that one." in result.err


def test_a_checkpoint_is_a_configuration(mnist, data, tmp_path):
    mnist(*TRAIN, "--seed", "7", "--batch-size", "50", env=data)
    old = (tmp_path / "checkpoints" / "mnist.npz").read_bytes()
    again = ("train", "--config", "checkpoints/mnist.npz")
    expected = TrainingConfig(epochs=1, seed=7, batch_size=50, validation_size=500)
    assert mnist(*again, "--print-config").json == expected.to_dict()
    assert mnist(*again, "--print-config", "--seed", "8").json["seed"] == 8
    result = mnist(*again, "--dataset", "builtin", env=data)  # over the file that it reads
    assert result.code == 0, result.err
    assert (tmp_path / "checkpoints" / "mnist.1.npz").read_bytes() == old
    assert (tmp_path / "checkpoints" / "mnist.npz").read_bytes() == old


@pytest.mark.parametrize("content", [b"PK", b"PK\x03\x04" + bytes(300)])
def test_a_damaged_checkpoint_is_no_configuration(mnist, tmp_path, content):
    (tmp_path / "net.npz").write_bytes(content)
    result = mnist("train", "--print-config", "--config", "net.npz")
    assert (result.code, result.out) == (2, "")
    assert "net.npz: no configuration, and damaged or not a checkpoint" in result.err
    assert len(result.err.splitlines()) == 1


def test_arrays_of_another_program_are_no_configuration(mnist, tmp_path):
    np.savez(tmp_path / "net.npz", metadata=np.zeros(3))
    result = mnist("train", "--print-config", "--config", "net.npz")
    assert (result.code, len(result.err.splitlines())) == (2, 1)


def test_a_checkpoint_that_is_not_there_is_a_missing_file(mnist):
    result = mnist("train", "--print-config", "--config", "gone.npz")
    assert "gone.npz: no such configuration file" in result.err


@pytest.mark.parametrize(
    ("number", "text"), [(0, "0 epochs"), (1, "1 epoch"), (12345, "12,345 epochs")]
)
def test_numbers_have_their_noun(number, text):
    assert counted(number, "epoch") == text
    assert counted(2, "mini-batch", "mini-batches") == "2 mini-batches"


def test_evaluate_tells_how_to_train_the_network_again(mnist, data):
    mnist(*TRAIN, "--seed", "7", env=data)
    answer = json.loads(mnist("evaluate", "--json", env=data).out)
    assert (answer["epochs"], answer["seed"], answer["config"]["seed"]) == (1, 7, 7)
    assert answer["version"] == mnist_cli.__version__
    training = mnist("evaluate", "--json", "--split", "train", env=data).json
    assert training["dataset_sha256"] != answer["dataset_sha256"]
    assert len(answer["dataset_sha256"]) == len(answer["trained_on_sha256"]) == 64


# -- the network that comes with the program -------------------------------------------------------


@pytest.fixture
def picture(tmp_path, digits):
    """A picture of a built-in seven."""
    pixels = digits.pixels[np.flatnonzero(digits.labels == 7)[0]]
    Image.fromarray(255 - pixels).resize((280, 280)).save(tmp_path / "seven.png")


def test_predict_says_where_the_network_of_the_program_differs(mnist, data, tmp_path, picture):
    mnist(*TRAIN, "--epochs", "0", env=data)  # it gives the same answer to everything
    digit = mnist_cli.load_model(tmp_path / "checkpoints/mnist.npz").predict(tmp_path / "seven.png")
    assert digit.digit != 7
    line = "the network that comes along reads 7"
    assert line in mnist("predict", "seven.png").out
    assert line in mnist("predict", "seven.png", "--json").json["predictions"][0]["warnings"]
    alone = mnist("predict", "seven.png", "--checkpoint", "best")
    assert alone.out.startswith("seven.png: 7 ")
    assert "comes along" not in alone.out
    assert alone.err == ""  # it was named


def test_predict_says_nothing_where_both_agree(mnist, data, picture):
    mnist(*TRAIN, "--epochs", "20", "--batch-size", "10", env=data)
    result = mnist("predict", "seven.png")
    assert result.out.startswith("seven.png: 7 ")
    assert "comes along" not in result.out


def test_the_name_of_a_network_wins_over_a_file(mnist, data, tmp_path, picture):
    mnist(*TRAIN, "-o", "best", env=data)
    for name, checkpoint in (("best", "bundled"), ("./best", "best")):
        answer = mnist("predict", "seven.png", "--checkpoint", name, "--json").json
        assert answer["checkpoint"] == checkpoint
    assert mnist_cli.load_model("best").name == "bundled"
    report = mnist("report", "--checkpoint", "./best", "--compare", "best", "--json", env=data)
    assert (report.json["checkpoint"], report.json["compare"]) == ("best", "bundled")


def test_the_plain_network_comes_along_with_its_film(mnist, data):
    plain = mnist_cli.load_model("default")
    assert plain.name == "default"  # a name, and no path of this machine
    assert (plain.config, plain.finished) == (mnist_cli.TrainingConfig(), True)
    assert sorted(plain.checkpoint.run.snapshots) == frame_epochs(30, 13_002)
    report = mnist("report", "--checkpoint", "default", "--json", env=data).json
    assert report["checkpoint"] == "default"
    measured = mnist("evaluate", "--checkpoint", "default", "--json", env=data).json
    assert measured["checkpoint"] == "default"


def test_an_output_below_a_file_is_told_so(mnist, tmp_path):
    (tmp_path / "pages").touch()
    result = mnist("report", "-o", "pages/all.html")
    assert (result.code, result.out) == (2, "")
    assert "--output: must be in a folder, got the file pages." in result.err
