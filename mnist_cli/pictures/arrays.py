"""The arrays and boxes that the modules of this package hand to each other.

Pixels : uint8, (h, w) or (h, w, channels); 0 is black
Ink : float32 (h, w); 0 is paper, 255 is black ink on white paper
Mask : bool (h, w)
Box : left, top, right, bottom in pixels; right and bottom are the first column and row outside
"""

import numpy as np
from numpy.typing import NDArray

Pixels = NDArray[np.uint8]
Ink = NDArray[np.float32]
Mask = NDArray[np.bool_]
Box = tuple[int, int, int, int]
