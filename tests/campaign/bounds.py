"""The bounds of the campaign: what a file may cost, measured in a child process.

The times are seconds of the processor, not of the clock. They still depend on which processor it
is, and on who shares it, so a check fails only at SLOWER times the promise (`-s` prints them).
"""

import os
import resource
import subprocess
import sys
import tempfile
import time
import warnings
import zlib
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from multiprocessing import get_context
from pathlib import Path
from typing import Any, NamedTuple, NoReturn, TypeVar

import numpy as np
import pytest

SHORT = os.environ.get("CAMPAIGN") == "short"  # the form of two minutes, for every change
SEED = int(os.environ.get("CAMPAIGN_SEED", "0"))

SECONDS = 2.0  # that any file whatever may take, the start of the program not counted
SLOWER = 2.0  # times as long, on a slow or shared processor: what grows without bound takes more
START = 1.0  # seconds that the start of a command may take
PEAK = 300_000_000  # bytes of memory of the whole process
HANGING = 30  # seconds after which the system ends a child
ADDRESSES = 6_000_000_000  # bytes that a child may ask for: a bomb must not take the machine
LONGEST_MESSAGE = 600  # characters: a path, the foreign text in it, and what to do
MEMORY = "/dev/shm" if Path("/dev/shm").is_dir() else None  # a disk writes what is cut short
UNIT = 1 if sys.platform == "darwin" else 1024  # of ru_maxrss


# Children are forked from a server that has imported what they need.
CONTEXT = get_context("forkserver")
CONTEXT.set_forkserver_preload(
    ["mnist_cli.model", "mnist_cli.pictures.reader", "mnist_cli.sweep.journal"]
)
T = TypeVar("T")


def many(long: T, short: T) -> T:
    """Return what this form of the campaign has: how many cases, or which."""
    return short if SHORT else long


def in_parts(count: int) -> pytest.MarkDecorator:
    """Run a long test in parts, which the workers share; `part` is the slice of its cases."""
    parts = [slice(first, None, count) for first in range(count)]
    return pytest.mark.parametrize("part", parts, ids=range(count))


def without(program: str) -> NoReturn:
    """Skip a test for want of a program; under CI=true, where it can be installed, that fails."""
    ci = os.environ.get("CI") == "true"
    (pytest.fail if ci else pytest.skip)(f"there is no {program} on this machine")


def generator(*names: str | int) -> np.random.Generator:
    """Return the random numbers of a case: the same for the same names and CAMPAIGN_SEED."""
    return np.random.default_rng([SEED, zlib.crc32(repr(names).encode())])


class Measured(NamedTuple):
    """A command that has ended: exit code, what it printed, processor seconds, bytes at most."""

    code: int
    out: str
    err: str
    seconds: float
    peak: int


# A process counts the memory of the one that started it as its own, so a small one comes between.
LAUNCHER = """
import os, resource, sys
bytes_, seconds, report, *line = sys.argv[1:]
pid = os.fork()
if not pid:
    resource.setrlimit(resource.RLIMIT_AS, (int(bytes_),) * 2)
    resource.setrlimit(resource.RLIMIT_CPU, (int(seconds),) * 2)
    os.execv(line[0], line)
_, status, usage = os.wait4(pid, 0)
with open(report, "w") as file:
    seconds = usage.ru_utime + usage.ru_stime
    print(os.waitstatus_to_exitcode(status), seconds, usage.ru_maxrss, file=file)
"""


def command(*args: object, cwd: Path, **env: str) -> Measured:
    """Run `mnist` with these arguments and measure it."""
    clean = {k: v for k, v in os.environ.items() if not k.startswith("MNIST_")}
    line = [sys.executable, "-m", "mnist_cli", *map(str, args)]
    with tempfile.NamedTemporaryFile("r") as report:
        limits = (str(ADDRESSES), str(HANGING), report.name)
        done = subprocess.run(
            [sys.executable, "-ISc", LAUNCHER, *limits, *line],
            cwd=cwd,
            env=clean | {"PYTHONUTF8": "1", "OPENBLAS_NUM_THREADS": "1"} | env,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            check=True,
        )
        code, seconds, peak = report.read().split()
    texts = [text.decode("utf-8", "backslashreplace") for text in (done.stdout, done.stderr)]
    return Measured(int(code), *texts, float(seconds), int(peak) * UNIT)


