"""What a sweep found: spread, Student's interval, paired differences, divergence, missing runs."""

import csv
import json
import math
import re
from io import StringIO

import numpy as np
import pytest
from sweeps import axis, made_up_rows, small_plan, trained_rows

from mnist_cli.config.files import read_config
from mnist_cli.sweep import summarize
from mnist_cli.sweep.intervals import spread_of, t_quantile
from mnist_cli.sweep.outputs import write_outputs
from mnist_cli.sweep.phrases import conclusion, mean_text, notes, reading, signed, trouble
from mnist_cli.sweep.summary import summary_of
from mnist_cli.sweep.table import terminal_table

BATCHES = axis("batch-size", "16,64,256")
RATES = axis("learning-rate", "1,10")


def density(t, freedom):
    """Student's density, from its definition with the gamma function."""
    factor = math.lgamma((freedom + 1) / 2) - math.lgamma(freedom / 2)
    return (
        math.exp(factor)
        / math.sqrt(freedom * math.pi)
        * (1 + t**2 / freedom) ** (-0.5 * (freedom + 1))
    )


@pytest.mark.parametrize("freedom", [1, 2, 3, 4, 9, 10, 19, 99])
def test_95_percent_of_students_distribution_lies_inside_the_quantile(freedom):
    end = t_quantile(freedom)
    t, step = np.linspace(-end, end, 20_001, retstep=True)
    heights = density(t, freedom)
    area = step * (heights.sum() - (heights[0] + heights[-1]) / 2)  # trapezoids
    assert area == pytest.approx(0.95, abs=1e-6)


@pytest.mark.parametrize(("freedom", "printed"), [(1, 12.706), (2, 4.303), (4, 2.776), (30, 2.042)])
def test_quantile_of_the_printed_tables(freedom, printed):
    assert t_quantile(freedom) == pytest.approx(printed, abs=5e-4)


def test_interval_covers_the_mean_of_a_normal_distribution_as_often_as_it_says():
    rng = np.random.default_rng(0)
    spreads = [spread_of(values) for values in rng.normal(3, 2, (4000, 3)).tolist()]
    covered = sum(abs(s.mean - 3) <= s.half_width for s in spreads)
    assert covered / 4000 == pytest.approx(0.95, abs=0.012)  # 3.5 standard deviations


def test_spread_by_hand():
    spread = spread_of([0.90, 0.92, 0.94])
    assert spread[:3] == pytest.approx((0.92, 0.90, 0.94))
    assert spread.half_width == pytest.approx(4.302653 * 0.02 / math.sqrt(3))
    assert spread_of([0.9]).half_width is None


def test_one_run_of_each_seed_and_the_paired_difference():
    plan = small_plan(BATCHES, seeds=[3, 5, 8])
    shares = {3: 0.90, 5: 0.94, 8: 0.92}
    gains = {3: 0.010, 5: 0.012, 8: 0.011}
    rows = made_up_rows(plan, lambda point, seed: shares[seed] + point * gains[seed])
    summary = summary_of(plan, rows[::-1])
    first, second, third = summary.points
    assert [run.seed for run in second.runs] == [3, 5, 8]
    assert first.accuracies == shares
    assert first.difference is None
    assert second.difference.mean == pytest.approx(0.011)
    assert second.difference.half_width == pytest.approx(4.302653 * 0.001 / math.sqrt(3), rel=1e-5)
    assert second.difference.half_width < second.spread.half_width / 10
    assert signed(second.difference) == "+1.10 ±0.25"
    assert summary.best == third


def test_survivors_have_no_mean():
    plan = small_plan(BATCHES)
    rows = made_up_rows(plan, lambda point, seed: None if (point, seed) == (1, 2) else 0.9)
    summary = summary_of(plan, rows)
    assert summary.points[1].spread is None
    assert summary.points[1].difference is None
    assert trouble(summary.points[1]) == mean_text(summary.points[1]) == "1 of 3 diverged"
    assert summary.best in (summary.points[0], summary.points[2])


