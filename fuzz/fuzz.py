"""Fuzzing with coverage guidance: `python fuzz/fuzz.py TARGET -max_total_time=600`.

Atheris changes bytes, keeps what reaches new lines of the readers, and goes on from there. A target
lets out only what is no MnistError, and so a traceback for a user. Further options are libFuzzer's;
a file that was found is tried again with `python fuzz/fuzz.py TARGET FILE`.
"""

import io
import json as texts
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

import atheris
import numpy as np

with atheris.instrument_imports(include=["mnist_cli", "zipfile", "json", "PIL"]):
    from mnist_cli.data.idx import read_images, read_labels
    from mnist_cli.data.rows import read_rows
    from mnist_cli.errors import MnistError
    from mnist_cli.model import load_model
    from mnist_cli.pictures.reader import read_picture
    from mnist_cli.storage.npz import read_forms, read_npz
    from mnist_cli.storage.strict_json import parse_object

sys.path[:0] = [str(Path(__file__).parents[1] / "tests")]
from campaign.archives import VALUES, edited, packed, paths  # noqa: E402

PLACE = Path(tempfile.mkdtemp())


def checkpoint_of(content: bytes) -> None:
    """Read a checkpoint."""
    path = PLACE / "net.npz"
    path.write_bytes(content)
    load_model(path)


def npz(content: bytes) -> None:
    """Read a checkpoint's arrays, and the checkpoint."""
    try:
        read_npz(content)
    except ValueError:
        return
    checkpoint_of(content)


def arrays(content: bytes) -> None:
    """Read the checkpoint of a file's arrays, whose digest is put right: chance finds none."""
    try:
        forms = read_forms(io.BytesIO(content))
    except ValueError:
        return
    found = {
        name: np.frombuffer(
            content, form.dtype, form.bytes // form.dtype.itemsize, form.start
        ).reshape(form.shape)
        for name, form in forms.items()
        if name != "digest"
    }
    checkpoint_of(packed(found))


def metadata(content: bytes) -> None:
    """Read a checkpoint in whose metadata one to three values are others."""
    data = atheris.FuzzedDataProvider(content)
    edits = [
        (data.PickValueInList(paths()), other_value(data))
        for _ in range(data.ConsumeIntInRange(1, 3))
    ]
    checkpoint_of(edited(*edits))


def other_value(data: atheris.FuzzedDataProvider) -> str:
    """Choose the JSON text of a value."""
    own = (data.ConsumeUnicode(12), data.ConsumeInt(8), data.ConsumeFloat())
    return data.PickValueInList([*VALUES.values(), *map(texts.dumps, own)])


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


TARGETS = {one.__name__: one for one in (npz, arrays, metadata, idx, table, json, picture)}


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
