"""Sweeps: plans, the journal, and runs that are those of `mnist train`, however many workers."""

import hashlib
import json
import os
import re
import sys
from functools import partial

import numpy as np
import pytest

from mnist_cli import sweep
from mnist_cli.cli.runs import Board
from mnist_cli.config.settings import TrainingConfig
from mnist_cli.errors import ConfigError, InputError, SweepError
from mnist_cli.sweep.axes import axis_of_text, axis_of_values
from mnist_cli.sweep.estimate import rate_of_rows, seconds_of
from mnist_cli.sweep.journal import FIELDS, read_rows
from mnist_cli.sweep.plan import Plan, cost_of, parameters_of
from mnist_cli.sweep.runner import Job

posix = pytest.mark.skipif(sys.platform == "win32", reason="there are no such files")
SMALL = ("--dataset", "builtin", "--validation-size", "500", "--epochs", "1")


@pytest.fixture
def plan(builtin_dir):
    """Two combinations with two seeds, which take a moment."""
    base = {"validation_size": 500, "epochs": 1}
    return sweep.plan(base, {"batch_size": [50, 100]}, 2, dataset="builtin", data_dir=builtin_dir)


@pytest.fixture
def command(mnist, builtin_dir):
    """Run `mnist sweep` on the small data set."""
    data = {"MNIST_DATA_DIR": str(builtin_dir)}
    return lambda *call: mnist("sweep", *call, *SMALL, env=data)


def digests(rows):
    return {row["key"]: row["parameters_sha256"] for row in rows}


# -- what varies -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("names", "text", "values", "shown"),
    [
        ("batch_size", "1,4,16", [(1,), (4,), (16,)], ["1", "4", "16"]),
        (
            "batch_size",
            "1..256:5",
            [(1,), (4,), (16,), (64,), (256,)],
            ["1", "4", "16", "64", "256"],
        ),
        (
            "hidden_sizes",
            "none,16,16-16",
            [((),), ((16,),), ((16, 16),)],
            ["none", "16", "16-16"],
        ),
        ("batch_size+epochs", "16+1,64+4", [(16, 1), (64, 4)], ["16+1", "64+4"]),
        ("hidden_sizes+epochs", "16-8+1", [((16, 8), 1)], ["16-8+1"]),
        ("activation", "ReLU,leaky-relu", [("relu",), ("leaky_relu",)], ["relu", "leaky_relu"]),
        ("nesterov", "true,0", [(True,), (False,)], ["true", "false"]),
        ("weight_decay", "0,1e-6..1e-4:3", [(0.0,), (1e-6,), (1e-5,), (1e-4,)], None),
        ("config", "default,my.json", [("default",), ("my.json",)], ["default", "my.json"]),
    ],
)
def test_an_axis_reads_its_values(names, text, values, shown):
    axis = axis_of_text(names.split("+"), text, "here")
    assert list(axis.values) == values
    assert shown is None or list(axis.shown) == shown
    assert axis.title == names.replace("_", "-")


def test_a_range_is_even_on_a_log_scale_with_tidy_numbers():
    axis = axis_of_text(["learning_rate"], "0.01..100:9", "here")
    assert axis.shown == ("0.01", "0.032", "0.1", "0.32", "1", "3.2", "10", "32", "100")
    numbers = np.array([value for (value,) in axis.values])
    np.testing.assert_allclose(numbers, np.geomspace(0.01, 100, 9), rtol=0.02)


def test_close_values_of_a_range_keep_the_digits_that_tell_them_apart():
    axis = axis_of_text(["learning_rate"], "1..1.01:5", "here")
    assert len(set(axis.shown)) == 5


def test_an_axis_of_json_values_is_the_one_of_the_text():
    text = axis_of_text(["hidden_sizes"], "none,16,16-16", "here")
    assert axis_of_values({"hidden_sizes": [[], [16], [16, 16]]}, "here") == text
    together = axis_of_values({"batch_size": [16, 64], "epochs": [1, 4]}, "here")
    assert together == axis_of_text(["batch_size", "epochs"], "16+1,64+4", "here")
    assert axis_of_values({"epochs": "1,2"}, "here") == axis_of_text(["epochs"], "1,2", "here")


