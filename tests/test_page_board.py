"""The board of the report's page: first screen, pad, neurons, passes, film, other networks."""

import base64
import re
from itertools import combinations

import numpy as np
import pytest
from browsing import visits
from test_report import subject, trained

from mnist_cli.report import build_page

WINDOWS = [
    {"width": width, "height": height}
    for width, height in ((1440, 900), (1366, 650), (1280, 650), (390, 844))
]
PIXELS = """(canvas) => {
  const copy = document.createElement("canvas");
  [copy.width, copy.height] = [canvas.width, canvas.height];
  const context = copy.getContext("2d", { willReadFrequently: true });
  context.drawImage(canvas, 0, 0);
  const { data } = context.getImageData(0, 0, copy.width, copy.height);
  return btoa(Array.from(data, (byte) => String.fromCharCode(byte)).join(""));
}"""
SEVEN = [(0.25, 0.2), (0.75, 0.2), (0.45, 0.85)]
COUNT_SHIFTS = """window.shift = 0;
new PerformanceObserver((list) => {
  for (const entry of list.getEntries()) window.shift += entry.value;
}).observe({ type: "layout-shift", buffered: true });"""


@pytest.fixture(scope="module")
def builtin_dir(large_dir):
    return large_dir


@pytest.fixture(scope="module")
def pages(tmp_path_factory, builtin_dir):
    """Pages about a few networks, each made when it is first asked for."""
    folder = tmp_path_factory.mktemp("boards")
    networks = {
        "whole": {"epochs": 12},
        "deep": {"hidden_sizes": (30, 16, 12, 12), "epochs": 1},
        "small": {"hidden_sizes": (12,), "activation": "tanh", "epochs": 4},
    }

    def page(*names):
        path = folder / f"{'-'.join(names)}.html"
        if not path.exists():
            files = [folder / f"{name}.npz" for name in names]
            for name, file in zip(names, files, strict=True):
                if not file.exists():
                    trained(folder, builtin_dir, file.name, **networks[name])
            path.write_bytes(build_page(*(subject(file, builtin_dir) for file in files)))
        return path

    return page


@pytest.fixture
def visit(browser, pages):
    with visits(browser) as open_page:
        yield lambda *names, **context: open_page(pages(*(names or ["whole"])), **context)


def boxes(visit, selector):
    code = """(selector) => [...document.querySelectorAll(selector)]
      .map((one) => one.getBoundingClientRect())
      .map(({ left, top, right, bottom }) => [left, top, right, bottom])"""
    return np.array(visit.page.evaluate(code, selector)).reshape(-1, 4)


def draw(visit, points):
    mouse = visit.page.mouse
    mouse.move(*visit.point(*points[0]))
    mouse.down()
    for point in points[1:]:
        mouse.move(*visit.point(*point), steps=4)
    mouse.up()
    visit.frames()


def neuron(visit, name):
    return visit.page.locator(f'.neuron[data-item="{name}"]')


def text_in(visit, name):
    return neuron(visit, name).locator(".value").inner_text()


def overlaps(one, other):
    return (np.minimum(one[2:], other[2:]) - np.maximum(one[:2], other[:2]) > 0.5).all()


# -- the first screen


@pytest.mark.parametrize("windows", [WINDOWS, WINDOWS[::-1]], ids=["desk", "phone"])
def test_pad_network_and_answer_are_in_the_first_screen(windows, visit):
    """The page starts in the first window, and is then given the others."""
    one = visit(viewport=windows[0])
    for window in windows:
        one.become(viewport=window)
        shown = boxes(one, "#pad, #board-eye, .neuron, .answer .big, .answer .detail")
        assert len(shown) == 46
        assert shown.min() >= 0
        assert shown[:, 2].max() <= window["width"]
        assert shown[:, 3].max() <= window["height"]
        assert one.page.evaluate("scrollY") == 0


@pytest.mark.parametrize("widths", [(320, 390, 768, 959), (960, 1280, 1920)], ids=["low", "wide"])
def test_nothing_on_the_board_overlaps(widths, visit):
    one = visit("deep", viewport={"width": widths[0], "height": 800})
    for width in widths:
        one.become(viewport={"width": width, "height": 800})
        parts = boxes(
            one, ".neurons .caption, .disc, #pad, #board-eye, .tools button, .passes button"
        )
        for first, second in combinations(parts, 2):
            assert not overlaps(first, second)
        assert parts[:, 2].max() <= width


