"""What the readers of own data hand over: parts of images with labels, in small pieces."""

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

from mnist_cli.classes import are_digits
from mnist_cli.data.tables import OnBad, Rows

ROWS_AT_ONCE = 500
BYTES_AT_ONCE = 4_000_000  # large images come in fewer rows
TRAIN, VALIDATION, TEST = PARTS = ("train", "validation", "test")
WORDS = {  # in the names of files and folders, all in small letters
    TRAIN: ("train", "training"),
    VALIDATION: ("val", "valid", "validation"),
    TEST: ("test", "testing", "t10k"),
}


Read = Callable[[OnBad], Iterator[Rows]]


class Part(NamedTuple):
    """One part of a source.

    Attributes
    ----------
    read : returns the images, with labels as text; calls its argument for each that is left out
    names : of the pictures, by `Rows.numbers`, which count from 1; empty for rows of a table
    """

    read: Read
    names: Sequence[str] = ()


class Source(NamedTuple):
    """A data set before it is converted.

    Attributes
    ----------
    path : as the user named it
    parts : `train` and, if there are some, `validation` and `test`
    files : all files that it is made of
    classes : names by label where they are known beforehand; else the labels are the names
    plain : whether the images cannot be handwriting as MNIST's makers prepared it
    """

    path: Path
    parts: dict[str, Part]
    files: Sequence[Path]
    classes: Sequence[str] = ()
    plain: bool = False

    @property
    def is_table(self) -> bool:
        """Whether the images are rows of few files, no pictures."""
        return not any(part.names for part in self.parts.values())

    def is_handwriting(self, classes: Sequence[str]) -> bool:
        """Whether pictures are read as handwriting: digits are."""
        return not self.plain and are_digits(classes)


def rows_at_once(image_bytes: int) -> int:
    """Return how many images of this size are read together."""
    return max(1, min(ROWS_AT_ONCE, BYTES_AT_ONCE // image_bytes))


def part_named(word: str) -> str | None:
    """Return the part that a word of a name means."""
    return next((part for part, words in WORDS.items() if word.lower() in words), None)
