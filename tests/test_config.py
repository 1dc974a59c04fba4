"""Settings: one table for files and options, and both are checked strictly."""

import json
from collections.abc import Sequence
from typing import get_type_hints

import pytest

from mnist_cli.config import choices
from mnist_cli.config.files import config_names, find_config, read_config
from mnist_cli.config.keywords import Keywords
from mnist_cli.config.settings import SETTINGS, TrainingConfig, make_config, parse_setting
from mnist_cli.errors import ConfigError
from mnist_cli.network.network import Network


def test_default_json_is_the_default():
    assert make_config(read_config(find_config("default"))) == TrainingConfig()


@pytest.mark.parametrize("name", config_names())
def test_every_config_loads_and_makes_a_network(name):
    config = make_config(read_config(find_config(name)))
    assert Network(config.hidden_sizes).layer_sizes[1:-1] == config.hidden_sizes
    assert make_config(config.to_dict()) == config


def test_the_presets_of_the_lectures():
    lectures = make_config(read_config(find_config("3b1b")))
    assert (lectures.hidden_sizes, lectures.batch_size) == ((16, 16), 10)
    assert (lectures.learning_rate, lectures.initialization) == (3.0, "normal")
    assert make_config(read_config(find_config("nielsen"))).hidden_sizes == (30,)


TABLES = [table for table in vars(choices).values() if isinstance(table, choices.Table)]


@pytest.mark.parametrize("table", TABLES, ids=lambda table: table.name)
def test_names_in_the_source_are_the_rows_of_the_table(table):
    assert table._names_in_source() == list(table.rows())


BAD_FILES = {
    "unknown key": ('{"batchsize": 3}', "unknown key 'batchsize'; did you mean 'batch_size'?"),
    "wrong type": ('{"batch_size": "3"}', "a whole number from 1 to 10000000"),
    "a switch for a number": ('{"batch_size": true}', "got true"),
    "a float for a count": ('{"epochs": 3.0}', "got 3.0"),
    "out of range": ('{"learning_rate": -1}', "greater than 0 and at most 1000, got -1"),
    "zero rate": ('{"learning_rate": 0.0}', "greater than 0"),
    "null": ('{"learning_rate": null}', "got null"),
    "null elsewhere": ('{"seed": null}', "got null"),
    "no such choice": (
        '{"activation": "step"}',
        "one of sigmoid, tanh, relu, leaky_relu, gelu, ",
    ),
    "sizes as text": ('{"hidden_sizes": "16,16"}', "hidden_sizes must be"),
    "a size of 0": ('{"hidden_sizes": [16, 0]}', "got [16, 0]"),
    "too deep": ('{"hidden_sizes": [1,1,1,1,1,1,1,1,1]}', "up to 8"),
    "duplicate key": ('{"seed": 1, "seed": 2}', "duplicate key 'seed'"),
    "NaN": ('{"learning_rate": NaN}', "NaN is not a number in JSON"),
    "infinity": ('{"learning_rate": 1e999}', "too large"),
    "trailing text": ('{"seed": 1} x', "not JSON"),
    "not an object": ("[1]", "must be a JSON object"),
    "empty": ("", "not JSON"),
    "too long": ("[" * 100_001, "at most 100,000 bytes"),
    "nested deeply": ("[" * 99_000, "nested too deeply"),
    "nested less deeply": (f'{{"epochs": {"[" * 900}{"]" * 900}}}', "nested too deeply"),
    "half a character": ('{"seed": "\\ud800"}', "half a surrogate pair"),
    "not text": (b"\xff\xfe\x00", "not UTF-8"),
    "momentum for adam": ('{"optimizer": "adam", "momentum": 0.5}', "belong to optimizer sgd"),
    "nesterov alone": ('{"nesterov": true}', "nesterov needs a momentum"),
    "no cross-entropy of linear": (
        '{"loss": "cross_entropy", "output_activation": "linear"}',
        "choose sigmoid or softmax",
    ),
    "patience blind": ('{"patience": 3, "validation_size": 0}', "needs validation images"),
}


@pytest.mark.parametrize("case", BAD_FILES)
def test_bad_file_is_one_line_that_names_it(tmp_path, case):
    content, expected = BAD_FILES[case]
    path = tmp_path / "own.json"
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    with pytest.raises(ConfigError) as caught:
        read_config(path)
    message = str(caught.value)
    assert message.startswith(str(path))
    assert expected in message
    assert "\n" not in message
    assert len(message) < 300


