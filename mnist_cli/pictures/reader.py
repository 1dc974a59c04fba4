"""Any photo, scan or drawing -> 28x28 images, made the way the images of MNIST were made.

What is no handwriting is only made smaller (`read_whole`).
"""

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import BinaryIO, NamedTuple

import numpy as np
from numpy.typing import NDArray

from mnist_cli.images import PIXELS, SIDE
from mnist_cli.pictures.arrays import Box, Ink, Pixels
from mnist_cli.pictures.blank import CLEAR, STRANGE
from mnist_cli.pictures.blots import without_blots
from mnist_cli.pictures.cells import Cell
from mnist_cli.pictures.centering import centered
from mnist_cli.pictures.decoding import Page, Scan, read_page, read_pages, read_scans
from mnist_cli.pictures.digits import Found, find_digits
from mnist_cli.pictures.gaps import without_gap
from mnist_cli.pictures.ink import contrast
from mnist_cli.pictures.joining import joined
from mnist_cli.pictures.marking import marked, tiled
from mnist_cli.pictures.plain import has_light_border, plain_image
from mnist_cli.pictures.prominence import by_prominence, the_one
from mnist_cli.pictures.rows import Row
from mnist_cli.pictures.shade import without_shade
from mnist_cli.pictures.steps import came_in, steps_of, steps_of_page
from mnist_cli.pictures.tables import read_tables
from mnist_cli.pictures.underlines import without_line_below

_OTHERS = 6  # marks that a network compares with the likeliest one
_SMALL = 24  # pixels; lower digits on a page are looked at in a larger one


class Picture(NamedTuple):
    """One digit of a picture, ready for `preprocessing`, with warnings.

    `image` (784,) uint8: 0 paper, 255 ink; all 0 with the warning "no ink found" if it is blank.
    `box`: left, top, right, bottom in pixels of the upright picture, the last two exclusive.
    `steps`: uint8 arrays (h, w) or (h, w, 3) by name, in order; empty unless asked for.
    `odds`: the log odds that it is a digit and no dirt, before a network has its word.
    `joined`: the same with the strokes beside it, which may be the digit (`prediction.settled`).
    `otherwise`: what else in the picture may be its digit, the likeliest first.
    """

    image: NDArray[np.uint8]
    warnings: tuple[str, ...]
    box: Box
    steps: dict[str, Pixels]
    odds: float = CLEAR
    joined: "Picture | None" = None
    otherwise: "tuple[Picture, ...]" = ()

    @property
    def options(self) -> "list[Picture]":
        """What the digit may be, in the order in which it is looked at; empty without a choice."""
        strokes = [self.joined, self] if self.joined else [self]
        options = [*strokes, *self.otherwise]
        return options if len(options) > 1 else []

    @property
    def may_be_paper(self) -> bool:
        """Whether it is dirt or a shadow if a network finds it unlike any digit."""
        return self.odds_if(unlike=True) <= 0

    def odds_if(self, unlike: bool) -> float:
        """Return the log odds that it is a digit if a network finds it `unlike` any, or not."""
        return self.odds - STRANGE * unlike


class Sheet(NamedTuple):
    """A page of digits: the picture, its ink, and the rows of pieces that may be digits.

    `cells`: the rows of a grid, if there is one.
    """

    page: Page
    ink: Ink
    rows: list[Row]
    cells: list[list[Cell]]

    def picture(self, found: Found) -> Picture:
        """Return one digit as an image."""
        return _picture(self.page, self.ink, found, (), keep_steps=False)

    def box(self, found: Found) -> Box:
        """Return the box of a digit in pixels of the whole picture."""
        return _whole_box(self.page, found.box)

    def cell(self, cell: Cell) -> Picture:
        """Return the digit in a cell as an image, all 0 in an empty one."""
        if cell.digit is None:
            box = _whole_box(self.page, cell.box)
            return Picture(np.zeros(PIXELS, np.uint8), (), box, {})
        warnings = ("more than one digit",) if cell.others else ()
        whole = cell.joined and self.picture(cell.joined)
        digit = _picture(self.page, self.ink, cell.digit, warnings, keep_steps=False)
        return digit._replace(joined=whole)

    def blank(self) -> Picture:
        """Return the image of a page without ink."""
        return _blank(self.page, {})

    def steps(self, marks: list[tuple[str, Box]], pictures: list[Picture]) -> dict[str, Pixels]:
        """Return the page as pictures, from what came in to the digits' images.

        `marks`: what was read, and its box in pixels of the whole picture.
        """
        return {
            **steps_of_page(self.page, self.ink),
            "answers": marked(self.page.colours, marks, 1 / self.page.scale),
            "28x28": tiled([picture.image.reshape(SIDE, SIDE) for picture in pictures]),
        }


