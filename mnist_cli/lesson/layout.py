"""Text in columns: what a letter takes in a terminal, wrapped lines, tables and blocks.

Korean letters are two columns wide. A screen is 80 columns by 40 lines.
"""

from collections.abc import Sequence
from itertools import zip_longest
from unicodedata import combining, east_asian_width

COLUMNS, LINES = 80, 40
GAP = "  "


def width(text: str) -> int:
    """Columns that a text takes in a terminal."""
    return sum(0 if combining(c) else 2 if east_asian_width(c) in "WF" else 1 for c in text)


def left(text: str, columns: int) -> str:
    """Fill a text with blanks on its right."""
    return text + " " * (columns - width(text))


def cut(text: str, columns: int) -> str:
    """Cut a text off where it takes more columns."""
    while width(text) > columns:
        text = text[:-1]
    return text


def right(text: str, columns: int) -> str:
    """Fill a text with blanks on its left."""
    return " " * (columns - width(text)) + text


def wrapped(text: str, columns: int = COLUMNS) -> list[str]:
    """Break a text at its blanks into lines of at most `columns`."""
    lines = [""]
    for word in text.split():
        longer = f"{lines[-1]} {word}".lstrip()
        if width(longer) <= columns:
            lines[-1] = longer
        else:
            lines.append(word)
    return lines


def table(rows: Sequence[Sequence[str]], texts: int = 1) -> list[str]:
    """Align rows in columns: the first `texts` to the left, the others, numbers, to the right.

    A row may be shorter than the others.
    """
    columns = list(zip_longest(*rows, fillvalue=""))
    widths = [max(map(width, column)) for column in columns]
    return [
        GAP.join(
            (left if place < texts else right)(cell, widths[place])
            for place, cell in enumerate(row)
        ).rstrip()
        for row in rows
    ]


def beside(*blocks: Sequence[str]) -> list[str]:
    """Put blocks of lines side by side."""
    widths = [max(map(width, block), default=0) for block in blocks]
    return [
        GAP.join(left(cell, columns) for cell, columns in zip(row, widths, strict=True)).rstrip()
        for row in zip_longest(*blocks, fillvalue="")
    ]


def titled(title: str, block: Sequence[str]) -> list[str]:
    """Put a title, cut to the width of the block, above it."""
    columns = max(map(width, block))
    return [left(cut(title, columns), columns), *block]
