"""The list of digests beside the built-in digits: which digits the four files should hold."""

import re
from pathlib import Path
from typing import NamedTuple

from mnist_cli.data.registry import DATASETS, dataset_folder
from mnist_cli.storage.own_files import read_text

DRAWING = "SHA256SUMS"  # the name of the list; `sha256sum -c` reads it too
FILES = [file.name for file in DATASETS["builtin"].files]

_FORM = re.compile(
    "# built-in digits of seed ([0-9]{1,10}): ([1-9][0-9]{0,7}) train, ([1-9][0-9]{0,7}) t10k\n"
    + "".join(f"([0-9a-f]{{64}})  {name}\n" for name in FILES)
)


class Drawing(NamedTuple):
    """What the files of the built-in digits should hold.

    Attributes
    ----------
    seed : of the random numbers
    counts : images in the part `train` and in the part `t10k`
    digests : SHA-256 of each file, by its name
    """

    seed: int
    counts: dict[str, int]
    digests: dict[str, str]

    def __str__(self) -> str:
        train, t10k = self.counts["train"], self.counts["t10k"]
        head = f"# built-in digits of seed {self.seed}: {train} train, {t10k} t10k\n"
        return head + "".join(f"{self.digests[name]}  {name}\n" for name in FILES)


def read_drawing(data_dir: Path) -> Drawing | None:
    """Read what the built-in digits should be; None if the list is missing or damaged."""
    found = _FORM.fullmatch(read_text(dataset_folder("builtin", data_dir) / DRAWING))
    if not found:
        return None
    seed, train, t10k, *digests = found.groups()
    counts = {"train": int(train), "t10k": int(t10k)}
    return Drawing(int(seed), counts, dict(zip(FILES, digests, strict=True)))
