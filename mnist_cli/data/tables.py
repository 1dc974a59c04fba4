"""Images in the rows of a CSV file: 784 pixels in a row, and perhaps a label before or after them.

This is the form of Kaggle's digit recognizer, with or without its header. The file is read a few
hundred rows at a time, so that its size does not matter; it may be packed with gzip.
"""

import gzip
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import chain, islice
from pathlib import Path
from typing import BinaryIO, NamedTuple, TextIO

import numpy as np
from numpy.typing import NDArray

from mnist_cli.classes import MOST
from mnist_cli.data.unpacking import GZIP
from mnist_cli.errors import DataError
from mnist_cli.images import PIXELS

AT_ONCE = 500  # rows
LONGEST = 1 << 16  # characters of a line, or bytes; 784 pixels have some 4,000, names 8,000
_SEPARATORS = ",;\t"
LABEL_NAMES = {"label", "labels", "class", "digit", "target", "y"}  # of a header's column
DAMAGE = (zlib.error, EOFError, gzip.BadGzipFile)

OnBad = Callable[[DataError], None]


class Rows(NamedTuple):
    """Some rows of a table.

    Attributes
    ----------
    numbers : n numbers of the rows in their file; the first below a header is 1
    images : (n, 784) uint8
    labels : n texts, None where the table has no labels
    """

    numbers: list[int]
    images: NDArray[np.uint8]
    labels: list[str] | None = None


class Layout(NamedTuple):
    """How the lines of a file are to be read; `label` is "first", "last" or ""."""

    separator: str
    label: str
    header: bool


def refuse(error: DataError) -> None:
    """Raise the error: a table with a bad row is not read."""
    raise error


def read_csv(path: Path, on_bad: OnBad = refuse) -> Iterator[Rows]:
    """Read images, and labels where there are some.

    Parameters
    ----------
    path
        The file.
    on_bad
        Hears of each row that cannot be read; if it returns, the row is left out.

    Raises
    ------
    DataError
        A row cannot be read, or the file as a whole: its columns are not 784 pixels.
    OSError
        The file cannot be opened.
    """
    with opened(path) as file, as_text(file) as text:
        lines = _lines(text, path)
        first = list(islice(lines, AT_ONCE))
        layout = _layout(first, path)
        numbered = enumerate(chain(first[layout.header :], lines), start=1)
        while part := list(islice(numbered, AT_ONCE)):
            if (rows := _rows(part, layout, path, on_bad)).numbers:
                yield rows


@contextmanager
def opened(path: Path) -> Iterator[BinaryIO]:
    """Open a file, packed with gzip or not. Damage raises DataError, also while it is read."""
    try:
        with path.open("rb") as plain:
            packed = plain.read(len(GZIP)) == GZIP
            plain.seek(0)
            if not packed:
                yield plain
                return
            with gzip.open(plain) as file:
                yield file  # type: ignore[misc]  # it has all that a BinaryIO needs here
    except DAMAGE as error:
        raise DataError(f"{path}: damaged gzip data ({error}); get the file again") from error


@contextmanager
def as_text(file: BinaryIO) -> Iterator[TextIO]:
    """Read a file as text, with or without a mark of its bytes' order; it is closed at the end."""
    from io import TextIOWrapper

    with TextIOWrapper(file, "utf-8-sig", errors="replace", newline=None) as text:
        yield text


def separator_of(line: str) -> str:
    """Return what stands between the columns of a line: most of Europe writes `;`."""
    return max(_SEPARATORS, key=line.count)


def _lines(text: TextIO, path: Path) -> Iterator[str]:
    """Yield the lines that are not blank, without their end."""
    while line := text.readline(LONGEST):
        if len(line) == LONGEST:
            raise DataError(f"{path}: has a line of {LONGEST:,} characters or more; is it a CSV?")
        if line.strip():
            yield line.rstrip("\r\n")


