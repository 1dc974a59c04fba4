"""Find the frames of grids on a page: large components of the ink, and their four corners."""

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np

from mnist_cli.pictures.arrays import Mask
from mnist_cli.pictures.components import Components, connected_components, spread
from mnist_cli.pictures.perspective import Points, homography, mapped, rectangle, straightened

_CANDIDATES = 3  # components that are tried, the largest first
_LONGEST = 24  # pixels; the longer side of a frame is at least as long
_SHORTEST = 10  # pixels; the same for the shorter one
_FULL = 0.7  # share of its box that a frame's lines may fill
_AROUND = 0.15  # of the shorter side; what is straightened around a frame
_EDGE = 3  # pixels; what is nearer to the edge of the page is cut there

Line = tuple[float, float]  # a and b of y = a + b x, or of x = a + b y for an upright one


class Frame(NamedTuple):
    """A quadrilateral on a page.

    `corners` (4, 2): clockwise from the top left. `cut`: which sides (top, right, bottom, left) lie
    at the edge of the page, so that the frame may go on beyond.
    """

    corners: Points
    cut: tuple[bool, bool, bool, bool]

    @property
    def size(self) -> tuple[int, int]:
        """Width and height of the rectangle: the longer of two opposite sides."""
        top, right, bottom, left = np.hypot(*(np.roll(self.corners, -1, 0) - self.corners).T)
        return round(max(top, bottom)), round(max(left, right))


def find_frames(mask: Mask) -> Iterator[Frame]:
    """Yield the largest components of a mask (h, w) that may be frames."""
    components = connected_components(spread(mask, 1))  # faint lines have gaps
    sizes = components.sizes
    areas = np.where(components.lengths >= _LONGEST, sizes.prod(1), 0)
    for i in np.argsort(-areas)[:_CANDIDATES]:
        if areas[i] and components.areas[i] < _FULL * areas[i]:
            frame = _frame(components, int(i))
            if _is_convex(frame.corners):
                yield frame


def _frame(components: Components, number: int) -> Frame:
    """Return the quadrilateral around a component.

    Its corners are the first and last pixels along both diagonals, moved to where straight lines
    along its four sides meet, so that a stroke that leaves the frame does not count.
    """
    left, top, right, bottom = components.boxes[number]
    own = components.labels[top:bottom, left:right] == number
    y, x = np.nonzero(own)
    ends = [(x + y).argmin(), (x - y).argmax(), (x + y).argmax(), (x - y).argmin()]
    corners = np.column_stack([x[ends], y[ends]]) + np.array([(0, 0), (1, 0), (1, 1), (0, 1)])
    start = np.array([left, top], np.float64)
    rough = Frame(corners + start, _at_the_edge(corners + start, components.labels.shape))
    if not _is_convex(corners):
        return rough
    width, height = rough.size
    around = round(_AROUND * min(width, height))
    matrix = homography(rectangle(width, height) + around, corners)
    shape = height + 2 * around, width + 2 * around
    flat = straightened(own.astype(np.float32), matrix, *shape) > 0.3
    return rough._replace(corners=mapped(_met(flat, rough.cut, around), matrix) + start)


def _at_the_edge(corners: Points, shape: tuple[int, ...]) -> tuple[bool, bool, bool, bool]:
    """Return which sides (top, right, bottom, left) lie at the edge of the page (h, w)."""
    height, width = shape
    (a, b, c, d), near = corners, _EDGE
    return (
        max(a[1], b[1]) < near,
        min(b[0], c[0]) > width - near,
        min(c[1], d[1]) > height - near,
        max(a[0], d[0]) < near,
    )


def _is_convex(corners: Points) -> bool:
    """Whether the corners turn clockwise at each of the four, and no side is very short."""
    sides = np.roll(corners, -1, axis=0) - corners
    after, lengths = np.roll(sides, -1, axis=0), np.hypot(*sides.T)
    turns = sides[:, 0] * after[:, 1] - sides[:, 1] * after[:, 0]
    is_turn = turns > 0.3 * lengths * np.roll(lengths, -1)
    return bool((lengths >= _SHORTEST).all() and is_turn.all())


def _met(flat: Mask, cut: tuple[bool, bool, bool, bool], around: int) -> Points:
    """Return where straight lines along the four sides of a frame meet, clockwise.

    A side at the edge of the page stays there, so far from the edge of the mask (h, w).
    """
    height, width = flat.shape
    views = (flat, flat.T[::-1], flat[::-1], flat.T)
    top, right, bottom, left = (
        (float(around), 0.0) if is_cut else _side(view)
        for view, is_cut in zip(views, cut, strict=True)
    )
    right, bottom = (width - right[0], -right[1]), (height - bottom[0], -bottom[1])
    pairs = ((top, left), (top, right), (bottom, right), (bottom, left))
    return np.array([_crossing(*pair) for pair in pairs])


def _crossing(level: Line, upright: Line) -> tuple[float, float]:
    """Return the point (x, y) of y = a + b x and x = c + d y."""
    (a, b), (c, d) = level, upright
    x = (c + d * a) / (1 - b * d)
    return x, a + b * x


def _side(flat: Mask) -> Line:
    """Fit a line to the first pixel of each column, without those far from it."""
    columns = np.flatnonzero(flat.any(0))
    firsts = flat.argmax(0)[columns].astype(np.float64)
    keep = firsts <= np.median(firsts) + 0.1 * flat.shape[0]
    a = b = 0.0
    for _ in range(3):
        b, a = np.polyfit(columns[keep], firsts[keep], 1) if keep.sum() > 2 else (b, a)
        away = np.abs(firsts - a - b * columns)
        keep = away <= max(1.5, 2 * float(np.median(away)))
    return float(a), float(b)
