"""IDX files of images and labels, of any set and size, packed or not."""

import re
from collections.abc import Iterator, Sequence
from functools import partial
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from mnist_cli.data.idx import COLUMNS, IMAGES_MAGIC, LABELS_MAGIC, MOST_ROWS, TABLE_MAGIC
from mnist_cli.data.own.shapes import as_rows
from mnist_cli.data.own.source import TRAIN, Part, Source, part_named, rows_at_once
from mnist_cli.data.tables import OnBad, Rows, opened
from mnist_cli.errors import DataError

NAME = re.compile(
    r"(?P<set>.*?)(?P<part>[a-z0-9]*)[-_.]?images[-.]idx3-ubyte(?P<end>(\.\d+)?(\.gz)?)", re.I
)
LARGEST_SIDE = 1024  # pixels


def idx_sets(files: Sequence[Path]) -> dict[str, list[Path]]:
    """Return the files of images by the set that they belong to; each part once."""
    found: dict[str, dict[str, Path]] = {}
    for path in sorted(files):
        match = NAME.fullmatch(path.name)
        if match and path.is_file():
            found.setdefault(match["set"], {}).setdefault(_part(match), path)
    return {name: list(parts.values()) for name, parts in found.items()}


def is_images_file(path: Path) -> bool:
    """Whether the name says that this is an IDX file of images."""
    return NAME.fullmatch(path.name) is not None


def idx_source(path: Path, images: Sequence[Path]) -> Source:
    """Return a data set whose files of images are these. Raises DataError if labels are missing."""
    pairs = [(_part_of(file), file, _labels_beside(file)) for file in images]
    parts = {part: Part(partial(_rows, file, labels)) for part, file, labels in pairs}
    if TRAIN not in parts:
        raise DataError(f"{path}: has no training images; name the file train-images-idx3-ubyte")
    return Source(path, parts, [file for pair in pairs for file in pair[1:]])


def same_set(path: Path) -> list[Path]:
    """Return the files of images that belong together with one of them."""
    match = NAME.fullmatch(path.name)
    if match is None:
        return []
    likely = [
        other
        for other in path.parent.iterdir()
        if (found := NAME.fullmatch(other.name)) and found["end"] == match["end"]
    ]
    return idx_sets(likely).get(match["set"], [])


def _part_of(path: Path) -> str:
    match = NAME.fullmatch(path.name)
    return TRAIN if match is None else _part(match)


def _part(match: re.Match[str]) -> str:
    return part_named(match["part"]) or TRAIN


def _labels_beside(images: Path) -> Path:
    """Return the file of labels beside one of images, packed or not. Raises DataError."""
    labels = re.sub(r"\.gz$", "", images.name.replace("images", "labels"), flags=re.I)
    names = [labels.replace("idx3-ubyte", kind) for kind in ("idx1-ubyte", "idx2-int")]
    names += [re.sub(r"\.\d+$", "", name) for name in names]  # only the images were set aside
    for name in names:
        for ending in ("", ".gz"):
            path = images.with_name(name + ending)
            if path.is_file():
                return path
    raise DataError(f"{images}: has no file of labels beside it; add {names[0]}")


def _rows(images: Path, labels: Path, on_bad: OnBad) -> Iterator[Rows]:  # noqa: ARG001
    """Yield the images. Nothing is left out: the file is whole, or it is refused."""
    known = [str(label) for label in _read_labels(labels)]
    with opened(images) as file:
        count, height, width = _header(file.read(16), IMAGES_MAGIC, 3, images)
        if count != len(known):
            raise DataError(f"{images}: {count} images, but {len(known)} labels in {labels.name}")
        if not (0 < height <= LARGEST_SIDE and 0 < width <= LARGEST_SIDE):
            raise DataError(f"{images}: sides must be 1 to {LARGEST_SIDE}, got {height}x{width}")
        step = rows_at_once(height * width)
        for start in range(0, count, step):
            size = min(step, count - start)
            content = file.read(size * height * width)
            if len(content) < size * height * width:
                raise DataError(f"{images}: cut short; {count} images must follow the header")
            pixels = np.frombuffer(content, np.uint8).reshape(size, height, width, 1)
            numbers = list(range(start + 1, start + size + 1))
            yield Rows(numbers, as_rows(pixels), known[start : start + size])


def _read_labels(path: Path) -> NDArray[np.int64]:
    with opened(path) as file:
        start = file.read(4)
        if start == TABLE_MAGIC.to_bytes(4, "big"):
            count, columns = _header(start + file.read(8), TABLE_MAGIC, 2, path)
            kind, columns = ">i4", columns if columns == COLUMNS else 0
        else:
            (count,) = _header(start + file.read(4), LABELS_MAGIC, 1, path)
            kind, columns = "u1", 1
        if count > MOST_ROWS:
            raise DataError(f"{path}: must have at most {MOST_ROWS:,} labels, got {count:,}")
        size = count * columns * np.dtype(kind).itemsize
        content = file.read(size)
    if not columns or len(content) < size:
        raise DataError(f"{path}: damaged, or not an IDX file of labels")
    return np.frombuffer(content, kind).reshape(count, columns)[:, 0].astype(np.int64)


def _header(start: bytes, magic: int, numbers: int, path: Path) -> list[int]:
    """Return the numbers after the magic one. Raises DataError."""
    if len(start) != 4 * (numbers + 1) or start[:4] != magic.to_bytes(4, "big"):
        raise DataError(f"{path}: damaged, or not an IDX file like MNIST's")
    return [int(number) for number in np.frombuffer(start[4:], ">u4")]
