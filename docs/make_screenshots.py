"""Make the pictures of the report in docs/images/: python docs/make_screenshots.py [CHECKPOINT].

Without a checkpoint, the default network is trained on the built-in digits first. Needs the extra
`browser` and a Chromium (see CONTRIBUTING.md); MNIST is looked for in MNIST_DATA_DIR or data.
"""

import os
import shutil
import subprocess
import sys
import tempfile
from io import BytesIO
from pathlib import Path

from PIL import Image
from playwright.sync_api import Browser, Page, sync_playwright

COLOURS = 128  # a picture for the documentation is small
IMAGES = Path(__file__).with_name("images")
SEVEN = [(0.24, 0.2), (0.74, 0.18), (0.6, 0.5), (0.44, 0.86)]
SHOTS = {  # name: width, height, colours, what is shown
    "report": (1440, 900, "light", ".top"),
    "report-dark": (1440, 960, "dark", "#why"),
    "report-phone": (390, 844, "light", ".top"),
    "report-training": (1440, 800, "light", "#train"),
    "report-step-before": (1440, 1080, "light", "#step"),
    "report-step-after": (1440, 1080, "light", "#step"),
    "report-ideal": (1440, 760, "light", "#ideal"),
}
EPOCHS = 6  # of the live training
MISTAKE = 3  # number of the mistake that is made right, the most confident first


def make_page(folder: Path, checkpoint: Path | None) -> Path:
    """Write the report, training a network first where none is given."""
    run = [sys.executable, "-m", "mnist_cli"]
    if checkpoint is None:
        checkpoint = folder / "builtin.npz"
        train = [*run, "train", "--quiet", "--dataset", "builtin", "--output", str(checkpoint)]
        subprocess.run(train, check=True)
    page = folder / "report.html"
    command = [*run, "report", "--checkpoint", str(checkpoint), "--output", str(page)]
    subprocess.run(command, check=True)
    return page


def train_live(view: Page) -> None:
    """Train in the page, first with steps that are too long."""
    view.click("text=η too large")
    for epochs in (EPOCHS / 3, EPOCHS):
        view.click("#train-play")
        while float(view.inner_text("#train-progress")) < epochs:
            view.wait_for_timeout(20)
        view.click("#train-play")
        if epochs < EPOCHS:
            view.click("#train-presets >> text=Good")
    view.wait_for_timeout(1000)


def take_mistake(view: Page) -> None:
    """Put a mistake on the pad, and show the step that would be next."""
    view.locator("#step").evaluate("section => section.scrollIntoView()")
    for _ in range(MISTAKE):
        view.click("#step-mistake")
    view.wait_for_selector("#step-about >> text=wrong")


def step_until_right(view: Page) -> None:
    """Learn from this mistake alone, until it is read right."""
    take_mistake(view)
    while not view.inner_text("#step-about").endswith("right."):
        view.click("#step-go")
        view.wait_for_timeout(1000)
    view.wait_for_timeout(2000)


def draw_three(view: Page) -> None:
    """Ask for an ideal 3."""
    view.locator("#ideal").evaluate("section => section.scrollIntoView()")
    view.click("#ideal-digits >> text=3")
    view.wait_for_selector("#ideal-text >> text=After")


ACTS = {  # what is done before the picture is taken
    "report-training": train_live,
    "report-step-before": take_mistake,
    "report-step-after": step_until_right,
    "report-ideal": draw_three,
}


def shoot(browser: Browser, page: Path, name: str) -> None:
    """Draw a seven and take one picture."""
    width, height, colours, section = SHOTS[name]
    size = {"width": width, "height": height}
    view = browser.new_page(viewport=size, color_scheme=colours)  # type: ignore[arg-type]
    view.goto(page.as_uri())
    view.wait_for_selector("html.ready")
    pad = view.locator("#pad")
    pad.scroll_into_view_if_needed()
    box = pad.bounding_box()
    if box:
        points = [(box["x"] + x * box["width"], box["y"] + y * box["height"]) for x, y in SEVEN]
        view.mouse.move(*points[0])
        view.mouse.down()
        for point in points[1:]:
            view.mouse.move(*point, steps=10)
        view.mouse.up()
    if name in ACTS:
        ACTS[name](view)
    view.locator(section).evaluate("section => section.scrollIntoView()")
    view.mouse.move(2, 2)
    view.wait_for_timeout(500)
    shot = Image.open(BytesIO(view.screenshot()))
    shot.quantize(COLOURS, Image.Quantize.MAXCOVERAGE, dither=Image.Dither.NONE).save(
        IMAGES / f"{name}.png", optimize=True
    )
    view.close()


def main() -> None:
    """Make all pictures."""
    checkpoint = Path(sys.argv[1]).absolute() if len(sys.argv) > 1 else None
    chromium = os.environ.get("CHROMIUM") or shutil.which("chromium")
    IMAGES.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as driver:
        page = make_page(Path(folder), checkpoint)
        browser = driver.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        for name in SHOTS:
            shoot(browser, page, name)
        browser.close()


if __name__ == "__main__":
    main()
