"""Measure how well the shipped network reads pictures, how reliable it is, and how long it takes.

    python benchmarks/handwriting.py [--data-dir data] [--pictures FOLDER --labels FILE.csv]

Prints Markdown tables. Every picture goes through `read_picture` and `read_pictures`, the path of
`mnist predict`. Letters, doodles and noise are drawn (`no_digits.py`), with a fixed seed. The first
line of the file of labels has the names of its columns: file, label, kind. `--tiny` uses few
pictures.
"""

import argparse
import csv
from collections.abc import Callable, Iterable, Iterator
from functools import cache
from importlib.util import find_spec
from itertools import pairwise
from pathlib import Path
from typing import NamedTuple

import numpy as np
import papers
import strangers
from forms import changes, forms, printed_bold, saved
from handwriting_times import times
from no_digits import no_digits, noise_images
from numpy.typing import NDArray
from PIL import Image
from reading import SEED, Answers, as_file, read

import mnist_cli
from mnist_cli.data.datasets import load_split
from mnist_cli.data.provision import provide
from mnist_cli.prediction import UNLIKE, answer, answer_sets
from mnist_cli.training.checkpoint import Checkpoint, load_checkpoint

SHIPPED = Path(mnist_cli.__file__).parent / "models" / "best.npz"
TABLES = (
    "robustness",
    "forms",
    "blank",
    "small",
    "confidence",
    "outside",
    "around",
    "sets",
    "test",
    "unlike",
    "noise",
    "pictures",
    "time",
)
LEVELS = (0.9, 0.99, 0.995, 0.999)  # of answer sets
BIN_EDGES = (0, 0.5, 0.7, 0.8, 0.9, 0.95, 0.99, 1)
SIZE_EDGES = (0, 0.1, 0.2, 0.3, 0.5)  # of digits, shares of the picture's shorter side
ERROR_BINS = 15  # of equal width, as in Guo et al. 2017
FLAGGED = "pictures | count | flagged | any warning"


class Table(NamedTuple):
    """A table: its title, its head, and how its rows are measured."""

    title: str
    head: str
    rows: Callable[[], Iterable[str]]

    def show(self) -> None:
        """Print it, each row as soon as it is measured."""
        ruler = "---|" * (self.head.count("|") + 1)
        print(f"\n### {self.title}\n\n| {self.head} |\n|{ruler}", flush=True)
        for row in self.rows():
            print(f"| {row} |", flush=True)


# -- test images, changed, and as other programs make them ------------------------------------


def robustness(
    checkpoint: Checkpoint, images: list[Image.Image], labels: NDArray[np.uint8]
) -> Iterator[str]:
    """Yield rows: the accuracy on changed test images, and the loss of accuracy."""
    plain = None
    for name, change in changes().items():
        right = (read(checkpoint, (as_file(change(i)) for i in images)).digits == labels).mean()
        plain = right if plain is None else plain
        yield f"{name} | {right:.2%} | {100 * (plain - right):.2f}"


def some(
    images: list[Image.Image], labels: NDArray[np.uint8], count: int
) -> tuple[list[Image.Image], NDArray[np.uint8]]:
    """Choose some images at random, with a fixed seed."""
    chosen = np.random.default_rng(SEED).permutation(len(images))[:count]
    return [images[i] for i in chosen], labels[chosen]


def by_form(
    checkpoint: Checkpoint, images: list[Image.Image], labels: NDArray[np.uint8]
) -> Iterator[str]:
    """Yield rows: the accuracy on what other programs make of test images."""
    for name, form in forms().items():
        answers = read(checkpoint, (saved(form(image)) for image in images))
        right = (answers.digits == labels).mean()
        yield f"{name} | {len(images)} | {right:.1%} | {answers.warned.mean():.1%}"
    if not find_spec("matplotlib"):
        yield "imsave, imshow, screenshot | 0 | matplotlib is not installed | "
    answers = read(checkpoint, map(saved, printed_bold(len(images))))
    right = (answers.digits == np.arange(len(images)) % 10).mean()
    yield f"printed bold, cut | {len(images)} | {right:.1%} | {answers.warned.mean():.1%}"


# -- confidence ------------------------------------------------------------------------------------


