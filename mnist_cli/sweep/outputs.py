"""What a sweep leaves in its folder beside its results."""

import json
from pathlib import Path

from mnist_cli.storage.atomic import atomic_write
from mnist_cli.sweep.journal import read
from mnist_cli.sweep.winner import winner

BEST = "best.json"


def write_outputs(folder: Path) -> list[Path]:
    """Write what is made of the results, and return the files.

    Raises SweepError and OSError.
    """
    return write_best(folder)


def write_best(folder: Path) -> list[Path]:
    """Write the settings of the best combination, for `mnist train --config`; none if none is."""
    best = winner(*read(folder))
    if best is None:
        return []
    with atomic_write(folder / BEST) as file:
        file.write(json.dumps(best.settings, indent=2).encode() + b"\n")
    return [folder / BEST]
