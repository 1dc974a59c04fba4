"""The report's page in a real browser: what it answers, how it is used, what it never does."""

import base64
import re
from functools import partial
from io import BytesIO

import numpy as np
import pytest
from browsing import Visit, skip_or_fail, visits, what_axe_finds
from test_report import added_section, subject, trained

from mnist_cli.data.datasets import Split, load_split
from mnist_cli.data.preprocessing import PREPROCESSINGS, preprocess
from mnist_cli.network.activations import ACTIVATIONS
from mnist_cli.network.losses import OUTPUT_ACTIVATIONS
from mnist_cli.pictures.reader import Picture, read_picture
from mnist_cli.prediction import UNLIKE, answer, read_pictures, settled
from mnist_cli.report import build_page, look_at
from mnist_cli.report.twins import page_activations
from mnist_cli.training.checkpoint import load_checkpoint
from mnist_cli.training.outliers import compare

SEVEN = [(0.25, 0.2), (0.75, 0.2), (0.45, 0.85)]
ONE = [(0.5, 0.12), (0.5, 0.88)]
PAD = 64  # pixels of the pad
NETWORKS = {
    "sigmoid": {},
    "tanh softmax": {
        "activation": "tanh",
        "output_activation": "softmax",
        "loss": "cross_entropy",
        "hidden_sizes": (12,),
    },
    "relu linear": {
        "activation": "relu",
        "output_activation": "linear",
        "hidden_sizes": (20, 8, 5),
    },
    "leaky relu": {"activation": "leaky_relu", "epochs": 1},
    "gelu": {"activation": "gelu", "epochs": 1},
    "linear": {"activation": "linear"},
    "wide": {"hidden_sizes": (300,), "activation": "relu", "epochs": 1},
    "no hidden layer": {"hidden_sizes": (), "epochs": 1},
}


@pytest.fixture(scope="module", autouse=True)
def _needs_a_browser():
    skip_or_fail()


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("pages")


@pytest.fixture(scope="module")
def checkpoint(folder, builtin_dir):
    return trained(folder, builtin_dir, epochs=12)


@pytest.fixture(scope="module")
def page_path(folder, checkpoint, builtin_dir):
    path = folder / "report.html"
    path.write_bytes(build_page(subject(checkpoint, builtin_dir)))
    return path


@pytest.fixture
def visit(browser, page_path):
    with visits(browser) as open_page:
        yield lambda path=page_path, **context: open_page(path, **context)


@pytest.fixture(scope="module")
def kept(browser, page_path):
    """A page that stays open, in a tab of its own."""
    one = Visit(browser, page_path)
    yield one
    one.context.close()


@pytest.fixture
def pad(kept):
    """An empty pad, for what is drawn on it, and for functions that change nothing."""
    kept.page.click("#pad-clear")
    kept.page.fill("#pad-brush", kept.page.get_attribute("#pad-brush", "value"))
    yield kept
    assert kept.messages == []
    assert {url for url in kept.requests if not url.startswith("blob:")} == {kept.url}


def png_of(visit):
    """The drawing as the page saves it."""
    url = visit.page.evaluate("() => mnist.pad.picture().toDataURL()")
    return base64.b64decode(url.split(",")[1])


def check_like_predict(visit, checkpoint):
    """The page's image and answer are those of `mnist predict` on the saved PNG."""
    loaded = load_checkpoint(checkpoint)
    (picture,) = settled(loaded, [read_picture(BytesIO(png_of(visit)))])
    difference = np.abs(picture.image.astype(int) - visit.image())
    assert difference.max() <= 1
    told = read_pictures(loaded, [picture])[0]
    assert visit.answer == str(told.digit)
    doubts = visit.page.locator(".doubts").first.inner_text()
    assert (UNLIKE in doubts) == (UNLIKE in told.warnings)
    return told


