"""Hostile checkpoints: whole files whose digest is right, and which no writer of ours makes."""

import copy
import io
import json
import struct
import warnings
import zipfile
from collections.abc import Callable
from functools import partial
from typing import Any

import numpy as np

from mnist_cli.config.settings import TrainingConfig
from mnist_cli.storage.npz import read_npz, write_npz
from mnist_cli.training.checkpoint import write_checkpoint
from mnist_cli.training.confidence import Calibration
from mnist_cli.training.metadata import Origin, Provenance
from mnist_cli.training.outliers import COMPONENTS, Limits, Spaces
from mnist_cli.training.run import Run

RAW = "@raw@"  # stands for the JSON text of a value
VALUES = {
    "null": "null",
    "true": "true",
    "false": "false",
    "0": "0",
    "-0.0": "-0.0",
    "1": "1",
    "1.0": "1.0",
    "-1": "-1",
    "3": "3",
    "1e-320": "1e-320",
    "1e308": "1e308",
    "-1e308": "-1e308",
    "1e999": "1e999",
    "NaN": "NaN",
    "-Infinity": "-Infinity",
    "2**63": str(2**63),
    "401 digits": "1" + "0" * 400,
    "5,001 digits": "1" + "0" * 5000,
    "no text": '""',
    "x": '"x"',
    "1 as text": '"1"',
    "sigmoid": '"sigmoid"',
    "long text": '"' + "x" * 100_000 + '"',
    "escape sequences": r'"\u001b[2J\u001b]0;owned\u0007"',
    "newlines": r'"a\nmnist: all is well\r"',
    "half a surrogate pair": r'"\ud800"',
    "right to left": r'"\u202egnp.exe"',
    "separator of lines": r'"a\u2028b"',
    "script": '"</script><script>alert(1)</script>"',
    "[]": "[]",
    "{}": "{}",
    "[[]]": "[[]]",
    "[null]": "[null]",
    "[1, 1]": "[1, 1]",
    "deep": "[" * 990 + "]" * 990,
    "deep objects": '{"a":' * 500 + "1" + "}" * 500,
    "many nulls": "[" + ",".join(["null"] * 50_000) + "]",
    "twice the same key": '{"a": 1, "a": 1}',
    "many keys": "{" + ",".join(f'"{n}": 0' for n in range(20_000)) + "}",
}


def small_checkpoint() -> bytes:
    """Return a checkpoint with every kind of member, as small as they go."""
    config = TrainingConfig(hidden_sizes=(1,), momentum=0.5, patience=2, snapshots=1)
    run = Run.start(config, 2)
    run.close_epoch(0.5, 0.25, 1.0)
    spaces = Spaces(np.zeros((2, 784), np.uint8), np.ones((2, COMPONENTS, 784), np.int8))
    sets = np.linspace(0.25, 0, 500, dtype=np.float32)
    calibration = Calibration(0.5, Limits(3.25, 0.5, 0.75), spaces, sets)
    origin, environment = Origin("a.npz", "f" * 64), {"numpy": "2"}
    provenance = Provenance("own", 100, "0" * 64, environment, ("a", "b"), False, origin)
    buffer = io.BytesIO()
    write_checkpoint(buffer, run, provenance, calibration)
    return buffer.getvalue()


GOOD = small_checkpoint()
ARRAYS = read_npz(GOOD)
METADATA: dict[str, Any] = json.loads(ARRAYS["metadata"].item())


def packed(arrays: dict[str, Any]) -> bytes:
    """Return a file of these arrays, with their digest."""
    buffer = io.BytesIO()
    write_npz(buffer, arrays)
    return buffer.getvalue()


def with_text(text: str) -> bytes:
    """Return a checkpoint with this text as its metadata."""
    return packed(ARRAYS | {"metadata": np.array(text.encode("utf-8", "surrogatepass"))})


Path = tuple[Any, ...]  # to one value of the metadata


