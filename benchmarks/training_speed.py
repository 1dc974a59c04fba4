"""Time a training epoch of this program and of other programs, in turn, on the same data.

    pip install -e ".[bench]"
    python benchmarks/training_speed.py --data-dir data

Every program has a process of its own, on one core, with the kernels that its libraries choose
for the processor. In each round all of them train one epoch, one after the other, so that other
load on the machine affects them equally. A ratio is the median of the ratios of all rounds. Writes
docs/speed.md and the chart docs/speed.svg. `--tiny` runs every program on few images, with two of
the networks; with it, `--avx2`, `--all-cores` or `--only` nothing is written.
"""

import argparse
import importlib.metadata
import importlib.util
import json
import math
import os
import platform
import re
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any, NamedTuple

from peers import NEEDS, PEERS, RATE
from threadpoolctl import threadpool_info

TOP = Path(__file__).parents[1]
ONE_THREAD = {
    "OMP_NUM_THREADS": "1",
    "OPENBLAS_NUM_THREADS": "1",
    "MKL_NUM_THREADS": "1",
    "XLA_FLAGS": "--xla_cpu_multi_thread_eigen=false intra_op_parallelism_threads=1",
}
WITHOUT_AVX_512 = {
    "OPENBLAS_CORETYPE": "Haswell",
    "NPY_DISABLE_CPU_FEATURES": "X86_V4 AVX512_ICL",
    "ATEN_CPU_CAPABILITY": "avx2",
    "ONEDNN_MAX_CPU_ISA": "AVX2",
}
DEFAULT = ((16, 16), 32)
CASES = [DEFAULT, *(((16, 16), b) for b in (10, 128, 1000)), ((100,), 32), ((300, 100), 32)]
SLOW = {"one image at a time"}  # timed for the default network only
GOAL = 0.95
WHOLE_ROUNDS = 5


class Worker:
    """A program in a process of its own."""

    def __init__(self, name: str, options: argparse.Namespace, hidden: Any, batch: int) -> None:
        call = [name, options.dataset, str(options.data_dir), options.count, list(hidden), batch]
        self.process = subprocess.Popen(
            [sys.executable, Path(__file__).with_name("worker.py"), json.dumps(call)],
            env=_environment(options),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
        )

    def ask(self, line: str) -> float:
        """Send a command and return the number that it prints."""
        self.process.stdin.write(line + "\n")
        self.process.stdin.flush()
        return json.loads(self.process.stdout.readline())

    def end(self) -> None:
        """End the process."""
        self.process.stdin.close()
        self.process.wait()


def _environment(options: argparse.Namespace) -> dict[str, str]:
    own = {k: v for k, v in os.environ.items() if k != "OPENBLAS_CORETYPE"}
    if options.all_cores:
        return own | {"MNIST_ALL_CORES": "1"}
    own |= ONE_THREAD
    if options.avx2:
        own |= WITHOUT_AVX_512
        own["XLA_FLAGS"] += " --xla_cpu_max_isa=AVX2"
    return own


class Row(NamedTuple):
    """The measurements of one program in one case."""

    name: str
    seconds: list[float]
    memory: float
    epochs: int | None  # until the goal

    @property
    def median(self) -> float:
        """Median of the seconds per epoch."""
        return statistics.median(self.seconds)

    @property
    def to_goal(self) -> float | None:
        """Seconds of training until the goal."""
        return None if self.epochs is None else self.epochs * self.median

    def ratio(self, other: "Row") -> float:
        """Median of the ratios to the epochs of another program in the same rounds."""
        return statistics.median(a / b for a, b in zip(self.seconds, other.seconds, strict=False))


def installed() -> list[str]:
    """Return the programs whose package is installed."""
    return [n for n in PEERS if n not in NEEDS or importlib.util.find_spec(NEEDS[n])]


