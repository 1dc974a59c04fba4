"""The network against central differences, numbers by hand and a second implementation."""

import warnings
from itertools import product

import numpy as np
import pytest

from mnist_cli.backpropagation import MiniBatch, byte_rows, products
from mnist_cli.config import ACTIVATIONS, LOSSES, OUTPUT_ACTIVATIONS
from mnist_cli.functions import do_all
from mnist_cli.gradient_check import gradient_error
from mnist_cli.network import Network, by_rows, one_hot, parameter_count

COMBINATIONS = [
    (activation, output, loss)
    for activation, output, loss in product(ACTIVATIONS, OUTPUT_ACTIVATIONS, LOSSES)
    if (output, loss) != ("linear", "cross_entropy")
]


def small_network(activation, output, loss, hidden=(6, 5), seed=0):
    network = Network(hidden, activation=activation, output_activation=output, loss=loss)
    network.initialize(np.random.default_rng(seed))
    return network


def some_digits(count=7, seed=1, dtype=np.float32):
    rng = np.random.default_rng(seed)
    inputs = rng.random((count, 784)) * (rng.random((count, 784)) < 0.2)
    return inputs.astype(dtype), one_hot(rng.integers(0, 10, count), dtype)


@pytest.mark.parametrize("hidden", [(6, 5), (7,), ()])
@pytest.mark.parametrize(("activation", "output", "loss"), COMBINATIONS)
def test_backpropagation_agrees_with_central_differences(activation, output, loss, hidden):
    network = small_network(activation, output, loss, hidden)
    inputs, targets = some_digits(dtype=np.float64)
    assert gradient_error(network, inputs * 255, targets) < 1e-6


def test_the_gradient_check_sees_a_wrong_gradient(monkeypatch):
    from mnist_cli import backpropagation as module

    wrong = module.ACTIVATIONS["tanh"]._replace(slope=lambda *_: [])
    monkeypatch.setitem(module.ACTIVATIONS, "tanh", wrong)
    network = small_network("tanh", "sigmoid", "mse")
    inputs, targets = some_digits(dtype=np.float64)
    assert gradient_error(network, inputs * 255, targets) > 1e-2


@pytest.mark.parametrize(
    ("rows", "most", "blocks"),
    [
        (16, None, [16]),
        (16, 16 * 30, [16]),
        (16, 15 * 30, [8, 8]),
        (29, 10 * 30, [9, 10, 10]),
        (10, 9 * 30, [10]),  # two blocks of 5 would be too narrow
        (16, 1, [16]),
    ],
)
def test_products_come_in_blocks(rows, most, blocks):
    rng = np.random.default_rng(0)
    left, right, out = rng.random((rows, 5)), rng.random((5, 6)), np.zeros((rows, 6))
    operations = products(left, right, out, most)
    assert [len(operation.args[1]) for operation in operations] == blocks
    do_all(operations)
    np.testing.assert_allclose(out, left @ right)


def test_the_lectures_network_has_13002_parameters():
    assert parameter_count((784, 16, 16, 10)) == 13_002
    assert Network().parameters.size == 13_002


def test_layers_by_hand():
    """1 pixel lit, 1 hidden neuron: z = 2 * 1 - 1 = 1; a = σ(1); outputs σ(3a) and σ(0)."""
    network = Network((1,))
    network.weights[0][5, 0], network.biases[0][0] = 2.0, -1.0
    network.weights[1][0, 7] = 3.0
    inputs = np.zeros((1, 784), np.float32)
    inputs[0, 5] = 1.0
    hidden = 1 / (1 + np.exp(-1.0))
    outputs = network(inputs)[0]
    assert outputs[7] == pytest.approx(1 / (1 + np.exp(-3 * hidden)), rel=1e-6)
    assert outputs[0] == 0.5


def test_loss_by_hand():
    """All outputs 0.5, one target 1: ½ · 10 · 0.25 for each of two images."""
    batch = MiniBatch(Network(), byte_rows(2))
    batch.targets[:] = one_hot(np.array([3, 4]))
    batch.forward()
    assert batch.loss() == pytest.approx(2 * 0.5 * 10 * 0.25)


