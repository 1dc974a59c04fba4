"""Runs the real command in a process for each call, without starting Python each time.

`python commands.py` imports the program once, then forks for every order on its standard input: a
line of JSON with arguments, folder, environment, and files for the two outputs. It answers with the
exit code. Its modules are imported already, and at its end they are not taken apart. Where that is
the point, or the environment is read by Python or a library, tests start `python -m`.
"""

import atexit
import gc
import importlib
import json
import os
import runpy
import subprocess
import sys
import threading
from pathlib import Path
from typing import Any

OURS = (  # with all that they import, nearly everything that any command needs
    *("cli.download", "cli.evaluate", "cli.exercise", "cli.export", "cli.lesson", "cli.predict"),
    *("cli.report", "cli.sweep", "cli.train", "data.download", "export.formats", "learning"),
    *("lesson.page", "pictures.reader", "report.builder", "sweep.outputs", "sweep.runner"),
)
OTHERS = (  # what NumPy and Pillow import when they are first used: a quarter of a short training
    *("numpy.ma", "numpy.random", "PIL.GifImagePlugin", "PIL.JpegImagePlugin"),
    *("PIL.BmpImagePlugin", "PIL.PngImagePlugin", "PIL.PpmImagePlugin"),
)


class Commands:
    """A running server of commands."""

    def __init__(self, environment: dict[str, str]) -> None:
        one_thread = {"OPENBLAS_NUM_THREADS": "1"}  # a process with threads must not fork
        self.server = subprocess.Popen(
            [sys.executable, __file__],
            env=environment | one_thread,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def run(self, arguments: list[str], folder: Path, environment: dict[str, str]) -> tuple:
        """Run `mnist` in a folder; return its exit code and what it wrote to both outputs."""
        outputs = [folder.with_name(f"{folder.name}.{name}") for name in ("out", "err")]
        order = [arguments, str(folder), environment, *map(str, outputs)]
        self.server.stdin.write(json.dumps(order) + "\n")
        self.server.stdin.flush()
        code = int(self.server.stdout.readline())
        written = [path.read_bytes() for path in outputs]
        for path in outputs:
            path.unlink()
        return code, *written

    def close(self) -> None:
        self.server.communicate()


def serve() -> None:
    import_the_program()
    for line in sys.stdin:
        child = os.fork()
        if not child:
            become_the_command(*json.loads(line))
            return
        sys.stdout.write(f"{os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])}\n")
        sys.stdout.flush()


def import_the_program() -> None:
    """Import it before the first fork, and let no forked process look for garbage in it.

    At its end Python looks at every object several times. That took three quarters of a command.
    """
    for name in (*(f"mnist_cli.{name}" for name in OURS), *OTHERS):
        importlib.import_module(name)
    gc.collect()
    gc.freeze()


def become_the_command(arguments: list[str], folder: str, environment: Any, *outputs: str) -> None:
    os.chdir(folder)
    os.environ.clear()
    os.environ.update(environment)
    for descriptor, path in enumerate((os.devnull, *outputs)):
        flags = os.O_WRONLY | os.O_CREAT | os.O_TRUNC if descriptor else os.O_RDONLY
        opened = os.open(path, flags, 0o600)
        os.dup2(opened, descriptor)
        os.close(opened)
    sys.argv[1:] = arguments
    try:
        runpy.run_module("mnist_cli", run_name="__main__", alter_sys=True)
    except SystemExit as end:
        if end.code is None or isinstance(end.code, int):
            finish(end.code or 0)
        raise
    finish(0)


def finish(code: int) -> None:
    """End as Python does, but leave it to the system to free the memory.

    It would take apart every module. That was half of a command's time, and more: each of these
    objects lies in memory that is shared with the server, and to touch it means to copy it.
    """
    threading._shutdown()
    atexit._run_exitfuncs()
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(code)


if __name__ == "__main__":
    serve()
