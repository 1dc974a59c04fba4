"""The lessons: both languages, one screen each, and no sentence that is not true of the numbers."""

import json
import math
import re
from importlib import import_module
from pathlib import Path
from string import Formatter

import numpy as np
import pytest
from PIL import Image

import mnist_cli
from mnist_cli.cli import cli
from mnist_cli.data.builtin.files import write_builtin
from mnist_cli.data.loading import load
from mnist_cli.errors import InputError
from mnist_cli.lesson.course import COURSE, WITHOUT_IMAGE, module_of
from mnist_cli.lesson.drawing import arrows, bar, curve, signed_picture, strip
from mnist_cli.lesson.layout import COLUMNS, LINES, table, width, wrapped
from mnist_cli.lesson.material import Material
from mnist_cli.lesson.page import contents, find_facts, lesson_lines
from mnist_cli.lesson.texts import WORDS, load_words
from mnist_cli.report.sections import SECTIONS

LANGUAGES = ("en", "ko")
SWEEPS = ("batch-size", "learning-rate")
TEXTS = {language: load_words(language).texts for language in LANGUAGES}
HOSTILE = Path(__file__).parents[2] / "shared" / "hostile"


@pytest.fixture(scope="session")
def material(builtin_dir):
    """The network that comes along, and 1,500 + 1,000 built-in digits."""
    return Material(mnist_cli.load_model("default"), load("builtin", builtin_dir))


@pytest.fixture(scope="session")
def few(tmp_path_factory):
    """The same network, and fewer digits for the lessons that train 20 networks."""
    folder = tmp_path_factory.mktemp("few")
    write_builtin(folder, counts={"train": 900, "t10k": 100})
    return Material(mnist_cli.load_model("default"), load("builtin", folder))


@pytest.fixture(scope="session")
def facts_of(material, few):
    """Compute the facts of a lesson once."""
    known = {}

    def find(name):
        if name not in known:
            known[name] = find_facts(name, few if name in SWEEPS else material)
        return known[name]

    return find


# -- the words -------------------------------------------------------------------------------------


def test_every_lesson_has_its_words_and_no_others():
    for language in LANGUAGES:
        assert list(TEXTS[language]) == ["shared", *COURSE]
    assert {path.stem for path in WORDS.iterdir()} == set(LANGUAGES)


@pytest.mark.parametrize("section", ["shared", *COURSE])
def test_both_languages_have_the_same_keys_over_the_same_facts(section):
    english, korean = (TEXTS[language][section] for language in LANGUAGES)
    assert english.keys() == korean.keys()
    for key in english:
        places = [
            {name for _, name, _, _ in Formatter().parse(text[key]) if name}
            for text in (english, korean)
        ]
        assert places[0] == places[1], key


@pytest.mark.parametrize("section", COURSE)
def test_every_text_is_used(section):
    folder = Path(mnist_cli.__file__).parent / "lesson"
    code = "".join(path.read_text("utf-8") for path in folder.glob("*.py"))
    for key in TEXTS["en"][section]:
        name = key.removeprefix("row_").removesuffix("_others")
        assert f'"{name}"' in code or f"'{name}'" in code, key


def test_korean_is_in_one_style():
    """합니다체: a sentence ends with 니다, a question with 니까."""
    for section in COURSE:
        assert TEXTS["ko"][section]["question"].endswith("니까?")
        for text in TEXTS["ko"][section].values():
            for ending in re.findall(r"(\w\w[.?])(?=\s|$)", text):
                assert ending in ("니다.", "니까?") or not re.match(r"[가-힣]", ending), text


# -- one screen, and every number of it ------------------------------------------------------------


def numbers_in(value):
    """Yield every number of a JSON value; pictures, which are long lists, are left out."""
    if isinstance(value, bool):
        return
    if isinstance(value, (int, float)):
        yield float(value)
    elif isinstance(value, dict):
        for inner in value.values():
            yield from numbers_in(inner)
    elif isinstance(value, list) and len(value) < 100:
        for inner in value:
            yield from numbers_in(inner)