def paths(values: Any = METADATA, path: Path = ()) -> list[Path]:
    """Return the path to every value below `values`."""
    if isinstance(values, dict):
        pairs = list(values.items())
    else:
        pairs = list(enumerate(values)) if isinstance(values, list) else []
    below = [inner for key, value in pairs for inner in paths(value, (*path, key))]
    return ([path] if path else []) + below


def edited(*edits: tuple[Path, str]) -> bytes:
    """Return a checkpoint in whose metadata each path has the value with this JSON text."""
    values = copy.deepcopy(METADATA)
    for number, (path, _) in enumerate(edits):
        _put(values, path, f"{RAW}{number}")
    text = json.dumps(values)
    for number, (_, value) in enumerate(edits):
        text = text.replace(f'"{RAW}{number}"', value)
    return with_text(text)


def _put(values: Any, path: Path, value: Any) -> None:
    for key in path[:-1]:
        values = values[key]
        if isinstance(values, str):  # another edit has replaced what was there
            return
    values[path[-1]] = value


def without(path: Path) -> bytes:
    """Return a checkpoint whose metadata lack one value."""
    values = copy.deepcopy(METADATA)
    place = values
    for key in path[:-1]:
        place = place[key]
    del place[path[-1]]
    return with_text(json.dumps(values))


def with_more(path: Path) -> bytes:
    """Return a checkpoint with one more key, or element, at a path."""
    values = copy.deepcopy(METADATA)
    place = values
    for key in path:
        place = place[key]
    if isinstance(place, dict):
        place["more"] = 1
    elif isinstance(place, list):
        place.append(1)
    return with_text(json.dumps(values))


# -- arrays ----------------------------------------------------------------------------------------

CHANGES = {
    "empty": lambda a: a[:0],
    "one more row": lambda a: np.concatenate([a, a[:1]]),
    "one row less": lambda a: a[1:],
    "flat": lambda a: a.reshape(1, *a.shape),
    "f8": lambda a: a.astype("f8"),
    "f2": lambda a: a.astype("f2"),
    "i1": lambda a: a.astype("i1"),
    "big-endian": lambda a: a.astype(a.dtype.newbyteorder(">")),
    "complex": lambda a: a.astype("c8"),
    "text": lambda a: a.astype("S4"),
    "NaN": lambda a: np.full_like(a, np.nan, "f4"),
    "infinite": lambda a: np.full_like(a, np.inf, "f4"),
    "-infinite": lambda a: np.full_like(a, -np.inf, "f4"),
    "3e38": lambda a: np.full_like(a, 3e38, "f4"),
    "-3e38": lambda a: np.full_like(a, -3e38, "f4"),
    "1e30": lambda a: np.full_like(a, 1e30, "f4"),
    "1e-45": lambda a: np.full_like(a, 1e-45, "f4"),
    "65504": lambda a: np.full_like(a, 65504, a.dtype if a.dtype.kind == "f" else "f4"),
}


def array_cases() -> dict[str, bytes]:
    """Return checkpoints in which one array is another."""
    numeric = [name for name in ARRAYS if name != "metadata"]
    cases = {
        f"{name}: {change}": packed(ARRAYS | {name: make(ARRAYS[name])})
        for name in numeric
        for change, make in CHANGES.items()
    }
    for name in ARRAYS:
        cases[f"{name}: missing"] = packed({n: a for n, a in ARRAYS.items() if n != name})
    last_first = dict(reversed(ARRAYS.items()))
    return cases | {
        "members in another order": packed(last_first),
        "one member more": packed(ARRAYS | {"more": np.zeros(1, "f4")}),
        "metadata: text of Python": packed(ARRAYS | {"metadata": np.array("{}")}),
        "metadata: numbers": packed(ARRAYS | {"metadata": np.zeros(1, "f4")}),
        "metadata: two texts": packed(ARRAYS | {"metadata": np.array([b"{}", b"{}"])}),
    }


# -- the zip around them ---------------------------------------------------------------------------


def _members(content: bytes = GOOD) -> list[tuple[str, bytes]]:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return [(name, archive.read(name)) for name in archive.namelist()]


