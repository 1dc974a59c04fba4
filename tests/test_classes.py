"""Classes that have names, and networks with as many outputs as classes."""

import base64
import json
import re
import shlex
from html import unescape
from pathlib import Path

import numpy as np
import pytest
from browsing import Visit
from click.testing import CliRunner
from PIL import Image
from shapes import NAMES, draw_shape, draw_shapes, write_shapes

import mnist_cli
from mnist_cli.classes import check_classes
from mnist_cli.cli import cli
from mnist_cli.config.settings import TrainingConfig
from mnist_cli.data.loading import load
from mnist_cli.data.registry import DATASETS
from mnist_cli.errors import InputError, shown
from mnist_cli.lesson.course import COURSE
from mnist_cli.lesson.layout import LINES, width
from mnist_cli.lesson.material import Material
from mnist_cli.lesson.page import lesson_lines
from mnist_cli.lesson.texts import load_words
from mnist_cli.pictures.reader import read_whole
from mnist_cli.report.command import training_command
from mnist_cli.training.metadata import Provenance

SETTINGS = {"epochs": 6, "batch_size": 10, "hidden_sizes": (8,)}


@pytest.fixture(scope="module")
def train():
    return mnist_cli.Split.of(*draw_shapes(600), NAMES)


@pytest.fixture(scope="module")
def test():
    return mnist_cli.Split.of(*draw_shapes(150, seed=1), NAMES)


@pytest.fixture(scope="module")
def model(train):
    return mnist_cli.train(train, **SETTINGS)


