"""Names made to break out of a page: shown as they are, nothing runs, nothing is asked for.

The policy of the page is tested by what a browser reports, which is nothing. Names with U+2028 or
with halves of surrogates are refused when a network is read (see `archives`).
"""

import numpy as np
from browsing import visits

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
}


SHORT = tuple(name[:40] for name in NAMES.values())  # as long as the name of a class may be


def write_network(path):
    """Write a network whose classes, environment and origin have hostile names."""
    run = Run.start(TrainingConfig(hidden_sizes=(4,), snapshots=0), len(SHORT))
    run.close_epoch(0.5, 0.25, 1.0)
    environment = {name: name for name in NAMES.values()}
    origin = Origin(NAMES["title"], "f" * 64)
    provenance = Provenance("own", 100, "0" * 64, environment, SHORT, True, origin)
    save_checkpoint(path, run, provenance)


def test_nothing_of_a_network_runs(browser, tmp_path):
    write_network(tmp_path / "net.npz")
    page = tmp_path / "page.html"
    labels = np.arange(200) % len(SHORT)
    images = np.random.default_rng(0).integers(0, 256, (200, 784), np.uint8)
    load_model(tmp_path / "net.npz").report(page, (images, labels))
    assert "Content-Security-Policy" in page.read_text("utf-8")
    with visits(browser) as visit:
        opened = visit(page)
        assert "owned" not in opened.page.title()
        assert opened.page.locator("img[src=x], svg[onload]").count() == 0
        shown = opened.page.inner_text("body")
        assert [name for name in ("${", "{{7*7}}", "<!--", "&lt;b") if name not in shown] == []
