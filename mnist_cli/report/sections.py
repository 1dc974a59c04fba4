"""The sections of the page, a row each, in the order in which they stand on it.

The page has four groups: the board, where the network reads what is drawn; learning; what is inside
the network; and its numbers. To add a section, write a row below and a folder
`page/<group>/<name>` with `section.html`, and where it needs them `style.css` and scripts. A script
starts its section with a function in the table of the same name:
`SECTIONS.<name> = (state, section, embedded) => ...`; see `script/sections.js`.
"""

from collections.abc import Callable, Sequence
from importlib import resources
from importlib.resources.abc import Traversable
from typing import Any, NamedTuple

from mnist_cli.report.curves import curve_charts
from mnist_cli.report.film import frames
from mnist_cli.report.header import preprocessing_note
from mnist_cli.report.live import live_training
from mnist_cli.report.selection import Material, cells, example, favourites, worst
from mnist_cli.report.stills import first_layer_stills, input_note, mistake_stills
from mnist_cli.report.subject import Subject
from mnist_cli.report.tables import confusion_table, digit_table, history_table, mistakes_table

FOLDER = resources.files("mnist_cli.report") / "page"
GROUPS = {  # folder: heading
    "board": "Board",
    "learning": "Learning",
    "inside": "Looking inside",
    "numbers": "Numbers",
}


class Section(NamedTuple):
    """One section of the page.

    Attributes
    ----------
    group : one of `GROUPS`; the sections of a group stand together
    title : its heading; like `section.html`, it may have the places of `header.class_words`
    link : its word in the navigation, as short as possible; it may have them, too
    needs_network : whether its script computes with the network; a page without weights hides it
    places : `places(subjects)` returns HTML for each `{{name}}` of its `section.html`
    embed : `embed(material)` puts images and arrays into the page, and returns what the section's
        script is handed, as JSON values
    folder : of its files, where that is not `page/<group>/<name>`
    """

    group: str
    title: str
    link: str
    needs_network: bool = False
    places: Callable[[Sequence[Subject]], dict[str, str]] = lambda _: {}
    embed: Callable[[Material], Any] = lambda _: None
    folder: Traversable | None = None


SECTIONS = {
    "draw": Section("board", "Draw and watch", "Draw", needs_network=True, embed=example),
    "film": Section("board", "Training film", "Training film", needs_network=True, embed=frames),
    "legend": Section(
        "board",
        "How to read the board",
        "Legend",
        needs_network=True,
        places=lambda subjects: {"preprocessing": preprocessing_note(subjects[0])},
    ),
    "cost": Section("learning", "The cost", "Cost", needs_network=True),
    "step": Section("learning", "One step of learning", "One step", needs_network=True),
    "downhill": Section("learning", "Downhill", "Downhill", needs_network=True),
    "train": Section(
        "learning",
        "Train it from random weights",
        "Train",
        needs_network=True,
        embed=live_training,
    ),
    "by_hand": Section("learning", "Bias and weights by hand", "By hand", needs_network=True),
    "linear": Section("learning", "Worth one layer", "Linear", needs_network=True),
    "ideal": Section("learning", "The ideal {{image}}", "Ideal {{image}}", needs_network=True),
    "why": Section("inside", "Why?", "Why", needs_network=True),
    "first_layer": Section(
        "inside",
        "What the first layer looks for",
        "First layer",
        needs_network=True,
        places=lambda subjects: {
            "inputs": input_note(subjects[0]),
            "stills": first_layer_stills(subjects[0]),
        },
        embed=favourites,
    ),
    "break_it": Section("inside", "Break it", "Break it", needs_network=True),
    "curves": Section(
        "numbers",
        "Curves",
        "Curves",
        places=lambda subjects: {
            "charts": curve_charts(subjects),
            "tables": each(history_table, subjects),
        },
    ),
    "confusion": Section(
        "numbers",
        "Confusion matrix",
        "Confusion",
        places=lambda subjects: {
            "digit_tables": each(digit_table, subjects),
            "matrices": each(confusion_table, subjects),
        },
        embed=cells,
    ),
    "mistakes": Section(
        "numbers",
        "Worst mistakes",
        "Mistakes",
        places=lambda subjects: {
            "stills": mistake_stills(subjects[0]),
            "table": mistakes_table(subjects[0]),
        },
        embed=worst,
    ),
}


def each(table: Callable[[Subject], str], subjects: Sequence[Subject]) -> str:
    """Return one table for each network."""
    return "\n".join(table(subject) for subject in subjects)


def in_group(group: str) -> list[str]:
    """Return the names of a group's sections, in the order of the page."""
    return [name for name, section in SECTIONS.items() if section.group == group]


def files_of(name: str, ending: str) -> list[str]:
    """Return the texts of a section's files whose names end like this, in order of their names."""
    section = SECTIONS[name]
    folder = section.folder or FOLDER / section.group / name
    files = sorted(folder.iterdir(), key=lambda file: file.name)
    return [file.read_text("utf-8") for file in files if file.name.endswith(ending)]
