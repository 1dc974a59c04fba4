"""The words of the lessons: one file per language, the same keys in each.

A text is a format string over the facts of its lesson, so that no number stands in it.
"""

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from mnist_cli.lesson.layout import wrapped
from mnist_cli.storage.strict_json import parse_object

WORDS = Path(__file__).parent / "words"
SHARED = "shared"


class Words:
    """The texts of one section, and those that all lessons share.

    Attributes
    ----------
    texts : all texts of the language, by section and key
    """

    def __init__(self, texts: Mapping[str, Mapping[str, str]], section: str = SHARED) -> None:
        self.texts = texts
        self._own = {**texts[SHARED], **texts[section]}

    def of(self, section: str) -> "Words":
        """Return the texts of another section of the same language."""
        return Words(self.texts, section)

    def __call__(self, key: str, **facts: Any) -> str:
        """Return one text with the facts in their places."""
        return self._own[key].format(**facts)

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
