"""Template, sections, style, script and data -> one self-contained HTML file."""

import re
from collections.abc import Mapping, Sequence
from html import escape
from typing import Any

from mnist_cli.classes import are_digits
from mnist_cli.report.header import class_words, header_values
from mnist_cli.report.packing import packed
from mnist_cli.report.sections import FOLDER, GROUPS, SECTIONS, files_of, in_group
from mnist_cli.report.subject import Subject
from mnist_cli.report.twins import missing_activations, missing_line
from mnist_cli.web_page import content_security_policy, fill, json_for_script, page_bytes

FIRST = next(iter(GROUPS))  # it fills the first screen, and has no heading
# What the sections share, in the order in which a reader should meet it.
SCRIPTS = (
    "elements",
    "classes",
    "arrays",
    "activations",
    "network",
    "losses",
    "backpropagation",
    "random",
    "training",
    "sample",
    "learning",
    "preprocessing",
    "components",
    "centering",
    "grounds",
    "margins",
    "dashes",
    "crossings",
    "ruling",
    "surroundings",
    "boxes",
    "picture",
    "colours",
    "cells",
    "maps",
    "neurons",
    "thumbnails",
    "bars",
    "state",
    "sections",
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
    styles, code = [style(), _text("still.css")], script()
    loader = _unindented(_text("script/loader.js"))
    texts = {
        "policy": content_security_policy(styles, [loader, code]),
        "kind": _kind(subjects[0], live=values["weights"] is not None),
        "style": styles[0],
        "still": styles[1],
        "loader": loader,
        "code": packed(code.encode()),
        "facts": json_for_script(values),
        "arrays": arrays,
        "groups": "\n".join(_group_link(group, subjects) for group in _filled()),
        "sections": "\n\n".join(_group(group, subjects) for group in _filled()),
        **header_values(subjects, limits(subjects, values["weights"], values["rounding"])),
    }
    return page_bytes(fill(_text("template.html"), texts))


def _kind(subject: Subject, *, live: bool) -> str:
    """Return the classes of the whole page, for its style."""
    named = "" if are_digits(subject.classes) else " named"
    return ("live" if live else "results") + named


def _text(name: str) -> str:
    return (FOLDER / name).read_text("utf-8")


def style() -> str:
    """Join the styles: what the sections share, what each of them adds, and paper for them all."""
    files = [_text("style.css"), *_of_all_sections(".css"), _text("print.css")]
    return _unindented("\n".join(files))


def script() -> str:
    """Join the scripts, in a function so that they define no global names; they share its scope."""
    shared = [_text(f"script/{name}.js") for name in SCRIPTS]
    files = [*shared, *_of_all_sections(".js"), _text("script/main.js")]
    return _unindented("\n".join(['"use strict";', "(() => {", *files, "})();", ""]))


def _unindented(text: str) -> str:
    """Leave out indentation and lines of comments: 40 kB, room for more weights and images."""
    return re.sub(r"^ *(//.*\n)?", "", text, flags=re.MULTILINE)


def _of_all_sections(ending: str) -> list[str]:
    return [text for name in SECTIONS for text in files_of(name, ending)]


def _filled() -> list[str]:
    """Return the groups that have sections, in the order of the page."""
    return [group for group in GROUPS if in_group(group)]


def _group(group: str, subjects: Sequence[Subject]) -> str:
    """Return the sections of a group one after the other, below its heading and their links."""
    names = in_group(group)
    sections = "\n\n".join(_section(name, subjects) for name in names)
    head = "" if group == FIRST else _group_head(group, names, subjects)
    return f'<div id="{group}-group" class="group{_needs(names)}">\n{head}{sections}\n</div>'


def _group_link(group: str, subjects: Sequence[Subject]) -> str:
    return _link(f"{group}-group", GROUPS[group], in_group(group), subjects)


def _group_head(group: str, names: Sequence[str], subjects: Sequence[Subject]) -> str:
    links = "".join(_link(name, SECTIONS[name].link, [name], subjects) for name in names)
    title = escape(GROUPS[group])
    return f'<nav class="group-head" aria-label="{title}"><p>{title}</p><ul>{links}</ul></nav>\n'


def _link(place: str, text: str, names: Sequence[str], subjects: Sequence[Subject]) -> str:
    shown = fill(escape(text), class_words(subjects[0]))
    return f'<li class="link{_needs(names)}"><a href="#{place}">{shown}</a></li>'


def _section(name: str, subjects: Sequence[Subject]) -> str:
    section = SECTIONS[name]
    words = class_words(subjects[0])
    content = fill("".join(files_of(name, ".html")), {**words, **section.places(subjects)})
    return (
        f'<section id="{name}" class="section{_needs([name])}" aria-labelledby="{name}-title">\n'
        f'<h2 id="{name}-title">{fill(escape(section.title), words)}</h2>\n{content}</section>'
    )


def _needs(names: Sequence[str]) -> str:
    """Return the class that hides sections of which none can be shown without the network."""
    return " needs-network" if all(SECTIONS[name].needs_network for name in names) else ""


def limits(subjects: Sequence[Subject], weights: str | None, rounding: float) -> str:
    """Return what the page cannot compute, or how its weights are rounded; "" if it is exact."""
    missing = missing_activations([subject.checkpoint.network for subject in subjects])
    if missing:
        return missing_line(missing)
    if weights == "f4":
        return ""
    if weights is None:
        return "The network is too large for this page, so only its results are shown."
    bits = {"i20": 20, "i2": 16, "i1": 8}[weights]
    return (
        f"To fit in this page, the weights are rounded to {bits} bits; the scores that it computes "
        f"differ from the network's by at most {rounding:.1g} on the test images."
    )