def put(visit, *strokes):
    """Put strokes on the pad as the mouse does, but read the drawing once, when all are there."""
    code = """([strokes, side]) => {
      for (const points of strokes) {
        const [first, ...others] = points.map((point) => point.map((place) => place * side));
        mnist.pad.startStroke(first);
        others.forEach((point) => mnist.pad.extend(point));
      }
      return mnist.pad.strokes.length;
    }"""
    assert visit.page.evaluate(code, [strokes, PAD]) == len(strokes)
    visit.frames()


def draw(visit, points, steps=4):
    """Draw a line through some places of the pad, with the mouse."""
    mouse, count = visit.page.mouse, "() => mnist.pad.strokes.length"
    before = visit.page.evaluate(count)
    mouse.move(*visit.point(*points[0]))
    mouse.down()
    for point in points[1:]:
        mouse.move(*visit.point(*point), steps=steps)
    mouse.up()
    visit.frames()
    assert visit.page.evaluate(count) == before + 1


# -- the same answers as Python


def scores_in_page(visit, images):
    """Scores and answers of the page's network for many images."""
    code = """(text) => {
      const bytes = Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
      const network = mnist.state.networks[0];
      const all = [];
      for (let i = 0; i < bytes.length; i += 784) {
        all.push(...network.scores(network.seen(bytes.subarray(i, i + 784))));
      }
      return all;
    }"""
    text = base64.b64encode(np.asarray(images).tobytes()).decode()
    return np.array(visit.numbers(code, text)).reshape(-1, 10)


def check_parity(visit, one):
    scores = scores_in_page(visit, one.split.images)
    np.testing.assert_array_equal(scores.argmax(axis=1), one.answers)
    rounding = visit.page.evaluate("mnist.state.data.rounding")
    assert rounding < 1e-4
    assert np.abs(scores - one.measured.outputs).max() <= rounding + 1e-5


def test_the_networks_have_every_activation():
    used = {settings.get("activation", "sigmoid") for settings in NETWORKS.values()}
    assert used == set(ACTIVATIONS)


def test_activations_equal_pythons(pad):
    page = pad.page
    z = np.concatenate([np.linspace(-100, 100, 101), np.linspace(-5, 5, 101)])
    code = """([name, z]) => {
      const { layer, low, high } = mnist.ACTIVATIONS[name];
      return [Array.from(layer(Float64Array.from(z))), low, high];
    }"""
    for name, row in ACTIVATIONS.items():
        expected = np.empty_like(z)
        with np.errstate(over="ignore"):
            row.function(z, expected)
        a, low, high = page.evaluate(code, [name, z.tolist()])
        np.testing.assert_allclose(a, expected, rtol=1e-6, atol=1e-12, err_msg=name)
        assert (low, high) == (row.low, row.high), name
    rows = set(page.evaluate("() => Object.keys(mnist.ACTIVATIONS)"))
    assert rows == {*ACTIVATIONS, *OUTPUT_ACTIVATIONS} == page_activations()


def test_answers_equal_pythons_on_mnist(visit, folder, checkpoint, real_mnist, tmp_path):
    from mnist_cli.data.download import download_dataset

    download_dataset("mnist", tmp_path, folder=real_mnist)
    one = look_at(
        "net.npz", load_checkpoint(checkpoint), "mnist", load_split("mnist", "test", tmp_path)
    )
    page = folder / "mnist.html"
    page.write_bytes(build_page(one))
    check_parity(visit(page), one)


@pytest.mark.parametrize("name", PREPROCESSINGS)
def test_preprocessing_equals_pythons(name, pad, builtin_dir):
    images = np.asarray(load_split("builtin", "test", builtin_dir).images[:200])
    images = np.concatenate(
        [images, np.zeros((1, 784), np.uint8), np.full((1, 784), 255, np.uint8)]
    )
    code = """([images, name]) => images.map((image) =>
      Array.from(mnist.preprocess(Uint8Array.from(image), name)))"""
    got = np.array(pad.numbers(code, [images.tolist(), name]))
    difference = np.abs(got - preprocess(images, name).astype(int))
    assert difference.max() <= (1 if name == "directions" else 0)
    assert (difference > 0).mean() < 0.001


