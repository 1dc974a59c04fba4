"""Configuration files: find one by name or path, and read it strictly."""

import codecs
import os
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

from mnist_cli.config.settings import TrainingConfig, make_config, nearest
from mnist_cli.errors import ConfigError
from mnist_cli.storage.paths import AnyPath, as_path, exists, is_file
from mnist_cli.storage.strict_json import parse_object

LONGEST_FILE = 100_000  # bytes; a configuration has some hundred
ARCHIVE = b"PK"  # the first bytes of a zip, and so of a checkpoint


def configs_folder() -> Path:
    """Return the folder of the configurations that come with the program."""
    package = Path(__file__).parents[1]
    installed = package / "configs"
    return installed if installed.is_dir() else package.parent / "configs"  # in a clone


def config_names() -> list[str]:
    """Return the names of the configurations that come with the program."""
    return sorted(path.stem for path in configs_folder().glob("*.json"))


Source = AnyPath | Mapping[str, Any] | TrainingConfig | None


def config_values(source: Source) -> dict[str, Any]:
    """Return the settings that a configuration gives, whatever form it has.

    `source` is a name (`relu`), a path, a dictionary, a `TrainingConfig`, or None for no settings.
    Raises ConfigError, InputError and OSError.
    """
    if source is None:
        return {}
    if isinstance(source, TrainingConfig):
        return source.to_dict()
    if isinstance(source, Mapping):
        return dict(source)
    as_path(source, "config")
    return read_config(find_config(os.fspath(source)))


def find_config(name_or_path: str) -> Path:
    """Return the file of a configuration, given by name (`default`) or by path (`my/own.json`).

    A file of the name `default` is `./default`.

    Raises ConfigError if there is none.
    """
    if name_or_path in config_names():
        return configs_folder() / f"{name_or_path}.json"
    path = Path(name_or_path)
    if is_file(path):
        return path
    if name_or_path.removesuffix(".json") in config_names():  # 3b1b.json, as it is called inside
        return configs_folder() / name_or_path
    if exists(path):
        raise ConfigError(f"{name_or_path}: must be a file, got something else; name another one")
    if path.suffix in (".json", ".npz") or len(path.parts) > 1:
        raise ConfigError(f"{name_or_path}: no such configuration file")
    raise ConfigError(
        f"{name_or_path}: no such configuration{nearest(name_or_path, config_names())}"
    )


def read_config(path: Path) -> dict[str, Any]:
    """Return the settings in a JSON file, or of the run in a checkpoint, checked.

    Raises
    ------
    ConfigError
        If the file is no configuration; the message names the file, the key and the value.
    OSError
        If it cannot be read.
    """
    values = _in_checkpoint(path) if is_archive(path) else read_object(path)
    make_config(values, str(path))
    return values


def is_archive(path: Path) -> bool:
    """Whether a file begins as a checkpoint does, whatever its name. Raises OSError."""
    with path.open("rb") as file:
        return file.read(len(ARCHIVE)) == ARCHIVE


def _in_checkpoint(path: Path) -> dict[str, Any]:
    from mnist_cli.config.archive import read_archive  # NumPy, which other files do not need

    try:
        return dict(read_archive(path).metadata["config"])
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        reason = f"there is no {error}" if isinstance(error, KeyError) else error
        raise ConfigError(
            f"{path}: no configuration, and damaged or not a checkpoint of this program: {reason}"
        ) from error


def read_object(path: Path) -> dict[str, Any]:
    """Return the object in a JSON file. Raises ConfigError if there is none, and OSError."""
    with path.open("rb") as file:
        content = file.read(LONGEST_FILE + 1)
    if len(content) > LONGEST_FILE:
        raise ConfigError(
            f"{path}: must have at most {LONGEST_FILE:,} bytes, got more; name a configuration"
        )
    try:
        return parse_object(_as_utf8(content))
    except ValueError as error:
        raise ConfigError(f"{path}: {error}") from error


def _as_utf8(content: bytes) -> bytes:
    """Return the bytes of a text in UTF-8; the `>` of PowerShell writes UTF-16, and marks it."""
    if not content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return content
    with suppress(UnicodeDecodeError):  # the reader of JSON then says that it is no text
        return content.decode("utf-16").encode()
    return content
