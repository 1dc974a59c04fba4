"""Writing files: whole or not at all, over nothing that must stay, and nothing left behind."""

import errno
import json
import os
import re
import signal
import stat
import subprocess
import sys
import time

import pytest
from conftest import clean_environment, uncounted_environment

import mnist_cli.storage.locks as locks
from mnist_cli.config.settings import TrainingConfig
from mnist_cli.storage.atomic import atomic_write, check_writable
from mnist_cli.storage.identity import is_same
from mnist_cli.storage.names import free_name, set_aside
from mnist_cli.storage.own_files import replace
from mnist_cli.training.checkpoint import load_checkpoint, save_checkpoint
from mnist_cli.training.data import load_training_data
from mnist_cli.training.metadata import Provenance
from mnist_cli.training.run import Run
from mnist_cli.training.session import Session

posix = pytest.mark.skipif(sys.platform == "win32", reason="no such files, modes or signals")
TRAIN = ("train", "--dataset", "builtin", "--validation-size", "500")
CONFIG = TrainingConfig(epochs=1, validation_size=500, hidden_sizes=(3,))


def write(path, content):
    with atomic_write(path) as file:
        file.write(content)


def names(folder):
    return sorted(path.name for path in folder.iterdir())


def mode(path):
    return stat.S_IMODE(path.stat().st_mode)


@pytest.fixture
def data(builtin_dir):
    return {"MNIST_DATA_DIR": str(builtin_dir)}


# ---- what is replaced


@posix
def test_a_new_file_has_the_mode_of_any_new_file(tmp_path):
    (tmp_path / "plain").touch()
    write(tmp_path / "ours", b"new")
    assert mode(tmp_path / "ours") == mode(tmp_path / "plain")


@posix
@pytest.mark.parametrize("bits", [0o600, 0o664, 0o444])
def test_a_replaced_file_keeps_its_mode(tmp_path, bits):
    path = tmp_path / "net.npz"
    path.touch()
    path.chmod(bits)
    with atomic_write(path) as file:
        assert mode(next(p for p in tmp_path.iterdir() if p != path)) == bits  # from the start
        file.write(b"new")
    assert (mode(path), path.read_bytes()) == (bits, b"new")


@posix
@pytest.mark.parametrize("kind", ["fifo", "folder", "loop"])
def test_only_ordinary_files_are_replaced(tmp_path, kind):
    path = tmp_path / "out"
    {"fifo": os.mkfifo, "folder": os.mkdir, "loop": lambda p: p.symlink_to(p)}[kind](path)
    before = path.lstat()
    with pytest.raises(OSError, match="out: is not a regular file; name another"):
        write(path, b"new")
    assert path.lstat().st_ino == before.st_ino
    assert names(tmp_path) == ["out"]


@posix
def test_a_folder_that_takes_nothing_is_told_by_the_name_that_was_asked_for(tmp_path):
    with pytest.raises(OSError, match=r"nothing\.npz") as caught:
        write(tmp_path / ("x" * 300) / "nothing.npz", b"new")
    assert caught.value.errno == errno.ENAMETOOLONG
    (tmp_path / "file").touch()
    with pytest.raises(OSError, match="file"):
        write(tmp_path / "file" / "nothing.npz", b"new")


def test_a_name_as_long_as_the_disk_allows(tmp_path):
    path = tmp_path / ("x" * 255)
    write(path, b"new")
    assert path.read_bytes() == b"new"


# ---- names


def test_the_file_behind_a_link_is_set_aside(tmp_path):
    store, link = tmp_path / "store", tmp_path / "net.npz"
    store.mkdir()
    (store / "run.npz").write_bytes(b"old")
    link.symlink_to("store/run.npz")
    with set_aside(link) as kept:
        write(link, b"new")
    assert kept == (store / "run.1.npz").resolve()
    assert kept.read_bytes() == b"old"
    assert link.is_symlink()
    assert (store / "run.npz").read_bytes() == b"new"
    assert names(store) == ["run.1.npz", "run.npz"]


def no_links(*_):
    raise OSError(errno.EPERM, "Operation not permitted")


