"""The digests of files of which only the packed form has a published one.

The packed file is checked when it comes. Then the digest of its content is listed beside it, so
that the file can be checked whenever it is opened; `sha256sum -c` reads the list, too.
"""

import re
from pathlib import Path

from mnist_cli.data.registry import DataFile
from mnist_cli.storage.own_files import read_text, replace

LIST = ".mnist-digests"
_LINE = re.compile(r"([0-9a-f]{64})  ([\w.-]+)")


def known_digest(folder: Path, file: DataFile) -> str:
    """Return the SHA-256 that a file in `folder` must have: published or listed, else ""."""
    return file.sha256 or _listed(folder).get(file.name, "")


def add_to_list(folder: Path, name: str, sha256: str) -> None:
    """List the digest of a file. Raises OSError."""
    lines = [f"{digest}  {name}\n" for name, digest in {**_listed(folder), name: sha256}.items()]
    replace(folder / LIST, "".join(lines).encode())


def _listed(folder: Path) -> dict[str, str]:
    matches = map(_LINE.fullmatch, read_text(folder / LIST).splitlines())
    return {match[2]: match[1] for match in matches if match}
