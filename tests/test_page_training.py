"""Training in the browser: the same arithmetic as Python's, and the controls."""

import numpy as np
import pytest
from browsing import Visit, chromium, skip_or_fail
from test_report import trained

from mnist_cli.config.settings import TrainingConfig
from mnist_cli.data.datasets import Split, load_split
from mnist_cli.network.parameters import by_rows
from mnist_cli.report import build_page, look_at
from mnist_cli.report.packing import in_greys
from mnist_cli.training.checkpoint import load_checkpoint
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