def is_shown(token, known):
    """Say whether a printed number is one of the known ones, rounded as it is printed."""
    plain = token.replace(",", "").replace("−", "-")
    value = float(plain.rstrip("%"))
    shares = [100 * number for number in known] if plain.endswith("%") else known
    mantissa, _, exponent = plain.rstrip("%").lower().partition("e")
    decimals = len(mantissa.partition(".")[2])
    unit = 10.0 ** (int(exponent or 0) - decimals)
    return any(abs(abs(number) - abs(value)) <= unit * 0.51 for number in shares)


NUMBER = re.compile(r"(?<![\w.])[+−-]?\d[\d,]*(?:\.\d+)?(?:e[+-]?\d+)?(?:%(?!p))?")


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", COURSE)
def test_a_lesson_is_one_screen_and_every_number_of_it_is_in_the_json(
    facts_of, material, name, language
):
    facts, words = facts_of(name), load_words(language)
    lines = lesson_lines(name, facts, material, words)
    assert len(lines) <= LINES
    assert max(map(width, lines)) <= COLUMNS
    assert TEXTS[language][name]["question"].split()[0] in lines[0]
    assert "MNIST" in lines[1] + lines[2]  # that these are no MNIST digits
    assert lines[-1].endswith(COURSE[name])
    constants = NUMBER.findall(" ".join(TEXTS[language][name].values()))
    known = [*numbers_in(facts), *range(11)]
    shown = import_show(name)(facts, words.of(name))
    for token in NUMBER.findall("\n".join(shown)):
        assert token in constants or is_shown(token, known), token


def import_show(name):
    return import_module(module_of(name)).show


def test_facts_are_json(facts_of):
    for name in COURSE:
        json.dumps(facts_of(name), allow_nan=False)


KINDS = {
    "softmax": {"hidden_sizes": (30,), "activation": "tanh", "output_activation": "softmax",
                "loss": "cross_entropy"},
    "single": {"hidden_sizes": ()},
    "relu": {"hidden_sizes": (64, 20, 12), "activation": "relu", "preprocessing": "moments"},
    "linear": {"activation": "linear", "output_activation": "linear"},
    "untrained": {"epochs": 0},
    "deep": {"hidden_sizes": (16,) * 8},
}  # fmt: skip


@pytest.mark.parametrize("kind", KINDS)
def test_lessons_fit_any_network(digits, builtin_dir, kind):
    settings = {"epochs": 1, "validation_size": 0, **KINDS[kind]}
    model = mnist_cli.train((digits.images, digits.labels), **settings)
    other = Material(model, load("builtin", builtin_dir))
    for name in COURSE:
        if name not in ("unseen", "functions", *SWEEPS):
            facts = find_facts(name, other)
            json.dumps(facts, allow_nan=False)
            for language in LANGUAGES:
                lines = lesson_lines(name, facts, other, load_words(language))
                assert len(lines) <= LINES, name
                assert max(map(width, lines)) <= COLUMNS, name


# -- what the sentences claim, on real numbers -----------------------------------------------------


def test_neuron(facts_of, material):
    facts = facts_of("neuron")
    assert int(np.argmax(facts["outputs"])) == facts["answer"]
    assert facts["inked"] == (material.test.images[0] > 0).sum()
    three, other, eight = (np.array(facts[k]) > 127 for k in ("three", "other_three", "eight"))
    share = (three & other).sum() / (three | other).sum()
    assert share == pytest.approx(facts["least_shared_by_threes"], abs=1e-6)
    share = (three & eight).sum() / (three | eight).sum()
    assert share == pytest.approx(facts["most_shared_by_three_and_eight"], abs=1e-6)
    assert facts["least_shared_by_threes"] < facts["most_shared_by_three_and_eight"]


def test_weights(facts_of):
    facts = facts_of("weights")
    products = np.array(facts["weights"]) * np.array(facts["pixels"]) / 255
    assert facts["z"] == pytest.approx(products.sum() + facts["bias"], abs=1e-4)
    assert facts["raises"] + facts["lowers"] == pytest.approx(products.sum(), abs=1e-4)
    assert facts["activation"] == pytest.approx(1 / (1 + math.exp(-facts["z"])), abs=1e-5)
    shares = [row["share"] for row in facts["fires"]]
    assert shares == sorted(shares)
    assert shares[0] < shares[-1]


