"""Changes to a file's bytes, drawn from a generator: the same seed gives the same change."""

import struct

import numpy as np

EDGES = [0, 1, 2, 127, 128, 255, 256, 32767, 32768, 65535, 1 << 24, (1 << 31) - 1, (1 << 32) - 1]


def mutated(content: bytes, rng: np.random.Generator, others: list[bytes] | None = None) -> bytes:
    """Return the content after one to six changes; `others` are files to cross it with."""
    data = bytearray(content)
    for _ in range(rng.integers(1, 7)):
        change = CHANGES[rng.integers(len(CHANGES))]
        data = change(data, rng) if len(data) > 8 else data
    if others and rng.random() < 0.1:
        other = others[rng.integers(len(others))]
        data = data[: _place(data, rng)] + other[_place(other, rng) :]
    return bytes(data)


def _place(data: bytes | bytearray, rng: np.random.Generator) -> int:
    """Return a place; the headers at both ends come more often."""
    size, kind = len(data), rng.random()
    if kind < 0.4:
        return int(rng.integers(min(size, 128)))
    if kind < 0.5:
        return int(size - 1 - rng.integers(min(size, 64)))
    return int(rng.integers(size))


def _flip(data: bytearray, rng: np.random.Generator) -> bytearray:
    data[_place(data, rng)] ^= 1 << int(rng.integers(8))
    return data


def _byte(data: bytearray, rng: np.random.Generator) -> bytearray:
    data[_place(data, rng)] = int(rng.integers(256))
    return data


def _number(data: bytearray, rng: np.random.Generator) -> bytearray:
    """Put a number at the edge of a range into 2 or 4 bytes, of either order."""
    form, value = (">H", "<H", ">I", "<I")[rng.integers(4)], EDGES[rng.integers(len(EDGES))]
    size = struct.calcsize(form)
    at = min(_place(data, rng), len(data) - size)
    data[at : at + size] = struct.pack(form, value % (1 << 8 * size))
    return data


def _cut(data: bytearray, rng: np.random.Generator) -> bytearray:
    return data[: 1 + _place(data, rng)]


def _drop(data: bytearray, rng: np.random.Generator) -> bytearray:
    at = _place(data, rng)
    del data[at : at + int(rng.integers(1, 32))]
    return data


def _repeat(data: bytearray, rng: np.random.Generator) -> bytearray:
    at = _place(data, rng)
    return (
        data[:at] + data[at : at + int(rng.integers(1, 256))] * int(rng.integers(2, 6)) + data[at:]
    )


def _insert(data: bytearray, rng: np.random.Generator) -> bytearray:
    at = _place(data, rng)
    return data[:at] + rng.bytes(int(rng.integers(1, 16))) + data[at:]


CHANGES = [_flip, _flip, _byte, _byte, _number, _number, _cut, _drop, _repeat, _insert]