def test_the_answer_stays_in_sight_on_a_phone(visit):
    one = visit(viewport={"width": 390, "height": 600}, has_touch=True)
    one.page.evaluate("scrollBy(0, document.querySelector('#pad').getBoundingClientRect().top)")
    one.frames()
    (box,) = boxes(one, ".answers")
    assert box[1] == 0


@pytest.mark.parametrize(("width", "height"), [(1280, 650), (390, 844)])
def test_nothing_jumps_when_the_page_starts(width, height, browser, pages):
    page = browser.new_page(viewport={"width": width, "height": height})
    page.add_init_script(COUNT_SHIFTS)
    page.goto(pages("whole").as_uri())
    page.wait_for_selector("html.ready")
    page.wait_for_function("() => document.querySelector('.answer .big').textContent !== ''")
    assert page.evaluate("window.shift") < 0.05
    page.close()


@pytest.mark.parametrize("names", [["whole"], ["whole", "small"]], ids=len)
def test_it_opens_with_a_digit_that_it_reads_surely(names, visit):
    one = visit(*names)
    label = one.page.evaluate("mnist.state.label")
    assert one.page.locator(".answer .big").all_inner_texts() == [str(label)] * len(names)
    assert one.page.locator(".answer .doubts").all_text_contents() == [""] * len(names)
    for words in one.page.locator(".answer .detail").all_inner_texts():
        assert float(re.match(r">?([\d.]+)% sure", words)[1]) > 90


def test_an_empty_pad_shows_what_the_biases_say(visit):
    one = visit()
    one.page.click("#pad-clear")
    one.frames()
    assert "biases alone" in one.page.inner_text(".answer .detail")
    a = one.page.evaluate("Array.from(mnist.state.network.scores(new Uint8Array(784)))")
    scores = one.page.locator(".answer .score").all_inner_texts()
    np.testing.assert_allclose([float(score) for score in scores], a, atol=6e-4)


# -- the pad


def test_clear_returns_to_the_pen(visit):
    one = visit()
    one.page.click("#pad-eraser")
    one.page.click("#pad-clear")
    assert one.page.get_attribute("#pad-eraser", "aria-pressed") == "false"
    draw(one, SEVEN)
    assert one.answer != "–"


def test_an_image_that_is_drawn_on_loses_its_caption(visit):
    one = visit()
    one.page.evaluate("mnist.state.tryImage(5)")
    one.frames()
    about, label = one.page.inner_text("#pad-about"), one.page.evaluate("mnist.state.label")
    assert about.startswith("Test image")
    assert label is not None
    draw(one, SEVEN)
    assert one.page.inner_text("#pad-about") == ""
    assert one.page.evaluate("mnist.state.label") is None
    one.page.click("#pad-undo")
    assert one.page.inner_text("#pad-about") == about
    assert one.page.evaluate("mnist.state.label") == label


def test_undo_goes_back_stroke_by_stroke(visit):
    code = """() => {
      const { pad } = mnist;
      const before = [];
      for (let i = 0; i < 240; i++) {
        before.push(pad.ink.data.join());
        pad.startStroke([(7 * i) % 64, (11 * i) % 64]);
        pad.extend([(13 * i + 20) % 64, (5 * i + 9) % 64]);
      }
      return before.reverse().every((ink) => {
        pad.undo();
        return pad.ink.data.join() === ink;
      });
    }"""
    one = visit()
    one.page.click("#pad-clear")
    assert one.page.evaluate(code)


def test_drawing_measures_nothing_but_the_pad_once_per_stroke(visit):
    one = visit()
    start, *others = [one.point(*point) for point in SEVEN]
    one.page.evaluate("""() => {
      window.measured = 0;
      const count = (prototype, name) => {
        const { get, value } = Object.getOwnPropertyDescriptor(prototype, name);
        const counted = function (...values) {
          window.measured++;
          return (get ?? value).apply(this, values);
        };
        const how = get ? { get: counted } : { value: counted };
        Object.defineProperty(prototype, name, { configurable: true, ...how });
      };
      count(Element.prototype, "getBoundingClientRect");
      for (const name of ["clientWidth", "clientHeight"]) count(Element.prototype, name);
      for (const name of ["offsetWidth", "offsetTop"]) count(HTMLElement.prototype, name);
    }""")
    one.page.mouse.move(*start)
    one.page.mouse.down()
    for x, y in others:
        one.page.mouse.move(x, y, steps=12)
    one.page.mouse.up()
    one.frames()
    assert one.page.evaluate("measured") == 1


