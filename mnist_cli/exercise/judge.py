"""Comparing what a function returned with the right values, and saying what is wrong, in words."""

from math import prod
from typing import Any, NamedTuple

import numpy as np

from mnist_cli.exercise.child import LARGEST
from mnist_cli.exercise.oracle import Array
from mnist_cli.exercise.questions import Question
from mnist_cli.exercise.runner import Answer

TOLERANCE = 1e-5  # of the largest number: central differences are right to about 1e-8 of it
MOST_OFTEN = 1e6  # times the right value; what is farther away is no forgotten factor
SIGNS = {  # in an error's text, of a known mistake
    "overflow": "overflow",
    "Overflow": "overflow",
    "bitwise_xor": "power",
    "for ^": "power",
}


class Finding(NamedTuple):
    """The fault of one returned value, "" if it is right, and its largest difference."""

    fault: str = ""
    difference: float = 0.0


class Judge:
    """Says in the words of a language what is wrong."""

    def __init__(self, words: dict[str, str], seconds: float) -> None:
        self.words, self.seconds = words, seconds

    def say(self, key: str, hint: str = "", **values: Any) -> str:
        """Return the words, and behind a colon those of the hint."""
        text = self.words[key].format(**values)
        return f"{text}: {hint}" if hint else text

    def find(self, question: Question, answer: Answer) -> Finding:
        """Return the first fault, or the largest difference."""
        if answer.value is None:
            return Finding(self.problem(answer, question.call.function))
        parts = _parts(answer.value, len(question.wanted))
        if answer.value.get("type") == "None":
            return Finding(self.words["nothing"])
        if len(parts) != len(question.wanted):
            wanted, got = self._count(len(question.wanted)), self._count(len(parts))
            return Finding(self.say("count", wanted=wanted, got=got))
        findings = [self._part(question, i, part) for i, part in enumerate(parts)]
        faults = [finding for finding in findings if finding.fault]
        return faults[0] if faults else max(findings, key=lambda finding: finding.difference)

    def problem(self, answer: Answer, function: str) -> str:
        """Return why a call, or the loading of the file, gave nothing."""
        values: dict[str, Any] = {
            "function": function,
            "seconds": self.seconds,
            "code": answer.text,
        }
        if answer.reason == "error":
            hint = next((key for sign, key in SIGNS.items() if sign in answer.text), "")
            text = f"{answer.text}: {self.words[hint]}" if hint else answer.text
        else:
            text = self.say(answer.reason, **values)
        return self.say("line", line=answer.line, text=text) if answer.line else text

    def _count(self, number: int) -> str:
        return self.words["one value"] if number == 1 else self.say("values", number=number)

    def _part(self, question: Question, index: int, got: dict[str, Any]) -> Finding:
        """Judge one returned value."""
        part, wanted = list(question.wanted.items())[index]
        if "shape" not in got:
            return Finding(self.say("no numbers", part=part, type=got.get("type", "list")))
        shape = tuple(got["shape"])
        if shape != wanted.shape:
            hint = self.words["turned"] if shape == wanted.shape[::-1] else ""
            shapes: dict[str, Any] = {
                "wanted": self._shape(wanted.shape),
                "got": self._shape(shape),
            }
            return Finding(self.say("shape", hint, part=part, **shapes))
        values = np.array(got["numbers"]).reshape(shape)
        if not np.isfinite(values).all():
            return Finding(self.say("not finite", part=part))
        difference = float(np.abs(values - wanted).max())
        if difference <= TOLERANCE * _largest(wanted):
            return Finding(difference=difference)
        known = {key: arrays[index] for key, arrays in question.mistakes.items()}
        hint = self._hint(values, wanted, known)
        return Finding(self.say("wrong", hint, part=part, difference=short(difference)))

    def _shape(self, shape: tuple[int, ...]) -> str:
        return str(shape) if shape else self.words["a number"]

    def _hint(self, got: Array, wanted: Array, mistakes: dict[str, Array]) -> str:
        """Return what was probably done, "" if nobody knows."""
        for key, values in mistakes.items():
            if _alike(got, values):
                return self.words[key]
        if wanted.ndim == 2 and got.shape == got.shape[::-1] and _alike(got.T, wanted):
            return self.words["turned"]
        factor = _factor(got, wanted)
        return self.say("factor", factor=f"{factor:.3g}") if factor else ""


def _parts(value: dict[str, Any], number: int) -> list[dict[str, Any]]:
    """Return the values that were returned together; several numbers came as one array."""
    if "several" in value:
        return list(value["several"])
    shape = value.get("shape")
    if number == 1 or not shape or shape[0] != number or prod(shape) > LARGEST:
        return [value]
    rows = np.reshape(value["numbers"], shape)
    return [{"shape": row.shape, "numbers": row.ravel().tolist()} for row in rows]


def _largest(values: Array) -> float:
    return float(np.abs(values).max())


def _alike(got: Array, wanted: Array) -> bool:
    return _largest(got - wanted) <= TOLERANCE * _largest(wanted)


def _factor(got: Array, wanted: Array) -> float:
    """Return k if got = k · wanted and k or 1/k is a whole number, else 0."""
    with np.errstate(over="ignore"):
        factor = float(np.vdot(got, wanted) / np.vdot(wanted, wanted))
    if not 1 / MOST_OFTEN <= abs(factor) <= MOST_OFTEN or not _alike(got, factor * wanted):
        return 0.0
    whole = max(abs(factor), 1 / abs(factor))
    return factor if abs(whole - round(whole)) < 1e-4 * whole else 0.0


def short(difference: float) -> str:
    """Return a difference with one digit or as a whole number: 2e-9, 0.3, 20, 0."""
    if difference >= 1 or difference == 0:
        return f"{difference:.0f}" if difference < 1e6 else f"{difference:.0e}"
    if difference >= 1e-3:
        return f"{difference:.1g}"
    digit, _, exponent = f"{difference:.0e}".partition("e")
    return f"{digit}e{int(exponent)}"
