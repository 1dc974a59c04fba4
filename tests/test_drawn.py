"""The setting `drawn`: digits that the program draws, added to the training images."""

import itertools

import numpy as np
import pytest
from PIL import Image, ImageDraw
from test_checkpoint import KEPT

import mnist_cli as mnist_py
from mnist_cli import sweep
from mnist_cli.config.settings import TrainingConfig
from mnist_cli.data.builtin.added import draw_added
from mnist_cli.data.builtin.doodles import NOTHING
from mnist_cli.data.builtin.drawing import draw_digits
from mnist_cli.data.builtin.printed import PRINTED
from mnist_cli.data.builtin.world import RARE
from mnist_cli.data.datasets import Split
from mnist_cli.data.preprocessing import preprocess
from mnist_cli.errors import ConfigError
from mnist_cli.prediction import UNLIKE
from mnist_cli.sweep.plan import steps_of
from mnist_cli.training.checkpoint import load_checkpoint
from mnist_cli.training.data import load_training_data
from mnist_cli.training.session import Session

CONFIG = TrainingConfig(epochs=2, validation_size=500, batch_size=10, drawn=300)


def test_they_are_the_last_training_images_and_validation_stays(builtin_dir):
    plain, mixed = (
        load_training_data(
            "builtin",
            builtin_dir,
            TrainingConfig(
                validation_size=500, preprocessing="deskew", augmentation=1, drawn=drawn
            ),
        )
        for drawn in (0, 300)
    )
    images, labels = draw_added(300)
    expected = np.concatenate([plain.training.images, preprocess(images, "deskew")])
    np.testing.assert_array_equal(mixed.training.images, expected)
    np.testing.assert_array_equal(mixed.training.labels[1000:], labels)
    others = np.concatenate([plain.copies[0], preprocess(draw_added(300, copy=1)[0], "deskew")])
    np.testing.assert_array_equal(mixed.copies[0], others)
    np.testing.assert_array_equal(mixed.validation.images, plain.validation.images)


@pytest.mark.parametrize(
    ("count", "sizes"), [(1, (1, 0, 0)), (2, (1, 0, 1)), (7, (3, 1, 3)), (120, (36, 24, 60))]
)
def test_three_tenths_are_handwritten_and_a_fifth_printed_and_half_no_digits(count, sizes):
    images, labels = draw_added(count)
    parts = np.split(np.arange(count), np.cumsum(sizes)[:-1])
    for part, style in zip(parts, (RARE, PRINTED, NOTHING), strict=True):
        drawn = draw_digits(count, stream=2, handwriting=style)
        expected = drawn[1][: len(part)] if style is not NOTHING else np.full(len(part), 10)
        np.testing.assert_array_equal(images[part], drawn[0][: len(part)])
        np.testing.assert_array_equal(labels[part], expected)
    assert len(images) == len(labels) == count


def test_digits_are_the_same_in_every_copy_and_no_digits_are_drawn_anew():
    (first, labels), (second, again) = draw_added(120), draw_added(120, copy=1)
    np.testing.assert_array_equal(labels, again)
    same = (first == second).all(axis=1)
    assert same[:60].all() and not same[60:].any()


def test_no_drawn_digit_is_a_built_in_one(digits):
    images, _ = draw_added(300)
    assert len(np.unique(np.concatenate([images, digits.images]), axis=0)) == 1800


def test_a_stopped_run_goes_on_to_the_same_bytes(builtin_dir, tmp_path):
    whole, part = tmp_path / "whole.npz", tmp_path / "part.npz"
    data = load_training_data("builtin", builtin_dir, CONFIG)
    list(Session.start(CONFIG, data, whole).epochs())
    count = itertools.count(1)
    list(Session.start(CONFIG, data, part).epochs(lambda: next(count) >= 101))
    again = load_training_data("builtin", builtin_dir, CONFIG)
    list(Session.resume(load_checkpoint(part), again, part, own=True).epochs())
    assert part.read_bytes() == whole.read_bytes()


