"""What the page shows is true to its network: curves, doubts, sums, paper, and no JavaScript."""

import base64
import re
from xml.etree import ElementTree

import numpy as np
import pytest
from browsing import visits
from PIL import Image, ImageDraw
from test_report import subject, trained

from mnist_cli.data.preprocessing import preprocess
from mnist_cli.network.backpropagation import Batches
from mnist_cli.report import build_page
from mnist_cli.report.axis import axis_for, logarithmic_axis_for
from mnist_cli.report.charts import Chart, Series, chart_html
from mnist_cli.report.curves import curve_charts
from mnist_cli.report.subject import diagnosis
from mnist_cli.report.tiles import ink_tile, strokes
from mnist_cli.training.evaluation import gradient_norms, gradient_rms
from mnist_cli.training.outliers import compare
from mnist_cli.wording import sureness

NOISE = np.random.default_rng(3).integers(0, 256, (30, 784), np.uint8)
BLACK_AND_WHITE = (255 * np.random.default_rng(4).integers(0, 2, (30, 784))).astype(np.uint8)


@pytest.fixture(scope="module")
def builtin_dir(large_dir):
    return large_dir


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("truth")


@pytest.fixture(scope="module")
def good(folder, builtin_dir):
    return subject(trained(folder, builtin_dir, "good.npz", epochs=8), builtin_dir)


@pytest.fixture(scope="module")
def deep(folder, builtin_dir):
    """Six hidden layers of 16, whose gradient vanishes."""
    path = trained(folder, builtin_dir, "deep.npz", hidden_sizes=(16,) * 6, epochs=1)
    return subject(path, builtin_dir)


@pytest.fixture(scope="module")
def edges(folder, builtin_dir):
    """A network that sees the directions of edges."""
    path = trained(folder, builtin_dir, "edges.npz", preprocessing="directions", epochs=1)
    return subject(path, builtin_dir)


def svg_of(html):
    return ElementTree.fromstring(re.search(r'<svg class="chart".*?</svg>', html, re.DOTALL)[0])


def series_of(html):
    """The values of each series of each chart, as the reader sees them, by name."""
    return [
        {one.get("data-name"): one.get("data-values").split("|") for one in picture}
        for picture in (
            [e for e in ElementTree.fromstring(text) if e.get("class") == "series"]
            for text in re.findall(r'<svg class="chart".*?</svg>', html, re.DOTALL)
        )
    ]


# -- gradients


def test_the_root_mean_square_is_that_of_all_numbers_of_a_layer(good):
    network, split = good.checkpoint.network, good.split[:200]
    batches = Batches(network, *split)
    batches.find_gradient(np.arange(200), 1 / 200)
    expected = [np.sqrt(np.mean(np.square(one, dtype=float))) for one in batches.gradient.matrices]
    found = gradient_rms(gradient_norms(network, split), network.layer_sizes)
    np.testing.assert_allclose(found, expected, rtol=1e-6)
    assert gradient_rms((6.0,), (8, 1)) == (2.0,)  # 8 weights and a bias
    assert gradient_rms((), (8, 1)) == ()


def test_six_layers_show_the_vanishing_gradient(deep):
    network, history = deep.checkpoint.network, deep.checkpoint.run.history
    sizes = gradient_rms(history[0].gradient_norms, network.layer_sizes)
    assert sizes[-1] > 1000 * sizes[0]
    assert sorted(sizes) == list(sizes)
    names = list(series_of(curve_charts([deep]))[2])
    assert names == [*(f"layer {number}" for number in range(1, 7)), "outputs"]


def test_a_gradient_of_zero_is_zero():
    axis = logarithmic_axis_for([0.0, 3e-5, 2e-2])
    labels = [label for _, label in axis.ticks()]
    assert labels == ["0", "10⁻⁵", "10⁻⁴", "10⁻³", "10⁻²", "10⁻¹"]
    assert axis.share(0.0) == 0 < axis.share(3e-5) < axis.share(2e-2) < 1
    assert logarithmic_axis_for([0.0, 0.0]).ticks()[0] == (0.0, "0")


# -- axes and legends


@pytest.mark.parametrize(
    "values",
    [
        [0.4499, 0.4513],
        [0.5, 0.5],
        [0.0, 0.0],
        [0.5, 0.50000001],
        [-3.0, 12.0],
        [1e30, 2e30],
        [12_000.0, 13_000.0],
        [1e-9, 3e-9],
    ],
)
@pytest.mark.parametrize("percent", [False, True])
def test_no_two_ticks_have_the_same_label(values, percent):
    axis = axis_for(values, percent=percent)
    ticks = axis.ticks()
    assert 3 <= len({label for _, label in ticks}) == len(ticks) <= 7
    assert all(axis.low <= tick <= axis.high or axis.share(tick) < 1.01 for tick, _ in ticks)
    assert all(0 < axis.share(value) < 1 for value in values)