def test_doubts_equal_pythons(pad, checkpoint, builtin_dir):
    loaded = load_checkpoint(checkpoint)
    images = np.asarray(load_split("builtin", "test", builtin_dir).images[:50])
    noise = np.random.default_rng(0).integers(0, 256, (10, 784), np.uint8)
    images = np.concatenate([images, noise])
    pictures = [Picture(image, (), (0, 0, 28, 28), {}) for image in images]
    told = read_pictures(loaded, pictures)
    code = """(images) => images.map((image) => {
      const network = mnist.state.networks[0];
      const seen = network.seen(Uint8Array.from(image));
      const { z, a } = network.layers(seen);
      const scores = [...a[network.depth]];
      const digit = scores.indexOf(Math.max(...scores));
      const { distance } = network.calibration.compare(seen, digit);
      return [network.confidence(z, digit), network.isUnlike(seen, scores), distance];
    })"""
    got = pad.numbers(code, images.tolist())
    assert [unlike for _, unlike, _ in got] == [UNLIKE in reading.warnings for reading in told]
    answers = answer(loaded, images)
    expected = answers.confidences.max(axis=1)
    np.testing.assert_allclose([sure for sure, _, _ in got], expected, atol=1e-4)
    away, _ = compare(loaded.calibration.spaces, images, answers.scores.argmax(axis=1))
    np.testing.assert_allclose([distance for _, _, distance in got], away, rtol=1e-4)
    assert all(unlike for _, unlike, _ in got[50:])


# -- drawing


def test_draw_with_the_mouse(pad, checkpoint):
    draw(pad, SEVEN)
    check_like_predict(pad, checkpoint)
    draw(pad, [(0.35, 0.55), (0.65, 0.55)])
    check_like_predict(pad, checkpoint)


def test_two_digits_are_doubted_like_predict_does(pad, checkpoint):
    pad.page.fill("#pad-brush", "3")
    draw(pad, [(0.2, 0.3), (0.2, 0.7)])
    draw(pad, [(0.8, 0.3), (0.8, 0.72)])
    told = check_like_predict(pad, checkpoint)
    assert told.warnings == ["more than one digit"]
    assert "more than one digit" in pad.page.inner_text(".answer .doubts")


@pytest.mark.parametrize("apart", [0.08, 0.14, 0.2])
def test_an_open_4_is_read_like_predict_does(apart, pad, checkpoint):
    pad.page.fill("#pad-brush", "3")
    left = [(0.42, 0.2), (0.3, 0.5), (0.62 - apart, 0.52)]
    put(pad, left, [(0.68, 0.22), (0.52, 0.8)])
    check_like_predict(pad, checkpoint)


@pytest.mark.parametrize("seed", range(12))
def test_scribbles_are_read_like_predict_does(seed, pad, checkpoint):
    rng = np.random.default_rng(seed)
    pad.page.fill("#pad-brush", str(rng.choice([2, 3, 5.5, 8, 12])))
    strokes = []
    for _ in range(rng.integers(1, 5)):
        corners = rng.uniform(0.2, 0.8, 2) + rng.uniform(-0.3, 0.3, (rng.integers(2, 6), 2))
        strokes.append(np.clip(corners, 0.01, 0.99).tolist())
    put(pad, *strokes)
    check_like_predict(pad, checkpoint)


