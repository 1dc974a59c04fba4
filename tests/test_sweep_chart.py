"""The chart of a sweep: axes, a mark for every run, and in a browser no text over another."""

import xml.etree.ElementTree as ET
from itertools import product
from math import log10

import pytest
from sweeps import axis, made_up_rows, small_plan, trained_rows

from mnist_cli.sweep.chart import chart_style, chart_svg, inline_chart
from mnist_cli.sweep.heat_map import TEXT, contrast, ramp
from mnist_cli.sweep.labels import is_logarithmic, numbers_of
from mnist_cli.sweep.scales import Scale, grows_by_factors
from mnist_cli.sweep.summary import summary_of

SVG = "{http://www.w3.org/2000/svg}"
BATCHES = axis("batch-size", "1,4,16,64,256,1024")
RATES = axis("learning-rate", "0.01..100:9")


def summary(*axes, seeds=(0, 1, 2), done=None, diverged=(), share=None):
    """A sweep with made-up accuracies."""
    plan = small_plan(*axes, seeds=seeds)
    share = share or (lambda point, seed: 0.94 - 0.011 * (point % 7) + 0.004 * (seed % 5))

    def reached(point, seed):
        return None if (point, seed) in diverged else share(point, seed)

    return summary_of(plan, made_up_rows(plan, reached)[:done])


SWEEPS = {
    "numbers": lambda: summary(BATCHES),
    "more than a decade": lambda: summary(BATCHES, share=lambda p, s: 0.98 - 0.15 * p + 0.001 * s),
    "as bad as guessing": lambda: summary(
        RATES, share=lambda p, s: [0.95, 0.1][p % 2] + s / 999, diverged={(3, 0)}
    ),
    "all wrong": lambda: summary(BATCHES, share=lambda p, _s: [0.0, 0.95, 1.0][p % 3]),
    "diverged": lambda: summary(RATES, diverged={(7, 0), (8, 0), (8, 1), (8, 2)}),
    "unfinished": lambda: summary(BATCHES, done=10, diverged={(0, 1)}),
    "nothing done": lambda: summary(BATCHES, done=0),
    "one seed": lambda: summary(BATCHES, seeds=[7]),
    "one value": lambda: summary(axis("batch-size", "32")),
    "20 seeds": lambda: summary(axis("initialization", "scaled,normal"), seeds=range(20)),
    "25 values": lambda: summary(axis("batch-size", ",".join(str(4 * i) for i in range(1, 26)))),
    "25 shapes": lambda: summary(axis("hidden-sizes", ",".join(f"{8 + i}-16" for i in range(25)))),
    "long shapes": lambda: summary(axis("hidden-sizes", "none,16,16-16-16-16-16-16-16-16")),
    "together": lambda: summary(axis("batch-size+epochs", "16+1,64+4,256+16")),
    "configurations": lambda: summary(axis("config", "default,3b1b,nielsen,softmax,tanh,relu")),
    "with zero": lambda: summary(axis("weight-decay", "0,1e-6,1e-5,1e-4")),
    "two axes": lambda: summary(axis("batch-size", "16,64,256"), RATES, done=70, diverged={(0, 1)}),
    "three axes": lambda: summary(
        axis("activation", "sigmoid,tanh,relu"), axis("batch-size", "16,64"), RATES
    ),
    "four axes": lambda: summary(
        axis("optimizer", "sgd,adam"),
        axis("activation", "sigmoid,relu"),
        axis("batch-size", "16,64"),
        axis("learning-rate", "1,3,10"),
        seeds=[0, 1],
    ),
}


def elements(text, name, class_=None):
    found = ET.fromstring(text).iter(SVG + name)
    return [one for one in found if class_ is None or one.get("class") == class_]


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ([1, 4, 16, 64], True),
        ([1, 3, 10], True),
        ([8, 16, 32], True),
        ([10, 20, 50, 100], True),
        ([0.01, 0.1, 1], True),
        ([1, 100], True),
        ([16, 32], False),
        ([1, 2, 3, 4, 5], False),
        ([10, 20, 30], False),
        ([0, 0.5, 0.9], False),
    ],
)
def test_a_logarithmic_axis_where_the_values_ask_for_it(values, expected):
    assert grows_by_factors(values) is expected


