"""The classes that a network tells apart: their names, and the words for them.

Names come from folders and files of other people, so they are checked, and bounded in number and
length. A network has one output for each class.
"""

from collections.abc import Sequence
from unicodedata import category

DIGITS = tuple("0123456789")
FEWEST, MOST = 2, 10
LONGEST = 40  # characters of a name
CONTROLS = ("Cc", "Cs")  # control characters, halves of a surrogate pair
TURNING = "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"  # the direction of what follows


def check_classes(names: Sequence[object]) -> tuple[str, ...]:
    """Return the names of 2 to 10 classes, checked.

    Raises ValueError if there are fewer or more, two are equal, or one is no text of 1 to 40
    characters without control characters.
    """
    if not FEWEST <= len(names) <= MOST:
        raise ValueError(f"classes must be {FEWEST} to {MOST}, got {len(names)}")
    checked = tuple(check_name(name, "class") for name in names)
    if len(set(checked)) < len(checked):
        twice = next(name for name in checked if checked.count(name) > 1)
        raise ValueError(f"classes must have different names, got {twice!a} twice")
    return checked


def check_name(name: object, what: str, longest: int = LONGEST) -> str:
    """Return a name if it is text that can be shown. Raises ValueError; `what` is its subject."""
    if not isinstance(name, str):
        raise ValueError(f"{what} must be text, got {name!r:.60}")
    if not 1 <= len(name) <= longest:
        raise ValueError(f"{what} must have 1 to {longest} characters, got {len(name)}")
    if any(category(letter) in CONTROLS or letter in TURNING for letter in name):
        raise ValueError(f"{what} must have no control characters, got {name!a}")
    return name


def are_digits(classes: Sequence[str]) -> bool:
    """Tell whether all classes are digits: then images are called digits."""
    return set(classes) <= set(DIGITS)


def image_word(classes: Sequence[str]) -> str:
    """Return what one image is called: a digit, or an image."""
    return "digit" if are_digits(classes) else "image"


def word_for(classes: Sequence[str]) -> str:
    """Return what one class is called: a digit, or a class."""
    return "digit" if are_digits(classes) else "class"
