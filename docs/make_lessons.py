"""Write three lessons into docs/lectures.md and docs/lectures.ko.md.

    python docs/make_lessons.py DATA_DIR

computes them on MNIST in DATA_DIR, with the plain network that comes with the program.
"""

import sys
from pathlib import Path

import mnist_cli
from mnist_cli.lesson.material import Material
from mnist_cli.lesson.page import find_facts, lesson_lines
from mnist_cli.lesson.texts import load_words

SHOWN = ("cost", "gradient", "imagine")
MARK = "<!-- from here on made by: python docs/make_lessons.py DATA_DIR -->"
PAGES = {
    "en": ("lectures.md", "## Three of them, on MNIST"),
    "ko": ("lectures.ko.md", "## 그중 세 수업 (MNIST)"),
}


def blocks(material: Material, language: str) -> list[str]:
    """Return what the command prints, a block for each lesson."""
    words = load_words(language)
    texts = []
    for name in SHOWN:
        lines = lesson_lines(name, find_facts(name, material), material, words)
        call = f"$ mnist lesson {name}" + (" --lang ko" if language == "ko" else "")
        texts.append("\n".join(["```text", call, *lines, "```"]))
    return texts


if __name__ == "__main__":
    material = Material(mnist_cli.load_model("default"), mnist_cli.load("mnist", sys.argv[1]))
    for language, (name, title) in PAGES.items():
        page = Path(__file__).with_name(name)
        above = page.read_text("utf-8").partition(MARK)[0].rstrip()
        page.write_text(
            "\n\n".join([above, MARK, title, *blocks(material, language)]) + "\n", "utf-8"
        )
