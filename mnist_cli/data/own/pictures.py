"""Pictures with labels: in a folder for each class, or listed in a CSV file.

Handwriting goes through what `mnist predict` does with a photo. Other pictures are made smaller and
grey. Those of 28x28 pixels stay as they are, but for the ground, which becomes dark: ink seldom
covers the border of its picture, while garments do, so that most of them decide for all.
"""

import csv
import os
from collections.abc import Callable, Iterator, Sequence
from functools import cache, partial
from itertools import chain, islice
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from mnist_cli.classes import are_digits
from mnist_cli.data.own.names import shown_name
from mnist_cli.data.own.source import PARTS, TRAIN, Part, Source, part_named
from mnist_cli.data.tables import (
    LABEL_NAMES,
    LONGEST,
    OnBad,
    Rows,
    as_text,
    opened,
    separator_of,
)
from mnist_cli.errors import DataError, PictureError
from mnist_cli.images import PIXELS
from mnist_cli.storage.identity import may_never_end
from mnist_cli.storage.paths import exists

AT_ONCE = 50  # pictures
SAMPLE = 100  # pictures that tell whether the small ones are dark on light
FILE_NAMES = {"file", "filename", "file_name", "image", "path", "name"}  # of a CSV's column
LEFT_BY_SYSTEMS = {"thumbs.db", "desktop.ini"}


class Labelled(NamedTuple):
    """A picture file with the name of its class."""

    path: Path
    label: str


def folder_source(path: Path) -> Source:
    """Return the data set in folders named after classes, in `train` and `test` or not.

    Raises DataError if there is none.
    """
    roots = {part_named(f.name): f for f in _folders(path) if part_named(f.name) and _folders(f)}
    if TRAIN not in roots:
        roots = {TRAIN: path}
    folders = {part: _folders(roots[part]) for part in PARTS if part in roots}
    classes = sorted({f.name for inside in folders.values() for f in inside})
    pictures = {part: list(_pictures(inside)) for part, inside in folders.items()}
    if not any(pictures.values()):
        raise DataError(
            f"{path}: holds no pictures in folders named after their classes, no IDX, .npz or CSV "
            "file; sort pictures into folders such as 0 and 1, or cat and dog"
        )
    return _source(path, pictures, classes, [])


def list_source(path: Path) -> Source:
    """Return the pictures that a CSV file lists, with a column of files and one of labels."""
    labelled = list(_listed(path))
    if not labelled:
        raise DataError(f"{path}: lists no pictures; a row is a file and its label")
    classes = sorted({picture.label for picture in labelled})
    return _source(path, {TRAIN: labelled}, classes, [path])


def is_list(columns: Sequence[str]) -> bool:
    """Whether the columns of a CSV are files and labels."""
    names = [column.strip().lower() for column in columns]
    return bool(FILE_NAMES.intersection(names) and LABEL_NAMES.intersection(names))


def _source(
    path: Path, pictures: dict[str, list[Labelled]], classes: Sequence[str], files: list[Path]
) -> Source:
    whole = [picture.path for part in pictures.values() for picture in part]
    handwriting = are_digits([shown_name(name) for name in classes])
    invert = None if handwriting else _are_dark_on_light(whole)
    parts = {
        part: Part(partial(_rows, some, handwriting, invert), [_beside(p.path, path) for p in some])
        for part, some in pictures.items()
        if some
    }
    return Source(path, parts, [*files, *whole], classes)


def _beside(picture: Path, path: Path) -> str:
    """Return the name of a picture below the path of its data set."""
    folder = path if path.is_dir() else path.parent
    return Path(os.path.relpath(picture, folder)).as_posix()


def _folders(path: Path) -> list[Path]:
    """Return the folders in a folder, without hidden ones and links to what is above."""
    above = {path.resolve(), *path.resolve().parents}
    return sorted(
        entry
        for entry in path.iterdir()
        if entry.is_dir() and not _is_hidden(entry.name) and entry.resolve() not in above
    )


