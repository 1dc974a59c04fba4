"""Arrays given from Python: what is taken, and what is refused in one line."""

import pickle
from pathlib import Path

import numpy as np
import pytest

from mnist_cli.data.arrays import as_images, as_labels
from mnist_cli.data.datasets import Split, load_split, part_of
from mnist_cli.data.prepared import load_prepared
from mnist_cli.data.preprocessing import preprocess
from mnist_cli.data.provision import provide
from mnist_cli.data.registry import dataset_folder
from mnist_cli.errors import InputError, MnistError
from mnist_cli.network.network import Network

BYTES = np.arange(3 * 784, dtype=np.int64).astype(np.uint8).reshape(3, 784)
FLOATS = BYTES / 255


@pytest.mark.parametrize("dtype", [np.float16, np.float32, np.float64])
def test_floats_become_the_bytes_that_they_were(dtype):
    if dtype == np.float16:
        assert np.abs(as_images(FLOATS.astype(dtype)).astype(int) - BYTES).max() <= 1
    else:
        np.testing.assert_array_equal(as_images(FLOATS.astype(dtype)), BYTES)


@pytest.mark.parametrize("shape", [(3, 28, 28), (3, 784)])
@pytest.mark.parametrize("images", [BYTES, FLOATS, FLOATS.tolist()], ids=["uint8", "float", "list"])
def test_every_form_gives_the_same_rows(images, shape):
    np.testing.assert_array_equal(as_images(np.reshape(images, shape)), BYTES)


@pytest.mark.parametrize("shape", [(28, 28), (784,)])
def test_one_image_is_one_row(shape):
    np.testing.assert_array_equal(as_images(BYTES[0].reshape(shape)), BYTES[:1])


def test_bytes_are_not_copied():
    assert np.shares_memory(as_images(BYTES.reshape(3, 28, 28)), BYTES)


def test_a_scaler_may_leave_the_range_by_its_rounding():
    assert as_images(np.full((1, 784), 1 + 1e-7)).max() == 255


def nan():
    images = FLOATS.copy()
    images[1, 5] = np.nan
    return images


@pytest.mark.parametrize(
    ("images", "message"),
    [
        (BYTES.astype(float), "floats must be from 0 to 1, got 0 to 255; divide"),
        (FLOATS - 0.5, "from 0 to 1, got -0.5 to"),
        (nan(), "must be finite, got NaN or infinity"),
        (np.full((1, 784), np.inf), "must be finite, got NaN or infinity"),
        (BYTES.astype(int), "got int64; convert"),
        (BYTES > 5, "got bool"),
        (FLOATS.astype(complex), "got complex128"),
        (FLOATS.astype(str), "must be numbers, got text; give one path at a time"),
        (["a.png", "b.png"], "must be numbers, got text; give one path at a time"),
        ([Path("a.png"), Path("b.png")], "must be numbers, got text; give one path at a time"),
        (Split(BYTES, BYTES[0, :3]), "must be an array, got a Split; give split.images"),
        (FLOATS.astype(object), "got object"),
        (BYTES[:, :783], r"must be \(28, 28\), \(n, 28, 28\) or \(n, 784\), got \(3, 783\)"),
        (BYTES.T, r"got \(784, 3\)"),
        (BYTES.reshape(3, 28, 28, 1), r"got \(3, 28, 28, 1\)"),
        (np.uint8(3), r"got \(\)"),
        ([[1.0], [1.0, 2.0]], "rows of different lengths"),
    ],
)
def test_other_images_are_refused(images, message):
    with pytest.raises(InputError, match=message):
        as_images(images)


@pytest.mark.parametrize("labels", [[7, 0, 9], [7.0, 0.0, 9.0], np.array([7, 0, 9], np.int8)])
def test_whole_numbers_are_labels(labels):
    assert as_labels(labels).tolist() == [7, 0, 9]
    assert as_labels(labels).dtype == np.uint8


