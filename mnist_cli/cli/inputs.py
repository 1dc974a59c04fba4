"""The arguments of `mnist predict`: names of files, folders and pipes, or standard input."""

import os
import sys
from collections.abc import Callable, Iterable
from glob import glob, has_magic
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, NamedTuple

from mnist_cli.errors import PictureError
from mnist_cli.wording import counted

if TYPE_CHECKING:
    from mnist_cli.pictures.reader import Picture, Sheet

ENDINGS = {
    ".png", ".jpg", ".jpeg", ".jpe", ".jfif", ".bmp", ".gif", ".webp",
    ".tif", ".tiff", ".pgm", ".ppm", ".avif", ".heic", ".heif",
}  # fmt: skip
_NAMED = 3  # files that are skipped in a folder and named; the rest is only counted
STANDARD_INPUT = "-"


class Input(NamedTuple):
    """The digit in a file or its page of digits, or why it cannot be read.

    `pictures` and `sheets` (one for each page): empty until they are read. `error`: one line, "" if
    there is none. `skipped`: what else is in the folder of which this is the first picture, "" if
    nothing.
    """

    name: str
    pictures: "list[Picture]"
    error: str = ""
    skipped: str = ""
    sheets: "tuple[Sheet, ...]" = ()

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


def _inside(name: str) -> list[Input]:
    try:
        is_folder = name != STANDARD_INPUT and os.path.isdir(name)  # noqa: PTH112  # many names
        return _in_folder(Path(name)) if is_folder else [Input(name, [])]
    except OSError as error:  # no right to look
        return [Input(name, [], _message(error, name))]


def _in_folder(folder: Path) -> list[Input]:
    """Return the pictures in a folder; a hidden file, such as a Mac's `._7.jpg`, is none."""
    paths = sorted(path for path in folder.iterdir() if not path.name.startswith("."))
    others = [path for path in paths if path.suffix.lower() not in ENDINGS]
    inputs = [_found(path) for path in paths if path.suffix.lower() in ENDINGS]
    if not inputs:
        inputs = [
            Input(str(folder), [], "no picture in this folder; give one, or a folder that has some")
        ]
    return [inputs[0]._replace(skipped=_told(folder, others, len(paths))), *inputs[1:]]


def _found(path: Path) -> Input:
    """Return a file of a folder as an input; a pipe there might wait for ever."""
    error = "is a pipe; to wait for what comes out of it, name it by itself"
    return Input(str(path), [], error if path.is_fifo() else "")


def _told(folder: Path, skipped: list[Path], total: int) -> str:
    """Count what is not read in a folder, and name the first files; "" if all is read."""
    if not skipped:
        return ""
    names = ", ".join(path.name for path in skipped[:_NAMED])
    rest = f" and {len(skipped) - _NAMED:,} more" if len(skipped) > _NAMED else ""
    share = f"{len(skipped):,} of {counted(total, 'file')}"
    return f"{folder}: {share} skipped, not named like a picture: {names}{rest}"


def loaded(found: Input, *, keep_steps: bool, handwriting: bool = True) -> Input:
    """Return an input with its picture, or with the reason why it cannot be read."""
    from mnist_cli.pictures.reader import read_picture, read_whole

    read = read_picture if handwriting else read_whole

    def with_picture() -> Input:
        return found._replace(pictures=[read(_source(found.name), keep_steps=keep_steps)])

    return _or_error(found, with_picture)


def loaded_pages(found: Input) -> Input:
    """Return an input with its pages, or with the reason why it cannot be read."""
    from mnist_cli.pictures.reader import read_sheets

    return _or_error(found, lambda: found._replace(sheets=read_sheets(_source(found.name))))


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
