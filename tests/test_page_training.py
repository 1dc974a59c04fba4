"""Training in the browser: the same arithmetic as Python's, and the controls."""

import numpy as np
import pytest
from browsing import skip_or_fail, visits, what_axe_finds
from test_report import subject, trained

from mnist_cli.config.settings import TrainingConfig
from mnist_cli.data.datasets import Split, load_split
from mnist_cli.network.parameters import by_rows, fill_by_rows
from mnist_cli.report import build_page, look_at
from mnist_cli.report.packing import in_greys
from mnist_cli.training.checkpoint import load_checkpoint
from mnist_cli.training.evaluation import measure
from mnist_cli.training.loop import epoch_order, train
from mnist_cli.training.run import Run

# The lectures' network, and one with all that differs from it.
SETTINGS = {
    "sigmoid": {"epochs": 4},
    "relu": {
        "hidden_sizes": (20, 8),
        "activation": "relu",
        "output_activation": "softmax",
        "loss": "cross_entropy",
        "initialization": "he",
    },
    "normal": {"initialization": "normal", "batch_size": 48, "seed": 4_294_967_295},
}


@pytest.fixture(scope="module", autouse=True)
def _needs_a_browser():
    skip_or_fail()


@pytest.fixture(scope="module")
def builtin_dir(large_dir):
    return large_dir


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("pages")


@pytest.fixture(scope="module")
def training(builtin_dir):
    return load_split("builtin", "train", builtin_dir, 500)


@pytest.fixture(scope="module")
def page_of(folder, builtin_dir, training):
    """Make the page of a network that was trained with such settings."""

    def make(name, **settings):
        path = trained(folder, builtin_dir, f"{name}.npz", **{"epochs": 1, **settings})
        test = load_split("builtin", "test", builtin_dir)
        one = look_at(path.name, load_checkpoint(path), "builtin", test, training)
        page = folder / f"{name}.html"
        page.write_bytes(build_page(one))
        return page

    return make


@pytest.fixture(scope="module")
def page_path(page_of):
    return page_of("lectures", **SETTINGS["sigmoid"])


@pytest.fixture
def visit(browser, page_path):
    with visits(browser) as open_page:
        yield lambda path=page_path, **context: open_page(path, **context)


# -- the same numbers as Python's


SEEDS = [(0, 0), (1, 7), (4_294_967_295, 100_000)]


@pytest.fixture(scope="module")
def drawn_in_page(browser, page_path):
    """For some seeds, normal numbers and orders of the page's generator."""
    code = """(all) => all.map((seeds) => {
      const [normal, order] = [0, 1].map(() => new mnist.Generator(seeds));
      const normals = Array.from({ length: 30000 }, () => normal.normal());
      return [normals, ...[2000, 7, 1].map((count) => [...order.permutation(count)])];
    })"""
    with visits(browser) as open_page:
        return dict(zip(SEEDS, open_page(page_path).numbers(code, SEEDS), strict=True))


@pytest.mark.parametrize("seeds", SEEDS)
def test_random_numbers_are_numpys(seeds, drawn_in_page):
    normals, *orders = drawn_in_page[seeds]
    expected = np.random.default_rng(seeds).normal(size=30_000)
    assert np.array_equal(np.float32(normals), np.float32(expected))
    assert np.abs(expected).max() > 3.66  # beyond the last layer, too
    rng = np.random.default_rng(seeds)
    for order in orders:
        assert order == rng.permutation(len(order)).tolist()


TWO_EPOCHS = """(settings) => {
  const { data, own } = mnist.state;
  const { start } = data.sections.train;
  const training = new mnist.Training(own[0].facts, mnist.trainingImages(data), start);
  const first = [...training.network.parameters];
  const orders = [[...training.order]];
  while (training.epoch < 2) {
    for (const pause of training.step(settings)) continue;
    if (training.epoch === 1) orders[1] ??= [...training.order];
  }
  return { first, orders, last: [...training.network.parameters], loss: training.takeLoss() };
}"""


