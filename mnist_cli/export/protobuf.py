"""Messages in the wire format of Protocol Buffers, as far as an ONNX file needs them.

A field is its number and kind in one integer, then its value: an integer in groups of 7 bits, or a
length and bytes. Source: https://protobuf.dev/programming-guides/encoding/.
"""

import struct
from collections.abc import Mapping
from typing import TypeAlias

Value: TypeAlias = "int | float | str | bytes | list[int] | list[bytes]"
VARINT, BYTES, FLOAT = 0, 2, 5  # kinds of fields


def message(fields: Mapping[int, Value]) -> bytes:
    """Return a message; `fields` are its values by number, a list for a repeated field."""
    return b"".join(
        _field(number, one)
        for number, value in fields.items()
        for one in (value if isinstance(value, list) else [value])
    )


def _field(number: int, value: int | float | str | bytes) -> bytes:
    if isinstance(value, int):
        return _varint(number << 3 | VARINT) + _varint(value)
    if isinstance(value, float):
        return _varint(number << 3 | FLOAT) + struct.pack("<f", value)
    content = value.encode() if isinstance(value, str) else value
    return _varint(number << 3 | BYTES) + _varint(len(content)) + content


def _varint(value: int) -> bytes:
    value &= (1 << 64) - 1  # a negative number as its two's complement
    parts = []
    while value > 0x7F:
        parts.append(value & 0x7F | 0x80)
        value >>= 7
    return bytes([*parts, value])
