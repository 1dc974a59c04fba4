"""How long `mnist predict` takes, as a whole command and in a running program."""

import argparse
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

import numpy as np
from forms import BICUBIC, moved
from numpy.typing import NDArray
from PIL import Image
from reading import SEED, read

from mnist_cli.training.checkpoint import load_checkpoint


def make_photo(digit: Image.Image, width: int, path: Path) -> None:
    """Write a JPEG photo, 4 to 3: a digit on unevenly lit grey paper, with camera noise."""
    height = width * 3 // 4
    side = height // 3
    page = Image.new("L", (width, height), 215)
    ink = digit.resize((side, side), BICUBIC).point(lambda value: value * 3 // 4)
    page.paste(40, (width // 3, height // 3), ink)
    light = np.linspace(1, 0.6, width, dtype=np.float32)[None, :, None]
    grain = np.random.default_rng(SEED).normal(0, 4, (height, width, 1)).astype(np.float32)
    values = np.asarray(page.convert("RGB")) * light + grain
    Image.fromarray(np.clip(values, 0, 255).astype(np.uint8)).save(path, quality=90)


def clocks() -> NDArray[np.float64]:
    """Return wall-clock time, and processor time of this process and its finished children."""
    return np.array([time.perf_counter(), sum(os.times()[:4])])


def spent(work: Callable[[], object], rounds: int) -> str:
    """Return cells: the median seconds of wall-clock time and of processor time."""
    marks = [clocks()]
    for _ in range(rounds):
        work()
        marks.append(clocks())
    wall, processor = np.median(np.diff(marks, axis=0), axis=0)
    return f"{wall:.2f} | {processor:.2f}"


def predict(checkpoint: Path, what: Path, count: int) -> None:
    """Run the real command, which must print `count` answers."""
    call = [sys.executable, "-m", "mnist_cli", "predict", str(what), "--json-lines", "--quiet"]
    call += ["--checkpoint", str(checkpoint)]
    answers = subprocess.run(call, check=True, capture_output=True).stdout.splitlines()
    if len(answers) != count:
        raise SystemExit(f"{what}: expected {count} answers, got {len(answers)}")


def photo_times(options: argparse.Namespace, digit: Image.Image, folder: Path) -> Iterator[str]:
    """Yield rows for one photo: in a running program, and as a whole command."""
    width = 400 if options.tiny else 4000
    photo, checkpoint = folder / "photo.jpg", load_checkpoint(options.checkpoint)
    make_photo(digit, width, photo)
    name = f"JPEG photo, {width * width * 3 / 4e6:.2g} megapixels"
    yield f"{name}: reading alone | 1 | {spent(lambda: read(checkpoint, [photo]), options.rounds)}"
    whole = spent(lambda: predict(options.checkpoint, photo, 1), options.rounds)
    yield f"{name}: `mnist predict` | 1 | {whole}"


def times(options: argparse.Namespace, images: list[Image.Image]) -> Iterator[str]:
    """Yield rows of seconds; shifted images take longer, because they must be centred."""
    with tempfile.TemporaryDirectory() as name:
        yield from photo_times(options, images[0], Path(name))
        for title, shift in (("PNG, 28x28", 0), ("PNG, 28x28, each shifted by 3 pixels", 3)):
            folder = Path(name, title)
            folder.mkdir()
            for number, image in enumerate(images):
                moved(image, shift, shift).save(folder / f"{number:05}.png")
            cells = spent(partial(predict, options.checkpoint, folder, len(images)), 1)
            yield f"{title}: `mnist predict FOLDER --json-lines` | {len(images):,} | {cells}"