@pytest.mark.parametrize(
    "lines",
    [
        [[(0.0, 0.12), (1.0, 0.1)], SEVEN],  # a printed line near the upper side
        [[(0.0, 0.85), (1.0, 0.85)], [(0.2, 0.3), (0.2, 0.85), (0.8, 0.9)]],  # a foot on a line
        [[(0.1, 0.1), (0.9, 0.1), (0.9, 0.9), (0.1, 0.9), (0.1, 0.1)], [(0.5, 0.3), (0.5, 0.7)]],
        [[(0.1, 0.1), (0.9, 0.1), (0.9, 0.9), (0.1, 0.9), (0.1, 0.1)], [(0.4, 0.3), (0.5, 0.9)]],
        [[(0.1, 0.0), (0.1, 0.9), (0.9, 0.9), (0.9, 0.0)], [(0.3, 0.2), (0.7, 0.2), (0.5, 0.9)]],
        [[(0.0, 0.5), (1.0, 0.5)], ONE],  # a stroke from side to side in the middle
        [[(0.1, 0.0), (0.9, 0.05), (0.4, 1.0)]],  # a 7 from edge to edge
        [[(0.5, 0.9), (0.5, 0.4), (0.0, 0.0)]],  # a stroke into a corner
        [[(x, 0.0), (x, 1.0)] for x in (0.1, 0.9)]
        + [[(0.0, y), (1.0, y)] for y in (0.1, 0.9)]
        + [SEVEN],  # a cell of a grid
        [[(0.0, 0.85), (1.0, 0.85)], [(0.0, 0.92), (1.0, 0.93)], SEVEN],  # a double line
        [[(0.1, 0.3), (0.9, 0.3), (0.9, 0.9), (0.1, 0.9), (0.1, 0.3)], [(0.4, 0.1), (0.6, 0.7)]],
        [[(0.2, 0.1), (0.9, 0.1), (0.9, 0.9), (0.2, 0.9), (0.2, 0.1)], [(0.0, 0.4), (0.7, 0.7)]],
        [[(0.0, y), (1.0, y)] for y in (0.12, 0.88)]
        + [[(x, 0.12), (x, 0.88)] for x in (0.1, 0.9)]
        + [[(0.4, 0.3), (0.6, 1.0)]],  # a box in a row, and a 1 that leaves it
    ],
    ids=[
        *("line", "foot", "frame", "joined", "open", "across", "edges", "corner"),
        *("grid", "double", "leaves", "leaves to the edge", "row"),
    ],
)
@pytest.mark.parametrize("brush", ["2", "4", "8"])
def test_what_reaches_the_edges_is_read_like_predict_does(lines, brush, pad, checkpoint):
    pad.page.fill("#pad-brush", brush)
    put(pad, *(np.clip(line, 0.01, 0.99).tolist() for line in lines))
    check_like_predict(pad, checkpoint)


RING = [
    (0.5 + 0.4 * np.cos(t), 0.5 + 0.4 * np.sin(t)) for t in np.linspace(0.1, 2 * np.pi - 0.1, 24)
]
FIVE = [(0.62, 0.32), (0.42, 0.32), (0.4, 0.48), (0.58, 0.5), (0.6, 0.64), (0.4, 0.68)]


@pytest.mark.parametrize(
    "strokes",
    [
        [FIVE, RING],
        [FIVE, [(0.3, 0.8), (0.7, 0.8)]],
        [FIVE, [(0.2, 0.7), (0.8, 0.7)]],
        [FIVE, [(0.25, 0.73), (0.8, 0.75)]],
        [FIVE, [(0.1, 0.1), (0.9, 0.1), (0.9, 0.9), (0.1, 0.9), (0.1, 0.3)]],
        [FIVE, RING, [(0.2, 0.95), (0.8, 0.95)]],
        [RING, [(0.48, 0.5), (0.52, 0.5)]],
        [RING, [(0.6, 0.3), (0.4, 0.7)]],
        [[(0.35, 0.3), (0.55, 0.25), (0.6, 0.4), (0.35, 0.7), (0.85, 0.7)]],
    ],
    ids=("ring", "line", "stands", "leans", "box", "both", "dotted", "slashed", "long foot"),
)
@pytest.mark.parametrize("brush", ["2", "3"])
def test_what_is_around_a_digit_is_left_out_like_predict_does(strokes, brush, pad, checkpoint):
    pad.page.fill("#pad-brush", brush)
    put(pad, *strokes)
    check_like_predict(pad, checkpoint)


