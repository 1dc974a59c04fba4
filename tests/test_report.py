"""The report as its builder makes it, without a browser."""

import json
import re
import shlex
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

import click
import numpy as np
import pytest
from click.testing import CliRunner

from mnist_cli.cli import cli
from mnist_cli.cli.train import train as train_command
from mnist_cli.config.settings import TrainingConfig
from mnist_cli.data.datasets import load_split
from mnist_cli.errors import MnistError
from mnist_cli.network.activations import ACTIVATIONS, Activation
from mnist_cli.network.network import Network
from mnist_cli.report import LARGEST, build_page, look_at, missing_activations
from mnist_cli.report.command import training_command
from mnist_cli.report.packing import restored, rounded
from mnist_cli.report.page import script
from mnist_cli.report.sections import FOLDER, GROUPS, SECTIONS, Section, files_of, in_group
from mnist_cli.report.subject import facts
from mnist_cli.training.checkpoint import load_checkpoint, save_checkpoint
from mnist_cli.training.data import load_training_data
from mnist_cli.training.metadata import Provenance
from mnist_cli.training.session import Session
from mnist_cli.web_page import fill, json_for_script


def trained(folder, builtin_dir, name="net.npz", **settings):
    """A small run on built-in digits, kept in a file."""
    small = {"epochs": 2, "validation_size": 500, "batch_size": 10}
    (folder / name).write_bytes(network_file(TrainingConfig(**{**small, **settings}), builtin_dir))
    return folder / name


@cache
def network_file(config, builtin_dir):
    """The bytes of a checkpoint; the tests of the page ask for the same ones again and again."""
    data = load_training_data("builtin", builtin_dir, config)
    with TemporaryDirectory() as folder:
        session = Session.start(config, data, Path(folder, "net.npz"))
        list(session.epochs())
        return session.path.read_bytes()


def subject(path, builtin_dir, name=None):
    split = load_split("builtin", "test", builtin_dir)
    return look_at(name or path.name, load_checkpoint(path), "builtin", split)


@pytest.fixture(scope="module")
def checkpoint(tmp_path_factory, builtin_dir):
    return trained(tmp_path_factory.mktemp("report"), builtin_dir, epochs=4)


@pytest.fixture(scope="module")
def page(checkpoint, builtin_dir):
    return build_page(subject(checkpoint, builtin_dir)).decode()


@contextmanager
def added_section(folder):
    """A section that a stranger adds while the program runs: one row, and files in a folder."""
    (folder / "section.html").write_text("<p>{{greeting}}</p><button id='hello-go'>Go</button>")
    (folder / "style.css").write_text("#hello button { color: rgb(1 2 3); }")
    (folder / "hello.js").write_text(
        """SECTIONS.hello = (state, section, embedded) => {
          const say = (text) => section.append(make("p", { class: "said" }, text));
          byId("hello-go").addEventListener("click", () => say(`Hello ${embedded.name}`));
          state.onChange(() => say(`answer ${reading(state.answers[0].a.at(-1)).digit}`));
        };"""
    )
    SECTIONS["hello"] = Section(
        "numbers",
        "Hello & goodbye",
        "Hello",
        places=lambda subjects: {"greeting": f"Greetings to {len(subjects)}"},
        embed=lambda material: {"name": material.subjects[0].name},
        folder=folder,
    )
    try:
        yield
    finally:
        del SECTIONS["hello"]


def facts_in(page):
    return json.loads(re.search(r'id="facts">(.*?)</script>', page, re.DOTALL)[1])


def test_same_inputs_same_bytes(page, checkpoint, builtin_dir):
    assert build_page(subject(checkpoint, builtin_dir)).decode() == page


def test_small_and_self_contained(page):
    assert len(page.encode()) < 800_000
    assert not re.search(r"https?://(?!www\.w3\.org/2000/svg)", page)
    assert not re.search(r"\s(src|srcset|action)=", page)
    assert set(re.findall(r'href="(.)', page)) == {"#"}


def test_the_script_never_writes_markup(page):
    for word in ("innerHTML", "outerHTML", "insertAdjacentHTML", "document.write", "eval("):
        assert word not in page + script()


def test_the_facts_are_those_of_evaluate(page, checkpoint, builtin_dir):
    one = subject(checkpoint, builtin_dir)
    told = facts_in(page)["networks"][0]
    assert told == {**told, **json.loads(json.dumps(facts(one)))}
    assert told["accuracy"] == one.measured.accuracy
    assert [frame["epoch"] for frame in facts_in(page)["sections"]["film"]] == [0, 1, 2, 3, 4]


