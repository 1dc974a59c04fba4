"""Many processes at once on the same files: none is torn, none is lost."""

from concurrent.futures import ThreadPoolExecutor

from campaign.bounds import many
from campaign.small_mnist import CONTENT
from campaign.targets import NET, OLD, SMALL, TRAIN
from campaign.world import content, ended
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
    assert [each for each in done if each.code] == []
    runs = [load_checkpoint(path).run for path in tmp_path.iterdir()]
    assert sorted(run.config.seed for run in runs if run.finished) == list(range(8))
    assert len(runs) == 8


def test_eight_downloads_into_one_folder(world, tmp_path):
    call = ("download", "--from", world.folder / "files", "--data-dir", tmp_path / "data", "-q")
    done = all_ended([world.start(*call, before=SMALL) for _ in range(8)])
    assert [(each.code, each.err) for each in done] == [(0, "")] * 8
    assert content(tmp_path / "data") == CONTENT


def test_eight_conversions_of_one_folder(world, tmp_path):
    call = ("train", "--dataset", world.folder / "photos", "--validation-size", "0", "-q")
    call += ("--epochs", "1", "--data-dir", tmp_path / "data", "-o")
    done = all_ended([world.start(*call, tmp_path / f"{number}.npz") for number in range(8)])
    assert [each for each in done if each.code] == []
    first, *others = [(tmp_path / f"{number}.npz").read_bytes() for number in range(8)]
    assert others == [first] * 7
    assert len(list((tmp_path / "data" / "own").iterdir())) == 1


def test_readers_during_replacements(world, tmp_path):
    path, end = tmp_path / "a.npz", tmp_path / "end"
    two = [world.folder / name for name in (NET, OLD)]
    path.write_bytes(two[0].read_bytes())
    readers = [world.python("-c", READ, path, end, *two) for _ in range(2)]
    count = many(10_000, 300) // 2
    writers = [world.python("-c", REPLACE, path, count, *two) for _ in range(2)]
    written = all_ended(writers)
    end.touch()
    read = all_ended(readers)
    assert [each.err for each in (*written, *read)] == [""] * 4
    assert all(int(each.out) > 0 for each in read)
    assert sorted(found.name for found in tmp_path.iterdir()) == ["a.npz", "end"]
