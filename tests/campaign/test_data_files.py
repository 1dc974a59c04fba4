"""Data that was changed at random, and data that lies: read whole, or refused in one line.

Each form is read twice: as rows for `predict`, and as a data set of one's own for `--dataset PATH`.
"""

import gzip
import io
import struct
from functools import partial
from pathlib import Path

import numpy as np
import pytest

import mnist_cli
from campaign.archives import header, zipped
from campaign.bombs import drawn
from campaign.bounds import check_message, check_refused, command, faults, generator, many
from campaign.mutations import mutated
from mnist_cli.data.idx import IMAGES_MAGIC, LABELS_MAGIC, idx_header, read_images, read_labels
from mnist_cli.data.rows import read_rows
from mnist_cli.errors import MnistError

COUNT = 30
PIXELS = np.random.default_rng(0).integers(0, 256, (COUNT, 784), np.uint8)
LABELS = (np.arange(COUNT) % 10).astype(np.uint8)
NPY = PIXELS.tobytes()
IMAGES_IDX = idx_header(IMAGES_MAGIC, COUNT) + NPY
LABELS_IDX = idx_header(LABELS_MAGIC, COUNT) + LABELS.tobytes()
IMAGES_NAME, LABELS_NAME = "train-images-idx3-ubyte", "train-labels-idx1-ubyte"


def npz(**arrays):
    """Return an archive of these arrays."""
    buffer = io.BytesIO()
    np.savez(buffer, **arrays)
    return buffer.getvalue()


def csv(rows=PIXELS, labels=LABELS, separator=","):
    """Return a table in Kaggle's form."""
    first = separator.join(["label", *(f"pixel{n}" for n in range(784))])
    lines = [
        separator.join(map(str, [label, *row])) for label, row in zip(labels, rows, strict=True)
    ]
    return "\n".join([first, *lines, ""]).encode()


FILES = {
    IMAGES_NAME: IMAGES_IDX,
    f"{IMAGES_NAME}.gz": gzip.compress(IMAGES_IDX, mtime=0),
    "a.csv": csv(),
    "a.csv.gz": gzip.compress(csv(), mtime=0),
    "a.npz": npz(x_train=PIXELS, y_train=LABELS, x_test=PIXELS),
}


def check_rows(path):
    """Check that the rows of a table are images, or that it is refused."""
    try:
        for rows in read_rows(path):
            assert rows.images.shape == (len(rows.numbers), 784)
            assert rows.images.dtype == np.uint8
    except MnistError as error:
        check_message(error)


def check_set(path, data_dir):
    """Check that a data set of one's own is converted, or refused with nothing left behind."""
    try:
        data = mnist_cli.load(path, data_dir=data_dir)
        assert data.whole.labels.max() < 10
        assert data.whole.images.shape == (len(data.whole.labels), 784)
    except MnistError as error:
        check_message(error)


def check_idx(path):
    """Check that a file of a data set is what its header says, or refused."""
    for read in (read_images, read_labels):
        try:
            array = read(path)
        except MnistError as error:
            check_message(error)
        else:
            assert len(array) == int.from_bytes(path.read_bytes()[4:8], "big")


def changed(folder, case):
    name, seed = case
    rng = generator(name, seed)
    content = mutated(FILES[name], rng, list(FILES.values()))
    if name.endswith(".csv.gz") and rng.random() < 0.7:  # else gzip's own sum refuses nearly all
        content = gzip.compress(mutated(FILES["a.csv"], rng), 1, mtime=0)
    path = Path(folder, name)
    path.write_bytes(content)
    if name == IMAGES_NAME:
        check_idx(path)
    check_rows(path)
    if seed % 20 == 0:
        (path.parent / LABELS_NAME).write_bytes(LABELS_IDX)
        check_set(path, path.parent / "data")


@pytest.mark.parametrize("name", FILES)
def test_changed_files(quick, name):
    cases = [(f"{name}, seed {seed}", (name, seed)) for seed in range(many(4000, 60))]
    assert faults(partial(changed, quick), cases) == []


def labelled(images, labels=b""):
    """Return an archive of two members with this content."""
    return zipped([("x_train.npy", images), ("y_train.npy", labels)])


def idx(magic=IMAGES_MAGIC, count=COUNT, height=28, width=28, pixels=NPY):
    return struct.pack(">4I", magic, count, height, width) + pixels


def zeros():
    """Return a small file that unpacks to 300 MB of images."""
    block = gzip.compress(bytes(1_000_000), 1)
    return gzip.compress(idx(count=400_000, pixels=b"")) + block * 300


