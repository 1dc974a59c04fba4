"""Mirrors, or a folder -> verified files in the data directory.

A file is accepted only if its unpacked content has the published size and SHA-256. It gets its name
in the data directory in one step, so that no other program ever reads half of it.
"""

import os
from collections import Counter
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path
from shlex import quote
from typing import NamedTuple

from mnist_cli.data.datasets import is_verified, with_remedy
from mnist_cli.data.folders import Converted, Folder
from mnist_cli.data.listed import add_to_list
from mnist_cli.data.own.writing import write_table
from mnist_cli.data.registry import DataFile, dataset_folder, download_command, find_dataset
from mnist_cli.data.sources import (
    FILE_SECONDS,
    LONGEST_FILE_SECONDS,
    Mirror,
    Source,
    by_answer,
)
from mnist_cli.data.unpacking import UnreachableError, UnusableError, verified
from mnist_cli.errors import ConfigError, DownloadError
from mnist_cli.progress import ProgressFactory, Say, no_progress, say_nothing
from mnist_cli.storage.digests import sha256_of
from mnist_cli.storage.locks import remove_left_behind, temporary_folder
from mnist_cli.storage.names import move_aside
from mnist_cli.storage.own_files import put_in_place

KEPT = "kept"


class Delivery(NamedTuple):
    """A file of a data set and its source: a path, a mirror, or "kept" if it was there."""

    name: str
    source: str


def download_dataset(
    dataset: str,
    data_dir: Path,
    *,
    mirrors: Sequence[str] | None = None,
    folder: Path | None = None,
    force: bool = False,
    file_seconds: float = FILE_SECONDS,
    say: Say = say_nothing,
    progress: ProgressFactory = no_progress,
) -> list[Delivery]:
    """Put the verified files of a data set, unpacked, into its folder in `data_dir`.

    Files that lie there or in a folder there, under another name or packed, are used first.
    Whatever else has the name of one of the files gets another name, and is never lost.

    Parameters
    ----------
    mirrors
        Addresses, asked at once; the names of the files are appended. The first to answer is used,
        and the others for what it lacks. None: the data set's own.
    folder
        Take the files from this folder, or this archive, instead; packed or not, by any name.
    force
        Also replace files that are there and verified.
    file_seconds
        Time limit for one file from one mirror, up to a day.
    say
        Called with one line before work that takes longer, and about each file that was renamed.
    progress
        Called with the name and the bytes of each file; see `Progress`.

    Raises
    ------
    ConfigError
        `file_seconds` is out of range.
    DataError
        There is no such data set, or a file in its folder may not be read.
    DownloadError
        No source gave all files; one line for each source says why. Existing files are unchanged.
    """
    _check_seconds(file_seconds)
    work = _Collection(dataset, data_dir, say, progress)
    remove_left_behind(work.place)  # by a killed process, also where nothing is missing
    if not force:
        work.keep()
    if folder is not None:
        work.take(Folder(folder, work.source.files), work.missing)
        if work.missing:
            work.take_converted(folder)
    else:
        if not force:
            work.take_from_own_folder()
        work.download(work.source.mirrors if mirrors is None else mirrors, file_seconds)
    if work.missing:
        raise work.failure()
    return [Delivery(file.name, work.done[file]) for file in work.source.files]