# -- plans -----------------------------------------------------------------------------------------


def make(builtin_dir, base=None, over=None, seeds=1, **more):
    chosen = {"validation_size": 500, **(base or {})}
    return sweep.plan(chosen, over, seeds, dataset="builtin", data_dir=builtin_dir, **more)


def test_a_plan_has_every_combination_with_every_seed(builtin_dir):
    plan = make(builtin_dir, over={"batch_size": [1, 2], "epochs": [3, 4, 5]}, seeds=[7, 9])
    pairs = [(p.settings["batch_size"], p.settings["epochs"]) for p in plan.points]
    assert pairs == [(1, 3), (1, 4), (1, 5), (2, 3), (2, 4), (2, 5)]
    assert [(t.point.index, t.seed) for t in plan.trials()][:3] == [(0, 7), (0, 9), (1, 7)]
    assert [t.index for t in plan.trials()] == list(range(12))
    assert plan.points[4].shown == {"batch-size": "2", "epochs": "4"}
    assert (plan.dataset, plan.images) == ("builtin", 1500)
    assert len({t.key for t in plan.trials()}) == 12


def test_settings_are_complete_and_the_usual_rate_follows_the_others(builtin_dir):
    plan = make(builtin_dir, over={"batch_size": [32, 128]})
    for point, trial in zip(plan.points, plan.trials(), strict=True):
        config = TrainingConfig(batch_size=point.settings["batch_size"], validation_size=500)
        assert trial.config == config
        assert {**point.settings, "seed": 0} == config.to_dict()


def test_what_is_fixed_beats_a_configuration_that_varies(builtin_dir, command):
    plan = make(builtin_dir, {"epochs": 2}, {"config": ["relu", "tanh"], "batch_size": [16]})
    assert [p.settings["epochs"] for p in plan.points] == [2, 2]
    assert [p.settings["batch_size"] for p in plan.points] == [16, 16]
    assert [p.settings["activation"] for p in plan.points] == ["relu", "tanh"]
    answer = command("config=relu,tanh", "--activation", "gelu", "--dry-run", "--json").json
    assert [one["setting"] for one in answer["combinations"]] == ["config relu", "config tanh"]


def test_a_plan_survives_json(plan):
    again = Plan.from_json(json.loads(json.dumps(plan.to_json())))
    assert again.to_json() == plan.to_json()
    assert [t.key for t in again.trials()] == [t.key for t in plan.trials()]


def test_the_key_depends_on_every_setting_and_on_the_data(plan):
    (trial, *others) = plan.trials()
    assert trial.key not in {other.key for other in others}
    other_data = plan._replace(data_sha256="0" * 64)
    assert other_data.trials()[0].key != trial.key


def test_cost_grows_with_steps_images_and_parameters():
    config = TrainingConfig(hidden_sizes=(30,), batch_size=10, epochs=2, validation_size=1000)
    assert parameters_of(config) == 785 * 30 + 31 * 10
    assert cost_of(config, 3000) == 2 * 200 * (10 + 16) * 23860


def test_equal_combinations_are_trained_once(command, tmp_path):
    (tmp_path / "my.json").write_text("{}", "utf-8")
    result = command("config=default,my.json", "--seeds", "1")
    assert result.code == 0
    assert "equal settings, trained once: config default; config my.json" in result.err
    assert "run 1/1" in result.err


@pytest.mark.parametrize(
    ("call", "error"),
    [
        ({"seeds": 0}, ConfigError),
        ({"seeds": [1, 1]}, ConfigError),
        ({"over": {"batch_size": 3}}, ConfigError),
        ({"over": {}}, ConfigError),
        ({"over": {"batch_size": [1, 1]}}, ConfigError),
        ({"together": [{"batch_size": [1], "epochs": [1, 2]}]}, ConfigError),
        ({"dataset": "nothing"}, InputError),
    ],
    ids=str,
)
def test_the_library_refuses_with_one_line(call, error, builtin_dir):
    over = {"batch_size": [1]}
    with pytest.raises(error) as raised:
        sweep.plan(**{"over": over, "data_dir": builtin_dir, "dataset": "builtin", **call})
    assert "\n" not in str(raised.value)


