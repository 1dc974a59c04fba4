"""The strings on a page: a network looks at the pieces of each line, and the best path is read.

LeCun, Bottou, Bengio and Haffner (1998), section V: the string is the path through the graph of
pieces whose prices add up to least. So a cut is made, and strokes are joined, where the network
knows the pieces better.
"""

from itertools import chain, compress, islice
from math import prod
from typing import TYPE_CHECKING, NamedTuple

from mnist_cli.doubt import against
from mnist_cli.prediction import UNLIKE, UNLIKE_OTHERS, Reading, read_pictures, settled
from mnist_cli.search import Looked, Search
from mnist_cli.training.checkpoint import Checkpoint
from mnist_cli.words import Written, digits_wide, spaces, without_words

if TYPE_CHECKING:  # Pillow is for those who have pictures
    from mnist_cli.pictures.pieces import Piece
    from mnist_cli.pictures.reader import Picture, Sheet
    from mnist_cli.pictures.rows import Row

_CLOSE = 0.3  # digit heights; the point of .5 is closer
_AS_HIGH = 1.6  # the higher by the lower of two lines of one writing
_POINTS = (".", ",", ":", ";")
_AT_ONCE = 500  # pieces that the network looks at together
_MOST_LOOKS = 3000  # at the pieces of a page; a page of digits needs a few for each of them


class Separator(NamedTuple):
    """A separator: its sign, its place in the line, and its box in pixels of the picture.

    Places count digits and separators together, from 1.
    """

    text: str
    place: int
    box: list[int]


class Line(NamedTuple):
    """One line of a page.

    Attributes
    ----------
    text : digits and separators from left to right, with a space where there is a wide gap
    confidence : probability that all digits are right: the product of theirs
    box : left, top, right and bottom edge, in pixels of the picture
    readings : the answer to each digit
    separators : points, commas, colons, hyphens, slashes, and the signs =, + and x
    pictures : the digits as 28x28 images
    """

    text: str
    confidence: float
    box: list[int]
    readings: list[Reading]
    separators: list[Separator]
    pictures: "list[Picture]"

    @property
    def places(self) -> list[int]:
        """The place of each digit in the line."""
        taken = {separator.place for separator in self.separators}
        count = len(self.readings) + len(self.separators)
        return [place for place in range(1, count + 1) if place not in taken]


def read_lines(checkpoint: Checkpoint, sheet: "Sheet", level: float | None = None) -> list[Line]:
    """Read every line of a page, from top to bottom; a line without any digit is none.

    `level` as in `prediction.read_pictures`.
    """
    paths = zip(sheet.rows, best_paths(checkpoint, sheet.rows), strict=True)
    written = [Written(row, _without_ends(path, row.height)) for row, path in paths]
    lines = without_words([line for line in written if line.has_digits])
    if not lines:
        return []
    pictures = [_pictures(sheet, line) for line in lines]
    readings = iter(read_pictures(checkpoint, [*chain(*pictures)], level))
    told = [list(islice(readings, len(digits))) for digits in pictures]
    read = map(_without_paper, lines, pictures, told)
    return _without_dirt([(_line(sheet, *parts), parts[0].row) for parts in read if parts[2]])


def _pictures(sheet: "Sheet", line: Written) -> "list[Picture]":
    """Return the digits of a line as images."""
    return [sheet.picture(piece.found) for piece, _ in line.path if not piece.mark]


def _without_paper(
    line: Written, pictures: "list[Picture]", readings: list[Reading]
) -> "tuple[Written, list[Picture], list[Reading]]":
    """Leave out what has no answer: small marks in the cells of a grid that are unlike digits."""
    flags = [reading.label is not None for reading in readings]
    digits = iter(flags)
    path = [looked for looked in line.path if looked.piece.mark or next(digits)]
    line = line._replace(path=path)
    return line, list(compress(pictures, flags)), list(compress(readings, flags))


def _without_ends(path: list[Looked], height: float) -> list[Looked]:
    """Leave out points that stand neither between two digits nor close before the first: dirt."""
    digits = [False, *(not piece.mark for piece, _ in path), False]
    beside = zip(path, digits, digits[2:], strict=False)
    kept = [one for one, left, right in beside if one.piece.mark not in _POINTS or (left and right)]
    first, second, *_ = [*path, None, None]
    if first and second and first.piece.mark in (".", ",") and not second.piece.mark:
        gap = second.piece.found.box[0] - first.piece.found.box[2]
        return [first, *kept] if gap < _CLOSE * height else kept
    return kept


