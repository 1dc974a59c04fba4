"""Many processes at once on the same files: none is torn, none is lost."""

import stat
import sys
from concurrent.futures import ThreadPoolExecutor

import pytest

from campaign.bounds import many
from campaign.small_mnist import CONTENT
from campaign.targets import NET, NETWORK, OLD, SMALL, TRAIN, content, ended
from mnist_cli.training.checkpoint import load_checkpoint

READ = """
import pathlib, sys
from mnist_cli.training.checkpoint import load_checkpoint
path, end = pathlib.Path(sys.argv[1]), pathlib.Path(sys.argv[2])
count, known = 0, {pathlib.Path(name).read_bytes() for name in sys.argv[3:]}
while count == 0 or not end.exists():
    load_checkpoint(path)
    assert path.read_bytes() in known, "torn"
    count += 1
print(count)
"""
REPLACE = """
import pathlib, sys
from mnist_cli.storage.atomic import atomic_write
path, count = pathlib.Path(sys.argv[1]), int(sys.argv[2])
contents = [pathlib.Path(name).read_bytes() for name in sys.argv[3:]]
for number in range(count):
    with atomic_write(path, durable=False) as file:
        file.write(contents[number % 2])
"""


def all_ended(processes):
    """Wait for all, reading their output at the same time."""
    with ThreadPoolExecutor(len(processes)) as pool:
        return list(pool.map(ended, processes))


def test_eight_trainings_into_one_file(world, tmp_path):
    call = (*TRAIN.split(), world.folder / "data", "--epochs", "20", "-o", tmp_path / "a.npz")
    done = all_ended([world.start(*call, "--seed", seed, "-q") for seed in range(8)])
    assert [each.code for each in done] == [0] * 8, done
    runs = [load_checkpoint(path).run for path in tmp_path.iterdir()]
    assert sorted(run.config.seed for run in runs if run.finished) == list(range(8))
    assert len(runs) == 8


def test_eight_downloads_into_one_folder(world, tmp_path):
    call = ("download", "--from", world.folder / "files", "--data-dir", tmp_path / "data", "-q")
    done = all_ended([world.start(*call, script=SMALL) for _ in range(8)])
    assert [(each.code, each.err) for each in done] == [(0, "")] * 8
    assert content(tmp_path / "data") == CONTENT


def test_eight_conversions_of_one_folder(world, tmp_path):
    call = ("train", "--dataset", world.folder / "photos", "--validation-size", "0", "-q")
    call += ("--epochs", "1", "--data-dir", tmp_path / "data", "-o")
    done = all_ended([world.start(*call, tmp_path / f"{number}.npz") for number in range(8)])
    assert [each.code for each in done] == [0] * 8, done
    first, *others = [(tmp_path / f"{number}.npz").read_bytes() for number in range(8)]
    assert others == [first] * 7
    assert len(list((tmp_path / "data" / "own").iterdir())) == 1


def test_readers_during_replacements(world, tmp_path):
    path, end = tmp_path / "a.npz", tmp_path / "end"
    two = [world.folder / name for name in (NET, OLD)]
    path.write_bytes(two[0].read_bytes())
    readers = [world.start(path, end, *two, script=("-c", READ)) for _ in range(2)]
    count = many(10_000, 300) // 2
    writers = [world.start(path, count, *two, script=("-c", REPLACE)) for _ in range(2)]
    written = all_ended(writers)
    end.touch()
    read = all_ended(readers)
    assert [each.err for each in (*written, *read)] == [""] * 4
    assert all(int(each.out) > 0 for each in read)
    assert sorted(found.name for found in tmp_path.iterdir()) == ["a.npz", "end"]


# ---- permissions

OUTPUTS = {
    "train": (f"{TRAIN} {{world}}/data --epochs 1 -q -o {{out}}/a.npz", "a.npz"),
    "report": (
        "report --checkpoint {world}/net.npz --data-dir {world}/data -o {out}/a.html",
        "a.html",
    ),
    "export": (f"export {NETWORK} {{out}}/a.onnx", "a.onnx"),
    "predict": (f"predict {{world}}/rows.csv {NETWORK} --csv {{out}}/a.csv", "a.csv"),
}
posix = pytest.mark.skipif(sys.platform == "win32", reason="modes of POSIX")


@posix
@pytest.mark.parametrize("linked", [False, True], ids=["file", "link"])
@pytest.mark.parametrize("name", OUTPUTS)
def test_a_file_that_is_replaced_keeps_its_mode_and_a_link_is_followed(
    world, tmp_path, name, linked
):
    call, file = OUTPUTS[name]
    old = tmp_path / "elsewhere" / "true" if linked else tmp_path / file
    old.parent.mkdir(exist_ok=True)
    old.write_bytes(b"old")
    old.chmod(0o604)
    if linked:
        (tmp_path / file).symlink_to(old)
    done = world.run(*call.format(world=world.folder, out=tmp_path).split())
    assert done.code == 0, done.err
    assert (tmp_path / file).is_symlink() == linked
    assert old.read_bytes() != b"old"
    assert stat.S_IMODE(old.stat().st_mode) == 0o604


@posix
@pytest.mark.parametrize("mask", [0o022, 0o077, 0o002])
def test_new_files_and_folders_follow_the_umask(world, tmp_path, mask):
    out = tmp_path / "out"
    call = ("--from", world.folder / "files", "--data-dir", out / "data", "-q")
    start = f"import os, runpy; os.umask({mask}); runpy."
    code = f"{start}run_path({SMALL[0]!r}, run_name='__main__')"
    done = world.run("download", *call, script=("-c", code))
    assert done.code == 0, done.err
    code = f"{start}run_module('mnist_cli', run_name='__main__')"
    train = f"{TRAIN} {world.folder}/data --epochs 1 -q -o {out}/nets/a.npz".split()
    photos = f"train --dataset {world.folder}/photos --validation-size 0 --epochs 1 -q".split()
    for call in (train, [*photos, "--data-dir", out / "data", "-o", out / "b.npz"]):
        done = world.run(*call, script=("-c", code))
        assert done.code == 0, done.err
    for path in out.rglob("*"):
        usual = (0o777 if path.is_dir() else 0o666) & ~mask
        assert stat.S_IMODE(path.stat().st_mode) == usual, path
