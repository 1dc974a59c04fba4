"""Several networks on the same images: ranks, and which differences may be chance."""

import itertools
import math

import numpy as np
import pytest

import mnist_cli
from mnist_cli.training.comparison import compare, mcnemar

# -- McNemar's test --------------------------------------------------------------------------------


def share_of_coin_tosses(only_first, only_second):
    """Count the ways in which fair coins differ at least as much, one by one."""
    count, distance = only_first + only_second, abs(only_first - only_second)
    tosses = itertools.product([-1, 1], repeat=count)
    return sum(abs(sum(toss)) >= distance for toss in tosses) / 2**count


@pytest.mark.parametrize(
    "counts", [(0, 0), (1, 0), (0, 5), (3, 3), (2, 7), (8, 1), (6, 8), (14, 0)]
)
def test_few_images_are_compared_exactly(counts):
    assert mcnemar(*counts) == pytest.approx(share_of_coin_tosses(*counts))


def test_the_examples_of_the_textbooks():
    assert mcnemar(6, 16) == pytest.approx(0.0525, abs=5e-5)  # exact
    assert mcnemar(121, 59) == pytest.approx(5.4e-6, rel=0.02)  # (62 - 1)² / 180 = 20.67


@pytest.mark.parametrize("counts", [(15, 10), (40, 25), (176, 169), (260, 210), (1000, 900)])
def test_many_images_agree_with_the_exact_sum(counts):
    count = sum(counts)
    exact = 2 * sum(math.comb(count, k) for k in range(min(counts) + 1)) / 2**count
    assert mcnemar(*counts) == pytest.approx(min(1, exact), rel=0.05)
    assert mcnemar(*counts) == mcnemar(*reversed(counts))


def test_only_images_that_one_alone_reads_count():
    first = np.array([True] * 50 + [True] * 12 + [False] * 2 + [False] * 9)
    second = np.array([True] * 50 + [False] * 12 + [True] * 2 + [False] * 9)
    found = compare(first, second)
    assert found[:2] == (12, 2)
    assert found.p_value == pytest.approx(share_of_coin_tosses(12, 2))
    assert found.told_apart
    assert not compare(first, first).told_apart


# -- the command -----------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def networks(builtin_dir, tmp_path_factory):
    """Two good networks of different seeds, one without training, and one broken file."""
    folder = tmp_path_factory.mktemp("networks")
    data = mnist_cli.load("builtin", builtin_dir)
    for seed, epochs in [(1, 6), (2, 6), (3, 0)]:
        model = mnist_cli.train(data, epochs=epochs, seed=seed, validation_size=500)
        model.save(folder / f"seed{seed}.npz")
    images, labels = data.train[:500]
    own = mnist_cli.train((images, labels), epochs=1, hidden_sizes=(30,), seed=4)
    own.save(folder / "own.npz")
    return folder


@pytest.fixture
def ask(mnist, builtin_dir):
    def run(*arguments, **env):
        return mnist("evaluate", *arguments, env={"MNIST_DATA_DIR": str(builtin_dir), **env})

    return run


def test_networks_are_ranked_with_all_there_is_to_know(ask, networks):
    files = [networks / f"seed{seed}.npz" for seed in (3, 1, 2)]
    result = ask(*files)
    assert (result.code, result.err) == (0, "")
    lines = result.out.splitlines()
    assert lines[0] == "built-in digits (not MNIST), test images: 1,000"
    rows = [line.split() for line in lines[3:6]]
    assert [row[0] for row in rows] == ["1", "2", "3"]
    accuracies = [float(row[1].rstrip("%")) for row in rows]
    assert accuracies == sorted(accuracies, reverse=True)
    assert [row[5:7] for row in rows][-1] == ["13,002", "3"]
    assert lines[5].endswith("seed3.npz (untrained)")
    alone = [ask(file, "--json").json for file in files]
    assert sorted(accuracies) == sorted(round(100 * one["accuracy"], 2) for one in alone)


