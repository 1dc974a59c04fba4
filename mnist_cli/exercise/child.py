"""Calls a pupil's functions in a process of its own, and writes down what they return.

    python child.py FILE CALLS ANSWERS SECONDS

CALLS is a JSON list of {"function", "arguments"}. ANSWERS gets a line for the loading of FILE, then
a line for each call as soon as it has returned, with fields of `runner.Answer`. SECONDS of the
processor are the most that all may take.
"""

import json
import os
import sys
import traceback
from pathlib import Path
from textwrap import shorten
from typing import Any

import numpy as np

MEMORY = 2 << 30  # bytes
LARGEST = 100_000  # numbers of an array that are worth writing down
LONGEST = 150  # characters of a message
REASONS = {EOFError: "input", MemoryError: "memory", SystemExit: "exit"}


def main(file: str, calls: str, answers: str, seconds: str) -> None:
    """Write the answers, each before the next call, which may never return."""
    limit(int(seconds))
    with Path(answers).open("w", encoding="utf-8", buffering=1) as out:
        names: dict[str, Any] = {"__name__": "exercise", "__file__": file}
        sys.path.insert(0, str(Path(file).resolve().parent))
        out.write(json.dumps(load(file, names)) + "\n")
        for call in json.loads(Path(calls).read_text("utf-8")):
            out.write(json.dumps(answer(file, names, call)) + "\n")


def limit(seconds: int) -> None:
    """Limit memory and time, where the system can: Windows cannot, macOS only the time.

    The runner ends this process earlier, unless it was killed itself.
    """
    try:
        import resource
    except ImportError:
        return
    for kind, most in ((resource.RLIMIT_AS, MEMORY), (resource.RLIMIT_CPU, seconds)):
        _, hard = resource.getrlimit(kind)
        if hard == resource.RLIM_INFINITY or most < hard:
            resource.setrlimit(kind, (most, hard))


def load(file: str, names: dict[str, Any]) -> dict[str, Any]:
    """Run the file, which defines its functions in `names`."""
    try:
        exec(compile(Path(file).read_bytes(), file, "exec"), names)  # noqa: S102  # a pupil's own
    except BaseException as error:  # noqa: BLE001  # a pupil's code can raise anything
        return failure(error, file)
    return {"value": None}


def answer(file: str, names: dict[str, Any], call: dict[str, Any]) -> dict[str, Any]:
    """Return what a function returns, or why it does not."""
    function = names.get(call["function"])
    if not callable(function):
        return {"reason": "missing"}
    arguments = [np.array(a) if isinstance(a, list) else a for a in call["arguments"]]
    try:
        with np.errstate(over="raise", invalid="raise", divide="raise"):
            return {"value": plain(function(*arguments))}
    except BaseException as error:  # noqa: BLE001  # as above
        return failure(error, file)


def plain(value: Any, *, whole: bool = True) -> dict[str, Any]:
    """Describe a returned value, or a part of it: numbers, several values, or another type."""
    try:
        array = np.asarray(value, dtype=float)
    except (TypeError, ValueError):
        if whole and isinstance(value, (list, tuple)):
            return {"several": [plain(part, whole=False) for part in value[:10]]}
        return {"type": type(value).__name__[:LONGEST]}
    if value is None:
        return {"type": "None"}
    numbers = array.ravel().tolist() if array.size <= LARGEST else []
    return {"shape": array.shape, "numbers": numbers}


def failure(error: BaseException, file: str) -> dict[str, Any]:
    """Tell in which line of the file what happened."""
    if isinstance(error, SystemExit) and str(error.code)[:1].isdigit() and " " in str(error.code):
        return {"reason": "open"}
    reason = next((name for kind, name in REASONS.items() if isinstance(error, kind)), "error")
    message = error.msg if isinstance(error, SyntaxError) else error  # else it has the line again
    text = shorten(f"{type(error).__name__}: {message}", LONGEST, placeholder=" …").rstrip(" :")
    return {"reason": reason, "line": line_of(error, file), "text": text}


def line_of(error: BaseException, file: str) -> int | None:
    """Return the number of the last line of the file that led to the error."""
    if isinstance(error, SyntaxError) and error.filename == file:
        return error.lineno
    frames = traceback.extract_tb(error.__traceback__)
    return next((frame.lineno for frame in reversed(frames) if frame.filename == file), None)


if __name__ == "__main__":
    main(*sys.argv[1:])
    sys.stdout.flush()
    os._exit(0)  # a thread of the pupil's may still run
