"""The built-in digits as ordinary IDX files, so that any program for MNIST can read them."""

from pathlib import Path

from mnist_cli.builtin_digits import draw_batches
from mnist_cli.datasets import IMAGES_MAGIC, LABELS_MAGIC, dataset_folder, idx_header
from mnist_cli.files import atomic_write
from mnist_cli.progress import ProgressFactory, no_progress

COUNTS = {"train": 60_000, "t10k": 10_000}  # as many as MNIST has
STREAMS = {"train": 0, "t10k": 1}  # different writers


def write_builtin(
    data_dir: Path,
    *,
    counts: dict[str, int] = COUNTS,
    seed: int = 0,
    progress: ProgressFactory = no_progress,
) -> None:
    """Draw the built-in digits and write the four files. Raises OSError."""
    folder = dataset_folder("builtin", data_dir)
    for part, count in counts.items():
        _write_part(folder, part, count, seed, progress)


def _write_part(folder: Path, part: str, count: int, seed: int, progress: ProgressFactory) -> None:
    bar = progress(f"{part}-images-idx3-ubyte", count * 784)
    with (
        atomic_write(folder / f"{part}-images-idx3-ubyte") as images_file,
        atomic_write(folder / f"{part}-labels-idx1-ubyte") as labels_file,
    ):
        images_file.write(idx_header(IMAGES_MAGIC, count))
        labels_file.write(idx_header(LABELS_MAGIC, count))
        for images, labels in draw_batches(count, seed=seed, stream=STREAMS[part]):
            images_file.write(images.tobytes())
            labels_file.write(labels.tobytes())
            bar.update(images.size)
    bar.close()