def test_one_epoch_is_a_dot_in_chart_and_legend():
    one, other = Series("training", [0.5], "red"), Series("validation", [0.4], "blue", 1)
    html = chart_html(Chart("Loss", [one, other]))
    assert "polyline" not in html
    assert html.count('class="dot"') == html.count('class="ring"') == 2  # and in the legend
    assert "Loss over 1 epoch: training 0.5; validation 0.4" in html


def test_a_line_goes_through_its_values_by_hand():
    values = [1.0, None, 3.0]
    picture = svg_of(chart_html(Chart("Loss", [Series("training", values, "red")])))
    places = picture.find("g[@class='series']").get("data-places").split("|")
    (x_first, y_first), (x_last, y_last) = (
        map(float, place.split(",")) for place in (places[0], places[2])
    )
    assert places[1] == ""
    assert x_first < x_last
    bottom, top = float(picture.get("data-bottom")), float(picture.get("data-top"))
    room = 0.06 * 2 / (2 * 1.12)  # of a range of 2, above and below
    assert y_first == pytest.approx(bottom - room * (bottom - top), abs=0.1)
    assert y_last == pytest.approx(top + room * (bottom - top), abs=0.1)


def test_two_networks_share_their_axes(good, deep):
    loss, accuracy, gradients = series_of(curve_charts([good, deep]))
    names = [
        f"{name}: {kind}"
        for name in ("good.npz", "deep.npz")
        for kind in ("training", "validation")
    ]
    assert list(loss) == list(accuracy) == names
    assert len(loss["good.npz: training"]) == 8
    assert len(loss["deep.npz: training"]) == 1
    assert len(gradients) == 3 + 7
    html = curve_charts([good, deep])
    assert html.count("<figure") == 3
    assert html.count("best: epoch") == 4  # of each network, for loss and accuracy


# -- words


def test_nothing_is_entirely_sure():
    assert [sureness(share) for share in (1.0, 0.9991, 0.999, 0.5)] == [
        ">99.9%",
        ">99.9%",
        "99.9%",
        "50.0%",
    ]


def test_what_is_like_no_digit_is_not_called_sure(mnist, tmp_path):
    picture = Image.new("L", (240, 240), 255)
    ImageDraw.Draw(picture).line([(50, 140), (95, 190), (190, 50)], fill=0, width=12)
    picture.save(tmp_path / "tick.png")
    out = mnist("predict", "tick.png", "--checkpoint", "best").out
    assert "not sure   (scores" in out
    assert "unlike any digit" in out
    assert "% sure" not in out


def test_the_page_says_what_train_says_about_a_poor_run(good, deep):
    assert diagnosis(good) == []
    (sentence,) = diagnosis(deep)
    page = build_page(deep).decode()
    assert sentence in page
    assert page.index(sentence) < page.index('<main id="sections">')
    assert "it vanishes on its way back" in sentence


def test_a_network_of_edges_is_not_said_to_see_pixels(good, edges):
    assert "eight maps of 14×7 numbers" in build_page(edges).decode()
    assert "eight maps of 14×7 numbers" not in build_page(good).decode()


# -- pictures without JavaScript


def test_a_tile_has_the_ink_of_its_image():
    image = np.zeros(784, np.uint8)
    image[28 * 3 + 5 : 28 * 3 + 9] = 255
    assert strokes(image > 0) == "M5 3h4"
    tile = ElementTree.fromstring(ink_tile(image, "a <stroke>"))
    assert tile.get("aria-label") == "a <stroke>"
    assert [path.get("d") for path in tile.findall("g/path")] == ["M5 3h4"]
    assert strokes(np.ones(784, bool)).count("h28") == 28


# -- in a browser


@pytest.fixture(scope="module")
def pages(folder, good, deep, edges):
    """The files of some pages, written when asked for."""
    made = {"good": (good,), "deep": (deep,), "edges": (edges,), "both": (good, deep)}

    def path_of(name):
        path = folder / f"{name}.html"
        if not path.exists():
            path.write_bytes(build_page(*made[name]))
        return path

    return path_of


@pytest.fixture
def visit(browser, pages):
    with visits(browser) as open_page:
        yield lambda name="good", **context: open_page(pages(name), **context)


def test_the_doubt_about_noise_is_pythons(visit, edges):
    noise = np.concatenate([NOISE, BLACK_AND_WHITE])
    code = """(text) => {
      const bytes = Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
      const [network] = mnist.state.networks;
      const found = [];
      for (let i = 0; i < bytes.length; i += 784) {
        const seen = mnist.preprocess(bytes.subarray(i, i + 784), "directions");
        const scores = [...network.scores(seen)];
        const { explained } = network.calibration.compare(seen, 4);
        found.push([explained, network.isUnlike(seen, scores)]);
      }
      return found;
    }"""
    got = visit("edges").page.evaluate(code, base64.b64encode(noise.tobytes()).decode())
    seen = preprocess(noise, "directions")
    _, shares = compare(edges.checkpoint.calibration.spaces, seen, np.full(len(seen), 4))
    np.testing.assert_allclose([share for share, _ in got], shares, atol=1e-3)
    assert np.mean([outside for _, outside in got]) > 0.9


