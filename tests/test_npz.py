"""The strict part of `.npz`: NumPy reads what it writes, and it reads nothing else."""

import hashlib
import io
import struct
import zipfile

import numpy as np
import pytest

from mnist_cli.storage.npz import read_npz, write_npz

ONE_LINE = r"^[^\n]+$"
RNG = np.random.default_rng(0)
ARRAYS = {
    "matrix": RNG.normal(size=(3, 2)).astype("<f4"),
    "halves": RNG.normal(size=5).astype("<f2"),
    "pixels": RNG.integers(0, 256, (2, 3, 4), np.uint8),
    "signed": RNG.integers(-128, 128, 7, np.int8),
    "number": np.array(1.5, "<f4"),
    "nothing": np.zeros(0, "<f4"),
    "text": np.array(b'{"a": 1}'),
}


def written(arrays):
    file = io.BytesIO()
    write_npz(file, arrays)
    return file.getvalue()


def digest_of(arrays):
    """The digest, as docs/checkpoint.md tells it."""
    parts = (f"{n} {a.dtype.str} {a.shape}\n".encode() + a.tobytes() for n, a in arrays.items())
    return hashlib.sha256(b"".join(parts)).hexdigest().encode()


def npy(array, version=(1, 0)):
    file = io.BytesIO()
    np.lib.format.write_array(file, np.asarray(array), version=version)
    return file.getvalue()


def zipped(arrays, compression=zipfile.ZIP_STORED, **members):
    """An archive that is right but for some members, given by their content."""
    contents = {**{name: npy(array) for name, array in arrays.items()}}
    contents = {**contents, "digest": npy(np.array(digest_of(arrays))), **members}
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", compression) as archive:
        for name, content in contents.items():
            member = zipfile.ZipInfo(f"{name}.npy")
            member.create_system, member.compress_type = 3, compression
            archive.writestr(member, content)
    return file.getvalue()


def test_it_is_the_archive_of_the_specification():
    content = written(ARRAYS)
    assert content == zipped(ARRAYS)
    with np.load(io.BytesIO(content), allow_pickle=False) as found:
        assert [*found] == [*ARRAYS, "digest"]
        assert found["digest"].item() == digest_of(ARRAYS)
        for name, array in ARRAYS.items():
            np.testing.assert_array_equal(found[name], array, strict=True)


def test_everything_comes_back():
    found = read_npz(written(ARRAYS))
    assert [*found] == [*ARRAYS]
    for name, array in ARRAYS.items():
        np.testing.assert_array_equal(found[name], array, strict=True)


def test_the_order_in_memory_does_not_matter():
    columns = {"matrix": np.asfortranarray(ARRAYS["matrix"])}
    assert written(columns) == written({"matrix": ARRAYS["matrix"]})


SMALL = {"a": np.array([[1, 2], [3, 4]], "<f4"), "t": np.array(b"text")}
HEADER = len(npy(SMALL["a"])) - 16


def header(text, length=118):
    """The start of a member of version 1.0 with a header of this text."""
    return b"\x93NUMPY\x01\x00" + struct.pack("<H", length) + text.ljust(117).encode() + b"\n"


def of_a(descr="'<f4'", order="False", shape="(2, 2)", more="", data=bytes(16), length=118):
    text = f"{{'descr': {descr}, 'fortran_order': {order}, 'shape': {shape}, {more}}}"
    return header(text, length) + data


