"""What the names given to `mnist predict` stand for: files, folders, pipes, standard input."""

import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, NamedTuple

from mnist_cli.errors import PictureError

if TYPE_CHECKING:
    from mnist_cli.pictures.reader import Picture

ENDINGS = {".png", ".jpg", ".jpeg", ".bmp", ".gif", ".webp", ".tif", ".tiff"}
STANDARD_INPUT = "-"


class Input(NamedTuple):
    """The pictures of the digits in a file, or none and what is wrong with it."""

    name: str
    pictures: "list[Picture]"
    error: str = ""


def expanded(names: Iterable[str]) -> list[Input]:
    """Replace folders by the files in them, in order of their names; say which cannot be read."""
    return [found for name in names for found in _inside(name)]


def _inside(name: str) -> Iterator[Input]:
    try:
        folder = name != STANDARD_INPUT and Path(name).is_dir()
        inside = sorted(_pictures_in(Path(name))) if folder else []
    except OSError as error:  # no right to look, a name that is too long
        yield Input(name, [], _told(error, name))
        return
    if folder and not inside:
        yield Input(name, [], "no picture in this folder; give one, or a folder that has some")
    elif not folder:
        yield Input(name, [])
    yield from (Input(str(path), []) for path in inside)


def _pictures_in(folder: Path) -> Iterator[Path]:
    return (path for path in folder.iterdir() if path.suffix.lower() in ENDINGS)


def loaded(found: Input, *, many: bool, keep_steps: bool) -> Input:
    """Read the pictures of an input; one that cannot be read says why."""
    from mnist_cli.pictures.reader import read_digits, read_picture

    if found.error:
        return found
    try:
        source = _source(found.name)
        if many and (digits := read_digits(source, keep_steps=keep_steps)):
            return found._replace(pictures=digits)
        return found._replace(pictures=[read_picture(source, keep_steps=keep_steps)])
    except (PictureError, OSError) as error:
        return found._replace(error=_told(error, found.name))


def _source(name: str) -> Path | BinaryIO:
    """Return what can be read twice, as blank pages are: a pipe's bytes are kept in memory."""
    from mnist_cli.pictures.files import kept
    from mnist_cli.pictures.pipes import Kept, read_whole

    if name != STANDARD_INPUT:
        return kept(Path(name), name)
    if sys.stdin is None:
        raise PictureError("standard input is closed; name a file")
    return Kept(read_whole(sys.stdin.buffer, name), name)


def _told(error: Exception, name: str) -> str:
    text = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
    return text.removeprefix(f"{name}: ")