def measure(options: argparse.Namespace, hidden: Any, batch: int) -> list[Row]:
    """Time rounds of one epoch each; the first one, which also compiles, does not count."""
    default = (hidden, batch) == DEFAULT
    names = [name for name in installed() if default or name not in SLOW]
    names = [name for name in names if name in options.only] if options.only else names
    workers = {name: Worker(name, options, hidden, batch) for name in names}
    times: dict[str, list[float]] = {name: [] for name in names}
    reached: dict[str, int] = {}
    for number in range(
        1, 2 + (options.rounds if not default else max(options.rounds, options.goal))
    ):
        for name, worker in workers.items():
            if name in SLOW and number > 4:
                continue
            times[name].append(worker.ask(f"epoch {number}"))
            wanted = default and name not in reached and not name.startswith("floor")
            if wanted and worker.ask("accuracy") >= GOAL:
                reached[name] = number
    rows = []
    for name, worker in workers.items():
        epochs = times[name][1:] or times[name]
        rows.append(Row(name, epochs, worker.ask("memory"), reached.get(name)))
        worker.end()
    return rows


def table(rows: list[Row], default: bool) -> str:
    """Return Markdown: times, ratios, and for the default case memory and time to the goal."""
    ours, floor = (next(row for row in rows if row.name == name) for name in ("mnist", "floor"))
    head = ["program", "s per epoch", "quartiles", "to ours", "to the floor"]
    head += [f"s to {GOAL:.0%} on test", "peak MB"] if default else []
    lines = ["| " + " | ".join(head) + " |", "|---" * len(head) + "|"]
    for row in sorted(rows, key=lambda row: row.median):
        low, _, high = (
            statistics.quantiles(row.seconds, n=4) if len(row.seconds) > 1 else [row.median] * 3
        )
        cells = [row.name, f"{row.median:.4f}", f"{low:.4f} to {high:.4f}"]
        cells += [f"{row.ratio(ours):.2f}", f"{row.ratio(floor):.2f}"]
        if default:
            cells += ["–" if row.to_goal is None else f"{row.to_goal:.2f}", f"{row.memory:.0f}"]
        lines.append("| " + " | ".join(cells) + " |")
    return "\n".join(lines)


def whole_processes(options: argparse.Namespace, rows: list[Row]) -> str:
    """Markdown: from the start of a process to its end, with as many epochs as the goal takes.

    The program's row is its command, which also writes a checkpoint; a peer's is a script that
    imports, compiles and trains.
    """
    rows = [row for row in rows if row.epochs is not None]
    times: dict[str, list[float]] = {row.name: [] for row in rows}
    with tempfile.TemporaryDirectory() as folder:
        for _ in range(WHOLE_ROUNDS):
            for row in rows:
                process = _command(options, row, folder) if row.name == "mnist" else None
                times[row.name].append(process or _script(options, row))
    ours = statistics.median(times.get("mnist", [math.nan]))
    lines = [
        "| program | epochs | s, whole process | smallest to largest | to ours |",
        "|---" * 5 + "|",
    ]
    for row in sorted(rows, key=lambda row: statistics.median(times[row.name])):
        seconds = times[row.name]
        median, spread = statistics.median(seconds), f"{min(seconds):.2f} to {max(seconds):.2f}"
        lines.append(
            f"| {row.name} | {row.epochs} | {median:.2f} | {spread} | {median / ours:.2f} |"
        )
    return "\n".join(lines)


def _command(options: argparse.Namespace, row: Row, folder: str) -> float:
    """Seconds of `mnist train` with the settings of the peers: one rate, nothing held out."""
    command = [sys.executable, "-m", "mnist_cli", "train", "--dataset", options.dataset]
    command += ["--learning-rate", f"{RATE:g}", "--schedule", "constant", "--validation-size", "0"]
    command += ["--epochs", str(row.epochs), "--data-dir", str(options.data_dir)]
    begin = time.perf_counter()
    subprocess.run(
        [*command, "-o", f"{folder}/network.npz"], env=_environment(options), check=True,
        capture_output=True,
    )  # fmt: skip
    return time.perf_counter() - begin


def _script(options: argparse.Namespace, row: Row) -> float:
    """Seconds of a peer's process, from its start to its end."""
    begin = time.perf_counter()
    worker = Worker(row.name, options, *DEFAULT)
    for number in range(1, row.epochs + 1):
        worker.ask(f"epoch {number}")
    worker.end()
    return time.perf_counter() - begin


