"""Reading pictures as `mnist predict` does, for the benchmarks."""

from collections.abc import Iterable
from io import BytesIO
from itertools import islice
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from mnist_cli.pictures.reader import read_picture
from mnist_cli.prediction import UNLIKE, Reading, read_pictures
from mnist_cli.training.checkpoint import Checkpoint

SEED = 0  # of everything that the benchmarks of pictures draw or choose
AT_ONCE = 64  # pictures answered together, as in the command


class Answers(NamedTuple):
    """Answers to n pictures: digit (-1: none), confidence, unlike any digit, any warning."""

    digits: NDArray[np.int64]
    confidence: NDArray[np.float64]
    unlike: NDArray[np.bool_]
    warned: NDArray[np.bool_]


def as_file(image: Image.Image, form: str = "PNG") -> BytesIO:
    """Return a picture as a file in memory."""
    file = BytesIO()
    image.save(file, form)
    file.seek(0)
    return file


def read(checkpoint: Checkpoint, files: Iterable[Path | BytesIO]) -> Answers:
    """Read every file as `mnist predict` does."""
    readings: list[Reading] = []
    todo = iter(files)
    while group := [read_picture(file) for file in islice(todo, AT_ONCE)]:
        readings += read_pictures(checkpoint, group)
    return Answers(
        np.array([-1 if r.digit is None else r.digit for r in readings]),
        np.array([r.confidence for r in readings]),
        np.array([UNLIKE in r.warnings for r in readings]),
        np.array([bool(r.warnings) for r in readings]),
    )