@pytest.mark.parametrize("name", SETTINGS)
def test_two_epochs_equal_pythons(name, page_of, visit, training):
    page = page_of(name, **SETTINGS[name])
    config = TrainingConfig(**{**SETTINGS[name], "epochs": 2, "schedule": "constant"})
    settings = {"learningRate": config.learning_rate, "batchSize": config.batch_size}
    told = visit(page).numbers(TWO_EPOCHS, settings)
    few = Split(in_greys(training.images[:2000]), training.labels[:2000])
    run = Run.start(config)
    sizes, count = run.network.layer_sizes, len(few)
    assert np.array_equal(np.float32(told["first"]), by_rows(run.network.parameters, sizes))
    assert told["orders"] == [epoch_order(config.seed, n, count).tolist() for n in (1, 2)]
    losses = [result.loss for result in train(run, few)]
    difference = np.abs(np.array(told["last"]) - by_rows(run.network.parameters, sizes)).max()
    assert difference < 1e-4
    assert told["loss"] == pytest.approx(np.mean(losses), abs=1e-5)


# -- the controls

ON_BOARD = "() => [...mnist.state.network.parameters]"
IS_OWN = "() => mnist.state.isOwn"


def at_training(visit, **context):
    one = visit(**context)
    one.page.locator("#train").scroll_into_view_if_needed()
    return one


def steps(one):
    return int(one.page.inner_text("#train-steps").replace(",", ""))


def at_rest(one):
    """Wait until the work is done and the result of its last step is said."""
    one.wait(lambda: has_result_of(one.page.inner_text("#train-status"), steps(one)))
    one.frames()


def has_result_of(text, count):
    """Whether a text tells how many images are read right after so many steps."""
    return f" {count:,} step" in text and "read right" in text


def first_parameters(seed):
    config = TrainingConfig(seed=seed)
    network = Run.start(config).network
    return by_rows(network.parameters, network.layer_sizes)


def test_nothing_is_trained_before_somebody_asks(visit):
    one = at_training(visit)
    assert steps(one) == 0
    assert one.page.locator("#train-weights button").count() == 0
    assert one.page.evaluate(IS_OWN)
    assert one.page.is_disabled("#train-restore")


def test_play_pause_and_restore_with_the_mouse(visit):
    one = at_training(visit)
    own = one.numbers(ON_BOARD)
    one.page.click("#train-play")
    one.wait(lambda: one.page.inner_text("#train-play") == "Pause")
    one.wait(lambda: steps(one) > 400)
    one.page.click("#train-play")
    at_rest(one)
    assert one.page.inner_text("#train-play") == "Play"
    assert float(one.page.inner_text("#train-loss")) < 0.4
    assert float(one.page.inner_text("#train-accuracy").rstrip("%")) > 40
    assert one.page.evaluate("() => mnist.state.title").startswith("In training")
    assert one.page.locator("#train-weights button").count() == 16
    paused = steps(one)
    one.frames()
    assert steps(one) == paused
    one.page.click("#train-restore")
    assert one.numbers(ON_BOARD) == own
    assert one.page.evaluate(IS_OWN)
    one.page.click("#train-step")  # it goes on where it was
    one.wait(lambda: steps(one) == paused + 1)


def test_the_accuracy_is_that_of_numpy(visit, builtin_dir):
    one = at_training(visit)
    one.page.click("#train-epoch")
    at_rest(one)
    assert steps(one) == 200
    network = Run.start(TrainingConfig()).network
    fill_by_rows(network.parameters, np.array(one.numbers(ON_BOARD)), network.layer_sizes)
    rows = one.page.evaluate("() => mnist.state.data.sample.map((i) => mnist.state.rows[i])")
    measured = measure(network, load_split("builtin", "test", builtin_dir)[rows])
    assert one.page.inner_text("#train-accuracy") == f"{100 * measured.accuracy:.1f}%"


def test_one_step_by_keyboard(visit):
    one = at_training(visit)
    one.page.focus("#train-step")
    for count in (1, 2, 3):
        one.page.keyboard.press("Enter")
        one.wait(lambda count=count: steps(one) == count)
    at_rest(one)
    assert "3 steps" in one.page.inner_text("#train-status")


def test_no_step_is_lost_however_fast_one_clicks(visit):
    one = at_training(visit)
    one.page.evaluate(
        "() => { for (let i = 0; i < 7; i++) document.getElementById('train-step').click(); }"
    )
    one.wait(lambda: steps(one) == 7)


def test_one_epoch_by_touch(visit):
    one = at_training(visit, has_touch=True, viewport={"width": 390, "height": 844})
    one.page.tap("#train-epoch")
    at_rest(one)
    assert one.page.inner_text("#train-progress") == "1.00"
    assert one.page.locator("#train-curves polyline").count() == 2