def test_layers(facts_of):
    facts = facts_of("layers")
    sizes = [(row["weights"], row["neurons"]) for row in facts["layers"]]
    assert sizes == [(12544, 16), (256, 16), (160, 10)]
    assert sum(map(sum, sizes)) == facts["parameters"] == 13_002
    assert facts["output"] == pytest.approx(1 / (1 + math.exp(-facts["z"])), abs=1e-5)
    assert facts["edge"] < facts["half_of_weight"] < facts["half_of_weight_untrained"]


def test_random(facts_of):
    facts = facts_of("random")
    assert sum(facts["untrained_answers"]) == 1000
    assert facts["commonest_share"] == max(facts["untrained_answers"]) / 1000
    assert facts["untrained_accuracy"] < 0.3 < facts["accuracy"]
    assert facts["untrained_movement"] < facts["movement"] / 2


def test_cost(facts_of, material):
    facts = facts_of("cost")
    squares = (np.array(facts["after"]) - facts["wanted"]) ** 2
    assert facts["cost_after"] == pytest.approx(squares.sum(), rel=1e-4)
    assert facts["cost_after"] == pytest.approx(sum(facts["squares_after"]))
    assert facts["average_after"] < facts["average_before"]
    assert facts["loss"] == pytest.approx(facts["average_after"] / 2, rel=1e-4)
    assert facts["images"] == len(material.training)


def test_downhill(facts_of):
    facts = facts_of("downhill")
    weights, losses = facts["weights"], facts["losses"]
    middle = len(weights) // 2
    assert weights[middle] == pytest.approx(facts["weight"])
    step = weights[middle + 1] - weights[middle - 1]
    measured = (losses[middle + 1] - losses[middle - 1]) / step
    assert facts["slope"] == pytest.approx(measured, rel=0.3, abs=2e-3)
    costs = [row["cost"] for row in facts["steps"]]
    assert costs == sorted(costs, reverse=True)
    first, second = facts["steps"][:2]
    assert second["w"] == pytest.approx(first["w"] - facts["learning_rate"] * first["slope_w"])
    one, ten, _, hundred, thousand = facts["angles_untrained"]
    assert 90 > one > ten > hundred > thousand


def test_gradient(facts_of):
    facts = facts_of("gradient")
    assert facts["answer"] != facts["label"]  # the first image that it reads wrong
    assert facts["ratio_untrained"] > 10  # the last layer reacts most, as the notes say
    assert facts["ratio_untrained"] > facts["ratio"]
    sizes = facts["mean_sizes_untrained"]
    assert facts["ratio_untrained"] == pytest.approx(sizes[-1] / sizes[0])
    assert facts["zeros"] >= facts["empty_weights"] == facts["empty"] * 16
    values = [abs(row["value"]) for row in facts["largest"]]
    assert values == sorted(values, reverse=True)


def test_a_step_along_the_largest_components_lowers_the_cost(material, facts_of):
    """What "up" and "down" promise: the loss of this image falls."""
    from mnist_cli.network.gradient_check import in_float64
    from mnist_cli.network.inspection import inspect

    network, image = in_float64(material.network), material.mistake
    before = inspect(network, image.seen[None].astype(float), np.array([image.label])).loss
    assert before == pytest.approx(facts_of("gradient")["loss"], rel=1e-3)
    for row in facts_of("gradient")["largest"]:
        layer = row["layer"] - 1
        neuron = row["neuron"] if row["is_output"] else row["neuron"] - 1
        place = network.matrices[layer][neuron]
        place[-1 if row["source"] is None else row["source"] - 1] += 0.01 * np.sign(row["value"])
    after = inspect(network, image.seen[None].astype(float), np.array([image.label])).loss
    assert after < before


def test_backprop(facts_of):
    facts = facts_of("backprop")
    assert [row["layer"] for row in facts["layers"]] == [3, 2, 1]
    outputs = np.array(facts["layers"][0]["nudges"])
    a = np.array(facts["outputs"])
    y = np.eye(10)[facts["label"]]
    np.testing.assert_allclose(outputs, (y - a) * a * (1 - a), atol=1e-6)
    assert outputs[facts["label"]] > 0 >= np.delete(outputs, facts["label"]).max()
    assert facts["batch_up"] == sum(value > 0 for value in facts["batch_wishes"])
    assert facts["batch_mean"] == pytest.approx(facts["batch_gradient"], abs=1e-6)
    assert max(row["apart"] for row in facts["checked"]) < 1e-6