def test_nothing_is_compared_with_a_first_setting_that_diverged():
    plan = small_plan(BATCHES)
    rows = made_up_rows(plan, lambda point, _seed: 0.9 if point else None)
    summary = summary_of(plan, rows)
    assert [point.difference for point in summary.points] == [None] * 3
    assert "No differences: they are to batch-size 16, which diverged." in reading(summary)


def test_unfinished_sweep_says_how_far_it_is():
    plan = small_plan(BATCHES)
    rows = made_up_rows(plan, lambda point, _seed: 0.9 + 0.01 * point)
    summary = summary_of(plan, rows[:5])
    assert [trouble(point) for point in summary.points] == ["", "2 of 3 done", "not run yet"]
    assert mean_text(summary.points[1]).startswith("91.00% ±0.00 (2 of 3 done)")
    assert summary.points[1].difference.mean == pytest.approx(0.01)
    assert summary.best == summary.points[0], "a combination with all its seeds"
    assert "5 of 9 runs done" in notes(summary)[0]
    empty = summary_of(plan, [])
    assert empty.best is None
    assert conclusion(empty) == "No combination has a result from every seed yet."


def test_places_of_combinations_follow_the_plan():
    plan = small_plan(RATES, BATCHES, seeds=[0])
    summary = summary_of(plan, made_up_rows(plan, lambda _point, _seed: 0.5))
    assert [point.shown for point in summary.points] == [
        (rate, batch) for rate in ("1", "10") for batch in ("16", "64", "256")
    ]
    assert [point.place for point in summary.points][:4] == [(0, 0), (0, 1), (0, 2), (1, 0)]
    assert list(summary.points[4].shown) == list(plan.points[4].shown.values())


def test_the_best_of_many_is_said_to_look_better_than_it_is():
    plan = small_plan(BATCHES, RATES)
    rows = made_up_rows(plan, lambda point, seed: 0.9 + 0.01 * point + 0.001 * seed)
    summary = summary_of(plan, rows)
    assert any("best of 6 combinations looks better than it is" in note for note in notes(summary))
    assert conclusion(summary).startswith("Best: batch-size 256, learning-rate 10, mean")


def test_one_seed_has_no_interval_and_one_combination_no_difference():
    plan = small_plan(BATCHES, seeds=[4])
    summary = summary_of(plan, made_up_rows(plan, lambda _point, _seed: 0.9))
    assert reading(summary) == "Difference: in percentage points, to batch-size 16, paired by seed."
    assert "--seeds 5" in notes(summary)[-1]
    plan = small_plan(axis("batch-size", "16"))
    summary = summary_of(plan, made_up_rows(plan, lambda _point, _seed: 0.9))
    assert reading(summary) == "±: half of Student's 95% interval of the mean."


def test_no_difference_has_no_minus():
    assert signed(spread_of([-1e-9, -1e-9])) == "+0.00 ±0.00"


def test_real_trainings(builtin_dir):
    plan = small_plan(BATCHES)
    rows = trained_rows(plan, builtin_dir)
    summary = summary_of(plan, rows)
    for point in summary.points:
        own = [row for row in rows if row["settings"]["batch_size"] == int(point.shown[0])]
        shares = np.array([row["validation_accuracy"] for row in own])
        assert point.spread.mean == pytest.approx(shares.mean())
        assert point.spread.half_width == pytest.approx(4.302653 * shares.std(ddof=1) / 3**0.5)
    assert summary.best == summary.points[0], "two epochs are few steps for large mini-batches"


# -- table and files


@pytest.fixture
def folder(tmp_path):
    """The folder of a sweep in which one run diverged and two are not there yet."""
    plan = small_plan(BATCHES)
    rows = made_up_rows(plan, lambda point, seed: None if point == seed == 1 else 0.9 + seed / 100)
    (tmp_path / "plan.json").write_text(json.dumps(plan.to_json()))
    lines = [json.dumps(row) + "\n" for row in rows[:7]]
    (tmp_path / "results.jsonl").write_text("".join(lines))
    return tmp_path


