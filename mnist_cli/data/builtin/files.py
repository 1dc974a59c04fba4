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

    `counts` gives the images of a part where they are others than `COUNTS`. What was there stays
    until all is drawn. The list of digests takes its place first: whoever stops this in the middle
    leaves files that do not fit the list, and the list tells what was to be drawn.
    """
    folder, counts = dataset_folder("builtin", data_dir), {**COUNTS, **counts}
    with new_folder(folder) as name:
        new = Path(name)
        for part, count in counts.items():
            _write_part(new, part, count, seed, progress)
        files = [new / file.name for file in MNIST_FILES]
        digests = {file.name: _sha256(file) for file in files}
        (new / DRAWING).write_text(str(Drawing(seed, counts, digests)), "utf-8", newline="\n")
        put_in_place([new / DRAWING, *files], folder)


def _write_part(folder: Path, part: str, count: int, seed: int, progress: ProgressFactory) -> None:
    bar = progress(f"{part}-images-idx3-ubyte", count * 784)
    with (
        (folder / f"{part}-images-idx3-ubyte").open("xb") as images_file,
        (folder / f"{part}-labels-idx1-ubyte").open("xb") as labels_file,
    ):
        images_file.write(idx_header(IMAGES_MAGIC, count))
        labels_file.write(idx_header(LABELS_MAGIC, count))
        for images, labels in draw_batches(count, seed=seed, stream=STREAMS[part]):
            images_file.write(images.tobytes())
            labels_file.write(labels.tobytes())
            bar.update(images.size)
    bar.close()


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
