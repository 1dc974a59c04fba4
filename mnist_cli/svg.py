"""Pictures as SVG text. A colour or a size is an attribute: the page's policy allows no style."""

from html import escape


def element(name: str, *children: str, **attributes: object) -> str:
    """Return an element; `class_` stands for class, `text_anchor` for text-anchor.

    The children are SVG; the values of attributes are escaped here.
    """
    pairs = ((key.rstrip("_").replace("_", "-"), value) for key, value in attributes.items())
    head = " ".join([name, *(f'{key}="{escape(_text(value))}"' for key, value in pairs)])
    return f"<{head}>{''.join(children)}</{name}>" if children else f"<{head}/>"


def words(text: str, x: float, y: float, anchor: str = "start", **more: object) -> str:
    """Return a text at a place; `anchor` is start, middle or end."""
    return element("text", escape(text), x=x, y=y, text_anchor=anchor, **more)


def line(x1: float, y1: float, x2: float, y2: float, class_: str) -> str:
    """Return a straight line."""
    return element("line", x1=x1, y1=y1, x2=x2, y2=y2, class_=class_)


def _text(value: object) -> str:
    """Return a number with at most one decimal place; other values as they are."""
    return f"{value:.1f}".removesuffix(".0") if isinstance(value, float) else str(value)
