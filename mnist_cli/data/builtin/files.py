"""The built-in digits as ordinary IDX files, which any program for MNIST can read."""

from contextlib import suppress
from pathlib import Path

from mnist_cli.data.builtin.drawing import draw_batches
from mnist_cli.data.builtin.manifest import DRAWING, FILES, Drawing, read_drawing
from mnist_cli.data.idx import IMAGES_MAGIC, LABELS_MAGIC, idx_header
from mnist_cli.data.registry import dataset_folder
from mnist_cli.images import PIXELS
from mnist_cli.progress import ProgressFactory, Say, no_progress, say_nothing
from mnist_cli.storage.digests import sha256_of
from mnist_cli.storage.locks import temporary_folder
from mnist_cli.storage.names import move_aside
from mnist_cli.storage.own_files import put_in_place
from mnist_cli.storage.paths import is_file

COUNTS = {"train": 60_000, "t10k": 10_000}  # as many as MNIST has
STREAMS = {"train": 0, "t10k": 1}  # of random numbers: the parts have different writers


def write_builtin(
    data_dir: Path,
    *,
    counts: dict[str, int] = COUNTS,
    seed: int = 0,
    say: Say = say_nothing,
    progress: ProgressFactory = no_progress,
) -> None:
    """Draw the built-in digits and write the four files. Raises OSError.

    `counts` gives the number of images in `train` or `t10k`, if it differs from `COUNTS`. Files
    that exist are replaced only when everything is drawn. The list of digests is replaced first:
    after an interruption the other files do not match it, and it says what to draw again. What
    is not as the list says gets another name first, and `say` is called with a line.
    """
    folder, counts = dataset_folder("builtin", data_dir), {**COUNTS, **counts}
    with temporary_folder(folder) as new:
        for prefix, count in counts.items():
            _write_pair(new, prefix, count, seed, progress)
        files = [new / name for name in FILES]
        digests = {file.name: sha256_of(file) for file in files}
        (new / DRAWING).write_text(str(Drawing(seed, counts, digests)), "utf-8", newline="\n")
        _set_aside(data_dir, say)
        put_in_place([new / DRAWING, *files], folder)


def _set_aside(data_dir: Path, say: Say) -> None:
    """Give another name to each file that is not known as drawn: it may be the user's."""
    folder, drawing = dataset_folder("builtin", data_dir), read_drawing(data_dir)
    ours = {} if drawing is None else drawing.digests
    others = [folder / name for name in FILES if not _is(folder / name, ours.get(name))]
    others += [folder / DRAWING] if drawing is None else []
    moved = [str(new) for path in others if is_file(path) and (new := move_aside(path))]
    if moved:
        say(
            f"Something else had the name of the built-in digits' files; it is now "
            f"{', '.join(moved)}. To use it as a data set of your own: --dataset {moved[0]}"
        )


def _is(path: Path, sha256: str | None) -> bool:
    """Whether a file has this content. None has it that another process takes away meanwhile."""
    with suppress(FileNotFoundError):
        return is_file(path) and not path.is_symlink() and sha256_of(path) == sha256
    return False


def _write_pair(
    folder: Path, prefix: str, count: int, seed: int, progress: ProgressFactory
) -> None:
    """Write a file of images and the file of their labels."""
    bar = progress(f"{prefix}-images-idx3-ubyte", count * PIXELS)
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
