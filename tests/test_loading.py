"""Mini-batches and their parts: every image once, in its place."""

import numpy as np
import pytest

from mnist_cli.backpropagation import Gradient
from mnist_cli.loading import Loader, Part, cut
from mnist_cli.network import Network


def test_cut_by_hand():
    assert list(cut(70, 32, 64)) == [Part(32, True), Part(32, True), Part(6, True)]
    assert list(cut(230, 130, 64)) == [
        Part(43, False), Part(43, False), Part(44, True), Part(50, False), Part(50, True),
    ]  # fmt: skip
    assert list(cut(0, 32, 64)) == []


@pytest.mark.parametrize("hidden", [(16,), (100,)])  # the second is wide: parts of up to 256
@pytest.mark.parametrize("batch_size", [1, 10, 32, 64, 65, 100, 300, 1000, 5000])
def test_every_image_comes_once_and_in_order(digits, hidden, batch_size):
    network = Network(hidden)
    loader = Loader(network, batch_size, Gradient(network), np.ones((), np.float32))
    order = np.random.default_rng(0).permutation(len(digits.labels))[:1001]
    labels = digits.labels.astype(np.intp)
    place = 0
    for start, stop, load in loader.stretches(len(order)):
        load.gather(digits.images, order[start:stop])
        load.aim(labels[order[start:stop]])
        for batch, ends in load.parts:
            chosen = order[place : place + len(batch.pixels)]
            np.testing.assert_array_equal(batch.pixels, digits.images[chosen])
            np.testing.assert_array_equal(batch.targets.argmax(axis=1), labels[chosen])
            place += len(chosen)
            assert ends == (place % batch_size == 0 or place == len(order))
        assert place == stop
    assert place == len(order)


def test_large_mini_batches_need_no_more_room():
    network = Network()
    loader = Loader(network, 50_000, Gradient(network), np.ones((), np.float32))
    assert len({id(stretch.load) for stretch in loader.stretches(50_000)}) <= 4