def test_a_section_is_one_row_and_one_folder(checkpoint, builtin_dir, tmp_path):
    with added_section(tmp_path):
        page = build_page(subject(checkpoint, builtin_dir)).decode()
    assert '<h2 id="hello-title">Hello &amp; goodbye</h2>' in page
    assert page.index('href="#mistakes"') < page.index('href="#hello"')
    assert page.index('<section id="mistakes"') < page.index('<section id="hello"')
    assert "<p>Greetings to 1</p>" in page
    assert facts_in(page)["sections"]["hello"] == {"name": "net.npz"}
    assert '"hello"' not in build_page(subject(checkpoint, builtin_dir)).decode()


def test_every_section_has_its_files():
    for group in GROUPS:
        folders = FOLDER / group
        names = {folder.name for folder in folders.iterdir()} if folders.is_dir() else set()
        assert set(in_group(group)) == names
    for name in SECTIONS:
        assert len(files_of(name, ".html")) == 1, name
        scripts = "".join(files_of(name, ".js"))
        assert not scripts or f"SECTIONS.{name} = (" in scripts, name


def test_text_cannot_become_markup(checkpoint, builtin_dir):
    page = build_page(subject(checkpoint, builtin_dir, "</script><b>&{{arrays}}")).decode()
    assert "<b>" not in page.split("<style>")[0] + page.split("</style>")[1]
    assert facts_in(page)["networks"][0]["name"] == "</script><b>&{{arrays}}"


def test_no_text_of_the_script_spans_lines():
    """Its indentation is left out of the page, which must change nothing."""
    for path in FOLDER.rglob("*.js"):
        for number, line in enumerate(path.read_text("utf-8").splitlines(), start=1):
            assert line.count("`") % 2 == 0, f"{path.name}, line {number}"


def test_json_for_script():
    text = json_for_script({"a": "</script><!--\u2028"})
    assert "<" not in text
    assert "\u2028" not in text
    assert json.loads(text) == {"a": "</script><!--\u2028"}


def test_a_place_inside_a_text_stays():
    assert fill("{{a}}{{b}}", {"a": "{{b}}", "b": "x"}) == "{{b}}x"


@pytest.mark.parametrize(
    "settings",
    [
        {"hidden_sizes": ()},
        {"hidden_sizes": (5,), "activation": "relu", "output_activation": "linear"},
        {"hidden_sizes": (4, 3, 2), "activation": "tanh", "output_activation": "softmax"},
        {"epochs": 1, "validation_size": 0, "activation": "linear"},
        {"hidden_sizes": (300,), "epochs": 1, "batch_size": 500},
        {"patience": 1},
    ],
    ids=lambda settings: " ".join(f"{k}={v}" for k, v in settings.items()),
)
def test_any_network_has_a_page(tmp_path, builtin_dir, settings):
    page = build_page(subject(trained(tmp_path, builtin_dir, **settings), builtin_dir))
    assert len(page) < LARGEST
    shown = facts_in(page.decode())
    size = shown["networks"][0]["parameters"]
    assert shown["weights"] == ("f4" if size < 200_000 else "i2")
    assert 0 <= shown["rounding"] <= 1e-3
    assert ("rounded to 16 bits" in page.decode()) == (shown["weights"] == "i2")


def test_a_page_has_no_weights_where_they_are_too_many(tmp_path, builtin_dir, monkeypatch):
    """As with 1,500 hidden neurons, but with a smaller page instead of a larger network."""
    monkeypatch.setattr("mnist_cli.report.builder.LARGEST", 450_000)
    settings = {"hidden_sizes": (300,), "epochs": 1, "batch_size": 500}
    page = build_page(subject(trained(tmp_path, builtin_dir, **settings), builtin_dir))
    assert len(page) < 450_000
    assert facts_in(page.decode())["weights"] is None


def test_a_run_that_stopped_in_its_first_epoch_has_a_page(tmp_path, builtin_dir):
    config = TrainingConfig(validation_size=500)
    data = load_training_data("builtin", builtin_dir, config)
    session = Session.start(config, data, tmp_path / "early.npz")
    assert list(session.epochs(stop=lambda: True)) == []
    page = build_page(subject(tmp_path / "early.npz", builtin_dir)).decode()
    told = facts_in(page)
    assert "No epoch was finished" in page
    assert [frame["epoch"] for frame in told["sections"]["film"]] == [0]


def test_a_checkpoint_without_snapshots_has_a_page(tmp_path, checkpoint, builtin_dir):
    loaded = load_checkpoint(checkpoint)
    loaded.run.snapshots.clear()
    save_checkpoint(tmp_path / "bare.npz", loaded.run, loaded.provenance)
    told = facts_in(build_page(subject(tmp_path / "bare.npz", builtin_dir)).decode())
    assert [frame["epoch"] for frame in told["sections"]["film"]] == [4]


