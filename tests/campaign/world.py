"""Inputs for the commands of `targets`, the commands themselves, and what they must leave."""

import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import NamedTuple
from xml.etree import ElementTree

import numpy as np
from PIL import Image

from campaign.forks import Forked, Server
from campaign.small_mnist import CONTENT
from campaign.targets import NET, OLD, TARGETS, TRAIN
from mnist_cli.data.builtin.files import write_builtin
from mnist_cli.data.datasets import load_split
from mnist_cli.sweep import journal
from mnist_cli.training.checkpoint import load_checkpoint

KEPT = re.compile(r"a\.\d+\.npz")  # networks that a later run has renamed
WHOLE = {
    ".csv": lambda bytes_: bytes_.endswith(b"\n"),
    ".html": lambda bytes_: bytes_.rstrip().endswith(b"</html>"),
    ".md": lambda bytes_: bytes_.endswith(b".\n"),
    ".json": lambda bytes_: json.loads(bytes_) is not None,
    ".svg": lambda bytes_: ElementTree.fromstring(bytes_) is not None,
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
        self.server = Server()
        self._expected: dict[str, dict[str, bytes]] = {}
        self._seconds: dict[str, float] = {}
        write_builtin(folder / "data", counts={"train": 1000, "t10k": 1000})
        digits = load_split("builtin", "train", folder / "data")
        np.savetxt(folder / "rows.csv", digits.images[:30], "%d", ",")
        _write_photos(folder / "photos", digits.images)
        _write_grid(folder / "grid.png", digits.images)
        _write_files(folder / "files")
        (folder / "other.html").write_bytes(b"<p>an older page")
        for name, seed in ((NET, 1), (OLD, 2)):
            call = (*TRAIN.split(), folder / "data", "--epochs", "2", "-q", "-o", folder / name)
            assert self.run(*call, "--seed", seed).code == 0
        solution = ("exercise", "sigmoid", "--solution", "-q", "-o", folder / "solved.py")
        assert self.run(*solution).code == 0
        self._inputs = _made(content(folder))

    def check_inputs(self) -> None:
        """Check that the inputs are as they were made: other tests read them, in any order."""
        found = _made(content(self.folder))
        names = sorted({*found, *self._inputs})
        other = [name for name in names if found.get(name) != self._inputs.get(name)]
        assert other == [], "this test has changed what all tests read"

    def start(
        self, *call: object, before: str = "", server: Server | None = None, **env: str
    ) -> Forked:
        """Start a command in a forked process."""
        arguments = [str(part) for part in call]
        return (server or self.server).start(arguments, self.folder, clean() | env, before)

    def run(self, *call: object, before: str = "") -> Done:
        """Run a command to its end."""
        return ended(self.start(*call, before=before))

    def python(self, *arguments: object) -> subprocess.Popen[str]:
        """Start Python itself."""
        return subprocess.Popen(
            [sys.executable, *map(str, arguments)],
            cwd=self.folder,
            env=clean(),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    def begin(self, name: str, out: Path, server: Server | None = None, **env: str) -> Forked:
        """Start a target that writes below `out`."""
        target = TARGETS[name]
        call = self._filled(target.call, out)
        return self.start(*call, before=target.before, server=server, **env)

    def again(self, name: str, out: Path) -> Forked:
        """Start a target once more, the way that goes on with what is there."""
        target = TARGETS[name]
        goes_on = target.made and (out / target.made).exists()
        call = self._filled(target.again if goes_on else target.call, out)
        return self.start(*call, before=target.before)

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
                started = time.monotonic()
                done = ended(self.begin(name, out))
                self._seconds[name] = time.monotonic() - started
                assert done.code == 0, done.err
                self._expected[name] = content(out)
        return self._expected[name]

    def seconds(self, name: str) -> float:
        """Return how long a target took when nothing happened."""
        self.expected(name)
        return self._seconds[name]

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
            return WHOLE[path.suffix](bytes_)  # they hold the seconds of the runs
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
        assert [path for path in content(out) if _is_ours(path)] == []
        self.check_made(name, out)

    def check_made(self, name: str, out: Path) -> None:
        """Check that `out` holds what an undisturbed run leaves, besides hidden files."""
        found, expected = _made(content(out)), _made(self.expected(name))
        if name == "prepare":  # what cannot be kept beside the data is made in memory
            found, expected = ({"a.npz": files["a.npz"]} for files in (found, expected))
        assert set(found) == set(expected)
        if name == "sweep":
            found, expected = _digests(found), _digests(expected)
        other = [name for name in expected if found[name] != expected[name]]
        assert other == [], "not as an undisturbed run leaves it"  # a page as a diff takes minutes


def _is_ours(path: str) -> bool:
    """Whether it is a temporary file, a lock or a note, which the next run may take away."""
    return any(part.startswith(".") for part in Path(path).parts)


def content(out: Path) -> dict[str, bytes]:
    """Return all files below a folder, but notes of what was verified."""
    files = {str(path.relative_to(out)): path for path in out.rglob("*") if path.is_file()}
    return {n: path.read_bytes() for n, path in files.items() if not n.endswith(".verified")}


def _made(files: dict[str, bytes]) -> dict[str, bytes]:
    """Leave out what is hidden, and networks of earlier runs: how many depends on the kills."""
    return {n: bytes_ for n, bytes_ in files.items() if not (_is_ours(n) or KEPT.fullmatch(n))}


def _digests(files: dict[str, bytes]) -> dict[str, str]:
    rows = map(json.loads, files["s/results.jsonl"].splitlines())
    return {row["key"]: row["parameters_sha256"] for row in rows}


def ended(process: Forked | subprocess.Popen[str]) -> Done:
    """Wait for a command."""
    with process:
        out, err = process.communicate()
    return Done(process.returncode, out, err)


def clean() -> dict[str, str]:
    """Return this process's environment, without the program's variables."""
    kept = {k: v for k, v in os.environ.items() if not k.startswith("MNIST_")}
    return kept | {"PYTHONUTF8": "1", "OPENBLAS_NUM_THREADS": "1"}


def _write_photos(folder: Path, images: np.ndarray) -> None:
    for number in range(12):
        place = folder / "ab"[number % 2]
        place.mkdir(parents=True, exist_ok=True)
        Image.fromarray(images[number].reshape(28, 28)).save(place / f"{number}.png")


def _write_grid(path: Path, images: np.ndarray) -> None:
    """Draw nine digits in the cells of a grid, on a page with margins."""
    page = np.full((263, 263), 255, np.uint8)
    for line in range(40, 221, 60):
        page[line : line + 3, 40:223] = page[40:223, line : line + 3] = 0
    for number, image in enumerate(images[:9]):
        top, left = 60 * (number // 3) + 57, 60 * (number % 3) + 57
        page[top : top + 28, left : left + 28] = 255 - image.reshape(28, 28)
    Image.fromarray(page).save(path)


def _write_files(folder: Path) -> None:
    """Write four small files that `small_mnist` takes for MNIST."""
    folder.mkdir()
    for name, bytes_ in CONTENT.items():
        (folder / name).write_bytes(bytes_)