def test_which_axes_are_numbers():
    assert numbers_of(axis("batch-size", "16,1,4")) == [16, 1, 4]
    assert is_logarithmic(RATES)
    for text in (
        "hidden-sizes=16,32",
        "batch-size+epochs=1+2,3+4",
        "weight-decay=0,1e-5,1e-4,1e-3",
    ):
        assert numbers_of(axis(*text.split("="))) is None, text


@pytest.mark.parametrize(
    ("low", "high", "logarithmic"),
    [(0.03, 0.7, True), (0.0001, 0.9, True), (0.02, 0.06, False), (0.05, 0.0501, False)],
)
def test_ticks_are_distinct_round_and_on_the_axis(low, high, logarithmic):
    ticks = Scale(low, high, 0, 100, logarithmic).ticks()
    assert 3 <= len(ticks) <= 8
    assert all(low <= tick <= high * (1 + 1e-9) for tick in ticks)
    assert len({f"{100 * tick:.6g}" for tick in ticks}) == len(ticks)
    assert all(len(f"{tick:.9g}".replace(".", "").strip("0")) <= 4 for tick in ticks)


def test_places_on_an_axis_by_hand():
    assert Scale(0, 10, 100, 200)(2.5) == 125
    assert Scale(1, 100, 0, 50, logarithmic=True)(10) == pytest.approx(25)
    assert Scale(1, 100, 50, 0, logarithmic=True)(-3) == 50
    assert Scale(5, 5, 0, 50)(5) == 25


@pytest.mark.parametrize("name", [n for n in SWEEPS if "axes" not in n])
def test_every_run_has_one_mark_with_its_seed(name):
    told = SWEEPS[name]()
    text = chart_svg(told)
    marks = [
        *elements(text, "circle", "seed"),
        *elements(text, "circle", "absent"),
        *elements(text, "path", "lost"),
    ]
    titles = [mark.find(SVG + "title").text for mark in marks]
    assert len(marks) == told.runs
    for run in (run for point in told.points for run in point.runs):
        if run.accuracy is not None:
            assert f"seed {run.seed}: error {1 - run.accuracy:.2%}" in titles
    assert sum("diverged" in title for title in titles) == len(elements(text, "path", "lost"))


@pytest.mark.parametrize("name", [n for n in SWEEPS if "axes" in n])
def test_every_setting_has_a_cell_that_tells_its_seeds(name):
    told = SWEEPS[name]()
    groups = elements(chart_svg(told), "g", "point")
    assert sorted(int(group.get("data-point")) for group in groups) == list(range(len(told.points)))
    for group in groups:
        lines = group.find(SVG + "title").text.splitlines()
        assert [line.split(":")[0] for line in lines[1:]] == [f"seed {s}" for s in told.seeds]


def test_one_field_for_each_combination_of_the_other_settings():
    texts = [one.text for one in elements(chart_svg(SWEEPS["four axes"]()), "text", "heading")]
    assert texts == [
        f"optimizer {optimizer}, activation {activation}"
        for optimizer in ("sgd", "adam")
        for activation in ("sigmoid", "relu")
    ]


def test_errors_over_a_decade_are_drawn_by_their_logarithm():
    told = SWEEPS["more than a decade"]()
    errors = [1 - run.accuracy for point in told.points for run in point.runs]
    heights = [float(dot.get("cy")) for dot in elements(chart_svg(told), "circle", "seed")]
    slopes = [
        (heights[0] - height) / (log10(error) - log10(errors[0]))
        for error, height in zip(errors[3:], heights[3:], strict=True)
    ]
    assert slopes == pytest.approx([slopes[0]] * len(slopes), rel=0.01)


