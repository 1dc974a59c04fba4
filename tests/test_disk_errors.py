"""Disks that are full and files that other programs hold, as the system tells it."""

import errno
import os
import subprocess
import sys
from pathlib import Path

import pytest

from mnist_cli.cli import cli
from mnist_cli.config.settings import TrainingConfig
from mnist_cli.storage import failures
from mnist_cli.storage.atomic import atomic_write
from mnist_cli.storage.failures import InUseError
from mnist_cli.storage.own_files import replace
from mnist_cli.training.checkpoint import load_checkpoint
from mnist_cli.training.data import load_training_data
from mnist_cli.training.session import Session

CONFIG = TrainingConfig(epochs=3, validation_size=500, hidden_sizes=(3,))


class Holder:
    """Another program that has the file of this name open, on Windows, for some attempts."""

    def __init__(self, name, attempts, code=32):
        self.name, self.left, self.code = name, attempts, code
        self.replace = os.replace

    def __call__(self, source, target):
        if os.path.basename(target) == self.name and self.left:  # noqa: PTH119
            self.left -= 1
            error = PermissionError(errno.EACCES, "Access is denied", str(source))
            error.winerror = self.code
            raise error
        self.replace(source, target)


@pytest.fixture
def held(monkeypatch):
    """Let another program hold a file; pauses take no time."""

    def hold(name, attempts=10_000, code=32):
        monkeypatch.setattr("os.replace", Holder(name, attempts, code))

    monkeypatch.setattr(failures.time, "sleep", lambda _: None)
    return hold


def write(path, content):
    with atomic_write(path) as file:
        file.write(content)


@pytest.mark.parametrize("writing", [write, replace], ids=["output", "own file"])
@pytest.mark.parametrize("code", [5, 32, 33])
def test_a_file_that_a_scanner_holds_for_a_moment_is_replaced(tmp_path, held, writing, code):
    (tmp_path / "a.npz").write_bytes(b"old")
    held("a.npz", attempts=3, code=code)
    writing(tmp_path / "a.npz", b"new")
    assert (tmp_path / "a.npz").read_bytes() == b"new"


@pytest.mark.parametrize("writing", [write, replace], ids=["output", "own file"])
def test_a_file_that_stays_open_is_named_and_kept(tmp_path, held, writing):
    (tmp_path / "a.npz").write_bytes(b"old")
    held("a.npz")
    with pytest.raises(InUseError, match=r"a\.npz: cannot be replaced while another program"):
        writing(tmp_path / "a.npz", b"new")
    assert [path.name for path in tmp_path.iterdir()] == ["a.npz"]
    assert (tmp_path / "a.npz").read_bytes() == b"old"


def test_a_forbidden_file_is_not_tried_again(tmp_path, held):
    held("a.npz", attempts=1, code=None)
    with pytest.raises(PermissionError):
        write(tmp_path / "a.npz", b"new")


def train(builtin_dir, path):
    session = Session.start(CONFIG, load_training_data("builtin", builtin_dir, CONFIG), path)
    said = []
    session.say = said.append
    assert len(list(session.epochs())) == 3
    return session, said


def test_training_goes_on_while_another_program_has_the_checkpoint_open(
    tmp_path, builtin_dir, held
):
    held("a.npz", attempts=len(failures.PAUSES) + 1)  # all of the first epoch
    session, said = train(builtin_dir, tmp_path / "a.npz")
    assert len(said) == 1
    assert said[0].startswith("Not saved yet: ")
    assert load_checkpoint(session.path).run.epoch == 3
    assert [path.name for path in tmp_path.iterdir()] == ["a.npz"]


def test_a_checkpoint_that_stays_open_is_saved_beside(tmp_path, builtin_dir, held):
    (tmp_path / "a.npz").write_bytes(b"old")
    held("a.npz")
    session, said = train(builtin_dir, tmp_path / "a.npz")
    assert session.path == tmp_path / "a-new.npz"
    assert load_checkpoint(session.path).run.epoch == 3
    assert (tmp_path / "a.npz").read_bytes() == b"old"
    assert len(said) == 2
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a-new.npz", "a.npz"]


def full(*_):
    raise OSError(errno.ENOSPC, "No space left on device")


@pytest.mark.parametrize("writing", [write, replace], ids=["output", "own file"])
def test_a_full_disk_names_the_file_and_the_bytes(tmp_path, monkeypatch, writing):
    monkeypatch.setattr("os.fsync", full)
    with pytest.raises(OSError, match="No space left on device, after 3 bytes") as caught:
        writing(tmp_path / "a.npz", b"new")
    assert caught.value.errno == errno.ENOSPC
    assert ".tmp" not in str(caught.value)


@pytest.mark.parametrize(
    ("code", "remedy"),
    [
        (errno.ENOSPC, "free some space, or name another place"),
        (errno.EACCES, "allow it, or name another place"),
        (errno.EROFS, "allow it, or name another place"),
        (errno.ENOTDIR, "name another place"),
    ],
)
def test_the_command_names_a_way_out(tmp_path, monkeypatch, capsys, code, remedy):
    def fail(path, *_, **__):
        raise OSError(code, os.strerror(code), str(path))

    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("pathlib.Path.mkdir", fail)
    with pytest.raises(SystemExit) as end:
        cli.main(["train", "--dataset", "builtin"], prog_name="mnist")
    assert end.value.code == 1
    line = capsys.readouterr().err
    assert f"checkpoints: {os.strerror(code)}; {remedy}" in line
    assert "--data-dir" in line


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="only Linux has it")
@pytest.mark.parametrize("arguments", [["--version"], ["train", "--help"]])
def test_text_into_a_full_file_names_standard_output(tmp_path, arguments):
    command = [sys.executable, "-m", "mnist_cli", *arguments]
    with Path("/dev/full").open("w") as full:
        done = subprocess.run(command, stdout=full, stderr=subprocess.PIPE, text=True, check=False)
    assert done.returncode == 1
    assert done.stderr.startswith("mnist: standard output: No space left on device; free some")