@pytest.mark.parametrize("brush", ["9", "12"])
@pytest.mark.parametrize(
    "strokes", [[SEVEN], [FIVE], [[(0.4, 0.4), (0.6, 0.6)]]], ids=("7", "5", "blot")
)
def test_thick_strokes_are_read_like_predict_does(strokes, brush, pad, checkpoint):
    pad.page.fill("#pad-brush", brush)
    put(pad, *strokes)
    check_like_predict(pad, checkpoint)


def test_draw_with_a_finger_does_not_scroll(visit, checkpoint):
    one = visit(has_touch=True, viewport={"width": 390, "height": 700})
    one.page.locator("#pad").scroll_into_view_if_needed()
    before = one.page.evaluate("scrollY")
    session = one.context.new_cdp_session(one.page)
    places = [one.point(0.5, 0.12 + 0.76 * step / 20) for step in range(21)]
    for number, (x, y) in enumerate(places):
        kind = "touchMove" if number else "touchStart"
        session.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": [{"x": x, "y": y}]})
    session.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})
    told = check_like_predict(one, checkpoint)
    assert told.digit is not None
    assert one.page.evaluate("scrollY") == before


def test_draw_by_keyboard(pad, checkpoint):
    pad.page.focus("#pad")
    press = pad.page.keyboard.press
    for _ in range(12):
        press("ArrowUp")
    press("Space")
    assert pad.page.inner_text("#pad-pen") == "Pen down."
    for _ in range(24):
        press("ArrowDown")
    press("Space")
    for _ in range(3):
        press("ArrowRight")
    told = check_like_predict(pad, checkpoint)
    assert told.digit is not None
    strokes = pad.page.evaluate("() => mnist.pad.strokes.length")
    press("Backspace")
    assert pad.answer == "–"
    assert strokes == 1


def test_empty_says_so(visit):
    one = visit()
    assert one.answer != "–"  # an example, until somebody draws
    one.page.click("#pad-clear")
    assert one.answer == "–"
    words = "Nothing drawn: this is what the biases alone say."
    assert one.page.inner_text(".answer .detail") == words
    one.wait(lambda: one.page.text_content("#status") == words)


def test_undo_and_eraser(pad):
    draw(pad, ONE)
    line = pad.image()
    draw(pad, [(0.2, 0.5), (0.8, 0.5)])
    assert pad.image() != line
    pad.page.click("#pad-undo")
    pad.frames()
    assert pad.image() == line
    pad.page.click("#pad-eraser")
    pad.page.fill("#pad-brush", "12")
    draw(pad, ONE)
    assert pad.answer == "–"


def test_the_picture_is_saved(pad, tmp_path):
    draw(pad, SEVEN)
    with pad.page.expect_download() as waiting:
        pad.page.click("#pad-save")
    waiting.value.save_as(tmp_path / "digit.png")
    assert (tmp_path / "digit.png").read_bytes()[:8] == b"\x89PNG\r\n\x1a\n"
    assert read_picture(tmp_path / "digit.png").image.any()


# -- the other sections


def test_a_mistake_goes_into_the_pad_unharmed(visit, checkpoint, builtin_dir):
    one, about = visit(), subject(checkpoint, builtin_dir)
    one.page.locator("#mistakes-list button").first.click()
    row = int(about.mistakes[0])
    assert one.answer == str(about.answers[row])
    assert one.image() == about.split.images[row].tolist()
    assert read_picture(BytesIO(png_of(one))).image.any()


