"""Exercises solved, left undone and done wrong, in the real process; no answer of ours is asked."""

import errno
import json
import os
import re
import signal
import string
import subprocess
import sys
import time
from functools import cache
from pathlib import Path

import numpy as np
import pytest

from mnist_cli.cli import cli
from mnist_cli.exercise import child, english, korean, questions
from mnist_cli.exercise.check import check
from mnist_cli.exercise.judge import short
from mnist_cli.exercise.sheets import NAMES, file_name, solved, with_gaps
from mnist_cli.exercise.solutions import backprop
from mnist_cli.network.backpropagation import MiniBatch
from mnist_cli.network.network import Network

PATIENT = 300  # seconds, however busy the machine is
DELTA = "delta = 2 * (a - y) * a * (1 - a)"
STABLE = "e = np.exp(-np.abs(z))\n    return np.where(z >= 0, 1, e) / (1 + e)"


@pytest.fixture(autouse=True, scope="module")
def _tasks_made_once():
    """Keep the central differences of 13,002 parameters for all tests."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setitem(questions.TASKS, "backprop", cache(questions.backprop_tasks))
        yield


@pytest.fixture
def answers(tmp_path):
    """Check a text; return the lines of the tasks, or the one of the whole file."""

    def ask(name, text, seconds=PATIENT, language="en"):
        path = tmp_path / file_name(name)
        path.write_text(text, "utf-8")
        outcome = check(name, path, seconds, language)
        return [outcome.problem] if outcome.problem else [v.answer for v in outcome.verdicts]

    return ask


def changed(name, old, new):
    text = solved(name)
    assert text.count(old) == 1
    return text.replace(old, new)


@pytest.mark.parametrize("name", NAMES)
def test_the_solution_is_right_and_the_gaps_are_not_done_yet(answers, name):
    assert all(
        re.fullmatch(r"right, differs by [\de-]+", line) for line in answers(name, solved(name))
    )
    assert answers(name, with_gaps(name)) == ["not done yet"] * 3
    assert answers(name, with_gaps(name, "ko"), language="ko") == ["아직 풀지 않았습니다"] * 3


def test_the_solution_of_backpropagation_gives_the_gradient_that_trains():
    rng = np.random.default_rng(5)
    network = Network(dtype=np.float64)
    network.initialize(rng, "normal")
    batch = MiniBatch(network, 1)
    batch.pixels[:] = rng.integers(0, 256, (1, 784))
    batch.targets[:] = np.eye(10)[[7]]
    batch.backpropagate()
    cost, pairs = backprop.backpropagate(
        batch.pixels[0] / 255, batch.targets[0], network.weights, network.biases
    )
    assert cost == pytest.approx(2 * batch.loss())  # our loss has the factor ½
    ours = zip(batch.gradient.weights, batch.gradient.biases, strict=True)
    for pair, own in zip(pairs, ours, strict=True):
        for theirs, half in zip(pair, own, strict=True):
            np.testing.assert_allclose(theirs, 2 * half, rtol=1e-5, atol=1e-8)


def test_the_solution_of_gradient_descent_ends_at_the_line_of_least_squares():
    from mnist_cli.exercise.solutions.gradient_descent import slopes, step

    x, y = np.random.default_rng(3).random((2, 30))
    w = b = 0.0
    for _ in range(3000):
        w, b = step(w, b, *slopes(w, b, x, y), 0.5)
    assert [w, b] == pytest.approx(np.polyfit(x, y, 1))


WRONG = {
    "no factor 2": (
        "backprop",
        DELTA,
        DELTA.replace("2 * ", ""),
        2,
        "weights_3 is wrong, differs by .*: it is 0.5 times what it must be",
    ),
    "the wrong sign": (
        "backprop",
        DELTA,
        DELTA.replace("a - y", "y - a"),
        2,
        "weights_3 .*: it is -1 times what it must be",
    ),
    "no slope of sigma": (
        "backprop",
        DELTA,
        "delta = 2 * (a - y)",
        2,
        r"weights_3 is wrong.*: σ'\(z\) = a \(1 - a\) is missing",
    ),
    "row times column": (
        "backprop",
        "* a * (1 - a)\n    return np.outer(a_before, delta), delta\n\n\ndef backpropagate",
        "* a * (1 - a)\n    return np.outer(delta, a_before), delta\n\n\ndef backpropagate",
        3,
        r"weights_1 must be \(784, 16\), got \(16, 784\): a column times a row",
    ),
    "weights turned": (
        "backprop",
        "w_after @ delta_after",
        "w_after.T @ delta_after",
        3,
        "weights_1 is wrong, differs by .*: rows and columns of w_after are exchanged; .*",
    ),
    "one value for two": (
        "backprop",
        "return np.outer(a_before, delta), delta\n\n\ndef layer_before",
        "return delta\n\n\ndef layer_before",
        2,
        "must return 2 values, got one value",
    ),
    "no sum": (
        "backprop",
        "np.sum((a - y) ** 2)",
        "(a - y) ** 2",
        1,
        r"cost must be a number, got \(10,\)",
    ),
    "mean for sum": (
        "backprop",
        "np.sum((a",
        "np.mean((a",
        1,
        "cost is wrong, .*: it is 0.1 times what it must be",
    ),
    "no return": (
        "backprop",
        "return np.sum((a - y) ** 2)",
        "c = np.sum((a - y) ** 2)",
        1,
        "returns nothing; write return before the result",
    ),
    "a string": (
        "backprop",
        "np.sum((a - y) ** 2)",
        "'2.5 or so'",
        1,
        "cost must be numbers, got str",
    ),
    "nan": (
        "backprop",
        "np.sum((a - y) ** 2)",
        "float('nan')",
        1,
        "cost must be finite, got nan or infinity",
    ),
    "another name": (
        "backprop",
        "def cost(",
        "def costs(",
        1,
        "no function cost in the file; it must keep its name",
    ),
    "a typing error": (
        "backprop",
        "np.sum((a",
        "np.sun((a",
        1,
        r"line 11: AttributeError: .*'sun'.*",
    ),
    "sys.exit": (
        "backprop",
        "return np.sum((a - y) ** 2)",
        "import sys; sys.exit(0)",
        1,
        "line 11: sys.exit ends the program; take it out",
    ),
    "input": (
        "backprop",
        "np.sum((a - y) ** 2)",
        "float(input('cost? '))",
        1,
        r"line 11: nobody can answer input\(\) here; take it out",
    ),
    "a crash": (
        "backprop",
        "return np.sum((a - y) ** 2)",
        "import os; os._exit(3)",
        1,
        "ended Python itself, with exit code 3; .*",
    ),
    "no end": (
        "backprop",
        DELTA,
        f"{DELTA}\n    f = lambda: f()\n    f()",
        2,
        "line 2\\d: RecursionError: .*",
    ),
    "the textbook's sigmoid": (
        "sigmoid",
        STABLE,
        "return 1 / (1 + np.exp(-z))",
        2,
        "line 11: FloatingPointError: overflow encountered in exp: .*",
    ),
    "np.where alone": (
        "sigmoid",
        STABLE,
        "return np.where(z > 0, 1 / (1 + np.exp(-z)), np.exp(z) / (1 + np.exp(z)))",
        2,
        "line 11: .*overflow.*np.where computes both of its sides",
    ),
    "a power with ^": (
        "backprop",
        "np.sum((a - y) ** 2)",
        "np.sum((a - y) ^ 2)",
        1,
        "line 11: TypeError: .* …: a power is written \\*\\*, not \\^",
    ),
    "uphill": (
        "gradient-descent",
        "w - rate * w_slope, b - rate * b_slope",
        "w + rate * w_slope, b + rate * b_slope",
        3,
        "w is wrong, .*: this goes uphill",
    ),
    "a sum of slopes": (
        "gradient-descent",
        "np.mean(2 * error * x), np.mean(2 * error)",
        "np.sum(2 * error * x), np.sum(2 * error)",
        2,
        "w_slope is wrong, .*: it is 20 times what it must be",
    ),
    "the largest floats": (
        "gradient-descent",
        "np.mean(2 * error * x), np.mean(2 * error)",
        "1.7e308, -1.7e308",
        2,
        r"w_slope is wrong, differs by 2e\+308",
    ),
    "too many numbers": (
        "gradient-descent",
        "np.mean(2 * error * x), np.mean(2 * error)",
        "np.zeros((2, 60_000))",
        2,
        "must return 2 values, got one value",
    ),
    "a type with a long name": (
        "backprop",
        "np.sum((a - y) ** 2)",
        "type('x' * 100_000, (), {})()",
        1,
        "cost must be numbers, got x{150}",
    ),
}


@pytest.mark.parametrize("way", WRONG)
def test_what_is_wrong_is_said_in_one_line_and_the_rest_is_right(answers, way):
    name, old, new, number, line = WRONG[way]
    lines = answers(name, changed(name, old, new))
    assert re.fullmatch(line, lines[number - 1])
    assert [text[:5] for i, text in enumerate(lines, 1) if i != number] == ["right", "right"]


@pytest.mark.parametrize(
    ("end", "line"),
    [
        ("\nx = (1,", r"line \d+: SyntaxError: '\(' was never closed"),
        ("\n  x = 1", r"line \d+: IndentationError: unindent does not match.*"),
        ("\nimport nothing_of_this_name", r"line \d+: ModuleNotFoundError: No module named .*"),
        ("\nraise SystemExit", r"line \d+: sys.exit ends the program; take it out"),
        ("\ninput()", r"line \d+: nobody can answer .*"),
        ("\nimport ctypes; ctypes.string_at(0)", "ended Python itself, .*"),
        ("\0", "SyntaxError: .*null bytes|ValueError: .*null bytes"),
    ],
)
def test_a_file_that_cannot_be_run_is_one_line(answers, end, line):
    (only,) = answers("sigmoid", solved("sigmoid") + end)
    assert re.fullmatch(line, only)


@pytest.mark.parametrize(
    "forged",
    [
        {"value": 3},
        {"value": {"shape": [2], "numbers": [1.0]}},
        {"value": {"shape": [10**9], "numbers": [1.0]}},
        {"value": {"shape": ["x"], "numbers": []}},
        {"value": {"shape": [-1, -1], "numbers": [1.0]}},
        {"value": {"shape": [1.0], "numbers": [1.0]}},
        {"value": {"shape": [1], "numbers": [10**400]}},
        {"value": {"several": 5}},
        {"value": {"several": [1]}},
        {"value": {"type": 3}},
        {"value": {}},
        {"reason": "none of these"},
        {"reason": "error", "line": "x"},
        {"reason": "error", "text": 3},
        {"other": 1},
        [1],
        5,
        "no JSON",
        "[" * 100_000,
    ],
)
def test_answers_that_a_pupils_file_has_forged_cost_a_line_each(answers, forged):
    lines = ["{}", *[forged if isinstance(forged, str) else json.dumps(forged)] * 3]
    forge = f"""