def reliability(answers: Answers, right: NDArray[np.bool_]) -> Iterator[str]:
    """Yield rows: confidence and accuracy of the answers in each bin."""
    numbers = np.digitize(answers.confidence, BIN_EDGES[1:-1])
    for number, (low, high) in enumerate(pairwise(BIN_EDGES)):
        here = numbers == number
        if here.any():
            means = f"{answers.confidence[here].mean():.1%} | {right[here].mean():.1%}"
            yield f"{low:.0%} to {high:.0%} | {here.sum():,} | {means}"
    error = calibration_error(answers.confidence, right)
    yield f"all | {len(right):,} | {answers.confidence.mean():.2%} | {right.mean():.2%}"
    yield f"expected calibration error, {ERROR_BINS} equal bins | | | {100 * error:.2f} points"


def calibration_error(confidence: NDArray[np.float64], right: NDArray[np.bool_]) -> float:
    """Return the mean difference of confidence and accuracy over equal bins, weighted by count."""
    numbers = np.minimum((confidence * ERROR_BINS).astype(int), ERROR_BINS - 1)
    gaps = np.bincount(numbers, confidence - right, ERROR_BINS)
    return float(np.abs(gaps).sum() / len(right))


def outside(checkpoint: Checkpoint, count: int) -> Iterator[str]:
    """Yield rows as `reliability` does, for digits that went through the picture steps."""
    rng = np.random.default_rng(SEED)
    masks, labels = zip(*strangers.digits(count, SEED), strict=True)
    answers = read(checkpoint, (strangers.pictured(mask, rng) for mask in masks))
    right = answers.digits == labels
    yield from reliability(answers, right)
    for name, here in (("unlike any digit", answers.unlike), ("right", right)):
        flagged = f"{answers.unlike[here].mean():.1%} flagged" if here.any() else ""
        accuracy = f"{right[here].mean():.1%}" if here.any() else ""
        yield f"{name} | {here.sum():,} | {flagged} | {accuracy}"


def around(checkpoint: Checkpoint, count: int) -> Iterator[str]:
    """Yield rows: the accuracy on digits with a ring or a box around them, or a line below."""
    masks, labels = zip(*strangers.digits(count, SEED), strict=True)
    for kind in strangers.SURROUNDINGS:
        rng = np.random.default_rng(SEED)
        drawn = (strangers.surrounded(mask, kind, rng) for mask in masks)
        answers = read(checkpoint, (strangers.pictured(mask, rng) for mask in drawn))
        right = answers.digits == labels
        silent = ~right & (answers.digits >= 0) & ~answers.warned
        yield f"{kind} | {count} | {right.mean():.1%} | {silent.mean():.1%}"


def blank(checkpoint: Checkpoint, count: int) -> Iterator[str]:
    """Yield rows: of each kind of paper, how often an empty page gets a digit.

    And how often one without a warning; how often a digit on the same paper is not found, or is
    read wrongly.
    """
    pages = list(papers.papers(count, SEED))
    empty = read(checkpoint, (page.empty for page in pages))
    found = empty.digits >= 0
    silent = found & ~empty.warned
    answers = read(checkpoint, (page.written for page in pages)).digits
    kinds, pens = (np.array(names) for names in zip(*((p.kind, p.pen) for p in pages), strict=True))
    wrong = (answers >= 0) & (answers != [page.label for page in pages])
    for name in [*dict.fromkeys(kinds.tolist()), *papers.PENS, "all"]:
        here = (kinds == name) | (pens == name) | (name == "all")
        read_empty = f"{found[here].mean():.1%} | {silent[here].mean():.1%}"
        cells = f"{(answers[here] < 0).mean():.1%} | {wrong[here].mean():.1%}"
        yield f"{name} | {here.sum()} | {'– | –' if name in papers.PENS else read_empty} | {cells}"


def small(checkpoint: Checkpoint, count: int) -> Iterator[str]:
    """Yield rows: how often small digits on paper are not found, or read wrongly, by their size."""
    pages = list(papers.papers(count, SEED, papers.SMALL_DIGITS))
    answers = read(checkpoint, (page.written for page in pages)).digits
    wrong = (answers >= 0) & (answers != [page.label for page in pages])
    sizes, pens = np.array([page.size for page in pages]), np.array([page.pen for page in pages])
    here = {
        f"{low:.0%} to {high:.0%}": (low <= sizes) & (sizes < high)
        for low, high in pairwise(SIZE_EDGES)
    } | {pen: pens == pen for pen in papers.PENS}
    for name, chosen in {**here, "all": pens != ""}.items():
        if chosen.any():
            cells = f"{(answers[chosen] < 0).mean():.1%} | {wrong[chosen].mean():.1%}"
            yield f"{name} | {chosen.sum()} | {cells}"


