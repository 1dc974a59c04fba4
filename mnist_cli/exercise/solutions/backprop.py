"""Backpropagation for one image: 784-16-16-10 sigmoid neurons, C = Σ (a - y)².

Run it: the cost falls. Check it: mnist exercise backprop --check FILE
"""

import numpy as np


def cost(a, y):
    """1 cost: a number, 0 if the outputs a (10,) are the wanted outputs y (10,)."""
    return np.sum((a - y) ** 2)


def last_layer(a_before, a, y):
    """2 last layer: δ = ∂C/∂z = ∂C/∂a · σ'(z) with σ'(z) = a (1 - a).

    Return ∂C/∂w, the column a_before (16,) times the row δ (10,), and ∂C/∂b, which is δ.
    """
    delta = 2 * (a - y) * a * (1 - a)
    return np.outer(a_before, delta), delta


def layer_before(a_before, a, w_after, delta_after):
    """3 layers before: ∂C/∂a (n,) comes back from the layer after, through its w_after (n, m).

    Each neuron gets the sum of delta_after (m,), weighted. Return ∂C/∂w and ∂C/∂b, as in 2.
    """
    delta = (w_after @ delta_after) * a * (1 - a)
    return np.outer(a_before, delta), delta


def backpropagate(image, y, weights, biases):
    """Return the cost, and the pair (∂C/∂w, ∂C/∂b) of each layer."""
    a = [image]
    for w, b in zip(weights, biases, strict=True):
        a.append(1 / (1 + np.exp(-(a[-1] @ w + b))))
    c = cost(a[-1], y)
    pairs = [last_layer(a[-2], a[-1], y)]
    for n in range(len(weights) - 1, 0, -1):
        pairs.insert(0, layer_before(a[n - 1], a[n], weights[n], pairs[0][1]))
    return c, pairs


if __name__ == "__main__":
    rng = np.random.default_rng(0)
    image, y = rng.random(784), np.eye(10)[3]
    weights = [rng.normal(0, m**-0.5, (m, n)) for m, n in [(784, 16), (16, 16), (16, 10)]]
    biases = [np.zeros(16), np.zeros(16), np.zeros(10)]
    for step in range(6):
        c, pairs = backpropagate(image, y, weights, biases)
        print(f"step {step}: cost {c:.4f}")
        for w, b, (w_slope, b_slope) in zip(weights, biases, pairs, strict=True):
            w -= 0.1 * w_slope
            b -= 0.1 * b_slope
