"""Template, style, script and data -> one HTML file that asks nothing of any other place."""

import base64
import hashlib
import json
import re
from collections.abc import Mapping, Sequence
from html import escape
from importlib import resources
from typing import Any

from mnist_cli.report.header import header_values
from mnist_cli.report.subject import Subject
from mnist_cli.report.tables import tables

# In the order in which they are put together; a file may use what stands before it.
SCRIPTS = (
    "elements",
    "arrays",
    "network",
    "preprocessing",
    "parts",
    "centring",
    "picture",
    "colours",
    "tiles",
    "state",
    "pad",
    "diagram",
    "answer",
    "why",
    "first_layer",
    "film",
    "curves",
    "confusion",
    "mistakes",
    "trials",
    "main",
)


def render(subjects: Sequence[Subject], values: Mapping[str, Any], arrays: str) -> bytes:
    """Return the page."""
    folder = resources.files("mnist_cli.report") / "page"
    style = (folder / "style.css").read_text("utf-8")
    script = _script([(folder / "script" / f"{n}.js").read_text("utf-8") for n in SCRIPTS])
    parts = {
        "policy": content_security_policy(style, script),
        "style": style,
        "script": script,
        "facts": json_for_script(values),
        "arrays": arrays,
        **header_values(subjects, precision(values["weights"], values["rounding"])),
        **tables(subjects),
    }
    template = (folder / "template.html").read_text("utf-8")
    return fill(template, parts).encode()


def precision(weights: str | None, rounding: float) -> str:
    """Say how exactly the page computes, where it is not exact."""
    if weights == "f4":
        return ""
    if weights is None:
        return "The network is too large to live in a page, so only its results are shown here."
    bits = {"i20": 20, "i2": 16, "i1": 8}[weights]
    return (
        f"To fit in this page, the weights are rounded to {bits} bits; the scores that it computes "
        f"differ from the network's by at most {rounding:.1g} on the test images."
    )


def fill(template: str, parts: Mapping[str, str]) -> str:
    """Put the parts in the places of `{{name}}`; what they contain is not looked at again."""
    return re.sub(r"\{\{(\w+)\}\}", lambda place: parts[place[1]], template)


def _script(files: Sequence[str]) -> str:
    """Join the files to one script whose names stay its own."""
    return "\n".join(['"use strict";', "(() => {", *files, "})();", ""])


def content_security_policy(style: str, script: str) -> str:
    """Return a policy under which nothing runs but this style and script, and nothing is loaded."""
    policy = (
        f"default-src 'none'; script-src '{_hash(script)}'; style-src '{_hash(style)}'; "
        "base-uri 'none'; form-action 'none'"
    )
    return escape(policy, quote=False)


def _hash(text: str) -> str:
    digest = hashlib.sha256(text.encode()).digest()
    return f"sha256-{base64.b64encode(digest).decode()}"


def json_for_script(values: Any) -> str:
    """Return JSON that no browser takes for the end of a script or a comment."""
    text = json.dumps(values, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
    return text.replace("<", "\\u003c").replace("\u2028", "\\u2028").replace("\u2029", "\\u2029")
