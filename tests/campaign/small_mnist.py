"""Four small files that take MNIST's place in a process; and few drawn digits are test images.

Else a test of `mnist download` would need the real files.
"""

import hashlib

import numpy as np

from mnist_cli.data import sources
from mnist_cli.data.builtin import files
from mnist_cli.data.idx import IMAGES_MAGIC, LABELS_MAGIC, idx_header
from mnist_cli.data.registry import DATASETS, DataFile

COUNT = 300


def _content(name: str, number: int) -> bytes:
    rng = np.random.default_rng(number)
    if "images" in name:
        images = rng.integers(0, 256, (COUNT, 784), np.uint8)
        return idx_header(IMAGES_MAGIC, COUNT) + images.tobytes()
    return idx_header(LABELS_MAGIC, COUNT) + rng.integers(0, 10, COUNT, np.uint8).tobytes()


CONTENT = {
    file.name: _content(file.name, number) for number, file in enumerate(DATASETS["mnist"].files)
}


def take_the_place() -> None:
    """Let this process take the small files for MNIST."""
    small = [DataFile(n, len(c), hashlib.sha256(c).hexdigest()) for n, c in CONTENT.items()]
    DATASETS["mnist"] = DATASETS["mnist"]._replace(files=tuple(small))
    files.COUNTS["t10k"] = 100
    sources.ANSWER_SECONDS = sources.PAUSE_SECONDS = 100  # however busy the machine is