def test_a_silenced_neuron_has_no_effect(visit):
    one = visit()
    one.page.locator('.neuron[data-item="2:0"]').click()
    one.page.click("#why-silence")
    one.frames()
    assert (
        one.page.locator('.neuron[data-item="2:0"]')
        .get_attribute("aria-label")
        .endswith("silenced")
    )
    assert one.page.evaluate("() => mnist.state.layers().a[2][0]") == 0
    one.page.locator("#break_it").scroll_into_view_if_needed()
    silenced = one.page.locator("#break-silenced", has_text="neuron 1 of hidden layer 2")
    silenced.wait_for()


def read_right(one):
    """How many of the page's test images the section "break it" has read right."""
    return int((one.page.inner_text("#break-detail") or "0").split()[0])


def test_shifting_breaks_it_and_repairing_helps(visit):
    one = visit()

    right = partial(read_right, one)
    assert not right()  # it begins where somebody may see it
    one.page.locator("#break_it").scroll_into_view_if_needed()
    one.wait(lambda: right() > 0)
    whole = right()
    one.page.fill("#break-across", "8")
    one.wait(lambda: right() < whole)
    one.page.click("#break-reset")
    one.wait(lambda: right() == whole)


def test_what_was_silenced_before_does_not_count_as_unchanged(visit):
    one = visit()
    section = one.page.locator("#break_it")
    section.scroll_into_view_if_needed()
    one.wait(lambda: read_right(one) > 0)
    unchanged = one.page.inner_text("#break-accuracy")
    again = visit()
    for number in range(3):
        again.page.evaluate(f"() => mnist.state.toggleSilence(1, {number})")
    again.page.locator("#break_it").scroll_into_view_if_needed()
    again.wait(lambda: read_right(again) > 0)
    assert again.page.inner_text("#break-accuracy") != unchanged
    assert f"; {unchanged} without any change." in again.page.inner_text("#break-detail")


def test_noise_is_counted(visit):
    one = visit()
    one.page.click("#noise-try")
    sentence = r"Of 1,000 noise pictures the network is sure of \d+"
    one.wait(lambda: re.match(sentence, one.page.inner_text("#noise-text")))


def test_the_film_goes_back_to_the_start(visit):
    one = visit()
    end = one.page.inner_text("#board-answers")
    one.page.focus("#film-slider")
    one.page.keyboard.press("Home")
    assert "Before the first step" in one.page.inner_text("#film")
    one.frames()
    assert one.page.inner_text("#board-answers") != end


def test_a_cell_opens_its_images(visit):
    one = visit()
    row, column = np.unravel_index(
        np.argmax(one.page.evaluate("() => mnist.state.data.networks[0].matrix")), (10, 10)
    )
    one.page.click(f'.confusion [data-item="{row}-{column}"]')
    assert f"images of a {row} were read as {column}" in one.page.inner_text(".opened")
    assert one.page.locator(".opened button").count() >= 1


def test_two_networks_side_by_side(visit, folder, checkpoint, builtin_dir):
    other = trained(folder, builtin_dir, "other.npz", hidden_sizes=(8,), activation="relu")
    page = folder / "compare.html"
    page.write_bytes(build_page(subject(checkpoint, builtin_dir), subject(other, builtin_dir)))
    one = visit(page)
    assert one.page.locator(".answer .big").count() == 2
    assert one.page.locator(".confusion").count() == 2
    assert one.page.locator(".chart").count() == 3


def test_a_section_added_at_run_time_works(visit, folder, checkpoint, builtin_dir, tmp_path):
    page = folder / "added.html"
    with added_section(tmp_path):
        page.write_bytes(build_page(subject(checkpoint, builtin_dir)))
    one = visit(page)
    section = one.page.locator("#hello")
    assert section.locator(".said").last.inner_text() == f"answer {one.answer}"
    section.locator("button").click()
    assert section.locator(".said").last.inner_text() == "Hello net.npz"
    color = section.locator("button").evaluate("(button) => getComputedStyle(button).color")
    assert color == "rgb(1, 2, 3)"
    assert one.page.locator("nav a").last.inner_text() == "Hello"