def test_rewind_and_another_seed(visit):
    one = at_training(visit)
    one.page.click("#train-epoch")
    at_rest(one)
    learned = one.numbers(ON_BOARD)
    one.page.click("#train-rewind")
    at_rest(one)
    assert np.array_equal(np.float32(one.numbers(ON_BOARD)), first_parameters(0))
    one.page.click("#train-epoch")
    one.wait(lambda: steps(one) == 200)
    at_rest(one)
    assert one.numbers(ON_BOARD) == learned
    one.page.click("#train-seed")
    one.wait(lambda: "Seed 1, 0 epochs" in one.page.inner_text("#train-status"))
    assert np.array_equal(np.float32(one.numbers(ON_BOARD)), first_parameters(1))
    assert one.page.locator(".run-legend li").count() == 3


def test_presets_say_why(visit):
    one = at_training(visit)
    chosen = "#train-presets [aria-pressed=true]"
    assert one.page.inner_text(chosen) == "Good"
    rate, batch = "#train-rate + output", "#train-batch + output"
    assert (one.page.inner_text(rate), one.page.inner_text(batch)) == ("3", "10")
    reasons = set()
    for name in ("η too small", "η too large", "Batch too small", "Batch too large"):
        one.page.click(f"#train-presets >> text={name}")
        assert one.page.inner_text(chosen) == name
        reasons.add(one.page.inner_text("#train-reason"))
    assert len(reasons) == 4
    assert one.page.inner_text(batch) == "2,000"
    one.page.focus("#train-batch")
    one.page.keyboard.press("ArrowLeft")
    assert one.page.inner_text(batch) == "1,000"
    assert one.page.locator(chosen).count() == 0


def test_presets_say_where_the_gradient_vanishes(visit, page_of):
    one = at_training(lambda **context: visit(page_of("deep", hidden_sizes=(8,) * 5), **context))
    assert "vanishes" in one.page.inner_text("#train-reason")
    one.page.select_option("#train-activation", "relu")
    assert "vanishes" not in one.page.inner_text("#train-reason")


def test_a_rate_too_large_learns_nothing(visit):
    one = at_training(visit)
    one.page.click("text=η too large")
    one.page.click("#train-epoch")
    at_rest(one)
    assert float(one.page.inner_text("#train-accuracy").rstrip("%")) < 25


def test_steps_that_lead_out_of_all_numbers_stop(visit, page_of):
    settings = {"activation": "linear", "output_activation": "linear"}
    one = at_training(visit, path=page_of("linear", **settings))
    own = one.numbers(ON_BOARD)
    one.page.focus("#train-rate")
    one.page.keyboard.press("End")
    one.page.click("#train-play")
    one.wait(lambda: "no longer a finite number" in one.page.inner_text("#train-status"))
    one.wait(lambda: one.page.inner_text("#train-play") == "Play")
    one.page.click("#train-restore")
    assert one.numbers(ON_BOARD) == own


def test_no_walk_downhill_where_the_cost_overflows(visit, page_of):
    """Outputs of 1e155 or so: their squares are no finite number, the gradient still is one."""
    settings = {"activation": "linear", "output_activation": "linear"}
    one = visit(page_of("linear", **settings))
    one.page.evaluate("""() => {
      const { facts, parameters } = mnist.state.network;
      const large = Float64Array.from(parameters, (value) => 1e52 * value);
      mnist.state.setNetwork(new mnist.Network(facts, large), "Large");
    }""")
    one.page.locator("#downhill").scroll_into_view_if_needed()
    one.wait(lambda: "not a number" in one.page.inner_text("#downhill-text"))
    assert one.page.is_disabled("#downhill-place")


def test_another_activation_is_another_network(visit):
    one = at_training(visit)
    one.page.select_option("#train-activation", "relu")
    assert one.page.inner_text("#train-rate + output") == "0.3"
    one.page.click("#train-step")
    at_rest(one)
    assert one.page.evaluate("() => mnist.state.network.facts.activation") == "relu"


def test_a_hidden_page_does_not_train(visit):
    one = at_training(visit)
    one.page.click("#train-play")
    one.wait(lambda: steps(one) > 0)
    one.page.evaluate(
        """() => {
          Object.defineProperty(document, "hidden", { value: true });
          document.dispatchEvent(new Event("visibilitychange"));
        }"""
    )
    at_rest(one)
    assert one.page.inner_text("#train-play") == "Play"


