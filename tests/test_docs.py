"""The documentation says what the program does."""

import re
import shutil
import tomllib
from pathlib import Path

import click
import numpy as np
import pytest
from PIL import Image

import mnist_cli.cli
from mnist_cli.config.files import config_names
from mnist_cli.exercise.sheets import with_gaps

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


# -- every command that the documentation shows ---------------------------------------------------

LETTERS = {"NAME": "cost", "N": "30", "FOLDER": "class", "SCHEDULER": "127.0.0.1"}  # to be replaced
SLOW = {"unseen", "batch-size", "learning-rate", "1000,1000,1000"}  # test_lesson.py has the lessons
OWN = {"photos", "labels.csv"}  # the reader's own images
ELSEWHERE = {"download", "--dask", "...", *OWN}  # a network, 70,000 images, a cluster
PAGES = [
    page
    for page in [*TOP.glob("README*.md"), *sorted((TOP / "docs").glob("*.md"))]
    if page.name != "commands.md"
]


def commands_in(page):
    """Return every `mnist ...` of a page: after a prompt, in blocks for a shell, in its text."""
    text = page.read_text("utf-8")
    lines = re.findall(r"^\$ mnist (.+)$|`(?:\$ )?mnist ([^`]+)`", text, re.MULTILINE)
    shell = "".join(re.findall(r"```(?:sh|powershell)\n(.*?)```", text, re.DOTALL))
    lines += re.findall(r"^mnist (.+)()$", shell, re.MULTILINE)
    return [whole("".join(pair)) for pair in lines]


def whole(line):
    """Return the words of a command, real ones for capital letters; an option alone is a name."""
    code = re.sub(r"\s#.*", "", line).split()
    words = [re.sub(r"\b[A-Z]+\b", lambda found: LETTERS.get(found[0], found[0]), w) for w in code]
    options = {name: p for p in options_of(words[0]) for name in p.opts}
    wants_value = words[-1] in options and not options[words[-1]].is_flag
    return tuple(words[:-1] if wants_value else words)


def options_of(name):
    """Return the options of a command; `mnist --help` has none."""
    params = mnist_cli.cli.cli.commands[name].params if name in NAMES else []
    return [param for param in params if isinstance(param, click.Option)]


ALL = sorted({words for page in PAGES for words in commands_in(page)})
TO_RUN = [
    words
    for words in ALL
    if not SLOW & {*words}
    and not ELSEWHERE & {*words}
    and "/media" not in " ".join(words)
    and words not in {("predict",), ("sweep",)}  # their names alone
]


def test_both_languages_have_the_same_commands():
    for page in ("README", "docs/classroom"):
        pages = [TOP / f"{page}{ending}" for ending in (".md", ".ko.md")]
        if all(path.exists() for path in pages):
            english, korean = map(commands_in, pages)
            assert sorted(set(english)) == sorted(set(korean))


@pytest.mark.parametrize("words", ALL, ids=" ".join)
def test_a_documented_command_is_taken(words, tmp_path, monkeypatch):
    for own in OWN:
        (tmp_path / own).touch()
    monkeypatch.chdir(tmp_path)
    name, *arguments = words
    cli = mnist_cli.cli.cli
    parent = click.Context(cli, info_name="mnist", **cli.context_settings)
    if not name.startswith("-") and words not in {("predict",), ("sweep",)}:
        cli.commands[name].make_context(name, [w for w in arguments if w != "..."], parent).close()
    assert name in {*NAMES, "--help"}


@pytest.fixture(scope="module")
def network(builtin_dir, tmp_path_factory):
    """A network that has seen built-in digits for one epoch."""
    path = tmp_path_factory.mktemp("network") / "small.npz"
    data = mnist_cli.load("builtin", builtin_dir, validation_size=500)
    mnist_cli.train(data, epochs=1).save(path)
    return path


@pytest.fixture
def reader(network, builtin_dir, tmp_path, monkeypatch):
    """A reader's folder: the networks, photos and files that a command names, and data."""
    seven = np.full((60, 60), 255, np.uint8)
    seven[10:15, 15:45] = seven[10:50, 40:45] = 0

    def prepare(words):
        named = {"checkpoints/mnist.npz", "class/a.npz", "class/photo.jpg", *words}
        for path in map(tmp_path.joinpath, sorted(named)):
            path.parent.mkdir(parents=True, exist_ok=True)
            if path.suffix == ".npz":
                shutil.copy(network, path)
            elif path.suffix in (".jpg", ".png"):
                Image.fromarray(seven).save(path)
            elif path.suffix == ".csv":
                path.write_text(",".join(["0"] * 784) + "\n")
            elif path.suffix == ".py":
                path.write_text(with_gaps(words[1]), "utf-8")
        for path in ("my.json", "sweeps/.../best.json"):
            (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
            (tmp_path / path).write_text('{"epochs": 1}')

    for command in ("TRAIN", "EVALUATE", "REPORT", "LESSON", "SWEEP"):
        monkeypatch.setenv(f"MNIST_{command}_DATASET", "builtin")
    for command in ("TRAIN", "SWEEP"):
        monkeypatch.setenv(f"MNIST_{command}_VALIDATION_SIZE", "500")
    monkeypatch.setenv("MNIST_TRAIN_EPOCHS", "1")  # where the command names no number
    monkeypatch.setenv("MNIST_DATA_DIR", str(builtin_dir))
    monkeypatch.chdir(tmp_path)
    return prepare


@pytest.mark.parametrize("words", TO_RUN, ids=" ".join)
def test_a_documented_command_runs(reader, words, capsys):
    reader(words)
    more = ["--dry-run"] if words[0] == "sweep" else []
    with pytest.raises(SystemExit) as end:
        mnist_cli.cli.cli.main([*(word for word in words if word != "--open"), *more], "mnist")
    assert end.value.code in ((0, 1) if "--check" in words else (0,)), capsys.readouterr().err
    assert capsys.readouterr().out


def test_links_in_the_documentation_lead_somewhere():
    for page in [TOP / "README.md", TOP / "CONTRIBUTING.md", *(TOP / "docs").glob("*.md")]:
        for target in re.findall(r"\]\(([^)#:]+)(?:#[^)]*)?\)", page.read_text("utf-8")):
            assert (page.parent / target).exists(), f"{page.name}: {target}"


def test_every_dependency_has_its_reason():
    project = tomllib.loads((TOP / "pyproject.toml").read_text("utf-8"))["project"]
    contributing = (TOP / "CONTRIBUTING.md").read_text("utf-8")
    for dependency in project["dependencies"]:
        assert f"| {re.match('[a-z0-9]+', dependency)[0]} |" in contributing