def check_refused(done: Measured) -> None:
    """Check that bad input cost one line, and no more time and memory than it may."""
    assert done.code in (1, 2), (done.code, done.err[-500:])
    assert "Traceback" not in done.err, done.err[-500:]
    assert len(done.err.strip().splitlines()) == 1, done.err[:1000]
    assert done.err.removesuffix("\n").isprintable(), ascii(done.err)[:500]
    check_bounds(done)


def check_message(error: BaseException) -> None:
    """Check that an expected failure is told in one line of reasonable length."""
    text = str(error)
    assert text, "no message"
    assert len(text.splitlines()) == 1, f"more than one line: {text[:300]!r}"
    assert len(text) <= LONGEST_MESSAGE, f"{len(text)} characters: {text[:300]!r}"


def check_bounds(done: Measured) -> None:
    """Check time and memory of a command."""
    assert done.seconds < SLOWER * (SECONDS + START), f"took {done.seconds:.1f} s"
    assert done.peak < PEAK, f"took {done.peak:,} bytes"


Case = tuple[str, Any]  # the name under which a fault is reported; the input, or what makes it
Work = Callable[[Any], object]


def faults(work: Work, cases: Iterable[Case], batch: int = 2000) -> list[str]:
    """Do `work(what)` for every case, in one child for each batch; return a line for each fault.

    A fault is an exception out of `work`, too much time, too much memory, and a child that
    died. `work` is a function of a module, which the child imports. Prints what the most
    expensive case of each batch cost, for `pytest -s`.
    """
    found: list[str] = []
    left = list(cases)
    while left:
        found += _batch(work, left[:batch])
        del left[:batch]
    return found


def _batch(work: Work, cases: Sequence[Case]) -> list[str]:
    with tempfile.TemporaryDirectory() as folder:
        at_work, found = Path(folder, "at work"), Path(folder, "found")
        found.touch()
        died = []
        try:
            with ProcessPoolExecutor(1, mp_context=CONTEXT) as pool:
                done = pool.submit(_in_child, work, cases, at_work, found).result()
            print(f"{len(cases):,} cases, at most {done.seconds:.2f} s, {done.peak / 1e6:.0f} MB")  # noqa: T201
        except BrokenProcessPool:
            number = int(at_work.read_text())
            died = [f"{cases[number][0]}: the process died"]
            died += _batch(work, cases[number + 1 :]) if number + 1 < len(cases) else []
        return [*found.read_text("utf-8").splitlines(), *died]


class Cost(NamedTuple):
    """The most processor seconds and bytes of some cases."""

    seconds: float
    peak: int


def _in_child(work: Work, cases: Sequence[Case], at_work: Path, found: Path) -> Cost:
    """Do the cases; keep in files what was found so far, in case that this process dies."""
    resource.setrlimit(resource.RLIMIT_AS, (ADDRESSES, ADDRESSES))
    warnings.simplefilter("error")
    slowest = 0.0
    with at_work.open("wb", 0) as note, found.open("w", 1, "utf-8", "backslashreplace") as log:
        for number, (name, what) in enumerate(cases):
            os.pwrite(note.fileno(), b"%9d" % number, 0)
            resource.setrlimit(resource.RLIMIT_CPU, (_used() + HANGING, resource.RLIM_INFINITY))
            lines, seconds = _tried(work, name, what)
            log.writelines(line + "\n" for line in lines)
            slowest = max(slowest, seconds)
    return Cost(slowest, _peak())


def _used() -> int:
    return int(time.process_time())


def _peak() -> int:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * UNIT


def _tried(work: Work, name: str, what: Any) -> tuple[list[str], float]:
    """Return a line for each thing that a case broke, and its seconds, its making not counted."""
    what = what() if callable(what) else what
    started, before, lines = time.process_time(), _peak(), []
    try:
        work(what)
    except Exception as error:  # noqa: BLE001
        reason = " ".join(str(error)[:500].split())
        lines.append(f"{name}: {type(error).__name__}: {reason}{_where(error)}")
    seconds, peak = time.process_time() - started, _peak()
    if seconds > SLOWER * SECONDS:
        lines.append(f"{name}: took {seconds:.1f} s")
    if peak > PEAK and peak > before:
        lines.append(f"{name}: took {peak:,} bytes")
    return lines, seconds


def _where(error: BaseException) -> str:
    """Return file and line of the innermost frame."""
    trace = error.__traceback__
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    return f" ({Path(trace.tb_frame.f_code.co_filename).name}:{trace.tb_lineno})" if trace else ""
