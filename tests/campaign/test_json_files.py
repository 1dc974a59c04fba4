"""Configurations, plans, journals and sweep files: read strictly, or refused in one line."""

import json
from functools import partial

import pytest
from sweeps import axis, row, small_plan

from campaign.archives import METADATA, TEXTS, VALUES
from campaign.bounds import check_message, check_refused, command, faults, generator, many
from campaign.mutations import mutated
from mnist_cli.config.files import read_config
from mnist_cli.config.settings import TrainingConfig, make_config
from mnist_cli.data.builtin.files import write_builtin
from mnist_cli.errors import MnistError
from mnist_cli.sweep.file import read_sweep_file
from mnist_cli.sweep.journal import PLAN, RESULTS, read

CONFIG = TrainingConfig().to_dict()
PLAN_OF_TWO = small_plan(axis("batch-size", "16,64"), seeds=(0, 1))
HISTORY = [{"epoch": 1, "validation_loss": 0.5, "validation_accuracy": 0.5}]
ROWS = [row(trial, 0.5, HISTORY) for trial in PLAN_OF_TWO.distinct()]
SWEEP = {"base": "relu", "over": {"batch_size": [16, 64]}, "together": [], "seeds": 2}


def check_config(path):
    """Check that a configuration gives settings that can be written and read again."""
    config = make_config(read_config(path))
    assert make_config(json.loads(json.dumps(config.to_dict(), allow_nan=False))) == config


def check_sweep(path):
    """Check that a folder of a sweep gives a plan whose results are JSON."""
    plan, rows = read(path.parent)
    json.dumps([plan.to_json(), rows], allow_nan=False)


READERS = {
    "config.json": (check_config, CONFIG),
    "sweep.json": (read_sweep_file, SWEEP),
    PLAN: (check_sweep, PLAN_OF_TWO.to_json()),
    RESULTS: (check_sweep, ROWS[0]),
}


def check_text(folder, case):
    name, text = case
    read_file = READERS[name][0]
    (folder / PLAN).write_text(json.dumps(PLAN_OF_TWO.to_json()))
    (folder / name).write_bytes(text.encode("utf-8", "surrogateescape"))
    try:
        read_file(folder / name)
    except MnistError as error:
        check_message(error)


def named_cases(name):
    """Return texts in which one value is another, or the whole is something else."""
    values = READERS[name][1]
    for key in values:
        for title, text in VALUES.items():
            yield f"{key} = {title}", json.dumps(values | {key: "@raw@"}).replace('"@raw@"', text)
        yield f"without {key}", json.dumps({k: v for k, v in values.items() if k != key})
        yield f"{key} twice", json.dumps(values)[:-1] + f', "{key}": 1}}'
        yield f"{key} in capitals", json.dumps(values).replace(f'"{key}":', f'"{key.upper()}":')
    for title, text in TEXTS.items():
        yield title, text.replace(json.dumps(METADATA), json.dumps(values))


@pytest.mark.parametrize("name", READERS)
def test_named_files(quick, name):
    ending = "\n" if name == RESULTS else ""
    cases = [(f"{name}: {title}", (name, text + ending)) for title, text in named_cases(name)]
    assert len(cases) >= 120
    assert faults(partial(check_text, quick), cases) == []


def change(folder, case):
    name, seed = case
    rng = generator(name, seed)
    text = "\n".join(map(json.dumps, ROWS)) if name == RESULTS else json.dumps(READERS[name][1])
    content = mutated((text + "\n").encode(), rng)
    check_text(folder, (name, content.decode("utf-8", "surrogateescape")))


@pytest.mark.parametrize("name", READERS)
def test_changed_files(quick, name):
    cases = [(f"{name}, seed {seed}", (name, seed)) for seed in range(many(10_000, 300))]
    assert faults(partial(change, quick), cases, 10_000) == []


HOSTILE = {
    "990 deep": TEXTS["990 deep"],
    "300,000 keys": TEXTS["300,000 keys"],
    "escapes": '{"\\u001b[2J\\n": 1}',
    "surrogate": '{"activation": "\\ud800"}',
    "long": '{"activation": "' + "x" * 90_000 + '"}',
    "no text": "\0" * 100,
}
DATA = ("--dataset", "builtin", "--data-dir", "data", "--validation-size", "200")
COMMANDS = {
    "train": (["train", "--config", "a.json"], "a.json"),
    "sweep": (["sweep", "--file", "a.json"], "a.json"),
    "plan": (["sweep", "batch-size=1,2", *DATA, "-o", "s", "-q"], f"s/{PLAN}"),
}


@pytest.mark.parametrize("name", COMMANDS)
def test_the_commands_refuse_it_in_one_line(tmp_path, name):
    line, file = COMMANDS[name]
    if name == "plan":  # which is read when the data are there
        write_builtin(tmp_path / "data", counts={"train": 1000, "t10k": 1000})
    for case in many(list(HOSTILE), ["escapes", "long"]):
        path = tmp_path / file
        path.parent.mkdir(exist_ok=True)
        path.write_text(HOSTILE[case])
        check_refused(command(*line, cwd=tmp_path))
