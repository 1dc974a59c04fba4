"""Names made to break out of a page: shown as they are, nothing runs, nothing is asked for.

Whether something ran is seen in a real browser: in the page's title, in its elements, and in what
the browser says of the page's policy, which is nothing.
"""

from collections import Counter
from html.parser import HTMLParser
from xml.etree import ElementTree

import numpy as np
import pytest
from browsing import visits
from PIL import Image

from campaign.targets import TRAIN
from mnist_cli.config.settings import TrainingConfig
from mnist_cli.model import load_model
from mnist_cli.training.checkpoint import save_checkpoint
from mnist_cli.training.metadata import Origin, Provenance
from mnist_cli.training.run import Run

RUN = "document.title='owned'"
NAMES = {
    "script": f"</script><script>{RUN}</script>",
    "image": f'"><img src=x onerror="{RUN}">',
    "quotes": f"';{RUN};//\"`",
    "template": "${" + RUN + "}{{7*7}}",
    "comment": "<!--<script>",
    "style": "</style><style>*{display:none}",
    "entity": "&lt;b&gt;&#0;&nbsp",
    "title": f"</title><svg onload={RUN}>",
    "line": f"\u2028{RUN}\u2029",
}
CLASSES = tuple(name[:40] for name in NAMES.values())  # as long as the name of a class may be
FILE_NAME = f"\"'><img src=x onerror={RUN}>`${{{RUN}}}\u2028\u202e\x1b[2J\udcff<!--<script>"
SHOWN = ("${", "{{7*7}}", "<!--", "&lt;b", "</script>")


def check_harmless(opened):
    """Check that nothing of a name became a part of the page, or ran."""
    assert opened.page.title() != "owned"
    assert opened.page.locator("img[src=x], svg[onload]").count() == 0
    assert opened.page.locator("body").is_visible()


def check_policy(opened):
    """Check that what might get into the page all the same would neither run nor load."""
    opened.page.evaluate(
        "(run) => { const script = document.createElement('script'); script.textContent = run;"
        "const image = new Image(); image.src = 'https://127.0.0.1:9/x';"
        "const style = document.createElement('style'); style.textContent = 'p { color: red }';"
        "document.body.append(script, image, style); }",
        RUN,
    )
    opened.wait(lambda: len(opened.messages) >= 3)
    assert all("Content Security Policy" in message for message in opened.messages)
    assert opened.page.title() != "owned"
    opened.messages.clear()
    del opened.requests[1:]  # the browser tells of a request before it refuses it


def page_of(folder, classes, names):
    """Write the page of a network with these classes, versions of these names, and an origin."""
    run = Run.start(TrainingConfig(hidden_sizes=(4,), snapshots=0), len(classes))
    run.close_epoch(0.5, 0.25, 1.0)
    environment, origin = {name: name for name in names}, Origin(names[-2], "f" * 64)
    provenance = Provenance("own", 100, "0" * 64, environment, classes, True, origin)
    folder.mkdir()
    save_checkpoint(folder / "net.npz", run, provenance)
    labels = np.arange(200) % len(classes)
    images = np.random.default_rng(0).integers(0, 256, (200, 784), np.uint8)
    load_model(folder / "net.npz").report(folder / "page.html", (images, labels))
    return folder / "page.html"


class Elements(HTMLParser):
    """How many elements of each kind a page has before its script changes it."""

    def __init__(self, page):
        super().__init__()
        self.count = Counter()
        self.feed(page.read_text("utf-8"))

    def handle_starttag(self, tag, attrs):
        self.count[tag, *sorted(name for name, _ in attrs)] += 1


def test_names_make_no_elements_and_no_attributes(tmp_path):
    """Pictures and captions that a script replaces are in no browser's page any more."""
    plain = tuple("abcdefghi")
    harmless = page_of(tmp_path / "harmless", plain, plain)
    hostile = page_of(tmp_path / "hostile", CLASSES, tuple(NAMES.values()))
    assert Elements(hostile).count == Elements(harmless).count


def test_nothing_of_a_network_runs(browser, tmp_path):
    page = page_of(tmp_path / "hostile", CLASSES, tuple(NAMES.values()))
    with visits(browser) as visit:
        opened = visit(page)
        check_harmless(opened)
        shown = opened.page.inner_text("body")
        assert [name for name in SHOWN if name not in shown] == []
        check_policy(opened)


@pytest.fixture
def hostile(world, tmp_path):
    """A folder of a hostile name that holds a network and own images, both with hostile names."""
    place = tmp_path / FILE_NAME
    names = [name.replace("/", "\u2215") for name in CLASSES]
    for number, name in enumerate(names * 4):
        (place / "images" / name).mkdir(parents=True, exist_ok=True)
        pixels = np.random.default_rng(number).integers(0, 256, (28, 28), np.uint8)
        Image.fromarray(pixels).save(place / "images" / name / f"{number}.png")
    done = world.run(*f"{TRAIN} data --epochs 1 -q -o".split(), place / f"{FILE_NAME}.npz")
    assert done.code == 0, done.err
    return place


def check_text(done):
    """Check that what a command wrote is text that no terminal obeys."""
    assert done.code == 0, done.err
    assert [c for c in done.out + done.err if not (c.isprintable() or c == "\n")] == []


def test_nothing_of_file_names_runs(world, browser, hostile):
    network, page = hostile / f"{FILE_NAME}-own.npz", hostile / f"{FILE_NAME}.html"
    data = ("--dataset", hostile / "images", "--data-dir", hostile / "data")
    check_text(world.run("train", *data, "--validation-size", "0", "-e", "1", "-o", network))
    call = ("report", *data, "--checkpoint", network, "--compare", network, "-o", page)
    check_text(world.run(*call))
    with visits(browser) as visit:
        check_harmless(visit(page))


def test_nothing_of_a_sweep_runs(world, browser, hostile):
    out = hostile / "sweep"
    call = ("sweep", "epochs=1,2", "--seeds", "1", "--dataset", hostile / "images")
    more = ("--validation-size", "9", "--data-dir", hostile / "data", "--workers", "1")
    check_text(world.run(*call, *more, "-o", out))
    with visits(browser) as visit:
        opened = visit(out / "sweep.html")
        check_harmless(opened)
        check_policy(opened)
    elements = {each.tag.rpartition("}")[2] for each in ElementTree.parse(out / "chart.svg").iter()}
    assert elements <= {
        "svg",
        "style",
        "title",
        "desc",
        "g",
        "path",
        "line",
        "rect",
        "circle",
        "text",
    }


@pytest.mark.parametrize(
    "call",
    [
        "lesson neuron --checkpoint {net} --data-dir {world}/data",
        "lesson backprop --checkpoint {net} --data-dir {world}/data --lang ko",
        "exercise sigmoid -o {place}.py",
        "evaluate --checkpoint {net} --data-dir {world}/data",
        "predict --checkpoint {net} {world}/photos/a/0.png",
        "predict --checkpoint {net} {place}.png",
        "export --checkpoint {net} {place}.onnx",
        "export --checkpoint {net} {place}.h",
    ],
)
def test_no_terminal_obeys_a_file_name(world, hostile, call):
    (hostile / f"{FILE_NAME}.png").write_bytes((world.folder / "photos/a/0.png").read_bytes())
    values = {"net": hostile / f"{FILE_NAME}.npz", "place": hostile / FILE_NAME}
    check_text(world.run(*(part.format(world=world.folder, **values) for part in call.split())))
