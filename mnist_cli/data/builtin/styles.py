"""How people write digits: the skeletons, their shares, and how much handwriting varies.

Everything here is data. Change a share, move a point or add a line, and draw again. The skeletons
were drawn by hand. Then all numbers were fitted to the first 50,000 training images of MNIST, never
to its test images: digits that American adults and pupils wrote around 1990.
"""

from typing import NamedTuple


class Style(NamedTuple):
    """One way to write a digit.

    `strokes` are separated by a bar. Each is a list of points `x,y`, in hundredths of the digit's
    height (y downwards), and a smooth curve goes through them. Equal points are one point: strokes
    that share it stay connected. This makes a corner.
    """

    digit: int
    name: str
    share: float  # relative to the other styles of the same digit
    strokes: str


class Spread(NamedTuple):
    """A quantity's mean, and its standard deviations between and within writers."""

    mean: float
    writer: float
    sample: float


STYLES = (
    Style(0, "closed", 2.9, "55,6 38,10 22,38 19,70 33,93 61,91 81,69 81,36 62,12 54,8"),
    Style(
        0, "overlapping", 1.6, "65,12 45,11 27,29 15,57 22,88 55,88 84,65 83,29 63,11 43,16 35,26"
    ),
    Style(0, "open", 3.0, "56,12 37,23 19,50 17,82 45,89 78,70 87,43 76,19 58,11"),
    Style(0, "hooked", 2.5, "56,23 57,12 46,11 34,30 20,61 25,87 52,90 79,66 79,30 61,10 51,11"),
    Style(1, "plain", 4.7, "53,6 50,47 47,95"),
    Style(1, "flag", 1.3, "45,16 51,5 | 51,5 52,41 50,95"),
    Style(1, "hooked", 4.0, "45,8 51,6 50,41 52,97"),
    Style(1, "base", 0.3, "34,20 52,0 | 52,0 52,50 52,100 | 28,100 52,100 78,100"),
    Style(2, "straight", 2.0, "14,21 24,10 53,8 64,28 44,61 21,89 | 21,89 53,90 95,87"),
    Style(2, "looped", 3.2, "16,20 39,4 58,5 73,29 67,65 42,94 12,92 24,67 56,71 80,84 100,90"),
    Style(2, "round", 2.6, "11,25 26,9 58,11 63,37 43,64 19,83 25,92 59,85 101,82"),
    Style(2, "wide", 2.2, "5,24 32,11 59,16 55,49 38,68 15,89 | 15,89 49,83 105,79"),
    Style(3, "round", 3.6, "17,13 43,2 75,4 73,29 35,47 | 35,47 79,47 89,80 50,100 13,85"),
    Style(3, "flat", 0.9, "6,5 42,-4 79,6 | 79,6 35,43 | 35,43 77,54 92,80 58,102 23,97"),
    Style(3, "looped", 3.5, "21,10 48,-1 79,3 69,31 40,46 40,48 79,51 85,83 46,104 14,89"),
    Style(3, "shallow", 1.9, "21,6 53,-1 76,15 51,41 46,46 77,67 72,89 52,100 29,97"),
    Style(4, "open", 3.7, "28,-1 19,30 12,57 45,55 83,51 | 80,-3 70,50 63,108"),
    Style(4, "square", 4.2, "31,2 12,57 | 12,57 46,56 81,52 | 76,-6 62,50 52,108"),
    Style(4, "closed", 1.0, "56,-13 -1,60 | -1,60 50,61 104,56 | 56,-13 61,46 65,113"),
    Style(4, "one stroke", 1.1, "21,-6 10,45 36,52 75,48 80,-7 | 80,-7 77,54 73,116"),
    Style(5, "hat", 2.4, "28,9 21,47 | 21,47 55,42 80,66 67,92 37,97 10,83 | 28,9 53,5 84,3"),
    Style(5, "one stroke", 2.9, "92,6 52,9 28,12 | 28,12 16,48 | 16,48 55,48 73,69 48,95 9,86"),
    Style(5, "round", 1.8, "98,-3 40,4 14,19 15,45 53,61 65,85 33,103 4,93"),
    Style(5, "tall", 3.0, "27,14 10,46 | 10,46 34,46 54,60 47,87 16,96 -7,82 | 27,14 60,9 107,5"),
    Style(6, "closed", 2.7, "56,-6 39,22 26,62 28,94 50,103 76,91 78,66 52,60 36,80 30,91"),
    Style(6, "straight", 2.7, "41,-9 20,26 12,81 45,106 84,93 94,67 71,55 49,79 39,99"),
    Style(6, "open", 2.1, "63,-3 40,16 20,64 26,94 53,101 79,86 76,63 54,65 42,79"),
    Style(6, "spiral", 2.5, "61,-5 40,21 23,67 32,97 62,99 80,77 65,61 44,74 43,88"),
    Style(7, "plain", 2.2, "4,14 36,3 86,0 | 86,0 70,42 44,105"),
    Style(7, "barred", 1.4, "-4,5 37,2 73,-1 | 73,-1 63,50 57,105 | 25,51 61,49 97,44"),
    Style(7, "hooked", 3.5, "16,29 14,8 | 14,8 42,0 78,-1 | 78,-1 68,45 49,106"),
    Style(7, "round", 2.9, "15,13 26,8 63,6 76,13 66,50 49,98"),
    Style(8, "one stroke", 3.2, "81,6 49,-1 17,21 42,49 67,74 57,98 26,100 20,81 45,53 79,23 81,8"),
    Style(
        8,
        "circles",
        2.1,
        "49,-12 10,5 15,35 48,45 70,27 74,0 49,-12 | 48,45 25,73 36,106 70,109 92,86 80,59 48,45",
    ),
    Style(8, "open", 2.2, "80,6 50,-2 19,20 40,51 61,80 50,101 25,96 27,72 55,45 87,11"),
    Style(8, "from the right", 2.4, "81,18 59,-3 23,16 41,49 64,83 45,104 24,87 50,52 83,19"),
    Style(9, "straight", 3.5, "73,5 43,-3 16,24 26,46 59,39 72,16 | 72,16 69,56 66,107"),
    Style(9, "curved", 3.4, "81,10 55,-9 17,13 21,46 62,41 77,19 68,55 60,97 52,110"),
    Style(9, "round", 1.8, "76,-3 47,-10 15,23 31,43 72,21 76,-3 | 76,-3 66,49 48,114"),
    Style(9, "hooked", 1.4, "79,14 53,-5 14,23 29,46 73,25 79,14 | 79,14 63,68 55,102 41,99"),
)

# Lengths are in heights of the digit, slants and rotations are tangents, if nothing else is said.
SPREADS = {
    "point": Spread(0, 0.023, 0.032),  # how far each point is moved
    "bend": Spread(0, 0.21, 0.21),  # how much straight lines become curves, per squared length
    "width": Spread(0, 0.13, 0.10),  # logarithm of the factor by which the digit is made wider
    "slant": Spread(0.13, 0.18, 0.09),  # to the right
    "rotation": Spread(0, 0.066, 0.052),  # clockwise
    "tremor": Spread(-4.2, 0.3, 0.1),  # logarithm of how far the pen is beside its path
    "pen": Spread(-2.67, 0.32, 0.12),  # logarithm of the pen's radius
    "pressure": Spread(0, 0.1, 0.12),  # growth of this radius from middle to end of the digit
    "grain": Spread(-2.0, 0.3, 0.1),  # logarithm of how rough the paper makes the edge of the ink
    "softness": Spread(0.92, 0.12, 0.06),  # width of that edge in pixels, from white to black
}
OWN_STYLE = 0.85  # how often writers use their own style of a digit
