"""The built-in digits: reproducible, varied, and normalised like MNIST."""

import numpy as np
import pytest

from mnist_cli.data.builtin import strokes as builtin_strokes
from mnist_cli.data.builtin.doodles import NOTHING
from mnist_cli.data.builtin.drawing import BLOCK, BOX, Bytes, Dice, draw_batches, draw_digits
from mnist_cli.data.builtin.printed import PRINTED
from mnist_cli.data.builtin.styles import OWN_STYLE, SPREADS, Style
from mnist_cli.data.builtin.world import BUILTIN, RARE, RARER, Handwriting


@pytest.fixture(scope="module")
def digits() -> tuple[Bytes, Bytes]:
    """Two thousand digits of the training stream."""
    return draw_digits(2000)


def test_shapes_and_types(digits: tuple[Bytes, Bytes]) -> None:
    images, labels = digits
    assert images.shape == (2000, 784) and images.dtype == np.uint8
    assert labels.shape == (2000,) and labels.dtype == np.uint8


@pytest.mark.parametrize("count", [1, BLOCK - 1, BLOCK, BLOCK + 1])
def test_fewer_digits_are_the_first_of_more(digits: tuple[Bytes, Bytes], count: int) -> None:
    images, labels = draw_digits(count)
    np.testing.assert_array_equal(images, digits[0][:count])
    np.testing.assert_array_equal(labels, digits[1][:count])


def test_batches_are_the_digits_in_order(digits: tuple[Bytes, Bytes]) -> None:
    batches = list(draw_batches(BLOCK + 7))
    assert [len(labels) for _, labels in batches] == [BLOCK, 7]
    np.testing.assert_array_equal(
        np.concatenate([images for images, _ in batches]), digits[0][: BLOCK + 7]
    )


@pytest.mark.parametrize("other", [{"stream": 1}, {"seed": 1}])
def test_other_streams_and_seeds_share_no_image(
    digits: tuple[Bytes, Bytes], other: dict[str, int]
) -> None:
    together = np.concatenate([digits[0], draw_digits(2000, **other)[0]])
    assert len(np.unique(together, axis=0)) == 4000


def test_every_label_is_drawn_about_as_often(digits: tuple[Bytes, Bytes]) -> None:
    counts = np.bincount(digits[1], minlength=10)
    assert counts.min() > 140 and counts.max() < 260 and len(counts) == 10


def test_the_centre_of_mass_is_in_the_middle(digits: tuple[Bytes, Bytes]) -> None:
    ink = digits[0].reshape(-1, 28, 28).astype(float)
    mass = ink.sum(axis=(1, 2))
    for axis in (1, 2):
        balance = ink.sum(axis=axis) @ np.arange(28) / mass
        assert np.abs(balance - 14).max() < 1


def test_the_ink_fills_a_box_of_20_pixels(digits: tuple[Bytes, Bytes]) -> None:
    ink = digits[0].reshape(-1, 28, 28)
    sides = []
    for axis in (1, 2):
        seen = ink.max(axis=axis) > 0
        sides.append(28 - seen.argmax(axis=1) - seen[:, ::-1].argmax(axis=1))
    longest = np.maximum(*sides)
    assert longest.max() <= BOX
    assert (longest >= BOX - 2).mean() > 0.98


def test_the_darkest_pixel_is_full_ink(digits: tuple[Bytes, Bytes]) -> None:
    assert (digits[0].max(axis=1) == 255).all()


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"count": 0}, "count must be at least 1, got 0"),
        ({"count": 5, "seed": -1}, "seed must be at least 0, got -1"),
        ({"count": 5, "stream": -2}, "stream must be at least 0, got -2"),
    ],
)
def test_invalid_arguments_are_refused(arguments: dict[str, int], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        draw_digits(**arguments)
    with pytest.raises(ValueError, match=message):
        draw_batches(**arguments)


def test_random_numbers_never_change() -> None:
    """PCG64 and SeedSequence never change, so these numbers never do."""
    dice = Dice(0, 0, 0)
    np.testing.assert_array_equal(dice.uniform(2), [0.6369616873214543, 0.2697867137638703])
    np.testing.assert_array_equal(
        dice.bell(2), np.array([0.4208553433418274, -2.7010700702667236], np.float32)
    )


def test_bell_numbers_are_bell_shaped() -> None:
    numbers = Dice(3, 0, 0).bell(100_000)
    assert abs(numbers.mean()) < 0.02 and abs(numbers.std() - 1) < 0.02
    assert np.abs(numbers).max() < 3.5


@pytest.mark.parametrize("handwriting", [BUILTIN, PRINTED, NOTHING])
def test_the_table_of_styles_is_sound(handwriting: Handwriting) -> None:
    styles, spreads = handwriting.styles, handwriting.spreads
    assert {style.digit for style in styles} == set(range(10))
    assert len({(style.digit, style.name) for style in styles}) == len(styles)
    assert all(spread.writer >= 0 and spread.sample >= 0 for spread in spreads.values())
    assert set(spreads) == set(SPREADS)
    assert 0 <= OWN_STYLE <= 1


@pytest.mark.parametrize(
    "style",
    [*BUILTIN.styles, *RARER, *PRINTED.styles, *NOTHING.styles],
    ids=lambda style: f"{style.digit} {style.name}",
)
def test_strokes_begin_and_end_where_the_table_says(style: Style) -> None:
    skeleton = builtin_strokes.build_skeleton(style)
    # Whatever the points, their weights add up to 1: a moved letter is the same letter.
    np.testing.assert_allclose(skeleton.places.sum(axis=1), 1, atol=1e-6)
    lines = builtin_strokes.parse_strokes(style)
    way = np.sum([np.subtract(line[-1], line[0]) for line in lines], axis=0)
    np.testing.assert_allclose((skeleton.steps @ skeleton.points).sum(axis=0), way, atol=1e-5)


def test_shares_add_up_for_each_digit() -> None:
    styles = (Style(1, "a", 1, ""), Style(7, "b", 1, ""), Style(1, "c", 3, ""))
    chances = builtin_strokes.cumulate_shares(styles)
    np.testing.assert_array_equal(chances[[1, 7]], [[0.25, 0.25, 1], [0, 1, 1]])


def test_a_style_without_a_share_is_refused() -> None:
    with pytest.raises(ValueError, match="style 4 crooked: the share must be above 0"):
        builtin_strokes.cumulate_shares((Style(4, "crooked", 0, ""),))


@pytest.mark.parametrize("handwriting", [RARE, PRINTED, NOTHING])
def test_added_digits_come_as_often_as_their_weights_say(handwriting: Handwriting) -> None:
    counts = np.bincount(draw_digits(5000, stream=2, handwriting=handwriting)[1], minlength=10)
    shares = np.array(handwriting.weights) / sum(handwriting.weights)
    deviation = np.sqrt(5000 * shares * (1 - shares))
    assert (np.abs(counts - 5000 * shares) <= 4 * deviation).all()
    assert {style.digit for style in handwriting.styles} == set(np.flatnonzero(handwriting.weights))


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "two or more points"),
        ("10,10", "two or more points"),
        ("10,10 20,20 | 5", "two or more points"),
        ("10,10 20,x", "must be numbers"),
        ("10,10 10,10", "too short"),
        ("0,0 100,100 | 0,0 0,0.1", "too short"),
    ],
)
def test_a_style_that_cannot_be_drawn_is_named(text: str, message: str) -> None:
    with pytest.raises(ValueError, match=f"style 4 crooked.*{message}"):
        builtin_strokes.build_skeleton(Style(4, "crooked", 1, text))
