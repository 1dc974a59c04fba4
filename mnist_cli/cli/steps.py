"""Names for the files that `mnist predict --save-steps` writes."""

import re
import unicodedata
from pathlib import Path

_UNSAFE = re.compile(r"[^\w.-]+")  # not allowed in names on some system, or part of a path
_DEVICE = re.compile(r"(con|prn|aux|nul|com\d|lpt\d)(\.|$)", re.IGNORECASE)  # on Windows
_LONGEST = 200  # bytes; systems allow 255, and number and name of the step are added


class Stems:
    """Beginnings of file names, allowed on every system and all different."""

    def __init__(self) -> None:
        self._taken: set[str] = set()

    def of(self, name: str) -> str:
        """Return a new beginning, made of the last folder and the file name of a path."""
        stem, number = _safe(name), 1
        unique = stem
        while _as_systems_compare(unique) in self._taken:
            number += 1
            unique = f"{stem}~{number}"
        self._taken.add(_as_systems_compare(unique))
        return unique


def _safe(name: str) -> str:
    """Return a short name that every system allows."""
    path = Path(name)
    parts = [part for part in path.parts if part != path.anchor]
    stem = _UNSAFE.sub("_", "-".join(parts[-2:]))
    stem = f"_{stem}" if _DEVICE.match(stem) else stem
    return stem.encode()[-_LONGEST:].decode(errors="ignore")


def _as_systems_compare(name: str) -> str:
    """Return equal text for names that some system does not distinguish."""
    return unicodedata.normalize("NFC", name).casefold()
