"""Which language the lessons and exercises speak."""

import pytest

from mnist_cli.errors import ConfigError
from mnist_cli.language import chosen_language


@pytest.fixture(autouse=True)
def _english_system(monkeypatch):
    for name in ("MNIST_LANG", "LC_ALL", "LC_MESSAGES"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("LANG", "C.UTF-8")


def test_the_option_beats_the_variable_and_that_the_system(monkeypatch):
    assert chosen_language() == "en"
    monkeypatch.setenv("LANG", "ko_KR.UTF-8")
    assert chosen_language() == "ko"
    monkeypatch.setenv("MNIST_LANG", "en")
    assert chosen_language() == "en"
    assert chosen_language("ko") == "ko"


@pytest.mark.parametrize(
    ("variables", "language"),
    [
        ({"LC_ALL": "C", "LANG": "ko_KR.UTF-8"}, "en"),
        ({"LC_MESSAGES": "ko_KR.UTF-8"}, "ko"),
        ({"LANG": "de_DE.UTF-8"}, "en"),
    ],
)
def test_the_system_says_it_as_posix_does(monkeypatch, variables, language):
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    assert chosen_language() == language


@pytest.mark.parametrize("value", ["", "fr", "KO"])
def test_another_language_is_one_line(monkeypatch, value):
    monkeypatch.setenv("MNIST_LANG", value)
    with pytest.raises(ConfigError, match=f"MNIST_LANG: must be en or ko, got '{value}'"):
        chosen_language()