def many_members():
    """Return an archive of nothing but empty members."""
    return zipped([(f"{n}.npy", b"") for n in range(many(60_000, 2000))])


GREY = b"{'descr': '|u1', 'fortran_order': False, 'shape': (30, 784), }\n"
LETTERS = b"{'descr': '<U1', 'fortran_order': False, 'shape': (30,), }\n"
HEADERS = {
    "9,000 minus signs": b"{'descr': '|u1', 'shape': (" + b"-" * 9000 + b"1,)}",
    "65,000 brackets": b"(" * 65_000,
    "objects": b"{'descr': '|O', 'fortran_order': False, 'shape': (30, 784), }\n",
    "other order": b"{'descr': '|u1', 'fortran_order': True, 'shape': (30, 784), }\n",
    "too many": b"{'descr': '|u1', 'fortran_order': False, 'shape': (999999999, 784), }\n",
    "too wide": b"{'descr': '|u1', 'fortran_order': False, 'shape': (1, 99999, 99999), }\n",
    "negative": b"{'descr': '|u1', 'fortran_order': False, 'shape': (-1, 784), }\n",
    "none": b"{'descr': '|u1', 'fortran_order': False, 'shape': (0, 784), }\n",
    "zero wide": b"{'descr': '|u1', 'fortran_order': False, 'shape': (999999999, 0, 28), }\n",
}
HOSTILE = {
    **{
        f"idx: {name}": (IMAGES_NAME, content)
        for name, content in {
            "empty": b"",
            "header only": idx(pixels=b""),
            "half a header": idx()[:7],
            "no images": idx(count=0, pixels=b""),
            "2**32 - 1 images": idx(count=2**32 - 1),
            "one more": idx(count=COUNT + 1),
            "one less": idx(count=COUNT - 1),
            "no height": idx(height=0),
            "2**32 - 1 high": idx(height=2**32 - 1),
            "65,536 x 65,536": idx(height=65_536, width=65_536),
            "labels": LABELS_IDX,
            "floats": idx(magic=0x00000D03),
            "four dimensions": idx(magic=0x00000804),
            "little-endian": struct.pack("<4I", IMAGES_MAGIC, COUNT, 28, 28) + PIXELS.tobytes(),
            "a byte more": IMAGES_IDX + b"\0",
            "text": b"<html>404 not found</html>",
        }.items()
    },
    **{
        f"gzip: {name}": (f"{IMAGES_NAME}.gz", content)
        for name, content in {
            "cut": gzip.compress(IMAGES_IDX)[:-9],
            "no sum": gzip.compress(IMAGES_IDX)[:-8],
            "a wrong sum": gzip.compress(IMAGES_IDX)[:-8] + bytes(8),
            "only the magic": b"\x1f\x8b",
            "bytes after it": gzip.compress(IMAGES_IDX) + b"x" * 100,
            "packed twice": gzip.compress(gzip.compress(IMAGES_IDX)),
            "many members": partial(bytes.__mul__, gzip.compress(b""), 20_000),
            "300 MB of zeros": zeros,
        }.items()
    },
    **{f"npz: {name}": ("a.npz", labelled(header(text, NPY))) for name, text in HEADERS.items()},
    **{
        f"npz: {name}": ("a.npz", content)
        for name, content in {
            "no arrays": zipped([]),
            "other names": npz(a=PIXELS, b=LABELS),
            "hostile names": zipped([("\x1b[2J\n.npy", b""), ("b.npy", b"")]),
            "a pickle": npz(x_train=np.array([{}], object), y_train=LABELS),
            "more labels": npz(x_train=PIXELS, y_train=np.zeros(99, np.uint8)),
            "floats": npz(x_train=PIXELS / 255, y_train=LABELS),
            "one class": npz(x_train=PIXELS, y_train=np.zeros(COUNT, np.uint8)),
            "30 classes": npz(x_train=PIXELS, y_train=np.arange(COUNT)),
            "negative labels": npz(x_train=PIXELS, y_train=-LABELS.astype(int)),
            "hostile classes": npz(x_train=PIXELS, y_train=np.array(["a\x1b[2J", "b\n", "c"] * 10)),
            "bidi classes": npz(x_train=PIXELS, y_train=np.array(["\u202ea", "\u2028", "b"] * 10)),
            "long classes": npz(x_train=PIXELS, y_train=np.array(["a" * 200, "b", "c"] * 10)),
            "surrogates": labelled(header(GREY, NPY), header(LETTERS, b"\x00\xd8\0\0" * 30)),
            "no characters": labelled(header(GREY, NPY), header(LETTERS, b"\xff" * 120)),
            "60,000 members": many_members,
        }.items()
    },
    **{
        f"csv: {name}": ("a.csv", content)
        for name, content in {
            "empty": b"",
            "a byte": b",",
            "one line without end": b"1," * 2_000_000,
            "blank lines": b"\n" * 1_000_000,
            "a million commas": b",\n" * 1_000_000,
            "zeros": bytes(1_000_000),
            "UTF-16": csv().decode().encode("utf-16"),
            "negative": csv(PIXELS.astype(int) - 1),
            "256": csv(PIXELS.astype(int) + 200),
            "fractions": csv(PIXELS / 3),
            "NaN": csv(np.full((COUNT, 784), np.nan)),
            "infinite": csv(np.full((COUNT, 784), np.inf)),
            "5,000 digits": csv(np.full((1, 784), "9" * 5000), LABELS[:1]),
            "1e999": csv(np.full((COUNT, 784), "1e999")),
            "other digits": csv(np.full((COUNT, 784), "\u0661")),
            "a row short": csv() + b"1,2,3\n",
            "hostile labels": csv(labels=["\x1b[2J", "a\u2028b", "\u202e"] * 10),
            "formulas": csv(labels=["=cmd|' /C calc'!A0", "+1", "@x"] * 10),
            "bytes": csv() + b"\xff\xfe\x80" * 784,
            "quotes without end": b'"' + csv(),
        }.items()
    },
}


