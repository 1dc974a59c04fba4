"""Every command that writes: on small data, its call, what it replaces, and what it must leave."""

import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np
from PIL import Image

from mnist_cli.data.builtin.files import write_builtin
from mnist_cli.data.datasets import load_split
from mnist_cli.model import load_model
from mnist_cli.sweep import journal
from mnist_cli.training.checkpoint import load_checkpoint

HERE = Path(__file__).parent
TRAIN = "train --dataset builtin --validation-size 200 --data-dir"
NET = "net.npz"  # two networks lie beside the data: net.npz, and an older one
OLD = "old.npz"


class Target(NamedTuple):
    """A command: {world} is the folder of its inputs, {out} that of its outputs.

    Attributes
    ----------
    call : the arguments
    old : what lies at its output before, "" if nothing does: name there, name in the world
    again : the arguments of the next run, if other ones go on
    script : what starts the program
    """

    call: str
    old: tuple[str, str] = ("", "")
    again: str = ""
    script: Sequence[str] = ("-m", "mnist_cli")


SMALL = (str(HERE / "small_mnist.py"),)
NETWORK = "--checkpoint {world}/net.npz"
TARGETS = {
    "train": Target(
        f"{TRAIN} {{world}}/data --epochs 10 -q -o {{out}}/a.npz",
        again="train --resume {out}/a.npz --data-dir {world}/data -q",
    ),
    "train over": Target(
        f"{TRAIN} {{world}}/data --epochs 2 -q -o {{out}}/a.npz", old=("a.npz", OLD)
    ),
    "prepare": Target(
        f"{TRAIN} {{out}}/data --epochs 1 -q -o {{out}}/a.npz --preprocessing deskew "
        "--augmentation 1",
        old=("data", "data"),
    ),
    "draw": Target(
        "download --dataset builtin --images 1000 --data-dir {out} -q",
        script=SMALL,
    ),
    "download": Target("download --from {world}/files --data-dir {out} -q", script=SMALL),
    "convert": Target(
        "train --dataset {world}/photos --validation-size 0 --data-dir {out} --epochs 1 -q "
        "-o {out}/a.npz"
    ),
    "report": Target(
        f"report {NETWORK} --data-dir {{world}}/data -q -o {{out}}/page.html",
        old=("page.html", "other.html"),
    ),
    "export": Target(f"export {NETWORK} -q {{out}}/net.onnx", old=("net.onnx", "other.html")),
    "predict": Target(
        f"predict {{world}}/rows.csv {NETWORK} -q --csv {{out}}/answers.csv",
        old=("answers.csv", "other.html"),
    ),
    "sweep": Target(
        "sweep batch-size=20,50 --seeds 3 --epochs 2 --dataset builtin --data-dir {world}/data -q "
        "-o {out}/s"
    ),
}


class Done(NamedTuple):
    """A command that has ended, or was killed."""

    code: int
    out: str
    err: str


