"""What the lessons look at: δ, places, angles and products, against differences and by hand."""

from itertools import pairwise

import numpy as np
import pytest

from mnist_cli.network.gradient_check import central_differences, in_float64
from mnist_cli.network.imagining import imagine
from mnist_cli.network.inspection import inspect, mean_sizes, multiplied_out, wishes
from mnist_cli.network.metrics import angle
from mnist_cli.network.network import Network, one_hot, to_inputs
from mnist_cli.network.one_neuron import walk_downhill
from mnist_cli.network.parameters import Place, place_of


def make(hidden=(16, 16), **kinds):
    network = Network(hidden, **kinds)
    network.initialize(np.random.default_rng(3))
    return network


KINDS = [
    {},
    {"activation": "tanh", "output_activation": "softmax", "loss": "cross_entropy"},
    {"hidden": ()},
]


@pytest.mark.parametrize("kinds", KINDS)
def test_the_gradient_of_an_inspection_is_that_of_central_differences(digits, kinds):
    network = make(**kinds)
    images, labels = digits[:5]
    seen = inspect(network, images, labels)
    size = network.parameters.size
    chosen = [int(np.abs(seen.gradient.flat).argmax()), 0, size // 2, size - 1]
    slopes = central_differences(network, images, one_hot(labels, np.float64), chosen)
    np.testing.assert_allclose(seen.gradient.flat[chosen], slopes, rtol=1e-3, atol=1e-6)


@pytest.mark.parametrize("kinds", KINDS)
def test_wishes_are_slopes_along_the_activations(digits, kinds):
    """What the first layer wants of the pixels, against differences of the loss."""
    network = in_float64(make(**kinds))
    image, label = digits.images[:1].astype(float), digits.labels[:1]
    wanted = wishes(network, inspect(network, image, label), 0)[0]
    pixel = int(np.abs(wanted).argmax())
    losses = []
    for way in (1, -1):
        moved = image.copy()
        moved[0, pixel] += way * 255e-5
        losses.append(inspect(network, moved, label).loss)
    assert wanted[pixel] == pytest.approx(-(losses[0] - losses[1]) / 2e-5, rel=1e-4)


def test_activations_are_those_of_the_network(digits):
    network = make()
    seen = inspect(network, *digits[:4])
    for mine, theirs in zip(
        seen.activations, network.layers(to_inputs(digits.images[:4])), strict=True
    ):
        np.testing.assert_allclose(mine, theirs, atol=1e-6)


def test_the_last_delta_by_hand(digits):
    network = make()
    seen = inspect(network, *digits[:1])
    a, y = seen.activations[-1][0], one_hot(digits.labels[:1])[0]
    np.testing.assert_allclose(seen.deltas[-1][0], (a - y) * a * (1 - a), rtol=1e-5)


def test_every_number_of_the_flat_vector_has_its_place():
    network = make((3, 2))
    network.parameters[:] = np.arange(network.parameters.size)
    for index in range(network.parameters.size):
        layer, neuron, source = place_of(index, network.layer_sizes)
        if source is None:
            assert network.biases[layer][neuron] == index
        else:
            assert network.weights[layer][source, neuron] == index
    assert place_of(784, network.layer_sizes) == Place(0, 0, None)
    with pytest.raises(IndexError):
        place_of(network.parameters.size, network.layer_sizes)


@pytest.mark.parametrize(
    ("a", "b", "degrees"), [([1, 0], [0, 2], 90), ([1, 0], [3, 3], 45), ([1], [-4], 180)]
)
def test_angles(a, b, degrees):
    assert angle(np.array(a), np.array(b)) == pytest.approx(degrees)
    assert angle(np.array(a), np.zeros(len(a))) == 90


def test_linear_layers_are_worth_the_product_of_their_matrices(digits):
    network = make(activation="linear", output_activation="linear")
    weights, biases = multiplied_out(network)
    inputs = to_inputs(digits.images[:50])
    np.testing.assert_allclose(inputs @ weights + biases, network(inputs), atol=1e-5)


def test_mean_sizes_by_hand(digits):
    seen = inspect(make(), *digits[:1])
    w, b = np.abs(seen.gradient.weights[0]), np.abs(seen.gradient.biases[0])
    assert mean_sizes(seen.gradient)[0] == pytest.approx((w.sum() + b.sum()) / 12_560, rel=1e-5)


def test_one_neuron_walks_to_the_line_through_the_points():
    x = np.array([-1.0, 0.0, 1.0])
    walk = list(walk_downhill(x, 2 * x + 1, 0.3, 50))
    assert (walk[0].w, walk[0].b, walk[0].cost) == (0, 0, pytest.approx(11 / 3))
    assert walk[1].w == pytest.approx(0.3 * 8 / 3)  # -∂C/∂w = mean of 2 (2x + 1) x = 8/3
    assert walk[1].b == pytest.approx(0.3 * 2)
    assert (walk[-1].w, walk[-1].b) == (pytest.approx(2), pytest.approx(1))
    assert all(b.cost < a.cost for a, b in pairwise(walk[:20]))


def test_imagining_changes_the_pixels_and_not_the_network(digits):
    network = make()
    before = network.parameters.copy()
    start = np.random.default_rng(0).random(784, np.float32)
    imagined = imagine(network, 3, start, enough=0.9)
    assert imagined.after == pytest.approx(float(network(imagined.image[None])[0, 3]))
    assert imagined.after > imagined.before
    assert 0 <= imagined.image.min() <= imagined.image.max() <= 1
    np.testing.assert_array_equal(network.parameters, before)
    assert imagine(network, 3, start, enough=2, most=3).steps == 3