def test_unseen(facts_of):
    own, _, by_heart = facts_of("unseen")["networks"]
    assert facts_of("unseen")["trained_before"] is False  # so it is trained here, on these digits
    assert own["test_low"] < own["test_accuracy"] < own["test_high"]
    assert by_heart["images"] == 500
    assert by_heart["training_accuracy"] > 0.99
    assert by_heart["gap_points"] > 5


def test_noise(facts_of):
    facts = facts_of("noise")
    assert facts["noise"]["sure"] > 0.5
    assert facts["noise"]["unlike"] > 0.5 > facts["digits"]["unlike"]
    assert len(set(facts["pixels"])) > 200


def test_imagine(facts_of, material):
    facts = facts_of("imagine")
    image = np.array([facts["imagined"]], np.float32)
    assert facts["digit"] == 3
    assert material.network(image)[0, 3] == pytest.approx(facts["after"], abs=1e-5)
    assert facts["after"] >= 0.99
    assert facts["likeness"] < facts["real_likeness"] / 2
    assert facts["reached"] == sum(row["after"] >= 0.99 for row in facts["all"])


def test_functions(facts_of):
    facts = facts_of("functions")
    z = np.array(facts["z"])
    np.testing.assert_allclose(facts["sigmoid"]["a"], 1 / (1 + np.exp(-z)), atol=1e-6)
    np.testing.assert_allclose(facts["tanh"]["slope"], 1 / np.cosh(z) ** 2, atol=1e-6)
    np.testing.assert_allclose(facts["relu"]["a"], np.maximum(z, 0))
    assert facts["softmax_sum"] == pytest.approx(1)
    for row in facts["outputs"]:
        a = row["a"]
        assert row["squared_slope"] == pytest.approx((a - 1) * a * (1 - a))
        assert row["cross_entropy_slope"] == pytest.approx((a * (1 - a)) * (-1 / a))
    assert facts["deep"]["sigmoid"]["ratio"] > 100 * facts["deep"]["relu"]["ratio"]
    slow, fast = facts["dying"]
    assert fast["dead"] > slow["dead"]


def test_linear(facts_of):
    facts = facts_of("linear")
    assert facts["linear"]["difference"] < 1e-3
    assert facts["linear"]["other_answers"] == 0
    assert facts["own"]["other_answers"] > 100
    assert facts["product_parameters"] == 784 * 10 + 10


@pytest.mark.parametrize("name", SWEEPS)
def test_sweeps(facts_of, name):
    facts = facts_of(name)
    assert facts["images"] + facts["validation_images"] == 900
    for row in facts["rows"]:
        assert len(row["accuracies"]) + row["diverged"] == facts["seeds"]
        assert row["mean"] == pytest.approx(np.mean(row["accuracies"]))
    means = [row["mean"] for row in facts["rows"]]
    assert max(means) > means[-1]  # too large is worse, of both settings


# -- other numbers, other sentences ----------------------------------------------------------------

TURNED = [
    ("neuron", {"least_shared_by_threes": 0.9}, "more"),
    ("weights", {"z": 3.0}, "fired"),
    ("weights", {"z": -3.0}, "rests"),
    ("layers", {"half_of_weight": 12}, "small"),
    ("layers", {"half_of_weight": 60}, "elsewhere"),
    ("random", {"commonest_share": 0.2}, "mixed"),
    ("random", {"untrained_movement": 0.3}, "moving"),
    ("cost", {"cost_after": 9.0}, "rose"),
    ("cost", {"loss_name": "cross_entropy"}, "another_loss"),
    ("downhill", {"angles_untrained": [5.0, 6.0, 7.0, 8.0, 9.0]}, "not_truer"),
    ("gradient", {"ratio_untrained": 0.5, "ratio": 0.2}, "reacts_less"),
    ("gradient", {"ratio": None}, "no_ratio"),
    ("gradient", {"zeros": 160, "empty_weights": 160}, "empty"),
    ("gradient", {"zeros": 500, "empty_weights": 160}, "dead"),
    ("noise", {"calibrated": False}, "no_doubt"),
    ("noise", {"drawn": 1800}, "why_drawn"),
    ("imagine", {"after": 0.5}, "not_reached"),
    ("imagine", {"likeness": 0.6}, "alike"),
    ("linear", {"activation": "linear"}, "own_linear"),
]


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(("name", "changes", "key"), TURNED)
def test_a_fact_that_fails_is_said_so(facts_of, name, changes, key, language):
    words = load_words(language).of(name)
    own = TEXTS[language][name][key]
    start = wrapped(re.split(r"[{]", own)[0])[0][:12]
    shown = " ".join(import_show(name)({**facts_of(name), **changes}, words))
    assert start in " ".join(shown.split())


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(("high", "key"), [(0.0, "gap"), (1.0, "no_gap")])
def test_a_gap_within_chance_is_no_gap(facts_of, high, key, language):
    facts = json.loads(json.dumps(facts_of("unseen")))
    facts["networks"][0]["test_high"] = high
    words = load_words(language).of("unseen")
    shown = " ".join(import_show("unseen")(facts, words))
    assert " ".join(words.paragraph(key, **facts["networks"][0]))[-30:] in shown


