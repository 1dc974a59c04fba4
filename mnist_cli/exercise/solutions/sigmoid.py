"""The sigmoid σ(z) = 1 / (1 + e^-z), also for very large and very small z.

Run it: a curve of numbers. Check it: mnist exercise sigmoid --check FILE
"""

import numpy as np


def sigmoid(z):
    """1 sigmoid, 2 large z: an array like z, without overflow: e^x only where x is not positive."""
    e = np.exp(-np.abs(z))
    return np.where(z >= 0, 1, e) / (1 + e)


def slope(z):
    """3 slope: σ'(z), how fast σ rises at z; sigmoid(z) helps."""
    a = sigmoid(z)
    return a * (1 - a)


if __name__ == "__main__":
    for z in np.array([-1000.0, -5, -1, 0, 1, 5, 1000]):
        print(f"z {z:6g}: sigmoid {sigmoid(z):.4f}, slope {slope(z):.4f}")
