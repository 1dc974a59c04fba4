"""A small, strict subset of the `.npz` format: equal arrays give equal bytes, damage is an error.

An archive is a zip without compression of `.npy` members (version 1.0): little-endian float32,
float16 or int8 arrays or single byte strings. The last member, `digest`, is the SHA-256 of all
others. `np.load` reads it too. This reader also refuses what `np.load` accepts: flipped bits, and
headers or compressed members that claim gigabytes.
"""

import hashlib
import io
import struct
import tokenize
import zipfile
from typing import Any, BinaryIO

import numpy as np
from numpy.lib import format as npy
from numpy.typing import NDArray

DAMAGE = (  # what zipfile and NumPy raise for damaged files; found by flipping bits
    zipfile.BadZipFile,
    struct.error,
    tokenize.TokenError,
    SyntaxError,
    EOFError,
    KeyError,
    NotImplementedError,
    OSError,
    OverflowError,
    RuntimeError,
    TypeError,
    ValueError,
)


def write_npz(file: BinaryIO, arrays: dict[str, NDArray[Any]]) -> None:
    """Write the arrays, in order, and their digest. Raises OSError."""
    digest = np.array(_digest(arrays))
    with zipfile.ZipFile(file, "w") as archive:
        for name, array in {**arrays, "digest": digest}.items():
            member = zipfile.ZipInfo(
                f"{name}.npy"
            )  # always dated 1980, so that equal arrays give equal bytes
            member.create_system = 3
            archive.writestr(member, _npy_bytes(array))


def read_npz(content: bytes) -> dict[str, NDArray[Any]]:
    """Read all arrays except the digest.

    Raises
    ------
    ValueError
        If the content is damaged, or not in this format.
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
    """Return the members of the zip by name. Uncompressed, they cannot be larger than the file."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        members = archive.infolist()
        names = [member.filename.removesuffix(".npy") for member in members]
        if len(set(names)) < len(names):
            raise ValueError("two members have the same name")
        if any(member.compress_type != zipfile.ZIP_STORED for member in members):
            raise ValueError("its members are compressed")
        if sum(member.file_size for member in members) > len(content):
            raise ValueError("its members claim to be larger than the file")
        return dict(zip(names, (archive.read(member) for member in members), strict=True))


def _parse_npy(name: str, data: bytes) -> NDArray[Any]:
    """Read one member; what follows its header must have just the size that the header gives."""
    stream = io.BytesIO(data)
    if npy.read_magic(stream) != (1, 0):
        raise ValueError(f"{name}: not an array in npy version 1.0")
    shape, fortran, dtype = npy.read_array_header_1_0(stream)
    allowed = dtype.str in ("<f4", "<f2", "|i1") or (dtype.kind == "S" and shape == ())
    if fortran or not allowed:
        raise ValueError(f"{name}: not a type of a checkpoint, got {dtype} of shape {shape}")
    values = np.frombuffer(stream.read(), dtype).reshape(shape)
    if dtype.kind == "f" and not np.isfinite(values).all():
        raise ValueError(f"{name}: contains a value that is not finite")
    return values
