"""The page's own backpropagation, and the sections in which one image teaches the network."""

import re

import numpy as np
import pytest
from browsing import skip_or_fail, visits, what_axe_finds
from test_report import subject, trained
from test_report_page import NETWORKS, check_parity

from mnist_cli.data.datasets import Split, load_split
from mnist_cli.network.backpropagation import MiniBatch
from mnist_cli.network.losses import LOSSES
from mnist_cli.network.network import Network, one_hot
from mnist_cli.network.parameters import by_rows, fill_by_rows
from mnist_cli.pictures.reader import Picture
from mnist_cli.prediction import UNLIKE, answer, read_pictures
from mnist_cli.report import build_page, look_at
from mnist_cli.report.packing import in_greys
from mnist_cli.report.selection import sample_rows
from mnist_cli.training.checkpoint import load_checkpoint


@pytest.fixture(scope="module", autouse=True)
def _needs_a_browser():
    skip_or_fail()


@pytest.fixture(scope="module")
def builtin_dir(large_dir):
    return large_dir


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("pages")


@pytest.fixture
def visit(browser):
    with visits(browser) as open_page:
        yield open_page


def page_of(one, path):
    path.write_bytes(build_page(one))
    return path


# -- the same arithmetic as Python's


def in_float64(network, parameters=None):
    """The network, or with the page's own parameters, which are rounded where it is large.

    In float32 the sums of 784 products alone differ by 1e-6.
    """
    twin = Network(
        network.layer_sizes[1:-1],
        activation=network.activation,
        output_activation=network.output_activation,
        loss=network.loss,
        dtype=np.float64,
    )
    twin.parameters[:] = network.parameters
    if parameters is not None:
        fill_by_rows(twin.parameters, np.array(parameters), twin.layer_sizes)
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
def test_answers_and_one_step_equal_pythons(name, visit, folder, builtin_dir):
    path = trained(folder, builtin_dir, f"{name}.npz", **NETWORKS[name])
    one = subject(path, builtin_dir)
    page = visit(page_of(one, folder / f"{name}.html"))
    check_parity(page, one)
    parameters = page.numbers("() => Array.from(mnist.state.networks[0].parameters)")
    network = in_float64(one.checkpoint.network, parameters)
    for count in (1, 10):
        activations, loss, gradient, after = numpy_learns(network, one, count, rate=0.5)
        given = [one.split.images[:count].tolist(), one.split.labels[:count].tolist(), 0.5]
        layers, page_loss, page_gradient, page_after = page.numbers(PAGE_LEARNS, given)
        for layer, expected in enumerate(activations):
            got = np.array([image[layer] for image in layers])
            np.testing.assert_allclose(got, expected, atol=1e-6 * np.abs(expected).max())
        assert page_loss == pytest.approx(loss, rel=1e-6)
        np.testing.assert_allclose(page_gradient, gradient, atol=1e-6 * np.abs(gradient).max())
        np.testing.assert_allclose(page_after, after, atol=1e-6)
        assert np.abs(gradient).max() > 0


# -- a page of built-in digits, with images to train on


@pytest.fixture(scope="module")
def learner(folder, builtin_dir):
    """A network that still makes mistakes, with 300 images to train on."""
    return page_subject(trained(folder, builtin_dir, "learner.npz", epochs=3), builtin_dir)


@pytest.fixture(scope="module")
def learner_page(learner, folder):
    return page_of(learner, folder / "learner.html")


def page_subject(path, builtin_dir):
    test = load_split("builtin", "test", builtin_dir)
    whole = load_split("builtin", "train", builtin_dir)
    training = Split(whole.images[:300], whole.labels[:300])
    return look_at(path.name, load_checkpoint(path), "builtin", test, training)