# -- runs ------------------------------------------------------------------------------------------


def test_one_worker_two_workers_and_train_give_the_same_parameters(
    plan, builtin_dir, tmp_path, mnist
):
    one = list(sweep.run(plan, tmp_path / "one", workers=1, data_dir=builtin_dir))
    two = list(sweep.run(plan, tmp_path / "two", workers=2, data_dir=builtin_dir, keep=True))
    assert len(one) == 4
    assert digests(one) == digests(two)
    options = ("--batch-size", 100, "--seed", 1, "--data-dir", builtin_dir, "-o", "trained.npz")
    assert mnist("train", *SMALL, *options).code == 0
    trained = (tmp_path / "trained.npz").read_bytes()
    assert (tmp_path / "two" / "checkpoints" / "2-seed-1.npz").read_bytes() == trained
    arrays = np.load(tmp_path / "trained.npz")
    names = [f"{kind}_{layer}" for layer in (1, 2, 3) for kind in ("weights", "biases")]
    parameters = b"".join(arrays[name].tobytes() for name in names)
    assert digests(one)[plan.trials()[3].key] == hashlib.sha256(parameters).hexdigest()


def test_a_row_has_what_the_documentation_says(plan, builtin_dir, tmp_path):
    rows = list(sweep.run(plan, tmp_path / "s", workers=1, data_dir=builtin_dir))
    read_plan, read = sweep.read(tmp_path / "s")
    assert read_plan.to_json() == plan.to_json()
    assert digests(read) == digests(rows)
    for row in read:
        assert tuple(row) == FIELDS
        assert (row["status"], row["attempt"], row["images"]) == ("finished", 1, 1500)
        assert row["steps"] == 1000 // row["settings"]["batch_size"]
        assert row["history"][-1]["validation_accuracy"] == row["validation_accuracy"]
        assert row["environment"]["threads"] == "1"


def test_going_on_trains_only_what_is_missing(plan, builtin_dir, tmp_path):
    folder = tmp_path / "s"
    runs = sweep.run(plan, folder, workers=1, data_dir=builtin_dir)
    first = next(runs)
    runs.close()
    rows = list(sweep.run(plan, folder, workers=1, data_dir=builtin_dir))
    assert first in rows
    assert len((folder / "results.jsonl").read_text("utf-8").splitlines()) == len(rows) == 4


def test_an_untrained_network_is_measured_too(builtin_dir, tmp_path):
    plan = make(builtin_dir, over={"epochs": [0]})
    (row,) = sweep.run(plan, tmp_path / "s", workers=1, data_dir=builtin_dir)
    assert row["steps"] == 0
    assert 0 <= row["validation_accuracy"] < 0.5


def test_divergence_is_a_result_and_cannot_win(mnist, builtin_dir, tmp_path):
    data = ("--dataset", "builtin", "--validation-size", "500", "--data-dir", builtin_dir)
    fixed = ("--activation", "linear", "--output-activation", "softmax", "--loss", "cross_entropy")
    call = ("learning-rate=0.1,1000", "--hidden-sizes", "30,30", "--epochs", "2", "--seeds", "1")
    result = mnist("sweep", *call, *fixed, *data, "-o", "s", "--json")
    assert result.code == 0
    assert (result.json["diverged"], result.json["runs"]) == (1, 2)
    assert result.json["best"]["setting"] == "learning-rate 0.1"
    (row,) = (r for r in sweep.read(tmp_path / "s")[1] if r["status"] == "diverged")
    assert (row["validation_accuracy"], row["parameters_sha256"]) == (None, None)


def test_best_json_trains_the_best_combination(command, mnist, builtin_dir, tmp_path):
    assert command("batch-size=25,1000", "--seeds", "1", "-o", "s").code == 0
    result = mnist("train", "--config", "s/best.json", "--print-config")
    assert result.json["batch_size"] == 25


