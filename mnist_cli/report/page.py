"""Template, style, script and data -> one self-contained HTML file, which loads nothing else."""

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
    """Return the page as UTF-8 HTML.

    Parameters
    ----------
    subjects
        The network, and perhaps one to compare it with.
    values
        The data of the page, as JSON values.
    arrays
        Images and parameters in base64 (see `packing`).
    """
    folder = resources.files("mnist_cli.report") / "page"
    style = (folder / "style.css").read_text("utf-8")
    script = _script([(folder / "script" / f"{n}.js").read_text("utf-8") for n in SCRIPTS])
    texts = {
        "policy": content_security_policy(style, script),
        "style": style,
        "script": script,
        "facts": json_for_script(values),
        "arrays": arrays,
        **header_values(subjects, precision(values["weights"], values["rounding"])),
        **tables(subjects),
    }
    template = (folder / "template.html").read_text("utf-8")
    return fill(template, texts).encode()


def precision(weights: str | None, rounding: float) -> str:
    """Return a sentence about the rounding of the weights, "" if they are exact."""
    if weights == "f4":
        return ""
    if weights is None:
        return "The network is too large for this page, so only its results are shown."
    bits = {"i20": 20, "i2": 16, "i1": 8}[weights]
    return (
        f"To fit in this page, the weights are rounded to {bits} bits; the scores that it computes "
        f"differ from the network's by at most {rounding:.1g} on the test images."
    )


def fill(template: str, texts: Mapping[str, str]) -> str:
    """Replace each `{{name}}` by its text, once: a `{{name}}` inside a text stays.

    Raises KeyError for a name without a text.
    """
    return re.sub(r"\{\{(\w+)\}\}", lambda place: texts[place[1]], template)


def _script(files: Sequence[str]) -> str:
    """Join the files to one script, in a function so that it defines no global names."""
    return "\n".join(['"use strict";', "(() => {", *files, "})();", ""])


def content_security_policy(style: str, script: str) -> str:
    """Return a policy that allows only this style and this script, and loads nothing."""
    policy = (
        f"default-src 'none'; script-src '{_hash(script)}'; style-src '{_hash(style)}'; "
        "base-uri 'none'; form-action 'none'"
    )
    return escape(policy, quote=False)


def _hash(text: str) -> str:
    digest = hashlib.sha256(text.encode()).digest()
    return f"sha256-{base64.b64encode(digest).decode()}"


def json_for_script(values: Any) -> str:
    """Return JSON that is safe in a script element: no browser sees the end of the script in it."""
    text = json.dumps(values, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
    return text.replace("<", "\\u003c").replace("\u2028", "\\u2028").replace("\u2029", "\\u2029")