def test_the_command_says_how_many_and_the_checkpoint_keeps_it(mnist, builtin_dir, tmp_path):
    options = ("--dataset", "builtin", "--data-dir", builtin_dir, "--validation-size", 500)
    result = mnist("train", *options, "--epochs", 1, "--drawn", 300)
    assert (
        "1,000 images and 300 drawn images to train on, 500 for validation"
        in result.err + result.out
    )
    kept = load_checkpoint(tmp_path / "checkpoints" / "mnist.npz")
    assert kept.run.config.drawn == 300
    assert kept.provenance.images == 1300


def test_the_gradient_of_what_is_no_digit_is_checked_too(mnist, digits, tmp_path):
    rows = np.column_stack([digits.labels[:40], digits.images[:40]])
    np.savetxt(tmp_path / "few.csv", rows, "%d", ",")
    options = ("--dataset", "few.csv", "--validation-size", 32, "--drawn", 8, "--epochs", 1)
    result = mnist("train", *options, "--check-gradients", "--json")
    assert result.code == 0, result.err
    assert result.json["gradient_error"] < 1e-6


def test_from_python_too_the_bytes_are_those_of_the_data_set(builtin_dir, digits):
    settings = {"epochs": 1, "drawn": 200, "preprocessing": "deskew", "validation_size": 500}
    named = mnist_py.train("builtin", data_dir=builtin_dir, **settings)
    arrays = mnist_py.train(digits, **settings)
    np.testing.assert_array_equal(named.network.parameters, arrays.network.parameters)


def test_a_file_from_before_the_setting_is_read_with_none():
    assert load_checkpoint(KEPT).run.config.drawn == 0


@pytest.mark.parametrize("value", [-1, 100_001, 2.5, "many"])
def test_another_number_is_refused(value):
    message = "drawn must be a whole number from 0 to 100000, got"
    with pytest.raises(ConfigError, match=message):
        TrainingConfig(drawn=value)


def test_what_is_no_digit_is_not_counted_where_there_are_no_validation_images(digits):
    model = mnist_py.train(digits[:1000], epochs=2, drawn=600, validation_size=0)
    images, labels = (part[:300] for part in draw_added(600))
    shown = (np.concatenate(pair) for pair in zip(digits[:1000], (images, labels), strict=True))
    assert model.history[-1].training_accuracy == model.evaluate(Split(*shown)).accuracy


def test_a_sweep_counts_their_steps():
    assert steps_of(TrainingConfig(validation_size=500, batch_size=10, drawn=305), 3000) == 281


@pytest.mark.parametrize(
    ("digit", "strokes"),
    [
        (1, [[(44, 92), (110, 30), (110, 170)]]),
        (1, [[(62, 84), (128, 30), (92, 170)]]),
        (1, [[(50, 90), (105, 30), (105, 170)], [(70, 170), (140, 170)]]),
        (1, [[(48, 112), (118, 36), (108, 96), (90, 170)]]),
        (1, [[(52, 118), (112, 30), (110, 170)]]),
        (7, [[(50, 34), (130, 30), (84, 170)]]),
        (7, [[(50, 34), (130, 30), (84, 170)], [(74, 100), (136, 96)]]),
    ],
    ids=[
        "flag",
        "slanted flag",
        "flag and foot",
        "flag of seven tenths, slanted",
        "flag of seven tenths",
        "seven",
        "barred seven",
    ],
)
def test_a_flag_makes_no_7_and_a_bar_no_1(tmp_path, digit, strokes):
    assert answer(mnist_py.load_model("best"), strokes, tmp_path) == digit


@pytest.mark.parametrize("slash", [(150, 36, 50, 164), (128, 62, 72, 138), (160, 50, 40, 150)])
def test_a_slashed_0_is_a_0(tmp_path, slash):
    ring = [(100 + 42 * np.cos(turn), 100 + 62 * np.sin(turn)) for turn in np.linspace(0, 6.3, 40)]
    strokes = [ring, [slash[:2], slash[2:]]]
    assert answer(mnist_py.load_model("best"), strokes, tmp_path) == 0