def test_table_shows_every_setting_in_80_columns(folder):
    lines = terminal_table(summarize(folder)).splitlines()
    assert max(map(len, lines)) <= 80
    assert lines[2].split()[:7] == ["16", "3", "91.00", "±2.48", "90.00", "92.00", "–"]
    assert "1 of 3 diverged" in lines[3]
    assert lines[3].endswith("×")
    assert lines[4].split()[:2] == ["256", "1/3"]
    assert "unfinished: 7 of 9 runs" in "\n".join(lines)


def test_strip_has_range_and_mean_on_one_scale():
    plan = small_plan(axis("batch-size", "16,64"))
    rows = made_up_rows(plan, lambda point, seed: 0.90 - 0.10 * point - 0.05 * seed)
    strips = [line.split()[-1] for line in terminal_table(summary_of(plan, rows)).splitlines()[2:4]]
    assert re.fullmatch("(─+)●\\1·+", strips[0]), "the errors 10, 15, 20%"
    assert re.fullmatch("·+─+●(─+)", strips[1]), "20, 25, 30%"


def test_table_without_the_signs_of_unicode():
    plan = small_plan(axis("batch-size", "16,64"))
    summary = summary_of(plan, made_up_rows(plan, lambda point, _seed: 0.9 - 0.1 * point))
    lines = terminal_table(summary, encoding="ascii").splitlines()
    assert "\n".join(lines).isascii()
    assert [len(line) for line in lines] == [
        len(line) for line in terminal_table(summary).splitlines()
    ]


@pytest.mark.parametrize("width", [70, 80, 120])
def test_many_axes_fit_by_leaving_out_what_the_strip_shows(width):
    plan = small_plan(RATES, BATCHES, axis("activation", "relu,tanh"), seeds=[0, 1])
    summary = summary_of(plan, made_up_rows(plan, lambda _point, seed: 0.9 + seed / 100))
    assert max(map(len, terminal_table(summary, width).splitlines())) <= width


def test_files_of_the_folder(folder):
    files = {path.name: path.read_text("utf-8") for path in write_outputs(folder)}
    runs = list(csv.DictReader(StringIO(files["results.csv"])))
    assert [run["status"] for run in runs].count("missing") == 2
    assert [run["seed"] for run in runs[:3]] == ["0", "1", "2"]
    assert runs[4]["status"] == "diverged" and runs[4]["validation_accuracy"] == ""
    assert float(runs[2]["validation_accuracy"]) == 0.92
    assert "| 64 | 3 | 1 of 3 diverged |  |  |  |  |" in files["table.md"]
    assert "| 16 | 3 | 91.00% | ±2.48 | 90.00% | 92.00% |  |" in files["table.md"]
    best = read_config(folder / "best.json")
    assert best["batch_size"] == 16


def test_best_of_an_earlier_time_goes_where_nothing_is_best(folder):
    write_outputs(folder)
    (folder / "results.jsonl").write_text("")
    assert "best.json" not in [path.name for path in write_outputs(folder)]
    assert not (folder / "best.json").exists()


def test_command_prints_the_table_and_writes_all_files(mnist, builtin_dir, tmp_path):
    small = ("--dataset", "builtin", "--validation-size", "500", "--epochs", "1", "--seeds", "2")
    told = mnist("sweep", "batch-size=50,500", *small, "--data-dir", builtin_dir, "-o", "out")
    assert told.code == 0, told.err
    lines = told.out.splitlines()
    assert lines[:-1] == terminal_table(summarize(tmp_path / "out")).splitlines()
    assert lines[-1] == "Saved out"
    written = {path.name for path in (tmp_path / "out").iterdir()}
    assert {"table.md", "results.csv", "chart.svg", "sweep.html", "best.json"} <= written
