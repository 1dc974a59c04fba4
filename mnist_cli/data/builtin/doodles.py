"""What else is no digit: shapes, signs and scribbles; with the letters they are `NOTHING`.

They were drawn by hand. A square is not here: displays show a 0 like this. The first entry of each
is the digit that it is most like.
"""

from mnist_cli.data.builtin.letters import LETTERS
from mnist_cli.data.builtin.styles import Spread, Style
from mnist_cli.data.builtin.world import STEADY, Handwriting

DOODLES = (
    Style(0, "heart", 1, "50,28 34,4 10,8 4,36 24,68 50,98 | 50,98 76,68 96,36 90,8 66,4 50,28"),
    Style(0, "heart, round", 1, "50,22 24,0 2,22 14,58 50,100 | 50,100 86,58 98,22 76,0 50,22"),
    Style(8, "star", 1, "50,0 80,96 | 80,96 2,36 | 2,36 98,36 | 98,36 20,96 | 20,96 50,0"),
    Style(4, "star, six points", 1, "50,0 50,100 | 6,26 94,74 | 94,26 6,74"),
    Style(4, "cross", 1, "50,0 50,100 | 0,50 100,50"),
    Style(4, "cross, long", 1, "50,0 50,100 | 16,30 84,30"),
    Style(
        6,
        "circle with a cross",
        1,
        "50,0 14,14 0,50 14,86 50,100 86,86 100,50 86,14 50,0 | 50,0 50,100 | 0,50 100,50",
    ),
    Style(
        8,
        "circle, crossed out",
        1,
        "50,0 14,14 0,50 14,86 50,100 86,86 100,50 86,14 50,0 | 14,14 86,86 | 86,14 14,86",
    ),
    Style(
        0,
        "face",
        1,
        "50,0 14,14 0,50 14,86 50,100 86,86 100,50 86,14 50,0 | 34,30 34,42 | 66,30 66,42 | "
        "26,64 50,80 74,64",
    ),
    Style(7, "arrow to the right", 1, "0,50 100,50 | 68,20 100,50 | 100,50 68,80"),
    Style(6, "arrow to the left", 1, "100,50 0,50 | 32,20 0,50 | 0,50 32,80"),
    Style(1, "arrow up", 1, "50,100 50,0 | 22,32 50,0 | 50,0 78,32"),
    Style(4, "arrow down", 1, "50,0 50,100 | 22,68 50,100 | 50,100 78,68"),
    Style(
        0,
        "house",
        1,
        "0,40 50,0 | 50,0 100,40 | 100,40 100,100 | 100,100 0,100 | 0,100 0,40 | 0,40 100,40",
    ),
    Style(7, "triangle, downwards", 1, "4,4 96,4 | 96,4 50,98 | 50,98 4,4"),
    Style(1, "tick", 1, "4,58 34,98 | 34,98 96,2"),
    Style(4, "wave", 1, "0,50 12,20 24,50 36,80 50,50 64,20 76,50 88,80 100,50"),
    Style(4, "zigzag", 1, "0,80 20,20 | 20,20 40,80 | 40,80 60,20 | 60,20 80,80 | 80,80 100,20"),
    Style(1, "zigzag, three turns", 1, "2,90 30,10 | 30,10 52,90 | 52,90 74,10 | 74,10 98,90"),
    Style(
        0,
        "spiral",
        1,
        "50,50 56,40 66,52 54,66 36,58 36,34 58,22 82,40 82,70 58,88 26,82 12,52 24,16 56,2 90,14",
    ),
    Style(
        0,
        "spiral, three turns",
        1,
        "50,50 54,46 58,52 50,58 40,52 42,38 56,34 68,46 64,66 44,70 28,56 32,30 56,20 80,38 "
        "78,70 52,86 22,74 12,44 30,10 66,4 96,26",
    ),
    Style(
        0,
        "spiral, the other way",
        1,
        "50,50 44,40 34,52 46,66 64,58 64,34 42,22 18,40 18,70 42,88 74,82 88,52 76,16 44,2 10,14",
    ),
    Style(4, "hash", 1, "32,0 26,100 | 74,0 68,100 | 2,32 100,32 | 0,70 98,70"),
    Style(
        2,
        "percent",
        1,
        "90,2 10,98 | 24,4 8,14 10,34 26,40 40,28 38,10 24,4 | "
        "76,60 60,70 62,90 78,96 92,84 90,66 76,60",
    ),
    Style(7, "question mark", 1, "14,26 26,6 56,0 82,16 78,40 52,56 48,76 | 48,92 49,100"),
    Style(8, "scribble", 1, "4,30 60,4 96,30 20,60 8,40 70,30 90,80 40,98 20,70 70,60 98,96"),
    Style(1, "scribble, dense", 1, "2,40 18,4 22,96 34,2 40,98 52,4 58,94 68,2 76,98 86,6 98,70"),
    Style(
        0,
        "scribble, coiled",
        1,
        "4,60 16,10 30,60 14,80 24,20 46,60 34,86 42,18 66,58 52,86 60,20 84,56 74,84 86,24 98,60",
    ),
    Style(
        8,
        "square with a cross",
        1,
        "6,6 94,6 | 94,6 94,94 | 94,94 6,94 | 6,94 6,6 | 6,6 94,94 | 94,6 6,94",
    ),
    Style(
        8,
        "lattice",
        1,
        "0,16 100,16 | 0,50 100,50 | 0,84 100,84 | 16,0 16,100 | 50,0 50,100 | 84,0 84,100",
    ),
    Style(
        8,
        "flower",
        1,
        "50,50 30,20 50,2 70,20 50,50 82,36 98,56 76,70 50,50 64,86 44,98 34,80 50,50 16,68 "
        "2,46 20,30 50,50",
    ),
    Style(4, "bolt", 1, "66,0 22,54 | 22,54 76,46 | 76,46 30,102"),
    Style(4, "fork", 1, "50,100 50,46 | 10,2 14,40 50,46 | 90,2 86,40 50,46 | 50,0 50,46"),
)
_SPREADS = {
    **STEADY,
    "point": Spread(0, 0.012, 0.014),
    "width": Spread(0, 0.12, 0.1),
    "slant": Spread(0.03, 0.1, 0.08),
    "rotation": Spread(0, 0.06, 0.05),
    "pen": Spread(-2.6, 0.3, 0.35),
}
_STYLES = (*LETTERS, *DOODLES)
# Each shape is drawn as often as each other.
_WEIGHTS = tuple(sum(style.digit == digit for style in _STYLES) for digit in range(10))
NOTHING = Handwriting(_STYLES, _SPREADS, _WEIGHTS, own=0)