def test_a_network_that_has_learned_nothing_is_named(digits, builtin_dir):
    untrained = mnist_cli.train((digits.images, digits.labels), epochs=0, validation_size=0)
    other = Material(untrained, load("builtin", builtin_dir))
    facts = find_facts("cost", other)
    for language in LANGUAGES:
        words = load_words(language)
        assert words("not_trained") in " ".join(lesson_lines("cost", facts, other, words)[1:4])


def test_a_diverged_training_is_named(facts_of):
    facts = json.loads(json.dumps(facts_of("learning-rate")))
    facts["rows"][-1] |= {"accuracies": [], "diverged": 3, "mean": 0.0}
    for language in LANGUAGES:
        shown = import_show("learning-rate")(facts, load_words(language).of("learning-rate"))
        assert sum("3" in line.split() for line in shown) >= 1


# -- drawing ---------------------------------------------------------------------------------------


def test_korean_letters_are_two_columns_wide():
    assert width("뉴런 a") == 6
    assert wrapped("가나 다라 마바", 9) == ["가나 다라", "마바"]
    first, second = table([["뉴런", "1"], ["a", "20"]])
    assert (first, second) == ("뉴런   1", "a     20")


def test_drawings():
    assert bar(0.5, 4) == "██··"
    assert bar(7.0, 4) == "████"
    assert strip([0.0, 1.0], 0.0, 1.0, 5) == "──●──"
    assert arrows([1, -1, 0.2, -0.2, 0]) == "▲ ▼ ^ v ·"
    assert curve([1.0, 0.0, 1.0], 2, 1) == ["• •", " o"]
    assert len(signed_picture([0] * 784)) == 12
    assert set("".join(signed_picture([-1] * 784))) == {"="}


# -- the command -----------------------------------------------------------------------------------


@pytest.fixture
def ask(mnist, builtin_dir):
    """Run `mnist` beside the built-in digits, without MNIST."""
    commands = ("LESSON", "TRAIN", "REPORT", "EVALUATE", "SWEEP")
    env = {f"MNIST_{name}_DATASET": "builtin" for name in commands} | {
        "MNIST_DATA_DIR": str(builtin_dir),
        "MNIST_TRAIN_VALIDATION_SIZE": "500",
        "MNIST_SWEEP_VALIDATION_SIZE": "500",
        "LC_ALL": "C.UTF-8",
    }
    return lambda *call, **more: mnist(*call, env=env | more)


def test_the_list_has_every_lesson_in_its_order(ask):
    lines = ask("lesson").out.splitlines()
    assert [line.split()[1] for line in lines[2:-2]] == list(COURSE)
    assert ask("lesson", "--lang", "ko").out.splitlines() == contents(load_words("ko"))
    listed = ask("lesson", "--json").json["lessons"]
    assert [row["lesson"] for row in listed] == list(COURSE)


def test_the_language_is_an_option_a_variable_or_the_locale(ask):
    korean = ask("lesson", "cost", "--lang", "ko").out
    assert "비용" in korean
    assert ask("lesson", "cost", MNIST_LANG="ko").out == korean
    assert ask("lesson", "cost", LC_ALL="ko_KR.UTF-8").out == korean
    assert ask("lesson", "cost", LC_ALL="ko_KR.UTF-8", MNIST_LANG="en").out.isascii() is False
    assert "비용" not in ask("lesson", "cost", MNIST_LANG="en", LC_ALL="ko_KR.UTF-8").out


