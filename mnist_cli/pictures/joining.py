"""Strokes that lie apart: what they are if they are one digit, as the two of an open 4."""

from mnist_cli.pictures.atoms import Atom, united
from mnist_cli.pictures.digits import Found


def joined(best: Found, others: list[Found]) -> Found | None:
    """Return strokes as one digit; None if there is but one, or if they are wider than high.

    Two digits side by side mostly are. Whether the rest is one digit, a network has to say.
    """
    if not others:
        return None
    whole = united([Atom(stroke.ink, stroke.box) for stroke in (best, *others)])
    if whole.width > whole.height:
        return None
    return best._replace(ink=whole.ink, box=whole.box)
