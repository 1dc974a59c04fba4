"""Mini-batches and their parts: every image once, in its place."""

import numpy as np
import pytest

from mnist_cli.backpropagation import Gradient
from mnist_cli.loading import Loader, Part, cut
from mnist_cli.network import Network


def test_cut_by_hand():
    assert cut(70, 32, 64) == [Part(32, True, True), Part(32, True, True), Part(6, True, True)]
    assert cut(230, 130, 64) == [
        Part(43, True, False), Part(43, False, False), Part(44, False, True),
        Part(50, True, False), Part(50, False, True),
    ]  # fmt: skip


@pytest.mark.parametrize("hidden", [(16,), (100,)])  # the second is wide: parts of up to 256
@pytest.mark.parametrize("batch_size", [1, 10, 32, 64, 65, 100, 300, 1000])
def test_every_image_comes_once_and_in_order(digits, hidden, batch_size):
    network = Network(hidden)
    loader = Loader(network, batch_size, Gradient(network), np.ones((), np.float32))
    order = np.random.default_rng(0).permutation(len(digits.labels))[:1001]
    labels = digits.labels.astype(np.intp)
    seen, ends = 0, 0
    for start in range(0, len(order), loader.round_size):
        for first, last, load, parts in loader.stretches(min(loader.round_size, 1001 - start)):
            load.gather(digits.images, order[start + first : start + last])
            load.aim(labels[order[start + first : start + last]])
            for batch, part in zip(load.batches, parts, strict=True):
                chosen = order[seen : seen + part.size]
                np.testing.assert_array_equal(batch.pixels, digits.images[chosen])
                np.testing.assert_array_equal(batch.targets.argmax(axis=1), labels[chosen])
                assert part.begins == (seen % batch_size == 0)
                seen, ends = seen + part.size, ends + part.ends
    assert (seen, ends) == (1001, -(-1001 // batch_size))


def test_large_mini_batches_need_no_more_room():
    network = Network()
    loader = Loader(network, 50_000, Gradient(network), np.ones((), np.float32))
    rooms = {id(stretch.load) for stretch in loader.stretches(50_000)}
    assert len(rooms) <= 4