@pytest.fixture
def swish(monkeypatch):
    """An activation that the page does not know, added while the program runs."""

    def function(z, out):
        out[...] = z / (1 + np.exp(-z))

    def derivative(z, a, out):
        s = 1 / (1 + np.exp(-z))
        out[...] = s + z * s * (1 - s)

    row = Activation(function, derivative, -0.28, np.inf, usual_rate=0.1)
    monkeypatch.setitem(ACTIVATIONS, "swish", row)
    return "swish"


def test_a_page_without_an_activations_twin_shows_the_results(
    tmp_path, builtin_dir, large_dir, checkpoint, swish
):
    path = trained(tmp_path, large_dir, activation=swish)
    assert subject(path, builtin_dir).measured.accuracy > 0.5
    page = tmp_path / "page.html"
    arguments = ["report", "--checkpoint", str(path), "-o", str(page)]
    environment = {"MNIST_DATA_DIR": str(builtin_dir)}
    result = CliRunner(env=environment).invoke(cli, arguments, catch_exceptions=False)
    line = "The page cannot compute the activation swish, so it shows results only;"
    assert result.exit_code == 0
    assert line in result.stderr
    text = page.read_text("utf-8")
    assert line in text
    assert facts_in(text)["weights"] is None
    both = build_page(subject(checkpoint, builtin_dir), subject(path, builtin_dir)).decode()
    assert line in both


def test_an_activation_that_no_layer_uses_is_not_missed(tmp_path, builtin_dir, swish):
    path = trained(tmp_path, builtin_dir, activation=swish, hidden_sizes=(), epochs=1)
    assert missing_activations([subject(path, builtin_dir).checkpoint.network]) == []


def test_no_mistakes(checkpoint, builtin_dir):
    one = subject(checkpoint, builtin_dir)
    right = one.answers == one.split.labels
    split = one.split[right]
    page = build_page(look_at("x.npz", one.checkpoint, "builtin", split)).decode()
    assert facts_in(page)["sections"]["mistakes"] == []
    assert "There are no mistakes among the test images." in page


@pytest.mark.parametrize(
    "settings",
    [
        {},
        {"learning_rate": 2.5, "hidden_sizes": (), "nesterov": True, "momentum": 0.5},
        {"loss": "cross_entropy", "output_activation": "softmax", "epochs": 3, "seed": 7},
    ],
)
def test_the_command_makes_the_same_configuration(settings):
    config = TrainingConfig(**settings)
    program, command, *options = shlex.split(
        training_command(config, Provenance("mnist", 1, "", {}))
    )
    assert (program, command) == ("mnist", "train")
    # without its settings Click would remember a help option that lacks -h
    parent = click.Context(cli, info_name="mnist", **cli.context_settings)
    context = train_command.make_context("train", options, parent=parent)
    seen = {k: v for k, v in context.params.items() if v is not None}
    names = config.to_dict().keys() & seen.keys()
    assert TrainingConfig(**{name: seen[name] for name in names}) == config


@pytest.mark.parametrize(
    ("kind", "step"), [("i20", 1 / 524287), ("i2", 1 / 32767), ("i1", 1 / 127)]
)
def test_rounding_stays_within_half_a_step(kind, step):
    network = Network((6, 5))
    network.initialize(np.random.default_rng(0), "normal")
    back = restored(*rounded(network.parameters, network.layer_sizes, kind), network.layer_sizes)
    largest = np.abs(network.parameters).max()
    assert np.abs(back - network.parameters).max() <= 0.51 * step * largest


def test_a_page_that_is_always_too_large_is_refused(checkpoint, builtin_dir, monkeypatch):
    monkeypatch.setattr("mnist_cli.report.builder.LARGEST", 50_000)
    with pytest.raises(MnistError, match=r"the page must be smaller than 50,000 bytes, got \d"):
        build_page(subject(checkpoint, builtin_dir))


def test_the_command_writes_the_page(mnist, builtin_dir, checkpoint, tmp_path):
    env = {"MNIST_DATA_DIR": str(builtin_dir)}
    arguments = ["--checkpoint", checkpoint, "--compare", checkpoint, "-o", "page.html", "--json"]
    result = mnist("report", *arguments, env=env)
    assert result.code == 0, result.err
    content = (tmp_path / "page.html").read_bytes()
    assert result.json["bytes"] == len(content) < LARGEST
    assert len(facts_in(content.decode())["networks"]) == 2


def test_open_shows_the_page(checkpoint, builtin_dir, tmp_path, monkeypatch):
    opened = []
    monkeypatch.setattr("webbrowser.open", opened.append)
    page = tmp_path / "a page.html"
    arguments = ["report", "--checkpoint", str(checkpoint), "-o", str(page), "--open"]
    environment = {"MNIST_DATA_DIR": str(builtin_dir)}
    result = CliRunner(env=environment).invoke(cli, arguments, catch_exceptions=False)
    assert result.exit_code == 0
    assert opened == [page.as_uri()]