class Numbers:
    """The same network in NumPy, measured as the page measures it."""

    def __init__(self, one):
        self.one, self.network = one, in_float64(one.checkpoint.network)
        rows = sample_rows(one.split.labels, 50)
        self.images, self.labels = one.inputs[rows], one.split.labels[rows]

    def outputs(self, images):
        return self.network(np.atleast_2d(images) / 255)

    def cost(self, images, labels):
        """Σ (a - y)² for each image."""
        return ((self.outputs(images) - np.eye(10)[labels]) ** 2).sum(axis=1)

    def accuracy(self):
        return (self.outputs(self.images).argmax(axis=1) == self.labels).mean()

    def gradient(self, images, labels):
        batch = MiniBatch(self.network, len(labels))
        batch.pixels[:], batch.targets[:] = images, np.eye(10)[labels]
        batch.backpropagate()
        return batch.gradient.flat.copy()

    def mistake(self, number=0):
        row = int(self.one.mistakes[number])
        return self.one.inputs[row : row + 1], self.one.split.labels[row : row + 1]


@pytest.fixture
def numbers(learner):
    return Numbers(learner)


def greys(images):
    """Training images as the page carries them."""
    return in_greys(np.asarray(images))


def show(one, name):
    """Bring a section on the screen, as a reader does, and let it work."""
    one.page.locator(f"#{name}").scroll_into_view_if_needed()
    one.page.evaluate("(name) => document.getElementById(name).scrollIntoView()", name)
    one.frames()


def text_of(one, selector, pattern):
    """Wait for a text; return the numbers in it."""
    found = []

    def is_there():
        text = (one.page.text_content(selector) or "").replace("−", "-").replace(",", "")
        found[:] = re.findall(pattern, text)
        return bool(found)

    one.wait(is_there)
    return [float(number) for number in np.ravel(found[0])]


def parameters_of(one):
    return np.array(one.numbers("() => Array.from(mnist.state.network.parameters)"))


def take_mistake(one):
    one.page.click("#step-mistake")
    one.wait(lambda: one.page.inner_text("#step-about").endswith("wrong."))


# -- cost


def test_cost_of_a_known_digit(visit, learner_page, numbers):
    one = visit(learner_page)
    show(one, "step")
    take_mistake(one)
    show(one, "cost")
    image, [label] = numbers.mistake()
    outputs = numbers.outputs(image)[0]
    expected = (outputs - np.eye(10)[label]) ** 2
    cells = one.page.locator("#cost-table tbody td:last-child").all_inner_texts()
    np.testing.assert_allclose([float(cell) for cell in cells], expected, atol=6e-5)
    total = one.page.locator("#cost-table tfoot td").last.inner_text()
    assert float(total) == pytest.approx(sum(map(float, cells)), abs=1e-9)  # as shown
    verdict = one.page.inner_text("#cost-verdict")
    assert verdict.endswith(f"Wrong: read as {outputs.argmax()}, it is a {label}.")
    average, right = text_of(one, "#cost-average", r"cost: ([\d.]+).*?\((\d+) of 500")
    costs = numbers.cost(numbers.images, numbers.labels)
    assert average == pytest.approx(costs.mean(), abs=6e-5)
    assert right / 500 == pytest.approx(numbers.accuracy())
    [loss] = text_of(one, "#cost-relation", r"here (\d+\.\d+)")
    assert loss == pytest.approx(costs.mean() / 2, abs=6e-5)  # half, as the terminal counts


def test_half_of_the_cost_is_the_loss_of_evaluate(learner):
    """The page's sentence is true: the loss of the whole program is half of Σ (a - y)²."""
    targets = np.eye(10)[learner.split.labels]
    cost = ((learner.measured.outputs - targets) ** 2).sum(axis=1).mean()
    assert learner.measured.loss == pytest.approx(cost / 2, rel=1e-5)


@pytest.mark.parametrize("how", ["mouse", "keyboard", "touch"])
def test_a_drawing_gets_its_label_from_the_reader(how, visit, learner_page):
    one = visit(learner_page, has_touch=True)
    one.page.evaluate("() => { mnist.state.setLabel(null); }")
    show(one, "cost")
    assert one.page.inner_text("#cost-verdict").startswith("Say which digit it is")
    press(one, how, '[aria-label="It is a 4"]')
    one.frames()
    assert "it is a 4." in one.page.inner_text("#cost-verdict")
    pressed = one.page.locator('#cost-labels [aria-pressed="true"]').all_inner_texts()
    assert pressed == ["4"]