def test_captions_of_charts_never_overlap(visit):
    one = visit("both", viewport={"width": 320, "height": 900})
    for width in (320, 768, 1920):
        one.become(viewport={"width": width, "height": 900})
        check_captions(one, width)


def check_captions(one, width):
    boxes = one.page.evaluate(
        """() => [...document.querySelectorAll(".curve")].map((curve) =>
          [...curve.querySelectorAll("h3, .legend li, .chart text, .readout")].map((text) => {
            const { left, right, top, bottom } = text.getBoundingClientRect();
            return [text.textContent, left, right, top, bottom];
          }))"""
    )
    assert len(boxes) == 3
    for texts in boxes:
        for i, (name, left, right, top, bottom) in enumerate(texts):
            assert left >= 0, name
            assert right <= width, name
            for other, left2, right2, top2, bottom2 in texts[i + 1 :]:
                apart = right <= left2 or right2 <= left or bottom <= top2 + 1 or bottom2 <= top + 1
                assert apart, (name, other)


def test_the_cursor_of_a_chart_follows_the_arrow_keys(visit, good):
    one = visit()
    one.page.locator(".chart").nth(1).focus()
    one.page.keyboard.press("Home")
    first = good.checkpoint.run.history[0]
    expected = (
        f"Epoch 1: training {first.training_accuracy:.1%}, "
        f"validation {first.validation_accuracy:.1%}"
    )
    assert one.page.locator(".curve .readout").nth(1).inner_text() == expected
    one.page.keyboard.press("ArrowRight")
    assert one.page.locator(".curve .readout").nth(1).inner_text().startswith("Epoch 2: ")


def test_the_shares_of_each_row_add_up_as_shown(visit):
    one = visit()
    one.page.get_by_role("button", name="Shares of each row").click()
    rows = one.page.locator(".confusion tbody tr").all()
    shown = [[float(text.rstrip("%")) for text in row.inner_text().split()[1:]] for row in rows]
    np.testing.assert_allclose(np.sum(shown, axis=1), 100, atol=1e-9)


def test_z_adds_up_as_shown_and_a_is_its_sigmoid(visit):
    pattern = r"z = Σ w·a \+ b = (-?[\d.]+) ([+-]) ([\d.]+) = (-?[\d.]+),\s+a = σ\(z\) = ([\d.]+)"
    one = visit()
    one.page.locator("#why").scroll_into_view_if_needed()
    one.page.select_option("#why-layer", "1")
    for number in range(10):
        one.page.select_option("#why-number", str(number))
        one.frames()
        text = one.page.inner_text("#why-equation").replace("−", "-")
        total, sign, bias, z, a = re.match(pattern, text).groups()
        assert round(float(total) + float(sign + bias), 3) == float(z)
        assert 1 / (1 + np.exp(-float(z))) == pytest.approx(float(a), abs=2e-3)


def test_the_matrix_says_that_it_goes_on(visit):
    one = visit()
    for width, is_told in ((390, True), (1280, False)):
        one.become(viewport={"width": width, "height": 844})
        assert one.page.locator(".sideways").is_visible() == is_told
        scroll = one.page.locator(".scroll:has(.confusion)")
        overflows = scroll.evaluate("(element) => element.scrollWidth > element.clientWidth + 1")
        assert overflows == is_told
        scroll.evaluate("(element) => { element.scrollLeft = 1000; }")
        head = one.page.locator(".confusion tbody th").first.bounding_box()
        assert head["x"] >= 0  # the digit of the row stays in sight


def test_without_javascript_the_pictures_are_there(visit, good):
    page = visit(java_script_enabled=False).page
    assert page.locator(".chart:visible").count() == 3
    assert page.locator("#first_layer .still:visible").count() == 16
    assert page.locator("#mistakes .still:visible").count() == len(good.worst)
    assert page.locator(".confusion:visible").count() == 1
    assert page.locator("button:visible, input:visible, select:visible").count() == 0
    words = page.locator("main").inner_text()
    assert "Choose a cell" not in words
    assert "Choose an image" not in words


def test_on_paper_there_are_no_controls(visit):
    one = visit()
    one.page.emulate_media(media="print")
    left = one.page.locator("input:visible, select:visible, summary:visible, nav ul:visible")
    assert left.count() == 0
    buttons = "button:visible:not(.thumbnail, .card-button, [data-item])"
    assert one.page.locator(buttons).count() == 0
    assert one.page.pdf().startswith(b"%PDF")