def test_a_strip_stays_in_sight(visit):
    one = at_training(visit)
    one.page.click("#train-step")
    at_rest(one)
    assert one.page.is_hidden("#train-dock")
    one.page.evaluate("() => scrollTo(0, 0)")
    one.wait(lambda: one.page.is_visible("#train-dock"))
    one.page.click("#train-dock-step")
    one.wait(lambda: one.page.inner_text("#train-dock-text") == "Epoch 0.01")
    one.page.click("#train-dock-restore")
    assert one.page.is_hidden("#train-dock")


def test_without_training_images_the_page_says_so(visit, folder, page_path, builtin_dir):
    page = folder / "no-training.html"
    page.write_bytes(build_page(subject(page_path.with_suffix(".npz"), builtin_dir)))
    one = at_training(visit, path=page)
    assert one.page.is_visible("#train-missing")
    assert one.page.is_hidden("#train-bench")


# -- by hand


def at_hand(visit, layer, number, **context):
    one = visit(**context)
    one.page.evaluate("(chosen) => mnist.state.select(...chosen)", [layer, number])
    one.page.evaluate("() => document.getElementById('by_hand').scrollIntoView()")
    chosen = ("#hand-layer", str(layer)), ("#hand-number", str(number))
    one.wait(lambda: all(one.page.input_value(select) == value for select, value in chosen))
    one.wait(lambda: one.page.inner_text("#hand-accuracy") != "–")
    return one


def on_board(one):
    """Weights and biases of the network on the board, as NumPy's arrays."""
    network = Run.start(TrainingConfig()).network
    fill_by_rows(network.parameters, np.array(one.numbers(ON_BOARD)), network.layer_sizes)
    return network


def check_measured(one, builtin_dir):
    """The accuracy that the page shows is that of the changed network."""
    rows = one.page.evaluate("() => mnist.state.data.sample.map((i) => mnist.state.rows[i])")
    accuracy = measure(on_board(one), load_split("builtin", "test", builtin_dir)[rows]).accuracy
    one.wait(lambda: f"{100 * accuracy:.1f}% now" in one.page.inner_text("#hand-result"))
    assert one.page.inner_text("#hand-accuracy") == f"{100 * accuracy:.1f}%"


def number_after(text, sign):
    return float(text.split(sign)[1].split()[0].rstrip(",").replace("−", "-"))


def test_the_bias_by_keyboard(visit, builtin_dir):
    one = at_hand(visit, 3, 3)
    own = one.numbers(ON_BOARD)
    one.page.focus("#hand-threshold")
    one.page.keyboard.press("End")
    one.frames()
    bias = on_board(one).biases[2][3]
    assert bias < -1
    assert one.page.inner_text("#hand-threshold + output") == f"{-bias:+.2f}"
    z = one.page.evaluate("() => mnist.state.answers[0].z[2][3]")
    assert number_after(one.page.inner_text("#hand-sum"), "a = σ(z) = ") == pytest.approx(
        1 / (1 + np.exp(-z)), abs=0.006
    )
    check_measured(one, builtin_dir)
    assert one.page.inner_text("#hand-fires") == "0%"
    one.page.click("#hand-restore")
    assert one.numbers(ON_BOARD) == own


def test_the_threshold_with_the_mouse(visit, builtin_dir):
    one = at_hand(visit, 1, 2)
    plot = one.page.locator(".line-plot")
    box = plot.bounding_box()
    middle = box["y"] + box["height"] / 2
    one.page.mouse.move(box["x"] + box["width"] / 2, middle)
    one.page.mouse.down()
    one.page.mouse.move(box["x"] + 0.75 * box["width"], middle, steps=5)
    one.page.mouse.up()
    one.frames()
    reach = float(one.page.inner_text(".line-end >> nth=1"))
    assert -on_board(one).biases[0][2] == pytest.approx(reach / 2, rel=0.02)
    check_measured(one, builtin_dir)


def test_the_threshold_by_touch(visit):
    one = at_hand(visit, 2, 0, has_touch=True, viewport={"width": 390, "height": 844})
    box = one.page.locator(".line-plot").bounding_box()
    one.page.touchscreen.tap(box["x"] + 0.25 * box["width"], box["y"] + 20)
    one.frames()
    reach = float(one.page.inner_text(".line-end >> nth=1"))
    assert on_board(one).biases[1][0] == pytest.approx(reach / 2, rel=0.03)


