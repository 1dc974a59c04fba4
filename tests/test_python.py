"""The front door for Python: what a notebook sees, and that the commands use the same door."""

import ast
import pickle
import re
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

import mnist_cli as mnist_py
from mnist_cli.data.builtin.files import write_builtin
from mnist_cli.data.loading import usual_validation_size
from mnist_cli.data.registry import dataset_folder, find_dataset
from mnist_cli.errors import CheckpointError, ConfigError, DataError, InputError

TOP = Path(__file__).parents[1]


@pytest.fixture(scope="module")
def data(builtin_dir):
    return mnist_py.load("builtin", builtin_dir)


@pytest.fixture(scope="module")
def model(data):
    return mnist_py.train(data, epochs=4, batch_size=5)


def same_weights(one, other):
    return all(map(np.array_equal, one.weights + one.biases, other.weights + other.biases))


# -- the names -------------------------------------------------------------------------------------


def test_every_public_name_is_there():
    assert dir(mnist_py) == sorted(mnist_py.__all__)  # no helpers of the module
    assert all(getattr(mnist_py, name) for name in mnist_py.__all__)
    assert re.fullmatch(r"\d+\.\d+\.\d+", mnist_py.__version__)
    with pytest.raises(AttributeError, match="no attribute 'tarin'"):
        mnist_py.tarin  # noqa: B018


def test_a_type_checker_knows_every_public_name():
    tree = ast.parse(Path(mnist_py.__file__).read_text("utf-8"))
    imports = [node for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)]
    names = [alias.asname for node in imports for alias in node.names if alias.asname]
    assert sorted([*names, "__version__"]) == sorted(mnist_py.__all__)