def zipped(members: list[tuple[str, bytes]], kind: int = 0, comment: bytes = b"", **set_: Any):
    """Return a zip of these members, as our writer makes it but for what is named."""
    buffer = io.BytesIO()
    with warnings.catch_warnings(), zipfile.ZipFile(buffer, "w") as archive:
        warnings.simplefilter("ignore")  # a name that stands twice
        archive.comment = comment
        for name, data in members:
            info = zipfile.ZipInfo(name)
            info.create_system, info.compress_type = 3, kind
            for field, value in set_.items():
                setattr(info, field, value)
            archive.writestr(info, data)
    return buffer.getvalue()


def header(text: bytes, data: bytes = b"") -> bytes:
    """Return an npy file with this header."""
    return b"\x93NUMPY\x01\x00" + struct.pack("<H", len(text)) + text + data


def _with_header(text: bytes) -> bytes:
    """Return a checkpoint whose first member has another header."""
    (name, data), *rest = _members()
    return zipped([(name, header(text, data[128:])), *rest])


def _spelt(shape: bytes, descr: bytes = b"<f4") -> bytes:
    text = b"{'descr': '%s', 'fortran_order': False, 'shape': %s, }" % (descr, shape)
    return _with_header(text.ljust(117) + b"\n")


def _patched(offset: int, value: bytes, start: bytes) -> bytes:
    """Return the checkpoint with other bytes behind the first `start`."""
    at = GOOD.index(start) + offset
    return GOOD[:at] + value + GOOD[at + len(value) :]


LOCAL, ENTRY, END = b"PK\x03\x04", b"PK\x01\x02", b"PK\x05\x06"


def zip_cases() -> dict[str, bytes]:
    """Return the same checkpoint in other spellings, and archives that are bombs."""
    members = _members()
    return {
        "a script before it": b"#!/bin/sh\nexit\n" + GOOD,
        "bytes after it": GOOD + b"\0",
        "itself after it": GOOD + GOOD,
        "nothing": b"",
        "only an end": END + bytes(18),
        "a comment": zipped(members, comment=b"hello"),
        "deflated": zipped(members, kind=zipfile.ZIP_DEFLATED),
        "bzip2": zipped(members, kind=zipfile.ZIP_BZIP2),
        "lzma": zipped(members, kind=zipfile.ZIP_LZMA),
        "no .npy": zipped([(name.removesuffix(".npy"), data) for name, data in members]),
        ".npy twice": zipped([(f"{name}.npy", data) for name, data in members]),
        "in a folder": zipped([(f"a/{name}", data) for name, data in members]),
        "upper case": zipped([(name.upper(), data) for name, data in members]),
        "reversed": zipped(members[::-1]),
        "a date": zipped(members, date_time=(2024, 1, 1, 0, 0, 0)),
        "from Windows": zipped(members, create_system=0),
        "a mode": zipped(members, external_attr=0o644 << 16),
        "an extra field": zipped(members, extra=struct.pack("<HH", 0xCAFE, 0)),
        "a member twice": zipped([*members, members[0]]),
        "an empty member": zipped([*members, ("", b"")]),
        "a folder more": zipped([*members, ("more/", b"")]),
        "names with escapes": zipped([*members, ("\x1b[2J\n.npy", header(b""))]),
        "a long name": zipped([*members, ("x" * 60_000, b"")]),
        "9,000 minus signs": _with_header(b"{'descr': '<f4', 'shape': (" + b"-" * 9000 + b"1,)}"),
        "65,000 brackets": _with_header(b"(" * 65_000),
        "shape (-1, 1)": _spelt(b"(-1, 1)"),
        "shape (784, 1,)": _spelt(b"(784, 1,)"),
        "shape (0784, 1)": _spelt(b"(0784, 1)"),
        "shape (784L, 1)": _spelt(b"(784L, 1)"),
        "shape of millions": _spelt(b"(999999999, 999999999)"),
        "shape of nothing": _spelt(b"(0, 999999999)"),
        "objects": _spelt(b"(784, 1)", b"|O"),
        "a record": _with_header(b"{'descr': [('a', '<f4')], 'shape': (784, 1), }\n"),
        "npy 2.0": zipped(
            [(members[0][0], b"\x93NUMPY\x02\x00" + members[0][1][8:]), *members[1:]]
        ),
        "a pickle": zipped([(members[0][0], b"cos\nsystem\n(S'true'\ntR."), *members[1:]]),
        "a byte after a member": zipped([(members[0][0], members[0][1] + b"\0"), *members[1:]]),
        "encrypted": _patched(6, b"\x01", LOCAL),
        "encrypted in the directory": _patched(8, b"\x01", ENTRY),
        "data descriptor": _patched(6, b"\x08", LOCAL),
        "another name inside": _patched(30, b"W", LOCAL),
        "another offset": _patched(42, b"\x01", ENTRY),
        "a size of 4 GB": _patched(24, b"\xff\xff\xff\xff", ENTRY),
        "two disks": _patched(4, b"\x01", END),
        "fewer entries": _patched(10, b"\x01", END),
        "more entries": _patched(10, b"\xff\xff", END),
        "100,000 members": many_members(100_000),
        "no zip": b"\x89PNG\r\n\x1a\n" + bytes(1000),
        "zeros": bytes(100_000),
    }


