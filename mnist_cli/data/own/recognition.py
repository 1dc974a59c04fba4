"""What a path is: pictures by class, a list of pictures, IDX files, an `.npz` or a CSV."""

import re
from pathlib import Path

from mnist_cli.data.own.archives import npz_source
from mnist_cli.data.own.idx_files import idx_sets, idx_source, is_images_file, same_set
from mnist_cli.data.own.pictures import folder_source, is_list, list_source
from mnist_cli.data.own.source import TRAIN, Part, Source, part_named
from mnist_cli.data.tables import LONGEST, opened, read_csv, separator_of
from mnist_cli.errors import DataError

CSV = re.compile(r"\.(csv|tsv)(\.gz)?$", re.I)


def find_source(path: Path) -> Source:
    """Return the data set that a path is. Raises DataError if it is none, and OSError."""
    if path.is_dir():
        return _in_folder(path)
    if is_images_file(path):
        return idx_source(path, same_set(path))
    if path.suffix.lower() == ".npz":
        return npz_source(path)
    if _is_csv(path):
        return list_source(path) if is_list(_columns(path)) else _csv_source(path, [path])
    raise DataError(
        f"{path}: not a data set; give a folder of pictures by class, an IDX file of images, an "
        ".npz or a CSV file"
    )


def _in_folder(path: Path) -> Source:
    """Return the data set in a folder: a list, files, pictures, or what is in the only folder."""
    entries = sorted(entry for entry in path.iterdir() if not entry.name.startswith((".", "__")))
    if len(entries) == 1 and entries[0].is_dir() and part_named(entries[0].name) is None:
        return find_source(entries[0])._replace(path=path)
    sets = idx_sets(entries)
    if len(sets) > 1:
        raise DataError(f"{path}: holds {len(sets)} data sets; name one of the files of images")
    if sets:
        return idx_source(path, next(iter(sets.values())))
    tables = [entry for entry in entries if _is_csv(entry) and entry.is_file()]
    lists = [table for table in tables if is_list(_columns(table))]
    if len(lists) == 1:
        return list_source(lists[0])._replace(path=path)
    if any(entry.is_dir() for entry in entries):
        return folder_source(path)
    archives = [entry for entry in entries if entry.suffix.lower() == ".npz"]
    if len(archives) == 1 and not tables:
        return npz_source(archives[0])._replace(path=path)
    return _csv_source(path, tables) if tables else folder_source(path)


def _csv_source(path: Path, tables: list[Path]) -> Source:
    """Return the data set in one CSV file, or in those that are named train and test."""
    named = {part: t for t in reversed(tables) if (part := _part_of(t))}
    if len(tables) == 1:
        named = {TRAIN: tables[0]}
    parts = {part: table for part, table in named.items() if part == TRAIN or _has_labels(table)}
    if TRAIN not in parts:
        raise DataError(f"{path}: holds {len(tables)} CSV files; name one, or call one train.csv")
    if not _has_labels(parts[TRAIN]):
        raise DataError(f"{parts[TRAIN]}: has no labels; a row is a label and 784 pixels")
    return Source(path, {part: _part(table) for part, table in parts.items()}, [*parts.values()])


def _part(table: Path) -> Part:
    return Part(lambda on_bad: read_csv(table, on_bad))


def _part_of(table: Path) -> str | None:
    words = re.split("[^a-z]+", table.name.lower())
    return next((part for word in words if (part := part_named(word))), None)


def _has_labels(table: Path) -> bool:
    """Whether the rows have labels; Kaggle's test.csv has none."""
    bad: list[DataError] = []  # they are told when the rows are read
    rows = next(read_csv(table, bad.append), None)
    return rows is None or rows.labels is not None


def _is_csv(path: Path) -> bool:
    return CSV.search(path.name) is not None


def _columns(table: Path) -> list[str]:
    """Return the names in the first line."""
    with opened(table) as file:
        line = file.readline(LONGEST).decode("utf-8-sig", errors="replace").strip()
    return [name.strip("\"' ") for name in line.split(separator_of(line))]
