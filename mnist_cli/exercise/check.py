"""Checking a pupil's file: one verdict for each task of an exercise."""

from pathlib import Path
from typing import NamedTuple

from mnist_cli.exercise.judge import Judge, short
from mnist_cli.exercise.questions import TASKS
from mnist_cli.exercise.runner import run
from mnist_cli.exercise.sheets import WORDS


class Verdict(NamedTuple):
    """What there is to say about one task.

    Attributes
    ----------
    number : from 1
    name : of the task, in the language of the answer
    right : whether all its values are right
    answer : one line without number and name
    """

    number: int
    name: str
    right: bool
    answer: str


class Outcome(NamedTuple):
    """The verdicts on all tasks; `problem` is one line about a file that cannot be run at all."""

    total: int
    verdicts: list[Verdict]
    problem: str = ""

    @property
    def right(self) -> int:
        """How many tasks are solved."""
        return sum(verdict.right for verdict in self.verdicts)


def check(name: str, file: Path, seconds: float, language: str = "en") -> Outcome:
    """Run a pupil's file in processes of its own, each for so many seconds at most, and compare.

    The file is run: with the rights of who calls this, but see `runner` for the limits.
    """
    tasks, judge = TASKS[name](), Judge(WORDS[language], seconds)
    calls = [question.call for task in tasks for question in task.questions]
    loading, answers = run(file, calls, seconds)
    if loading.reason:
        return Outcome(len(tasks), [], judge.problem(loading, ""))
    left, verdicts = iter(answers), []
    for number, (key, questions) in enumerate(tasks, start=1):
        findings = [judge.find(question, next(left)) for question in questions]
        fault = next((finding.fault for finding in findings if finding.fault), "")
        difference = short(max(finding.difference for finding in findings))
        answer = fault or judge.say("right", difference=difference)
        verdicts.append(Verdict(number, judge.words[key], not fault, answer))
    return Outcome(len(tasks), verdicts)
