"""Lines of writing: which boxes stand on one line, and in which order lines and boxes are read."""

import numpy as np
from numpy.typing import NDArray

_SHARED = 0.5  # of the height of the lower of two neighbours that a line has in common
_REACH = 12  # digit heights; a slope is not drawn further than this
_ON_LINE, _MOST = 0.03, 0.7  # of the letters' height, and of the letters; some reach lower
_SMALL, _TALLER = 0.845, 0.1  # of the tallest letter: a small one at most, and the next at least
_SAME, _HALF = 0.015, 0.5  # of the same, small letters differ by less; of the letters, are small


def lines_of(boxes: NDArray[np.int64]) -> list[list[int]]:
    """Put boxes (n, 4) on lines; return their numbers, line by line, each from left to right.

    A box continues the line whose last box is its neighbour: the two share half of the lower
    one's height, or would if the line rose or fell as it did so far. So a line may be uneven.
    """
    lines: list[list[int]] = []
    lasts, slopes = np.zeros_like(boxes), np.zeros(len(boxes))  # of each line
    for box in np.argsort(boxes[:, 0] + boxes[:, 2], kind="stable").tolist():
        found = len(lines)
        shares = _shared(lasts[:found], slopes[:found], boxes[box])
        if shares.max(initial=0.0) >= _SHARED:
            found = int(shares.argmax())
        else:
            lines.append([])
        lines[found].append(box)
        lasts[found], slopes[found] = boxes[box], _slope(boxes[lines[found]])
    known = [slope for slope, line in zip(slopes, lines, strict=False) if len(line) > 2]
    slope = float(np.median(known)) if known else 0.0
    return sorted(lines, key=lambda line: _height_on_page(boxes[line], slope))


def _shared(
    lasts: NDArray[np.int64], slopes: NDArray[np.float64], box: NDArray[np.int64]
) -> NDArray[np.float64]:
    """Return which share of the lower one's height a box has in common with the end of each line.

    `lasts` (n, 4): the last box of each line.
    """
    heights = lasts[:, 3] - lasts[:, 1]
    away = (box[0] + box[2] - lasts[:, 0] - lasts[:, 2]) / 2
    shifts = np.stack([np.zeros(len(lasts)), slopes * np.minimum(away, _REACH * heights)])
    common = np.minimum(lasts[:, 3] + shifts, box[3]) - np.maximum(lasts[:, 1] + shifts, box[1])
    shares: NDArray[np.float64] = common.max(0) / np.minimum(heights, box[3] - box[1])
    return shares


def _slope(line: NDArray[np.int64]) -> float:
    """Return how far a line falls per pixel to the right; 0 for a line of one or two boxes.

    It is the line of least squares through the middles of its boxes.
    """
    if len(line) < 3:
        return 0.0
    middles = (line[:, :2] + line[:, 2:]) / 2
    x, y = (middles - middles.mean(0)).T
    return float(x @ y / max(x @ x, 1.0))


def unevenness(boxes: NDArray[np.number]) -> NDArray[np.floating]:
    """Return how far tops and bottoms of the boxes (n, 4) of a line are off two straight lines.

    (2,): the standard deviation of the tops, and that of the bottoms, in heights of the boxes.
    """
    x, ends = boxes[:, 0] + boxes[:, 2], boxes[:, [1, 3]]
    x, ends = x - x.mean(), ends - ends.mean(axis=0)
    slopes = x @ ends / max(float(x @ x), 1.0)
    off = (ends - np.outer(x, slopes)).std(axis=0)
    return np.asarray(off / np.mean(boxes[:, 3] - boxes[:, 1]))


def has_small_letters(boxes: NDArray[np.int64]) -> bool:
    """Whether the boxes (n, 4) of a line are those of print with small letters.

    Most of them stand on one straight line. The lowest are of one height, far from the others'.
    """
    x, tops, bottoms = boxes[:, 0] + boxes[:, 2], boxes[:, 1], boxes[:, 3]
    i, j = np.triu_indices(len(x), 1)
    slope = float(np.median((bottoms[j] - bottoms[i]) / np.maximum(x[j] - x[i], 1)))
    line = slope * x + np.median(bottoms - slope * x)
    heights = np.sort((line - tops) / (line - tops).max())
    small, *others = np.split(heights, np.flatnonzero(np.diff(heights) > _TALLER) + 1)
    stands = np.abs(bottoms - line) < _ON_LINE * np.mean(bottoms - tops)
    are_many = len(small) > 1 and np.mean(heights < _SMALL) >= _HALF
    are_alike = small.std() < _SAME and small[-1] < _SMALL
    return bool(others and are_many and are_alike and stands.mean() > _MOST)


def _height_on_page(line: NDArray[np.int64], slope: float) -> float:
    """Return where a line lies on a page whose lines slope, as if the page were turned upright."""
    return float((line[:, 1::2].sum(1) - slope * line[:, ::2].sum(1)).mean())


def distances(lines: list[NDArray[np.int64]], box: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return how far a box is from the nearest box (n, 4) of each line.

    Above and below count three times.
    """
    left, top, right, bottom = np.concatenate(lines).T
    beside = np.maximum(left - box[2], box[0] - right)
    above = np.maximum(top - box[3], box[1] - bottom)
    starts = np.cumsum([0, *map(len, lines[:-1])])
    return np.minimum.reduceat(np.maximum(beside, 0) + 3 * np.maximum(above, 0), starts)