@pytest.fixture
def run(tmp_path, monkeypatch):
    """Run a command in this process, so that a row of the registry counts, in a new folder."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setitem(DATASETS, "shapes", write_shapes(Path("data", "shapes")))

    def run(*arguments, code=0):
        result = CliRunner().invoke(cli, [str(a) for a in arguments], catch_exceptions=False)
        assert result.exit_code == code, result.output
        return result

    return run


TRAIN = ("train", "--dataset", "shapes", "--epochs", "6", "--validation-size", "100", "-q")


# -- names -----------------------------------------------------------------------------------------


def test_names_are_bounded():
    assert check_classes(list(NAMES)) == NAMES
    for names in (["a"], [*map(str, range(11))], ["a", "a"], ["a", ""], ["a", "b" * 41]):
        with pytest.raises(ValueError, match="class"):
            check_classes(names)
    with pytest.raises(ValueError, match=r"no control characters, got '\\x1b\[2J'"):
        check_classes(["a", "\x1b[2J"])


def test_a_split_checks_names_and_labels(train):
    images, labels = train
    assert train[:5].classes == NAMES
    with pytest.raises(InputError, match="labels: must be whole numbers from 0 to 1, got 2"):
        mnist_cli.Split.of(images, labels, ["cat", "dog"])
    with pytest.raises(InputError, match="classes: classes must be 2 to 10, got 1"):
        mnist_cli.Split.of(images, labels, ["cat"])
    with pytest.raises(InputError, match="classes: must be a list of names, got 'abc'"):
        mnist_cli.Split.of(images, labels, "abc")


# -- networks --------------------------------------------------------------------------------------


def test_the_network_has_an_output_for_each_class(model, test):
    assert model.network.layer_sizes == (784, 8, 3)
    assert model.classes == NAMES
    assert not model.handwriting
    assert model.scores(test.images).shape == model.confidences(test.images).shape == (150, 3)
    np.testing.assert_allclose(model.confidences(test.images).sum(axis=1), 1, rtol=1e-5)
    measured = model.evaluate(test)
    assert measured.matrix.shape == (3, 3)
    np.testing.assert_array_equal(measured.matrix.sum(axis=1), [50, 50, 50])
    assert measured.accuracy > 0.95
    assert measured.accuracy == (model.predict(test.images) == test.labels).mean()
    assert model.evaluate(tuple(test)).accuracy == measured.accuracy  # labels are its numbers


def test_saving_keeps_the_names(model, tmp_path, test):
    model.save(tmp_path / "a.npz")
    again = mnist_cli.load_model(tmp_path / "a.npz")
    assert (again.classes, again.handwriting) == (NAMES, False)
    np.testing.assert_array_equal(again.scores(test.images), model.scores(test.images))


def test_some_of_the_classes_can_be_measured_in_any_order(model, test):
    chosen = test[np.flatnonzero(test.labels != 1)]
    other = mnist_cli.Split.of(chosen.images, np.where(chosen.labels == 2, 0, 1), NAMES[::-2])
    assert other.classes == (NAMES[2], NAMES[0])
    assert model.evaluate(other).accuracy == model.evaluate(chosen).accuracy > 0.9
    np.testing.assert_array_equal(model.evaluate(other).matrix, model.evaluate(chosen).matrix)


def test_images_of_other_classes_are_refused(model, digits):
    with pytest.raises(InputError, match=r"the network tells apart a .* got images of 0, 1, 2"):
        model.evaluate(digits)
    with pytest.raises(InputError, match="compare: must tell apart the classes of model"):
        model.report("page.html", digits, compare="default")


def test_a_classifier_has_the_labels_that_it_was_given(train, test):
    names = np.array(["frame", "disc", "cross"])
    fitted = mnist_cli.Classifier(**SETTINGS).fit(train.images, names[train.labels])
    assert fitted.classes_.tolist() == ["cross", "disc", "frame"]
    assert fitted.predict_proba(test.images).shape == (150, 3)
    assert fitted.score(test.images, names[test.labels]) > 0.95
    assert set(fitted.predict(test.images)) <= set(names)
    few = mnist_cli.Classifier(**SETTINGS).fit(train.images, train.labels * 3 + 1.0)
    assert few.classes_.tolist() == [1, 4, 7]
    assert few.model_.classes == ("1", "4", "7") and few.model_.handwriting


# -- commands --------------------------------------------------------------------------------------


def test_train_and_evaluate_name_the_classes(run):
    run(*TRAIN, "-o", "shapes.npz")
    lines = run("evaluate", "--checkpoint", "shapes.npz").stdout.split("\n")
    assert lines[0] == "shapes.npz on Shapes, test images: 150"
    start = lines.index("Confusion matrix (row: the class, column: the answer)")
    assert lines[start + 1].split() == ["0", "1", "2"]
    for number, name in enumerate(NAMES):
        assert lines[start + 2 + number].startswith(f"  {number} {shown(name)}")
    table = lines[start + 6 : start + 10]
    assert table[0].split() == ["class", "precision", "recall", "F1", "images"]
    assert [line.startswith(shown(name)) for line, name in zip(table[1:], NAMES, strict=True)]
    values = json.loads(run("evaluate", "shapes.npz", "--json").stdout)
    assert values["classes"] == list(NAMES)
    assert values["trained_on"] == values["dataset"] == "shapes"
    assert np.shape(values["confusion_matrix"]) == (3, 3)
    assert [row["digit"] for row in values["per_digit"]] == [0, 1, 2]


def test_a_network_of_other_classes_is_one_line(run, builtin_dir):
    run(*TRAIN, "-o", "shapes.npz")
    said = run(
        "evaluate", "shapes.npz", "--dataset", "builtin", "--data-dir", builtin_dir, code=1
    ).stderr
    assert said.count("\n") == 1
    assert said.startswith("mnist: classes: the network tells apart")
    both = run(
        *("evaluate", "shapes.npz", "default", "--dataset", "builtin", "--data-dir", builtin_dir),
        code=1,
    )
    assert "mnist evaluate: shapes.npz: classes: the network tells apart" in both.stderr
    assert "  1  " in both.stdout


def test_predict_reads_other_pictures_as_they_are(run, tmp_path):
    run(*TRAIN, "-o", "shapes.npz")
    disc = draw_shape(1, 13, 14, 8)
    Image.fromarray(255 - disc).resize((280, 280)).save("dark-on-light.png")
    Image.fromarray(disc).resize((140, 140)).convert("RGB").save("light-on-dark.png")
    Image.new("L", (50, 80), 255).save("blank.png")
    names = ("dark-on-light.png", "light-on-dark.png", "blank.png")
    lines = run("predict", *names, "--checkpoint", "shapes.npz").stdout.splitlines()
    assert [line.split("   ")[0] for line in lines] == [
        f"dark-on-light.png: {NAMES[1]}",
        f"light-on-dark.png: {NAMES[1]}",
        "blank.png: no image",
    ]
    assert f"(scores {NAMES[1]}: " in lines[0]
    assert "digit" not in "".join(lines)  # nor does the bundled network say what it reads
    values = json.loads(run("predict", *names, "--checkpoint", "shapes.npz", "--json").stdout)
    assert values["classes"] == list(NAMES)
    first, second, blank = values["predictions"]
    assert (first["label"], first["digit"], first["box"]) == (NAMES[1], None, [0, 0, 280, 280])
    assert second["label"] == NAMES[1] and blank["label"] is None
    assert mnist_cli.load_model("shapes.npz").predict(names[0]).label == NAMES[1]
    shown = run("predict", names[0], "--checkpoint", "shapes.npz", "--show").stdout
    assert "came in" in shown and "28x28" in shown and "ink" not in shown
    refused = run("predict", names[0], "--checkpoint", "shapes.npz", "--many", code=2)
    assert "--many, --lines and --grid find handwriting" in refused.stderr
    model = mnist_cli.load_model("shapes.npz")
    for read in (model.read_page, model.read_grid):
        with pytest.raises(InputError, match="this network learned other pictures"):
            read(names[0])


def test_a_digit_has_a_label_too(mnist, tmp_path, digits):
    Image.fromarray(255 - digits.pixels[0]).resize((280, 280)).save(tmp_path / "a.png")
    values = mnist("predict", "a.png", "--json").json
    (reading,) = values["predictions"]
    assert values["classes"] == list("0123456789")
    assert reading["label"] == str(reading["digit"])


# -- the page --------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def page(model, test, tmp_path_factory):
    path = tmp_path_factory.mktemp("page") / "shapes.html"
    model.report(path, test)
    return path


def test_the_page_names_the_classes_and_nothing_breaks_out(page):
    text = page.read_text("utf-8")
    assert text.count("</script>") == 4  # those of the page's own scripts
    assert "\u2028" not in text.split('id="facts">')[1].split("</script>")[0]
    assert "<b>" not in text.split('<section id="confusion"')[1].split("</section>")[0]
    assert "Each row is a class, each column an answer" in text
    assert "one for each class" in text and "The ideal image" in text
    assert '<html lang="en" class="live named">' in text
    assert "{{" not in text


def test_the_page_works_with_three_outputs(browser, page, model, test, tmp_path):
    """The board, the pad, learning and the numbers, in one visit."""
    visit = Visit(browser, page)
    names = visit.page.locator(".neuron .digit").all_text_contents()
    assert names == list(NAMES)
    assert visit.page.locator(".answer .bars li").count() == 3
    row = visit.page.evaluate("mnist.state.rows[mnist.state.data.sections.draw]")
    scores = visit.page.evaluate("[...mnist.state.activity.a[mnist.state.network.depth]]")
    np.testing.assert_allclose(scores, model.scores(test.images[row])[0], atol=1e-5)
    assert visit.page.locator(".answer .big").text_content() == NAMES[test.labels[row]]
    visit.page.locator("#cost").scroll_into_view_if_needed()
    labels = visit.page.locator("#cost-labels button")
    assert labels.all_text_contents() == list(NAMES)
    assert labels.nth(0).get_attribute("aria-label") == f"It is “{NAMES[0]}”"
    assert visit.page.locator("#cost-table tbody tr").count() == 3
    cells = visit.page.locator("table.confusion button")
    assert cells.count() == 9
    assert cells.nth(1).get_attribute("aria-label").startswith(f"“{NAMES[0]}” read as “{NAMES[1]}”")
    assert visit.page.locator("#ideal-digits button").count() == 3
    check_the_pad(visit, model, tmp_path)
    for width_of_window in (1280, 390):  # a name of 40 letters makes nothing wider than the window
        visit.page.set_viewport_size({"width": width_of_window, "height": 844})
        visit.frames()
        widest = visit.page.evaluate("document.documentElement.scrollWidth")
        assert widest == width_of_window
    assert visit.messages == []


def check_the_pad(visit, model, tmp_path):
    """A drawing is made smaller as it is, as `mnist predict` does it with the saved picture."""
    drawn = """() => {
      const { pad, state } = mnist;
      pad.clear();
      pad.startStroke([12, 14]);
      pad.extend([40, 14]);
      pad.extend([40, 50]);
      Object.assign(state, pad.read());
      const scores = [...state.layers().a[state.network.depth]];
      return { scores, picture: pad.picture().toDataURL(), image: [...state.image] };
    }"""
    found = visit.page.evaluate(drawn)
    content = base64.b64decode(found["picture"].split(",")[1])
    (tmp_path / "drawing.png").write_bytes(content)
    picture = read_whole(tmp_path / "drawing.png")
    assert np.abs(picture.image.astype(int) - found["image"]).max() <= 1
    reading = model.predict(tmp_path / "drawing.png")
    np.testing.assert_allclose(found["scores"], reading.scores, atol=0.01)


# -- lessons ---------------------------------------------------------------------------------------


def test_every_lesson_speaks_of_the_classes(run):
    """Also where there are three of them, in both languages; a screen stays a screen."""
    run(*TRAIN, "-o", "shapes.npz")
    material = Material(mnist_cli.load_model("shapes.npz"), load("shapes"))
    for name in COURSE:
        answer = json.loads(run("lesson", name, "--checkpoint", "shapes.npz", "--json").stdout)
        for language in ("en", "ko"):
            lines = lesson_lines(name, answer["facts"], material, load_words(language))
            check_screen(name, lines)
    for language in ("en", "ko"):
        asked = ("lesson", "neuron", "--checkpoint", "shapes.npz", "--lang", language)
        # an odd sign of a class is escaped at the end
        check_screen("neuron", run(*asked).stdout.replace("\\u2028", "").split("\n")[:-1])
    answer = json.loads(run("lesson", "noise", "--checkpoint", "shapes.npz", "--json").stdout)
    assert len(answer["facts"]["outputs"]) == 3


def check_screen(name, lines):
    assert max(map(width, lines)) <= 80, name
    assert len(lines) <= LINES, name
    text = " ".join(lines)
    assert "Shapes" in text, name
    assert not re.search(r"digit|숫자", text.replace("gradient", "")), name


def test_a_lesson_needs_images_of_every_class(run, builtin_dir):
    run(*TRAIN, "-o", "shapes.npz")
    asked = ("lesson", "neuron", "--checkpoint", "shapes.npz", "--dataset", "builtin")
    said = run(*asked, "--data-dir", builtin_dir, code=1).stderr
    assert said.startswith("mnist: classes: the network tells apart")


def test_the_command_of_the_page_is_for_a_shell(page):
    text = page.read_text("utf-8")
    assert "mnist_cli.train(mnist_cli.Split.of(images, labels, [" in unescape(text)
    provenance = Provenance("own/my photos-0", 3, "", {}, NAMES, handwriting=False)
    command = training_command(TrainingConfig(), provenance)
    assert shlex.split(command) == ["mnist", "train", "--dataset", "own/my photos-0"]
