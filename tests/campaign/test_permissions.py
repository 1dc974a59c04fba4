"""Modes, links and the user's umask: the same rule for every output.

A file that is replaced keeps its mode, a symbolic link is followed, and what is new has the mode
that the user's umask gives.
"""

import os
import stat
import sys

import pytest

from campaign.targets import NETWORK, SMALL, TRAIN

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="modes of POSIX")

OUTPUTS = {
    "train": (f"{TRAIN} {{world}}/data --epochs 1 -q -o {{out}}/a.npz", "a.npz"),
    "report": (
        "report --checkpoint {world}/net.npz --data-dir {world}/data -o {out}/a.html",
        "a.html",
    ),
    "export": (f"export {NETWORK} {{out}}/a.onnx", "a.onnx"),
    "predict": (f"predict {{world}}/rows.csv {NETWORK} --csv {{out}}/a.csv", "a.csv"),
    "steps": (
        f"predict {{world}}/photos/a/0.png {NETWORK} --save-steps {{out}}",
        "a-0.png-1-came-in.png",
    ),
    "sweep": (
        "sweep epochs=1 --seeds 1 --dataset builtin --data-dir {world}/data --validation-size 200 "
        "-o {out}",
        "table.md",
    ),
}


@pytest.mark.parametrize("linked", [False, True], ids=["file", "link"])
@pytest.mark.parametrize("name", OUTPUTS)
def test_a_file_that_is_replaced_keeps_its_mode_and_a_link_is_followed(
    world, tmp_path, name, linked
):
    call, file = OUTPUTS[name]
    call = call.format(world=world.folder, out=tmp_path).split()
    if name == "sweep":
        world.run(*call)  # it replaces only what stands beside a plan of its own
        (tmp_path / file).unlink()
    old = tmp_path / "elsewhere" / "true" if linked else tmp_path / file
    old.parent.mkdir(exist_ok=True)
    old.write_bytes(b"old")
    old.chmod(0o604)
    if linked:
        (tmp_path / file).symlink_to(old)
    done = world.run(*call)
    assert done.code == 0, done.err
    assert (tmp_path / file).is_symlink() == linked
    assert old.read_bytes() != b"old"
    assert stat.S_IMODE(old.stat().st_mode) == 0o604


@pytest.mark.parametrize("mask", [0o022, 0o077, 0o002])
def test_new_files_and_folders_follow_the_umask(world, tmp_path, mask):
    out = tmp_path / "out"
    new = f"--epochs 1 -q --data-dir {out}/data -o {out}"
    calls = [
        f"download --from {world.folder}/files -q --data-dir {out}/data",
        f"{TRAIN} {world.folder}/data --epochs 1 -q -o {out}/nets/a.npz",
        f"train --dataset {world.folder}/photos --validation-size 0 {new}/b.npz",
        f"predict {world.folder}/photos/a/0.png --save-steps {out}/steps",
        f"sweep epochs=1 --seeds 1 --dataset builtin --data-dir {world.folder}/data -o {out}/s",
        f"exercise backprop -o {out}/a.py",
    ]
    for call in calls:
        done = world.run(*call.split(), before=f"import os; os.umask({mask}); {SMALL}")
        assert done.code == 0, done.err
    for path in out.rglob("*"):
        usual = (0o777 if path.is_dir() else 0o666) & ~mask
        assert stat.S_IMODE(path.stat().st_mode) == usual, path


def special(kind, path):
    """Put something into the place of an output that no file may replace."""
    if kind == "folder":
        path.mkdir()
    elif kind == "pipe":
        os.mkfifo(path)
    else:
        path.symlink_to({"device": "/dev/full", "loop": path.name}[kind])


def same(before, after):
    """Whether it is still the same thing; that it was looked at, and when, does not count."""
    return (after.st_mode, after.st_ino, after.st_mtime) == (
        before.st_mode,
        before.st_ino,
        before.st_mtime,
    )


@pytest.mark.parametrize("kind", ["folder", "pipe", "device", "loop"])
@pytest.mark.parametrize("name", OUTPUTS)
def test_what_is_no_file_is_told_in_one_line_and_stays(world, tmp_path, name, kind):
    call, file = OUTPUTS[name]
    special(kind, tmp_path / file)
    before = (tmp_path / file).lstat()
    done = world.run(*call.format(world=world.folder, out=tmp_path).split(), "-q")
    assert done.code in (1, 2), done.err
    assert "Traceback" not in done.err
    assert len(done.err.splitlines()) == 1, done.err
    assert same(before, (tmp_path / file).lstat())
    assert [path.name for path in tmp_path.iterdir() if path.name.endswith(".tmp")] == []


@pytest.mark.parametrize("kind", ["file", "link", "dangling", "folder", "pipe", "device", "loop"])
def test_an_exercise_replaces_nothing(world, tmp_path, kind):
    path, other = tmp_path / "a.py", tmp_path / "other.py"
    if kind == "file":
        path.write_text("x = 1")
    elif kind in ("link", "dangling"):
        path.symlink_to(other.name)
    else:
        special(kind, path)
    if kind == "link":
        other.write_text("x = 1")
    before = path.lstat()
    done = world.run("exercise", "sigmoid", "-o", path)
    assert (done.code, done.out, len(done.err.splitlines())) == (2, "", 1), done.err
    assert same(before, path.lstat())
    assert other.exists() == (kind == "link")