def test_the_test_images_are_opened_once(command):
    call = ("batch-size=25,1000", "--seeds", "2", "-o", "s")
    assert "Test" not in command(*call).out
    first = command(*call, "--test", "--json").json["test"]
    assert (first["setting"], first["before"]) == ("batch-size 25", False)
    assert len(first["accuracies"]) == 2
    second = command(*call, "--test")
    share = f"{sum(first['accuracies']) / 2:.2%}"
    line = f"batch-size 25: accuracy {share} (mean of 2 seeds), measured by an earlier command"
    assert f"Test images: {line}\n" in second.out


@pytest.fixture
def measured(command, tmp_path):
    """Measure a sweep on the test images; return its note, and a function that does it again."""
    call = ("batch-size=25,1000", "--seeds", "1", "-o", "s", "--test")
    assert command(*call).code == 0
    return tmp_path / "s/test.json", partial(command, *call)


NOTES = {
    "empty": "",
    "a list": "[]",
    "deep": "[" * 100_000,
    "a key twice": '{"schema": 1, "schema": 1}',
    "nothing": "{}",
    "other schema": {"schema": 2},
    "another key": {"more": 1},
    "a list for a name": {"setting": [1]},
    "text for seeds": {"seeds": "no"},
    "no seeds": {"seeds": [], "accuracies": []},
    "half a seed": {"seeds": [0.5]},
    "text for a number": {"accuracies": ["0.5"]},
    "true for a number": {"accuracies": [True]},
    "more than all": {"accuracies": [1e300]},
    "no number": {"accuracies": [float("nan")]},
    "more seeds than results": {"seeds": [0, 1]},
}


def test_a_damaged_note_of_the_test_images_is_one_line(measured):
    note, again = measured
    good = json.loads(note.read_text())
    for name, change in NOTES.items():
        note.write_text(change if isinstance(change, str) else json.dumps(good | change))
        done = again()
        assert (done.code, done.out) == (1, ""), name
        assert re.search("test.json: damaged: .*; remove it, and the test ", done.err), name
        assert "Traceback" not in done.err, name


@posix
def test_a_pipe_in_the_place_of_the_note_is_not_read(measured):
    note, again = measured
    note.unlink()
    os.mkfifo(note)
    assert "test.json: must be a file, got something else" in again().err


def test_another_plan_in_the_folder_is_one_line(command):
    assert command("batch-size=100", "--seeds", "1", "-o", "s").code == 0
    result = command("batch-size=200", "--seeds", "1", "-o", "s")
    assert (result.code, len(result.err.splitlines())) == (1, 3)
    assert "holds another sweep (mnist sweep batch-size=100" in result.err


def test_a_second_sweep_into_one_folder_waits_or_goes_elsewhere(plan, builtin_dir, tmp_path):
    runs = sweep.run(plan, tmp_path / "s", workers=1, data_dir=builtin_dir)
    next(runs)
    with pytest.raises(SweepError, match="another sweep is writing there"):
        next(sweep.run(plan, tmp_path / "s", workers=1, data_dir=builtin_dir))
    runs.close()


@pytest.mark.parametrize("workers", [0, -1, 1.5, "2", True])
def test_a_number_of_workers_that_cannot_be(plan, workers, tmp_path):
    with pytest.raises(InputError, match="workers: must be a whole number from 1"):
        next(sweep.run(plan, tmp_path / "s", workers=workers))


def test_other_images_than_planned_are_no_result(plan, builtin_dir, tmp_path):
    other = plan._replace(data_sha256="0" * 64)
    with pytest.raises(SweepError, match=r"4 runs lost .* not those of the plan"):
        list(sweep.run(other, tmp_path / "s", workers=1, data_dir=builtin_dir))
    assert not sweep.read(tmp_path / "s")[1]


def test_a_dry_run_trains_nothing(command, tmp_path):
    result = command("batch-size=1,100", "--dry-run", "--json")
    assert (result.code, result.json["runs"], result.json["done"]) == (0, 6, 0)
    assert [one["steps"] for one in result.json["combinations"]] == [1000, 10]
    assert not (tmp_path / "sweeps").exists()


def test_the_folder_is_named_by_the_arguments(command, tmp_path):
    assert command("batch-size=100,200", "--seeds", "1").code == 0
    (folder,) = (tmp_path / "sweeps").iterdir()
    expected = "batch-size=100,200_epochs=1_validation-size=500_seeds=1_dataset=builtin"
    assert folder.name == expected