MEMBERS = {
    "nothing": b"",
    "text": b"hello",
    "half a header": npy(SMALL["a"])[: HEADER // 2],
    "no values": npy(SMALL["a"])[:HEADER],
    "a value less": npy(SMALL["a"])[:-4],
    "a byte less": npy(SMALL["a"])[:-1],
    "a byte more": npy(SMALL["a"]) + b"x",
    "a value more": npy(SMALL["a"]) + bytes(4),
    "a header that promises less": of_a(length=117),
    "a header that promises more": of_a(length=119),
    "columns first": of_a(order="True"),
    "doubles": of_a("'<f8'", data=bytes(32)),
    "big-endian": of_a("'>f4'"),
    "objects": of_a("'|O'"),
    "fields": of_a("[('x', '<f4')]"),
    "texts": of_a("'|S4'"),
    "a text in a list": of_a("'|S16'", shape="(1,)"),
    "a shape to be found": of_a(shape="(-1, 2)"),
    "a shape of words": of_a(shape="(two, 2)"),
    "another shape": of_a(shape="(2, 3)"),
    "a huge shape": of_a(shape="(999999999, 999999999, 999999999)"),
    "another key": of_a(more="'x': 1, "),
    "version 2": npy(SMALL["a"], (2, 0)),
    "another magic": b"X" + npy(SMALL["a"])[1:],
    "not a number": npy(np.array([[1, 2], [3, np.nan]], "<f4")),
    "infinity": npy(np.array([[-np.inf, 2], [3, 4]], "<f4")),
    "infinite halves": npy(np.array([np.inf], "<f2")),
    "other values": npy(SMALL["a"] + 1),
    "another type of the same bytes": npy(SMALL["a"].view("<f2")),
}


@pytest.mark.parametrize("case", MEMBERS)
def test_a_wrong_member_is_refused(case):
    with pytest.raises(ValueError, match=ONE_LINE):
        read_npz(zipped(SMALL, a=MEMBERS[case]))


@pytest.mark.parametrize("kind", ["<f4", "<f2"])
@pytest.mark.parametrize("value", [np.nan, np.inf, -np.inf])
def test_what_is_not_finite_is_refused_though_its_digest_is_right(kind, value):
    arrays = {"a": np.array([[1, value]], kind), "b": SMALL["a"]}
    with pytest.raises(ValueError, match=r"^'?a'?: .*not finite"):
        read_npz(zipped(arrays))


def without_digest():
    whole = zipped(SMALL)
    with zipfile.ZipFile(io.BytesIO(whole)) as archive:
        contents = {name: archive.read(name) for name in archive.namelist()[:-1]}
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        for name, content in contents.items():
            archive.writestr(name, content)
    return file.getvalue()


def member_twice():
    file = io.BytesIO(zipped(SMALL))
    with zipfile.ZipFile(file, "a") as archive, pytest.warns(UserWarning, match="Duplicate"):
        archive.writestr("a.npy", npy(SMALL["a"]))
    return file.getvalue()


def without_date(content):
    return content.replace(struct.pack("<H", 0x21), bytes(2))  # 1 January 1980


ARCHIVES = {
    "nothing": lambda: b"",
    "text": lambda: b"hello" * 100,
    "an empty archive": lambda: zipped({})[-22:],
    "no digest": without_digest,
    "another digest": lambda: zipped(SMALL, digest=npy(np.array(b"0" * 64))),
    "a digest that is no text": lambda: zipped(SMALL, digest=npy(np.zeros(16, "<f4"))),
    "a digest of more": lambda: zipped(SMALL, b=npy(SMALL["a"])),
    "a member twice": member_twice,
    "compressed": lambda: zipped(SMALL, zipfile.ZIP_DEFLATED),
    "packed by bzip2": lambda: zipped(SMALL, zipfile.ZIP_BZIP2),
}


@pytest.mark.parametrize("case", ARCHIVES)
def test_a_wrong_archive_is_refused(case):
    with pytest.raises(ValueError, match=ONE_LINE):
        read_npz(ARCHIVES[case]())


def test_a_digest_that_does_not_fit_is_the_reason():
    with pytest.raises(ValueError, match=r"^the content does not match its digest$"):
        read_npz(ARCHIVES["another digest"]())


@pytest.mark.parametrize("spelling", [lambda content: content + b"x", without_date])
def test_another_spelling_is_the_reason(spelling):
    with pytest.raises(ValueError, match=r"^the same arrays, written again, are other bytes$"):
        read_npz(spelling(zipped(SMALL)))


def test_every_cut_is_refused():
    content = written(SMALL)
    for size in range(len(content)):
        with pytest.raises(ValueError, match=ONE_LINE):
            read_npz(content[:size])


def test_no_flipped_bit_changes_an_array():
    content = written(SMALL)
    for place in range(len(content)):
        damaged = bytearray(content)
        damaged[place] ^= 1 << place % 8
        try:
            found = read_npz(bytes(damaged))
        except ValueError:
            continue
        assert {name: array.tolist() for name, array in found.items()} == {
            name: array.tolist() for name, array in SMALL.items()
        }
