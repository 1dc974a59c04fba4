"""A small, strict part of the `.npz` format: the same arrays give the same bytes.

An archive is a zip without compression of `.npy` members (version 1.0): little-endian float32,
float16 or int8 arrays or single byte strings, and last `digest`, the SHA-256 of all before it.
`np.load` reads it. One rule makes the reader strict: what it has read is written again, and must
be the same bytes. So it may be simple, and an archive has one spelling only.
"""

import hashlib
import io
import math
import os
import re
import struct
import zipfile
from typing import Any, BinaryIO, NamedTuple

import numpy as np
from numpy.lib import format as npy
from numpy.typing import NDArray

MOST_MEMBERS = 100  # the deepest network with its film has some 40
LONGEST_NAME = 100  # bytes
_ENTRY = struct.Struct("<4s14xL4xHH")  # a signature; the bytes of a member, its name and extras
_MEMBER, _DIRECTORY = b"PK\x03\x04", b"PK\x01\x02"
LONGEST_HEADER = 200  # bytes of what stands before the values of a member

# What NumPy writes for the types of a checkpoint. NumPy's own reader hands a header to Python's
# parser, which fails in ways of its own: a few thousand minus signs are a MemoryError.
_HEADER = re.compile(
    rb"\x93NUMPY\x01\x00(?P<length>..)"
    rb"\{'descr': '(?P<dtype><f4|<f2|\|[iu]1|\|S\d{1,9})', 'fortran_order': False, "
    rb"'shape': \((?P<shape>(\d{1,9}(, \d{1,9})*,?)?)\), \} *\n",
    re.DOTALL,
)


class Form(NamedTuple):
    """What a member is: the place of its first value in the file, type and shape."""

    start: int
    dtype: np.dtype[Any]
    shape: tuple[int, ...]

    @property
    def bytes(self) -> int:
        """Bytes of its values."""
        return math.prod(self.shape) * self.dtype.itemsize


def write_npz(file: BinaryIO, arrays: dict[str, NDArray[Any]]) -> None:
    """Write the arrays, in order, and their digest."""
    _write(file, {**arrays, "digest": np.array(_digest(arrays))})


def read_npz(content: bytes) -> dict[str, NDArray[Any]]:
    """Read all arrays but the digest; they are views of the content.

    Raises
    ------
    ValueError
        The content is damaged, or not what `write_npz` writes.
    """
    arrays = {
        name: np.frombuffer(content, form.dtype, math.prod(form.shape), form.start).reshape(
            form.shape
        )
        for name, form in read_forms(io.BytesIO(content)).items()
    }
    digest = arrays.pop("digest", None)
    if digest is None or digest.tobytes() != _digest(arrays):
        raise ValueError("the content does not match its digest")
    for name, values in arrays.items():
        if values.dtype.kind == "f" and not np.isfinite(values).all():
            raise ValueError(f"{name}: holds a value that is not finite")
    again = io.BytesIO()
    _write(again, {**arrays, "digest": digest})
    if again.getvalue() != content:
        raise ValueError("the same arrays, written again, are other bytes")
    return arrays


def read_forms(file: BinaryIO) -> dict[str, Form]:
    """Return the members of an archive by name. Only their headers are read.

    Raises ValueError if the file is damaged or no such archive.
    """
    size, place, forms = file.seek(0, os.SEEK_END), 0, dict[str, Form]()
    while (entry := _read(file, place, _ENTRY.size))[:4] == _MEMBER:
        _, member_bytes, name_bytes, more = _ENTRY.unpack(entry)
        if name_bytes > LONGEST_NAME or more or len(forms) == MOST_MEMBERS:
            raise ValueError("has a member that this program does not write")
        name = _read(file, place + _ENTRY.size, name_bytes).decode().removesuffix(".npy")
        place += _ENTRY.size + name_bytes
        if name in forms or place + member_bytes > size:
            raise ValueError(f"{name!a}: stands twice, or claims to be larger than the file")
        forms[name] = _form(name, file, place, member_bytes)
        place += member_bytes
    if entry[:4] != _DIRECTORY:
        raise ValueError("not an .npz file, or cut short")
    return forms


def read_text(file: BinaryIO, name: str) -> bytes:
    """Return one member, a byte string. Raises ValueError if there is none; nothing is verified."""
    form = read_forms(file).get(name)
    if form is None or form.dtype.kind != "S":
        raise ValueError(f"has no {name}")
    return _read(file, form.start, form.bytes)


def _read(file: BinaryIO, place: int, size: int) -> bytes:
    """Return some bytes of a file. Raises ValueError if there are fewer."""
    file.seek(place)
    content = file.read(size)
    if len(content) < size:
        raise ValueError("not an .npz file, or cut short")
    return content


def _form(name: str, file: BinaryIO, place: int, size: int) -> Form:
    """Read the header of one member; it must promise just what follows."""
    header = _HEADER.match(_read(file, place, min(size, LONGEST_HEADER)))
    if header is None or header.end() != 10 + int.from_bytes(header["length"], "little"):
        raise ValueError(f"{name!a}: no array of npy 1.0, or of a type that checkpoints lack")
    dtype = np.dtype(header["dtype"].decode())
    shape = tuple(map(int, re.findall(rb"\d+", header["shape"])))
    form = Form(place + header.end(), dtype, shape)
    if (dtype.kind == "S" and shape) or not dtype.itemsize or header.end() + form.bytes != size:
        raise ValueError(f"{name!a}: has a header that does not fit it")
    return form


def _digest(arrays: dict[str, NDArray[Any]]) -> bytes:
    """SHA-256, in hexadecimal, over names, types, shapes and values."""
    digest = hashlib.sha256()
    for name, array in arrays.items():
        digest.update(f"{name} {array.dtype.str} {array.shape}\n".encode())
        digest.update(np.ascontiguousarray(array).data)
    return digest.hexdigest().encode()


def _write(file: BinaryIO, arrays: dict[str, NDArray[Any]]) -> None:
    with zipfile.ZipFile(file, "w") as archive:
        for name, array in arrays.items():
            member = zipfile.ZipInfo(f"{name}.npy")  # dated 1980, whatever the clock says
            member.create_system = 3
            archive.writestr(member, _npy_bytes(array))


def _npy_bytes(array: NDArray[Any]) -> bytes:
    buffer = io.BytesIO()
    npy.write_array(buffer, np.asarray(array, order="C"), version=(1, 0), allow_pickle=False)
    return buffer.getvalue()
