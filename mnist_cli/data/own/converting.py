"""A source of images -> a folder with IDX files and `classes.json`, or a published data set."""

import hashlib
from collections.abc import Iterable
from filecmp import cmpfiles
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from mnist_cli.data.download import download_dataset
from mnist_cli.data.idx import IMAGES_MAGIC, idx_header
from mnist_cli.data.own.digest import digest_of_source
from mnist_cli.data.own.gathering import Gathered, gather
from mnist_cli.data.own.manifest import (
    FILES,
    write_manifest,
    write_names,
    write_same_as,
)
from mnist_cli.data.own.names import shown_name
from mnist_cli.data.own.source import TEST, TRAIN, VALIDATION, Source
from mnist_cli.data.own.writing import (
    PREFIXES,
    images_in_idx,
    labels_in_idx,
    split_up,
    write_pair,
)
from mnist_cli.data.registry import (
    DATASETS,
    DataFile,
    DataSource,
    remember,
)
from mnist_cli.errors import DataError
from mnist_cli.images import PIXELS
from mnist_cli.progress import ProgressFactory, Say
from mnist_cli.storage.digests import sha256_of
from mnist_cli.storage.locks import temporary_folder
from mnist_cli.storage.names import move_aside
from mnist_cli.wording import counted

MOST_LINES = 20  # about files and rows that are left out


def convert(
    source: Source, name: str, data_dir: Path, say: Say, progress: ProgressFactory
) -> str | None:
    """Write a data set; return the name of the published one that it is, if it is one."""
    place = data_dir / name
    with temporary_folder(place.parent) as new:
        ready = new / "ready"
        ready.mkdir()
        left_out = _LeftOut(say)
        gathered = gather(source, new / "pixels", left_out, progress)
        left_out.tell_rest()
        same = _published(gathered)
        if same is None:
            row = _write(source, name, gathered, ready, say)
            remember(name, row)
        else:
            _write_parts(gathered, ready, {part: gathered.rows(part) for part in PREFIXES})
            download_dataset(same, data_dir, folder=ready, say=say)
            for file in ready.iterdir():
                file.unlink()
            write_same_as(ready, same)
        _put_in_place(ready, place)
    return same


def _put_in_place(ready: Path, place: Path) -> None:
    """Give a folder its name; the same one stays, if another process was faster. Raises OSError."""
    try:
        ready.rename(place)
    except OSError:  # there is one
        names = [file.name for file in ready.iterdir()]
        if cmpfiles(ready, place, names, shallow=False)[0] != names:
            move_aside(place)
            ready.rename(place)


def _published(gathered: Gathered) -> str | None:
    """Return the published data set whose images these are, in the same order."""
    if len(gathered.rows(VALIDATION)):
        return None
    for name, source in DATASETS.items():
        pairs = [(part, *source.files_of(part)) for part in PREFIXES]
        if all(_is_pair(gathered, part, *files) for part, *files in pairs):
            return name
    return None


def _is_pair(gathered: Gathered, part: str, images: DataFile, labels: DataFile) -> bool:
    rows = gathered.rows(part)
    if images.size != len(idx_header(IMAGES_MAGIC, 0)) + PIXELS * len(rows):
        return False
    return labels.sha256 == _digest(labels_in_idx(gathered, rows)) and (
        images.sha256 == _digest(images_in_idx(gathered, rows))
    )


def _digest(pieces: Iterable[bytes]) -> str:
    digest = hashlib.sha256()
    for piece in pieces:
        digest.update(piece)
    return digest.hexdigest()


class _LeftOut:
    """Says what is left out, at most so many lines, and counts the rest."""

    def __init__(self, say: Say) -> None:
        self.say, self.count = say, 0

    def __call__(self, error: DataError) -> None:
        self.count += 1
        if self.count <= MOST_LINES:
            self.say(f"{error}; it is left out")

    def tell_rest(self) -> None:
        """Say how many lines were not shown."""
        if self.count > MOST_LINES:
            self.say(f"{self.count - MOST_LINES:,} more are left out")


def _write(source: Source, name: str, gathered: Gathered, folder: Path, say: Say) -> DataSource:
    """Write all files of a data set; return its row, and say what is in it."""
    made_test = split_up(gathered)
    validation = gathered.rows(VALIDATION)
    rows = {
        TRAIN: np.concatenate([gathered.rows(TRAIN), validation]),
        TEST: gathered.rows(TEST),
    }
    if not len(rows[TEST]):
        raise DataError(
            f"{source.path}: has no two different images, one of them to hold out; add some"
        )
    _write_parts(gathered, folder, rows)
    title = shown_name(source.path.resolve().name)
    files = [_described(folder / file) for file in FILES]
    row = DataSource(
        title=f"{title} (a tenth is for the test)" if made_test else title,
        folder=name,
        files=(files[0], files[1], files[2], files[3]),
        classes=gathered.classes,
        handwriting=source.is_handwriting(gathered.classes),
        held_out=made_test,
        validation=len(validation),
    )
    write_manifest(folder, row, digest_of_source(source), _counts(gathered, rows))
    _tell(row, gathered, say)
    return row


def _write_parts(gathered: Gathered, folder: Path, rows: dict[str, NDArray[np.intp]]) -> None:
    for part, chosen in rows.items():
        write_pair(folder, PREFIXES[part], gathered, chosen)
        if gathered.names:
            write_names(folder, PREFIXES[part], [gathered.names[row] for row in chosen])


def _described(file: Path) -> DataFile:
    return DataFile(file.name, file.stat().st_size, sha256_of(file))


def _counts(gathered: Gathered, rows: dict[str, NDArray[np.intp]]) -> dict[str, list[int]]:
    """Return how many images of each class a part has."""
    size = len(gathered.classes)
    return {
        part: np.bincount(gathered.labels[chosen], minlength=size).tolist()
        for part, chosen in rows.items()
    }


def _tell(row: DataSource, gathered: Gathered, say: Say) -> None:
    """Say how many images of each class there are, and what is for the test."""
    counts = np.bincount(gathered.labels, minlength=len(row.classes)).tolist()
    each = ", ".join(f"{name}: {count:,}" for name, count in zip(row.classes, counts, strict=True))
    say(f"{row.title}: {counted(len(gathered.labels), 'image')}; {each}.")
    test, validation = len(gathered.rows(TEST)), len(gathered.rows(VALIDATION))
    say(f"{test:,} are for the test, {validation:,} for validation.")
    equal = np.isin(gathered.digests[gathered.rows(TEST)], gathered.digests[gathered.parts != 2])
    if equal.any():
        say(f"Note: {counted(int(equal.sum()), 'test image')} also stand among those to train on.")