def _is_hidden(name: str) -> bool:
    return name.startswith((".", "__")) or name.lower() in LEFT_BY_SYSTEMS


def _pictures(folders: Sequence[Path]) -> Iterator[Labelled]:
    """Yield the files in the folders of classes and below, in order of their names."""
    for folder in folders:
        for inside, names, files in os.walk(folder):
            names[:] = sorted(name for name in names if not _is_hidden(name))
            for name in sorted(files):
                path = Path(inside, name)
                if not _is_hidden(name) and path.is_file():
                    yield Labelled(path, folder.name)


def _listed(path: Path) -> Iterator[Labelled]:
    with opened(path) as file, as_text(file) as text:
        head = text.readline(LONGEST)
        rows = csv.DictReader(chain([head], text), delimiter=separator_of(head))
        columns = {name.strip("\"' ").lower(): name for name in rows.fieldnames or []}
        file_column, label_column = (
            next((columns[name] for name in columns if name in names), None)
            for names in (FILE_NAMES, LABEL_NAMES)
        )
        if file_column is None or label_column is None:
            raise DataError(f"{path}: the first line must name the columns file and label")
        folders = cache(partial(_folders, path.parent))  # once, however many names are missing
        try:
            for row in rows:
                name, label = row[file_column], row[label_column]
                if not name or not label or "\0" in name:
                    raise DataError(f"{path}: line {rows.line_num}: must have a file and a label")
                yield Labelled(_found(path.parent, name, folders), label.strip())
        except csv.Error as error:  # in a line that `rows` has not counted yet
            raise DataError(f"{path}: line {rows.reader.line_num}: {error}") from error


def _found(folder: Path, name: str, folders: Callable[[], list[Path]]) -> Path:
    """Return where a listed picture is: beside the list, else in one of the folders there."""
    if exists(folder / name):
        return folder / name
    return next((f / name for f in folders() if (f / name).is_file()), folder / name)


def _are_dark_on_light(pictures: Sequence[Path]) -> bool:
    """Whether most of the pictures that are 28x28 already are dark on light, by a sample."""
    from mnist_cli.pictures.plain import is_ready, mostly_light

    def usable(path: Path) -> bool:
        try:
            return not may_never_end(path) and is_ready(path)
        except (PictureError, OSError):
            return False

    step = max(1, len(pictures) // SAMPLE)
    return mostly_light(filter(usable, pictures[::step]))


def _rows(
    pictures: Sequence[Labelled], handwriting: bool, invert: bool | None, on_bad: OnBad
) -> Iterator[Rows]:
    numbered = iter(enumerate(pictures, start=1))
    while some := list(islice(numbered, AT_ONCE)):
        read = [(n, picture.label, _read(picture.path, handwriting, invert)) for n, picture in some]
        for *_, image in read:
            if isinstance(image, DataError):
                on_bad(image)
        good = [row for row in read if not isinstance(row[2], DataError)]
        images = np.array([image for *_, image in good], np.uint8).reshape(-1, PIXELS)
        yield Rows([n for n, *_ in good], images, [label for _, label, _ in good])


def _read(path: Path, handwriting: bool, invert: bool | None) -> NDArray[np.uint8] | DataError:
    """Return the image of a picture, or why it cannot be read."""
    try:
        if may_never_end(path):
            return DataError(f"{path}: must be a file, got a pipe or a device")
        return _image(path, handwriting, invert)
    except PictureError as error:
        return DataError(str(error))
    except OSError as error:
        return DataError(f"{path}: {error.strerror or error}")


def _image(path: Path, handwriting: bool, invert: bool | None) -> NDArray[np.uint8]:
    from mnist_cli.pictures.plain import is_ready, read_plain
    from mnist_cli.pictures.reader import read_picture

    if is_ready(path):
        return read_plain(path, invert=invert)
    if not handwriting:
        return read_plain(path)
    picture = read_picture(path)
    if not picture.image.any():
        raise PictureError(f"{path}: no ink found")
    return picture.image