def _layout(lines: list[str], path: Path) -> Layout:
    """Find out from the first lines what the columns are."""
    if not lines:
        raise DataError(f"{path}: has no rows; a row is an image of {PIXELS} pixels")
    separator = separator_of(lines[0])
    names = [name.strip(" \"'").lower() for name in lines[0].split(separator)]
    if len(names) not in (PIXELS, PIXELS + 1):
        raise DataError(
            f"{path}: a row must be {PIXELS} pixels, with or without a label, got "
            f"{len(names)} columns in the first line"
        )
    header = not names[1].isdecimal()
    if len(names) == PIXELS:
        return Layout(separator, "", header)
    label = _named_label(names, path) if header else _label_by_values(lines, separator, path)
    return Layout(separator, label, header)


def _named_label(names: list[str], path: Path) -> str:
    ends = {"first": names[0], "last": names[-1]}
    found = [place for place, name in ends.items() if name in LABEL_NAMES]
    if not found:
        raise DataError(
            f"{path}: of {PIXELS + 1} columns the first or the last must be named label, got "
            f"{names[0][:40]!r} and {names[-1][:40]!r}"
        )
    return found[0]


def _label_by_values(lines: list[str], separator: str, path: Path) -> str:
    """Tell where the label is without a header: corner pixels are paper, 0 in every row."""
    firsts = {line.partition(separator)[0].strip() for line in lines}
    lasts = {line.rpartition(separator)[2].strip() for line in lines}
    if firsts == lasts == {"0"}:  # sorted by label: all of these are zeros
        return _label_further_on(path, separator)
    return "last" if firsts == {"0"} and lasts != {"0"} and len(lasts) <= MOST else "first"


def _label_further_on(path: Path, separator: str) -> str:
    """Return the place of the first label that is not 0."""
    with opened(path) as file, as_text(file) as text:
        for line in _lines(text, path):
            first, last = line.partition(separator)[0], line.rpartition(separator)[2]
            if first.strip() != last.strip():
                return "last" if first.strip() == "0" else "first"
    return "first"


def _rows(part: list[tuple[int, str]], layout: Layout, path: Path, on_bad: OnBad) -> Rows:
    numbers = [number for number, _ in part]
    cut = [_without_label(line, layout) for _, line in part]
    pixels, labels = [text for text, _ in cut], [label for _, label in cut]
    try:  # all at once takes a fraction of the time
        images = np.loadtxt(pixels, np.uint8, comments=None, delimiter=layout.separator, ndmin=2)
    except ValueError:
        images = np.empty((0, 0), np.uint8)
    if images.shape == (len(part), PIXELS):
        return Rows(numbers, images, labels if layout.label else None)
    return _one_by_one(numbers, pixels, labels, layout, path, on_bad)


def _without_label(line: str, layout: Layout) -> tuple[str, str]:
    """Return the pixels of a line and its label, "" if there is none."""
    if layout.label == "first":
        label, _, pixels = line.partition(layout.separator)
    elif layout.label == "last":
        pixels, _, label = line.rpartition(layout.separator)
    else:
        pixels, label = line, ""
    return pixels, label.strip(" \"'")


def _one_by_one(
    numbers: list[int],
    pixels: list[str],
    labels: list[str],
    layout: Layout,
    path: Path,
    on_bad: OnBad,
) -> Rows:
    """Read rows of which some are bad."""
    good: list[tuple[int, bytes, str]] = []
    for number, text, label in zip(numbers, pixels, labels, strict=True):
        try:
            good.append((number, _row_bytes(text.split(layout.separator)), label))
        except ValueError as error:
            on_bad(DataError(f"{path}: row {number}: {error}"))
    images = np.frombuffer(b"".join(row for _, row, _ in good), np.uint8).reshape(-1, PIXELS)
    kept = [label for _, _, label in good] if layout.label else None
    return Rows([number for number, _, _ in good], images, kept)


def _row_bytes(values: list[str]) -> bytes:
    """Return the pixels of a row. Raises ValueError that says what is wrong with it."""
    if len(values) != PIXELS:
        raise ValueError(f"must have {PIXELS} pixels, got {len(values)}")
    for value in values:
        if not value.strip().isdecimal() or int(value) > 255:
            raise ValueError(
                f"a pixel must be a whole number from 0 to 255, got {value.strip()[:20]!r}"
            )
    return bytes(map(int, values))