def test_importing_the_package_imports_nothing_heavy():
    check = "import sys, mnist_cli; print({'numpy', 'PIL', 'tqdm', 'sklearn'} & set(sys.modules))"
    done = subprocess.run([sys.executable, "-c", check], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "set()"


# -- data ------------------------------------------------------------------------------------------


def test_a_data_set_has_three_parts(data):
    assert [len(part.labels) for part in (data.train, data.validation, data.test)] == [
        1250,
        250,
        1000,
    ]
    assert data.train.pixels.shape == (1250, 28, 28)
    assert data.train.images.dtype == np.uint8
    assert np.shares_memory(data.train.pixels, data.train.images)
    assert repr(data) == f"Dataset('builtin', {str(data.data_dir)!r})"


def test_a_sixth_at_most_is_held_out():
    assert [usual_validation_size(count) for count in (5, 60, 60_000, 99_999)] == [
        0,
        10,
        10_000,
        10_000,
    ]


def test_the_size_of_the_validation_part_can_be_given(builtin_dir):
    data = mnist_py.load("builtin", str(builtin_dir), validation_size=100)
    assert len(data.train) == 1400
    assert repr(data).endswith(", validation_size=100)")
    assert mnist_py.train(data, epochs=1).config.validation_size == 100


@pytest.mark.parametrize(
    ("name", "message"),
    [("minst", "must be one of auto, mnist, .*, got 'minst'"), ("own", "not kept")],
)
def test_other_data_sets_are_refused(name, message, tmp_path):
    with pytest.raises(InputError, match=message):
        mnist_py.load(name, tmp_path)
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("size", [-5, 2.5, "many"])
def test_an_impossible_size_is_refused(size, builtin_dir):
    with pytest.raises(InputError, match="validation_size: must be a whole number from 0, got"):
        mnist_py.load("builtin", builtin_dir, validation_size=size)


def test_a_size_that_leaves_no_image_is_refused_at_once(builtin_dir):
    with pytest.raises(DataError, match="must leave images to train on, got 1500 of 1500"):
        mnist_py.load("builtin", builtin_dir, validation_size=1500)


def test_a_data_set_whose_files_are_gone_can_still_be_printed(tmp_path):
    write_builtin(tmp_path, counts={"train": 60, "t10k": 10})
    data = mnist_py.load("builtin", tmp_path)
    for path in dataset_folder("builtin", tmp_path).iterdir():
        path.unlink()
    assert repr(data) == f"Dataset('builtin', {str(tmp_path)!r})"


def test_the_folder_is_that_of_the_commands(builtin_dir, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("MNIST_DATA_DIR", str(builtin_dir))
    assert mnist_py.load("builtin").data_dir == builtin_dir
    monkeypatch.setenv("MNIST_DATA_DIR", "")
    with pytest.raises(InputError, match="MNIST_DATA_DIR: must not be empty"):
        mnist_py.load("builtin")
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize(
    "give",
    [
        lambda data, _: mnist_py.train(data, config=5),
        lambda *_: mnist_py.load("builtin", 5),
        lambda *_: mnist_py.load_model(5),
        lambda _, model: model.save(5),
        lambda data, model: model.report(5, data),
        lambda data, model: model.report("page.html", data, compare=5),
    ],
)
def test_what_is_no_path_is_refused(give, data, model, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    with pytest.raises(InputError, match="must be a path, got 5"):
        give(data, model)
    assert not list(tmp_path.iterdir())


def test_loading_shows_a_bar_when_asked_for(tmp_path, capsys):
    write_builtin(tmp_path, counts={"train": 60, "t10k": 10})
    images = dataset_folder("builtin", tmp_path) / find_dataset("builtin").files[0].name
    for progress in (False, True):
        images.unlink()
        mnist_py.load("builtin", tmp_path, progress=progress)
        assert ("train-images" in capsys.readouterr().err) == progress


# -- training --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "settings",
    [
        {"epochs": 1},
        {"epochs": 2, "preprocessing": "deskew", "augmentation": 1, "patience": 1, "seed": 3},
        {"epochs": 1, "config": "relu", "validation_size": 0},
    ],
    ids=["plain", "prepared", "config"],
)
def test_python_and_the_command_write_the_same_bytes(mnist, data, tmp_path, settings):
    mnist_py.train(data, **settings).save(tmp_path / "python.npz")
    options = {"validation_size": 250, **settings}
    flags = [f"--{name.replace('_', '-')}={value}" for name, value in options.items()]
    environment = {"MNIST_DATA_DIR": str(data.data_dir)}
    assert mnist("train", "--dataset", "builtin", *flags, env=environment).code == 0
    command = (tmp_path / "checkpoints" / "mnist.npz").read_bytes()
    assert (tmp_path / "python.npz").read_bytes() == command


@pytest.mark.parametrize("form", ["bytes", "squares", "floats"])
def test_arrays_train_like_the_data_set_they_are_from(data, digits, form):
    settings = {"epochs": 1, "preprocessing": "moments", "augmentation": 1, "batch_size": 10}
    forms = {
        "bytes": digits.images,
        "squares": digits.pixels,
        "floats": digits.images / np.float32(255),
    }
    own = mnist_py.train((forms[form], digits.labels), **settings)
    assert own.dataset == "own"
    assert same_weights(own, mnist_py.train(data, **settings))


def test_what_is_measured_in_training_is_measured_after_it(digits, tmp_path):
    """Training and evaluation once differed by the preprocessing: 93.1% and 82.4%."""
    model = mnist_py.train(digits, epochs=2, preprocessing="deskew", batch_size=10)
    held_out = mnist_py.Split(digits.images[1250:], digits.labels[1250:])
    accuracy = model.evaluate(held_out).accuracy
    assert accuracy == model.history[-1].validation_accuracy
    model.save(tmp_path / "own.npz")
    assert mnist_py.load_model(tmp_path / "own.npz").evaluate(held_out).accuracy == accuracy


@pytest.mark.parametrize(
    "config", ["3b1b", TOP / "configs" / "3b1b.json", {"batch_size": 10}, "model"]
)
def test_a_configuration_may_have_any_form(digits, model, config):
    trained = mnist_py.train(
        digits, config=model.config if config == "model" else config, epochs=np.int64(1)
    )
    size = model.config.batch_size if config == "model" else 10
    assert (trained.config.batch_size, trained.config.epochs) == (size, 1)


def test_progress_is_told_when_asked_for(digits, capsys):
    heard = []
    mnist_py.train(digits, epochs=2, on_epoch=heard.append)
    assert [result.epoch for result in heard] == [1, 2]
    assert capsys.readouterr() == ("", "")
    mnist_py.train(digits, epochs=2, progress=True)
    assert re.search(r"2/2 .*loss 0\.\d+, validation \d+\.\d+%", capsys.readouterr().err)


@pytest.mark.parametrize(
    ("data", "settings", "error", "message"),
    [
        ("digits", {"epoch": 3}, ConfigError, "mnist.train: unknown key 'epoch'; did you mean"),
        ("digits", {"epochs": -1}, ConfigError, "mnist.train: epochs must be .*, got -1"),
        ("digits", {"validation_size": 1500}, DataError, "must leave images to train on, got 1500"),
        ("digits", {"config": "rleu"}, ConfigError, "did you mean 'relu'"),
        ("images", {}, InputError, "must be a data set, .*, got ndarray"),
        ((np.zeros((3, 784)), [1, 2]), {}, InputError, "3 images and 2 labels"),
        ((np.zeros((3, 784)), [1, 2, 10]), {}, InputError, "got 10"),
        (3, {}, InputError, "got int"),
        ("digits", {"threads": 0}, InputError, "threads: must be a whole number from 1, got 0"),
    ],
)
def test_nonsense_is_refused(digits, data, settings, error, message):
    given = {"digits": digits, "images": digits.images}.get(data) if type(data) is str else data
    with pytest.raises(error, match=message):
        mnist_py.train(given, **settings)


def test_few_images_are_enough(digits):
    model = mnist_py.train((digits.images[:4], digits.labels[:4]), epochs=1)
    assert model.config.validation_size == 0
    assert "validation" not in repr(model)
    np.testing.assert_allclose(model.confidences(digits.images[:9]).sum(axis=1), 1, rtol=1e-5)


# -- the model -------------------------------------------------------------------------------------


def test_a_model_shows_what_it_is(model, data):
    assert re.fullmatch(
        r"Model\('model': 784-16-16-10, 4 epochs on builtin, validation accuracy \d\d\.\d\d%\)",
        repr(model),
    )
    assert [layer.shape for layer in model.weights] == [(784, 16), (16, 16), (16, 10)]
    assert [layer.shape for layer in model.biases] == [(16,), (16,), (10,)]
    assert len(model.history) == model.config.epochs == 4
    assert re.fullmatch(
        r"Measurement\(accuracy \d\d\.\d\d% of 1,000 images, loss 0\.\d{4}\)",
        repr(model.evaluate(data.test)),
    )
    with pytest.raises(ValueError, match="read-only"):
        model.weights[0][0, 0] = 1


def test_every_form_of_images_gives_the_same_digits(model, data):
    digits = model.predict(data.test.images)
    assert digits.shape == (1000,)
    for images in (data.test.pixels, data.test.images / 255, data.test.pixels / np.float32(255)):
        np.testing.assert_array_equal(model.predict(images), digits)
    assert model.predict(data.test.pixels[7]) == model.predict(data.test.images[7]) == digits[7]
    assert type(model.predict(data.test.pixels[7])) is int
    assert model.evaluate(data.test).accuracy == (digits == data.test.labels).mean()
    assert model.predict(data.test.images[:0]).shape == (0,)


def test_scores_and_confidences_belong_to_the_digits(model, data):
    scores, chances = model.scores(data.test.images), model.confidences(data.test.images)
    np.testing.assert_array_equal(scores.argmax(axis=1), chances.argmax(axis=1))
    np.testing.assert_allclose(chances.sum(axis=1), 1, rtol=1e-5)
    assert model.scores(data.test.pixels[0]).shape == (1, 10)


def test_the_shipped_network_sees_images_as_it_was_trained(data):
    """On raw pixels, without its preprocessing, it read 16%."""
    shipped = mnist_py.load_model()
    assert shipped.name == "bundled"
    assert shipped.evaluate(data.test).accuracy > 0.9
    assert (shipped.predict(data.test.pixels) == data.test.labels).mean() > 0.9


def test_a_part_of_a_data_set_is_what_it_was_in_training(model, data, builtin_dir):
    assert model.evaluate(data, "validation").accuracy == model.history[-1].validation_accuracy
    assert model.evaluate(data, "train").matrix.sum() == 1250
    assert mnist_py.load_model().evaluate(data, "train").matrix.sum() == 1500
    with pytest.raises(DataError, match="the network was not trained on builtin"):
        mnist_py.load_model().evaluate(data, "validation")
    with pytest.raises(InputError, match="got 'tset'"):
        model.evaluate(data, "tset")
    with pytest.raises(InputError, match="must not be empty"):
        model.evaluate((data.test.images[:0], data.test.labels[:0]))


@pytest.mark.parametrize("split", ["validation", "test", "tset"])
def test_only_a_data_set_has_parts(model, data, split):
    for images in (data.test, (data.test.images, data.test.labels)):
        with pytest.raises(InputError, match=f"split: only a data set has parts, got '{split}'"):
            model.evaluate(images, split)


def test_a_model_knows_where_its_data_are(model, data, builtin_dir, tmp_path, monkeypatch):
    """It looked in ./data, and started a download."""
    monkeypatch.chdir(tmp_path)
    model.save("model.npz")
    measured = model.report("page.html", compare="model.npz")
    assert measured.accuracy == model.evaluate("builtin").accuracy
    loaded = mnist_py.load_model("model.npz")
    assert loaded.evaluate("builtin", data_dir=builtin_dir).accuracy == measured.accuracy
    assert loaded.report("page.html", data_dir=str(builtin_dir)).accuracy == measured.accuracy
    again = mnist_py.train("builtin", data_dir=builtin_dir, epochs=1)
    assert again.data_dir == builtin_dir
    assert sorted(path.name for path in tmp_path.iterdir()) == ["model.npz", "page.html"]
    with pytest.raises(InputError, match="data_dir: belongs to the name of a data set"):
        model.evaluate(data.test, data_dir=builtin_dir)


def test_a_slice_of_a_split_is_measured(model, data):
    assert model.evaluate(data.test[:100]).matrix.sum() == 100
    with pytest.raises(InputError, match="must not be empty"):
        model.evaluate(data.test[:0])


def test_a_path_is_read_as_the_command_reads_it(mnist, model, data, tmp_path):
    # The shipped network reads it alike: where it does not, the command alone says so.
    Image.fromarray(255 - data.test.pixels[4]).resize((280, 280)).save(tmp_path / "digit.png")
    model.save(tmp_path / "net.npz")
    printed = mnist("predict", "digit.png", "--checkpoint", "net.npz", "--json").json
    reading = model.predict(tmp_path / "digit.png")
    assert model.predict(str(tmp_path / "digit.png")) == reading
    assert printed["predictions"] == [{"file": "digit.png", **reading._asdict()}]
    with pytest.raises(OSError, match="nowhere"):
        model.predict(tmp_path / "nowhere.png")


@pytest.mark.parametrize("patience", [0, 1])
def test_saving_and_loading_changes_nothing(data, tmp_path, patience):
    model = mnist_py.train(data, epochs=3, patience=patience)
    model.save(str(tmp_path / "one.npz"))
    loaded = mnist_py.load_model(str(tmp_path / "one.npz"))
    loaded.save(tmp_path / "two.npz")
    assert (tmp_path / "one.npz").read_bytes() == (tmp_path / "two.npz").read_bytes()
    assert same_weights(model, loaded)
    images = data.test.images
    np.testing.assert_array_equal(model.confidences(images), loaded.confidences(images))


def test_saving_keeps_an_older_file(model, tmp_path):
    (tmp_path / "net.npz").write_bytes(b"older")
    model.save(tmp_path / "net.npz")
    assert (tmp_path / "net.1.npz").read_bytes() == b"older"
    with pytest.raises(CheckpointError, match=r"net\.1\.npz"):
        mnist_py.load_model(tmp_path / "net.1.npz")


def test_the_report_is_that_of_the_command(mnist, model, data, tmp_path):
    model.save(tmp_path / "model")
    mnist("report", "--checkpoint", "model", env={"MNIST_DATA_DIR": str(data.data_dir)})
    measured = model.report(str(tmp_path / "page.html"), data)
    assert (tmp_path / "page.html").read_bytes() == (tmp_path / "report.html").read_bytes()
    assert measured.accuracy == model.evaluate(data.test).accuracy


def test_a_network_trained_on_own_images_has_a_report_too(mnist, digits, data, tmp_path):
    model = mnist_py.train(digits, epochs=1, batch_size=10)
    model.save(tmp_path / "own.npz")
    model.report(tmp_path / "page.html", data.test, compare=mnist_py.load_model())
    page = (tmp_path / "page.html").read_text("utf-8")
    assert "of your own data right" in page
    assert "mnist_cli.train((images, labels), batch_size=10, epochs=1" in page
    for command, message in (
        (["evaluate", "--checkpoint"], "own: images that were given in Python are not kept"),
        (["train", "--resume"], "own.npz: was trained on images given in Python and cannot be"),
    ):
        done = mnist(*command, "own.npz")
        assert done.code == 1
        assert done.err.count("\n") == 1
        assert message in done.err
    environment = {"MNIST_DATA_DIR": str(data.data_dir)}
    measured = mnist(
        "evaluate", "--checkpoint", "own.npz", "--dataset", "builtin", "--json", env=environment
    )
    assert measured.json["accuracy"] == model.evaluate(data.test).accuracy


def test_models_can_be_pickled(model, data):
    again = pickle.loads(pickle.dumps(model))
    assert same_weights(again, model)
    np.testing.assert_array_equal(again.scores(data.test.images), model.scores(data.test.images))
