"""Gradient descent: find the line y = w x + b through points, walking downhill.

Run it: w and b come close to 3 and 1. Check it: mnist exercise gradient-descent --check FILE
"""

import numpy as np


def loss(w, b, x, y):
    """1 loss: a number, the mean of (w x + b - y)² over the points x (n,), y (n,)."""
    return np.mean((w * x + b - y) ** 2)


def slopes(w, b, x, y):
    """2 slopes: return ∂loss/∂w and ∂loss/∂b, two numbers."""
    error = w * x + b - y
    return np.mean(2 * error * x), np.mean(2 * error)


def step(w, b, w_slope, b_slope, rate):
    """3 step: return the new w and b after one step downhill; rate is the learning rate η."""
    return w - rate * w_slope, b - rate * b_slope


if __name__ == "__main__":
    rng = np.random.default_rng(0)
    x = rng.random(50)
    y = 3 * x + 1 + rng.normal(0, 0.1, 50)
    w = b = 0.0
    for number in range(201):
        if number % 50 == 0:
            print(f"step {number}: loss {loss(w, b, x, y):.4f}, y = {w:.2f} x + {b:.2f}")
        w_slope, b_slope = slopes(w, b, x, y)
        w, b = step(w, b, w_slope, b_slope, rate=0.5)
