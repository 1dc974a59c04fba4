"""Fuzzing with coverage guidance: `python fuzz/fuzz.py TARGET -max_total_time=600`.

Atheris changes bytes, keeps what reaches new lines of the readers, and goes on from there. A target
lets out only what is no MnistError, and so a traceback for a user. Further options are libFuzzer's;
a file that was found is tried again with `python fuzz/fuzz.py TARGET FILE`.
"""

import io
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

import atheris

with atheris.instrument_imports(include=["mnist_cli", "zipfile", "json", "PIL"]):
    from mnist_cli.data.idx import read_images, read_labels
    from mnist_cli.data.rows import read_rows
    from mnist_cli.errors import MnistError
    from mnist_cli.model import load_model
    from mnist_cli.pictures.reader import read_picture
    from mnist_cli.storage.npz import read_npz
    from mnist_cli.storage.strict_json import parse_object

PLACE = Path(tempfile.mkdtemp())


def npz(content: bytes) -> None:
    """Read a checkpoint's arrays, and the checkpoint."""
    try:
        read_npz(content)
    except ValueError:
        return
    path = PLACE / "net.npz"
    path.write_bytes(content)
    load_model(path)


def idx(content: bytes) -> None:
    """Read an IDX file, as images, labels and rows."""
    path = PLACE / "train-images-idx3-ubyte"
    path.write_bytes(content)
    for read in (read_images, read_labels, lambda p: list(read_rows(p))):
        try:
            read(path)
        except MnistError:
            continue


def table(content: bytes) -> None:
    """Read an `.npz` of images."""
    path = PLACE / "a.npz"
    path.write_bytes(content)
    list(read_rows(path))


def json(content: bytes) -> None:
    """Read a JSON object."""
    try:
        parse_object(content)
    except ValueError:
        return


def picture(content: bytes) -> None:
    """Read a digit in a picture."""
    read_picture(io.BytesIO(content))


TARGETS = {one.__name__: one for one in (npz, idx, table, json, picture)}


def quiet(target: Callable[[bytes], None]) -> Callable[[bytes], None]:
    """Return the target without the failures that are expected."""

    def run(content: bytes) -> None:
        try:
            target(content)
        except MnistError:
            return

    return run


def main() -> None:
    """Fuzz the target that the first argument names."""
    name, *options = sys.argv[1:]
    atheris.Setup([sys.argv[0], *options], quiet(TARGETS[name]))
    atheris.Fuzz()


if __name__ == "__main__":
    main()