def read_picture(source: Path | BinaryIO, *, keep_steps: bool = False) -> Picture:
    """Read one digit in a picture file: if there are several, a large one near the middle.

    Raises
    ------
    PictureError
        If the file is no picture in a known format, is broken or too large.
    OSError
        If the file cannot be opened.
    """
    with closing(read_pages(source)) as pages:
        page, ink, found = _first_with_ink(pages)
    warnings = _of_pages(page)
    if not found:
        return _blank(page, steps_of(page, ink, None) if keep_steps else {}, warnings)
    digit, others = the_one(found, ink.shape)
    whole = joined(digit, others)
    several = ("more than one digit", *warnings) if others else warnings
    rest = by_prominence(found, ink.shape)[1:]
    instead = [one for one in rest if digit.may_be_paper or one.look != digit.look][:_OTHERS]
    bare = without_line_below(digit)
    instead[:0] = [bare] if bare else []
    return _picture(page, ink, digit, several, keep_steps)._replace(
        joined=whole and _picture(page, ink, whole, warnings, keep_steps),
        otherwise=tuple(_picture(page, ink, one, several, keep_steps) for one in instead),
    )


def read_whole(source: Path | BinaryIO, *, keep_steps: bool = False) -> Picture:
    """Read a picture that is no handwriting: all of it, made smaller, grey and light on dark.

    Raises what `read_picture` raises.
    """
    page = read_page(source)
    image = plain_image(page.colours, invert=has_light_border(page.colours))
    steps = {"came in": came_in(page), "28x28": image.reshape(SIDE, SIDE)} if keep_steps else {}
    warnings = () if image.any() else ("nothing but one shade found",)
    return Picture(image, warnings, (0, 0, *page.size), steps)


def read_sheets(source: Path | BinaryIO) -> tuple[Sheet, ...]:
    """Read the pages of a file, most have one: what may be digits in every line of each.

    A network chooses among them. On a grid with digits the lines are its rows. A page on which
    digits come out small is made larger. Raises what `read_picture` raises.
    """
    with closing(read_scans(source)) as scans:
        return tuple(map(_sheet, scans))


def read_sheet(source: Path | BinaryIO) -> Sheet:
    """Read the first page of a file, as `read_sheets`."""
    with closing(read_scans(source)) as scans:
        return _sheet(next(scans))


def _sheet(scan: Scan) -> Sheet:
    """Return what is on a page; on a larger one if strokes may have been lost."""
    return next(filter(None, _looks(scan)))


def _looks(scan: Scan) -> Iterator[Sheet | None]:
    """Yield what is on a page, None if strokes may have been lost; and on a larger one."""
    page = scan.page()
    yield _sheet_of(page, _SMALL if page.scale > 1 else 0.0)
    yield _sheet_of(scan.fine_page(), 0.0)


def _sheet_of(page: Page, least: float) -> Sheet | None:
    """Return what is on a page; None if the digits of a row are lower than `least` pixels."""
    result = without_blots(without_gap(without_shade(contrast(page.colours))))
    rows, cells = read_tables(result, least)
    if rows is None or any(row.height < least for row in rows):
        return None
    return Sheet(page, result.ink, rows, cells)


def _find(page: Page) -> tuple[Page, Ink, list[Found]]:
    """Return the page, its ink and the digits in it."""
    result = contrast(page.colours)
    return page, result.ink, find_digits(result)


def _first_with_ink(pages: Iterator[Page]) -> tuple[Page, Ink, list[Found]]:
    """Return the first page that has digits, or the first page if none has."""
    first = _find(next(pages))
    if first[2]:
        return first
    return next((later for later in map(_find, pages) if later[2]), first)


def _of_pages(page: Page) -> tuple[str, ...]:
    """Return a word about the other pages of a file, if there are some."""
    if page.pages == 1:
        return ()
    return (f"page {page.number} of {page.pages}; --many reads all",)


def _picture(
    page: Page, ink: Ink, digit: Found, warnings: tuple[str, ...], keep_steps: bool
) -> Picture:
    """Return one digit as an image, its box in pixels of the whole picture."""
    if digit.is_faint:
        warnings = (*warnings, "low contrast")
    steps = steps_of(page, ink, digit) if keep_steps else {}
    box = _whole_box(page, digit.box)
    return Picture(centered(digit.ink), warnings, box, steps, digit.odds)


def _blank(page: Page, steps: dict[str, Pixels], warnings: tuple[str, ...] = ()) -> Picture:
    image = np.zeros(PIXELS, np.uint8)
    return Picture(image, ("no ink found", *warnings), (0, 0, *page.size), steps)


def _whole_box(page: Page, box: Box) -> Box:
    """Return a box in pixels of the whole picture."""
    left, top, right, bottom = (max(0, round(side * page.scale)) for side in box)
    return left, top, min(right, page.size[0]), min(bottom, page.size[1])
