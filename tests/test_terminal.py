"""Where commands run: streams that are missing or narrow, threads, patterns, shells, terminals."""

import json
import os
import subprocess
import sys
import threading

import numpy as np
import pytest
from conftest import clean_environment
from PIL import Image

from mnist_cli.cli import cli
from mnist_cli.cli.inputs import expanded

TRAIN = ("train", "--dataset", "builtin", "--validation-size", "500", "--epochs", "1")


@pytest.fixture
def data(builtin_dir):
    return {"MNIST_DATA_DIR": str(builtin_dir)}


def stroke(path):
    """Save a picture of a one."""
    pixels = np.full((60, 60), 255, np.uint8)
    pixels[10:50, 27:33] = 0
    Image.fromarray(pixels).save(path)


# ---- streams


@pytest.mark.skipif(os.name == "nt", reason="needs a POSIX shell")
@pytest.mark.parametrize("closed", ["2>&-", ">&-", "<&-", "<&- >&- 2>&-"])
@pytest.mark.parametrize(
    ("call", "code"),
    [
        (" ".join(TRAIN), 0),
        ("train --help", 0),
        ("evaluate --checkpoint gone.npz", 1),
        ("predict one.png --json --show", 0),
        ("predict many", 0),
    ],
)
def test_a_missing_stream_changes_nothing_else(tmp_path, data, closed, call, code):
    (tmp_path / "many").mkdir()
    for path in ("one.png", *(f"many/{number}.png" for number in range(20))):
        stroke(tmp_path / path)
    done = subprocess.run(
        ["sh", "-c", f'"{sys.executable}" -m mnist_cli {call} {closed}'],
        cwd=tmp_path,
        env=clean_environment() | data,
        capture_output=True,
        check=False,
    )
    assert done.returncode == code
    assert b"Error" not in done.stderr


@pytest.mark.parametrize(
    ("encoding", "option"),
    [
        ("cp1252", ""),
        *(("ascii", option) for option in ("", "--json", "--json-lines", "--show", "--many")),
    ],
)
def test_an_encoding_that_lacks_a_letter_loses_no_answer(mnist, tmp_path, encoding, option):
    name = "\u202e숫자 3.png"
    stroke(tmp_path / name)
    env = {"PYTHONIOENCODING": encoding, "PYTHONUTF8": "0"}
    call = ("predict", name, *option.split())
    done = mnist(*call, "gone \u202e숫.png", env=env)
    assert done.code == 1
    assert "Error" not in done.err
    assert done.out.count("3.png") == 1
    assert "gone" in done.err


@pytest.mark.parametrize(
    "call", [("--help",), ("train", "--help"), ("train", "--config", "숫"), ("숫",), ("-숫",)]
)
def test_help_and_errors_fit_every_encoding(mnist, call):
    done = mnist(*call, env={"PYTHONIOENCODING": "ascii", "PYTHONUTF8": "0"})
    assert done.code in (0, 2)
    assert "Error" not in done.err


# ---- threads