def press(one, how, selector):
    if how == "mouse":
        one.page.click(selector)
    elif how == "touch":
        one.page.tap(selector)
    else:
        one.wait(lambda: one.page.is_enabled(selector))  # a click waits for that by itself
        one.page.focus(selector)
        one.page.keyboard.press("Enter")


def test_an_empty_pad_has_no_cost(visit, learner_page):
    one = visit(learner_page)
    one.page.click("#pad-clear")
    show(one, "cost")
    assert "empty" in one.page.inner_text("#cost-verdict")
    assert one.page.locator("#cost-labels button:enabled").count() == 0


def test_cross_entropy_says_what_it_is(visit, folder, builtin_dir):
    softmax = {"output_activation": "softmax", "loss": "cross_entropy", "epochs": 1}
    one = subject(trained(folder, builtin_dir, "softmax.npz", **softmax), builtin_dir)
    seen = visit(page_of(one, folder / "softmax.html"))
    show(seen, "cost")
    [cost] = text_of(seen, "#cost-relation", r"cross-entropy here (\d+\.\d+)")
    rows = sample_rows(one.split.labels, 50)
    chosen = one.measured.outputs[rows, one.split.labels[rows]]
    assert cost == pytest.approx(-np.log(chosen).mean(), abs=1e-3)
    heads = seen.page.locator("#cost-table thead th").all_inner_texts()
    assert heads[-2:] == ["(a − y)²", "cross-entropy"]


def test_nothing_is_computed_before_it_is_seen(visit, learner_page):
    one = visit(learner_page, viewport={"width": 1280, "height": 700})
    one.page.wait_for_timeout(300)
    assert one.page.evaluate("() => mnist.state.testSample.prepared.size") == 0
    assert one.page.text_content("#cost-average") == ""
    show(one, "cost")
    text_of(one, "#cost-average", r"cost: ([\d.]+)")


# -- one step


@pytest.mark.parametrize("how", ["mouse", "keyboard", "touch"])
def test_one_step_from_one_image(how, visit, learner_page, numbers):
    one = visit(learner_page, has_touch=True)
    show(one, "step")
    take_mistake(one)
    press(one, how, "#step-go")
    one.wait(lambda: "The accuracy" in one.page.inner_text("#step-finding"))
    image, label = numbers.mistake()
    costs, shares = [numbers.cost(image, label)[0]], [numbers.accuracy()]
    numbers.network.parameters -= 3 * numbers.gradient(image, label)
    costs.append(numbers.cost(image, label)[0])
    shares.append(numbers.accuracy())
    expected = by_rows(numbers.network.parameters, numbers.network.layer_sizes)
    np.testing.assert_allclose(parameters_of(one), expected, atol=1e-6)
    table = one.page.locator("#step-table tbody tr").all_inner_texts()
    cells = [row.split("\t")[1:] for row in table]
    np.testing.assert_allclose([float(cell) for cell in cells[0]], costs, atol=6e-5)
    shown = [float(cell.strip("%")) for cell in cells[3]]
    np.testing.assert_allclose(shown, 100 * np.array(shares), atol=0.06)
    press(one, how, "#step-restore")
    one.wait(lambda: one.page.evaluate("() => mnist.state.isOwn"))
    one.wait(lambda: one.page.is_disabled("#step-restore"))


def test_eta_by_keyboard_makes_the_step_longer(visit, learner_page):
    one = visit(learner_page)
    show(one, "step")
    take_mistake(one)
    one.page.focus("#step-rate")
    one.page.keyboard.press("ArrowRight")
    assert one.page.get_attribute("#step-rate", "aria-valuetext") == "10"
    before = parameters_of(one)
    one.page.click("#step-go")
    one.wait(lambda: "The accuracy" in one.page.inner_text("#step-finding"))
    long = np.abs(parameters_of(one) - before).max()
    one.page.click("#step-restore")
    one.page.focus("#step-rate")
    for _ in range(2):
        one.page.keyboard.press("ArrowLeft")
    one.page.click("#step-go")
    one.wait(lambda: not one.page.evaluate("() => mnist.state.isOwn"))
    assert np.abs(parameters_of(one) - before).max() == pytest.approx(long / 10, rel=1e-3)


