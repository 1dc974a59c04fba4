"""A part of a picture, its tooltips, and how wide a text will be."""

from html import escape
from typing import NamedTuple

from mnist_cli.svg import element

LETTER = 7.3  # width of a usual letter at 12.5 px, in px; a little more than most fonts need
LINE = 18  # px from line to line
LONGEST_LABEL = 18  # letters


class Drawing(NamedTuple):
    """A part of a picture: its elements and how high it is, in px."""

    parts: list[str]
    height: float


def tooltip(*lines: str) -> str:
    """Return the text that a browser shows where the mouse rests."""
    return element("title", escape("\n".join(lines)))


def text_width(text: str) -> float:
    """Return about how wide a text is, in px."""
    return len(text) * LETTER


def short(text: str) -> str:
    """Leave out the middle of a long label."""
    if len(text) <= LONGEST_LABEL:
        return text
    half = LONGEST_LABEL // 2
    return f"{text[: half - 1]}…{text[-half:]}"
