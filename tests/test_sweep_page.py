"""The page of a sweep in a real browser: how a setting is chosen, and what the page never does."""

import json
import re

import pytest
from browsing import skip_or_fail, visits, what_axe_finds
from sweeps import axis, made_up_rows, small_plan, trained_rows

from mnist_cli.sweep.page import LARGEST, sweep_page
from mnist_cli.sweep.summary import summary_of

WIDTHS = [320, 768, 1440, 1920]
FITS = "() => document.documentElement.scrollWidth <= innerWidth"
HELD = """() => [...document.querySelectorAll(".chart .point.chosen, tr.chosen")]
  .map((one) => Number(one.dataset.point))"""


@pytest.fixture(scope="module", autouse=True)
def _needs_a_browser():
    skip_or_fail()


@pytest.fixture(scope="module")
def told(builtin_dir):
    """Real trainings, of which the last diverge; the last of all is not done yet."""
    fixed = {"activation": "linear", "output_activation": "linear", "epochs": 3}
    plan = small_plan(axis("learning-rate", "0.003,0.01,1000"), **fixed)
    return summary_of(plan, trained_rows(plan, builtin_dir)[:-1])


@pytest.fixture(scope="module")
def many():
    """Two axes, and names as long as they get."""
    shapes = "none,16,16-16-16-16-16-16-16-16,2048"
    plan = small_plan(axis("hidden-sizes", shapes), axis("learning-rate", "0.01..100:9"))
    rows = made_up_rows(plan, lambda point, seed: 0.97 - 0.02 * (point % 9) - 0.001 * seed)
    return summary_of(plan, rows)


@pytest.fixture(scope="module")
def pages(told, many, tmp_path_factory):
    folder = tmp_path_factory.mktemp("sweeps")
    paths = {"one": folder / "one.html", "many": folder / "many.html"}
    for name, summary in (("one", told), ("many", many)):
        paths[name].write_text(sweep_page(summary), "utf-8")
    return paths


@pytest.fixture
def visit(browser, pages):
    with visits(browser, blobs=False) as open_page:
        yield lambda name="one", **context: open_page(pages.get(name, name), **context)


def seeds(visit):
    return visit.page.locator("#seeds li").all_inner_texts()


def seed_texts(told, number):
    others = {"diverged": "diverged", "missing": "not run yet"}
    return [
        f"seed {run.seed}: {others.get(run.status) or f'{run.accuracy:.2%}'}"
        for run in told.points[number].runs
    ]


def test_the_best_setting_is_shown_first(visit, told):
    one = visit()
    assert one.page.input_value("#setting") == str(told.best.number)
    assert seeds(one) == seed_texts(told, told.best.number)
    assert one.page.locator(".curves").first.locator("polyline").count() == 3


def test_a_setting_is_chosen_by_the_keyboard_alone(visit, told):
    one = visit()
    page = one.page
    for _ in range(9):
        page.keyboard.press("Tab")
        if page.evaluate("() => document.activeElement.classList.contains('chart')"):
            break
    page.keyboard.press("Home")
    assert seeds(one) == seed_texts(told, 0)
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowRight")
    assert seeds(one) == seed_texts(told, 2)
    assert set(page.evaluate(HELD)) == {2}
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Tab")
    assert page.evaluate("() => document.activeElement.id") == "setting"
    page.keyboard.press("ArrowUp")
    assert page.input_value("#setting") == "1"
    assert seeds(one) == seed_texts(told, 1)


def test_a_setting_is_chosen_by_the_mouse(visit, told):
    one = visit()
    one.page.locator(".chart:not(.narrow) [data-point='0']").click()
    assert seeds(one) == seed_texts(told, 0)
    one.page.locator("tr[data-point='1']").click()
    assert seeds(one) == seed_texts(told, 1)
    assert one.page.evaluate(HELD) == [1, 1, 1]


def test_a_setting_is_chosen_by_touch_on_a_telephone(visit, told):
    one = visit(viewport={"width": 320, "height": 700}, has_touch=True)
    assert not one.page.locator(".chart:not(.narrow)").is_visible()
    one.page.locator(".chart.narrow [data-point='0']").tap()
    assert seeds(one) == seed_texts(told, 0)
    one.page.select_option("#setting", "2")
    assert seeds(one) == seed_texts(told, 2)


def test_curves_are_read_by_arrow_keys(visit, told):
    one = visit()
    page, runs = one.page, told.best.runs
    readout = page.locator(".readout").first
    page.locator(".curves").first.focus()
    history = [[entry["validation_accuracy"] for entry in run.row["history"]] for run in runs]
    assert readout.inner_text() == f"Seed 0, epoch 3: {history[0][2]:.2%}"
    page.keyboard.press("ArrowLeft")
    page.keyboard.press("ArrowDown")
    assert readout.inner_text() == f"Seed 1, epoch 2: {history[1][1]:.2%}"
    page.keyboard.press("ArrowUp")
    page.keyboard.press("ArrowUp")
    page.keyboard.press("Home")
    assert readout.inner_text() == f"Seed 2, epoch 1: {history[2][0]:.2%}"