@pytest.mark.parametrize("links", [True, False], ids=["hard links", "no hard links"])
def test_setting_aside_replaces_nothing_and_keeps_the_old_name(tmp_path, monkeypatch, links):
    if not links:
        monkeypatch.setattr("os.link", no_links)
    path = tmp_path / "net.npz"
    path.write_bytes(b"old")
    path.chmod(0o600)
    (tmp_path / "net.1.npz").write_bytes(b"older")
    with set_aside(path) as kept:
        assert path.read_bytes() == b"old"
        write(path, b"new")
    assert kept == tmp_path / "net.2.npz"
    assert kept.read_bytes() == b"old"
    assert mode(kept) == 0o600 or sys.platform == "win32"
    assert (tmp_path / "net.1.npz").read_bytes() == b"older"
    assert names(tmp_path) == ["net.1.npz", "net.2.npz", "net.npz"]


@pytest.mark.parametrize("links", [True, False], ids=["hard links", "no hard links"])
@pytest.mark.parametrize("replaced", [True, False])
def test_a_name_set_aside_in_vain_goes_again(tmp_path, monkeypatch, links, replaced):
    """... but stays where the old content is nowhere else."""
    if not links:
        monkeypatch.setattr("os.link", no_links)
    path = tmp_path / "net.npz"
    path.write_bytes(b"old")

    def fail():
        with set_aside(path):
            if replaced:
                write(path, b"the new one")
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        fail()
    assert names(tmp_path) == (["net.1.npz", "net.npz"] if replaced else ["net.npz"])
    assert (tmp_path / ("net.1.npz" if replaced else "net.npz")).read_bytes() == b"old"


@posix
def test_a_path_through_a_loop_of_links_is_an_os_error(tmp_path):
    """Path.resolve raises RuntimeError for it, in Python 3.11 and 3.12."""
    loop = tmp_path / "loop"
    loop.symlink_to(loop)
    for path in (loop, loop / "net.npz"):
        with pytest.raises(OSError, match="loop"):
            check_writable(path)
        with pytest.raises(OSError, match="loop"):
            write(path, b"new")
    with pytest.raises(OSError, match="loop"), set_aside(loop):
        write(loop, b"new")
    assert is_same(loop, loop)
    assert not is_same(loop, tmp_path / "other")
    assert names(tmp_path) == ["loop"]


def test_is_same(tmp_path):
    (tmp_path / "a").touch()
    (tmp_path / "link").symlink_to("a")
    assert is_same(tmp_path / "a", tmp_path / "link")
    assert is_same(tmp_path / "b", tmp_path / "x" / ".." / "b")
    assert not is_same(tmp_path / "a", tmp_path / "b")


def test_a_name_that_is_taken_makes_a_name_of_its_own(tmp_path):
    path = tmp_path / "net.npz"
    (tmp_path / "net-3.npz").touch()
    with free_name(path) as first, free_name(path) as second, free_name(path) as third:
        assert [first.name, second.name, third.name] == ["net.npz", "net-2.npz", "net-4.npz"]
    assert names(tmp_path) == ["net-3.npz"]
    with free_name(path) as again:
        assert again == path


# ---- what a killed process leaves


WRITER = """
import sys
from pathlib import Path
from mnist_cli.storage.atomic import atomic_write
from mnist_cli.storage.names import free_name
with free_name(Path(sys.argv[1])) as path, atomic_write(path) as file:
    file.write(b"half")
    file.flush()
    print("writing", flush=True)
    sys.stdin.read()
"""


def start_writer(path):
    process = subprocess.Popen(
        [sys.executable, "-c", WRITER, str(path)], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    )
    assert process.stdout.readline() == b"writing\n"
    return process


@posix
def test_what_a_living_writer_holds_stays_and_what_a_killed_one_held_goes(tmp_path):
    path, strangers = tmp_path / "net.npz", [".mnist-notes.tmp", ".net.npz.tmp", "mnist-lock"]
    for name in strangers:
        (tmp_path / name).touch()
    with start_writer(path) as writer:
        write(tmp_path / "other", b"new")
        with free_name(path) as free:
            assert free.name == "net-2.npz"
        assert len(names(tmp_path)) == len(strangers) + 3  # other, the lock, the half file
        writer.kill()
        writer.wait()
    write(tmp_path / "other", b"newer")
    assert names(tmp_path) == sorted([*strangers, "other"])
    with free_name(path) as free:
        assert free == path
    with start_writer(path) as writer:
        write(tmp_path / "other", b"newest")
        writer.communicate()
    assert path.read_bytes() == b"half"
    assert names(tmp_path) == sorted([*strangers, "net.npz", "other"])


