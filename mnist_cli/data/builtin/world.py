"""The styles of the world beside those of MNIST's writers, and which of both are drawn.

In much of Europe, Latin America and East Asia a 1 has a flag, often half as long as its stem, and
sometimes a foot; a 7 has a bar, so that it is no 1; some strike a 0 through, or write a 4 in two
strokes that do not touch. In some hands the right arm of a 4 starts far below the left one, a 9
ends in a level tail, a 3 has a flat top, or the bar of a 5 stands apart. MNIST's writers hardly
did so. These skeletons were drawn by hand. The flag of a 1 falls, at 25 to 60 degrees from its
stem; the bar of a 7 is nearly level.
"""

from collections.abc import Mapping
from typing import NamedTuple

from mnist_cli.data.builtin.styles import OWN_STYLE, SPREADS, STYLES, Spread, Style

WORLD = (
    Style(0, "slashed", 0.5, "52,2 25,18 18,55 34,94 62,94 80,60 74,16 50,2 | 84,4 50,50 14,98"),
    Style(1, "short flag", 0.15, "34,20 55,2 | 55,2 55,50 54,100"),
    Style(1, "steep flag", 0.15, "35,31 55,2 | 55,2 55,50 54,100"),
    Style(1, "flat flag", 0.15, "22,21 55,2 | 55,2 55,50 54,100"),
    Style(1, "steep, longer", 0.15, "32,41 55,2 | 55,2 55,50 54,100"),
    Style(1, "long flag", 0.15, "23,34 55,2 | 55,2 55,50 54,100"),
    Style(1, "flat, longer", 0.15, "13,28 55,2 | 55,2 55,50 54,100"),
    Style(1, "steep, half its height", 0.15, "22,52 55,2 | 55,2 55,50 54,100"),
    Style(1, "half its height", 0.15, "10,42 55,2 | 55,2 55,50 54,100"),
    Style(1, "round flag", 0.15, "26,36 37,16 55,2 | 55,2 55,50 54,100"),
    Style(1, "hollow flag", 0.15, "17,34 38,21 55,2 | 55,2 55,50 54,100"),
    Style(1, "slanted", 0.15, "30,19 66,2 | 66,2 56,48 42,100"),
    Style(1, "slanted, long flag", 0.15, "25,31 66,2 | 66,2 56,48 42,100"),
    Style(1, "slanted, bent stem", 0.15, "41,35 64,2 | 64,2 60,40 48,80 36,100"),
    Style(1, "slanted, hooked flag", 0.15, "22,50 26,40 42,26 66,4 | 66,4 56,40 46,76 48,102"),
    Style(1, "slanted, level start", 0.15, "22,34 32,36 50,24 62,4 | 62,4 58,50 50,100"),
    Style(1, "very slanted", 0.15, "20,30 36,34 76,2 | 76,2 50,50 22,100"),
    Style(1, "leaning back", 0.15, "24,33 50,2 | 50,2 54,50 58,100"),
    Style(1, "leaning back, long flag", 0.15, "8,37 50,2 | 50,2 54,50 58,100"),
    Style(1, "hooked flag", 0.15, "22,48 24,38 38,24 55,4 | 55,4 55,50 54,100"),
    Style(1, "level start", 0.15, "14,36 26,38 44,22 55,2 | 55,2 55,50 54,100"),
    Style(1, "hooked stem", 0.15, "26,31 60,2 | 60,2 56,40 46,78 50,100"),
    Style(1, "bent stem", 0.15, "22,40 54,2 | 54,2 58,50 52,100"),
    Style(1, "flag and foot", 0.1, "30,19 55,2 | 55,2 55,50 54,100 | 26,100 54,100 82,100"),
    Style(1, "long flag and foot", 0.1, "20,37 55,2 | 55,2 55,50 54,100 | 24,100 54,100 84,100"),
    Style(2, "large loop", 0.5, "18,24 40,2 70,8 74,34 44,74 16,98 8,82 26,70 52,90 98,98"),
    Style(4, "two strokes apart", 0.5, "34,0 20,30 10,58 38,60 66,57 | 84,8 76,50 68,104"),
    Style(4, "high and open", 0.3, "22,2 20,28 22,48 46,52 78,48 | 78,0 78,50 78,104"),
    Style(7, "straight, barred", 0.6, "8,6 44,4 82,2 | 82,2 62,50 44,100 | 34,54 60,50 86,46"),
    Style(7, "hook, bar", 0.4, "12,26 12,6 | 12,6 44,5 82,2 | 82,2 62,50 46,100 | 32,56 86,50"),
    Style(9, "big hook", 0.5, "76,16 50,2 22,20 30,46 62,42 76,16 | 76,16 74,60 62,94 38,99 16,88"),
)
# Rarer ones, which the built-in digits do not have.
RARER = (
    Style(
        0, "slash inside", 0.3, "50,0 24,16 14,50 26,86 50,100 76,84 86,50 74,14 50,0 | 70,24 30,78"
    ),
    Style(
        0, "slash beyond it", 0.5, "54,6 28,20 18,54 32,90 58,94 78,66 76,24 54,6 | 102,-8 -2,108"
    ),
    Style(0, "flat slash", 0.5, "56,4 26,20 16,54 32,92 58,96 80,66 78,22 56,4 | 112,14 -12,88"),
    Style(1, "seven tenths of its height", 0.15, "4,46 55,2 | 55,2 55,50 54,100"),
    Style(1, "flat, seven tenths", 0.15, "-2,36 55,2 | 55,2 55,50 54,100"),
    Style(1, "steep, seven tenths", 0.15, "18,60 55,2 | 55,2 55,50 54,100"),
    Style(1, "nearly along the stem", 0.15, "32,66 54,2 | 54,2 56,50 56,100"),
    Style(1, "bowed, seven tenths", 0.15, "14,56 24,24 58,2 | 58,2 58,50 57,100"),
    Style(1, "leaning back, seven tenths", 0.15, "2,50 48,2 | 48,2 54,50 58,100"),
    Style(1, "slanted, half its height", 0.15, "14,40 66,2 | 66,2 54,50 40,100"),
    Style(1, "slanted, seven tenths", 0.15, "8,46 66,4 | 66,4 56,40 40,72 32,104"),
    Style(1, "slanted, steep, seven tenths", 0.15, "26,62 72,2 | 72,2 58,50 44,100"),
    Style(1, "slanted, hollow, long", 0.15, "6,48 26,40 66,2 | 66,2 56,50 42,100"),
    Style(
        1, "slanted, bent stem, seven tenths", 0.15, "22,54 34,40 78,2 | 78,2 66,34 52,68 52,102"
    ),
    Style(1, "seven tenths and foot", 0.1, "6,52 55,2 | 55,2 55,50 54,100 | 24,100 54,100 84,100"),
    Style(3, "flat top", 1.0, "14,6 78,4 | 78,4 46,40 74,54 80,76 54,98 16,90"),
    Style(3, "flat top, pointed", 0.5, "20,8 80,2 | 80,2 42,42 | 42,42 74,56 72,86 42,100 12,90"),
    Style(4, "low right arm", 0.5, "58,0 36,32 12,70 42,73 84,66 | 86,36 68,66 54,104"),
    Style(4, "low right arm, upright", 0.4, "52,0 34,34 14,66 44,70 82,66 | 80,34 72,66 66,104"),
    Style(4, "low right arm, short tail", 0.4, "64,0 40,36 10,80 44,80 78,70 | 92,30 72,64 56,102"),
    Style(4, "low right arm, stub", 0.3, "62,0 32,42 14,82 46,86 74,72 | 82,42 68,70 58,102"),
    Style(4, "crossed low", 0.3, "60,0 40,30 16,62 50,66 92,60 | 70,44 64,68 60,104"),
    Style(
        4,
        "two slanted strokes apart",
        0.5,
        "40,0 24,30 12,54 24,62 40,58 | 82,12 62,50 52,86 60,98",
    ),
    Style(4, "two slanted strokes, pointed", 0.5, "38,0 22,34 10,62 42,58 | 84,6 66,50 50,104"),
    Style(5, "bar apart", 1.0, "22,12 56,7 90,6 | 34,24 28,50 60,52 78,72 60,96 18,92"),
    Style(5, "falling bar apart", 0.5, "24,0 56,8 84,16 | 44,26 32,48 60,56 72,76 50,100 24,90"),
    Style(6, "half-closed loop", 1.0, "68,2 40,24 20,58 24,90 50,99 68,84 58,68 38,72 28,86"),
    Style(6, "straight, low loop", 0.6, "62,0 36,40 20,74 34,97 62,92 64,72 42,66 22,78"),
    Style(
        9,
        "small loop, tail to the left",
        0.4,
        "60,14 40,2 22,14 26,34 48,36 60,14 | 60,14 66,45 80,80 62,93 28,98",
    ),
    Style(
        9,
        "small loop, round tail",
        0.4,
        "62,12 40,2 24,16 32,36 54,34 62,12 | 62,12 74,42 76,76 54,94 22,92",
    ),
    Style(
        9,
        "small loop, level tail",
        0.3,
        "58,10 36,4 24,20 36,36 56,28 58,10 | 58,10 68,50 84,88 54,96 20,98",
    ),
    Style(
        9,
        "small loop, bent tail",
        0.3,
        "66,10 42,0 24,14 30,38 56,36 66,10 | 66,10 70,46 82,72 74,92 40,90 12,98",
    ),
)
# Steadier than MNIST's, with a finer pen and smooth ink, as in photos and drawings. With MNIST's
# own spreads a flag is seldom clearly a flag.
STEADY = {
    **SPREADS,
    "point": Spread(0, 0.008, 0.011),
    "bend": Spread(0, 0.12, 0.12),
    "width": Spread(0, 0.046, 0.035),
    "rotation": Spread(0, 0.023, 0.018),
    "tremor": Spread(-6.0, 0.3, 0.1),
    "pen": Spread(-2.9, 0.32, 0.12),
    "grain": Spread(-4.0, 0.3, 0.1),
}


class Handwriting(NamedTuple):
    """Which digits are drawn, and how.

    Attributes
    ----------
    styles : the skeletons with their shares
    spreads : how much each quantity varies, by name
    weights : how often each of the ten digits is drawn, compared with the others
    own : share of the digits for which a writer uses the own style; 0 where each digit is by itself
    """

    styles: tuple[Style, ...]
    spreads: Mapping[str, Spread]
    weights: tuple[int, ...]
    own: float = OWN_STYLE


BUILTIN = Handwriting((*STYLES, *WORLD), SPREADS, (1,) * 10)
# The handwritten digits that `drawn` adds.
RARE = Handwriting((*WORLD, *RARER), STEADY, (3, 20, 2, 1, 8, 1, 1, 4, 0, 6), own=0)
