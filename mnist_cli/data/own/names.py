"""Names from other people's files and folders -> names of classes that can be shown, in order."""

import re
from collections.abc import Iterable
from unicodedata import category

from mnist_cli.classes import LONGEST


def as_number(name: str) -> str:
    """Return a name; a whole number as NumPy or pandas write it, `7.0`, is that number."""
    if re.fullmatch(r"[0-9]{1,9}\.0+", name):
        name = name.partition(".")[0]
    return name[-1] if re.fullmatch(r"0+[0-9]", name) else name


def shown_name(name: str) -> str:
    """Return the name of a class: what cannot be shown is replaced, and too long a name cut."""
    whole = as_number(name)
    return "".join("?" if category(c) in ("Cc", "Cs") else c for c in whole)[:LONGEST] or "?"


def in_order(names: Iterable[str]) -> list[str]:
    """Return the names, whole numbers by their value before other names."""

    def place(name: str) -> tuple[bool, int, str, str]:
        number = name.isascii() and name.isdecimal()
        return (not number, int(name) if number else 0, name.casefold(), name)

    return sorted(names, key=place)