def draw(results: dict[Any, list[Row]], path: Path) -> None:
    """Draw the time per epoch against batch size and against width."""
    import matplotlib as mpl

    mpl.use("svg")
    mpl.rcParams["svg.hashsalt"] = "mnist"
    from matplotlib import pyplot as plt

    figure, (left, right) = plt.subplots(1, 2, figsize=(11, 4.2), sharey=True)
    by_batch = {batch: rows for (hidden, batch), rows in results.items() if hidden == (16, 16)}
    by_width = {
        "-".join(map(str, hidden)): rows for (hidden, batch), rows in results.items() if batch == 32
    }
    for axis, cases, label in (
        (left, dict(sorted(by_batch.items())), "batch size"),
        (right, by_width, "hidden layers"),
    ):
        for name in [n for n in installed() if n not in SLOW]:
            times = [
                next(row.median for row in rows if row.name == name) for rows in cases.values()
            ]
            style = {"lw": 2.6, "color": "black"} if name == "mnist" else {"lw": 1.2}
            dashes = {"floor": "--", "floor, plainly written": ":"}
            style |= {"ls": dashes[name], "color": "gray"} if name in dashes else {}
            axis.plot([str(case) for case in cases], times, marker="o", ms=4, label=name, **style)
        axis.set_xlabel(label)
        axis.set_yscale("log")
        axis.grid(alpha=0.3)
    left.set_ylabel("seconds per epoch")
    right.legend(fontsize=8)
    figure.tight_layout()
    figure.savefig(path, metadata={"Date": None})


def main() -> None:
    """Measure and print, and write the page."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data-dir", type=Path, default=Path("data"))
    parser.add_argument("--dataset", default="mnist")
    parser.add_argument("--count", type=int, default=60_000)
    parser.add_argument("--rounds", type=int, default=9)
    parser.add_argument("--goal", type=int, default=20, help="epochs tried to reach the goal")
    parser.add_argument("--avx2", action="store_true", help="as on a processor without AVX-512")
    parser.add_argument("--all-cores", action="store_true", help="no program is kept to one core")
    parser.add_argument("--only", nargs="*", help="peers to run, default all that are installed")
    parser.add_argument("--tiny", action="store_true")
    options = parser.parse_args()
    if options.tiny:
        options.count, options.rounds, options.goal = 2000, 2, 0
    results, sections = {}, []
    for hidden, batch in CASES[::5] if options.tiny else CASES:
        rows = results[hidden, batch] = measure(options, hidden, batch)
        title = f"### 784-{'-'.join(map(str, hidden))}-10, batch {batch}"
        sections.append(f"{title}\n\n{table(rows, (hidden, batch) == DEFAULT)}\n")
        print(sections[-1], flush=True)
        if (hidden, batch) == DEFAULT and any(row.epochs for row in rows):
            title = f"### The same from the command to {GOAL:.0%} on the test images"
            sections.append(f"{title}\n\n{whole_processes(options, rows)}\n")
            print(sections[-1], flush=True)
    if not (options.tiny or options.avx2 or options.all_cores or options.only):
        write_page(sections)
        draw(results, TOP / "docs" / "speed.svg")


def write_page(sections: list[str]) -> None:
    """Write the tables with the versions that they were measured with."""
    packages = [name for name in ("numpy", "jax", "torch", "scikit-learn") if _version(name)]
    versions = ", ".join(f"{name} {_version(name)}" for name in packages)
    kernel = threadpool_info()[0]["architecture"]  # Haswell, Zen: AVX2; SkylakeX and later: AVX-512
    machine = (
        f"{processor()}, {os.cpu_count()} cores, each program on one; OpenBLAS kernel {kernel}"
    )
    head = f"Python {platform.python_version()}, {versions}; {machine}.\n"
    page = "\n".join(
        ["# Speed, measured\n", "Written by `benchmarks/training_speed.py`.\n", head, *sections]
    )
    (TOP / "docs" / "speed.md").write_text(page, "utf-8")


def processor() -> str:
    """Name of the processor, where the system tells it."""
    text = Path("/proc/cpuinfo").read_text("utf-8") if Path("/proc/cpuinfo").exists() else ""
    found = re.search(r"model name\s*: (.*)", text)
    return found[1] if found else platform.machine()


def _version(name: str) -> str | None:
    try:
        return importlib.metadata.version(name)
    except importlib.metadata.PackageNotFoundError:
        return None


if __name__ == "__main__":
    main()