class World:
    """Inputs for all targets, in a folder; and what each target leaves when nothing happens."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._expected: dict[str, dict[str, bytes]] = {}
        write_builtin(folder / "data", counts={"train": 1000, "t10k": 1000})
        digits = load_split("builtin", "train", folder / "data")
        np.savetxt(folder / "rows.csv", digits.images[:30], "%d", ",")
        _write_photos(folder / "photos", digits.images)
        _write_files(folder / "files")
        (folder / "other.html").write_bytes(b"<p>an older page")
        for name, seed in ((NET, 1), (OLD, 2)):
            call = (*TRAIN.split(), folder / "data", "--epochs", "2", "-q", "-o", folder / name)
            assert self.run(*call, "--seed", seed).code == 0

    def start(
        self, *call: object, script: Sequence[str] = ("-m", "mnist_cli"), **env: str
    ) -> subprocess.Popen[str]:
        """Start a command."""
        clean = {k: v for k, v in os.environ.items() if not k.startswith("MNIST_")}
        return subprocess.Popen(
            [sys.executable, *script, *map(str, call)],
            cwd=self.folder,
            env=clean | {"PYTHONUTF8": "1", "OPENBLAS_NUM_THREADS": "1"} | env,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            start_new_session=True,
        )

    def run(self, *call: object, script: Sequence[str] = ("-m", "mnist_cli"), **env: str) -> Done:
        """Run a command to its end."""
        return ended(self.start(*call, script=script, **env))

    def begin(self, name: str, out: Path, **env: str) -> subprocess.Popen[str]:
        """Start a target that writes below `out`."""
        target = TARGETS[name]
        return self.start(*self._filled(target.call, out), script=target.script, **env)

    def again(self, name: str, out: Path) -> subprocess.Popen[str]:
        """Start a target once more, the way that goes on with what is there."""
        target = TARGETS[name]
        goes_on = target.again and (out / "a.npz").exists()
        call = self._filled(target.again if goes_on else target.call, out)
        return self.start(*call, script=target.script)

    def _filled(self, call: str, out: Path) -> list[str]:
        return [part.format(world=self.folder, out=out) for part in call.split()]

    def lay_out(self, name: str, out: Path) -> None:
        """Put into `out` what a target finds there before, and nothing else."""
        shutil.rmtree(out, ignore_errors=True)
        out.mkdir()
        at, source = TARGETS[name].old
        if source:
            copy = shutil.copytree if (self.folder / source).is_dir() else shutil.copyfile
            copy(self.folder / source, out / at)

    def expected(self, name: str) -> dict[str, bytes]:
        """Return the files that a target leaves, with their content."""
        if name not in self._expected:
            with tempfile.TemporaryDirectory(dir=self.folder) as folder:
                out = Path(folder, "out")
                self.lay_out(name, out)
                done = ended(self.begin(name, out))
                assert done.code == 0, done.err
                self._expected[name] = content(out)
        return self._expected[name]

    def check_whole(self, name: str, out: Path) -> None:
        """Check that each file in `out` is the old one or the new one, whole, and none is lost."""
        at, source = TARGETS[name].old
        found = content(out)
        for path, bytes_ in found.items():
            if not _is_ours(path):
                assert self._is_whole(name, out / path, bytes_), f"{path}: torn"
        if source and (self.folder / source).is_file():
            assert at in found, f"{at}: lost"
        if name == "train over":
            assert (self.folder / OLD).read_bytes() in found.values(), "the old network is lost"

    def _is_whole(self, name: str, path: Path, bytes_: bytes) -> bool:
        _, source = TARGETS[name].old
        if path.suffix == ".npz":
            return bool(load_checkpoint(path))
        if path.name == journal.RESULTS:
            return journal.read_rows(path.parent) is not None
        if name == "sweep":
            return bool(bytes_)  # they hold the seconds of the runs
        known = set(self.expected(name).values())
        if source and (self.folder / source).is_file():
            known.add((self.folder / source).read_bytes())
        return bytes_ in known

    def check_next(self, name: str, out: Path) -> None:
        """Check that one more run leaves what an undisturbed one leaves, and no stray file."""
        done = ended(self.again(name, out))
        assert done.code == 0, done.err
        self.check_left(name, out)

    def check_left(self, name: str, out: Path) -> None:
        """Check that `out` holds what an undisturbed run leaves, and no stray file."""
        found, expected = content(out), self.expected(name)
        if name in ("prepare", "convert"):  # whose networks keep each other under other names
            found, expected = _without_networks(found), _without_networks(expected)
        if name == "train over":  # each run keeps the network before it
            load_model(out / "a.npz")
            assert not [path for path in found if _is_ours(path)]
            return
        assert set(found) == set(expected)
        if name == "sweep":
            found, expected = _digests(out), _digests_of(expected)
        assert found == expected


def _is_ours(path: str) -> bool:
    """Whether it is a temporary file, a lock or a note, which the next run may take away."""
    return any(part.startswith(".") for part in Path(path).parts)


def content(out: Path) -> dict[str, bytes]:
    """Return all files below a folder, but notes of what was verified."""
    files = {str(path.relative_to(out)): path for path in out.rglob("*") if path.is_file()}
    return {n: path.read_bytes() for n, path in files.items() if not n.endswith(".verified")}


def _without_networks(files: dict[str, bytes]) -> dict[str, bytes]:
    return {path: bytes_ for path, bytes_ in files.items() if not path.endswith(".npz")}


def _digests(out: Path) -> dict[str, bytes]:
    return _digests_of({"s/results.jsonl": (out / "s" / "results.jsonl").read_bytes()})


def _digests_of(files: dict[str, bytes]) -> dict[str, bytes]:
    rows = map(json.loads, files["s/results.jsonl"].splitlines())
    return {row["key"]: row["parameters_sha256"] for row in rows}


def ended(process: subprocess.Popen[str]) -> Done:
    """Wait for a command."""
    with process:
        out, err = process.communicate()
    return Done(process.returncode, out, err)


def _write_photos(folder: Path, images: np.ndarray) -> None:
    for number in range(12):
        place = folder / "ab"[number % 2]
        place.mkdir(parents=True, exist_ok=True)
        Image.fromarray(images[number].reshape(28, 28)).save(place / f"{number}.png")


def _write_files(folder: Path) -> None:
    """Write four small files that `small_mnist` takes for MNIST."""
    from campaign.small_mnist import CONTENT

    folder.mkdir()
    for name, bytes_ in CONTENT.items():
        (folder / name).write_bytes(bytes_)
