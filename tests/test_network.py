"""The network against central differences, numbers by hand and a second implementation."""

import warnings
from itertools import product

import numpy as np
import pytest

from mnist_cli.network.activations import ACTIVATIONS, sigmoid
from mnist_cli.network.backpropagation import AT_ONCE, Batches, MiniBatch
from mnist_cli.network.gradient_check import gradient_error
from mnist_cli.network.losses import LOSSES, OUTPUT_ACTIVATIONS
from mnist_cli.network.network import Network, one_hot
from mnist_cli.network.parameters import by_rows, parameter_count

COMBINATIONS = [
    (activation, output, loss)
    for activation, output, loss in product(ACTIVATIONS, OUTPUT_ACTIVATIONS, LOSSES)
    if output in LOSSES[loss]
]


def small_network(activation, output, loss, hidden=(6, 5), seed=0):
    network = Network(hidden, activation=activation, output_activation=output, loss=loss)
    network.initialize(np.random.default_rng(seed))
    return network


def some_digits(count=7, seed=1, dtype=np.float32):
    rng = np.random.default_rng(seed)
    inputs = rng.random((count, 784)) * (rng.random((count, 784)) < 0.2)
    return inputs.astype(dtype), one_hot(rng.integers(0, 10, count), dtype)


# without hidden layers there is no activation to choose
WITHOUT_LAYERS = {(output, loss): activation for activation, output, loss in COMBINATIONS}
NETWORKS = [
    *product(COMBINATIONS, [(6, 5), (7,)]),
    *(((activation, *rest), ()) for rest, activation in WITHOUT_LAYERS.items()),
]


@pytest.mark.parametrize(
    ("activation", "output", "loss", "hidden"), [(*names, hidden) for names, hidden in NETWORKS]
)
def test_backpropagation_agrees_with_central_differences(activation, output, loss, hidden):
    network = small_network(activation, output, loss, hidden)
    inputs, targets = some_digits(dtype=np.float64)
    assert gradient_error(network, inputs * 255, targets) < 1e-6


def test_the_gradient_check_sees_a_wrong_gradient(monkeypatch):
    from mnist_cli.network import backpropagation as module

    wrong = module.ACTIVATIONS["tanh"]._replace(derivative=lambda *_: None)
    monkeypatch.setitem(module.ACTIVATIONS, "tanh", wrong)
    network = small_network("tanh", "sigmoid", "mse")
    inputs, targets = some_digits(dtype=np.float64)
    assert gradient_error(network, inputs * 255, targets) > 1e-2


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
    """If all outputs are 0.5 and one target is 1, the loss is ½ · 10 · 0.25 for each image."""
    batch = MiniBatch(Network(), 2)
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
    batch = MiniBatch(network, len(inputs))
    batch.pixels[:], batch.targets[:] = inputs * 255, targets
    batch.backpropagate()
    gradient = by_rows(batch.gradient.flat, network.layer_sizes)
    np.testing.assert_allclose(gradient, expected, atol=1e-7)


def test_a_large_mini_batch_in_chunks_has_the_same_gradient():
    network = small_network("sigmoid", "sigmoid", "mse")
    rng, count = np.random.default_rng(2), 2 * AT_ONCE + 7
    images = rng.integers(0, 256, (3000, 784), np.uint8)
    labels = rng.integers(0, 10, 3000).astype(np.uint8)
    chosen = rng.permutation(3000)[:count]
    batches, whole = Batches(network, images, labels), MiniBatch(network, count)
    loss = batches.find_gradient(chosen, 1 / count)
    whole.load(images, labels.astype(np.intp), chosen)
    assert loss == pytest.approx(whole.backpropagate())
    np.testing.assert_allclose(batches.gradient.flat, whole.gradient.flat, atol=1e-7)


def test_batches_make_their_arrays_once_for_each_size():
    images, labels = np.zeros((3000, 784), np.uint8), np.zeros(3000, np.uint8)
    batches = Batches(Network(), images, labels)
    sizes = [32, 32, 7, 32, 7]
    assert len({id(batches.load(np.arange(size))) for size in sizes}) == 2


@pytest.mark.parametrize("size", [1, 10, 32, 100, 1000])
def test_images_and_labels_are_loaded_in_the_order_they_are_chosen(digits, size):
    chosen = np.random.default_rng(0).permutation(len(digits.labels))[:size]
    batch = Batches(Network(), *digits).load(chosen)
    np.testing.assert_array_equal(batch.pixels, digits.images[chosen])
    np.testing.assert_array_equal(batch.targets.argmax(axis=1), digits.labels[chosen])
    np.testing.assert_array_equal(batch.targets.sum(axis=1), 1)


@pytest.mark.parametrize(("output", "target"), [("sigmoid", 0), ("linear", 0), ("softmax", 0.1)])
def test_an_image_that_shows_none_wants_all_outputs_low_or_equal(digits, output, target):
    network = Network(output_activation=output)
    labels = np.where(np.arange(len(digits.labels)) < 2, 10, digits.labels)
    batch = Batches(network, digits.images, labels).load(np.arange(4))
    expected = np.full((4, 10), np.float32(target))
    expected[2:] = np.eye(10)[digits.labels[2:4]]
    np.testing.assert_array_equal(batch.targets, expected)


@pytest.mark.parametrize(("activation", "output", "loss"), COMBINATIONS)
def test_mini_batch_computes_what_the_plain_network_does(activation, output, loss):
    network = small_network(activation, output, loss, hidden=(16, 16))
    inputs, _ = some_digits(32)
    batch = MiniBatch(network, 32)
    batch.pixels[:] = inputs * 255
    batch.forward()
    for layer, plain in zip(batch.layers, network.layers(inputs)[1:], strict=True):
        np.testing.assert_allclose(layer.a.T, plain, rtol=1e-5, atol=1e-6)
        np.testing.assert_array_equal(layer.outputs[-1], 1)


@pytest.mark.parametrize(("activation", "output", "loss"), COMBINATIONS)
def test_nothing_overflows(activation, output, loss):
    network = small_network(activation, output, loss)
    network.parameters *= 1e6
    inputs, targets = some_digits()
    batch = MiniBatch(network, len(inputs))
    batch.pixels[:], batch.targets[:] = inputs * 255, targets
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        network(inputs)
        with np.errstate(over="ignore"):  # of exp(-z), which becomes infinity, and σ then 0
            assert np.isfinite(batch.backpropagate())
    assert np.isfinite(batch.gradient.flat).all()


@pytest.mark.parametrize("logit", [-1e4, -50.0, 0.0, 50.0, 1e4])
def test_cross_entropies_match_their_definition(logit):
    """Against the definition in exact terms: for |z| = 1e4 the loss is |z| or 0."""
    z = np.array([[logit]])
    a, delta = np.empty_like(z), np.empty_like(z)
    with np.errstate(over="ignore"):
        sigmoid(z, a)
    loss = LOSSES["cross_entropy"]["sigmoid"].function(z, a, np.array([[1.0]]), delta)
    assert loss == pytest.approx(max(-logit, 0.0) + np.log1p(np.exp(-abs(logit))))
    assert delta[0, 0] == pytest.approx(a[0, 0] - 1)


@pytest.mark.parametrize(
    ("kind", "spread", "bias_spread"),
    [("scaled", 784**-0.5, 0), ("he", (2 / 784) ** 0.5, 0), ("normal", 1, 1)],
)
def test_initialization_has_the_documented_spread(kind, spread, bias_spread):
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