# -- neurons


def pixels_of(canvas):
    """Return the bytes of a canvas, which come as text: a list of numbers takes minutes."""
    return np.frombuffer(base64.b64decode(canvas.evaluate(PIXELS)), np.uint8)


def eye_colour(visit, i):
    """The colour at the corner of a cell of the grid, where no ink is drawn."""
    pixels = pixels_of(visit.page.locator("#board-eye"))
    side = int((len(pixels) / 4) ** 0.5)
    cell = side // 28
    return pixels.reshape(side, side, 4)[i // 28 * cell, i % 28 * cell]


def choose(visit, name, how):
    if how == "mouse":
        neuron(visit, name).click()
    elif how == "touch":
        neuron(visit, name).tap()
    else:
        neuron(visit, name).focus()
        visit.page.keyboard.press("Enter")
    visit.frames()


@pytest.mark.parametrize("how", ["mouse", "touch", "keyboard"])
def test_a_chosen_neuron_shows_its_weights_and_sums(how, visit):
    one = visit(viewport={"width": 390, "height": 844}, has_touch=how == "touch")
    check_chosen(one, how)
    one.become(viewport={"width": 1280, "height": 844})
    check_chosen(one, how)


def check_chosen(one, how):
    """Choose a neuron, compare all that is told of it, and let it go."""
    choose(one, "1:4", how)
    assert neuron(one, "1:4").get_attribute("aria-pressed") == "true"
    words = one.page.inner_text(".beside").replace("−", "-")
    total, bias, z, a = (float(number) for number in re.findall(r"-?\d+\.\d+", words))
    assert total + bias == pytest.approx(z, abs=0.011)
    assert 1 / (1 + np.exp(-z)) == pytest.approx(a, abs=6e-3)
    weights = one.page.evaluate("""() => {
      const { network } = mnist.state;
      return Array.from({ length: 784 }, (_, i) => network.weight(0, i, 4));
    }""")
    red, _, blue, _ = eye_colour(one, int(np.argmax(weights)))
    assert blue > red + 50
    red, _, blue, _ = eye_colour(one, int(np.argmin(weights)))
    assert red > blue + 50
    one.page.keyboard.press("Escape")
    one.frames()
    assert neuron(one, "1:4").get_attribute("aria-pressed") == "false"
    assert not one.page.locator(".beside").is_visible()


def test_other_lines_fade_beside_a_chosen_neuron(visit):
    one = visit()

    def strength():
        return np.sum(pixels_of(one.page.locator("#board-lines"))[3::4], dtype=float)

    before = strength()
    choose(one, "3:3", "mouse")
    assert strength() < 0.6 * before


def test_arrow_keys_follow_the_layout(visit):
    one = visit()
    for width, along, across in ((1280, "Down", "Right"), (768, "Right", "Down")):
        one.become(viewport={"width": width, "height": 900})
        neuron(one, "1:0").focus()
        one.page.keyboard.press(f"Arrow{along}")
        assert one.page.evaluate("document.activeElement.dataset.item") == "1:1"
        one.page.keyboard.press(f"Arrow{across}")
        assert one.page.evaluate("document.activeElement.dataset.item") == "2:1"


def test_forced_colours_leave_what_is_pressed_what_is_data_and_neurons(visit):
    one = visit(forced_colors="active")
    colour = "(element) => getComputedStyle(element).backgroundColor"
    one.page.click("#cost-labels >> text=7")
    one.frames()
    labels = one.page.locator("#cost-labels button")
    assert labels.nth(7).evaluate(colour) != labels.nth(6).evaluate(colour)
    cells = one.page.locator(".confusion td").evaluate_all(f"(cells) => cells.map({colour})")
    assert len(set(cells)) > 5
    colours = one.page.evaluate("""() => [...document.querySelectorAll(".disc")]
      .map((disc) => getComputedStyle(disc).backgroundColor)""")
    assert len(set(colours)) > 8


# -- passes


def hold(visit, at):
    """Stop a pass at a moment of its course."""
    visit.page.evaluate(
        "(at) => { const { pulse } = mnist.state.board;"
        " Object.assign(pulse, { at, isPaused: true }); pulse.draw(); }",
        at,
    )


def test_a_forward_pass_shows_nothing_before_it_arrives(visit):
    one = visit()
    answer = one.answer
    one.page.click("#board-forward")
    hold(one, 1.5)
    assert one.page.inner_text(".answer .big") == "…"
    assert text_in(one, "1:0") != ""
    assert text_in(one, "2:0") == text_in(one, "3:0") == ""
    assert one.page.locator(".neuron.best").count() == 0
    assert neuron(one, "3:1").get_attribute("aria-label") == "output 1: not yet"
    one.frames()
    assert one.page.evaluate("mnist.state.board.pulse.at") == 1.5
    one.page.focus("#board-pause")
    one.page.keyboard.press("Enter")
    one.wait(lambda: one.page.inner_text(".answer .big") == answer)
    assert one.page.is_disabled("#board-pause")


def test_a_pass_pauses_and_a_stroke_ends_it(visit):
    one = visit()
    one.page.click("#board-forward")
    one.page.click("#board-pause")
    assert one.page.inner_text("#board-pause") == "Go on"
    stands = one.page.evaluate("mnist.state.board.pulse.at")
    one.frames()
    assert one.page.evaluate("mnist.state.board.pulse.at") == stands
    draw(one, SEVEN)
    one.wait(lambda: one.page.inner_text(".answer .big") not in {"…", "–"})


def test_a_backward_pass_goes_from_error_to_delta_to_change(visit):
    one = visit()
    told = one.page.evaluate("""() => {
      const { network, image, label, activity } = mnist.state;
      const { deltas } = mnist.state.backward(network, image, label);
      return { deltas: deltas.map((layer) => Array.from(layer)), label,
        outputs: Array.from(activity.a[network.depth]) };
    }""")
    one.page.click("#board-backward")
    hold(one, 0)
    error = np.array(told["outputs"]) - np.eye(10)[told["label"]]
    labels = [neuron(one, f"3:{i}").get_attribute("aria-label") for i in range(10)]
    shown = [float(label.split(": ")[1].replace("−", "-")) for label in labels]
    np.testing.assert_allclose(shown, error, atol=6e-4)
    assert text_in(one, "2:0") == ""
    assert "error" in one.page.inner_text("#board-caption")
    for at, name, layer in ((1.5, "3:1", 2), (3.5, "2:1", 1), (5.5, "1:1", 0)):
        hold(one, at)
        shown = float(text_in(one, name).replace("−", "-"))
        assert shown == pytest.approx(told["deltas"][layer][1], rel=0.5, abs=6e-3)
        assert "δ" in one.page.inner_text("#board-caption")
    hold(one, 6.5)
    assert "change of each weight" in one.page.inner_text("#board-caption")
    one.page.click("#board-pause")
    one.wait(lambda: one.page.inner_text("#board-pause") == "Done")
    one.page.click("#board-pause")
    one.wait(lambda: one.page.inner_text("#board-caption") == "")


def test_a_drawing_has_no_label_to_go_back_from(visit):
    one = visit()
    draw(one, SEVEN)
    one.wait(lambda: one.page.is_disabled("#board-backward"))
    one.page.evaluate("mnist.state.setLabel(7)")
    one.wait(lambda: one.page.is_enabled("#board-backward"))


# -- other numbers, other networks


def test_other_numbers_on_the_lines(visit):
    one = visit()
    lines = "document.querySelector('#board-lines').toDataURL()"
    before = one.page.evaluate(lines)
    one.page.evaluate("""() => {
      const zeros = mnist.state.network.weights.map((layer) => layer.map(() => 0));
      zeros[1][3] = -1;
      mnist.state.board.showEdges(zeros, { caption: "One weight" });
    }""")
    one.frames()
    assert one.page.inner_text("#board-caption") == "One weight"
    assert one.page.evaluate(lines) != before
    one.page.evaluate("mnist.state.board.showEdges(null)")
    one.frames()
    assert one.page.evaluate(lines) == before
    assert one.page.inner_text("#board-caption") == ""


def test_another_network_stands_on_the_board_until_it_is_sent_back(visit):
    one = visit()
    before = one.page.inner_text("#board-answers")
    one.page.evaluate("""() => {
      const { facts, sizes } = mnist.state.network;
      const small = { ...facts, layer_sizes: [784, 7, 10] };
      const parameters = new Float32Array(784 * 7 + 7 + 7 * 10 + 10);
      parameters.fill(0.5, parameters.length - 7);
      mnist.state.setNetwork(new mnist.Network(small, parameters), "A small one");
    }""")
    one.frames()
    assert one.page.locator(".neuron").count() == 17
    assert one.page.inner_text("#board-title") == "A small one"
    assert one.page.inner_text("#board-answers") != before
    one.page.click("#board-own")
    one.frames()
    assert one.page.locator(".neuron").count() == 42
    assert one.page.inner_text("#board-answers") == before


def test_one_of_two_networks_is_on_the_board_and_both_answer(visit):
    one = visit("whole", "small", viewport={"width": 1280, "height": 650})
    answers = boxes(one, ".answer .big")
    assert len(answers) == 2
    assert answers[:, 3].max() < 650
    assert one.page.locator(".neuron").count() == 42
    one.page.get_by_role("button", name="small.npz").click()
    one.frames()
    assert one.page.locator(".neuron").count() == 22
    assert one.page.evaluate("mnist.state.network.facts.name") == "small.npz"
    choose(one, "1:2", "mouse")
    assert one.page.locator(".beside").is_visible()


def test_two_answers_and_their_doubts_fit_on_a_phone(visit):
    one = visit("whole", "small", viewport={"width": 320, "height": 844})
    one.page.click("#pad-clear")
    draw(one, [(0.1, 0.1), (0.9, 0.1), (0.1, 0.9), (0.9, 0.9), (0.1, 0.5)])  # like no digit
    assert all(one.page.locator(".doubts").all_inner_texts())
    for width in (320, 390):
        one.become(viewport={"width": width, "height": 844})
        strips = boxes(one, ".answer")
        for part in (".name", ".big", ".detail", ".doubts"):
            places = boxes(one, f".answer {part}")
            assert (places[:, :2] >= strips[:, :2] - 1).all()
            assert (places[:, 2:] <= strips[:, 2:] + 1).all()
        assert (boxes(one, ".answer .name")[:, 3] <= boxes(one, ".answer .words")[:, 1] + 1).all()


# -- the film


def test_the_film_puts_its_moments_on_the_board(visit):
    one = visit()
    own = text_in(one, "1:0")
    one.page.focus("#film-slider")
    one.page.keyboard.press("Home")
    one.frames()
    assert one.page.evaluate("mnist.state.isOwn") is False
    assert text_in(one, "1:0") != own
    assert one.page.inner_text("#board-title") == "Training, before the first step"
    one.page.locator("#film-tiles").scroll_into_view_if_needed()
    one.wait(lambda: "this moment alone" in one.page.inner_text("#film-scale"))
    one.page.focus("#film-slider")
    one.page.keyboard.press("End")
    one.frames()
    assert one.page.evaluate("mnist.state.isOwn") is True
    assert text_in(one, "1:0") == own
    one.page.keyboard.press("Home")
    one.page.click("#board-own")
    assert one.page.input_value("#film-slider") == one.page.get_attribute("#film-slider", "max")


# -- on paper, and without a script


def test_the_board_is_printed_whole_and_without_controls(visit):
    one = visit(viewport={"width": 390, "height": 844})
    before = boxes(one, ".neuron")
    one.page.evaluate("dispatchEvent(new Event('beforeprint'))")
    one.page.emulate_media(media="print")
    one.frames()
    (board,) = boxes(one, ".bench")
    inside = boxes(one, ".disc, #pad, #board-eye, .neurons .caption, .answer")
    assert (inside[:, :2] >= board[:2]).all()
    assert (inside[:, 2:] <= board[2:] + 1).all()
    assert one.page.locator(".bench button:not(.neuron):visible").count() == 0
    assert one.page.locator(".bench input:visible, .strip:visible").count() == 0
    one.page.emulate_media(media="screen")
    one.page.evaluate("dispatchEvent(new Event('afterprint'))")
    one.frames()
    np.testing.assert_allclose(boxes(one, ".neuron"), before, atol=0.6)


def test_without_javascript_there_is_no_board(visit):
    one = visit(java_script_enabled=False)
    assert not one.page.locator("#draw").is_visible()
    assert "JavaScript" in one.page.inner_text(".without-script")
    assert one.page.locator("#settings").is_visible()