def test_curves_are_read_by_the_mouse(visit, told):
    one = visit()
    one.page.locator(".curves").last.hover(position={"x": 60, "y": 5})
    worst = max(told.best.runs, key=lambda run: run.row["history"][0]["validation_loss"])
    text = one.page.locator(".readout").last.inner_text()
    assert text.startswith(f"Seed {worst.seed}, epoch 1: ")


def test_ticks_differ_however_little_the_seeds_do(visit, tmp_path):
    plan = small_plan(axis("batch-size", "16,32"), epochs=1)
    rows = made_up_rows(plan, lambda _point, seed: 0.9 + seed / 30_000)
    path = tmp_path / "close.html"
    path.write_text(sweep_page(summary_of(plan, rows)), "utf-8")
    one = visit(path)
    for curves in one.page.locator(".curves").all():
        texts = curves.locator("text").all_text_contents()
        assert len(set(texts)) == len(texts) > 2


def test_curves_are_those_of_the_results(pages, told):
    text = pages["one"].read_text("utf-8")
    data = json.loads(re.search(r'id="data">(.*?)</script>', text, re.DOTALL)[1])
    for point, shown in zip(told.points, data, strict=True):
        for run, curve in zip(point.runs, shown["runs"], strict=True):
            history = run.row["history"] if run.row else []
            losses = [entry["validation_loss"] for entry in history]
            assert curve.get("loss", []) == pytest.approx(losses, rel=1e-3)
            assert (curve["seed"], curve["status"]) == (run.seed, run.status)


@pytest.mark.parametrize(("name", "width"), [("one", 1440), ("many", 320)])
def test_axe_finds_nothing(name, width, visit):
    window = {"viewport": {"width": width, "height": 900}}
    one = visit(name, **window)
    for scheme in ("light", "dark"):
        one.become(**window, color_scheme=scheme)
        assert what_axe_finds(one.page) == [], scheme


@pytest.mark.parametrize("name", ["one", "many"])
def test_nothing_overflows(name, visit):
    one = visit(name)
    for width in WIDTHS:
        one.page.set_viewport_size({"width": width, "height": 900})
        one.frames()
        assert one.page.evaluate(FITS), width


def test_dark_is_dark(visit):
    one = visit(color_scheme="dark")
    colour = "() => getComputedStyle(document.body).backgroundColor"
    assert one.page.evaluate(colour) == "rgb(12, 13, 16)"


@pytest.mark.parametrize("width", [320, 1440])
def test_without_javascript_chart_and_table_stand(width, visit, told):
    one = visit(java_script_enabled=False, viewport={"width": width, "height": 900})
    assert one.page.locator(".chart").locator("visible=true").count() == 1
    assert one.page.locator("tbody tr").count() == len(told.points)
    assert not one.page.locator("#curves").is_visible()
    assert one.page.locator(".without-script").is_visible()


def test_table_tells_everything_that_the_chart_shows(visit, told):
    rows = visit().page.locator("tbody tr").all_inner_texts()
    first, second, third = (re.split(r"\s+", row.strip()) for row in rows)
    spread, difference = told.points[1].spread, told.points[1].difference
    assert first[0] == "0.003"
    assert second[1:5] == [
        f"{spread.mean:.2%}",
        f"±{100 * spread.half_width:.2f}",
        f"{spread.smallest:.2%}",
        f"{spread.largest:.2%}",
    ]
    assert second[5].replace("−", "-") == f"{100 * difference.mean:+.2f}"
    assert " ".join(third[1:]) == "2 of 3 diverged 2/3"


def test_names_that_look_like_markup_stay_text(visit, many, tmp_path):
    odd = "</script><img src=x onerror=alert(1)>"
    first = many.axes[0]._replace(shown=(odd, *many.axes[0].shown[1:]))
    points = (many.points[0]._replace(shown=(odd, "1")), *many.points[1:])
    path = tmp_path / "odd.html"
    summary = many._replace(axes=(first, many.axes[1]), points=points, command=f"mnist {odd}")
    path.write_text(sweep_page(summary), "utf-8")
    one = visit(path)
    assert one.page.locator("img").count() == 0
    assert odd in one.page.locator("option").first.inner_text()
    assert one.messages == [] and one.requests == [one.url]


@pytest.mark.parametrize(("values", "seeds", "epochs"), [(25, 20, 30), (200, 5, 1), (9, 3, 1000)])
def test_a_large_sweep_stays_below_300_kb(values, seeds, epochs, visit, tmp_path):
    rates = axis("learning-rate", f"0.001..100:{values}")
    plan = small_plan(rates, seeds=range(seeds), epochs=epochs)
    rows = made_up_rows(plan, lambda point, seed: 0.9 - point / 1000 - seed / 1234)
    text = sweep_page(summary_of(plan, rows))
    assert len(text.encode()) < 300_000
    path = tmp_path / "large.html"
    path.write_text(text, "utf-8")
    one = visit(path, viewport={"width": 320, "height": 700})
    assert one.page.evaluate(FITS)


def test_left_out_epochs_are_told():
    plan = small_plan(axis("batch-size", "16,32"), epochs=5000)
    page = sweep_page(summary_of(plan, made_up_rows(plan, lambda _point, _seed: 0.9)))
    assert re.search(r"Only [\d,]+ epochs of each run fit in this page", page)
    assert LARGEST / 2 < len(page.encode()) < 300_000