def test_json_is_one_object_with_the_facts(ask, material):
    answer = ask("lesson", "cost", "--json", "--image", "17").json
    assert answer["lesson"] == "cost"
    assert (answer["checkpoint"], answer["dataset"]) == ("default", "builtin")
    assert answer["try"] == COURSE["cost"]
    assert answer["facts"]["image"] == 17
    assert answer["facts"]["label"] == material.test.labels[17]


def test_the_users_own_network_comes_first(ask, tmp_path):
    assert ask("train", "--epochs", "1", "-q").code == 0
    own = ask("lesson", "layers", "--json").json
    assert Path(own["checkpoint"]) == Path("checkpoints/mnist.npz")
    assert ask("lesson", "layers", "--json", "--checkpoint", "best").json["checkpoint"] == "bundled"


def test_a_picture_of_ones_own(ask, tmp_path):
    seven = np.full((60, 60), 255, np.uint8)
    seven[10:15, 15:45] = seven[10:50, 40:45] = 0
    Image.fromarray(seven).save(tmp_path / "seven.png")
    result = ask("lesson", "gradient", "--image", "seven.png")
    assert "In seven.png the network reads" in result.out
    facts = ask("lesson", "cost", "--image", "seven.png", "--json").json["facts"]
    assert (facts["image"], facts["file"]) == (None, "seven.png")
    assert facts["label"] == facts["answer"]


@pytest.mark.parametrize(
    ("call", "words"),
    [
        ("lesson cots", "did you mean 'cost'"),
        ("lesson cost --image 1000", "image: must be from 0 to 999"),
        ("lesson cost --image=-1", "image: must be from 0 to 999"),
        ("lesson cost --image gone.png", "gone.png"),
        ("lesson cost --image blank.png", "no ink found"),
        ("lesson cost --image bad.png", "bad.png"),
        ("lesson cost --checkpoint bad.npz", "bad.npz"),
        ("lesson cost --checkpoint gone.npz", "no such checkpoint"),
        ("lesson cost --lang de", "--lang"),
        ("lesson linear --image 3", "shows no single image"),
        ("lesson cost cost", "extra argument"),
    ],
)
def test_bad_input_is_one_line(ask, tmp_path, call, words):
    (tmp_path / "bad.png").write_bytes(b"nonsense")
    (tmp_path / "bad.npz").write_bytes(b"PK\x03\x04nonsense")
    Image.new("L", (40, 40), 255).save(tmp_path / "blank.png")
    result = ask(*call.split())
    assert result.code in (1, 2)
    assert result.out == ""
    (line,) = [line for line in result.err.splitlines() if not line.startswith("Using")]
    assert words in line


@pytest.mark.skipif(not HOSTILE.is_dir(), reason="the hostile files are not on this machine")
@pytest.mark.parametrize("option", ["--image", "--checkpoint", "--dataset", "--data-dir"])
def test_an_option_without_a_lesson_is_not_ignored(mnist, option):
    done = mnist("lesson", option, "builtin")
    assert (done.code, done.out, done.err.count("\n")) == (2, "", 1)
    assert f"{option} needs the NAME of a lesson; 'mnist lesson' lists them." in done.err
    assert mnist("lesson", env={"MNIST_DATA_DIR": "x", "MNIST_LESSON_CHECKPOINT": "x"}).code == 0


@pytest.mark.parametrize("option", ["--image", "--checkpoint"])
def test_hostile_files_are_one_line(ask, option):
    for path in sorted(HOSTILE.iterdir()):
        result = ask("lesson", "cost", option, path)
        assert "Traceback" not in result.err
        assert (result.code == 0) != (len(result.err.splitlines()) == 1), path.name


def test_a_terminal_of_few_signs_gets_plain_ones(ask):
    result = ask("lesson", "neuron", PYTHONUTF8="0", PYTHONIOENCODING="ascii")
    assert result.code == 0
    assert "#" in result.out
    assert result.out.isascii()


def test_lessons_without_an_image_are_known(facts_of):
    assert {name for name in COURSE if "image" not in facts_of(name)} - {"imagine"} == WITHOUT_IMAGE


def test_the_untrained_network_is_the_one_that_the_film_begins_with(material):
    first = material.model.checkpoint.run.snapshots[0]  # half as exact
    np.testing.assert_allclose(material.untrained.parameters, first, rtol=1e-3, atol=1e-6)


