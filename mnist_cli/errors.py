"""Errors that are expected: wrong input, damaged files and failed downloads.

::

    MnistError
    ├── ConfigError         a setting or a configuration file
    ├── DataError           the files of a data set
    │   └── DataMissingError  ... that are not there
    ├── DownloadError       no mirror or folder gave the files
    ├── CheckpointError     a checkpoint that is missing, damaged or foreign
    ├── PictureError        a picture that cannot be read
    ├── InputError          an array or a name given from Python
    ├── SweepError          the folder of a sweep, or runs that were lost
    └── TrainingError       training that cannot go on

A message is one line: `<where>: <what is wrong>, got <value>; <what to do>`. What others wrote in
it, such as names in a file, a server's answer, is shown escaped and shortened (`one_line`).
"""

from unicodedata import category

# Control and format characters, halves of a surrogate pair, separators of lines and paragraphs.
_OBEYED = {"Cc", "Cf", "Cs", "Zl", "Zp"}
LONGEST_WORD, LONGEST_LINE = 200, 600  # characters of a message
SOURCE = "\n  "  # before each source in a DownloadError, the one message of several lines


def shown(text: str) -> str:
    """Escape what a terminal obeys instead of showing it: a file's name could forge an answer."""
    if text.isascii() and text.isprintable():
        return text
    return "".join(ascii(c)[1:-1] if category(c) in _OBEYED else c for c in text)


def one_line(text: str) -> str:
    """Return a message as one line of at most 600 characters, each word of at most 200."""
    text = shown(text)
    if len(text) <= LONGEST_WORD:
        return text
    words = (_shortened(word, LONGEST_WORD) for word in text.split(" "))
    return _shortened(" ".join(words), LONGEST_LINE)


def _shortened(text: str, most: int) -> str:
    """Leave out the middle of a long text; in its end stands what to do."""
    half = most // 2 - 2
    return text if len(text) <= most else f"{text[:half]}...{text[-half:]}"


class MnistError(Exception):
    """Base class: an expected failure, with a message of one line."""

    def __str__(self) -> str:
        return one_line(super().__str__())


class ConfigError(MnistError):
    """A setting is unknown, of the wrong type, out of range, or does not fit another."""


class DataError(MnistError):
    """A data file is damaged or not what its name says."""


class DataMissingError(DataError):
    """The data set is not in the data directory."""


class DownloadError(MnistError):
    """None of the mirrors, or not the folder, gave the verified files.

    Attributes
    ----------
    reason : the commonest reason, in a few words
    own_data : where the user's own images lie in its place, "" if there are none
    """

    def __init__(self, message: str, reason: str = "", own_data: str = "") -> None:
        super().__init__(message)
        self.reason, self.own_data = reason, own_data

    def __str__(self) -> str:
        return SOURCE.join(map(one_line, Exception.__str__(self).split(SOURCE)))


class CheckpointError(MnistError):
    """A checkpoint is missing, damaged, or not written by this program."""


class PictureError(MnistError):
    """A picture cannot be read."""


class InputError(MnistError, ValueError):
    """An array or a name is not what a function takes; also a ValueError, as in scikit-learn."""


class SweepError(MnistError):
    """The folder of a sweep is damaged, foreign or in use, or runs were lost."""


class TrainingError(MnistError):
    """Training cannot go on, for example because the loss is no longer finite."""
