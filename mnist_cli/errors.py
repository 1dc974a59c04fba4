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

A message is one line: `<where>: <what is wrong>, got <value>; <what to do>`.
"""


class MnistError(Exception):
    """Base class: an expected failure, with a message of one line."""


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