def test_a_command_runs_in_a_thread(data, tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("MNIST_DATA_DIR", data["MNIST_DATA_DIR"])
    codes = []

    def run():
        try:
            cli.main([*TRAIN], prog_name="mnist")
        except SystemExit as end:
            codes.append(end.code)

    thread = threading.Thread(target=run)
    thread.start()
    thread.join()
    assert codes == [0]
    assert "Saved" in capsys.readouterr().out


# ---- patterns on Windows


def test_on_windows_a_pattern_is_expanded_but_a_file_of_that_name_comes_first(
    tmp_path, monkeypatch
):
    for name in ("5[1].jpg", "51.jpg", "6.jpg"):
        (tmp_path / name).touch()
    monkeypatch.chdir(tmp_path)
    calls = ("5[1].jpg", "*.jpg", "x*.jpg")
    found = [[one.name for one in expanded([name], patterns=True)] for name in calls]
    assert found == [["5[1].jpg"], ["51.jpg", "5[1].jpg", "6.jpg"], ["x*.jpg"]]


def test_the_command_line_leaves_patterns_alone(monkeypatch):
    """Click would expand them on Windows, before `predict` sees a name."""
    seen = {}
    monkeypatch.setattr("click.Group.main", lambda *_, **options: seen.update(options))
    with pytest.raises(SystemExit):
        cli.main(["predict", "5[1].jpg"], prog_name="mnist")
    assert seen["windows_expand_args"] is False


# ---- a terminal


def in_terminal(folder, call, size=(24, 100), **variables):
    """Run the command with a real terminal as its standard error; return what both streams got."""
    import pty
    import termios

    ours, theirs = pty.openpty()
    termios.tcsetwinsize(theirs, size)
    env = {name: text for name, text in clean_environment().items() if name not in USUAL}
    with subprocess.Popen(
        [sys.executable, "-m", "mnist_cli", *call],
        cwd=folder,
        env=env | {"TERM": "xterm", "PYTHONUTF8": "1"} | variables,
        stdout=subprocess.PIPE,
        stderr=theirs,
        text=True,
    ) as process:
        os.close(theirs)
        seen = b"".join(iter(lambda: read(ours), b""))
        out = process.stdout.read()
    os.close(ours)
    assert process.returncode == 0
    return out, seen.decode()


def read(descriptor):
    try:
        return os.read(descriptor, 10_000)
    except OSError:  # so Linux tells that the other end is closed
        return b""


USUAL = ("CI", "NO_COLOR", "TERM", "COLUMNS")
posix = pytest.mark.skipif(os.name == "nt", reason="no pseudo-terminals")
FOUR = (*TRAIN[:-1], "4")


@posix
def test_a_terminal_shows_one_line_that_changes(tmp_path, data):
    out, seen = in_terminal(tmp_path, FOUR, **data)
    assert "\repoch 1/4 |" in seen
    assert "epoch 4/4   loss 0." in seen
    assert " left" in seen
    assert "\x1b[32m" in seen  # green
    assert len([line for line in seen.split("\r\n") if "epoch " in line]) == 1
    assert "Saved" in out
    assert "\x1b" not in out


@posix
def test_colour_is_left_out_where_that_is_asked_for(tmp_path, data):
    _, seen = in_terminal(tmp_path, FOUR, NO_COLOR="1", **data)
    assert "\repoch 1/4 |" in seen
    assert "\x1b[3" not in seen


@posix
@pytest.mark.parametrize(
    ("options", "variables", "size"),
    [
        (["--verbose"], {}, (24, 100)),
        ([], {"TERM": "dumb"}, (24, 100)),
        ([], {"CI": "true"}, (24, 100)),
        ([], {}, (0, 0)),
    ],
    ids=["--verbose", "TERM=dumb", "CI", "no size"],
)
def test_lines_instead_of_a_bar(tmp_path, data, options, variables, size):
    _, seen = in_terminal(tmp_path, [*FOUR, *options], size, **data, **variables)
    lines = [line for line in seen.split("\r\n") if line.startswith("epoch")]
    assert [line.split()[1] for line in lines] == ["1/4", "2/4", "3/4", "4/4"]
    assert "\x1b" not in seen


@posix
def test_quiet_and_json_in_a_terminal(tmp_path, data):
    out, seen = in_terminal(tmp_path, [*FOUR, "-q", "--json"], **data)
    assert seen == ""
    assert len(json.loads(out)["history"]) == 4


@posix
def test_the_live_line_changes_no_bit_of_the_network(tmp_path, data, mnist):
    in_terminal(tmp_path, [*FOUR, "-o", "live.npz"], **data)
    assert mnist(*FOUR, "-o", "lines.npz", env=data).code == 0
    assert (tmp_path / "live.npz").read_bytes() == (tmp_path / "lines.npz").read_bytes()