def hostile(folder, made):
    file, content = made
    path = Path(folder, file)
    path.write_bytes(content)
    (path.parent / LABELS_NAME).write_bytes(LABELS_IDX)
    check_rows(path)
    check_set(path, path.parent / "data")
    if "idx" in file:
        check_idx(path)


def make(name):
    """Return a file's name and content."""
    file, content = HOSTILE[name]
    return file, content() if callable(content) else content


def test_hostile_files(quick):
    cases = [(name, partial(make, name)) for name in HOSTILE]
    assert faults(partial(hostile, quick), cases) == []


def test_every_flipped_bit_of_the_headers(quick):
    """A header with one other bit describes another file, and the size tells."""
    cases = [(f"bit {bit}", bit) for bit in range(8 * 16)]
    assert faults(partial(flip, quick / IMAGES_NAME), cases) == []


def flip(path, bit):
    content = bytearray(IMAGES_IDX)
    content[bit // 8] ^= 1 << bit % 8
    path.write_bytes(content)
    try:
        read_images(path)
    except MnistError as error:
        check_message(error)
    else:
        raise AssertionError("accepted")


FOLDERS = {
    "no pictures": {"0/a.txt": b"x", "1/b.txt": b"y"},
    "broken pictures": {"0/a.png": b"\x89PNG\r\n\x1a\n", "1/b.png": b"x"},
    "one class": {"0/a.png": drawn("PNG")},
    "11 classes": {f"{n}/a.png": drawn("PNG") for n in range(11)},
    "hostile names": {"a\x1b[2J/a.png": drawn("PNG"), "b\n/b.png": drawn("PNG")},
    "scripts": {"<script>/a.png": drawn("PNG"), "${x}/b.png": drawn("PNG")},
    "a list out of the folder": {"a.csv": b"file,label\n../../etc/passwd,0\n/etc/passwd,1\n"},
    "a list of nothing": {"a.csv": b"file,label\n"},
    "a list with hostile labels": {"a.csv": b"file,label\na.png,\x1b[2J\nb.png,\n"},
    "an empty folder": {},
}


def open_folder(folder, name):
    root = Path(folder, f"set {list(FOLDERS).index(name)}")
    root.mkdir()
    for file, content in FOLDERS[name].items():
        path = root / file
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(content)
    check_set(root, Path(folder, "data"))


def test_hostile_folders(quick):
    assert faults(partial(open_folder, quick), [(name, name) for name in FOLDERS]) == []


REFUSED = ("idx: 2**32 - 1 images", "npz: objects", "csv: hostile labels", "gzip: cut")


@pytest.mark.parametrize("case", many(REFUSED, REFUSED[:2]))
def test_the_commands_refuse_it_in_one_line(tmp_path, case):
    name, content = HOSTILE[case]
    (tmp_path / name).write_bytes(content)
    (tmp_path / LABELS_NAME).write_bytes(LABELS_IDX)
    if case != "csv: hostile labels":  # `predict` does not need them
        check_refused(command("predict", name, "--csv", "out.csv", "-q", cwd=tmp_path))
        assert not (tmp_path / "out.csv").exists()
    check_refused(command("train", "--dataset", name, "--quiet", cwd=tmp_path))
