"""Text of others in messages and pages: one line, shortened, escaped."""

import json
import os

import pytest

from mnist_cli.classes import check_classes
from mnist_cli.cli.output import Output, tell
from mnist_cli.errors import DataError, DownloadError, InputError, one_line
from mnist_cli.web_page import json_for_script, page_bytes

HOSTILE = "\x1b[2Jgone\r\nmnist: all is well\u202e\udcff\u2028"
ESCAPED = r"\x1b[2Jgone\r\nmnist: all is well\u202e\udcff\u2028"


@pytest.mark.parametrize("kind", [DataError, InputError, DownloadError])
def test_an_error_is_one_line(kind):
    assert str(kind(f"a.npz: bad, got {HOSTILE}")) == f"a.npz: bad, got {ESCAPED}"


def test_sixty_thousand_letters_of_a_server_are_few():
    text = str(DataError(f"mirror: redirects to http://{'a' * 60_000}; name another"))
    assert len(text) < 300
    assert text.startswith("mirror: redirects to http://aaa")
    assert text.endswith("aaa; name another")
    text = one_line("header " + "a b " * 20_000 + "; try again")
    assert len(text) <= 600
    assert text.endswith("; try again")


def test_the_sources_of_a_download_keep_their_lines():
    text = str(DownloadError(f"no files:\n  one: {HOSTILE}\n  two: {'x' * 5_000}"))
    first, second, third = text.splitlines()
    assert (first, second) == ("no files:", f"  one: {ESCAPED}")
    assert len(third) < 300


def test_a_short_message_stays_as_it_is():
    text = "사진.png: is no picture, got 3 bytes; name another"
    assert one_line(text) == text


def test_what_is_told_is_escaped_and_only_messages_are_shortened(capsys):
    tell("b" * 1_000 + HOSTILE)
    Output(quiet=False, as_json=False).say("b" * 1_000 + HOSTILE)
    out, err = capsys.readouterr()
    assert out == "b" * 1_000 + ESCAPED + "\n"
    assert err.count("\n") == 1
    assert len(err) < 300


def test_a_page_holds_no_half_character():
    page = page_bytes(f"<h1>{HOSTILE}</h1>\n\t고양이")
    assert page.decode() == (
        "<h1>\\u001b[2Jgone\\u000d\nmnist: all is well\\u202e\\udcff\u2028</h1>\n\t고양이"
    )


def test_scripts_read_the_escapes_of_a_page():
    assert json.loads(page_bytes(json_for_script({"a": HOSTILE}))) == {"a": HOSTILE}


def test_names_that_turn_text_around_are_refused():
    with pytest.raises(ValueError, match=r"no control characters, got 'a\\u202eb'"):
        check_classes(["a\u202eb", "c"])


def test_the_report_of_a_file_without_a_proper_name(mnist, builtin_dir, tmp_path):
    """Of bytes that are no UTF-8, of escape sequences, of what turns text around."""
    name = os.fsdecode(b"a\xff\x1b[2J\xe2\x80\xae.npz")
    builtin = ("--dataset", "builtin", "--data-dir", builtin_dir)
    assert mnist("train", *builtin, "--epochs", 0, "-o", "net.npz").code == 0
    (tmp_path / "net.npz").rename(tmp_path / name)
    done = mnist("report", "--checkpoint", name, "--data-dir", builtin_dir, "-o", "net.html")
    assert (done.code, "Traceback" in done.err) == (0, False)
    page = (tmp_path / "net.html").read_text("utf-8")
    assert "<title>a\\udcff\\u001b[2J\\u202e" in page
