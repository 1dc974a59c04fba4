"""Which of the digits in a picture of one it is: large, dark, near the middle."""

from mnist_cli.pictures.blank import is_cut
from mnist_cli.pictures.digits import Found
from mnist_cli.pictures.grouping import size


def by_prominence(found: list[Found], shape: tuple[int, ...]) -> list[Found]:
    """Return digits, the likeliest first; of those that are clear, the most prominent."""
    return sorted(found, key=lambda digit: (-digit.odds, -_prominence(digit, shape)))


def the_one(found: list[Found], shape: tuple[int, ...]) -> tuple[Found, list[Found]]:
    """Return the most prominent digit of a picture (h, w), and others that may be the one, too.

    Raises ValueError if `found` is empty.
    """
    best = by_prominence(found, shape)[0]
    rivals = [
        digit
        for digit in found
        if digit is not best
        and digit.look == best.look
        and size(digit.box) > 0.5 * size(best.box)
        and not is_cut(digit.box, shape)
    ]
    return best, rivals


def _prominence(digit: Found, shape: tuple[int, ...]) -> float:
    """Return how much ink a digit has, with less weight near the edges of the picture (h, w)."""
    left, top, right, bottom = digit.box
    x, y = (left + right) / shape[1] - 1, (top + bottom) / shape[0] - 1
    amount = float(digit.ink.sum()) * size(digit.box)
    return amount * (1.2 - max(abs(x), abs(y))) * (0.3 if is_cut(digit.box, shape) else 1)
