"""The files of the exercises: solved, or with a gap in place of each numbered function's body."""

import ast
from pathlib import Path

from mnist_cli.exercise import english, korean

SOLUTIONS = Path(__file__).parent / "solutions"
NAMES = ["sigmoid", "gradient-descent", "backprop"]
WORDS = {"en": english.WORDS, "ko": korean.WORDS}


def file_name(name: str) -> str:
    """Return the name of an exercise's file: that of a Python module."""
    return f"{name.replace('-', '_')}.py"


def solved(name: str, language: str = "en") -> str:
    """Return the solution, its docstrings in the language."""
    text = (SOLUTIONS / file_name(name)).read_text("utf-8")
    for line, translation in korean.SHEETS.items() if language == "ko" else ():
        text = text.replace(line, translation)
    return text


def with_gaps(name: str, language: str = "en") -> str:
    """Return the file for the pupil."""
    text = solved(name, language)
    lines = text.splitlines(keepends=True)
    for function in reversed(_numbered(text)):
        body = slice(function.body[1].lineno - 1, function.end_lineno)
        title = _title(function)
        lines[body] = [f'    raise SystemExit("{title}: {WORDS[language]["open"]}")\n']
    return "".join(lines)


def _numbered(text: str) -> list[ast.FunctionDef]:
    functions = [node for node in ast.parse(text).body if isinstance(node, ast.FunctionDef)]
    return [function for function in functions if _title(function)[:1].isdigit()]


def _title(function: ast.FunctionDef) -> str:
    """Return the start of a docstring, up to the colon: `1 cost`."""
    return (ast.get_docstring(function) or "").partition(":")[0]
