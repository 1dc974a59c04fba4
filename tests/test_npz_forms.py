"""What is refused from the headers of an archive alone, before its arrays take memory."""

import io
import struct
import zipfile

import numpy as np
import pytest

from mnist_cli.storage.npz import read_forms, read_text, write_npz

ARRAYS = {
    "a": np.arange(6, dtype="<f4").reshape(2, 3),
    "halves": np.zeros(5, "<f2"),
    "number": np.array(2, "<f4"),
    "text": np.array(b'{"a": 1}'),
}


def archive_of(arrays):
    file = io.BytesIO()
    write_npz(file, arrays)
    return file


def with_member(name, content, extra=b""):
    """An archive of one member, whatever it holds."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        member = zipfile.ZipInfo(name)
        member.extra = extra
        archive.writestr(member, content)
    return file


def npy(array):
    file = io.BytesIO()
    np.save(file, array)
    return file.getvalue()


def test_forms_are_places_types_and_shapes():
    file = archive_of(ARRAYS)
    forms = read_forms(file)
    assert [*forms] == [*ARRAYS, "digest"]
    for name, array in ARRAYS.items():
        form = forms[name]
        assert (form.dtype, form.shape, form.bytes) == (array.dtype, array.shape, array.nbytes)
        assert file.getvalue()[form.start : form.start + form.bytes] == array.tobytes()


def test_a_text_is_read_alone():
    assert read_text(archive_of(ARRAYS), "text") == b'{"a": 1}'


@pytest.mark.parametrize("name", ["missing", "a"])
def test_what_is_no_text_is_told(name):
    with pytest.raises(ValueError, match=f"^has no {name}$"):
        read_text(archive_of(ARRAYS), name)


@pytest.mark.parametrize(("count", "is_read"), [(99, True), (100, False)])
def test_members_are_counted_first(count, is_read):
    """With the digest, 100 members are the most."""
    file = archive_of({f"a{number}": ARRAYS["number"] for number in range(count)})
    if is_read:
        assert len(read_forms(file)) == 100
    else:
        with pytest.raises(ValueError, match="member that this program does not write"):
            read_forms(file)


@pytest.mark.parametrize(("length", "is_read"), [(100, True), (101, False)])
def test_names_are_short(length, is_read):
    file = archive_of({"a" * (length - len(".npy")): ARRAYS["a"]})
    if is_read:
        assert len(read_forms(file)) == 2
    else:
        with pytest.raises(ValueError, match="member that this program does not write"):
            read_forms(file)


def test_extra_fields_are_refused():
    file = with_member("a.npy", npy(ARRAYS["a"]), struct.pack("<HH4s", 0xCAFE, 4, b"more"))
    with pytest.raises(ValueError, match="member that this program does not write"):
        read_forms(file)


def test_a_name_stands_once():
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("a.npy", npy(ARRAYS["a"]))
        archive.writestr("a", npy(ARRAYS["a"]))
    with pytest.raises(ValueError, match=r"^'a': stands twice"):
        read_forms(file)


def test_no_member_is_larger_than_the_file():
    content = archive_of({"a": ARRAYS["a"]}).getvalue()
    size = len(content) - 30 - len("a.npy")
    for claimed, reason in ((size + 1, "claims to be larger"), (size, "does not fit")):
        file = io.BytesIO(content[:18] + struct.pack("<L", claimed) + content[22:])
        with pytest.raises(ValueError, match=reason):
            read_forms(file)


def test_a_list_of_the_members_must_follow():
    content = archive_of(ARRAYS).getvalue()
    directory = content.index(b"PK\x01\x02")
    for end in (b"", b"x" * 100, content[directory:].replace(b"PK\x01\x02", b"PK\x01\x03")):
        with pytest.raises(ValueError, match=r"not an .npz file, or cut short"):
            read_forms(io.BytesIO(content[:directory] + end))


HEADERS = {
    "a text in a list": npy(np.array([b"text"])),
    "a text of nothing": npy(np.array(b"text")).replace(b"|S4", b"|S0"),
    "a text of nothing, and nothing": npy(np.array(b"text")).replace(b"|S4", b"|S0")[:-4],
    "a value less": npy(ARRAYS["a"])[:-4],
    "a byte more": npy(ARRAYS["a"]) + b"x",
}


@pytest.mark.parametrize("case", HEADERS)
def test_a_header_fits_its_member(case):
    with pytest.raises(ValueError, match=r"^'a': has a header that does not fit it"):
        read_forms(with_member("a.npy", HEADERS[case]))


@pytest.mark.parametrize("length", [117, 119, 0, 0xFFFF])
def test_a_header_is_as_long_as_it_says(length):
    content = npy(ARRAYS["a"])
    assert struct.unpack("<H", content[8:10]) == (118,)
    with pytest.raises(ValueError, match=r"^'a': no array of npy 1.0"):
        read_forms(with_member("a.npy", content[:8] + struct.pack("<H", length) + content[10:]))