class _Collection:
    """The files of a data set that are in place so far, and why sources did not give the others.

    Attributes
    ----------
    done : where each file came from
    failures : the first file that a source does not give, and why; by the name of the source
    """

    def __init__(self, dataset: str, data_dir: Path, say: Say, progress: ProgressFactory) -> None:
        self.dataset, self.source = dataset, find_dataset(dataset)
        self.data_dir, self.place = data_dir, dataset_folder(dataset, data_dir)
        self.say, self.progress = say, progress
        self.done: dict[DataFile, str] = {}
        self.failures: dict[str, tuple[DataFile, str]] = {}

    @property
    def missing(self) -> list[DataFile]:
        return [file for file in self.source.files if file not in self.done]

    def keep(self) -> None:
        """Keep what is in place. Raises DataError if a file may not be read."""
        with with_remedy(self.dataset, self.data_dir):
            here = [file for file in self.source.files if is_verified(self.place, file)]
        self.done = dict.fromkeys(here, KEPT) | self.done

    def take_from_own_folder(self) -> None:
        """Take what lies in the folder of the data set by another name, and say so."""
        folder = Folder(self.place, self.source.files)
        likely = [file for file in self.missing if folder.has(file)]
        if not likely:
            return
        self.take(folder, likely)
        found = [self.done[file] for file in likely if file in self.done]
        if found:
            where = os.path.commonpath(found)
            self.say(f"Found {self.source.title} in {where}; unpacked into {self.place}, verified.")
        self.keep()  # another process may have been faster

    def take_converted(self, path: Path) -> None:
        """Take what the rows of Keras' `.npz` or of CSV files are, once they are IDX files."""
        with temporary_folder(self.place) as new:
            if write_table(path, new):
                self.take(Converted(new, path, self.missing), self.missing)

    def download(self, addresses: Sequence[str], file_seconds: float) -> None:
        """Take what is missing from mirrors."""
        if not self.missing or not addresses:
            return
        self.say(f"Downloading {self.source.title}.")
        mirrors, file = [Mirror(address, file_seconds) for address in addresses], self.missing[0]
        if len(mirrors) > 1:
            mirrors, lost = by_answer(mirrors, file)
            self.failures.update({name: (file, reason) for name, reason in lost.items()})
        for mirror in mirrors:
            self.take(mirror, self.missing)

    def take(self, giver: Source, files: Sequence[DataFile]) -> None:
        """Take files from one source; say what was renamed for them."""
        moved: list[str] = []
        try:
            self._take(giver, files, moved)
        finally:
            if moved:
                self.say(
                    f"Something else had the name of {self.source.title}'s files; it is now "
                    f"{', '.join(moved)}. To use it as a data set of your own: "
                    f"--dataset {quote(moved[0])}"
                )

    def _take(self, giver: Source, files: Sequence[DataFile], moved: list[str]) -> None:
        for file in files:
            try:
                other = _deliver(giver, file, self.place, self.progress)
            except UnusableError as error:
                self.failures.setdefault(str(giver), (file, str(error)))
                if isinstance(error, UnreachableError):
                    break
            else:
                self.done[file] = giver.source_of(file)
                moved += [str(other)] if other else []

    def failure(self) -> DownloadError:
        """Return an error of one line for each source."""
        lines = [f"{name}: {file.name}: {reason}" for name, (file, reason) in self.failures.items()]
        head = f"could not get all files of {self.source.title}:"
        reasons = Counter(self._short_reason(name) for name in self.failures)
        own = self._own_data()
        return DownloadError(
            "\n  ".join(
                [head, *lines, *[own] * bool(own), _what_to_do(self.dataset, self.data_dir)]
            ),
            "; ".join(reason for reason, _ in reasons.most_common(2)),
            own,
        )

    def _own_data(self) -> str:
        """Return what to do with other images of these names, "" if there are none."""
        if not any((self.place / file.name).is_file() for file in self.missing):
            return ""
        return (
            f"{self.place} holds other files of these names; if they are a data set of your own, "
            f"name it: --dataset {quote(str(self.place))}"
        )

    def _short_reason(self, name: str) -> str:
        """Return why a source failed, without figures or remedy; of our own files, also which."""
        file, reason = self.failures[name]
        short = reason.partition(";")[0].partition(",")[0]
        return f"{self.place / file.name}: {short}" if name == str(self.place) else short


def _what_to_do(dataset: str, data_dir: Path) -> str:
    return (
        "Try again later, give another address with --mirror, take the files from a folder "
        f"({download_command(dataset, data_dir)} --from FOLDER), or use the built-in digits "
        "(--dataset builtin)."
    )


def _check_seconds(file_seconds: float) -> None:
    if not 0 < file_seconds <= LONGEST_FILE_SECONDS:
        raise ConfigError(
            f"timeout must be a number greater than 0 and at most {LONGEST_FILE_SECONDS:g}, "
            f"got {file_seconds}"
        )


def _deliver(source: Source, file: DataFile, place: Path, progress: ProgressFactory) -> Path | None:
    """Write one verified file; return the new name of what was in its place, if it was another.

    A damaged file of the right size is kept as well: Fashion-MNIST has MNIST's names and sizes.
    Raises UnusableError if the source does not give the file, and OSError.
    """
    moved = None
    with temporary_folder(place) as new:
        fresh, final = new / file.name, place / file.name
        with closing(source.chunks(file, progress)) as chunks, fresh.open("xb") as target:
            target.writelines(verified(chunks, file))
        sha256 = file.sha256 or sha256_of(fresh)
        if not is_verified(place, file):
            moved = move_aside(final)
        if not file.sha256:
            add_to_list(place, file.name, sha256)
        put_in_place([fresh], place)
    if moved and moved.is_file() and sha256_of(moved) == sha256:
        moved.unlink()  # another download had put it there in the meantime
        return None
    return moved
