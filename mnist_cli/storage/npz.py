"""A small, strict part of the `.npz` format: the same arrays give the same bytes.

An archive is a zip without compression of `.npy` members (version 1.0): little-endian float32,
float16 or int8 arrays or single byte strings, and last `digest`, the SHA-256 of all before it.
`np.load` reads it. This reader notices all damage, and refuses what `np.load` accepts: headers that
promise gigabytes, members that unpack to them, flipped bits.
"""

import hashlib
import io
import re
import struct
import zipfile
from typing import Any, BinaryIO

import numpy as np
from numpy.lib import format as npy
from numpy.typing import NDArray

MAX_BYTES = 1 << 30  # of a file: more than the widest network that a configuration allows
DAMAGE = (  # what zipfile and numpy raise for damaged files, found by flipping bits
    zipfile.BadZipFile,
    struct.error,
    EOFError,
    KeyError,
    NotImplementedError,
    OSError,
    OverflowError,
    RuntimeError,
    TypeError,
    ValueError,
)

# What NumPy writes for the types of a checkpoint. NumPy's own reader hands a header to Python's
# parser, which fails in ways of its own: a few thousand minus signs are a MemoryError.
_HEADER = re.compile(
    rb"\x93NUMPY\x01\x00(?P<length>..)"
    rb"\{'descr': '(?P<dtype><f4|<f2|\|[iu]1|\|S\d{1,9})', 'fortran_order': False, "
    rb"'shape': \((?P<shape>(\d{1,9}(, \d{1,9})*,?)?)\), \} *\n",
    re.DOTALL,
)


def write_npz(file: BinaryIO, arrays: dict[str, NDArray[Any]]) -> None:
    """Write the arrays, in order, and their digest."""
    digest = np.array(_digest(arrays))
    with zipfile.ZipFile(file, "w") as archive:
        for name, array in {**arrays, "digest": digest}.items():
            member = zipfile.ZipInfo(f"{name}.npy")  # dated 1980, whatever the clock says
            member.create_system = 3
            archive.writestr(member, _npy_bytes(array))


def read_npz(content: bytes) -> dict[str, NDArray[Any]]:
    """Read all arrays but the digest.

    Raises
    ------
    ValueError
        The content is damaged, or not of this form.
    """
    try:
        arrays = {name: _parse_npy(name, data) for name, data in _members(content).items()}
    except DAMAGE as error:
        raise ValueError(" ".join(str(error).split())[:200] or type(error).__name__) from error
    digest = arrays.pop("digest", None)
    if digest is None or digest != _digest(arrays):
        raise ValueError("the content does not match its digest")
    return arrays


def _digest(arrays: dict[str, NDArray[Any]]) -> bytes:
    """SHA-256, in hexadecimal, over names, types, shapes and values."""
    digest = hashlib.sha256()
    for name, array in arrays.items():
        digest.update(f"{name} {array.dtype.str} {array.shape}\n".encode())
        digest.update(array.tobytes())
    return digest.hexdigest().encode()


def _npy_bytes(array: NDArray[Any]) -> bytes:
    buffer = io.BytesIO()
    npy.write_array(buffer, np.asarray(array, order="C"), version=(1, 0), allow_pickle=False)
    return buffer.getvalue()


def _members(content: bytes) -> dict[str, bytes]:
    """Contents of the zip by name; stored as they are, they cannot be larger than the file."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        members = archive.infolist()
        names = [member.filename.removesuffix(".npy") for member in members]
        if len(set(names)) < len(names):
            raise ValueError("a member stands twice")
        if any(member.compress_type != zipfile.ZIP_STORED for member in members):
            raise ValueError("its members are compressed")
        if sum(member.file_size for member in members) > len(content):
            raise ValueError("its members claim to be larger than the file")
        return dict(zip(names, (archive.read(member) for member in members), strict=True))


def _parse_npy(name: str, data: bytes) -> NDArray[Any]:
    """Read one member; its header must promise just what follows."""
    header = _HEADER.match(data)
    if header is None or header.end() != 10 + int.from_bytes(header["length"], "little"):
        raise ValueError(f"{name}: no array of npy version 1.0, or of a type that checkpoints lack")
    dtype = np.dtype(header["dtype"].decode())
    shape = tuple(map(int, re.findall(rb"\d+", header["shape"])))
    if dtype.kind == "S" and shape:
        raise ValueError(f"{name}: must be one byte string, got {shape}")
    values = np.frombuffer(data[header.end() :], dtype).reshape(shape)
    if dtype.kind == "f" and not np.isfinite(values).all():
        raise ValueError(f"{name}: holds a value that is not finite")
    return values