DRAWER = """
import sys
from pathlib import Path
from mnist_cli.storage.locks import temporary_folder
with temporary_folder(Path(sys.argv[1])) as folder:
    (folder / "part").write_bytes(b"half")
    print("writing", flush=True)
    sys.stdin.read()
"""


@posix
def test_a_folder_of_a_living_process_stays_and_that_of_a_killed_one_goes(tmp_path):
    command = [sys.executable, "-c", DRAWER, str(tmp_path)]
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE}
    with subprocess.Popen(command, **pipes) as drawer:
        assert drawer.stdout.readline() == b"writing\n"
        write(tmp_path / "other", b"new")
        assert len(list(tmp_path.glob(".mnist-*/part"))) == 1
        drawer.kill()
        drawer.wait()
    replace(tmp_path / "other", b"newer")
    assert names(tmp_path) == ["other"]


def test_a_folder_that_could_not_be_removed_goes_the_next_time(tmp_path, monkeypatch):
    with monkeypatch.context() as patch, locks.temporary_folder(tmp_path) as folder:
        (folder / "part").touch()
        patch.setattr("shutil.rmtree", lambda *_, **__: None)  # as on a disk that fails
    assert folder.exists()
    replace(tmp_path / "other", b"new")
    assert names(tmp_path) == ["other"]


@posix
@pytest.mark.parametrize("locked", [True, False], ids=["locks", "no locks"])
def test_what_no_lock_can_tell_goes_after_a_day(tmp_path, monkeypatch, locked):
    """A file of another machine, whose locks we may not see; and all on a disk without locks."""
    if not locked:
        monkeypatch.setattr("fcntl.flock", no_links)
    own = tmp_path / f".mnist-{locks.MACHINE}-00000000.tmp"
    far = tmp_path / f".mnist-{int(locks.MACHINE, 16) ^ 1:08x}-00000000.tmp"
    for path in (own, far):
        path.touch()
    write(tmp_path / "out", b"1")
    assert names(tmp_path) == sorted([*([] if locked else [own.name]), far.name, "out"])
    for path in (own, far):
        path.touch()
        os.utime(path, (time.time() - 90_000,) * 2)
    write(tmp_path / "out", b"2")
    assert names(tmp_path) == ["out"]


@posix
def test_without_locks_everybody_writes_as_before(tmp_path, monkeypatch):
    monkeypatch.setattr("fcntl.flock", no_links)
    path = tmp_path / "net.npz"
    with free_name(path) as first, free_name(path) as second:
        assert first == second == path
        write(path, b"new")
    assert names(tmp_path) == ["net.npz"]


@posix
def test_a_fifo_with_a_name_of_ours_is_not_opened(tmp_path):
    os.mkfifo(tmp_path / ".mnist-00000000-00000000.tmp")
    write(tmp_path / "out", b"new")
    assert len(names(tmp_path)) == 2


# ---- calls that fail


CALLS = {"open", "fsync", "os.rename", "os.link", "os.remove", "os.mkdir", "os.chmod", "os.chown"}
CALLS |= {"os.scandir", "fcntl.flock", "shutil.copymode"}


class Failures:
    """Makes the calls fail that reach the disk, from call number `first` on, by an audit hook."""

    def __init__(self):
        self.first, self.last, self.error, self.seen, self.folder, self.hit = 0, -1, 0, 0, "", ""
        sys.addaudithook(self.hear)

    def hear(self, event, arguments):
        if self.last < 0 or event not in CALLS:
            return
        if event == "open" and not str(arguments[0]).startswith(self.folder):
            return
        self.seen += 1
        if self.first <= self.seen <= self.last:
            self.hit = event
            raise OSError(self.error, os.strerror(self.error))

    def fail(self, first, last, error, folder):
        self.first, self.last, self.error, self.seen = first, last, error, 0
        self.folder = str(folder)

    def stop(self):
        self.last = -1