def test_a_file_is_a_sweep_too(mnist, builtin_dir, tmp_path):
    values = {
        "base": {"validation_size": 500},
        "over": {"hidden_sizes": [[], [8]]},
        "together": [{"batch_size": [50, 100], "epochs": [1, 2]}],
        "seeds": [3],
    }
    (tmp_path / "my.json").write_text(json.dumps(values), "utf-8")
    data = ("--dataset", "builtin", "--data-dir", builtin_dir)
    answer = mnist("sweep", "--file", "my.json", *data, "--dry-run", "--json").json
    assert [one["setting"] for one in answer["combinations"]] == [
        "hidden-sizes none, batch-size+epochs 50+1",
        "hidden-sizes none, batch-size+epochs 100+2",
        "hidden-sizes 8, batch-size+epochs 50+1",
        "hidden-sizes 8, batch-size+epochs 100+2",
    ]


# -- the journal -----------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def finished(tmp_path_factory, builtin_dir):
    """A folder with a sweep of two runs, and its plan."""
    folder = tmp_path_factory.mktemp("finished")
    plan = make(builtin_dir, {"epochs": 1}, {"batch_size": [100]}, 2)
    list(sweep.run(plan, folder, workers=1, data_dir=builtin_dir))
    return folder, plan


def copied(finished, folder, results):
    (folder / "plan.json").write_bytes((finished[0] / "plan.json").read_bytes())
    (folder / "results.jsonl").write_bytes(results)
    return folder


def test_a_last_line_torn_at_any_byte_is_dropped_with_one_line(finished, tmp_path):
    content = (finished[0] / "results.jsonl").read_bytes()
    first = content.index(b"\n") + 1
    for cut in range(first, len(content)):
        said = []
        (tmp_path / "results.jsonl").write_bytes(content[:cut])
        rows = read_rows(tmp_path, said.append)
        assert (len(rows), len(said)) == (1, int(cut > first))


def test_after_a_torn_line_the_same_results_come_again(finished, builtin_dir, tmp_path):
    content = (finished[0] / "results.jsonl").read_bytes()
    folder, said = copied(finished, tmp_path, content[:-20]), []
    rows = list(sweep.run(finished[1], folder, workers=1, data_dir=builtin_dir, say=said.append))
    assert digests(rows) == digests(sweep.read(finished[0])[1])
    assert [line for line in said if "dropped half a line" in line] == said
    assert len(sweep.read(folder, said.append)[1]) == 2
    assert len(said) == 1


@posix
@pytest.mark.parametrize("kind", ["pipe", "folder", "device"])
@pytest.mark.parametrize("name", ["plan.json", "results.jsonl"])
def test_only_ordinary_files_are_read(finished, tmp_path, name, kind):
    """A pipe would wait for ever, a device never end."""
    path = copied(finished, tmp_path, b"") / name
    path.unlink()
    {"pipe": os.mkfifo, "folder": os.mkdir, "device": partial(os.symlink, "/dev/zero")}[kind](path)
    with pytest.raises(SweepError, match=f"{name}: must be a file, got something else; name"):
        sweep.read(tmp_path)


@posix
@pytest.mark.parametrize("name", ["plan.json", "results.jsonl"])
def test_a_file_of_any_length_takes_no_memory(finished, tmp_path, name):
    with (copied(finished, tmp_path, b"") / name).open("wb") as file:
        file.truncate(1 << 36)
    with pytest.raises(SweepError, match="must have at most 10,000,000 bytes, got 10,000,001"):
        sweep.read(tmp_path)


def test_two_results_for_one_run_are_an_alarm(finished, tmp_path):
    content = (finished[0] / "results.jsonl").read_bytes()
    row = json.loads(content.splitlines()[0])
    other = {**row, "parameters_sha256": "0" * 64}
    folder = copied(finished, tmp_path, content + json.dumps(other).encode() + b"\n")
    with pytest.raises(SweepError, match="lines 1 and 3 are one run") as raised:
        sweep.read(folder)
    assert row["parameters_sha256"] in str(raised.value)
    assert "0" * 64 in str(raised.value)
    same = copied(finished, tmp_path, content + content)
    assert len(sweep.read(same)[1]) == 2