def test_mean_is_drawn_at_the_mean_of_its_dots():
    told = SWEEPS["numbers"]()
    for group in elements(chart_svg(told), "g", "point"):
        dots = [float(dot.get("cy")) for dot in group.iter(SVG + "circle")]
        (mean,) = [one for one in group.iter(SVG + "line") if one.get("class") == "mean"]
        assert float(mean.get("y1")) == pytest.approx(sum(dots) / len(dots), abs=0.1)


def test_survivors_have_dots_but_no_mean():
    told = SWEEPS["diverged"]()
    groups = elements(chart_svg(told), "g", "point")
    classes = [[one.get("class") for one in groups[i].iter() if one.get("class")] for i in (6, 7)]
    assert classes[0].count("mean") == 1
    assert classes[1].count("mean") == classes[1].count("interval") == 0
    assert (classes[1].count("seed"), classes[1].count("lost")) == (2, 1)


def test_names_that_look_like_markup_stay_text():
    told = SWEEPS["configurations"]()
    odd = told.axes[0]._replace(shown=("<b>", 'a"b', "a&b", "]]>", "'", "x" * 60))
    points = tuple(p._replace(shown=(odd.shown[p.number],)) for p in told.points)
    text = chart_svg(told._replace(axes=(odd,), points=points))
    assert "<b>" in [one.text for one in elements(text, "text")]


def test_numbers_on_cells_can_be_read():
    for i in range(101):
        assert max(contrast(ramp(i / 100), ink) for ink in TEXT) >= 4.5
    assert contrast((0, 0, 0), (255, 255, 255)) == pytest.approx(21)


def test_real_trainings_that_diverge(builtin_dir):
    fixed = {"activation": "linear", "output_activation": "linear", "epochs": 1}
    plan = small_plan(axis("learning-rate", "0.01,1,1000"), seeds=[0, 1], **fixed)
    told = summary_of(plan, trained_rows(plan, builtin_dir))
    lost = sum(run.status == "diverged" for point in told.points for run in point.runs)
    assert 0 < lost < told.runs
    assert len(elements(chart_svg(told), "path", "lost")) == lost


# -- in a browser


OVERLAPS = """() => {
  const svg = document.querySelector("svg").getBoundingClientRect();
  const texts = [...document.querySelectorAll("svg text")]
    .map((one) => [one.textContent, one.getBoundingClientRect()]);
  const outside = texts.filter(([_, box]) => box.left < svg.left - 1 || box.right > svg.right + 1
    || box.top < svg.top - 1 || box.bottom > svg.bottom + 1).map(([text]) => `outside: ${text}`);
  const over = texts.flatMap(([text, a], i) => texts.slice(i + 1)
    .filter(([_, b]) => a.left < b.right - 1 && b.left < a.right - 1
      && a.top < b.bottom - 2 && b.top < a.bottom - 2)
    .map(([other]) => `${text} / ${other}`));
  return [...outside, ...over];
}"""


def test_no_text_lies_over_another_or_leaves_the_picture(browser):
    page = browser.new_page(viewport={"width": 800, "height": 600})
    found = {}
    for (name, make), width in product(SWEEPS.items(), (288, 720)):
        page.set_content(f"<style>{chart_style()}</style>{inline_chart(make(), width)}")
        found[name, width] = page.evaluate(OVERLAPS)
    page.close()
    assert {name: texts for name, texts in found.items() if texts} == {}


def test_file_of_its_own_follows_light_and_dark(browser, tmp_path):
    path = tmp_path / "chart.svg"
    path.write_text(chart_svg(SWEEPS["numbers"]()), "utf-8")
    page = browser.new_page()
    fills = {}
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme)
        page.goto(path.as_uri())
        code = "() => getComputedStyle(document.querySelector('.paper')).fill"
        fills[scheme] = page.evaluate(code)
    page.close()
    assert fills == {"light": "rgb(251, 250, 246)", "dark": "rgb(12, 13, 16)"}