def many_members(count: int) -> bytes:
    """Return an archive whose directory lists `count` empty members, all at the same place."""
    entry = ENTRY + struct.pack("<6H3I5H2I", 20, 20, 0, 0, 0, 33, 0, 0, 0, 7, 0, 0, 0, 0, 0, 0)
    directory = b"".join(entry + b"%07d" % number for number in range(count))
    end = END + struct.pack("<4H2IH", 0, 0, count & 0xFFFF, count & 0xFFFF, len(directory), 0, 0)
    return directory + end


# -- the metadata ----------------------------------------------------------------------------------

TEXTS = {
    "nothing": "",
    "a list": "[]",
    "a number": "1",
    "spaces around it": " " + json.dumps(METADATA) + "\n",
    "without spaces": json.dumps(METADATA, separators=(",", ":")),
    "indented": json.dumps(METADATA, indent=1),
    "a mark of order": "\ufeff" + json.dumps(METADATA),
    "in another order": json.dumps(METADATA, sort_keys=True),
    "cut short": json.dumps(METADATA)[:-1],
    "text after it": json.dumps(METADATA) + "{}",
    "990 deep": '{"a":' * 990 + "1" + "}" * 990,
    "100,000 deep": "[" * 100_000,
    "empty lists": "[" + "[]," * 2_000_000 + "[]]",
    "300,000 keys": "{" + ",".join(f'"{n}":0' for n in range(300_000)) + "}",
    "300,000 times a key": "{" + '"a":0,' * 300_000 + '"a":0}',
    "escapes": json.dumps(METADATA).replace("own", r"\u006fwn"),
    "an exponent": json.dumps(METADATA).replace('"images": 100', '"images": 1e2'),
}


def long_history(epochs: int = 50_000) -> bytes:
    """Return a checkpoint of the longest training that settings allow, with eight layers."""
    one = METADATA["history"][0] | {"gradient_norms": [0.12345678901234] * 9}
    return edited(
        (("history",), json.dumps([one | {"epoch": n + 1} for n in range(epochs)])),
        (("config", "epochs"), str(epochs)),
    )


def metadata_cases() -> dict[str, Callable[[], bytes]]:
    """Return functions that make checkpoints in whose metadata one thing is another."""
    places = {".".join(map(str, path)): path for path in paths()}
    cases = {f"metadata: {name}": partial(with_text, text) for name, text in TEXTS.items()}
    cases["50,000 epochs"] = long_history
    for name, path in places.items():
        cases[f"without {name}"] = partial(without, path)
        cases[f"more in {name}"] = partial(with_more, path)
        for value, text in VALUES.items():
            cases[f"{name} = {value}"] = partial(edited, (path, text))
    return cases
