"""The built-in digits as ordinary IDX files, so that any program for MNIST can read them."""

import hashlib
from pathlib import Path

from mnist_cli.data.builtin.drawing import draw_batches
from mnist_cli.data.datasets import DRAWING, MNIST_FILES, Drawing, dataset_folder
from mnist_cli.data.idx import IMAGES_MAGIC, LABELS_MAGIC, idx_header
from mnist_cli.progress import ProgressFactory, no_progress
from mnist_cli.storage.own_files import new_folder, put_in_place

COUNTS = {"train": 60_000, "t10k": 10_000}  # as many as MNIST has
STREAMS = {"train": 0, "t10k": 1}  # different writers


def write_builtin(
    data_dir: Path,
    *,
    counts: dict[str, int] = COUNTS,
    seed: int = 0,
    progress: ProgressFactory = no_progress,
) -> None:
    """Draw the built-in digits and write the four files. Raises OSError.

    The old files stay until all new ones are drawn. Then the list of digests is replaced first. If
    this is stopped in the middle, the files do not match the list, and the list says what to draw.

    Parameters
    ----------
    data_dir
        The data directory; the files get a folder of their own in it.
    counts
        Number of images of `train` and `t10k`, if other than in `COUNTS`.
    seed
        Another seed draws other digits.
    progress
        Makes a progress bar for each file of images, in bytes.
    """
    folder, counts = dataset_folder("builtin", data_dir), {**COUNTS, **counts}
    with new_folder(folder) as name:
        new = Path(name)
        for prefix, count in counts.items():
            _write_pair(new, prefix, count, seed, progress)
        files = [new / file.name for file in MNIST_FILES]
        digests = {file.name: _sha256(file) for file in files}
        (new / DRAWING).write_text(str(Drawing(seed, counts, digests)), "utf-8", newline="\n")
        put_in_place([new / DRAWING, *files], folder)


def _write_pair(
    folder: Path, prefix: str, count: int, seed: int, progress: ProgressFactory
) -> None:
    """Write a file of images and the file of their labels."""
    bar = progress(f"{prefix}-images-idx3-ubyte", count * 784)
    with (
        (folder / f"{prefix}-images-idx3-ubyte").open("xb") as images_file,
        (folder / f"{prefix}-labels-idx1-ubyte").open("xb") as labels_file,
    ):
        images_file.write(idx_header(IMAGES_MAGIC, count))
        labels_file.write(idx_header(LABELS_MAGIC, count))
        for images, labels in draw_batches(count, seed=seed, stream=STREAMS[prefix]):
            images_file.write(images.tobytes())
            labels_file.write(labels.tobytes())
            bar.update(images.size)
    bar.close()


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
