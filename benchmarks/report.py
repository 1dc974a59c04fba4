"""Measure the pages of `mnist report`: their size, and how fast they are in Chromium.

    python benchmarks/report.py --data-dir data [--rounds 5] [--tiny]

Trains networks of several sizes for three epochs. For each it prints what the page holds, and
medians of several rounds: from the start of loading until the page answers, from one frame to the
next while a digit is drawn, and the undoing of 240 strokes. The browser shows 60 frames per second
at most, 16.7 ms each. Needs the extra `browser` and a Chromium; `--tiny` takes one small network.
"""

import argparse
import json
import os
import re
import shutil
import statistics
import tempfile
from itertools import pairwise
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, Page, sync_playwright

import mnist_cli

SIZES = ((16, 16), (30,), (100,), (300,), (800,))
HEAD = "| network | page | weights | frames of the film | ready, ms | frame, ms | 240 undos, ms |"
ZIGZAG = [(0.2 + 0.6 * (i % 2), 0.2 + 0.1 * i) for i in range(7)]  # places on the pad, 0 to 1
STARTED = """new MutationObserver(() => {
  if (document.documentElement.classList.contains("ready")) window.readyAt ??= performance.now();
}).observe(document, { attributes: true, subtree: true });"""
COUNT_FRAMES = """() => {
  window.frameTimes = [];
  const note = (time) => { frameTimes.push(time); requestAnimationFrame(note); };
  requestAnimationFrame(note);
}"""
UNDO = """() => {
  const { pad } = mnist;
  for (let i = 0; i < 240; i++) {
    pad.startStroke([(7 * i) % 64, (11 * i) % 64]);
    pad.extend([(13 * i + 20) % 64, (5 * i + 9) % 64]);
  }
  const begin = performance.now();
  for (let i = 0; i < 240; i++) pad.undo();
  return performance.now() - begin;
}"""


def held(page: Path) -> str:
    """Return cells: size, how exact the weights are, frames of the film."""
    found = re.search(r'id="facts">(.*?)</script>', page.read_text("utf-8"))
    facts = json.loads(found[1]) if found else {}
    kinds = {"f4": "exact", "i20": "20 bits", "i2": "16 bits", "i1": "8 bits", None: "none"}
    weights = kinds[facts["weights"]]
    if facts["rounding"]:
        weights += f", scores within {facts['rounding']:.1g}"
    frames = len(facts["sections"]["film"]) if facts["weights"] else 0
    return f"{page.stat().st_size / 1000:.0f} kB | {weights} | {frames}"


def draw(view: Page) -> float:
    """Draw a zigzag; return the median time from one frame to the next, in ms."""
    box: Any = view.locator("#pad").bounding_box()
    places = [(box["x"] + x * box["width"], box["y"] + y * box["height"]) for x, y in ZIGZAG]
    view.mouse.move(*places[0])
    view.mouse.down()
    view.evaluate(COUNT_FRAMES)
    for place in places[1:]:
        view.mouse.move(*place, steps=20)
    times = view.evaluate("frameTimes")
    view.mouse.up()
    return statistics.median(later - earlier for earlier, later in pairwise(times))


def speeds(browser: Browser, page: Path) -> tuple[float, float, float]:
    """Return milliseconds: until the page is ready, between frames while drawing, 240 undos."""
    view = browser.new_page(viewport={"width": 1440, "height": 900})
    view.add_init_script(STARTED)
    view.goto(page.as_uri())
    view.wait_for_selector("html.ready")
    ready = view.evaluate("readyAt")
    is_live = view.evaluate("mnist.state.networks.length > 0")
    found = (ready, draw(view), view.evaluate(UNDO)) if is_live else (ready, 0.0, 0.0)
    view.close()
    return found


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data-dir", type=Path, default=Path("data"))
    parser.add_argument("--dataset", default="mnist")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--tiny", action="store_true")
    options = parser.parse_args()
    data = mnist_cli.load(options.dataset, options.data_dir)
    rounds, epochs = (1, 1) if options.tiny else (options.rounds, 3)
    chromium = os.environ.get("CHROMIUM") or shutil.which("chromium")
    print(f"{HEAD}\n|{'---|' * (HEAD.count('|') - 1)}")
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        for sizes in SIZES[:1] if options.tiny else SIZES:
            page = Path(folder) / "report.html"
            mnist_cli.train(data, hidden_sizes=sizes, epochs=epochs).report(page, data)
            found = zip(*(speeds(browser, page) for _ in range(rounds)), strict=True)
            medians = map(statistics.median, found)
            cells = " | ".join(f"{median:.1f}" if median else "–" for median in medians)
            name = "-".join(map(str, (784, *sizes, 10)))
            print(f"| {name} | {held(page)} | {cells} |", flush=True)
        browser.close()


if __name__ == "__main__":
    main()
