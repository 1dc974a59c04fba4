"""A page complete in itself: a template filled with texts, and a policy that loads nothing."""

import base64
import hashlib
import json
import re
from collections.abc import Mapping, Sequence
from html import escape
from typing import Any

# Controls but tab and line feed, overrides and isolates of the direction of text, surrogates.
_UNSAFE = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff]")


def fill(template: str, texts: Mapping[str, str]) -> str:
    """Replace each `{{name}}` by its text, once: a `{{name}}` inside a text stays.

    Raises KeyError for a name without a text.
    """
    return re.sub(r"\{\{(\w+)\}\}", lambda place: texts[place[1]], template)


def page_bytes(page: str) -> bytes:
    """Return a page as UTF-8; what turns text around, and half a character, is shown escaped.

    Both may stand in a file's name. The escapes are those of JSON, so scripts read them, too.
    """
    return re.sub(_UNSAFE, lambda letter: f"\\u{ord(letter[0]):04x}", page).encode()


def content_security_policy(styles: Sequence[str], scripts: Sequence[str]) -> str:
    """Return a policy that allows only these styles and scripts, and loads nothing."""
    policy = (
        f"default-src 'none'; script-src {_hashes(scripts)}; style-src {_hashes(styles)}; "
        "base-uri 'none'; form-action 'none'"
    )
    return escape(policy, quote=False)


def _hashes(texts: Sequence[str]) -> str:
    return " ".join(f"'{_hash(text)}'" for text in texts)


def _hash(text: str) -> str:
    digest = hashlib.sha256(text.encode()).digest()
    return f"sha256-{base64.b64encode(digest).decode()}"


def json_for_script(values: Any) -> str:
    """Return JSON that is safe in a script element: no browser sees the end of the script in it."""
    text = json.dumps(values, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
    return text.replace("<", "\\u003c").replace("\u2028", "\\u2028").replace("\u2029", "\\u2029")