@pytest.mark.parametrize(("choice", "start", "count"), [("10", 10, 10), ("300", 0, 300)])
def test_a_step_of_many_images(choice, start, count, visit, learner_page, learner, numbers):
    """The second step takes the second mini-batch; all of them are always the same."""
    one = visit(learner_page)
    show(one, "step")
    one.page.select_option("#step-from", choice)
    one.page.click("#step-go")
    one.wait(lambda: "The accuracy" in one.page.inner_text("#step-finding"))
    before = parameters_of(one)
    one.page.click("#step-go")
    one.wait(lambda: "2 steps" in one.page.inner_text("#step-table"))
    network = numbers.network
    fill_by_rows(network.parameters, before, network.layer_sizes)
    images = greys(learner.training.images)[start : start + count]
    gradient = numbers.gradient(images, learner.training.labels[start : start + count])
    moved = (before - parameters_of(one)) / 3
    expected = by_rows(gradient, network.layer_sizes)
    np.testing.assert_allclose(moved, expected, atol=2e-6)  # float32 parameters, rounded twice


def test_every_mistake_made_right(visit, learner_page, learner, numbers):
    """The finding: each mistake can be made right in a few steps, at a price."""
    one = visit(learner_page)
    show(one, "step")
    one.page.click("#step-try")
    pattern = r"(\d+) of (\d+) mistakes? became right.*The median: ([\d.]+) steps?"
    pattern += r" and an accuracy of ([\d.]+)% afterwards ([\d.]+)% before"
    right, tried, steps, after, before = text_of(one, "#step-tried", pattern)
    start = numbers.network.parameters.copy()
    found = []
    for number in range(int(tried)):
        numbers.network.parameters[:] = start
        image, label = numbers.mistake(number)
        for step in range(51):
            if numbers.outputs(image).argmax() == label[0]:
                found.append((step, numbers.accuracy()))
                break
            numbers.network.parameters -= 3 * numbers.gradient(image, label)
    numbers.network.parameters[:] = start
    assert (tried, right) == (min(24, len(learner.mistakes)), len(found))
    assert steps == np.median([step for step, _ in found])
    assert after == pytest.approx(100 * np.median([share for _, share in found]), abs=0.06)
    assert before == pytest.approx(100 * numbers.accuracy(), abs=0.06)


def test_directions_of_few_and_of_all(visit, learner_page, learner, numbers):
    one = visit(learner_page)
    show(one, "step")
    one.page.click("#step-compare")
    shown = text_of(
        one, "#step-angles-text", r"(\d+)° for 1 image (\d+)° for 10 images (\d+)° for 100 images"
    )
    images, labels = greys(learner.training.images), learner.training.labels
    whole = numbers.gradient(images, labels)
    for angle, size in zip(shown, (1, 10, 100), strict=True):
        found = []
        for start in range(0, min(100 * size, 300), size):
            part = numbers.gradient(images[start : start + size], labels[start : start + size])
            cosine = part @ whole / np.linalg.norm(part) / np.linalg.norm(whole)
            found.append(np.degrees(np.arccos(cosine)))
        assert angle == pytest.approx(np.median(found), abs=0.6)
    assert one.page.locator("#step-angles figure").count() == 3


def test_the_board_shows_the_next_step(visit, learner_page):
    one = visit(learner_page)
    show(one, "step")
    take_mistake(one)
    one.page.click("#step-board")
    one.wait(lambda: "next step" in one.page.text_content("#board-caption"))
    one.page.click("#step-board")
    one.wait(lambda: "next step" not in one.page.text_content("#board-caption"))


