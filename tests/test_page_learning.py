"""The page's own backpropagation, and the sections in which one image teaches the network."""

import numpy as np
import pytest
from browsing import Visit, chromium, skip_or_fail
from test_report import subject, trained
from test_report_page import NETWORKS

from mnist_cli.network.backpropagation import MiniBatch
from mnist_cli.network.network import Network, one_hot
from mnist_cli.network.parameters import by_rows, fill_by_rows
from mnist_cli.report import build_page


@pytest.fixture(scope="module", autouse=True)
def _needs_a_browser():
    skip_or_fail()


@pytest.fixture(scope="module")
def browser(_needs_a_browser):
    with chromium() as running:
        yield running


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("pages")


@pytest.fixture
def visit(browser):
    """Open a page; in the end it must have said nothing and asked for nothing but itself."""
    visits = []

    def open_page(path, **context):
        visits.append(Visit(browser, path, **context))
        return visits[-1]

    yield open_page
    for one in visits:
        assert one.messages == []
        assert [url for url in one.requests if not url.startswith("blob:")] == [one.url]
        one.context.close()


def page_of(one, path):
    path.write_bytes(build_page(one))
    return path


# -- the same arithmetic as Python's


def in_float64(network, parameters):
    """The network with the page's parameters, which are rounded where it is large.

    In float32 the sums of 784 products alone differ by 1e-6.
    """
    twin = Network(
        network.layer_sizes[1:-1],
        activation=network.activation,
        output_activation=network.output_activation,
        loss=network.loss,
        dtype=np.float64,
    )
    fill_by_rows(twin.parameters, np.array(parameters), twin.layer_sizes)
    np.testing.assert_allclose(twin.parameters, network.parameters, atol=1e-5)
    return twin


def numpy_learns(network, one, count, rate):
    """Layers, mean loss, gradient and one step of the first test images, by NumPy."""
    batch = MiniBatch(network, count)
    batch.pixels[:], batch.targets[:] = one.inputs[:count], one_hot(one.split.labels[:count])
    with np.errstate(over="ignore"):
        loss = batch.backpropagate() / count
    gradient = by_rows(batch.gradient.flat, network.layer_sizes)
    parameters = by_rows(network.parameters, network.layer_sizes)
    activations = [layer.a.T for layer in batch.layers]
    return activations, loss, gradient, parameters - rate * gradient


PAGE_LEARNS = """([images, labels, rate]) => {
  const network = mnist.state.networks[0];
  const seen = images.map((image) => network.seen(Uint8Array.from(image)));
  const { gradient, loss } = mnist.backpropagate(network, seen, labels);
  const layers = seen.map((image) => network.layers(image).a.slice(1).map((a) => Array.from(a)));
  const after = mnist.moved(network, gradient.vector, -rate).parameters;
  return [layers, loss, Array.from(gradient.vector), Array.from(after)];
}"""


@pytest.mark.parametrize("name", NETWORKS)
def test_one_step_equals_numpys(name, visit, folder, builtin_dir):
    path = trained(folder, builtin_dir, f"{name}.npz", **NETWORKS[name])
    one = subject(path, builtin_dir)
    page = visit(page_of(one, folder / f"{name}.html")).page
    parameters = page.evaluate("() => Array.from(mnist.state.networks[0].parameters)")
    network = in_float64(one.checkpoint.network, parameters)
    for count in (1, 10):
        activations, loss, gradient, after = numpy_learns(network, one, count, rate=0.5)
        given = [one.split.images[:count].tolist(), one.split.labels[:count].tolist(), 0.5]
        layers, page_loss, page_gradient, page_after = page.evaluate(PAGE_LEARNS, given)
        for layer, expected in enumerate(activations):
            got = np.array([image[layer] for image in layers])
            np.testing.assert_allclose(got, expected, atol=1e-6 * np.abs(expected).max())
        assert page_loss == pytest.approx(loss, rel=1e-6)
        np.testing.assert_allclose(page_gradient, gradient, atol=1e-6 * np.abs(gradient).max())
        np.testing.assert_allclose(page_after, after, atol=1e-6)
        assert np.abs(gradient).max() > 0