@pytest.mark.parametrize(
    "strokes",
    [
        [[(40, 170), (100, 30), (160, 170)], [(62, 120), (138, 120)]],
        [[(60, 30), (60, 170)], [(140, 30), (60, 105)], [(85, 82), (145, 170)]],
        [[(40, 170), (48, 30), (100, 120), (152, 30), (160, 170)]],
        [[(48, 30), (152, 30)], [(100, 30), (100, 170)]],
        [[(150, 40), (60, 40), (110, 98), (60, 160), (150, 160)]],
        [[(45, 60), (75, 52), (80, 130)], [(78, 72), (120, 50), (140, 72), (140, 170)]],
        [[(100, 70), (70, 42), (42, 70), (100, 165), (158, 70), (130, 42), (100, 70)]],
        [[(40, 100), (160, 100)], [(120, 65), (160, 100), (120, 135)]],
    ],
    ids=["A", "K", "M", "T", "Sigma", "eta", "heart", "arrow"],
)
def test_best_knows_that_letters_and_doodles_are_no_digits(tmp_path, strokes):
    reading = read(mnist_py.load_model("best"), strokes, tmp_path)
    assert UNLIKE in reading.warnings


def answer(model, strokes, folder):
    """Return how a network reads a picture with these strokes."""
    return read(model, strokes, folder).digit


def read(model, strokes, folder):
    """Read a picture of 200x200 pixels with these strokes."""
    picture = Image.new("L", (200, 200), 255)
    for stroke in strokes:
        ImageDraw.Draw(picture).line(stroke, fill=0, width=9, joint="curve")
    picture.save(folder / "digit.png")
    return model.predict(folder / "digit.png")


@pytest.fixture
def pets(tmp_path):
    """Light bars on a dark ground, and dark ones: 24 pictures in two classes."""
    rng = np.random.default_rng(0)
    for name, rows in (("cat", slice(4, 24)), ("dog", slice(12, 16))):
        (tmp_path / "pets" / name).mkdir(parents=True)
        for number in range(12):
            image = rng.integers(0, 40, (28, 28)).astype(np.uint8)
            image[rows, 10:18] = 220
            Image.fromarray(image).save(tmp_path / "pets" / name / f"{number}.png")
    return tmp_path / "pets"


def test_best_trains_on_other_classes_without_them(mnist, pets, tmp_path):
    options = ("--dataset", pets, "--data-dir", tmp_path / "data", "--epochs", 1)
    result = mnist("train", "--config", "best", *options, "-o", tmp_path / "a.npz")
    assert "no drawn images are added: the classes are not the ten digits" in result.err
    config = load_checkpoint(tmp_path / "a.npz").run.config
    assert (config.drawn, config.augmentation) == (0, 3)
    data = mnist_py.load(pets, tmp_path / "data")
    assert mnist_py.train(data, config="best", epochs=1).config == config
    planned = sweep.plan("best", {"epochs": [1, 2]}, dataset=str(pets), data_dir=tmp_path / "data")
    assert [point.settings["drawn"] for point in planned.points] == [0, 0]


def test_asked_for_beside_other_classes_they_are_one_line(mnist, pets, tmp_path):
    options = ("--dataset", pets, "--data-dir", tmp_path / "data", "--drawn", 5)
    result = mnist("train", *options)
    assert result.code == 2
    assert "drawn: must be 0 where the classes are not the ten digits, got 5" in result.err


def test_a_sweep_trains_on_own_images_in_its_workers(mnist, pets, tmp_path):
    options = ("--dataset", pets, "--data-dir", tmp_path / "data", "--seeds", 1, "--test")
    result = mnist("sweep", "epochs=1,2", *options, "--workers", 1, "-o", tmp_path / "s", "--json")
    assert (result.code, result.json["runs"]) == (0, 2)
