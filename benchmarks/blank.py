"""Fit the weights of `mnist_cli/pictures/blank.py`: which marks are digits, which are paper.

    python benchmarks/blank.py [--count 400] [--seed 1000]

Pages are drawn as `papers.py` does, empty and written, with other digits and papers than those that
`handwriting.py` measures. Every mark that is found on them is a row: what is seen of it, and
whether the network finds it unlike any digit. A mark that covers the digit is one; what is far from
it, or on an empty page, is none. Both pages are taken again, cut out at the digit.
"""

import argparse
from collections.abc import Iterator
from io import BytesIO
from typing import NamedTuple

import numpy as np
import papers
from numpy.typing import NDArray
from PIL import Image
from sklearn.linear_model import LogisticRegression

from mnist_cli.bundled import BUNDLED
from mnist_cli.pictures.arrays import Box
from mnist_cli.pictures.blank import Seen
from mnist_cli.pictures.centering import centered
from mnist_cli.pictures.decoding import read_page
from mnist_cli.pictures.digits import cleaned, cut_out, looks, marks_of, seen_of
from mnist_cli.pictures.grouping import around, groups
from mnist_cli.pictures.ink import contrast
from mnist_cli.prediction import answer
from mnist_cli.training.checkpoint import load_checkpoint

SAME, APART = 0.6, 0.25  # of two boxes together: the mark is the digit, or is another one


class Row(NamedTuple):
    """One mark: the page it is on, what is seen of it, its image, how much of it is the digit."""

    page: int
    seen: Seen
    image: NDArray[np.uint8]
    share: float


def marks(page: int, file: BytesIO, box: Box | None) -> Iterator[Row]:
    """Yield every mark of a picture; `box`: where its digit is."""
    found = read_page(file)
    result = contrast(found.colours)
    left, top = (result.page or (0, 0))[:2]
    if not result.is_photo:
        return
    for look in looks(cleaned(result.of_page, is_cell=True)):
        components, chosen = marks_of(look)
        together = groups(components.boxes, chosen)
        for group in together:
            box_here = np.add(around(components.boxes, group), (left, top, left, top))
            here = tuple((box_here * found.scale).round().astype(int).tolist())
            image = centered(cut_out(look.ink, components, group, look.level).ink)
            share = shared(here, box) if box else 0.0
            yield Row(page, seen_of(look, components, group, len(together)), image, share)


def shared(a: Box, b: Box) -> float:
    """Return which share of the area of two boxes together lies in both, 0 to 1."""
    both = max(0, min(a[2], b[2]) - max(a[0], b[0])) * max(0, min(a[3], b[3]) - max(a[1], b[1]))
    areas = ((box[2] - box[0]) * (box[3] - box[1]) for box in (a, b))
    return both / (sum(areas) - both)


def pictures(count: int, seed: int) -> Iterator[tuple[BytesIO, Box | None]]:
    """Yield pages, empty and written, and both again, cut out at the digit."""
    rng = np.random.default_rng(seed)
    for page in papers.papers(count, seed):
        yield page.empty, None
        yield page.written, page.box
        left, top, right, bottom = page.box + rng.integers(-2, 3, 4)
        for file, is_written in ((page.empty, False), (page.written, True)):
            with Image.open(file) as image:
                part = image.crop((max(0, left), max(0, top), right, bottom))
            cut = BytesIO()
            part.save(cut, "JPEG", quality=90)
            cut.seek(0)
            yield cut, (0, 0, *part.size) if is_written else None
            file.seek(0)


def main() -> None:
    """Print the weights, and how many pages get a digit for each constant."""
    parser = argparse.ArgumentParser(description="Fit the weights of blank paper.")
    parser.add_argument("--count", type=int, default=400, help="pieces of paper")
    parser.add_argument("--seed", type=int, default=1000)
    options = parser.parse_args()
    drawn = list(pictures(options.count, options.seed))
    rows = [row for number, page in enumerate(drawn) for row in marks(number, *page)]
    unlike = answer(load_checkpoint(BUNDLED), np.stack([row.image for row in rows])).unlike
    values = np.column_stack([np.array([row.seen for row in rows]), unlike])
    shares = np.array([row.share for row in rows])
    known = (shares > SAME) | (shares < APART)
    model = LogisticRegression(max_iter=1000).fit(values[known], shares[known] > SAME)
    for name, weight in zip((*Seen._fields, "strange"), model.coef_[0], strict=True):
        print(f"{name:10s} {weight:6.2f}")
    print(f"{'constant':10s} {model.intercept_[0]:6.2f}")
    best = np.full(len(drawn), -np.inf)
    np.maximum.at(best, [row.page for row in rows], model.decision_function(values))
    seen, written = best > -np.inf, np.array([box is not None for _, box in drawn])
    print("added to the constant | empty: a digit | written: no digit")
    for more in np.arange(-1.0, 2.25, 0.25):
        found, lost = (best[seen & ~written] > -more).mean(), (best[seen & written] <= -more).mean()
        print(f"{more:5.2f} | {found:.1%} | {lost:.1%}")


if __name__ == "__main__":
    main()