@pytest.mark.parametrize(
    ("labels", "message"),
    [
        ([3, 10], "from 0 to 9, got 10"),
        ([3, -1], "got -1"),
        ([3, 256], "got 256"),
        ([3.5], "got 3.5"),
        ([np.nan], "got nan"),
        (["7"], "got <U1; convert"),
        (Split(BYTES, BYTES[0, :3]), "must be an array, got a Split; give split.labels"),
        ([True], "got bool"),
        ([[1, 2]], r"must be \(n,\), got \(1, 2\)"),
        (np.eye(10), r"got \(10, 10\)"),
        (3, r"got \(\)"),
    ],
)
def test_other_labels_are_refused(labels, message):
    with pytest.raises(InputError, match=message):
        as_labels(labels)


def test_a_split_has_a_label_for_every_image():
    split = Split.of(FLOATS.reshape(3, 28, 28), [1, 2, 3])
    np.testing.assert_array_equal(split.pixels, BYTES.reshape(3, 28, 28))
    assert repr(split) == "Split(3 images)"
    with pytest.raises(InputError, match="3 images and 2 labels"):
        Split.of(BYTES, [1, 2])
    with pytest.raises(InputError, match="got 0 images"):
        Split.of(BYTES[:0], [])


@pytest.mark.parametrize(
    "rows", [slice(2), [0, 1], np.array([0, 1]), np.array([True, True, False])], ids=str
)
def test_rows_of_a_split_are_a_split(rows):
    """A slice was one of the pair: two of (images, labels), which is everything."""
    split = Split.of(BYTES, [1, 2, 3])
    images, labels = split[rows]
    np.testing.assert_array_equal(images, BYTES[:2])
    assert labels.tolist() == [1, 2]
    assert (len(split), len(split[rows]), len(split[:0])) == (3, 2, 0)
    assert len(pickle.loads(pickle.dumps(split))) == 3


@pytest.mark.parametrize("rows", [0, np.int64(1), "images", (0, 1), np.zeros((3, 784), bool)])
def test_other_rows_are_refused(rows):
    with pytest.raises(InputError, match=r"Split: rows must be a slice or an array \(n,\), got"):
        Split.of(BYTES, [1, 2, 3])[rows]


@pytest.mark.parametrize(
    "load",
    [
        lambda folder: load_split("builtin", "tset", folder),
        lambda folder: load_prepared("builtin", "tset", folder),
        lambda _: part_of("tset", 10, 1),
    ],
)
def test_an_unknown_split_is_refused(load, builtin_dir):
    with pytest.raises(InputError, match="split: must be one of train, validation, test, got 't"):
        load(builtin_dir)


@pytest.mark.parametrize(
    "load",
    [
        lambda folder: load_split("minst", "test", folder),
        lambda folder: dataset_folder("minst", folder),
        lambda folder: provide("minst", folder),
    ],
)
def test_an_unknown_data_set_is_refused(load, builtin_dir):
    with pytest.raises(
        InputError, match=r"dataset: must be one of .*mnist, .*builtin, .*got 'minst'"
    ):
        load(builtin_dir)


@pytest.mark.parametrize(
    ("inputs", "message"),
    [
        (BYTES, r"must be floats \(n, 784\) from 0 to 1, got uint8"),
        (BYTES.astype(int), "got int64"),
        (FLOATS.reshape(3, 28, 28), r"of \(3, 28, 28\)"),
        (FLOATS[0], r"of \(784,\)"),
        (nan(), "got NaN or infinity"),
    ],
)
@pytest.mark.parametrize("method", ["layers", "logits", "__call__"])
def test_a_network_takes_inputs_only(method, inputs, message):
    with pytest.raises(InputError, match=message):
        getattr(Network(), method)(inputs)


def test_preprocessing_refuses_with_a_mnist_error():
    with pytest.raises(MnistError, match="one of none, deskew"):
        preprocess(BYTES, "sharpen")