def test_a_lesson_that_trains_says_so(ask, few):
    folder = str(few.data.data_dir)
    result = ask("lesson", "learning-rate", "--lang", "ko", MNIST_DATA_DIR=folder)
    assert "몇 초 걸립니다" in result.err


def test_an_image_beyond_the_last_is_refused_in_python(material):
    with pytest.raises(InputError, match="from 0 to 999"):
        _ = Material(material.model, material.data, 1000).image


@pytest.mark.parametrize("name", COURSE)
def test_every_try_runs(ask, name):
    program, command, *rest = COURSE[name].split()
    assert program == "mnist"
    assert command in cli.commands
    result = ask(command, *rest)
    assert (result.code, result.out != "") == (0, True), result.err


# -- the documentation -----------------------------------------------------------------------------

DOCS = Path(__file__).parents[1] / "docs"


def field_names(value, name=""):
    """Return the names of all fields: `a`, `a.b`, and `b[].c` for objects in lists."""
    if isinstance(value, dict):
        start = f"{name}." if name else ""
        return {deep for key, inner in value.items() for deep in field_names(inner, start + key)}
    if isinstance(value, list) and any(isinstance(inner, dict) for inner in value):
        return {deep for inner in value for deep in field_names(inner, f"{name}[]")}
    return {name}


@pytest.mark.parametrize("name", COURSE)
def test_every_fact_is_documented(facts_of, name):
    page = (DOCS / "lessons-json.md").read_text("utf-8")
    section = re.search(rf"^## {name}\n(.*?)(?=^## |\Z)", page, re.DOTALL | re.MULTILINE)[1]
    first_cells = re.findall(r"^\| (`.*?) \|", section, re.MULTILINE)
    documented = [field for cell in first_cells for field in re.findall(r"`(.*?)`", cell)]
    assert sorted(documented) == sorted(field_names(facts_of(name)))


@pytest.mark.parametrize("page", ["lectures.md", "lectures.ko.md"])
def test_the_pages_of_the_lectures_have_every_lesson(page):
    text = (DOCS / page).read_text("utf-8")
    assert set(re.findall(r"`mnist lesson ([a-z-]+)`", text)) == set(COURSE)
    titles = {section.title.replace("{{image}}", "digit") for section in SECTIONS.values()}
    rows = [line for line in text.splitlines() if line.count("|") == 5 and "`mnist" in line]
    cells = [cell.strip() for row in rows for cell in row.split("|")[4].split(";")]
    assert set(filter(None, cells)) <= titles


def test_the_lessons_in_the_documentation_are_those_of_today():
    """The numbers are MNIST's; what stands around them is what the program says."""
    for page, language in (("lectures.md", "en"), ("lectures.ko.md", "ko")):
        text = (DOCS / page).read_text("utf-8")
        words = load_words(language)
        for name in ("cost", "gradient", "imagine"):
            block = re.search(rf"```text\n\$ mnist lesson {name}.*?```", text, re.DOTALL)[0]
            lines = block.splitlines()[2:-1]
            assert words.of(name)("question") in lines[0]
            assert lines[-1] == words("try", command=COURSE[name])
            assert len(lines) <= LINES


def own_lesson(folder, ink, counts):
    """The lesson of a neuron on images of one's own: for each class, so many images for testing."""
    for part, per_class in (("train", (12, 12)), ("test", counts)):
        for label, count in zip("ab", per_class, strict=True):
            (folder / part / label).mkdir(parents=True)
            for number in range(count):
                pixels = np.full((28, 28), 0, np.uint8)
                pixels[5 + number % 9, 5:20] = ink
                Image.fromarray(pixels).save(folder / part / label / f"{number}.png")
    data = load(folder, folder.parent / "data")
    return find_facts("neuron", Material(mnist_cli.train(data, epochs=1, validation_size=4), data))


def test_one_image_of_a_class_is_no_pair(tmp_path):
    with pytest.raises(InputError, match=r"compares test images of a, got one; choose another"):
        own_lesson(tmp_path / "own", 255, (1, 2))


def test_images_without_ink_share_none(tmp_path):
    facts = own_lesson(tmp_path / "own", 1, (2, 1))
    assert (facts["shared_by_threes"], facts["shared_by_three_and_eight"]) == (0, 0)