@pytest.mark.parametrize(
    ("name", "text", "value"),
    [
        ("hidden_sizes", "32,8", (32, 8)),
        ("hidden_sizes", "none", ()),
        ("learning_rate", "0.5", 0.5),
        ("nesterov", "true", True),
        ("seed", "7", 7),
    ],
)
def test_options_are_parsed_by_the_same_rules(name, text, value):
    assert parse_setting(name, text) == value


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("hidden_sizes", "16,,16"),
        ("hidden_sizes", ""),
        ("learning_rate", "nan"),
        ("learning_rate", "inf"),
        ("epochs", "3.5"),
        ("seed", "-1"),
        ("nesterov", "maybe"),
        ("activation", "Sigmoyd"),
    ],
)
def test_bad_options_are_refused(name, text):
    with pytest.raises(ConfigError, match="must be"):
        parse_setting(name, text)


def test_a_learning_rate_is_chosen_for_the_other_settings():
    assert TrainingConfig().learning_rate == 3.0
    assert TrainingConfig(optimizer="adam").learning_rate == 0.003
    assert TrainingConfig(momentum=0.9).learning_rate == pytest.approx(0.3)
    assert TrainingConfig(optimizer="adam", learning_rate=2.0).learning_rate == 2.0


@pytest.mark.parametrize(
    ("settings", "factor"),
    [
        ({"hidden_sizes": (300,)}, 10 / 75),  # 300 sigmoids at rest: 300/4
        ({"hidden_sizes": (16, 300)}, 10 / 75),
        ({"hidden_sizes": (300, 16)}, 1),
        ({"hidden_sizes": (), "activation": "relu"}, 10 / 35),  # no hidden layer, no relu
        ({"hidden_sizes": (300,), "activation": "tanh"}, 0.2),  # at rest they give 0
        ({"hidden_sizes": (300,), "loss": "cross_entropy"}, 1 / 6),  # its outputs recover
        ({"hidden_sizes": (270, 16), "optimizer": "adam"}, 0.001 / 3),
        ({"batch_size": 1}, 0.1**0.5),
        ({"batch_size": 10}, 1),
        ({"batch_size": 128}, 2),
        ({"batch_size": 10_000}, 2),
    ],
)
def test_the_usual_learning_rate_knows_width_and_batch(settings, factor):
    assert TrainingConfig(**settings).learning_rate == pytest.approx(3 * factor)


def test_a_folder_is_no_configuration(tmp_path):
    with pytest.raises(ConfigError, match="must be a file, got something else"):
        find_config(str(tmp_path))


def test_unknown_configuration_names_the_nearest():
    with pytest.raises(ConfigError, match="did you mean 'softmax'"):
        find_config("softmx")
    with pytest.raises(ConfigError, match="no such configuration file"):
        find_config("folder/own.json")


def test_every_setting_has_help():
    assert all(setting.help.endswith(".") for setting in SETTINGS.values())


def test_configs_are_plain_json_objects():
    for name in config_names():
        values = json.loads(find_config(name).read_text())
        assert values["hidden_sizes"]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be"])
def test_a_file_that_powershell_wrote_is_read(tmp_path, encoding):
    """Windows PowerShell's `>` writes UTF-16 with a mark of the byte order."""
    mark = {"utf-16-le": "\ufeff", "utf-16-be": "\ufeff"}.get(encoding, "")
    path = tmp_path / "own.json"
    path.write_bytes((mark + '{"epochs": 3}\r\n').encode(encoding))
    assert read_config(path) == {"epochs": 3}


def test_half_a_letter_of_utf_16_is_no_traceback(tmp_path):
    path = tmp_path / "own.json"
    path.write_bytes(b"\xff\xfe{")
    with pytest.raises(ConfigError, match=r"own\.json: not JSON"):
        read_config(path)


def test_every_setting_is_a_keyword_of_its_type():
    config, keywords = get_type_hints(TrainingConfig), get_type_hints(Keywords)
    expected = {name: config[name] | None for name in SETTINGS}
    expected["hidden_sizes"] = Sequence[int] | None  # a list is good, too
    assert keywords == expected
