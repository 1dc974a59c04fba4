"""`mnist train --start-from`: other weights in the place of random ones."""

import hashlib
import json

import numpy as np
import pytest

import mnist_cli as mnist_library
from mnist_cli import load_model
from mnist_cli.bundled import BUNDLED
from mnist_cli.errors import InputError

SHORT = ("--dataset", "builtin", "--validation-size", 500, "--epochs")


@pytest.fixture
def trained(mnist, builtin_dir, tmp_path):
    """Train first.npz with other layers and settings than the usual ones."""

    def train(*options):
        return mnist("train", *SHORT, *options, "--json", env={"MNIST_DATA_DIR": str(builtin_dir)})

    own = ("--hidden-sizes", "8", "--activation", "relu", "--preprocessing", "deskew")
    assert train(1, *own, "--output-activation", "softmax", "-o", "first.npz").code == 0
    return train


def test_without_epochs_the_weights_are_those_of_the_file(trained, tmp_path):
    assert trained(0, "--start-from", "first.npz", "-o", "second.npz").code == 0
    first, second = load_model(tmp_path / "first.npz"), load_model(tmp_path / "second.npz")
    np.testing.assert_array_equal(first.network.parameters, second.network.parameters)
    config = second.config
    assert (config.hidden_sizes, config.activation) == ((8,), "relu")
    assert (config.preprocessing, config.output_activation) == ("deskew", "softmax")


def test_the_origin_is_noted_and_stays_after_resuming(trained, mnist, builtin_dir, tmp_path):
    digest = hashlib.sha256((tmp_path / "first.npz").read_bytes()).hexdigest()
    done = trained(1, "--start-from", "first.npz", "-o", "second.npz", "--learning-rate", 0.01)
    assert "Start     the weights of first.npz\n" in done.err
    assert done.json["origin"] == {"name": "first.npz", "sha256": digest}
    assert done.json["config"]["learning_rate"] == 0.01
    assert len(done.json["history"]) == 1
    data = {"MNIST_DATA_DIR": str(builtin_dir)}
    done = mnist("train", "--resume", "second.npz", "--epochs", 2, "--json", env=data)
    assert (done.code, done.json["origin"]["sha256"]) == (0, digest)
    assert load_model(tmp_path / "second.npz").checkpoint.provenance.origin.name == "first.npz"


def test_training_goes_on_from_there(trained, tmp_path):
    """One step by hand: the first loss is that of the first network, not that of a random one."""
    done = trained(1, "--start-from", "first.npz", "-o", "second.npz", "--learning-rate", 1e-6)
    first, second = load_model(tmp_path / "first.npz"), load_model(tmp_path / "second.npz")
    gap = np.abs(first.network.parameters - second.network.parameters).max()
    assert 0 < gap < 1e-3
    accuracy = first.history[-1].validation_accuracy
    assert done.json["history"][0]["validation_accuracy"] == pytest.approx(accuracy, abs=0.01)


def test_the_file_is_not_changed_even_as_the_output(trained, tmp_path):
    before = (tmp_path / "first.npz").read_bytes()
    assert trained(1, "--start-from", "first.npz", "-o", "first.npz").code == 0
    assert (tmp_path / "first.1.npz").read_bytes() == before


@pytest.mark.parametrize(
    ("options", "got"),
    [
        (("--hidden-sizes", "9"), "784-9-10, relu, deskew"),
        (("--activation", "tanh"), "784-8-10, tanh, deskew"),
        (("--preprocessing", "none"), "784-8-10, relu, none"),
        (("--config", "default"), "784-16-16-10, sigmoid, deskew"),
    ],
)
def test_other_layers_are_one_line(trained, tmp_path, options, got):
    done = trained(1, "--start-from", "first.npz", "-o", "second.npz", *options)
    assert done.code == 1 and done.err.splitlines()[-1] == (
        "mnist: start from first.npz: the layers and the preprocessing must be 784-8-10, relu, "
        f"deskew, got {got}; leave these settings out, and give images of as many classes"
    )
    assert not (tmp_path / "second.npz").exists()


def test_calls_that_make_no_sense(trained):
    done = trained(1, "--start-from", "missing.npz")
    assert done.code == 1 and "missing.npz: no such checkpoint" in done.err
    done = trained(2, "--start-from", "first.npz", "--resume", "first.npz")
    assert done.code == 2 and "got --" in done.err


def test_print_config_has_what_is_taken_over(mnist):
    settings = json.loads(mnist("train", "--start-from", "best", "--print-config").out)
    assert (settings["preprocessing"], settings["augmentation"]) == ("directions", 0)


@pytest.mark.parametrize("form", ["model", "path", "name"])
def test_python_starts_from_a_model_a_path_and_a_name(digits, tmp_path, form):
    best = load_model()
    source = {"model": best, "path": BUNDLED, "name": "best"}[form]
    data = (digits.images[:60], digits.labels[:60])
    model = mnist_library.train(data, start_from=source, epochs=0, validation_size=0)
    np.testing.assert_array_equal(model.network.parameters, best.network.parameters)
    origin = model.checkpoint.provenance.origin
    model.save(tmp_path / "a.npz")
    assert load_model(tmp_path / "a.npz").checkpoint.provenance.origin == origin
    if form != "model":
        digest = hashlib.sha256(BUNDLED.read_bytes()).hexdigest()
        assert origin == ("best.npz", digest)


def test_the_digest_of_a_model_is_that_of_its_file(digits, tmp_path):
    data = (digits.images[:60], digits.labels[:60])
    first = mnist_library.train(data, epochs=1, validation_size=0)
    first.save(tmp_path / "a.npz")
    second = mnist_library.train(data, start_from=first, epochs=1, validation_size=0)
    digest = hashlib.sha256((tmp_path / "a.npz").read_bytes()).hexdigest()
    assert second.checkpoint.provenance.origin == ("model", digest)


def test_as_many_classes_are_needed(digits):
    few = digits.labels < 3
    data = mnist_library.Split(digits.images[few][:60], digits.labels[few][:60], ("0", "1", "2"))
    with pytest.raises(
        InputError, match="must be 784-16-16-10, sigmoid, directions, got 784-16-16-3"
    ):
        mnist_library.train(data, start_from="best", epochs=1, validation_size=0)


def test_a_name_that_cannot_be_shown_is_made_safe(digits, tmp_path):
    path = tmp_path / ("\x1b" + "n" * 200 + ".npz")
    path.write_bytes(BUNDLED.read_bytes())
    data = (digits.images[:60], digits.labels[:60])
    model = mnist_library.train(data, start_from=path, epochs=0, validation_size=0)
    model.save(tmp_path / "a.npz")
    name = load_model(tmp_path / "a.npz").checkpoint.provenance.origin.name
    assert name == "?" + "n" * 99