def test_backward_pulse_gets_errors_and_gradients(visit, learner_page, numbers):
    """What the board shows of the way back is what NumPy computes."""
    one = visit(learner_page)
    code = """([image, label]) => {
      const { network, backward } = mnist.state;
      const { deltas, gradients } = backward(network, Uint8Array.from(image), label);
      return [deltas.map((one) => Array.from(one)), gradients.map((one) => Array.from(one))];
    }"""
    image, [label] = numbers.mistake()
    deltas, gradients = one.page.evaluate(code, [image[0].tolist(), int(label)])
    numbers.gradient(image, [label])
    batch = MiniBatch(numbers.network, 1)
    batch.pixels[:], batch.targets[:] = image, np.eye(10)[[label]]
    batch.backpropagate()
    for got, layer in zip(deltas[1:], batch.layers[1:], strict=True):
        np.testing.assert_allclose(got, layer.delta[:, 0], atol=1e-9)
    for got, expected in zip(gradients, batch.gradient.weights, strict=True):
        np.testing.assert_allclose(got, expected.ravel(), atol=1e-7)


# -- downhill


def test_downhill_and_back_to_the_trained_network(visit, learner_page, numbers):
    one = visit(learner_page)
    show(one, "downhill")
    one.wait(lambda: one.page.is_enabled("#downhill-place"))
    pattern = r"At t = 0.50: average cost ([\d.]+).*?\((\d+)"
    one.page.focus("#downhill-place")
    for _ in range(10):
        one.page.keyboard.press("ArrowRight")
    cost, right = text_of(one, "#downhill-text", pattern)
    network = numbers.network
    gradient = numbers.gradient(numbers.images, numbers.labels)
    reach = 0.05 * np.linalg.norm(network.parameters)
    network.parameters -= 0.5 * reach * gradient / np.linalg.norm(gradient)
    assert cost == pytest.approx(numbers.cost(numbers.images, numbers.labels).mean(), abs=6e-5)
    assert right / 500 == pytest.approx(numbers.accuracy(), abs=0.003)
    expected = by_rows(network.parameters, network.layer_sizes)
    np.testing.assert_allclose(parameters_of(one), expected, atol=1e-6)
    lines = one.page.locator("#downhill-chart polyline").all()
    assert [len(line.get_attribute("points").split()) for line in lines] == [41, 41]
    one.page.click("#downhill-restore")
    one.frames()
    assert one.page.evaluate("() => mnist.state.isOwn")
    text_of(one, "#downhill-text", r"At t = 0.00: average cost ([\d.]+)")
    assert one.page.input_value("#downhill-place") == "0"
    assert one.page.is_enabled("#downhill-place")
    one.page.fill("#downhill-place", "0.5")  # at once, as with the mouse
    assert text_of(one, "#downhill-text", pattern) == [cost, right]
    np.testing.assert_allclose(parameters_of(one), expected, atol=1e-6)


def test_downhill_begins_again_where_one_stands(visit, learner_page):
    one = visit(learner_page)
    show(one, "downhill")
    one.wait(lambda: one.page.is_enabled("#downhill-place"))
    one.page.fill("#downhill-place", "0.25")
    [there] = text_of(one, "#downhill-text", r"At t = 0.25: average cost ([\d.]+)")
    one.page.click("#downhill-measure")
    [here] = text_of(one, "#downhill-text", r"At t = 0.00: average cost ([\d.]+)")
    assert here == there
    one.wait(lambda: one.page.is_enabled("#downhill-place"))
    one.page.evaluate("() => mnist.state.restoreNetwork()")
    one.frames()
    assert "take the gradient again" in one.page.inner_text("#downhill-text")
    assert one.page.is_disabled("#downhill-place")


# -- the ideal digit, and noise