@pytest.mark.parametrize(
    "line", [b"", b"{}", b"[]", b"null", b"\xff", b'{"schema": 2}', b'{"schema": 1}']
)
def test_a_damaged_line_is_named(finished, tmp_path, line):
    content = (finished[0] / "results.jsonl").read_bytes()
    folder = copied(finished, tmp_path, line + b"\n" + content)
    with pytest.raises(SweepError, match="line 1: damaged"):
        sweep.read(folder)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("key", [1]),
        ("status", "lost"),
        ("seconds", "1"),
        ("seconds", -1),
        ("validation_accuracy", True),
        ("validation_accuracy", None),
        ("validation_accuracy", 7e300),
        ("parameters_sha256", None),
        ("history", [{}]),
        ("history", [3]),
        ("history", [{"epoch": 1, "validation_loss": "0", "validation_accuracy": 1}]),
    ],
)
def test_a_value_of_a_wrong_type_is_named(finished, tmp_path, name, value):
    content = (finished[0] / "results.jsonl").read_bytes()
    row = {**json.loads(content.splitlines()[0]), name: value}
    folder = copied(finished, tmp_path, json.dumps(row).encode() + b"\n")
    with pytest.raises(SweepError, match=f"line 1: damaged: {name}"):
        sweep.read(folder)


@pytest.mark.parametrize(
    "change",
    [
        lambda plan: {**plan, "schema": 2},
        lambda plan: {name: value for name, value in plan.items() if name != "axes"},
        lambda plan: {**plan, "points": [{"index": 0}]},
        lambda plan: {**plan, "points": 3},
        lambda plan: {**plan, "seeds": ["one"]},
        lambda plan: {**plan, "extra": 1},
        lambda plan: {**plan, "command": 7},
        lambda plan: {**plan, "images": "3000"},
        lambda plan: {**plan, "points": plan["points"] * 2},
        lambda plan: {**plan, "axes": plan["axes"] * 2},
        lambda plan: {**plan, "axes": []},
    ],
)
def test_a_damaged_plan_is_one_line(finished, tmp_path, change):
    plan = json.loads((finished[0] / "plan.json").read_text("utf-8"))
    copied(finished, tmp_path, b"")
    (tmp_path / "plan.json").write_text(json.dumps(change(plan)), "utf-8")
    with pytest.raises(SweepError, match=r"plan\.json: damaged") as raised:
        sweep.read(tmp_path)
    assert "\n" not in str(raised.value)


def test_a_folder_without_a_plan_is_one_line(tmp_path):
    with pytest.raises(SweepError, match="no such plan"):
        sweep.read(tmp_path)


# -- how long it takes -----------------------------------------------------------------------------


def test_time_is_weighed_by_cost_and_shared_by_workers(plan):
    first, *others = plan.trials()
    rate = rate_of_rows(plan.trials(), [{"key": first.key, "seconds": 2.0}])
    assert rate * first.cost == pytest.approx(2.0)
    costs = [trial.cost for trial in others]
    assert seconds_of(costs, rate, 1) == pytest.approx(2.0 * sum(costs) / first.cost)
    assert seconds_of(costs, rate, 2) == pytest.approx(1.0 * sum(costs) / first.cost)
    assert seconds_of(costs, rate, 100) == pytest.approx(2.0 * max(costs) / first.cost)
    assert rate_of_rows(plan.trials(), []) is None
    assert seconds_of([], rate, 2) == 0


def test_a_line_shows_how_many_runs_are_done_and_which_is_best(plan):
    board = Board(Job(plan, 2), [])
    assert (board.done, board.best, board.seconds_left()) == ("run 0/4", "", None)
    accuracies = (0.9, None, 0.95)
    for trial, accuracy in zip(plan.trials(), accuracies, strict=False):
        row = {"key": trial.key, "seconds": 1.0, "validation_accuracy": accuracy}
        board.add(row)
        assert ("diverged" in board.line(row)) == (accuracy is None)
    assert (board.done, board.best) == ("run 3/4", "95.00% batch-size 100, seed 0")
