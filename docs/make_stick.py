"""Put all that a classroom without network needs into one folder: docs/classroom.md.

    python docs/make_stick.py /media/stick

Needs a clone, a network, and MNIST in `data` (`mnist download`). The folder gets `wheels`, this
program and what it needs, for every platform and Python below; and `mnist`, the images. In the end
pip is asked, without a network, whether each platform finds all that it needs.
"""

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

TOP = Path(__file__).parents[1]
PYTHONS = ["3.11", "3.12", "3.13", "3.14"]
PLATFORMS = {  # the newest systems that the wheels of today need
    "Windows": ["win_amd64"],
    "macOS, Intel": ["macosx_10_15_x86_64"],
    "macOS, Apple": ["macosx_11_0_arm64"],
    "Linux": ["manylinux2014_x86_64", "manylinux_2_27_x86_64", "manylinux_2_28_x86_64"],
}
ONLY_ON_WINDOWS = "colorama"  # pip asks the computer that downloads what click and tqdm need


NO_SETTINGS = {"PIP_CONFIG_FILE": os.devnull}  # of this computer: other sources of wheels


def pip(*arguments: object, **variables: str) -> None:
    """Run the pip of this Python."""
    command = [sys.executable, "-m", "pip", "--quiet", *map(str, arguments)]
    subprocess.run(command, env=os.environ | variables, check=True)


def targets() -> Iterator[list[str]]:
    """Yield pip's options for each platform and Python."""
    for title, tags in PLATFORMS.items():
        for python in PYTHONS:
            print(f"{title}, Python {python}", flush=True)
            platforms = [f"--platform={tag}" for tag in tags]
            yield ["--only-binary=:all:", f"--python-version={python}", *platforms]


def make_wheels(folder: Path) -> None:
    """Build this program's wheel, and fetch those of its dependencies."""
    pip("wheel", "--no-deps", "--wheel-dir", folder, TOP)
    program = max(folder.glob("mnist_cli-*.whl"), key=lambda wheel: wheel.stat().st_mtime)
    for target in targets():
        pip("download", "--dest", folder, *target, program, ONLY_ON_WINDOWS)


def check_wheels(folder: Path) -> None:
    """Let pip find everything in the folder alone; it ends the script if something is missing."""
    print("Is it complete?")
    for target in targets():
        with TemporaryDirectory() as copies:
            alone = ["--isolated", "--no-index", "--find-links", folder, "--dest", copies]
            pip("download", *alone, *target, "mnist-cli", ONLY_ON_WINDOWS, **NO_SETTINGS)


def copy_images(source: Path, folder: Path) -> None:
    """Copy the four files of MNIST."""
    folder.mkdir(parents=True, exist_ok=True)
    for file in sorted(source.glob("*-ubyte*")):
        shutil.copy(file, folder)


def size_of(folder: Path) -> str:
    """Return how much is in a folder."""
    sizes = [path.stat().st_size for path in folder.iterdir()]
    return f"{folder}: {len(sizes)} files, {sum(sizes) / 1e6:.0f} MB"


def make_stick(stick: Path, images: Path) -> None:
    """Fill the stick and say what is on it."""
    make_wheels(stick / "wheels")
    check_wheels(stick / "wheels")
    copy_images(images, stick / "mnist")
    print(size_of(stick / "wheels"), size_of(stick / "mnist"), sep="\n")


if __name__ == "__main__":
    if len(sys.argv) not in (2, 3):
        sys.exit("usage: python docs/make_stick.py FOLDER [FOLDER OF MNIST, usually data]")
    make_stick(Path(sys.argv[1]), Path(sys.argv[2] if len(sys.argv) == 3 else "data"))