@pytest.mark.parametrize(("how", "digit"), [("mouse", 3), ("keyboard", 7), ("touch", 0)])
def test_the_ideal_digit_is_one_to_the_network(how, digit, visit, learner_page, numbers):
    one = visit(learner_page, has_touch=True, reduced_motion="reduce")
    show(one, "ideal")
    press(one, how, f'[aria-label="Draw me a {digit}"]')
    answer, score = text_of(one, "#ideal-text", r"reads a (\d) with score (\d\.\d+)")
    press(one, how, "#ideal-load")
    assert one.answer == str(digit)
    image = np.array(one.image(), np.uint8)
    outputs = numbers.outputs(image)[0]
    assert (answer, digit) == (outputs.argmax(), outputs.argmax())
    assert score == pytest.approx(outputs[digit], abs=6e-4)
    assert score > 0.5


def test_the_doubt_about_the_ideal_digit_is_pythons(visit, learner_page, learner):
    one = visit(learner_page, reduced_motion="reduce")
    show(one, "ideal")
    one.page.click('[aria-label="Draw me a 5"]')
    text_of(one, "#ideal-text", r"with score (\d\.\d+)")
    text = one.page.inner_text("#ideal-text")
    one.page.click("#ideal-load")
    one.frames()
    picture = Picture(np.array(one.image(), np.uint8), (), (0, 0, 28, 28), {})
    [told] = read_pictures(learner.checkpoint, [picture])
    assert (UNLIKE in told.warnings) == ("The page doubts it" in text)


def test_steps_that_were_far_too_long_leave_nothing_to_learn(visit, folder, builtin_dir):
    settings = {"learning_rate": 300, "epochs": 1}
    one = subject(trained(folder, builtin_dir, "far.npz", **settings), builtin_dir)
    seen = visit(page_of(one, folder / "far.html"), reduced_motion="reduce")
    show(seen, "ideal")
    missing = next(digit for digit in range(10) if digit not in one.answers)
    seen.page.click(f'[aria-label="Draw me a {missing}"]')
    text_of(seen, "#ideal-text", f"does not get to a ({missing})")
    assert "no doubt" not in seen.page.inner_text("#ideal-text")
    show(seen, "step")
    seen.page.click("#step-mistake")
    seen.page.click("#step-go")
    seen.page.wait_for_selector("#step-scale >> text=0, or nearly so")


def test_an_ideal_digit_of_features_cannot_go_on_the_pad(visit, folder, builtin_dir):
    settings = {"preprocessing": "directions", "epochs": 1}
    one = subject(trained(folder, builtin_dir, "directions.npz", **settings), builtin_dir)
    seen = visit(page_of(one, folder / "directions.html"), reduced_motion="reduce")
    show(seen, "ideal")
    assert "cannot go on the pad" in seen.page.inner_text("#ideal-note")
    assert not seen.page.is_visible("#ideal-load")
    seen.page.click('[aria-label="Draw me a 1"]')
    text_of(seen, "#ideal-text", r"After (\d+) step")


def test_noise_and_the_doubt(visit, learner_page, learner):
    one = visit(learner_page)
    show(one, "break_it")
    one.page.click("#noise-try")
    pattern = r"is sure of (\d+).*rejects (\d+) of them (\d+) of those"
    sure, rejected, both = text_of(one, "#noise-text", pattern)
    assert 0 <= both <= min(sure, rejected) <= 1000
    one.page.click("#noise-load")
    one.frames()
    picture = Picture(np.array(one.image(), np.uint8), (), (0, 0, 28, 28), {})
    [told] = read_pictures(learner.checkpoint, [picture])
    assert one.answer == str(told.digit)
    alone = answer(learner.checkpoint, picture.image[None]).confidences.max()
    assert (alone >= 0.8) == (sure > 0)  # it is the surest of all, before the warning lowers that
    assert (UNLIKE in told.warnings) or rejected < 1000


# -- linear