def test_no_mistakes(visit, folder, checkpoint, builtin_dir):
    whole = subject(checkpoint, builtin_dir)
    right = whole.answers == whole.split.labels
    split = Split(whole.split.images[right], whole.split.labels[right])
    page = folder / "right.html"
    page.write_bytes(build_page(look_at("x.npz", whole.checkpoint, "builtin", split)))
    assert "There are no mistakes" in visit(page).page.inner_text("#mistakes")


def test_a_network_too_large_for_the_page_shows_its_results(visit, folder, builtin_dir):
    page = folder / "large.html"
    wide = trained(folder, builtin_dir, "wide.npz", hidden_sizes=(800,), epochs=1, batch_size=500)
    page.write_bytes(build_page(subject(wide, builtin_dir)))
    one = visit(page)
    assert not one.page.locator("#draw").is_visible()
    assert one.page.locator(".confusion").is_visible()


# -- for everybody


def test_axe_finds_nothing(visit):
    one = visit(viewport={"width": 320, "height": 900})
    for details in one.page.locator("summary").all():
        details.click()
    for width, scheme in ((320, "light"), (768, "dark"), (1920, "light")):
        one.become(viewport={"width": width, "height": 900}, color_scheme=scheme)
        assert one.page.evaluate("document.documentElement.scrollWidth") <= width
        for section in one.page.locator("section:visible").all():
            section.scroll_into_view_if_needed()  # then it is brought up to date
        assert what_axe_finds(one.page, contrast=width < 1920) == []


def test_targets_are_large(visit):
    one = visit(viewport={"width": 320, "height": 700}, has_touch=True)
    sizes = one.page.evaluate(
        """() => [...document.querySelectorAll('button, select, summary, input, nav a')]
        .filter((one) => one.offsetParent)
        .map((one) => [one.id || one.className || one.textContent, one.getBoundingClientRect()])
        .filter(([, box]) => Math.min(box.width, box.height) < 43.9)
        .map(([name]) => name)"""
    )
    assert sizes == []


def test_one_tab_stop_per_widget(visit):
    one = visit()
    for widget in (".neurons", "#first-tiles", ".confusion", "#mistakes-list"):
        assert one.page.locator(f'{widget} [tabindex="0"]').count() == 1, widget
    one.page.focus('.neurons [tabindex="0"]')
    one.page.keyboard.press("ArrowDown")
    one.page.keyboard.press("ArrowRight")
    focused = one.page.evaluate("document.activeElement.dataset.item")
    assert focused.startswith("2:")
    one.page.keyboard.press("Enter")
    one.page.locator("#why").scroll_into_view_if_needed()
    one.wait(lambda: one.page.inner_text("#why-name").endswith("of hidden layer 2"))


def test_without_javascript_the_tables_are_there(visit):
    page = visit(java_script_enabled=False).page
    assert not page.locator("#pad").is_visible()
    assert page.locator("h1").inner_text() == "784–16–16–10"
    for details in page.locator("summary").all():
        details.click()
    captions = page.locator("caption:visible").all_inner_texts()
    for words in ("epoch by epoch", "confusion matrix", "each digit", "confident mistakes"):
        assert any(words in caption for caption in captions)


def test_reduced_motion_pulses_in_steps(visit):
    one = visit(reduced_motion="reduce")
    one.page.click("#board-forward")
    seen = one.page.evaluate(
        """async () => {
          const diagram = [];
          for (let i = 0; i < 20; i++) {
            await new Promise(requestAnimationFrame);
            diagram.push(document.querySelector('.neuron[data-item="1:0"] .value').textContent);
          }
          return diagram;
        }"""
    )
    assert len(set(seen)) <= 2


def test_it_prints(visit):
    one = visit()
    one.page.emulate_media(media="print")
    pages = one.page.pdf()
    assert pages.startswith(b"%PDF")