def sets(
    checkpoint: Checkpoint, images: NDArray[np.uint8], labels: NDArray[np.uint8]
) -> Iterator[str]:
    """Yield rows: how many answer sets hold the right digit, and how large they are."""
    answers = answer(checkpoint, images)
    for level in LEVELS:
        inside = answer_sets(checkpoint, answers, level)
        held, sizes = inside[np.arange(len(labels)), labels], inside.sum(axis=1)
        cells = f"{(sizes == 1).mean():.2%} | {(sizes == 2).mean():.2%} | {sizes.mean():.3f}"
        yield f"{level:.1%} | {held.mean():.2%} | {cells}"


# -- pictures of no digit --------------------------------------------------------------------------


def noise(checkpoint: Checkpoint, count: int) -> Iterator[str]:
    """Yield rows: how many images of noise are read surely, and how many of all are flagged."""
    for name, images in noise_images(count).items():
        answers = answer(checkpoint, images)
        sure = (answers.confidences.max(axis=1) > 0.8).mean()
        yield f"{name} | {count:,} | {sure:.1%} | {answers.unlike.mean():.1%}"


def flags(name: str, unlike: NDArray[np.bool_], warned: NDArray[np.bool_]) -> str:
    """Return a row: how many pictures are flagged."""
    if not len(unlike):
        return f"{name} | 0 | – | –"
    return f"{name} | {len(unlike):,} | {unlike.mean():.1%} | {warned.mean():.1%}"


def by_mistake(test: Answers, right: NDArray[np.bool_]) -> Iterator[str]:
    """Yield rows: how many test digits are flagged, of all and of those read wrongly."""
    yield flags("test digits (by mistake)", test.unlike, test.warned)
    yield flags("of these, read wrongly", test.unlike[~right], test.warned[~right])


def others(checkpoint: Checkpoint, count: int, fonts: list[Path]) -> Iterator[str]:
    """Yield rows: how many pictures of no digit are flagged."""
    rng = np.random.default_rng(SEED)
    kinds = {"hands": [strangers.pictured(strangers.hand(rng), rng) for _ in range(count)]}
    for name, files in (kinds | strangers.letters(fonts, count, rng)).items():
        answers = read(checkpoint, files)
        yield flags(name, answers.unlike, answers.warned)
    doodle_rows, doodle_flags = [], []
    for name, images in no_digits(count).items():
        answers = read(checkpoint, map(as_file, images))
        row = flags(name, answers.unlike, answers.warned)
        if name.startswith("doodles"):
            doodle_rows.append(row)
            doodle_flags.append((answers.unlike, answers.warned))
        else:
            yield row
    yield flags("doodles, all", *(np.concatenate(kind) for kind in zip(*doodle_flags, strict=True)))
    yield from doodle_rows


# -- pictures with labels --------------------------------------------------------------------------