import os, sys
open(sys.argv[3], "w").write({chr(10).join(lines)!r} + chr(10))
os._exit(0)
"""
    assert (
        answers("sigmoid", solved("sigmoid") + forge)
        == ["wrote into the file in which its answers are kept; take out what does that"] * 3
    )


BEGIN = """import subprocess, sys
    more = subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(600)'])
    open({pid!r}, 'w').write(str(more.pid))
    while True: pass"""


def with_time_enough(ask):
    """Ask with more and more seconds until the first task is right; return the lines, and them."""
    for seconds in (1, 3, 10, 30, 100, PATIENT):
        lines = ask(seconds)
        if lines[0].startswith("right"):
            return lines, seconds
    raise AssertionError(lines)


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no process groups")
def test_a_loop_without_end_costs_its_task_alone_and_ends_what_it_has_started(answers, tmp_path):
    pid = tmp_path / "pid"
    text = changed("sigmoid", "a = sigmoid(z)", BEGIN.format(pid=str(pid)))
    lines, seconds = with_time_enough(lambda seconds: answers("sigmoid", text, seconds))
    assert lines[2] == f"ran longer than {seconds} s; is there a loop without an end?"
    if pid.exists():  # a busy machine may not have come so far
        wait_for_the_end(pid.read_text())


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no process groups")
def test_what_a_file_has_started_ends_with_it(answers, tmp_path):
    pid = tmp_path / "pid"
    begin = BEGIN.format(pid=str(pid)).replace("    while True: pass", "").replace("\n    ", "\n")
    assert all(line.startswith("right") for line in answers("sigmoid", solved("sigmoid") + begin))
    wait_for_the_end(pid.read_text())


def test_a_suggested_command_can_be_typed_as_it_stands(mnist):
    result = mnist("exercise", "sigmoid", "-o", "my $(x).py")
    assert result.err.rstrip().endswith("mnist exercise sigmoid --check 'my $(x).py'")


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no limits of a process")
def test_a_loop_without_end_ends_without_the_command(tmp_path):
    """After SIGKILL of the command nobody ends the child: it ran on for ever."""
    file, calls = tmp_path / "loop.py", tmp_path / "calls.json"
    file.write_text("while True: pass", "utf-8")
    calls.write_text("[]", "utf-8")
    line = [sys.executable, "-P", child.__file__, file, calls, tmp_path / "answers.json", "1"]
    assert subprocess.run(line, check=False).returncode == -signal.SIGXCPU


def wait_for_the_end(pid):
    """Wait until a killed process is gone, or only waits to be asked how it ended."""
    look = ["ps", "-o", "stat=", "-p", pid]
    while subprocess.run(look, capture_output=True, check=False).stdout[:1] not in (b"", b"Z"):
        time.sleep(0.05)


def test_printing_costs_nothing(answers):
    text = changed("sigmoid", "a = sigmoid(z)", "print('σ' * 10**7); a = sigmoid(z)")
    assert answers("sigmoid", text)[2].startswith("right")


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux holds to a limit of memory")
def test_memory_is_limited(answers):
    text = changed("sigmoid", "a = sigmoid(z)", "a = np.ones(2**34)")
    assert answers("sigmoid", text)[2] == "line 17: asked for more than 2 GB of memory"


@pytest.mark.parametrize(
    ("difference", "shown"),
    [(0, "0"), (2.3e-9, "2e-9"), (9.9e-4, "1e-3"), (0.034, "0.03"), (21.7, "22"), (3e9, "3e+09")],
)
def test_differences_are_short(difference, shown):
    assert short(difference) == shown


def test_a_helper_beside_the_file_can_be_imported(answers, tmp_path):
    (tmp_path / "helper.py").write_text("def half(x): return x / 2\n")
    text = "from helper import half\n" + solved("sigmoid")
    assert all(line.startswith("right") for line in answers("sigmoid", text))


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("language", ["en", "ko"])
def test_the_files_run_on_their_own(tmp_path, name, language):
    for text, ending in [(solved(name, language), ""), (with_gaps(name, language), "1 .+: .+\n")]:
        (tmp_path / "alone.py").write_text(text, "utf-8")
        done = subprocess.run(
            [sys.executable, "-X", "utf8", "-I", "-W", "error", "alone.py"],
            cwd=tmp_path,
            capture_output=True,
            check=False,
        )
        assert re.fullmatch(ending, done.stderr.decode())


def fields(text):
    return {name for _, name, _, _ in string.Formatter().parse(text) if name}


def test_both_languages_have_the_same_words():
    assert list(english.WORDS) == list(korean.WORDS)
    for key, text in english.WORDS.items():
        assert fields(text) == fields(korean.WORDS[key]), key


def test_every_docstring_of_the_files_is_translated():
    all_lines = "".join(map(solved, NAMES))
    for line in korean.SHEETS:
        assert all_lines.count(line) == 1, line
    for name in NAMES:
        docstrings = re.findall(r'"""(.*?)"""', solved(name, "ko"), re.DOTALL)
        assert all(re.search("[가-힣]", text) for text in docstrings)


# -- the command -----------------------------------------------------------------------------------


@pytest.fixture
def ask(mnist):
    """Run `mnist exercise` in English, whatever the system speaks."""
    return lambda *words, env=None: mnist(
        "exercise", *words, env={"MNIST_LANG": "en"} | (env or {})
    )


def test_the_command_lists_writes_checks_and_solves(ask, tmp_path):
    assert [line.split()[0] for line in ask().out.splitlines()] == NAMES
    written = ask("sigmoid")
    assert (written.code, written.out) == (0, "Wrote sigmoid.py\n")
    assert "mnist exercise sigmoid --check sigmoid.py" in written.err
    undone = ask("sigmoid", "--check", "sigmoid.py")
    assert (undone.code, undone.out.count(": not done yet\n")) == (1, 3)
    assert undone.out.endswith("\nresult: 0 of 3\n")
    shown = ask("sigmoid", "--solution")
    assert shown.out == solved("sigmoid")
    (tmp_path / "mine.py").write_text(shown.out, "utf-8")
    right = ask("sigmoid", "--check", "mine.py")
    assert (right.code, right.out.splitlines()[-1]) == (0, "result: 3 of 3")


def test_a_pupils_file_is_never_replaced(ask, tmp_path):
    (tmp_path / "sigmoid.py").write_text("my work")
    for more in ([], ["--solution", "-o", "sigmoid.py"]):
        result = ask("sigmoid", *more)
        assert result.code == 2
        assert result.err.startswith(
            "mnist exercise: --output: there is already a file, got sigmoid.py; it is kept"
        )
    assert (tmp_path / "sigmoid.py").read_text() == "my work"


def test_a_full_disk_leaves_no_half_exercise(tmp_path, monkeypatch, capsys):
    def full(*_):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("os.fsync", full)
    with pytest.raises(SystemExit) as end:
        cli.main(["exercise", "sigmoid"], prog_name="mnist")
    assert end.value.code == 1
    assert "sigmoid.py: No space left on device, after " in capsys.readouterr().err
    assert list(tmp_path.iterdir()) == []


def test_the_page_shows_what_the_command_answers(ask, tmp_path):
    page = (Path(__file__).parents[1] / "docs" / "exercise.md").read_text("utf-8")
    first, second = re.findall(r"```console\n(.*?)```", page, re.DOTALL)
    check_it = ("backprop", "--check", "backprop.py")
    assert first == (
        f"$ mnist exercise backprop\n{ask('backprop').out}"
        f"$ mnist exercise {' '.join(check_it)}\n{ask(*check_it).out}"
    )
    old, new, *_ = WRONG["row times column"][1:]
    (tmp_path / "backprop.py").write_text(changed("backprop", old, new), "utf-8")
    shown = f"$ mnist exercise {' '.join(check_it)}\n{ask(*check_it).out}"
    assert re.sub(r"differs by \S+", "", second) == re.sub(r"differs by \S+", "", shown)


@pytest.mark.parametrize(
    "call",
    [
        "backpropagation",
        "--solution",
        "--check x.py",
        "sigmoid --check nothing.py",
        "sigmoid --check .",
        "sigmoid --check x.py --solution",
        "sigmoid --lang fr",
        "sigmoid -o nowhere/x.py",
        "sigmoid --time-limit 0",
        "sigmoid --time-limit 3",
        "--time-limit 3",
        "-o x.py",
        "sigmoid -o x.py/sigmoid.py",
    ],
)
def test_wrong_usage_is_one_line(ask, tmp_path, call):
    (tmp_path / "x.py").write_text("")
    result = ask(*call.split())
    assert (result.code, result.out, len(result.err.splitlines())) == (2, "", 1)


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="Windows has no named pipes")
def test_a_pipe_to_check_is_told_to_be_none(ask, tmp_path):
    os.mkfifo(tmp_path / "pipe")
    assert "--check: must be a file, got pipe. " in ask("sigmoid", "--check", "pipe").err
    assert "--check: no such file, got none.py. " in ask("sigmoid", "--check", "none.py").err


def test_the_answers_come_in_korean(ask, tmp_path):
    (tmp_path / "k.py").write_text(solved("sigmoid", "ko"), "utf-8")
    for more, env in [(["--lang", "ko"], {}), ([], {"MNIST_LANG": "ko"})]:
        result = ask("sigmoid", "--check", "k.py", *more, env=env)
        assert result.out.splitlines()[-1] == "결과: 3개 중 3개 정답"
    assert ask(env={"MNIST_LANG": "fr"}).code == 2
    written = ask("sigmoid", "--lang", "ko")
    assert written.out == "sigmoid.py 파일을 만들었습니다\n"
    assert written.err == "빈 곳을 채웁니다. 다음: mnist exercise sigmoid --check sigmoid.py\n"


def test_a_broken_file_is_a_line_and_a_result(ask, tmp_path):
    (tmp_path / "b.py").write_text("x = (")
    result = ask("sigmoid", "--check", "b.py")
    assert result.out == "b.py: line 1: SyntaxError: '(' was never closed\nresult: 0 of 3\n"
    assert result.code == 1
    answer = ask("sigmoid", "--check", "b.py", "--json").json
    assert (answer["right"], answer["total"], answer["tasks"]) == (0, 3, [])
