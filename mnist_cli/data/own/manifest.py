"""`classes.json`: what a converted data set is, beside its four files and in its folder.

A name of such a data set is `own/<name>-<digest>`, its folder below the data directory. The digest
is that of what it was made from, so that a name means the same images everywhere.
"""

import json
from pathlib import Path
from typing import Any

from mnist_cli.classes import check_classes, check_name
from mnist_cli.data.idx import MOST_ROWS
from mnist_cli.data.registry import DATASETS, DataFile, DataSource
from mnist_cli.storage.own_files import read_text
from mnist_cli.storage.strict_json import parse_list, parse_object

MANIFEST = "classes.json"
NAMES = "{prefix}-names.json"  # of pictures, one for each image
FILES = [file.name for file in DATASETS["mnist"].files]
LONGEST_TITLE = 100  # characters
LONGEST_NAME = 100  # bytes of a picture's name, on average


def write_manifest(
    folder: Path, row: DataSource, source: str, counts: dict[str, list[int]]
) -> None:
    """Write what a data set is: its row, the SHA-256 of its source, images of each class."""
    values = {
        "title": row.title,
        "classes": list(row.classes),
        "handwriting": row.handwriting,
        "held_out": row.held_out,
        "validation": row.validation,
        "source": source,
        "counts": counts,
        "files": {file.name: {"size": file.size, "sha256": file.sha256} for file in row.files},
    }
    text = json.dumps(values, indent=2, ensure_ascii=False) + "\n"
    (folder / MANIFEST).write_text(text, "utf-8", newline="\n")


def read_manifest(name: str, data_dir: Path) -> DataSource | None:
    """Return the row of a converted data set; None if it is missing or damaged."""
    try:
        return _row(name, parse_object(read_text(data_dir / name / MANIFEST).encode()))
    except (ValueError, KeyError, TypeError):
        return None


def _row(name: str, values: dict[str, Any]) -> DataSource:
    files = [_file(file, values["files"][file]) for file in FILES]
    return DataSource(
        title=check_name(values["title"], "title", LONGEST_TITLE),
        folder=name,
        files=(files[0], files[1], files[2], files[3]),
        classes=check_classes(values["classes"]),
        handwriting=bool(values["handwriting"]),
        held_out=bool(values["held_out"]),
        validation=int(values["validation"]),
    )


def _file(name: str, values: dict[str, Any]) -> DataFile:
    return DataFile(name, int(values["size"]), check_name(values["sha256"], "sha256", 64))


def write_names(folder: Path, prefix: str, names: list[str]) -> None:
    """Write the names of pictures."""
    path = folder / NAMES.format(prefix=prefix)
    path.write_text(json.dumps(names, indent=0), "utf-8", newline="\n")


def read_names(name: str, split: str, data_dir: Path) -> list[str]:
    """Return the names of all pictures in the file of a split; none for rows of a table.

    None, too, if the list of names is missing or damaged.
    """
    path = data_dir / name / NAMES.format(prefix="t10k" if split == "test" else "train")
    limits = MOST_ROWS * LONGEST_NAME, MOST_ROWS * 2  # a name may have a comma
    try:
        names = parse_list(read_text(path, limits[0]).encode(), *limits)
    except ValueError:
        return []
    return names if all(isinstance(name, str) for name in names) else []


def write_same_as(folder: Path, published: str) -> None:
    """Write that the images are those of a published data set, which has its own place."""
    (folder / MANIFEST).write_text(json.dumps({"same_as": published}) + "\n", "utf-8")


def read_same_as(name: str, data_dir: Path) -> str | None:
    """Return which published data set a converted one is, if it is one."""
    try:
        known = parse_object(read_text(data_dir / name / MANIFEST).encode()).get("same_as")
    except ValueError:
        return None
    return known if known in DATASETS else None