def test_linear_layers_are_multiplied_out(visit, folder, builtin_dir):
    settings = {"activation": "linear", "hidden_sizes": (12, 8), "epochs": 1}
    one = subject(trained(folder, builtin_dir, "linear.npz", **settings), builtin_dir)
    seen = visit(page_of(one, folder / "linear.html"))
    show(seen, "linear")
    seen.page.click("#linear-multiply")
    [apart] = text_of(seen, "#linear-text", r"500 test images is ([\de.-]+):")
    assert 0 < apart < 1e-10
    assert seen.page.locator("#linear-pictures canvas").count() == 10
    code = "() => Array.from(mnist.multipliedOut(mnist.state.network).parameters)"
    got = np.array(seen.page.evaluate(code))
    network = in_float64(one.checkpoint.network)
    product = np.linalg.multi_dot(network.weights)
    np.testing.assert_allclose(got[:7840].reshape(784, 10), product, atol=1e-12)
    at_zero = network.logits(np.zeros((1, 784)))[0]
    np.testing.assert_allclose(got[7840:], at_zero, atol=1e-12)


def test_other_networks_are_not_multiplied_out(visit, learner_page):
    one = visit(learner_page)
    assert not one.page.is_visible("#linear")
    assert not one.page.is_visible('a[href="#linear"]')


# -- for everybody


def use_everything(one):
    show(one, "step")
    take_mistake(one)
    one.page.click("#step-go")
    one.page.click("#step-compare")
    text_of(one, "#step-angles-text", r"(\d+)° for 1 image")
    show(one, "downhill")
    one.wait(lambda: one.page.is_enabled("#downhill-place"))
    show(one, "ideal")
    one.page.click('[aria-label="Draw me a 8"]')
    text_of(one, "#ideal-text", r"After (\d+) step")


def test_axe_finds_nothing_in_use(visit, learner_page):
    forms = [
        (320, {}),
        (390, {"color_scheme": "dark"}),
        (1280, {"forced_colors": "active"}),
        (1920, {}),
    ]
    wishes = [
        {"viewport": {"width": width, "height": 900}, "reduced_motion": "reduce", **settings}
        for width, settings in forms
    ]
    one = visit(learner_page, **wishes[0])
    use_everything(one)
    for wish in wishes:
        one.become(**wish)
        width = wish["viewport"]["width"]
        assert one.page.evaluate("document.documentElement.scrollWidth") <= width
        for name in ("cost", "step", "downhill", "ideal"):
            assert clipped(one, name) == [], name
        found = what_axe_finds(
            one.page, "#cost", "#step", "#downhill", "#ideal", contrast=width < 1920
        )
        assert found == []


def clipped(one, name):
    """What stands out of the section on the right."""
    code = """(name) => {
      const section = document.getElementById(name);
      const edge = section.getBoundingClientRect().right + 0.5;
      return [...section.querySelectorAll("*")]
        .filter((one) => !one.closest("svg") && one.getBoundingClientRect().right > edge)
        .map((one) => one.id || one.className || one.tagName);
    }"""
    return one.page.evaluate(code, name)


def test_a_loss_that_the_page_cannot_compute(visit, folder, builtin_dir, monkeypatch):
    """A loss that was added in Python alone: the page says so, and all the rest works."""
    monkeypatch.setitem(LOSSES, "other", LOSSES["mse"])
    one = subject(trained(folder, builtin_dir, "other.npz", loss="other", epochs=1), builtin_dir)
    seen = visit(page_of(one, folder / "other.html"))
    for name in ("cost", "step", "downhill", "ideal"):
        assert "cannot compute the loss" in seen.page.inner_text(f"#{name}")
    assert seen.answer.isdigit()


def test_paper_has_only_what_was_tried(visit, learner_page):
    one = visit(learner_page, reduced_motion="reduce")
    one.page.emulate_media(media="print")
    assert one.page.is_visible("#cost-table")
    for name in ("step", "ideal", "downhill"):
        assert not one.page.is_visible(f"#{name}"), name
    one.page.emulate_media(media="screen")
    use_everything(one)
    one.page.emulate_media(media="print")
    for name in ("step-table", "step-changes", "step-angles", "ideal-image", "downhill-chart"):
        assert one.page.is_visible(f"#{name}"), name
    assert not one.page.is_visible("#step-tried")
    controls = (
        "#cost button, #step button, #step select, #step input, #ideal button, #downhill input"
    )
    assert one.page.locator(f":is({controls}):visible").count() == 0
