"""`mnist predict --sets` and `predict_sets`: every digit that a picture may be."""

import numpy as np
import pytest
from PIL import Image, ImageDraw

import mnist_cli
from mnist_cli.errors import InputError

TRAIN = (
    "train",
    "--dataset",
    "builtin",
    "--seed",
    "1",
    "-q",
    "--epochs",
    "4",
    "--batch-size",
    "10",
)


@pytest.fixture
def data(builtin_dir):
    return {"MNIST_DATA_DIR": str(builtin_dir)}


@pytest.fixture
def pictures(tmp_path):
    """A straight stroke, the same with a short flag, and a grid, which is no digit."""
    for name in ("one", "flag", "grid"):
        image = Image.new("L", (120, 120), 255)
        pen = ImageDraw.Draw(image)
        lines = [(60, 20, 60, 100)] + [(60, 20, 36, 40)] * (name == "flag")
        if name == "grid":
            lines = [(x, 20, x, 100) for x in range(20, 101, 16)]
            lines += [(20, y, 100, y) for y in range(20, 101, 16)]
        for line in lines:
            pen.line(line, 0, 5 if name == "grid" else 9)
        image.save(tmp_path / f"{name}.png")
    return "one.png", "flag.png", "grid.png"


def test_sets_are_named_and_in_json(mnist, data, pictures):
    assert mnist(*TRAIN, "--validation-size", "500", env=data).code == 0
    read = mnist("predict", *pictures, "--sets", "0.99", "--json").json["predictions"]
    lines = mnist("predict", *pictures, "--sets", "0.99").out.splitlines()
    for line, one in zip(lines, read, strict=True):
        assert one["set"][0] == one["label"]
        scores = [one["scores"][int(digit)] for digit in one["set"]]
        assert scores == sorted(scores, reverse=True)
        assert line.startswith(f"{one['file']}: {' or '.join(map(str, one['set']))}   ")
    everything = mnist("predict", "flag.png", "--sets", "0.999", "--json").json["predictions"]
    assert sorted(everything[0]["set"]) == list("0123456789")  # 500 images cannot hold so much
    assert mnist("predict", "one.png", "--json").json["predictions"][0]["set"] is None
    sure = mnist("predict", "flag.png", "--sets", "0.999").out
    assert " not sure " in sure or f"% sure of {everything[0]['digit']}   " in sure


def test_no_sure_answer_beside_unlike_any_digit(mnist, pictures):
    told = mnist("predict", "grid.png", "--json").json["predictions"][0]
    assert "unlike any digit that the network knows" in told["warnings"]
    assert told["confidence"] <= 0.7 + 1e-9
    assert "   not sure   " in mnist("predict", "grid.png").out


def test_a_network_without_validation_images_is_one_line(mnist, data, pictures):
    assert mnist(*TRAIN, "--validation-size", "0", env=data).code == 0
    result = mnist("predict", "one.png", "--sets", "0.9", "-q")
    assert (result.code, result.out) == (1, "")
    assert result.err.startswith(
        "mnist: sets: this network has none, because it was trained without"
    )
    assert len(result.err.splitlines()) == 1


@pytest.mark.parametrize("level", ["0.3", "1", "much", "nan"])
def test_a_wrong_level_is_one_line(mnist, pictures, level):
    result = mnist("predict", "one.png", "--sets", level)
    assert (result.code, result.out, len(result.err.splitlines())) == (2, "", 1)
    assert "--sets" in result.err


def test_sets_of_arrays_hold_what_they_promise(many_digits):
    images, labels = many_digits.images, many_digits.labels
    model = mnist_cli.train(
        (images[:2000], labels[:2000]), epochs=3, batch_size=10, validation_size=800, seed=1
    )
    for level in (0.8, 0.95):
        sets = model.predict_sets(images[2000:], level)
        covered = sets[np.arange(len(sets)), labels[2000:]].mean()
        assert covered > level - 4 * (level * (1 - level) * (1 / 800 + 1 / len(sets))) ** 0.5
        assert sets[np.arange(len(sets)), model.predict(images[2000:])].all()
    assert model.predict_sets(images[2000], 0.9).shape == (1, 10)
    with pytest.raises(InputError, match=r"from 0.5 to 0.999, got 2"):
        model.predict_sets(images[:3], 2)
