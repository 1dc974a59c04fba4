"""Completion, as the shells ask the real command for it."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from conftest import clean_environment

from mnist_cli.config.choices import ACTIVATIONS, OPTIMIZERS
from mnist_cli.config.files import config_names

DOCS = Path(__file__).parents[1] / "docs"
FILES = "file,"


@pytest.fixture
def asked(mnist):
    """Run the command as a shell does; return the lines of its answer."""

    def ask(instruction, **variables):
        done = mnist(env={"_MNIST_COMPLETE": instruction} | variables)
        assert (done.code, done.err) == (0, "")
        return done.out.splitlines()

    return ask


@pytest.fixture
def completed(asked):
    """Return what bash offers for the last word."""
    return lambda *words: asked(
        "bash_complete", COMP_WORDS=" ".join(["mnist", *words]), COMP_CWORD=str(len(words))
    )


def plain(names):
    return [f"plain,{name}" for name in names]


@pytest.mark.parametrize(
    ("words", "lines"),
    [
        (["ev"], plain(["evaluate"])),
        (["train", "--config", ""], plain(config_names())),
        (["train", "--config", "so"], plain(["softmax"])),
        (["train", "--activation", ""], plain(ACTIVATIONS.names())),
        (["train", "--activation", "Sig"], plain(["sigmoid"])),
        (["train", "--optimizer", ""], plain(OPTIMIZERS.names())),
        (["train", "--dataset", "b"], plain(["builtin"])),
        (["train", "--learning-r"], plain(["--learning-rate"])),
        (["sweep", "hid"], plain(["hidden-sizes="])),
        (["sweep", "config=default,so"], plain(["config=default,softmax"])),
        (["sweep", "optimizer="], plain([f"optimizer={name}" for name in OPTIMIZERS.names()])),
        (["evaluate", "--split", "v"], plain(["validation"])),
    ],
    ids=" ".join,
)
def test_names(completed, words, lines):
    assert completed(*words) == lines


@pytest.mark.parametrize(
    ("words", "kind"),
    [
        (["predict", ""], "file"),
        (["predict", "--many", "photos/a"], "file"),
        (["predict", "--checkpoint", "ch"], "file"),
        (["evaluate", "--checkpoint", ""], "file"),
        (["report", "--output", ""], "file"),
        (["train", "--config", "my/own"], "file"),
        (["train", "--resume", ""], "file"),
        (["download", "--from", ""], "file"),
        (["train", "--data-dir", ""], "dir"),
    ],
    ids=lambda part: " ".join(part) if isinstance(part, list) else part,
)
def test_file_names_stay_the_business_of_the_shell(completed, words, kind):
    assert [line.split(",")[0] for line in completed(*words)] == [kind]


def test_zsh_and_fish_get_the_same_names(asked):
    words = "mnist train --optimizer a"
    assert asked("zsh_complete", COMP_WORDS=words, COMP_CWORD="3") == ["plain", "adam", "_"]
    line = asked("fish_complete", COMP_WORDS=words, COMP_CWORD="a")
    assert "adam" in " ".join(line)


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_the_documented_lines_give_a_script(asked, shell):
    assert f"_MNIST_COMPLETE={shell}_source mnist" in (DOCS / "completion.md").read_text("utf-8")
    if shell != "bash" or shutil.which("bash"):  # Click asks bash for its version
        assert "_MNIST_COMPLETE" in "\n".join(asked(f"{shell}_source"))


@pytest.mark.skipif(os.name == "nt" or not shutil.which("bash"), reason="needs bash")
def test_a_real_bash_completes(tmp_path):
    """The documented line, and then the function that bash calls at Tab."""
    (tmp_path / "mnist").write_text(f'#!/bin/sh\nexec "{sys.executable}" -m mnist_cli "$@"\n')
    (tmp_path / "mnist").chmod(0o755)
    script = """
eval "$(_MNIST_COMPLETE=bash_source mnist)"
compopt() { echo "compopt $*"; }
COMP_WORDS=(mnist train --config so) COMP_CWORD=3
_mnist_completion mnist so --config; echo "${COMPREPLY[@]}"
COMP_WORDS=(mnist predict ph) COMP_CWORD=2
_mnist_completion mnist ph predict
"""
    env = clean_environment()
    done = subprocess.run(
        ["bash", "-c", script],
        env=env | {"PATH": f"{tmp_path}{os.pathsep}{env['PATH']}"},
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.split() == ["softmax", "compopt", "-o", "default"]