def _without_dirt(lines: "list[tuple[Line, Row]]") -> list[Line]:
    """Leave out lines that may be paper and are unlike digits.

    They stay beside a clear line of their height, unless most of the page is unlike digits.
    """
    clear = [row.height for line, row in lines if not _is_strange(line.readings)]
    if _is_strange([reading for line, _ in lines for reading in line.readings]):
        clear = []
    return [
        line
        for line, row in lines
        if not row.may_be_paper
        or (clear and not _is_strange(line.readings))
        or any(1 / _AS_HIGH < row.height / height < _AS_HIGH for height in clear)
    ]


def _is_strange(readings: list[Reading]) -> bool:
    """Whether more than half of some digits are unlike any."""
    strange = [not {UNLIKE, UNLIKE_OTHERS}.isdisjoint(one.warnings) for one in readings]
    return sum(strange) > len(strange) / 2


def read_grid(checkpoint: Checkpoint, sheet: "Sheet", level: float | None = None) -> list[Line]:
    """Read the cells of a page's grid, row by row; the digit of an empty cell is None.

    In `text` an empty cell is a point. There are no rows without a grid.
    """
    return [_row(checkpoint, [sheet.cell(cell) for cell in row], level) for row in sheet.cells]


def _row(checkpoint: Checkpoint, pictures: "list[Picture]", level: float | None) -> Line:
    """Return what the cells of a row say."""
    pictures = settled(checkpoint, pictures)
    readings = read_pictures(checkpoint, pictures, level)
    digits = [reading for reading in readings if reading.digit is not None]
    text = "".join("." if reading.digit is None else str(reading.digit) for reading in readings)
    confidence = prod(reading.confidence for reading in digits)
    box = _around([reading.box for reading in readings])
    return Line(text, confidence, box, readings, [], pictures)


def best_paths(checkpoint: Checkpoint, rows: "list[Row]") -> list[list[Looked]]:
    """Return for each row the pieces that together cost least; what is left out is not among them.

    The network looks at the wanted pieces of all rows at once. Where they become too many, as on a
    page of dots, the paths go through those that it has seen; it sees a path of each row.
    """
    searches, looks = [Search(row) for row in rows], 0
    while going := [search for search in searches if search.wanted]:
        pieces = [(piece, search.row.height) for search in going for piece in search.pieces()]
        if looks and looks + len(pieces) > _MOST_LOOKS:
            return [search.path_seen() for search in searches]
        looks += len(pieces)
        prices = iter(_prices(checkpoint, pieces))
        for search in going:
            search.go_on([next(prices) for _ in search.wanted])
    return [search.path() for search in searches]


def _prices(checkpoint: Checkpoint, pieces: "list[tuple[Piece, float]]") -> list[float]:
    """Return what the network says against each piece, in a row of a height, in nats."""
    from mnist_cli.pictures.centering import placed, sized

    prices: list[float] = []
    for start in range(0, len(pieces), _AT_ONCE):
        digits, wide = [], []
        for piece, height in pieces[start : start + _AT_ONCE]:
            found = piece.cut_out()
            digits.append(sized(found.ink))
            wide.append(digits_wide(found, height))
        nats = against(checkpoint, placed(digits)).tolist()
        prices += [a * b for a, b in zip(nats, wide, strict=True)]
    return prices


def _line(
    sheet: "Sheet", line: Written, pictures: "list[Picture]", readings: list[Reading]
) -> Line:
    """Return what a line with digits says, from their pictures and the answers to them."""
    path = [piece for piece, _ in line.path]
    separators = [
        Separator(piece.mark, place, list(sheet.box(piece.found)))
        for place, piece in enumerate(path, start=1)
        if piece.mark
    ]
    digits = (str(reading.digit) for reading in readings)
    signs = [piece.mark or next(digits) for piece in path]
    text = "".join(map("".join, zip(spaces(path, line.row.height), signs, strict=True)))
    boxes = [reading.box for reading in readings] + [mark.box for mark in separators]
    confidence = prod(reading.confidence for reading in readings)
    return Line(text, confidence, _around(boxes), readings, separators, pictures)


def _around(boxes: list[list[int]]) -> list[int]:
    lefts, tops, rights, bottoms = zip(*boxes, strict=True)
    return [min(lefts), min(tops), max(rights), max(bottoms)]
