"""The documentation says what the program does."""

import re
import tomllib
from pathlib import Path

import click
import pytest

import mnist_cli.cli
from mnist_cli.config.files import config_names

TOP = Path(__file__).parents[1]
README = (TOP / "README.md").read_text("utf-8")
NAMES = sorted(mnist_cli.cli.cli.commands)


def test_the_page_of_commands_is_what_help_prints(monkeypatch):
    monkeypatch.syspath_prepend(TOP / "docs")
    import make_commands

    written = (TOP / "docs" / "commands.md").read_text("utf-8")
    assert make_commands.page().split() == written.split()  # versions of Click differ in blanks


@pytest.mark.parametrize("name", NAMES)
def test_the_readme_shows_every_command(name):
    assert f"mnist {name}" in README


@pytest.mark.parametrize("name", config_names())
def test_the_readme_shows_every_configuration(name):
    assert f"| `{name}` |" in README


def test_the_readme_has_the_two_lines_that_ci_runs():
    for name in ("train", "test"):
        assert re.search(rf"<!-- ci: {name} -->\n```sh\n[^\n]+\n```", README)


@pytest.mark.parametrize("page", ["README.md", "docs/python.md"])
def test_the_python_examples_run(page, builtin_dir, monkeypatch, tmp_path, capsys):
    code = "".join(re.findall(r"```python\n(.*?)```", (TOP / page).read_text("utf-8"), re.DOTALL))
    small = code.replace('load("mnist")', f'load("builtin", {str(builtin_dir)!r})')
    assert small.count('"builtin"') == 1
    monkeypatch.chdir(tmp_path)
    exec(small.replace("epochs=5", "epochs=2"), {})
    assert "%" in capsys.readouterr().out
    assert (tmp_path / "mine.npz").exists()


def commands_in(page):
    """Return every `mnist ...` of a page, in its blocks and in its text."""
    text = (TOP / "docs" / page).read_text("utf-8")
    return re.findall(r"^(?:\$ )?mnist (?!\S*[\\/])(.+)$|`mnist ([^`]+)`", text, re.MULTILINE)


def test_both_languages_of_the_classroom_have_the_same_commands():
    assert commands_in("classroom.md") == commands_in("classroom.ko.md")


@pytest.mark.parametrize("page", ["classroom.md", "exercise.md"])
def test_the_commands_of_the_page_are_taken(page):
    lines = ["".join(pair) for pair in commands_in(page)]
    assert lines
    cli = mnist_cli.cli.cli
    parent = click.Context(cli, info_name="mnist", **cli.context_settings)
    for name, *arguments in map(str.split, lines):
        if name not in {"lesson", "sweep"} - set(NAMES):
            cli.commands[name].make_context(name, arguments, parent).close()


def test_links_in_the_documentation_lead_somewhere():
    for page in [TOP / "README.md", TOP / "CONTRIBUTING.md", *(TOP / "docs").glob("*.md")]:
        for target in re.findall(r"\]\(([^)#:]+)(?:#[^)]*)?\)", page.read_text("utf-8")):
            assert (page.parent / target).exists(), f"{page.name}: {target}"


def test_every_dependency_has_its_reason():
    project = tomllib.loads((TOP / "pyproject.toml").read_text("utf-8"))["project"]
    contributing = (TOP / "CONTRIBUTING.md").read_text("utf-8")
    for dependency in project["dependencies"]:
        assert f"| {re.match('[a-z0-9]+', dependency)[0]} |" in contributing