def nielsen_gradient(network, inputs, targets):
    """The equations BP1 to BP4 for one example at a time, with columns, as in the book."""
    total = np.zeros(network.parameters.size)
    for x, y in zip(inputs, targets, strict=True):
        activations, weights = [x[:, None]], [w.T for w in network.weights]
        for w, b in zip(weights, network.biases, strict=True):
            activations.append(1 / (1 + np.exp(-(w @ activations[-1] + b[:, None]))))
        delta = (activations[-1] - y[:, None]) * activations[-1] * (1 - activations[-1])
        parts = []
        for layer in reversed(range(len(weights))):
            parts = [(delta @ activations[layer].T).T.ravel(), delta.ravel(), *parts]
            a = activations[layer]
            delta = (weights[layer].T @ delta) * a * (1 - a)
        total += np.concatenate(parts)
    return total / len(inputs)


def test_gradient_equals_nielsens_equations():
    network = small_network("sigmoid", "sigmoid", "mse", hidden=(16, 5))
    inputs, targets = some_digits()
    expected = nielsen_gradient(network, inputs.astype(float), targets.astype(float))
    for most in (None, 50_000):  # the second cuts the first layer's products in two
        batch = MiniBatch(network, byte_rows(len(inputs)), most=most)
        batch.pixels[:], batch.targets[:] = inputs * 255, targets
        batch.learn()
        gradient = by_rows(batch.gradient.flat, network.layer_sizes)
        np.testing.assert_allclose(gradient, expected, atol=1e-7)


@pytest.mark.parametrize(("activation", "output", "loss"), COMBINATIONS)
def test_mini_batch_computes_what_the_plain_network_does(activation, output, loss):
    network = small_network(activation, output, loss, hidden=(16, 16))
    inputs, _ = some_digits(32)
    batch = MiniBatch(network, byte_rows(32))
    batch.pixels[:] = inputs * 255
    batch.forward()
    for fast, plain in zip(batch.activations[1:], network.layers(inputs)[1:], strict=True):
        np.testing.assert_allclose(fast[:-1].T, plain, rtol=1e-5, atol=1e-6)
        np.testing.assert_array_equal(fast[-1], 1)


@pytest.mark.parametrize(("activation", "output", "loss"), COMBINATIONS)
def test_nothing_overflows(activation, output, loss):
    network = small_network(activation, output, loss)
    network.parameters *= 1e6
    inputs, targets = some_digits()
    batch = MiniBatch(network, byte_rows(len(inputs)))
    batch.pixels[:], batch.targets[:] = inputs * 255, targets
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert np.isfinite(batch.learn())
    assert np.isfinite(batch.gradient.flat).all()


@pytest.mark.parametrize("logit", [-1e4, -50.0, 0.0, 50.0, 1e4])
def test_cross_entropies_match_their_definition(logit):
    """Against the definition in exact terms: for |z| = 1e4 the loss is |z| or 0."""
    from mnist_cli.functions import loss_function, sigmoid

    z = np.array([[logit]])
    a, delta = np.empty_like(z), np.empty_like(z)
    do_all(sigmoid(z, a))
    cross_entropy, y = loss_function("cross_entropy", "sigmoid"), np.array([[1.0]])
    loss = cross_entropy.value(z, a, y, delta)()
    do_all(cross_entropy.to_delta(z, a, y, delta))
    assert loss == pytest.approx(max(-logit, 0.0) + np.log1p(np.exp(-abs(logit))))
    assert delta[0, 0] == pytest.approx(a[0, 0] - 1)


@pytest.mark.parametrize(
    ("kind", "spread", "bias_spread"),
    [("scaled", 784**-0.5, 0), ("he", (2 / 784) ** 0.5, 0), ("normal", 1, 1)],
)
def test_initialization_has_the_promised_spread(kind, spread, bias_spread):
    network = Network((200,))
    network.initialize(np.random.default_rng(0), kind)
    assert network.weights[0].std() == pytest.approx(spread, rel=0.02)
    assert network.biases[0].std() == pytest.approx(bias_spread, abs=0.15)


def test_weights_and_biases_are_views_into_one_vector():
    network = Network((4,))
    network.parameters[:] = 1
    assert all((w == 1).all() for w in network.weights + network.biases)


def test_linear_hidden_layers_collapse_into_one():
    network = small_network("linear", "linear", "mse")
    inputs, _ = some_digits()
    one = network.weights[0] @ network.weights[1] @ network.weights[2]
    np.testing.assert_allclose(network(inputs), inputs @ one, atol=1e-5)
