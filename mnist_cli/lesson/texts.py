"""The words of the lessons: one file per language, the same keys in each.

A text is a format string over the facts of its lesson, so that no number stands in it. Where the
classes are no digits, the text whose key ends with `_others` is taken, if there is one.
"""

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from mnist_cli.classes import DIGITS, are_digits
from mnist_cli.lesson.layout import cut, left, width, wrapped
from mnist_cli.storage.strict_json import parse_object

WORDS = Path(__file__).parent / "words"
SHARED, OTHERS = "shared", "_others"
NAMED = ("label", "answer", "digit", "commonest")  # facts that are the number of a class
NAME_COLUMNS = 12  # of a terminal, for the name of a class in a table


class Words:
    """The texts of one section, and those that all lessons share.

    Attributes
    ----------
    texts : all texts of the language, by section and key
    classes : names of what the network tells apart
    """

    def __init__(
        self,
        texts: Mapping[str, Mapping[str, str]],
        section: str = SHARED,
        classes: tuple[str, ...] = DIGITS,
    ) -> None:
        self.texts, self.classes, self._section = texts, classes, section
        self._own = {**texts[SHARED], **texts[section]}
        if not are_digits(classes):
            others = {key: text for key, text in self._own.items() if key.endswith(OTHERS)}
            self._own |= {key.removesuffix(OTHERS): text for key, text in others.items()}

    def of(self, section: str) -> "Words":
        """Return the texts of another section of the same language."""
        return Words(self.texts, section, self.classes)

    def about(self, classes: tuple[str, ...]) -> "Words":
        """Return the same texts for a network of other classes."""
        return Words(self.texts, self._section, classes)

    def __contains__(self, key: str) -> bool:
        return key in self._own

    def __call__(self, key: str, **facts: Any) -> str:
        """Return one text with the facts in their places; a class by its name."""
        named = {name: self.classes[facts[name]] for name in NAMED if name in facts}
        count = len(self.classes)
        return self._own[key].format(**{"classes": count, "chance": 1 / count, **facts, **named})

    @property
    def column(self) -> list[str]:
        """The names of the classes, cut and filled to one width."""
        names = [cut(name, NAME_COLUMNS) for name in self.classes]
        return [left(name, max(map(width, names))) for name in names]

    def names(self, keys: Iterable[str]) -> list[str]:
        """Return several short texts, for the head of a table; an empty key is an empty cell."""
        return [self(key) if key else "" for key in keys]

    def paragraph(self, *keys: str, **facts: Any) -> list[str]:
        """Return sentences as lines of one paragraph; an empty key says nothing."""
        return wrapped(" ".join(self(key, **facts) for key in keys if key))


def load_words(language: str) -> Words:
    """Read the texts of a language by its short name."""
    return Words(parse_object((WORDS / f"{language}.json").read_bytes()))


def example_key(facts: Mapping[str, Any]) -> str:
    """Return the key of the sentence about the image of a lesson."""
    if facts["file"]:
        return "example_file"
    return "example_right" if facts["answer"] == facts["label"] else "example_wrong"