@pytest.fixture(scope="module")
def failures():
    return Failures()


@posix
@pytest.mark.parametrize("links", [True, False], ids=["hard links", "no hard links"])
@pytest.mark.parametrize("error", [errno.ENOSPC, errno.EIO, errno.EACCES, errno.EROFS])
@pytest.mark.parametrize("for_ever", [False, True], ids=["once", "for ever"])
def test_whatever_call_fails_the_old_or_the_new_file_is_there_whole(
    tmp_path, builtin_dir, monkeypatch, failures, links, error, for_ever
):
    fsync = os.fsync
    monkeypatch.setattr("os.fsync", lambda file: (sys.audit("fsync"), fsync(file))[1])
    if not links:
        monkeypatch.setattr("os.link", no_links)
    data = load_training_data("builtin", builtin_dir, CONFIG)
    for number in range(1, 100):
        folder = tmp_path / str(number)
        folder.mkdir()
        path, kept = folder / "net.npz", folder / "net.1.npz"
        save_checkpoint(path, Run(CONFIG), Provenance("builtin", 1, "0", {}))
        old = path.read_bytes()
        failures.fail(number, 10_000 if for_ever else number, error, tmp_path)
        try:
            with free_name(path) as name:
                Session.start(CONFIG, data, name).save(calibrate=False)
        except OSError as caught:
            assert caught.errno == error
        finally:
            failures.stop()
        if for_ever or failures.hit == "os.remove":  # then the next who writes removes it
            write(folder / "next", b"")
            (folder / "next").unlink()
        load_checkpoint(path)
        assert old in (path.read_bytes(), kept.read_bytes() if kept.exists() else b"")
        assert set(names(folder)) <= {"net.npz", "net.1.npz"}
        if failures.seen < number:
            break
    assert number > 12
    assert path.read_bytes() != old


@posix
def test_a_full_disk_costs_nothing(tmp_path, builtin_dir, data):
    """A real write that fails: the limit for files is below the size of a checkpoint."""
    old = tmp_path / "net.npz"
    save_checkpoint(old, Run(CONFIG), Provenance("builtin", 1, "0", {}))
    content = old.read_bytes()
    code = (
        "import resource, sys; from mnist_cli.cli import cli\n"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (20_000, 20_000)); cli(sys.argv[1:])"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, *TRAIN, "--epochs", "1", "-q", "-o", "net.npz"],
        cwd=tmp_path,
        env=uncounted_environment() | data,
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stdout) == (1, "")
    assert "File too large" in done.stderr
    assert "Traceback" not in done.stderr
    assert old.read_bytes() == content
    assert names(tmp_path) == ["net.npz"]


# ---- the commands


@pytest.fixture
def trained(tmp_path):
    save_checkpoint(tmp_path / "net.npz", Run(CONFIG), Provenance("builtin", 1, "0", {}))
    return tmp_path / "net.npz"


@pytest.mark.parametrize("size", [244, 255, 256])
def test_a_name_without_room_for_others_is_told_before_the_training(mnist, data, tmp_path, size):
    """The lock and the older file have longer names: before, it failed after the training."""
    path = tmp_path / ("n" * (size - 4) + ".npz")
    done = mnist("train", "--epochs", "1", "-o", path.name, env=data)
    assert (done.code, "Network" in done.err) == (1, False), done.err
    assert re.search("the name is too long: .*; choose a shorter one|File name too long", done.err)
    assert list(tmp_path.iterdir()) == []


def test_the_longest_name_of_a_training(mnist, data, tmp_path):
    path = tmp_path / ("n" * 239 + ".npz")
    for number in (1, 2):
        done = mnist("train", "--epochs", "1", "-o", path.name, env=data)
        assert (done.code, len(list(tmp_path.iterdir()))) == (0, number), done.err


def test_training_over_a_link_keeps_the_old_network_and_says_where(mnist, data, trained):
    old, link = trained.read_bytes(), trained.with_name("link.npz")
    link.symlink_to("net.npz")
    result = mnist(*TRAIN, "--epochs", "1", "--seed", "5", "-o", "link.npz", env=data)
    kept = trained.with_name("net.1.npz")
    assert f"The older file of that name is now {kept.resolve()}." in result.err
    assert kept.read_bytes() == old
    assert link.is_symlink()
    assert load_checkpoint(link).run.config.seed == 5


