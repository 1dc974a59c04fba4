"""Help that fits a terminal, spellings that people try, and hints where these mean nothing."""

import click
import pytest

from mnist_cli.cli import cli
from mnist_cli.cli.help import EXTRA, GROUPS, SYNONYMS

START = {
    "config",
    "resume",
    "start_from",
    "print_config",
}  # from what a run starts; they stand first, with --help
COMMANDS = sorted(cli.commands)


def parsed(name, arguments):
    """Return the context of a command, inside the one of the program, which sets its options."""
    parent = click.Context(cli, info_name="mnist", **cli.context_settings)
    return cli.commands[name].make_context(name, arguments, parent)


def help_of(mnist, name, width=80):
    result = mnist(name, "--help", env={"COLUMNS": str(width)})
    assert result.code == 0
    return result.out


@pytest.mark.parametrize("name", COMMANDS)
def test_help_fits_80_columns_and_ends_with_examples_that_parse(mnist, name):
    text = help_of(mnist, name)
    assert max(map(len, text.splitlines())) <= 80
    lines = [line.split() for line in text.partition("Examples:\n")[2].splitlines()]
    assert lines
    for program, command, *arguments in lines:
        assert (program, command) == ("mnist", name)
        parsed(name, arguments).close()


def test_every_option_of_train_is_in_a_group(mnist):
    grouped = {name for names in GROUPS.values() for name in names.split()}
    assert {option.name for option in cli.commands["train"].params} - grouped == START
    text = help_of(mnist, "train")
    assert [text.index(f"\n{title}:\n") for title in GROUPS] == sorted(
        text.index(f"\n{title}:\n") for title in GROUPS
    )


def test_every_synonym_is_of_something_there_is():
    options = {o.lstrip("-") for c in cli.commands.values() for p in c.params for o in p.opts}
    assert set(SYNONYMS.values()) <= options | set(cli.commands)
    assert not set(SYNONYMS) & (options | set(cli.commands))
    assert set(EXTRA) <= set(cli.commands)


@pytest.mark.parametrize(
    ("call", "name"),
    [
        ("train --lr 0", "--learning-rate"),
        ("train --learning_rate 0", "--learning-rate"),
        ("train -e x", "--epochs"),
        ("train --l2=-1", "--weight-decay"),
        ("eval --split x", "--split"),
    ],
)
def test_other_spellings_work(mnist, call, name):
    result = mnist(*call.split())
    assert result.code == 2
    assert f"{name}'" in result.err


@pytest.mark.parametrize(
    ("option", "value"),
    [("activation", "Sigmoid"), ("loss", "cross-entropy"), ("optimizer", "ADAM")],
)
def test_capitals_and_hyphens_of_a_choice_do_not_matter(option, value):
    with parsed("train", [f"--{option}", value]) as context:
        assert context.params[option] == value.lower().replace("-", "_")


@pytest.mark.parametrize(
    ("call", "words"),
    [
        ("report net.npz", "--checkpoint FILE"),
        ("train --hidden-sizes 16 16", "--hidden-sizes 16,16"),
        ("train relu", "--config NAME"),
        ("download mnist", "--dataset NAME"),
    ],
)
def test_a_word_too_many_gets_a_hint(mnist, call, words):
    result = mnist(*call.split())
    assert (result.code, len(result.err.splitlines())) == (2, 1)
    assert words in result.err


def test_help_is_also_a_word(mnist):
    assert mnist("help").out == mnist("--help").out
    assert mnist("help", "train").out == mnist("train", "--help").out
    assert mnist("help", "nonsense").code == 2
