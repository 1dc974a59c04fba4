"""Running a pupil's file in a process of its own, with limits of time and memory."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Sequence
from contextlib import suppress
from math import ceil, prod
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, NamedTuple

import numpy as np

from mnist_cli.exercise import child


class Call(NamedTuple):
    """A call of a function in the file; arguments are numbers, or lists that become arrays."""

    function: str
    arguments: list[Any]


class Answer(NamedTuple):
    """What a call returned, as `child.plain` describes it, or why it did not return.

    Attributes
    ----------
    value : None if it did not return
    reason : a key of the words: open, missing, exit, input, memory, time, ended, written,
        error, or ""
    line : of the file, None if it is not known
    text : the message of an error; for "ended" the exit code
    """

    value: dict[str, Any] | None = None
    reason: str = ""
    line: int | None = None
    text: str = ""


class Answers(NamedTuple):
    """What came of loading the file and, if that went well, of every call."""

    loading: Answer
    calls: list[Answer]


def run(file: Path, calls: Sequence[Call], seconds: float) -> Answers:
    """Call the functions; after a call that does not end, a new process makes the other calls."""
    answers: list[Answer] = []
    while len(answers) < len(calls):
        loading, new = _run_once(file, calls[len(answers) :], seconds)
        if loading.reason:
            return Answers(loading, [])
        answers += new
    return Answers(Answer(), answers)


def _run_once(file: Path, calls: Sequence[Call], seconds: float) -> Answers:
    """Return what came of the loading and the calls, up to the first that did not end."""
    with TemporaryDirectory() as folder:
        to_do, done = Path(folder, "calls.json"), Path(folder, "answers.json")
        to_do.write_text(json.dumps([call._asdict() for call in calls]), "utf-8")
        most = str(2 * ceil(seconds))  # some libraries compute in several threads
        end = _process([child.__file__, str(file), str(to_do), str(done), most], seconds)
        text = done.read_text("utf-8", "replace") if done.is_file() else ""
    lines = text.splitlines(keepends=True)[: len(calls) + 1]
    answers = [_answer(line) for line in lines if line.endswith("\n")]
    if len(answers) <= len(calls):
        answers.append(end)
    return Answers(answers[0], answers[1:])


def _answer(line: str) -> Answer:
    """Return the answer in a line; a pupil's code may have written something else into the file."""
    try:
        answer = Answer(**json.loads(line))
        parts = [] if answer.value is None else answer.value.get("several", [answer.value])
        fits = (
            all(map(_is_plain, parts))
            and answer.reason in ("", "open", "missing", "error", *child.REASONS.values())
            and isinstance(answer.line, int | None)
            and isinstance(answer.text, str)
        )
    except (ValueError, TypeError, AttributeError, KeyError, OverflowError, RecursionError):
        fits = False
    return answer if fits else Answer(reason="written")


def _is_plain(part: dict[str, Any]) -> bool:
    """Whether this is a part that `child.plain` describes, with all its numbers if they are few."""
    if "type" in part:
        return isinstance(part["type"], str)
    are_sizes = all(type(size) is int and size >= 0 for size in part["shape"])
    count = prod(part["shape"])
    numbers = np.array(part["numbers"], float)
    return are_sizes and numbers.shape == (count if count <= child.LARGEST else 0,)


def _process(arguments: list[str], seconds: float) -> Answer:
    """Run Python in silence and without input; return how it ended too early, if it did."""
    process = subprocess.Popen(  # noqa: S603  # our own child, with the pupil's file to read
        [sys.executable, "-P", "-X", "utf8", *arguments],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,  # so that what it starts can be ended, too
        env=os.environ | {"OPENBLAS_NUM_THREADS": "1"},  # each thread's memory counts
    )
    try:
        return Answer(reason="ended", text=str(process.wait(seconds)))
    except subprocess.TimeoutExpired:
        return Answer(reason="time")
    finally:
        _end(process)


def _end(process: "subprocess.Popen[bytes]") -> None:
    """End a process that still runs and, where there are process groups, what it has started."""
    if sys.platform == "win32":
        process.kill()  # nothing happens to one that has ended
    else:
        with suppress(ProcessLookupError):  # nothing of the group runs any more
            os.killpg(process.pid, signal.SIGKILL)
    process.wait()