def by_kind(checkpoint: Checkpoint, folder: Path, labels: Path) -> Iterator[str]:
    """Yield rows: the accuracy for each kind of picture."""
    with labels.open(newline="", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    answers = read(checkpoint, (folder / row["file"] for row in rows))
    right = answers.digits == [int(row["label"]) for row in rows]
    kinds = np.array([row["kind"] for row in rows])
    for kind in [*dict.fromkeys(kinds.tolist()), "all"]:
        here = (kinds == kind) | (kind == "all")
        cells = f"{here.sum()} | {right[here].sum()} | {right[here].mean():.1%}"
        yield f"{kind} | {cells} | {answers.unlike[here].mean():.1%}"


# -- all -------------------------------------------------------------------------------------------


def parsed() -> argparse.Namespace:
    """Read the options."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data-dir", type=Path, default=Path("data"))
    parser.add_argument("--dataset", default="mnist", choices=["mnist", "builtin"])
    parser.add_argument("--checkpoint", type=Path, default=SHIPPED)
    parser.add_argument("--pictures", type=Path, help="folder of pictures of your own")
    parser.add_argument("--labels", type=Path, help="CSV file: file,label,kind")
    parser.add_argument("--count", type=int, default=10_000, help="test images")
    parser.add_argument("--forms", type=int, default=300, help="test images in each form")
    parser.add_argument("--papers", type=int, default=340, help="pieces of paper")
    parser.add_argument("--drawings", type=int, default=500, help="of each sort without a digit")
    parser.add_argument("--fonts", type=Path, nargs="+", default=[], help="with letters to read")
    parser.add_argument("--rounds", type=int, default=5, help="times that a photo is read")
    parser.add_argument("--only", nargs="+", choices=TABLES, help="the tables to print")
    parser.add_argument("--tiny", action="store_true")
    options = parser.parse_args()
    if (options.pictures is None) != (options.labels is None):
        parser.error("--pictures and --labels go together")
    if options.tiny:
        options.count, options.forms, options.drawings, options.rounds = 40, 10, 14, 1
        options.papers = 17
    return options


def of_test_images(options: argparse.Namespace, checkpoint: Checkpoint) -> dict[str, Table]:
    """Return the tables of test images, changed or as they are."""
    test = load_split(provide(options.dataset, options.data_dir), "test", options.data_dir)
    raw, labels = np.asarray(test.images[: options.count]), test.labels[: options.count]
    images = [Image.fromarray(row.reshape(28, 28)) for row in raw]
    plain = cache(lambda: read(checkpoint, map(as_file, images)))
    return {
        "robustness": Table(
            f"{len(images):,} changed test images ({options.dataset})",
            "change | accuracy | loss, points",
            lambda: robustness(checkpoint, images, labels),
        ),
        "forms": Table(
            "Test images as other programs make them",
            "form | pictures | accuracy | any warning",
            lambda: by_form(checkpoint, *some(images, labels, options.forms)),
        ),
        "confidence": Table(
            "Confidence",
            "confidence | images | mean confidence | accuracy",
            lambda: reliability(plain(), plain().digits == labels),
        ),
        "sets": Table(
            f"Answer sets of {len(images):,} test images ({options.dataset})",
            "level | the right digit is in the set | one digit | two | digits, mean",
            lambda: sets(checkpoint, raw, labels),
        ),
        "test": Table(
            f"The warning '{UNLIKE}' beside test digits",
            FLAGGED,
            lambda: by_mistake(plain(), plain().digits == labels),
        ),
        "time": Table(
            "Time",
            "task | pictures | seconds | seconds of processor time",
            lambda: times(options, images),
        ),
    }


def of_other_pictures(options: argparse.Namespace, checkpoint: Checkpoint) -> dict[str, Table]:
    """Return the tables of pictures that are drawn here, or are the user's own."""
    return {
        "blank": Table(
            "Empty paper, and the same with a digit",
            "paper | pictures | empty: a digit | without a warning | written: no digit | wrong",
            lambda: blank(checkpoint, options.papers),
        ),
        "small": Table(
            "Small digits on paper",
            "of the picture's shorter side | pictures | no digit | wrong",
            lambda: small(checkpoint, options.papers),
        ),
        "outside": Table(
            "Confidence outside MNIST: built-in digits, photographed, scanned and drawn",
            "confidence | pictures | mean confidence | accuracy",
            lambda: outside(checkpoint, 4 * options.drawings),
        ),
        "around": Table(
            "Digits with something around them or below",
            "with | pictures | right | wrong without a warning",
            lambda: around(checkpoint, options.drawings),
        ),
        "unlike": Table(
            f"The warning '{UNLIKE}'",
            FLAGGED,
            lambda: others(checkpoint, options.drawings, options.fonts),
        ),
        "noise": Table(
            "Noise that goes to the network as it is",
            "28x28 pixels | count | confidence above 80% | flagged",
            lambda: noise(checkpoint, 2 * options.drawings),
        ),
        "pictures": Table(
            "Pictures of your own",
            "kind | pictures | right | accuracy | flagged",
            lambda: by_kind(checkpoint, options.pictures, options.labels),
        ),
    }


def main() -> None:
    """Print the tables, each row as soon as it is measured."""
    options = parsed()
    checkpoint = load_checkpoint(options.checkpoint)
    names, tables = options.only or TABLES, of_other_pictures(options, checkpoint)
    if not tables.keys() >= set(names):
        tables |= of_test_images(options, checkpoint)
    for name in names:
        if name != "pictures" or options.pictures:
            tables[name].show()


if __name__ == "__main__":
    main()