def test_the_weight_of_an_edge(visit, builtin_dir):
    one = at_hand(visit, 2, 5)
    assert one.page.is_hidden("#hand-pixels")
    one.page.select_option("#hand-from", index=7)
    one.page.focus("#hand-weight")
    one.page.keyboard.press("Home")
    one.frames()
    changed = on_board(one)
    assert changed.weights[1][7, 5] == changed.weights[1][:, 5].min() < 0
    product = one.page.evaluate("() => mnist.state.answers[0].a[1][7]") * changed.weights[1][7, 5]
    told = number_after(one.page.inner_text("#hand-chosen"), "w·a = ")
    assert told == pytest.approx(product, abs=0.006)
    check_measured(one, builtin_dir)


def test_weights_are_painted_with_the_mouse(visit, builtin_dir):
    one = at_hand(visit, 1, 4)
    strength = np.abs(on_board(one).weights[0][:, 4]).max()
    one.page.click("#hand-clear")
    one.frames()
    assert not on_board(one).weights[0][:, 4].any()
    box = one.page.locator("#hand-pad").bounding_box()
    for tool, row in (("Paint +", 8), ("Paint −", 12)):
        one.page.click(f"text={tool}")
        y = box["y"] + (row + 0.5) * box["height"] / 28
        one.page.mouse.move(box["x"] + 10.5 * box["width"] / 28, y)
        one.page.mouse.down()
        one.page.mouse.move(box["x"] + 17.5 * box["width"] / 28, y, steps=14)
        one.page.mouse.up()
    one.frames()
    expected = np.zeros((28, 28), np.float32)
    expected[7:10, 9:19], expected[11:14, 9:19] = strength, -strength
    np.testing.assert_array_equal(on_board(one).weights[0][:, 4].reshape(28, 28), expected)
    check_measured(one, builtin_dir)


def test_weights_are_painted_by_keyboard(visit):
    one = at_hand(visit, 1, 0)
    one.page.click("#hand-clear")
    one.page.click("text=Paint +")
    one.page.focus("#hand-pad")
    for key in ("ArrowRight", "ArrowRight", "ArrowUp", " "):
        one.page.keyboard.press(key)
    one.frames()
    painted = np.argwhere(on_board(one).weights[0][:, 0].reshape(28, 28) > 0)
    assert painted.min(axis=0).tolist() == [12, 15]
    assert painted.max(axis=0).tolist() == [14, 17]
    assert one.page.inner_text("#hand-chosen").startswith("Pixel in row 14, column 17: w = +")


def test_weights_are_painted_with_a_finger(visit):
    one = at_hand(visit, 1, 0, has_touch=True, viewport={"width": 390, "height": 844})
    one.page.tap("#hand-bar")
    one.frames()
    bar = np.sign(on_board(one).weights[0][:, 0].reshape(28, 28))
    assert (bar[8, 9:19] == 1).all()
    assert (bar[5] == -1).any()
    assert not bar[14:].any()
    one.page.tap("text=Paint 0")
    one.page.locator("#hand-pad").scroll_into_view_if_needed()
    box = one.page.locator("#hand-pad").bounding_box()
    one.page.touchscreen.tap(
        box["x"] + 13.5 * box["width"] / 28, box["y"] + 8.5 * box["height"] / 28
    )
    one.frames()
    assert not on_board(one).weights[0][:, 0].reshape(28, 28)[7:10, 12:15].any()


# -- for everybody


TOO_WIDE = """() => {
  const parts = [...document.querySelectorAll("#train *, #by_hand *")];
  return parts.filter((part) => part.getBoundingClientRect().right > innerWidth).map(String);
}"""


def test_axe_finds_nothing(visit):
    one = at_training(visit, viewport={"width": 320, "height": 900})
    one.page.click("#train-step")
    at_rest(one)
    one.page.evaluate("() => document.getElementById('by_hand').scrollIntoView()")
    one.wait(lambda: one.page.inner_text("#hand-accuracy") != "–")
    for width, scheme in ((320, "light"), (320, "dark"), (1920, "light"), (1920, "dark")):
        one.become(viewport={"width": width, "height": 900}, color_scheme=scheme)
        assert what_axe_finds(one.page, "#train", "#by_hand", contrast=width < 1920) == []
        assert one.page.evaluate(TOO_WIDE) == []