@posix
@pytest.mark.parametrize(
    "arguments",
    [
        ("report", "--checkpoint", "net.npz", "-o", "./net.npz"),
        ("report", "--checkpoint", "net.npz", "-o", "link.npz"),
        ("report", "--checkpoint", "net.npz", "--compare", "other.npz", "-o", "other.npz"),
        ("report", "-o", "checkpoints/mnist.npz"),
        ("report", "--checkpoint", "net.npz", "-o", "other.npz"),
        ("report", "--checkpoint", "net.npz", "-o", "data/builtin-3/t10k-labels-idx1-ubyte"),
        ("report", "--checkpoint", "net.npz", "-o", "pipe"),
        ("report", "--checkpoint", "net.npz", "-o", "-"),
        (*TRAIN, "-o", "-"),
        (*TRAIN, "--config", "my.json", "-o", "my.json"),
        (*TRAIN, "-o", "data/train-images-idx3-ubyte"),
        ("train", "--resume", "net.npz", "-o", "data/builtin-3/t10k-labels-idx1-ubyte"),
    ],
    ids=lambda arguments: " ".join(arguments[:1] + arguments[-1:]),
)
def test_no_command_writes_over_what_it_reads(mnist, builtin_dir, trained, arguments):
    folder = trained.parent
    (folder / "data").mkdir()
    (folder / "data" / "builtin-3").symlink_to(builtin_dir / "builtin-3")
    (folder / "checkpoints").mkdir()
    for name in ("other.npz", "checkpoints/mnist.npz"):
        (folder / name).write_bytes(trained.read_bytes())
    (folder / "link.npz").symlink_to("net.npz")
    (folder / "my.json").write_text("{}")
    os.mkfifo(folder / "pipe")
    before = {p: (p.lstat().st_ino, p.lstat().st_mtime_ns) for p in folder.rglob("*")}
    files = {p: stamp for p, stamp in before.items() if not p.is_dir()}
    result = mnist(*arguments)
    assert result.code in (1, 2)
    assert len(result.err.splitlines()) == 1
    assert "file" in result.err
    assert {p: (p.lstat().st_ino, p.lstat().st_mtime_ns) for p in files} == files
    assert set(folder.rglob("*")) == set(before)


def start(folder, data, *arguments):
    return subprocess.Popen(
        [sys.executable, "-m", "mnist_cli", *arguments],
        cwd=folder,
        env=clean_environment() | data,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def test_trainings_into_one_output_at_once_all_keep_their_network(data, tmp_path):
    call = (*TRAIN, "--epochs", "4", "-o", "net.npz", "--json", "--seed")
    running = [start(tmp_path, data, *call, str(seed)) for seed in range(4)]
    for process in running:
        out, err = process.communicate()
        assert process.returncode == 0
        told = json.loads(out)["checkpoint"]
        assert (
            told == "net.npz"
            or f"another training is writing net.npz; this one is saved to {told}" in err
        )
    runs = [load_checkpoint(path).run for path in tmp_path.iterdir()]
    assert sorted(run.config.seed for run in runs if run.finished) == list(range(4))
    assert len(runs) == 4


@posix
def test_a_living_training_keeps_its_name_and_a_killed_one_blocks_nothing(mnist, data, tmp_path):
    with start(tmp_path, data, *TRAIN, "--epochs", "50000", "-o", "net.npz") as first:
        for line in first.stderr:
            if line.startswith("epoch"):
                break
        result = mnist("train", "--resume", "net.npz", env=data)
        assert result.code == 1
        assert (
            "net.npz: another training is writing it; wait, or name another --output" in result.err
        )
        result = mnist(*TRAIN, "--epochs", "1", "-o", "net.npz", env=data)
        assert "another training is writing net.npz; this one is saved to net-2.npz" in result.err
        first.send_signal(signal.SIGKILL)
    done = str(load_checkpoint(tmp_path / "net.npz").run.epoch)
    assert mnist("train", "--resume", "net.npz", "--epochs", done, env=data).code == 0
    assert names(tmp_path) == ["net-2.npz", "net.npz"]
