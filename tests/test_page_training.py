"""Training in the browser: the same arithmetic as Python's, and the controls."""

import numpy as np
import pytest
from browsing import Visit, chromium, skip_or_fail
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
def browser(_needs_a_browser):
    with chromium() as running:
        yield running


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
    """Open the page; in the end it must have said nothing and asked for nothing but itself."""
    visits = []

    def open_page(path=page_path, **context):
        visits.append(Visit(browser, path, **context))
        return visits[-1]

    yield open_page
    for one in visits:
        assert one.messages == []
        assert [url for url in one.requests if not url.startswith("blob:")] == [one.url]
        one.context.close()


# -- the same numbers as Python's


@pytest.mark.parametrize("seeds", [(0, 0), (1, 7), (4_294_967_295, 100_000)])
def test_random_numbers_are_numpys(seeds, visit):
    told = visit().page.evaluate(
        """(seeds) => {
          const [normal, order] = [0, 1].map(() => new mnist.Generator(seeds));
          const normals = Array.from({ length: 30000 }, () => normal.normal());
          return [normals, ...[2000, 7, 1].map((count) => [...order.permutation(count)])];
        }""",
        list(seeds),
    )
    normals, *orders = told
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
    told = visit(page).page.evaluate(TWO_EPOCHS, settings)
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
    """Wait until the work is done and its result is said."""
    one.wait(lambda: "read right" in one.page.inner_text("#train-status"))
    one.frames()


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
    own = one.page.evaluate(ON_BOARD)
    one.page.click("#train-play")
    assert one.page.inner_text("#train-play") == "Pause"
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
    assert one.page.evaluate(ON_BOARD) == own
    assert one.page.evaluate(IS_OWN)
    one.page.click("#train-step")  # it goes on where it was
    one.wait(lambda: steps(one) == paused + 1)


def test_the_accuracy_is_that_of_numpy(visit, builtin_dir):
    one = at_training(visit)
    one.page.click("#train-epoch")
    at_rest(one)
    assert steps(one) == 200
    network = Run.start(TrainingConfig()).network
    fill_by_rows(network.parameters, np.array(one.page.evaluate(ON_BOARD)), network.layer_sizes)
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
    learned = one.page.evaluate(ON_BOARD)
    one.page.click("#train-rewind")
    at_rest(one)
    assert np.array_equal(np.float32(one.page.evaluate(ON_BOARD)), first_parameters(0))
    one.page.click("#train-epoch")
    one.wait(lambda: steps(one) == 200)
    at_rest(one)
    assert one.page.evaluate(ON_BOARD) == learned
    one.page.click("#train-seed")
    one.wait(lambda: "Seed 1, 0 epochs" in one.page.inner_text("#train-status"))
    assert np.array_equal(np.float32(one.page.evaluate(ON_BOARD)), first_parameters(1))
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


def test_a_rate_too_large_learns_nothing(visit):
    one = at_training(visit)
    one.page.click("text=η too large")
    one.page.click("#train-epoch")
    at_rest(one)
    assert float(one.page.inner_text("#train-accuracy").rstrip("%")) < 25


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
    one.wait(lambda: "2 steps" in one.page.inner_text("#train-dock-text"))
    one.page.click("#train-dock-restore")
    assert one.page.is_hidden("#train-dock")


def test_without_training_images_the_page_says_so(visit, folder, page_path, builtin_dir):
    page = folder / "no-training.html"
    page.write_bytes(build_page(subject(page_path.with_suffix(".npz"), builtin_dir)))
    one = at_training(visit, path=page)
    assert one.page.is_visible("#train-missing")
    assert one.page.is_hidden("#train-bench")
