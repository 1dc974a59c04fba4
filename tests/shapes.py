"""A small data set of three shapes, whose names are as hostile as they may be."""

import hashlib

import numpy as np

from mnist_cli.data.idx import IMAGES_MAGIC, LABELS_MAGIC, idx_header
from mnist_cli.data.registry import DataFile, DataSource

NAMES = ('a "square"', f"</script>円盤{'W' * 29}", "cross\u2028<b>")
COUNTS = {"train": 600, "t10k": 150}


def draw_shape(label, x, y, size):
    """Return one shape (28, 28): a frame, a disc or a cross, light on dark."""
    rows, columns = np.mgrid[:28, :28]
    across, down = abs(columns - x), abs(rows - y)
    far = np.maximum(across, down)
    masks = (
        (far <= size) & (far >= size - 1),
        across**2 + down**2 <= size**2,
        (np.minimum(across, down) <= 1) & (far <= size),
    )
    return np.where(masks[label], 230, 0).astype(np.uint8)


def draw_shapes(count, seed=0):
    """Return `count` images (n, 784) with labels 0 to 2, (n,)."""
    rng = np.random.default_rng(seed)
    labels = (np.arange(count) % 3).astype(np.uint8)
    images = [draw_shape(label, *rng.integers(11, 17, 2), rng.integers(6, 10)) for label in labels]
    return np.array(images).reshape(-1, 784), labels


def write_shapes(folder):
    """Write the data set into a folder; return its row of the registry."""
    folder.mkdir(parents=True)
    files = []
    for seed, (part, count) in enumerate(COUNTS.items()):
        images, labels = draw_shapes(count, seed)
        for kind, magic, rows in (
            ("images-idx3", IMAGES_MAGIC, images),
            ("labels-idx1", LABELS_MAGIC, labels),
        ):
            content = idx_header(magic, count) + rows.tobytes()
            name = f"{part}-{kind}-ubyte"
            (folder / name).write_bytes(content)
            files.append(DataFile(name, len(content), hashlib.sha256(content).hexdigest()))
    return DataSource("Shapes", folder.name, tuple(files), classes=NAMES, handwriting=False)
