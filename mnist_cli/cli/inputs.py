"""The arguments of `mnist predict`: names of files, folders and pipes, or standard input."""

import os
import sys
from collections.abc import Callable, Iterable, Iterator
from glob import glob, has_magic
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, NamedTuple

from mnist_cli.errors import PictureError

if TYPE_CHECKING:
    from mnist_cli.pictures.reader import Picture, Sheet

ENDINGS = {".png", ".jpg", ".jpeg", ".bmp", ".gif", ".webp", ".tif", ".tiff"}
STANDARD_INPUT = "-"


class Input(NamedTuple):
    """The digit in a file or its page of digits, or why it cannot be read.

    `pictures` and `sheet`: empty until they are read. `error`: one line, "" if there is none.
    """

    name: str
    pictures: "list[Picture]"
    error: str = ""
    sheet: "Sheet | None" = None

    @property
    def title(self) -> str:
        """What files are named after that are made of this input."""
        return "stdin" if self.name == STANDARD_INPUT else self.name


def expanded(names: Iterable[str], *, patterns: bool = os.name == "nt") -> list[Input]:
    """Replace each folder by the pictures in it, in order of their names.

    A folder that cannot be read, or has no pictures, becomes an input with an error. `patterns`
    such as *.png are expanded too, which on Windows the shell leaves to the program.
    """
    found = (match for name in names for match in matches(name, patterns=patterns))
    return [inside for match in found for inside in _inside(match)]


def matches(name: str, *, patterns: bool = os.name == "nt") -> list[str]:
    """Return the files that a pattern stands for, or the name itself if it stands for none.

    A file of that very name comes first: browsers call a second download `5[1].jpg`.
    """
    if not patterns or os.path.lexists(name) or not has_magic(name):
        return [name]
    return sorted(glob(name)) or [name]  # noqa: PTH207  # one call for every form of path


def _inside(name: str) -> Iterator[Input]:
    try:
        folder = name != STANDARD_INPUT and Path(name).is_dir()
        inside = sorted(_pictures_in(Path(name))) if folder else []
    except OSError as error:  # no right to look, a name that is too long
        yield Input(name, [], _message(error, name))
        return
    if folder and not inside:
        yield Input(name, [], "no picture in this folder; give one, or a folder that has some")
    elif not folder:
        yield Input(name, [])
    yield from (Input(str(path), []) for path in inside)


def _pictures_in(folder: Path) -> Iterator[Path]:
    return (path for path in folder.iterdir() if path.suffix.lower() in ENDINGS)


def loaded(found: Input, *, keep_steps: bool) -> Input:
    """Return an input with its picture, or with the reason why it cannot be read."""
    from mnist_cli.pictures.reader import read_picture

    def with_picture() -> Input:
        return found._replace(pictures=[read_picture(_source(found.name), keep_steps=keep_steps)])

    return _or_error(found, with_picture)


def loaded_page(found: Input) -> Input:
    """Return an input with its page, or with the reason why it cannot be read."""
    from mnist_cli.pictures.reader import read_sheet

    return _or_error(found, lambda: found._replace(sheet=read_sheet(_source(found.name))))


def _or_error(found: Input, load: Callable[[], Input]) -> Input:
    if found.error:
        return found
    try:
        return load()
    except (PictureError, OSError) as error:
        return found._replace(error=_message(error, found.name))


def _source(name: str) -> Path | BinaryIO:
    """Return what Pillow can read, which is not a pipe."""
    from mnist_cli.pictures.files import rereadable
    from mnist_cli.pictures.pipes import read_stream

    if name != STANDARD_INPUT:
        return rereadable(Path(name), name)
    if sys.stdin is None:
        raise PictureError("standard input is closed; name a file")
    return read_stream(sys.stdin.buffer, name)


def _message(error: Exception, name: str) -> str:
    """Return what is wrong, without the name that the caller puts in front."""
    text = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
    return text.removeprefix(f"{name}: ")