def test_json_has_the_counts_that_the_networks_answers_give(ask, networks, builtin_dir):
    answer = ask(networks / "seed1.npz", networks / "seed2.npz", "--json").json
    test = mnist_cli.load("builtin", builtin_dir).test
    right = [
        mnist_cli.load_model(entry["checkpoint"]).predict(test.images) == test.labels
        for entry in answer["networks"]
    ]
    assert [entry["accuracy"] for entry in answer["networks"]] == [row.mean() for row in right]
    (difference,) = answer["differences"]
    assert difference["only_first"] == sum(a and not b for a, b in zip(*right, strict=True))
    assert difference["only_second"] == sum(b and not a for a, b in zip(*right, strict=True))
    assert difference["told_apart"] == (difference["p_value"] < 0.05)


def test_the_same_network_twice_is_not_told_apart(ask, networks):
    file = networks / "seed1.npz"
    lines = ask(file, file, networks / "seed3.npz", file).out.splitlines()
    assert lines[-2:] == ["  1 and 2-3", "  2 and 3"]


def test_a_clear_difference_is_told(ask, networks):
    assert "All can be told apart" in ask(networks / "seed1.npz", networks / "seed3.npz").out


def test_a_folder_stands_for_its_networks_and_one_of_other_data_is_named(ask, networks):
    result = ask(networks, "--json")
    names = [entry["checkpoint"] for entry in result.json["networks"]]
    assert sorted(names) == sorted(map(str, networks.glob("*.npz")))
    text = ask(networks).out
    assert "Trained on different data sets; all are measured on this one" in text
    assert "own.npz (trained on own)" in text
    assert ask(networks / "own.npz", networks / "own.npz").code == 1


def test_what_is_no_network_is_one_line_and_stops_nothing(ask, networks, tmp_path):
    (tmp_path / "broken.npz").write_bytes((networks / "seed1.npz").read_bytes()[:3000])
    (tmp_path / "empty").mkdir()
    wrong = ["broken.npz", "missing.npz", "empty"]
    result = ask(*wrong, networks / "seed1.npz")
    assert result.code == 1
    assert [line.split(":")[1].strip() for line in result.err.splitlines()] == wrong
    assert len(result.out.splitlines()) == 4
    answer = ask(*wrong, networks / "seed1.npz", "--json").json
    assert [entry["checkpoint"] for entry in answer["networks"][1:]] == wrong
    assert all(entry["error"] for entry in answer["networks"][1:])
    nothing = ask(*wrong)
    assert (nothing.code, nothing.out) == (1, "")
    assert "no network is left to measure" in nothing.err


def test_an_unfinished_network_is_called_so(ask, networks, builtin_dir, tmp_path):
    from mnist_cli.config.settings import TrainingConfig
    from mnist_cli.training.data import load_training_data
    from mnist_cli.training.session import Session

    config = TrainingConfig(epochs=5, validation_size=500)
    path = tmp_path / "stopped.npz"
    session = Session.start(config, load_training_data("builtin", builtin_dir, config), path)
    next(iter(session.epochs()))
    result = ask(networks / "seed1.npz", path)
    assert "stopped.npz (unfinished: 1 of 5 epochs)" in result.out
    found = {
        n["checkpoint"]: n["finished"]
        for n in ask(networks / "seed1.npz", path, "--json").json["networks"]
    }
    assert found[str(path)] is False


def test_one_network_is_measured_as_with_the_option(ask, networks):
    file = networks / "seed1.npz"
    assert ask(file).out == ask("--checkpoint", file).out
    assert ask(file, "--split", "validation").code == 0
    assert ask(file, MNIST_EVALUATE_CHECKPOINT="other.npz").code == 0


@pytest.mark.parametrize("more", [["--checkpoint", "b.npz"], ["b.npz", "--split", "train"]])
def test_wrong_usage_is_one_line(ask, more):
    result = ask("a.npz", *more)
    assert (result.code, result.out, len(result.err.splitlines())) == (2, "", 1)
