"""In which language the lessons and exercises speak."""

import locale
import os

from mnist_cli.errors import ConfigError

LANGUAGES = ("en", "ko")


def chosen_language(option: str | None = None) -> str:
    """Return "en" or "ko": the option, else MNIST_LANG, else what the system speaks.

    Any language but Korean is answered in English. Raises ConfigError for another MNIST_LANG.
    """
    if option is not None:
        return option
    named = os.environ.get("MNIST_LANG")
    if named is None:
        return "ko" if _system_language().lower().startswith("ko") else "en"
    if named not in LANGUAGES:
        raise ConfigError(f"MNIST_LANG: must be {' or '.join(LANGUAGES)}, got {named!r}")
    return named


def _system_language() -> str:
    """Return a name like `ko_KR.UTF-8`, on Windows `Korean_Korea`, "" if there is none."""
    for name in ("LC_ALL", "LC_MESSAGES", "LANG"):
        if os.environ.get(name):
            return os.environ[name]
    return locale.getlocale()[0] or ""
