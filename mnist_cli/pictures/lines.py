"""Lines of writing: which boxes stand on one line, and in which order lines and boxes are read."""

import numpy as np
from numpy.typing import NDArray

_SHARED = 0.5  # of the height of the lower of two neighbours that a line has in common
_REACH = 12  # digit heights; a slope is not drawn further than this


def lines_of(boxes: NDArray[np.int64]) -> list[list[int]]:
    """Put boxes (n, 4) on lines; return their numbers, line by line, each from left to right.

    A box continues the line whose last box is its neighbour: the two share half of the lower
    one's height, or would if the line rose or fell as it did so far. So a line may be uneven.
    """
    lines, slopes = list[list[int]](), list[float]()
    for box in np.argsort(boxes[:, 0] + boxes[:, 2], kind="stable").tolist():
        ends = zip(lines, slopes, strict=True)
        shares = [_shared(boxes[line[-1]], slope, boxes[box]) for line, slope in ends]
        if max(shares, default=0.0) >= _SHARED:
            chosen = int(np.argmax(shares))
            lines[chosen].append(box)
            slopes[chosen] = _slope(boxes[lines[chosen]])
        else:
            lines.append([box])
            slopes.append(0.0)
    known = [slope for line, slope in zip(lines, slopes, strict=True) if len(line) > 2]
    slope = float(np.median(known)) if known else 0.0
    return sorted(lines, key=lambda line: _height_on_page(boxes[line], slope))


def _shared(last: NDArray[np.int64], slope: float, box: NDArray[np.int64]) -> float:
    """Return which share of the lower one's height a box has in common with a line's last one."""
    rise = slope * min(_middle(box) - _middle(last), _REACH * (last[3] - last[1]))
    common = max(
        min(last[3] + shift, box[3]) - max(last[1] + shift, box[1]) for shift in (0.0, rise)
    )
    return float(common / min(last[3] - last[1], box[3] - box[1]))


def _slope(line: NDArray[np.int64]) -> float:
    """Return how far a line falls per pixel to the right; 0 for a line of one or two boxes."""
    if len(line) < 3:
        return 0.0
    centres = (line[:, 1::2].sum(1)) / 2
    return float(np.polyfit((line[:, 0] + line[:, 2]) / 2, centres, 1)[0])


def _middle(box: NDArray[np.int64]) -> float:
    return float(box[0] + box[2]) / 2


def _height_on_page(line: NDArray[np.int64], slope: float) -> float:
    """Return where a line lies on a page whose lines slope, as if the page were turned upright."""
    return float((line[:, 1::2].sum(1) - slope * line[:, ::2].sum(1)).mean())
