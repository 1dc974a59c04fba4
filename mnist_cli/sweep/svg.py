"""Elements of an SVG picture as text, and how wide a text will be."""

from html import escape
from typing import NamedTuple

LETTER = 7.3  # width of a usual letter at 12.5 px, in px; a little more than most fonts need
LINE = 18  # px from line to line
LONGEST_LABEL = 18  # letters


class Drawing(NamedTuple):
    """A part of a picture: its elements and how high it is, in px."""

    parts: list[str]
    height: float


def element(name: str, *children: str, **attributes: object) -> str:
    """Return an element; `class_` is class, `text_anchor` text-anchor, numbers lose their noise."""
    texts = [f' {key.rstrip("_").replace("_", "-")}="{_text(v)}"' for key, v in attributes.items()]
    start = f"<{name}{''.join(texts)}"
    return f"{start}>{''.join(children)}</{name}>" if children else f"{start}/>"


def _text(value: object) -> str:
    return f"{value:.1f}".removesuffix(".0") if isinstance(value, float) else escape(str(value))


def words(text: str, x: float, y: float, anchor: str = "start", **attributes: object) -> str:
    """Return a text; `anchor`: start, middle or end."""
    return element("text", escape(text), x=x, y=y, text_anchor=anchor, **attributes)


def tooltip(*lines: str) -> str:
    """Return the text that a browser shows where the mouse rests."""
    return element("title", escape("\n".join(lines)))


def line(x1: float, y1: float, x2: float, y2: float, class_: str) -> str:
    """Return a straight line."""
    return element("line", x1=x1, y1=y1, x2=x2, y2=y2, class_=class_)


def text_width(text: str) -> float:
    """Return about how wide a text is, in px."""
    return len(text) * LETTER


def short(text: str) -> str:
    """Leave out the middle of a long label."""
    if len(text) <= LONGEST_LABEL:
        return text
    half = LONGEST_LABEL // 2
    return f"{text[: half - 1]}…{text[-half:]}"
